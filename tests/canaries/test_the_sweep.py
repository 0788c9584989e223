"""A case goes from filing to its printed record over the running portal; then nothing of what lies sealed is found anywhere else, and what is planted is found."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from django.db import connections
from django.urls import reverse
from kombu import Connection

from coordination.models import Job, Notice
from coordination.sealed.canaries import Matcher, Public, Value, folded_words, texts_of_pdf
from coordination.sealed.masking import Secrets, scan
from incidents import actions
from incidents.models import Incident, Person, Referral
from tests.access.stage import PERSON, SENT_REPORT
from tests.coordination.test_masking import SPELLINGS, narrative, person
from tests.live import Live, Visitor
from tests.printing.at_hand import QUICK, RECORD, made
from tests.test_architecture import ROOT
from tests.world import World

# Nobody is called so, and nobody would write these sentences by chance.
NAME, OTHER = "Nông Thị Canh Gác", "Vừ A Báo Động"
TELEPHONE = "0987 654 321"
STORY = "Chim hoàng yến màu tím bay qua cửa sổ phòng thí nghiệm lúc trống vừa điểm hồi thứ bảy."
NOTE = "Mười hai quả bóng xanh lơ lăn xuống cầu thang xoắn sau kho sách cũ của cổng phụ."


@pytest.fixture(scope="module")
def told(live: Live) -> Iterator[str]:
    """A case with canaries in every block, filed, completed, received, noted, answered and printed through the web; the code of its page."""
    principal, officer = live.visitor("hieutruong.bk-cs-01"), live.visitor("ca.phuong.ducxuan")
    code = filed(principal)
    for name, role in ((NAME, "involved"), (OTHER, "witness")):
        pressed(principal, reverse("incidents:add_person", args=[code]), PERSON | {"full_name": name, "role": role, "contact": TELEPHONE, "__end": "1"})
    report = SENT_REPORT | {"narrative": f"{STORY} {NAME} có mặt.", "measures": STORY}
    pressed(principal, reverse("incidents:full_report", args=[code]), report | {"family_told_at": "", "family_not_told_reason": STORY, "__end": "1"})
    with live.inside():
        referral = Referral.objects.unscoped("test").get(incident__code=code).code
    page = reverse("incidents:detail", args=[code])
    pressed(officer, reverse("incidents:see", args=[referral]), {}, page=reverse("incidents:queue"))
    pressed(officer, reverse("incidents:receive", args=[referral]), {}, page=page)
    pressed(officer, reverse("incidents:note", args=[referral]), {"text": NOTE, "__end": "1"})
    pressed(officer, reverse("incidents:answer", args=[referral]), {"outcome": "reminded", "text": NOTE, "__end": "1"})
    pressed(principal, reverse("coordination:order_paper", args=["bien-ban-vu-viec", code]), {}, page=page)
    live.until(lambda: all_done(live), 60)
    yield code


def filed(principal: Visitor) -> str:
    """Báo nhanh with a name where none belongs."""
    answer = principal.post("/vu-viec/bao-nhanh/", World().form(summary=f"Em {NAME} (gọi {TELEPHONE}): {STORY}", place_detail=NOTE[:60]))
    assert answer.status == 302, answer.text[-2000:]
    return answer.headers["Location"].strip("/").split("/")[-2]


def pressed(visitor: Visitor, path: str, fields: dict[str, str], *, page: str = "") -> None:
    """A form that must be taken."""
    answer = visitor.post(path, fields, page=page)
    assert answer.status == 302, (path, answer.status, re.findall(r'class="error[^>]*>([^<]+)', answer.text), answer.text[-800:])


def all_done(live: Live) -> bool:
    """Every mail is out and every paper printed."""
    with live.inside():
        return not Job.objects.filter(done_at=None, parked_at=None).exists()


def swept(live: Live, temp: Path) -> tuple[int, list[str]]:
    """The command itself: its exit code and its lines."""
    command = [sys.executable, str(ROOT / "manage.py"), "canaries", "--logs", str(live.logs), "--temp", str(temp)]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | live.env, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1) and done.stdout, done.stderr[-3000:]
    return done.returncode, done.stdout.strip().splitlines()


def test_nothing_sealed_is_found_anywhere_else(live: Live, told: str, tmp_path: Path) -> None:
    code, lines = swept(live, tmp_path)
    assert (code, lines[:-1]) == (0, [])
    places = int(re.fullmatch(r"places=(\d+) hits=0", lines[-1])[1])
    assert places > 40, "the sweep looks at every table, at logs, sessions, the broker and the printed record"


def test_what_is_planted_is_found(live: Live, told: str, tmp_path: Path) -> None:
    """One canary in a log, a table, a session, the broker, a temporary file: each is named by its place, and no line says the words."""
    with (live.logs / "web.log").open("a") as log:
        log.write("2026-11-22 10:00:00 ERROR no such pupil: NONG THI CANH GAC\n")
    (tmp_path / "left.txt").write_text(f"{NOTE}\n")
    with Connection(live.env["REDIS_URL"]) as line:
        line.default_channel.client.set("note", f'{{"tel": "+84{TELEPHONE[1:]}"}}')
    with live.inside():
        notice = Notice.objects.unscoped("test").latest("pk")
        before, notice.about_words = notice.about_words, f"Báo: {OTHER}"
        notice.save(update_fields=["about_words"])
    try:
        code, lines = swept(live, tmp_path)
    finally:
        with live.inside():
            Notice.objects.unscoped("test").filter(pk=notice.pk).update(about_words=before)
        with Connection(live.env["REDIS_URL"]) as line:
            line.default_channel.client.delete("note")
    found = {place: value.split(" row ")[0] for place, value in (row.split("\t") for row in lines[:-1])}
    assert code == 1
    assert found["log web.log"] == "incidents.Person.full_name"
    assert found["table coordination_notice"] == "incidents.Person.full_name"
    assert found["redis note"] == "incidents.Person.contact"
    assert found["temporary left.txt"] in {"incidents.PoliceNote.text", "incidents.Referral.outcome_note"}
    assert set(found) == {"log web.log", "table coordination_notice", "redis note", "temporary left.txt"}
    assert not any(word in row for row in lines for word in (NAME, OTHER, TELEPHONE))


# What is looked for


@pytest.fixture
def looking(world: World) -> Callable[..., Matcher]:
    """A matcher for one value."""

    def build(text: str, *, identifies: bool = False) -> Matcher:
        made = Matcher()
        made.add(Value("test", 1), text, identifies=identifies, public=Public())
        return made

    return build


@pytest.mark.parametrize("text", ["9A", "Chưa rõ", "Người mẫu", "An", "", "113"])
def test_short_and_common_values_are_left_out_and_counted(looking: Callable[..., Matcher], text: str) -> None:
    made = looking(text, identifies=True)
    assert (made.values, made.left_out, made.find(f"có {text} ở đây")) == (1, 1, set())


def test_what_is_public_anyway_is_left_out(looking: Callable[..., Matcher]) -> None:
    assert looking("Phường Đức Xuân", identifies=True).left_out == 1
    assert looking("Đã mời gia đình hai bên, lập biên bản, nhắc nhở chung.").left_out == 0


@pytest.mark.parametrize("written", [NAME, NAME.upper(), "nong thi canh gac", "Nông  Thị\nCanh Gác", "Nông_Thị_Canh_Gác"])
def test_a_name_is_found_however_it_is_written(looking: Callable[..., Matcher], written: str) -> None:
    assert looking(NAME, identifies=True).find(f"2026-11-22 INFO {written} 17") != set()


@pytest.mark.parametrize("written", ["0987654321", "+84987654321", "0987.654.321", "987 654 321"])
def test_a_number_is_found_however_it_is_written(looking: Callable[..., Matcher], written: str) -> None:
    assert looking(TELEPHONE, identifies=True).find(f"gọi {written} nhé") != set()


def test_eight_words_of_a_story_are_enough(looking: Callable[..., Matcher]) -> None:
    words = folded_words(STORY)
    made = looking(STORY)
    for at in range(len(words) - 8):
        assert made.find(" ".join(words[at : at + 8])) != set(), at
    assert made.find("Chim hoàng yến bay qua sân trường lúc trống điểm.") == set()


def test_masked_papers_of_a_case_hold_no_name(world: World) -> None:
    """Metadata and streams too; two here, five hundred when asked for."""
    papers_hold_no_name(world, times=1)


@pytest.mark.long
def test_five_hundred_masked_papers_hold_no_name(world: World) -> None:
    papers_hold_no_name(world, times=250)


def papers_hold_no_name(world: World, times: int) -> None:
    """Each time another person, named in another spelling in every text of the case; two papers."""
    chance = Random(43)
    for number in range(times):
        name, digits = person(chance, chance.choice((3, 4))), f"0{chance.choice('35789')}{chance.randrange(10**8):08d}"
        written = chance.choice(list(SPELLINGS.values()))(name)
        case = world.file(summary=narrative(chance, [written, digits])[:600], place_detail=f"nhà {name}"[:120])
        with world.acting("principal") as principal:
            actions.add_person(case, by=principal, answers=PERSON | {"full_name": name, "contact": digits})
            actions.amend(case, by=principal, text=narrative(chance, [written, digits]))
        secrets = Secrets([name], [digits])
        for kind in (QUICK, RECORD):
            content = made(world, "principal", kind, case).content
            assert not [text for text in texts_of_pdf(content) if scan(text, secrets)], (number, kind)


def test_the_dump_of_the_sample_ward_holds_no_name(live: Live, told: str) -> None:
    """pg_dump itself, read as plain bytes: what a thief of a backup would hold."""
    with live.inside():
        way = connections["owner"].get_connection_params()
        assert Person.objects.unscoped("test").filter(incident__code=told).count() == 2
        assert Incident.objects.unscoped("test").get(code=told).summary.count(NAME) == 1
    dumped = subprocess.run(["pg_dump", "-h", way["host"], "-U", way["user"], way["dbname"], "--enable-row-security"], env=os.environ | {"PGOPTIONS": "-c portal.reader=system"}, capture_output=True, timeout=120)
    assert dumped.returncode == 0, dumped.stderr[-500:]
    assert told.encode() in dumped.stdout
    for words in (NAME, OTHER, TELEPHONE, STORY[:30], NOTE[:30]):
        assert words.encode() not in dumped.stdout and words.encode().hex().encode() not in dumped.stdout
