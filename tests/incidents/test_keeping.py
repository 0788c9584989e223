"""The end of a case's life: proposed when its time is over, destroyed after two people, held back by a hold, and no figure changes (privacy.md 6)."""

import ast
import json
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, connections

from coordination import clocks, periods
from coordination.fields import EncryptedTextField
from coordination.keeping import disposal, holds, record, requests, retention, subject
from coordination.models import SYSTEM, DataRequest, DisposalBatch, DisposalItem, Duty, Hold, Job, SubjectExport, TrailLine
from coordination.models.keeping import BatchStatus, Capacity, ExportStatus, RequestKind
from coordination.paper.papers import filled, offered, order
from coordination.scope import reading_as
from coordination.trail import sealing, tree
from coordination.workflow import Refused, Stale
from incidents import actions, demo_keeping, figures, keeping, referral_actions
from incidents.models import Incident, Person
from tests.live import copied_database, speaking_to
from tests.test_architecture import sources
from tests.world import NOW, World

YEAR = timedelta(days=365)
LONG_AGO = NOW
TODAY = NOW + 6 * YEAR  # the portal's own day in these tests
NAMES = {"full_name": "Canarius Prima", "class_name": "9Q-canary", "contact": "0912000111"}
OTHER = {"full_name": "Canarius Secunda", "class_name": "8Q-canary", "contact": "0912000222"}
COUNTS = {"pupils": 2, "pupils_female": 1, "victims_under_16": 1, "injured": 1, "deaths": 0}
REPORT = {"session": "class", "handling": "with_police", **COUNTS, "family_told_at": LONG_AGO, "narrative": "Canary-narrative: Canarius Secunda đứng cạnh.", "measures": "Canary-measures"}
SENTENCE = "Nội dung đã gỡ bỏ khi hết thời hạn lưu giữ."


def told(world: World, *, at: datetime = LONG_AGO, severity: str = "s3", kind: str = "weapon_possession", closed: bool = True) -> Incident:
    """A case with every sort of word in it, and two people."""
    case = world.file(at=at, kind=kind, severity=severity, occurred_at=at - timedelta(hours=1), summary="Canary-summary.", place_detail="Canary-place")
    with world.acting("principal", at) as principal:
        for number, person in enumerate((NAMES, OTHER)):
            actions.add_person(case, by=principal, answers={"role": ("affected", "involved")[number], "age_band": "14_15"} | person)
        actions.amend(case, by=principal, text="Canary-addendum")
        actions.complete(case, by=principal, answers=REPORT)
    if severity != "s1":
        answered(world, case, at)
    if closed:
        with world.acting("principal", at + timedelta(hours=4)) as principal:
            actions.close(case, by=principal)
    return case


def answered(world: World, case: Incident, at: datetime) -> None:
    """The police ask, note and answer; the school has the result."""
    referral = world.referral(case)
    with world.acting("officer", at + timedelta(hours=1)) as officer:
        referral = referral_actions.receive(referral_actions.see(referral, by=officer), by=officer)
        question = referral_actions.ask(referral, by=officer, text="Canary-question")
        referral_actions.note(referral, by=officer, text="Canary-note")
    with world.acting("principal", at + timedelta(hours=2)) as principal:
        referral_actions.reply(question, by=principal, text="Canary-reply")
    with world.acting("officer", at + timedelta(hours=3)) as officer:
        referral = referral_actions.answer(referral, by=officer, outcome="reminded", note="Canary-outcome")
    with world.acting("principal", at + timedelta(hours=3)) as principal:
        referral_actions.acknowledge(referral, by=principal)


def proposed(world: World, at: datetime = TODAY) -> list[DisposalBatch]:
    """What the loop proposes at an hour."""
    with world.acting("system", at):
        disposal.propose()
        return list(DisposalBatch.objects.visible_to(SYSTEM).order_by("pk"))


def approved(world: World, batch: DisposalBatch) -> DisposalBatch:
    """After two people."""
    with world.acting("guardian", TODAY) as guardian:
        batch = disposal.review(batch, by=guardian)
    with world.acting("dpo", TODAY) as officer:
        return disposal.approve(batch, by=officer)


def work_off(world: World, batch: DisposalBatch) -> None:
    """The worker, until nothing is left."""
    with world.acting("system", TODAY):
        while disposal.carry_on(batch.pk):
            pass


def destroyed(world: World, case: Incident) -> DisposalBatch:
    """Proposed, agreed, carried out."""
    batch = approved(world, proposed(world)[0])
    work_off(world, batch)
    return batch


def items(world: World, batch: DisposalBatch) -> dict[str, DisposalItem]:
    """The things of a batch by code."""
    world.see_all()
    return {item.about_code: item for item in disposal.items_of(batch, SYSTEM)}


def stored_words(case: Incident) -> str:
    """Every sealed word that the tables hold of a case, opened."""
    case, words = Incident.objects.unscoped("test").get(pk=case.pk), []
    for model, columns in keeping.by_model().items():
        with keeping.reading_police_notes(model):
            words += [str(getattr(row, column)) for row in keeping.rows_of(model, case) for column in columns]
    return "\n".join(words)


def hold(world: World, case: Incident, who: str = "guardian", *, ends_on: date | None = None, at: datetime = TODAY) -> Hold:
    """A hold by somebody."""
    with world.acting(who, at) as actor:
        return holds.place(keeping.of_cases(), case, by=actor, reason="Đang theo dõi.", ends_on=ends_on, to=world.actor("province_police_head").organisation if who == "chief" else None)


# When


@pytest.mark.parametrize(
    ("severity", "kind", "months", "rule"),
    [("s1", "tobacco", 12, "case_s1"), ("s2", "school_violence_fight", 24, "case_s2"), ("s3", "weapon_possession", 60, "case_s3_s4"), ("s4", "weapon_possession", 60, "case_s3_s4")],
)
def test_each_severity_has_its_time(world: World, severity: str, kind: str, months: int, rule: str) -> None:
    """On the last day of its time nothing is proposed; on the day it is over it is."""
    world.file(at=TODAY)  # a case of today is never over
    with reading_as(SYSTEM):
        case = Incident(spoken_code="X-1", severity=severity, closed_at=TODAY)
    over = retention.months_after(TODAY.date(), months)
    assert keeping.rule_and_day(case, None) == (rule, over)


@pytest.mark.parametrize(("ended_on", "rule", "year"), [(None, "case_s3_s4", 2037), (date(2033, 1, 1), "case_s3_s4", 2037), (date(2037, 3, 1), "proceedings", 2039)])
def test_of_proceedings_the_later_day_counts(ended_on: date | None, rule: str, year: int) -> None:
    found = keeping.rule_and_day(Incident(spoken_code="X-1", severity="s3", closed_at=TODAY), ended_on)
    assert (found[0], found[1].year) == (rule, year)


def test_what_is_over_is_proposed_once_a_month_for_its_office(world: World) -> None:
    over, _young = told(world), told(world, at=TODAY - YEAR)
    with world.acting("principal", TODAY - timedelta(days=40)) as principal:
        actions.save_draft(over.uid, by=principal, answers={"summary": "Canary-draft"})
    batches = proposed(world) + proposed(world)
    assert len({batch.pk for batch in batches}) == 1
    found = items(world, batches[0])
    assert sorted(item.rule for item in found.values()) == ["case_s3_s4", "draft"]
    assert over.spoken_code in found
    assert batches[0].office_id == world.actor("guardian").body_id
    with world.acting("guardian", TODAY) as guardian:
        assert Duty.objects.visible_to(guardian).filter(kind="review_disposal", post=guardian.post).count() == 1


def test_where_nobody_holds_the_post_the_department_reviews(world: World) -> None:
    told(world)
    world.see_all()
    type(world.actor("guardian")).objects.filter(pk=world.actor("guardian").pk).update(ends_on=TODAY.date())
    assert proposed(world)[0].office_id == world.actor("dpo").body_id


# Two people


def test_nobody_destroys_alone(world: World) -> None:
    told(world)
    batch = proposed(world)[0]
    for who in ("principal", "culture", "doet", "chief", "sysadmin", "dpo"):
        with world.acting(who, TODAY) as actor, pytest.raises((PermissionDenied, DisposalBatch.DoesNotExist)):
            disposal.review(batch, by=actor)
    with world.acting("dpo", TODAY) as officer, pytest.raises(Stale):
        disposal.approve(batch, by=officer)
    with world.acting("guardian", TODAY) as guardian:
        batch = disposal.review(batch, by=guardian)
        with pytest.raises(PermissionDenied):
            disposal.approve(batch, by=guardian)
    work_off(world, batch)
    assert not any(item.done_at for item in items(world, batch).values())


def test_the_same_person_in_both_posts_is_not_two(world: World) -> None:
    told(world)
    batch = proposed(world)[0]
    with world.acting("guardian", TODAY) as guardian:
        batch = disposal.review(batch, by=guardian)
    world.see_all()
    both = world.actor("dpo")
    both.user = guardian.user
    with reading_as(SYSTEM):
        assert "second" not in batch.relations_to(both)
        assert "province" in batch.relations_to(both)


# What is left


def test_words_and_names_are_gone_and_no_figure_changes(world: World) -> None:
    case, young = told(world), told(world, at=TODAY - YEAR)
    window = periods.period_at("nd09_quarter", LONG_AGO)
    world.see_all()
    before = figured(case, window)
    assert all(word in stored_words(case) for word in ("Canary-summary", "Canary-place", "Canary-narrative", "Canary-note", "Canary-question", "Canary-outcome", "Canarius Prima"))
    batch = destroyed(world, case)
    item = items(world, batch)[case.spoken_code]
    left = stored_words(case)
    assert "anar" not in left and "0912" not in left and SENTENCE in left
    assert (item.people, item.left_out) == (2, "") and item.texts >= 8
    assert figured(case, window) == before
    again = Incident.objects.unscoped("test").get(pk=case.pk)
    assert (again.spoken_code, again.kind_id, again.status, again.closed_at, again.content_hash) == (case.spoken_code, case.kind_id, "closed", LONG_AGO + timedelta(hours=4), "")
    assert [(one.pseudonym, one.role, one.age_band) for one in Person.objects.unscoped("test").filter(incident=case).order_by("pk")] == [("HS-1", "affected", "14_15"), ("HS-2", "involved", "14_15")]
    assert "Canary-summary" in stored_words(young)


def figured(case: Incident, window: Any) -> tuple[Any, ...]:
    """What a report of the quarter counts."""
    cases = figures.cases_in(case.commune)
    lines = [line.as_json() for line in figures.lines(cases, window.begins, window.ends)]
    return lines, figures.handling(cases), figures.outcomes(cases), figures.responses(cases, TODAY), figures.by_kind(case.jurisdiction, window.begins, window.ends)


def test_no_byte_of_a_name_lies_in_the_row(world: World) -> None:
    case = told(world)
    destroyed(world, case)
    world.see_all()
    with connection.cursor() as cursor:
        cursor.execute("select octet_length(full_name) + octet_length(class_name) + octet_length(contact) from incidents_person where incident_id = %s", [case.pk])
        assert cursor.fetchall() == [(0,), (0,)]


def test_the_page_of_an_emptied_case_says_so(world: World) -> None:
    case = told(world)
    destroyed(world, case)
    with clocks.set_to(TODAY):
        page = world.client("principal").get(case.get_absolute_url()).content.decode()
    assert "Họ tên và nội dung đã hủy khi hết thời hạn lưu giữ." in page and SENTENCE in page and "Canary" not in page


def test_what_comes_into_an_emptied_case_is_taken_out_by_the_next_run(world: World) -> None:
    """A person, an addendum, a note of the police written after the end: proposed again, and then nothing is left of them either."""
    case = told(world)
    destroyed(world, case)
    later = TODAY + timedelta(days=40)
    with world.acting("system", later):
        assert [due.code for due in keeping.due(later.date())] == [], "nothing was added"
    with world.acting("principal", later) as principal:
        fresh = Incident.objects.visible_to(principal).get(pk=case.pk)
        actions.add_person(fresh, by=principal, answers={"role": "affected", "age_band": "14_15", "full_name": "Canarius Tertia", "class_name": "", "contact": ""})
        actions.amend(fresh, by=principal, text="Canary-late")
    late = later + timedelta(days=1)
    again = next(batch for batch in proposed(world, late) if batch.status == BatchStatus.PROPOSED)
    assert [item.rule for item in items(world, again).values()] == ["case_s3_s4"]
    with world.acting("guardian", late) as guardian:
        again = disposal.review(again, by=guardian)
    with world.acting("dpo", late) as officer:
        again = disposal.approve(again, by=officer)
    with world.acting("system", late):
        while disposal.carry_on(again.pk):
            pass
        assert list(keeping.due(late.date())) == []
    item = items(world, again)[case.spoken_code]
    assert (item.people, item.texts, item.left_out) == (1, 1, "") and "anar" not in stored_words(case)


def test_the_page_of_its_record_names_the_month_and_the_body_and_no_bare_code(world: World) -> None:
    batch = destroyed(world, told(world))
    with world.acting("guardian", TODAY) as guardian:
        paper = order(offered("bien-ban-huy"), DisposalBatch.objects.visible_to(guardian).get(pk=batch.pk), by=guardian)
    with clocks.set_to(TODAY):
        page = world.client("guardian").get(paper.get_absolute_url()).content.decode()
    assert f'<p class="lead">tháng {TODAY:%m-%Y}, ' in page and f'class="lead">{batch.code}' not in page


def test_a_forgotten_draft_is_thrown_away_with_its_words(world: World) -> None:
    with world.acting("principal", TODAY - timedelta(days=31)) as principal:
        draft = actions.save_draft(told(world).uid, by=principal, answers={"summary": "Canary-draft"})
    destroyed(world, draft)
    world.see_all()
    again = Incident.objects.unscoped("test").get(pk=draft.pk)
    assert (again.status, again.summary) == ("withdrawn", SENTENCE)


def test_every_sealed_column_is_declared() -> None:
    """A new sealed column must say what destruction makes of it and whether its person is given it."""
    of_cases = {(model._meta.label, field.name) for model in apps.get_models() if model._meta.app_label in {"incidents", "coordination"} for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)}
    others = {("coordination.FactorSecret", "secret")}
    assert of_cases - others <= set(subject.register()), of_cases - others - set(subject.register())
    assert set(subject.register()) <= of_cases


# Resumable


def test_the_work_goes_on_where_it_stopped(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disposal, "AT_ONCE", 1)
    cases = [told(world), told(world, at=LONG_AGO - YEAR)]
    batch = approved(world, proposed(world)[0])
    with world.acting("system", TODAY):
        assert disposal.carry_on(batch.pk)
        done = DisposalItem.objects.unscoped("test").filter(batch=batch, done_at__isnull=False)
        first = done.get()
        assert Job.objects.filter(kind="dispose", target=batch.pk).count() == 2
        assert not disposal.carry_on(batch.pk) and not disposal.carry_on(batch.pk)
        assert done.count() == 2
        first.refresh_from_db()
        assert DisposalBatch.objects.visible_to(SYSTEM).get(pk=batch.pk).status == BatchStatus.CARRIED_OUT
    world.see_all()
    assert all("Canary" not in stored_words(case) for case in cases)
    assert TrailLine.objects.filter(act="dispose").count() == 2


def test_what_changed_since_is_left_out(world: World) -> None:
    """The police enter the end of proceedings after the proposal: the case is no longer over."""
    case = told(world)
    batch = approved(world, proposed(world)[0])
    with world.acting("officer", TODAY) as officer:
        keeping.end_proceedings(case, by=officer, ended_on=TODAY.date() - timedelta(days=30))
    work_off(world, batch)
    assert items(world, batch)[case.spoken_code].left_out == "changed"
    assert "Canary-summary" in stored_words(case)


def test_the_end_of_proceedings_is_the_polices_word(world: World) -> None:
    case = told(world, at=TODAY - YEAR)
    for who in ("principal", "culture", "doet"):
        with world.acting(who, TODAY) as actor, pytest.raises(PermissionDenied):
            keeping.end_proceedings(case, by=actor, ended_on=TODAY.date())
    for day in (TODAY.date() + timedelta(days=1), (TODAY - 2 * YEAR).date()):
        with world.acting("officer", TODAY) as officer, pytest.raises(Refused):
            keeping.end_proceedings(case, by=officer, ended_on=day)
    with clocks.set_to(TODAY):
        answer = world.client("officer").post(f"/vu-viec/{case.code}/ket-thuc-to-tung/", {"day": f"{TODAY:%d/%m/%Y}", "__end": "1"})
    assert answer.status_code == 302
    world.see_all()
    assert keeping.life_of(case).proceedings_ended_on == TODAY.date()


# Holds


def test_a_held_case_is_never_proposed(world: World) -> None:
    case = told(world)
    hold(world, case)
    assert proposed(world) == []
    over = told(world, at=LONG_AGO - YEAR)
    hold(world, over, ends_on=TODAY.date(), at=TODAY - timedelta(days=30))
    assert list(items(world, proposed(world)[0])) == [over.spoken_code], "a hold that has ended binds nobody"


def test_a_hold_between_approval_and_execution_wins(world: World) -> None:
    case = told(world)
    batch = approved(world, proposed(world)[0])
    hold(world, case)
    work_off(world, batch)
    assert items(world, batch)[case.spoken_code].left_out == "held"
    assert "Canary-summary" in stored_words(case)
    with world.acting("system", TODAY), pytest.raises(Stale):
        keeping.empty(case, "case_s3_s4")


def test_a_held_draft_is_not_thrown_away(world: World) -> None:
    with world.acting("principal", TODAY) as principal:
        draft = actions.save_draft(world.file().uid, by=principal, answers={"summary": "Mất xe"})
    with reading_as(SYSTEM):
        Hold.objects.visible_to(SYSTEM).create(
            kind="child", status="held", about_model="incidents.incident", about_id=draft.pk, about_code=draft.code, addressed_to_id=world.actor("guardian").body_id,
            parties=[world.actor("guardian").body_id], starts_on=TODAY.date(), asked_by=world.actor("guardian"), asked_at=TODAY, set_by=world.actor("guardian"), set_at=TODAY,
        )  # fmt: skip
    with world.acting("principal", TODAY) as principal, pytest.raises(Stale):
        actions.discard(draft, by=principal)


# Every way in which rows or sealed values go, and why a hold on a case need not stop it, or that it does.
ENDS = {
    "incidents/keeping.py": "asks under the lock of the case",
    "incidents/attachments.py": "called by keeping alone, which asks under the lock of the case",
    "coordination/paper/papers.py": "a printed copy of a day; what it was printed from stays",
    "coordination/keeping/subject.py": "the copy that was handed to the person",
    "incidents/endings.py": "notices leave the bell of a school whose leadership is concerned; the case stays",
}


def deleting_files() -> set[str]:
    """The modules of cases and of the ground that delete a row of theirs or empty a sealed value."""
    found = set()
    for path, tree in sources():
        if not path.startswith(("incidents/", "coordination/")) or "/management/" in path:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                deletes = getattr(node.func, "attr", "") == "delete" and path.startswith("incidents/")
                empties = any(isinstance(word.value, ast.Constant) and word.value.value == "" and word.arg in {"content", "data", "name", "full_name", "summary"} for word in node.keywords) and getattr(node.func, "id", "") == "move"
                if deletes or empties:
                    found.add(path)
            if isinstance(node, ast.FunctionDef) and node.name == "take_out":
                found.add(path)
    return found


def test_every_path_that_destroys_is_known() -> None:
    assert deleting_files() == set(ENDS)


def test_a_chief_asks_and_a_supervisor_sets(world: World) -> None:
    case = told(world, closed=False)
    asked = hold(world, case, "chief")
    assert asked.status == "asked"
    with world.acting("chief", TODAY) as chief, pytest.raises(PermissionDenied):
        holds.set_hold(asked, by=chief)
    assert not is_held(case)
    with world.acting("province_police_head", TODAY) as head:
        assert holds.set_hold(asked, by=head).status == "held"
    assert is_held(case)
    with world.acting("province_police_head", TODAY) as head:
        holds.lift(asked, by=head, reason="Hết cần.")
    assert not is_held(case)


def is_held(case: Incident) -> bool:
    """As whoever destroys asks."""
    with clocks.set_to(TODAY), reading_as(SYSTEM):
        return holds.is_held(case)


def test_a_second_hold_of_the_same_side_comes_too_late(world: World) -> None:
    case = told(world, closed=False)
    hold(world, case)
    with pytest.raises(Stale):
        hold(world, case)
    assert hold(world, case, "chief").status == "asked", "the police side has its own"


@pytest.mark.parametrize("who", ["principal", "deputy", "officer", "culture", "leader", "doet", "dpo", "sysadmin"])
def test_nobody_else_holds(world: World, who: str) -> None:
    case = told(world, closed=False)
    with world.acting(who, TODAY) as actor, pytest.raises(PermissionDenied):
        holds.place(keeping.of_cases(), case, by=actor, reason="x", ends_on=None)


def test_the_list_holds_what_the_reader_may_open(world: World) -> None:
    found = hold(world, told(world))
    for who, listed in (("guardian", True), ("dpo", True), ("treem.so.bk", False), ("chief", False)):
        with clocks.set_to(TODAY):
            client = world.client(who, fresh_for=60)
            assert (found.get_absolute_url() in client.get("/tam-giu/").content.decode()) is listed, who
            assert client.get(found.get_absolute_url()).status_code == (200 if listed else 404), who


def test_the_page_tells_of_a_hold_those_who_may_know(world: World) -> None:
    case = told(world, at=TODAY - timedelta(days=1), closed=False)
    hold(world, case)
    with clocks.set_to(TODAY):
        assert "Đang tạm giữ, không hủy" in world.client("guardian").get(case.get_absolute_url()).content.decode()
        for who in ("principal", "officer", "chief", "culture"):
            assert "Đang tạm giữ" not in world.client(who).get(case.get_absolute_url()).content.decode(), who


# Its paper


def test_the_record_names_rules_counts_and_codes_and_nobody(world: World) -> None:
    case, held = told(world), told(world, at=LONG_AGO - YEAR)
    batch = approved(world, proposed(world)[0])
    hold(world, held)
    work_off(world, batch)
    with world.acting("guardian", TODAY) as guardian:
        batch = DisposalBatch.objects.visible_to(guardian).get(pk=batch.pk)
        paper = filled(order(offered("bien-ban-huy"), batch, by=guardian))
        assert record.is_over(batch)
    words = repr(paper)
    assert case.spoken_code in words and held.spoken_code in words and "Đang tạm giữ, không hủy" in words
    assert "Canari" not in words and guardian.user.username not in words


# What one person is given


def asked_for(world: World, case: Incident, who: str = "HS-1") -> SubjectExport:
    """A parent's request, and the export the office prepares."""
    answers = {"kind": RequestKind.SEE, "capacity": Capacity.REPRESENTATIVE, "asker": "Phụ huynh", "contact": "x", "case_code": case.spoken_code, "wish": "Xin bản sao.", "received_at": TODAY, "school": case.school}
    with world.acting("dpo", TODAY) as officer:
        asked = requests.acknowledge(requests.record(by=officer, answers=answers), by=officer)
    with world.acting("guardian", TODAY) as guardian:
        return subject.prepare(asked, by=guardian, part="vu-viec", code=case.spoken_code, who=who)


def gathered(world: World, export: SubjectExport) -> str:
    """After the second person, by the worker."""
    with world.acting("dpo", TODAY) as officer:
        subject.approve(export, by=officer)
    with world.acting("system", TODAY):
        subject.gather(export.pk)
        subject.gather(export.pk)
        ready = SubjectExport.objects.visible_to(SYSTEM).get(pk=export.pk)
        assert ready.status == ExportStatus.READY
        return ready.data


GIVEN = {
    ("incidents.Person", "full_name"): "Canarius Prima",
    ("incidents.Person", "class_name"): "9Q-canary",
    ("incidents.Person", "contact"): "0912000111",
    ("incidents.Incident", "summary"): "Canary-summary",
    ("incidents.Incident", "place_detail"): "Canary-place",
    ("incidents.Incident", "ended_reason"): "",
    ("incidents.FullReport", "narrative"): "Canary-narrative",
    ("incidents.FullReport", "measures"): "Canary-measures",
    ("incidents.Addendum", "text"): "Canary-addendum",
}


def test_one_person_is_given_everything_of_his_and_nothing_of_others(world: World) -> None:
    """Held against the register of sealed columns: every column that is given stands in the export, no other person's value does."""
    assert {place for place, sealed in subject.register().items() if not sealed.withheld} == set(GIVEN)
    case = told(world)
    data = gathered(world, asked_for(world, case))
    assert [place for place, word in GIVEN.items() if word not in data] == []
    assert [word for word in (*OTHER.values(), "Canary-note", "Canary-question", "Canary-reply", "Canary-outcome") if word in data] == []
    assert "HS-2 đứng cạnh" in json.loads(data)["sections"][2]["rows"][2][1]


def test_an_export_needs_two_people_and_ends_with_its_hand_over(world: World) -> None:
    case = told(world)
    export = asked_for(world, case)
    with world.acting("guardian", TODAY) as guardian, pytest.raises(PermissionDenied):
        subject.approve(export, by=guardian)
    gathered(world, export)
    for who, code in (("guardian", 200), ("dpo", 403), ("principal", 404)):
        with clocks.set_to(TODAY):
            assert world.client(who).get(f"/trich-xuat/{export.code}/tep/").status_code == code, who
    with world.acting("guardian", TODAY) as guardian:
        export = SubjectExport.objects.visible_to(guardian).get(pk=export.pk)
        paper = filled(order(offered("ban-cung-cap"), export, by=guardian))
        assert "Canarius Prima" in repr(paper) and "Secunda" not in repr(paper)
        export = subject.hand_over(export, by=guardian)
        assert export.data == ""
    with clocks.set_to(TODAY):
        assert world.client("guardian").get(f"/trich-xuat/{export.code}/tep/").status_code == 404


@pytest.mark.parametrize(("code", "who"), [("", "HS-1"), ("KHONG-CO", "HS-1"), (None, "HS-9"), (None, "Canarius Prima")])
def test_nobody_is_found_by_name_or_across_cases(world: World, code: str | None, who: str) -> None:
    case = told(world)
    export = asked_for(world, case)
    with world.acting("guardian", TODAY) as guardian, pytest.raises(Refused):
        subject.prepare(export.request, by=guardian, part="vu-viec", code=case.spoken_code if code is None else code, who=who)


# A leak


def test_the_breach_command_tells_cases_and_people_per_school(world: World, tmp_path: Path) -> None:
    case, other = told(world, at=TODAY - timedelta(days=3), closed=False), told(world, at=TODAY - timedelta(days=2), closed=False)
    start = datetime.now(clocks.ZONE)
    world.see_all()
    person = Person.objects.unscoped("test").filter(incident=case).first()
    with world.acting("officer", TODAY) as officer:
        actions.open_sealed(case, by=officer, purpose="case", person=person)
    said = breach("--from", start.isoformat(), "--to", "2999-01-01T00:00", "--user", "ca.phuong.ducxuan", "--names", str(tmp_path / "names"))
    assert said[0] == f"case\t{case.spoken_code}\t2"
    assert said[1] == f"school\t{case.school.name}\t1\t2"
    assert said[2] == "cases=1 people=2"
    assert other.spoken_code not in "".join(said) and "Canari" not in "".join(said)
    names = tmp_path / "names"
    assert names.stat().st_mode & 0o777 == 0o600 and "Canarius Prima" in names.read_text()
    world.see_all()
    assert TrailLine.objects.filter(act="breach_names").count() == 1
    assert breach("--from", start.isoformat(), "--to", "2999-01-01T00:00", "--user", "hieutruong.bk-th-01") == ["cases=0 people=0"]


def breach(*words: str) -> list[str]:
    """What the command prints."""
    out = StringIO()
    call_command("breach", *words, stdout=out)
    return out.getvalue().splitlines()


# The sample data


def test_the_sample_shows_a_batch_a_hold_and_a_request(world: World) -> None:
    case = world.file()
    with clocks.set_to(NOW + timedelta(days=2)), reading_as(SYSTEM):
        demo_keeping.load()
        assert [item.rule for item in DisposalItem.objects.visible_to(SYSTEM)] == ["draft"]
        assert (Hold.objects.visible_to(SYSTEM).get().about_id, DataRequest.objects.visible_to(SYSTEM).get().status) == (case.pk, "acknowledged")


# In the same second


@pytest.fixture(scope="module")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A copy of the test database in which everything is committed at once."""
    with copied_database("keeping_copy", django_db_blocker) as name, speaking_to(name, django_db_blocker):
        yield World()


def test_an_archive_holds_the_lines_and_their_proof(committed: World, tmp_path: Path) -> None:
    """Every root can be computed again from the file alone; nothing is deleted, nothing is overwritten, no story is in it."""
    case = committed.file(summary="Canary-summary.")
    with reading_as(SYSTEM):
        assert sealing.seal()
        held = TrailLine.objects.count()
    file, tomorrow = tmp_path / "trail.jsonl", f"{date.today() + timedelta(days=1)}"
    out = StringIO()
    call_command("retention", "archive-trail", "--before", tomorrow, str(file), stdout=out)
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    lines, seals = [row for row in rows if "seal" not in row], [row["seal"] for row in rows if "seal" in row]
    for seal in seals:
        nodes = [tree.node_of(line["id"], line["position"], bytes.fromhex(line["leaf"])) for line in lines if seal["first"] <= line["position"] < seal["last"]]
        assert (tree.tree_of(nodes).hex(), len(nodes)) == (seal["tree"], seal["lines"])
    assert f"lines={len(lines)} root={seals[-1]['root']}" in out.getvalue() and len(lines) > 0
    with reading_as(SYSTEM):
        assert TrailLine.objects.count() >= held
    assert "Canary" not in file.read_text() and case.code in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="never overwritten"):
        call_command("retention", "archive-trail", "--before", tomorrow, str(file))


def at_once(*presses: Callable[[], Any]) -> None:
    """Together, each on a connection of its own."""
    start = threading.Barrier(len(presses))

    def press(do: Callable[[], Any]) -> None:
        start.wait(20)
        try:
            do()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(do,)) for do in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


@pytest.mark.parametrize("round_", range(2))
def test_a_hold_and_the_destruction_in_the_same_second(committed: World, round_: int) -> None:
    """Whichever is first: a held case is whole, a destroyed one was not held before; never a held case without its words."""
    case = told(committed, at=LONG_AGO - round_ * YEAR)
    batch = approved(committed, [one for one in proposed(committed, TODAY + round_ * timedelta(days=31)) if one.status == BatchStatus.PROPOSED][0])
    at_once(lambda: hold(committed, case), lambda: work_off(committed, batch))
    with reading_as(SYSTEM):
        item = disposal.items_of(batch, SYSTEM).get(about_code=case.spoken_code)
        assert item.done_at
        assert ("Canary-summary" in stored_words(case)) is (item.left_out == "held")
        assert Hold.objects.visible_to(SYSTEM).filter(about_id=case.pk, status="held").exists()
