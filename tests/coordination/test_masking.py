"""Names and numbers are found however they are written; nothing else is taken for one; and what would leave with one is stopped."""

import csv
import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.core import mail
from django.test import override_settings
from django.urls import reverse

from coordination import clocks, notices
from coordination.models import SYSTEM, Job, NoticeMail, Organisation, Unit
from coordination.models.notices import NoticeKind
from coordination.paper import papers
from coordination.scope import reading_as
from coordination.sealed import masking
from coordination.sealed.masking import Leak, Secrets, hits_in, scan, veil
from coordination.tasks import render_paper
from incidents import actions
from incidents.demo import CASES
from incidents.models import Incident, Kind
from incidents.rules import FAMILY_NAMES
from tests.access.stage import PERSON
from tests.briefings import meetings
from tests.printing.at_hand import MINUTES, QUICK, RECORD, fresh, order, work
from tests.reports import quarter
from tests.world import NOW, World

# Made of syllables that people do bear, put together by chance: nobody is meant.
FAMILIES = sorted(name for name in FAMILY_NAMES if not name.isascii())
MIDDLES = "Văn Thị Đức Ngọc Minh Thanh Hữu Quốc Gia Bảo Thùy Xuân".split()
GIVEN = "An Bình Châu Dũng Đạt Giang Hà Hòa Khôi Lan Linh My Nga Phúc Quân Sơn Thủy Uyên Vy Ý".split()


def person(chance: Random, syllables: int) -> str:
    """A name of two to five syllables."""
    return " ".join([chance.choice(FAMILIES), *chance.sample(MIDDLES, syllables - 2), chance.choice(GIVEN)])


def unmarked(text: str) -> str:
    """Typed without marks, as on a telephone."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return bare.replace("đ", "d").replace("Đ", "D")


def old_tone(text: str) -> str:
    """Hoà for Hòa: the older place of the mark."""
    return text.replace("òa", "oà").replace("ủy", "uỷ").replace("ùy", "uỳ")


def shortened(name: str) -> str:
    """N.V. An."""
    *before, last = name.split()
    return ".".join(word[0] for word in before) + f". {last}"


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "NFD": lambda name: unicodedata.normalize("NFD", name),
    "capitals": str.upper,
    "small letters": str.lower,
    "no marks": unmarked,
    "no marks, small": lambda name: unmarked(name).lower(),
    "no marks, capitals": lambda name: unmarked(name).upper(),
    "NFD capitals": lambda name: unicodedata.normalize("NFD", name.upper()),
    "older marks": old_tone,
    "two spaces": lambda name: name.replace(" ", "  "),
    "a new line": lambda name: name.replace(" ", "\n", 1),
    "hyphens": lambda name: name.replace(" ", "-"),
    "underlines": lambda name: name.replace(" ", "_"),
    "a soft hyphen": lambda name: name[:2] + "\u00ad" + name[2:],
    "no-break spaces": lambda name: name.replace(" ", "\N{NO-BREAK SPACE}"),
}
OF_LONG_NAMES: dict[str, Callable[[str], str]] = {
    "initials and given name": shortened,
    "family name and initials": lambda name: ". ".join([name.split()[0] + " " + name.split()[1][0], *(word[0] for word in name.split()[2:])]),
    "initials": lambda name: ".".join(word[0] for word in name.split()) + ".",
    "given name first": lambda name: " ".join([name.split()[-1], *name.split()[:-1]]),
    "joined": lambda name: unmarked(name).lower().replace(" ", "") if len(name.replace(" ", "")) >= masking.SHORTEST_JOINED else name,
    "one wrong mark": lambda name: name[:-1] + name[-1] + "\u0301" if not unicodedata.normalize("NFD", name[-1])[1:] else name,
    "called by the given name": lambda name: f"em {name.split()[-1]}",
    "called by two syllables": lambda name: f"bạn {' '.join(name.split()[-2:])}",
}
DIALLED = ("0{0}", "+84{0}", "+84 {0}", "(0{0})", "84{0}")
SEPARATED = ("{}{}{}", "{} {} {}", "{}.{}.{}", "{}-{}-{}", "{} - {} - {}", "{}/{}/{}", "{}\n{} {}")
PLAIN = [
    "Khoảng 9 giờ 30 ngày 20/11/2026, giáo viên chủ nhiệm lớp 9A phát hiện một học sinh mang dao gọt hoa quả trong cặp.",
    "Hai học sinh xô xát ở sân sau; bảo vệ can ngăn, không có ai bị thương.",
    "Nhà trường đã mời gia đình hai bên, lập biên bản, báo Công an phường.",
    "Học sinh đi xe máy trên đường Trần Phú khi chưa đủ tuổi; số tiền 1.250.000 đồng.",
    "Đã thông báo cho cha mẹ lúc 10:42; bàn giao 03 vật chứng cho Công an xã An Bình.",
]


def narrative(chance: Random, planted: list[str]) -> str:
    """Plain sentences with something planted between their words."""
    words = " ".join(chance.sample(PLAIN, 2)).split(" ")
    for text in planted:
        words.insert(chance.randrange(1, len(words)), f"({text})" if chance.random() < 0.3 else text)
    return " ".join(words)


def everything_is_found(times: int, seed: int) -> None:
    """Plant one name and one number in each of so many narratives: each is found, and what is left when they are veiled holds neither."""
    chance = Random(seed)
    for _time in range(times):
        syllables = chance.choice((2, 3, 3, 3, 4, 5))
        name, digits = person(chance, syllables), f"{chance.choice('35789')}{chance.randrange(10**8):08d}"
        spellings = SPELLINGS | (OF_LONG_NAMES if syllables > 2 else {})
        how = chance.choice(list(spellings))
        written = spellings[how](name)
        number = chance.choice(DIALLED).format(chance.choice(SEPARATED).format(digits[:2], digits[2:5], digits[5:]))
        secrets = Secrets({name: "HS-1"}, {f"0{digits} (mẹ)": "……"})
        text = narrative(chance, [written, number])
        begun = text.index(written)
        found = scan(text, secrets)
        assert any(hit.start < begun + len(written) and begun < hit.end for hit in found), (how, name, text)
        veiled = veil_without_register(text, secrets)
        assert not re.search(rf"(?<!\w){re.escape(written)}(?!\w)", veiled) and digits not in "".join(sign for sign in veiled if sign.isdigit()), (how, name, text, veiled)
        assert scan(veiled, secrets) == []


def veil_without_register(text: str, secrets: Secrets) -> str:
    """As veil() does where no body or place bears a name like that."""
    kept, end = "", 0
    for hit in scan(text, secrets):
        if hit.start >= end:
            kept, end = kept + text[end : hit.start] + hit.shown, hit.end
    return kept + text[end:]


def test_ten_thousand_planted_names_and_numbers_are_found() -> None:
    everything_is_found(10_000, seed=33)


@pytest.mark.long
def test_two_hundred_thousand_are_found() -> None:
    everything_is_found(200_000, seed=34)


SECRETS = Secrets(["Nông Thị Thử", "Lê An", "Mai Anh Dũng", "Hòa", "Chưa rõ", "Vừ A Dí (Tí), lớp 9A"], ["Mẹ: Lường Thị Mẫu, 0912 345 678", "qua giáo viên chủ nhiệm", "me.thu@vidu.vn"])


@pytest.mark.parametrize(
    "text",
    [
        "em Hoà", "Vừ A Dí", "lường thị mẫu", "LUONG THI MAU", "N.T.T", "N. T. Thử", "em Thử", "anh Anh Dũng", "912 345 678", "０９１２３４５６７８", "0912.345.678", "thư của me.thu@vidu.vn", "Dũng Mai Anh",
        "học sinh Le An", "Nông Thị Thử,lớp 9A", "nongthithu2012", "NôngThịThử",
    ],
)  # fmt: skip
def test_this_names_somebody(text: str) -> None:
    assert scan(text, SECRETS) != []


@pytest.mark.parametrize(
    "text",
    [
        "lễ an toàn giao thông", "Lễ An toàn", "hòa giải, thuận hòa", "chưa rõ ai làm", "qua giáo viên chủ nhiệm", "Thị trấn Nông Cống", "lớp 9A", "anh Công an phường", "cô Hiệu trưởng",
        "thử nghiệm", "T.T. Nông", "ngày 09/12/2026 lúc 09:12", "912 345 67", "gặp mai, anh dũng cảm", "N.T", "TP.HCM", "", "HS-1", "Họ và tên, lớp (ghi tay)",
    ],
)  # fmt: skip
def test_this_names_nobody(text: str) -> None:
    assert scan(text, SECRETS) == []


def test_a_school_called_like_a_pupil_is_a_school(world: World) -> None:
    """The register knows the school; the pupil is still a pupil."""
    secrets = Secrets(["Lê Hồng Phong", "Đức Xuân"])
    Organisation.objects.create(kind="school", name="Trường THPT Lê Hồng Phong (mẫu)", short_name="THPT Lê Hồng Phong")
    for text in ("học sinh Trường THPT Lê Hồng Phong", "THPT LÊ HỒNG PHONG", "trước THPT Lê Hồng Phong (mẫu)", "Công an phường Đức Xuân", "tại Phường Đức Xuân"):
        assert hits_in(text, secrets) == [], text
    for text in ("em Lê Hồng Phong", "Lê Hồng Phong, học sinh Trường THPT Lê Hồng Phong", "em Đức Xuân"):
        assert hits_in(text, secrets) != [], text
    assert veil("Lê Hồng Phong ở Trường THPT Lê Hồng Phong", Secrets({"Lê Hồng Phong": "HS-1"})) == "HS-1 ở Trường THPT Lê Hồng Phong"


def test_the_demos_own_texts_name_nobody(world: World) -> None:
    """A class of ordinary names is looked for in every sentence of the sample cases, every kind, every body and every commune of two provinces."""
    chance = Random(7)
    secrets = Secrets([person(chance, syllables) for syllables in (2, 3, 3, 4) for _each in range(250)], [f"09{chance.randrange(10**8):08d}" for _each in range(200)])
    with CASES.open(encoding="utf-8", newline="") as lines:
        texts = [row["summary"] for row in csv.DictReader(lines, delimiter="\t")]
    texts += [kind.label for kind in Kind.objects.all()] + PLAIN
    texts += [text for row in Organisation.objects.values_list("name", "short_name", "address", "duty_phone") for text in row if text]
    texts += Unit.objects.filter(parent__code__in=("31", "19")).values_list("full_name", flat=True)
    assert len(texts) > 300
    assert {text: [text[hit.start : hit.end] for hit in hits] for text in texts if (hits := hits_in(text, secrets))} == {}


# What leaves


# Handovers of land and of posts, what was destroyed by code and rule, and what a person is given of himself.
ABOUT_NO_CASE = {"bien-ban-ban-giao", "bien-ban-giao-viec", "bien-ban-huy", "ban-cung-cap"}
NAMED = "Nông Thị Thử Nghiệm"


@pytest.fixture
def case(world: World) -> Incident:
    """A case with one person and a way to reach her."""
    incident = world.file()
    with world.acting("principal") as principal:
        actions.add_person(incident, by=principal, answers=PERSON | {"full_name": NAMED, "contact": "0912 345 678"})
    return incident


@pytest.mark.parametrize("written", [NAMED, NAMED.upper(), unmarked(NAMED), "N.T.T. Nghiệm", "gọi 0912-345-678", unicodedata.normalize("NFD", NAMED)])
def test_a_name_in_the_words_is_printed_under_its_pseudonym(world: World, case: Incident, written: str) -> None:
    with world.acting("principal") as principal:
        actions.amend(case, by=principal, text=f"Sáng nay {written} đã đến lớp.")
    paper = work(order(world, "principal", RECORD, case))
    assert paper.status == "ready"


def test_a_paper_with_a_name_is_parked_and_does_not_say_which(world: World, case: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last look catches what no veil covered: here, the words of the form itself."""
    monkeypatch.setattr("incidents.papers.FIRST_WORD", f"Người báo: {unmarked(NAMED)}.")
    paper = order(world, "principal", QUICK, case)
    with clocks.set_to(NOW):
        render_paper(Job.objects.get(key=paper.job_key).pk)
    job = Job.objects.get(key=paper.job_key)
    assert (fresh(paper).status, job.state) == ("ordered", "parked")
    assert job.fault == "Văn bản có họ tên hoặc số liên hệ của người liên quan: sửa lại trước khi in."
    with clocks.set_to(NOW):
        page = world.client("principal").get(reverse("coordination:paper", args=[paper.code])).content.decode()
    assert "sửa lại trước khi in" in page and "Nghiệm" not in page


def test_a_conclusion_that_names_a_pupil_is_given_back(world: World, case: Incident) -> None:
    briefing = meetings.held(world)
    with clocks.set_to(meetings.MEETS_AT):
        answer = world.client("culture").post(reverse("briefings:conclude", args=[briefing.code]), meetings.said(world, text=f"Nhắc nhở em {NAMED.lower()}."))
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "không ghi họ tên" in said and f"em {NAMED.lower()}." in said


def test_a_result_that_names_a_pupil_is_given_back(world: World) -> None:
    referral = world.received()
    with world.acting("principal") as principal:
        actions.add_person(referral.incident, by=principal, answers=PERSON | {"full_name": NAMED})
    client = world.client("officer")
    for text, status in ((f"Đã nhắc nhở em {NAMED}.", 422), ("Đã nhắc nhở HS-1.", 302)):
        with clocks.set_to(NOW + timedelta(hours=1)):
            answer = client.post(reverse("incidents:answer", args=[referral.code]), {"outcome": "reminded", "text": text, "__end": "1"})
        assert answer.status_code == status
    assert "Đã nhắc nhở em" not in answer.content.decode()


def test_the_words_of_a_report_that_name_a_pupil_are_given_back(world: World) -> None:
    quarter.expect()
    incident = quarter.happened(world, full={})
    with world.acting("principal") as principal:
        actions.add_person(incident, by=principal, answers=PERSON | {"full_name": NAMED})
    report = quarter.rendered(quarter.ordered(world))
    client = world.client("doet")
    with clocks.set_to(NOW):
        page = client.get(reverse("reports:words", args=[report.code]))
        sections = [name for name in page.context["form"].fields if name != "seen"]
        answer = client.post(reverse("reports:words", args=[report.code]), dict.fromkeys(sections, "Không.") | {sections[0]: f"Điển hình: {unmarked(NAMED)}.", "seen": "0", "__end": "1"})
    assert answer.status_code == 422
    assert unmarked(NAMED) in answer.content.decode()


def test_a_report_whose_words_name_a_pupil_later_is_not_printed(world: World) -> None:
    """The words were written before the name was sealed: the worker looks again."""
    quarter.expect()
    incident = quarter.happened(world, full={})
    report = quarter.rendered(quarter.ordered(world))
    with world.acting("principal") as principal:
        actions.add_person(incident, by=principal, answers=PERSON | {"full_name": NAMED})
    with reading_as(SYSTEM), pytest.raises(Leak):
        masking.refuse({"words": f"Điển hình: {NAMED}."}, masking.secrets_of(report))


def test_minutes_are_looked_through_for_the_people_of_the_ward(world: World, case: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    briefing = meetings.closed(world).briefing
    monkeypatch.setattr("briefings.papers.SOME_SCHOOL", NAMED)
    monkeypatch.setattr("briefings.papers.name_of", lambda _briefing: f"với {NAMED}")
    paper = order(world, "culture", MINUTES, briefing, meetings.MEETS_AT + timedelta(hours=3))
    with clocks.set_to(meetings.MEETS_AT + timedelta(hours=3)):
        render_paper(Job.objects.get(key=paper.job_key).pk)
    assert Job.objects.get(key=paper.job_key).state == "parked"


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_a_mail_that_names_a_pupil_is_not_sent(world: World, case: Incident) -> None:
    with reading_as(SYSTEM):
        notice = notices.tell(world.actor("principal").post, NoticeKind.INCIDENT_FILED, case)
        notice.about_words = f"{NAMED} · Vụ việc"
        notice.save()
        letter = NoticeMail.objects.filter(notice=notice).first()
        notices.mail_notice(Job.objects.get(kind="mail_notice", target=letter.pk).pk)
    job = Job.objects.get(kind="mail_notice", target=letter.pk)
    assert (mail.outbox, job.state) == ([], "parked")


def test_every_paper_about_a_case_is_looked_through() -> None:
    """Every kind of paper is about something whose people are offered; the others, listed here, are about no case."""
    assert {offer.kind for offer in papers._offers.values() if offer.model not in masking._offered} == ABOUT_NO_CASE
