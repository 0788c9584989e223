"""Sample cases of five localities, told through the ordinary actions under a set clock, one act after the other in the order of their hours.

Source: domain/demo_data.md 6 (mix, neutral sentences). The rows stand in data/demo/cases.tsv: school, kind, severity, when, place,
counts (pupils, girls, victims under 16, injured), steps, summary. Days are told from the day of loading, so that the queue is never stale:
`closed 67 18:30` is day 67 of the quarter that closed last, `running 30 17:15` is 30 % of the way through the running one, `ago 4 10:20`
four days ago, `minutes 12` just now, `closes -10` and `opens +10` minutes around the cut; `late 6` files it six days later.
"""

import csv
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from coordination import clocks, periods
from coordination.demo import body_of, holder
from coordination.models import SYSTEM, Appointment, Organisation
from coordination.scope import reading_as
from incidents import actions, attachments, duty_desk, endings, referral_actions, sample_files, silence
from incidents.models import Incident, Kind, Origin, Referral
from incidents.models.referrals import Caller
from incidents.workflow import Outcome

CASES = Path(__file__).parent / "data" / "demo" / "cases.tsv"
SPACE = uuid.UUID("6f0b4c1e-6f0e-4a9d-9d7e-2f3c8f5a1b20")
FILED_AFTER = timedelta(minutes=40)
FIRST_ACT_AFTER = timedelta(minutes=15)
BY_THE_POLICE = {"see", "receive", "progress", "at_school", "ask", "answer", "forward"}
ORIGINS = {"police": Origin.POLICE, "call": Origin.CALL}
SILENCE_LASTS = timedelta(days=9)  # five working days and every weekend among them


@dataclass
class Sample:
    """One case: its row, and, while it is being told, its number and the account whose turn it is at the police."""

    school: str
    kind: str
    severity: str
    happened: datetime
    filed: datetime
    place: str
    counts: tuple[int, ...]
    steps: list[str]
    summary: str
    key: uuid.UUID
    desk: str = ""
    pk: int = 0

    @property
    def author(self) -> str:
        """Who files it: the deputy when the school's leadership is concerned, otherwise the principal."""
        return f"canbo.{self.school}" if "conflict" in self.steps else f"hieutruong.{self.school}"


def load() -> None:
    """Tell every case whose school is there; the acts of all of them in one row by their hours, as they would have happened."""
    running = periods.period_at("nd09_quarter", clocks.now())
    there = set(Appointment.objects.values_list("user__username", flat=True))
    passed_to = {f"forward:{handle}" for handle in there if handle.startswith(("pa", "pc"))}  # the handle of a department is the name of its account
    acts: list[tuple[datetime, int, int, Callable[[], None]]] = []
    for number, sample in enumerate(samples(running)):
        if f"hieutruong.{sample.school}" in there and passed_to.issuperset(step for step in sample.steps if step.startswith("forward")):
            acts += [(moment, number, place, act) for place, (moment, act) in enumerate(acts_of(sample))]
    for _moment, _number, _place, act in sorted(acts, key=lambda act: act[:3]):
        act()


def samples(running: periods.Period) -> Iterator[Sample]:
    """The rows, with their days counted from today."""
    with CASES.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines, delimiter="\t")):
            words, _late, days = row["when"].partition(" late ")
            happened = hour_of(words, running)
            steps = row["steps"].split()
            noticed = next((int(step.partition(":")[2] or 0) for step in steps if step.startswith("police")), 0)
            filed = happened + timedelta(days=int(days or noticed)) + FILED_AFTER
            counts = tuple(int(count) for count in row["counts"].split(","))
            yield Sample(row["school"], row["kind"], row["severity"], happened, min(filed, clocks.now()), row["place"], counts, steps, row["summary"], uuid.uuid5(SPACE, str(number)))


def hour_of(words: str, running: periods.Period) -> datetime:
    """The instant that a row names."""
    what, number, *hour = words.split()
    at = time.fromisoformat(hour[0]) if hour else time()
    today, count = clocks.today(), int(number)
    if what == "minutes":
        return clocks.now() - FILED_AFTER - timedelta(minutes=count)
    if what in ("closes", "opens"):
        return running.begins + timedelta(minutes=count)
    if what == "closed":
        return clocks.at(periods.previous(running).first + timedelta(days=count), at)
    day = running.first + (today - running.first) * count / 100 if what == "running" else today - timedelta(days=count)
    return clocks.at(day - timedelta(days=max(0, day.weekday() - 4)), at)


def acts_of(sample: Sample) -> Iterator[tuple[datetime, Callable[[], None]]]:
    """Everything that is done with one case, with its hours."""
    yield sample.filed, partial(begin, sample)
    place = 0
    for step in sample.steps:
        if step.split(":")[0] in {"draft", "conflict", *ORIGINS}:
            continue
        moment = min(hour_of_act(sample.filed, place) + (SILENCE_LASTS if step == "silence" else timedelta()), clocks.now())
        yield moment, partial(take, sample, step, moment)
        place += 1


def hour_of_act(filed: datetime, place: int) -> datetime:
    """The first act follows at once, the others on the following days, mornings and afternoons, not at weekends."""
    if place == 0:
        return filed + FIRST_ACT_AFTER
    day = clocks.local(filed).date()
    for _further in range((place + 1) // 2):
        day += timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
    return clocks.at(day, time(9 if place % 2 else 15, 10 + 5 * place))


def desk_beside(sample: Sample) -> str:
    """The duty desk of the ward in which the school stands."""
    police = Organisation.objects.police_of(holder(sample.author).organisation.unit_id, clocks.today())
    return Appointment.objects.get(post__organisation=police, post__role="commune_police_officer").user.username


def begin(sample: Sample) -> None:
    """The case comes into the book: from the school, as a draft, or written down by the duty desk."""
    sample.desk = desk_beside(sample)
    answers = {
        "kind": Kind.objects.get(code=sample.kind), "severity": sample.severity, "occurred_at": sample.happened,
        "place_kind": sample.place, "place_detail": "", "summary": sample.summary,
    }  # fmt: skip
    origin = next((ORIGINS[step.partition(":")[0]] for step in sample.steps if step.partition(":")[0] in ORIGINS), None)
    by = holder(sample.desk if origin else sample.author)
    with clocks.set_to(sample.filed), reading_as(by):
        if origin:
            caller, called_at = (Caller.GUARD, sample.filed) if origin == Origin.CALL else ("", None)
            made = duty_desk.take_call(sample.key, by=by, school=holder(sample.author).organisation, origin=origin, answers=answers, caller=caller, called_at=called_at)
        elif "draft" in sample.steps:
            made = actions.save_draft(sample.key, by=by, answers=answers)
        else:
            made = actions.file(sample.key, by=by, answers=answers, conflict="conflict" in sample.steps)
    sample.pk = made.pk


def take(sample: Sample, step: str, moment: datetime) -> None:
    """One later act, by whoever does it, at its hour."""
    act, _colon, said = step.partition(":")
    by = SYSTEM if act == "silence" else ruler(sample) if act == "rule" else holder(sample.desk if act in BY_THE_POLICE else sample.author)
    with clocks.set_to(moment), reading_as(by):
        incident = Incident.objects.visible_to(by).get(pk=sample.pk)
        STEPS[act](sample, incident, actions.referrals_of(incident).last(), by, said)


def flag(sample: Sample, incident: Incident, referral: Referral | None, by: Any, said: str) -> None:
    """A case that no rule refers."""
    if referral is None:
        actions.flag(incident, by=by, reason="Đề nghị Công an phường phối hợp giải quyết.")


def forward(sample: Sample, incident: Incident, referral: Referral, by: Any, said: str) -> None:
    """To the competent department, which acts from here on."""
    referral_actions.forward(referral, by=by, to=body_of(said), reason="Thuộc thẩm quyền của đơn vị nghiệp vụ.")
    sample.desk = said


def merge(sample: Sample, incident: Incident, referral: Referral | None, by: Any, said: str) -> None:
    """Into the school's case of the same kind that was filed before it."""
    first = Incident.objects.visible_to(by).filter(school=incident.school, kind=incident.kind, filed_at__lte=incident.filed_at).exclude(pk=incident.pk).order_by("-filed_at").first()
    endings.merge(incident, into=first, by=by)


def ruler(sample: Sample) -> Appointment:
    """Who rules on a difference: the holder at the body that the referral names."""
    with reading_as(SYSTEM):
        referral = Referral.objects.visible_to(SYSTEM).filter(incident_id=sample.pk).order_by("pk").last()
        return Appointment.objects.with_post().filter(post__organisation_id=referral.ruling_body_id).order_by("pk").first()


STEPS: dict[str, Callable[[Sample, Incident, Any, Any, str], Any]] = {
    "flag": flag,
    "see": lambda sample, incident, referral, by, said: referral_actions.see(referral, by=by, purpose="case"),
    "receive": lambda sample, incident, referral, by, said: referral.received_at or referral_actions.receive(referral_actions.see(referral, by=by, purpose="case"), by=by),
    "progress": lambda sample, incident, referral, by, said: referral_actions.follow_up(referral, by=by, step="progress"),
    "at_school": lambda sample, incident, referral, by, said: referral_actions.follow_up(referral, by=by, step="at_school"),
    "ask": lambda sample, incident, referral, by, said: referral_actions.ask(referral, by=by, text="Đề nghị nhà trường cho biết giờ hai em ra khỏi lớp và người đón các em hôm đó."),
    "forward": forward,
    "answer": lambda sample, incident, referral, by, said: referral_actions.answer(referral, by=by, outcome=Outcome(said)),
    "discuss": lambda sample, incident, referral, by, said: referral_actions.discuss(referral, by=by, text="Đề nghị trao đổi thêm: gia đình cho biết còn người chứng kiến chưa được hỏi."),
    "ask_ruling": lambda sample, incident, referral, by, said: referral_actions.ask_ruling(referral, by=by, text="Hai bên chưa thống nhất về biện pháp giáo dục học sinh có liên quan."),
    "rule": lambda sample, incident, referral, by, said: referral_actions.rule(referral, by=by, text="Thống nhất biện pháp nhà trường đề nghị; Công an phường phối hợp theo dõi trong ba tháng."),
    "acknowledge": lambda sample, incident, referral, by, said: referral_actions.acknowledge(referral, by=by),
    "complete": lambda sample, incident, referral, by, said: actions.complete(incident, by=by, answers=full_report(sample)),
    "close": lambda sample, incident, referral, by, said: actions.close(incident, by=by),
    "withdraw": lambda sample, incident, referral, by, said: endings.withdraw(incident, by=by, reason="Vật bị nghi là một chiếc USB; nhà trường báo nhầm."),
    "merge": merge,
    "attach": lambda sample, incident, referral, by, said: attachments.send(incident, by=by, files=sample_files.through_the_gate()),
    "silence": lambda sample, incident, referral, by, said: silence.settle_all(),
}


def full_report(sample: Sample) -> dict[str, Any]:
    """The counts and a short story."""
    pupils, female, victims, injured = sample.counts
    return {
        "session": "after" if sample.place in {"gate", "route"} else "class",
        "handling": "with_police" if "receive" in sample.steps else "at_school",
        "pupils": pupils,
        "pupils_female": female,
        "victims_under_16": victims,
        "injured": injured,
        "deaths": int(sample.kind == "drowning"),
        "family_told_at": clocks.now(),
        "narrative": sample.summary,
        "measures": "Giáo viên chủ nhiệm theo dõi, gặp gia đình; nhà trường nhắc nhở chung trong tiết sinh hoạt.",
    }
