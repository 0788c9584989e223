"""A paper is ordered by a button, printed by the worker, sealed, fetched by whoever may still have it, and gone after a day."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from briefings.papers import post_words
from coordination import clocks, jobs, loop
from coordination.models import SYSTEM, Appointment, Job, Paper, Post, TrailLine
from coordination.paper import papers
from coordination.pdf import PdfFailed
from coordination.scope import reading_as
from coordination.workflow import Stale
from incidents import actions, referral_actions
from incidents.models import Incident, Referral
from tests.briefings import meetings
from tests.printing.at_hand import AFTER, MINUTES, QUICK, RECORD, RESULT, fresh, made, order, work
from tests.world import NOW, World

CONTENT = b"%PDF-1.7 sample"


@pytest.fixture
def quick_pdf(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing itself is tested elsewhere."""
    monkeypatch.setattr(papers, "render_pdf", lambda template, context: CONTENT)


@pytest.fixture
def case(world: World) -> Incident:
    return world.file()


def url(name: str, paper: Paper) -> str:
    return reverse(f"coordination:{name}", args=[paper.code])


def press(client: Client, kind: str, code: str) -> int:
    with clocks.set_to(NOW):
        return client.post(reverse("coordination:order_paper", args=[kind, code])).status_code


def get(client: Client, where: str, at: datetime = NOW) -> HttpResponse:
    with clocks.set_to(at):
        return client.get(where)


def lines(act: str, paper: Paper) -> int:
    with reading_as(SYSTEM):
        return TrailLine.objects.filter(act=act, about_model="coordination.paper", about_id=paper.pk).count()


def downloads(paper: Paper) -> int:
    """Lines that tell of a download: they stand with the case, and name the paper."""
    with reading_as(SYSTEM):
        return TrailLine.objects.filter(act="read", detail__act="paper.download", detail__paper=paper.pk).count()


def only_paper() -> Paper:
    with reading_as(SYSTEM):
        return Paper.objects.visible_to(SYSTEM).get()


def test_from_the_button_to_the_file(world: World, case: Incident) -> None:
    client = world.client("principal")
    page = get(client, case.get_absolute_url()).content.decode()
    where = reverse("coordination:order_paper", args=[QUICK, case.code])
    assert f'action="{where}"' in page and "In phiếu báo nhanh" in page and "In biên bản vụ việc" in page
    with clocks.set_to(NOW):
        answer = client.post(where)
    paper = only_paper()
    assert (answer.status_code, answer["Location"]) == (302, url("paper", paper))
    assert 'data-poll="' in get(client, url("paper", paper)).content.decode()
    assert get(client, url("paper_file", paper))["Location"] == url("paper", paper)
    paper = work(paper)
    assert 'data-poll="' not in get(client, url("paper_progress", paper)).content.decode()
    page = get(client, url("paper", paper)).content.decode()
    assert url("paper_file", paper) in page and case.spoken_code in page and "09:00 ngày mai" in page
    answer = get(client, url("paper_file", paper))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert unquote(answer["Content-Disposition"]) == f"attachment; filename*=utf-8''Phiếu báo nhanh {case.spoken_code}.pdf"
    assert hashlib.sha256(answer.content).hexdigest() == paper.pdf_hash
    assert (lines("order", paper), lines("finish", paper), downloads(paper)) == (1, 1, 1)


def test_the_name_of_the_file_is_vietnamese_for_english_readers_too(world: World, case: Incident, quick_pdf: None) -> None:
    paper = work(order(world, "principal", QUICK, case))
    client = world.client("principal")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "Phiếu báo nhanh" in unquote(get(client, url("paper_file", paper))["Content-Disposition"])


def test_a_second_press_is_the_same_order_and_after_the_file_a_new_one(world: World, case: Incident, quick_pdf: None) -> None:
    first, second = order(world, "principal", QUICK, case), order(world, "principal", QUICK, case)
    assert first.pk == second.pk
    work(first)
    assert order(world, "principal", QUICK, case).pk != first.pk
    assert order(world, "principal", RECORD, case).kind == RECORD


def test_a_job_delivered_twice_prints_once(world: World, case: Incident, quick_pdf: None) -> None:
    paper = work(order(world, "principal", QUICK, case))
    again = work(paper, NOW + timedelta(hours=1))
    assert (again.expires_at, again.pdf_hash) == (paper.expires_at, paper.pdf_hash)
    assert lines("finish", paper) == 1


def test_a_new_paper_says_what_became_known_since(world: World, case: Incident) -> None:
    with world.acting("principal") as principal:
        actions.log_call(case, by=principal, called="113", called_at=NOW - timedelta(minutes=50))
    printed = made(world, "principal", QUICK, case).source
    assert any("113 Công an lúc 08:10 ngày 20/11/2026" in row.cells[1] for row in printed.blocks[0].rows)


# Sealed, and for a day


def test_nothing_of_it_lies_in_plain(world: World, case: Incident, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, before = tmp_path, settings.MEDIA_ROOT
    paper = work(order(world, "principal", QUICK, case))
    settings.MEDIA_ROOT = before
    assert list(tmp_path.rglob("*")) == []
    with reading_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("select content from coordination_paper where id = %s", [paper.pk])
        stored = bytes(cursor.fetchone()[0])
    assert len(stored) > 10_000 and b"%PDF" not in stored and b"JVBERi" not in stored


def test_a_file_moved_to_another_row_does_not_open(world: World, case: Incident, quick_pdf: None) -> None:
    one, other = work(order(world, "principal", QUICK, case)), work(order(world, "principal", RECORD, case))
    with reading_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("update coordination_paper set content = (select content from coordination_paper where id = %s) where id = %s", [one.pk, other.pk])
    answer = get(world.client("principal"), url("paper_file", other))
    assert answer.status_code == 503 and "bị thay đổi" in answer.content.decode()
    assert downloads(other) == 0


def test_another_content_under_its_hash_is_refused(world: World, case: Incident, quick_pdf: None) -> None:
    paper = work(order(world, "principal", QUICK, case))
    with reading_as(SYSTEM):
        Paper.objects.visible_to(SYSTEM).filter(pk=paper.pk).update(pdf_hash="0" * 64)
    with pytest.raises(papers.Spoiled):
        papers.content_of(fresh(paper))


def test_after_a_day_it_cannot_be_fetched_and_is_emptied(world: World, case: Incident, quick_pdf: None) -> None:
    paper = work(order(world, "principal", QUICK, case))
    client, later = world.client("principal"), NOW + papers.KEPT
    assert get(client, url("paper_file", paper), later - timedelta(seconds=1)).status_code == 200
    assert get(client, url("paper_file", paper), later)["Location"] == url("paper", paper)
    assert "đã được xóa" in get(client, url("paper", paper), later).content.decode()
    with clocks.set_to(later - timedelta(seconds=1)), reading_as(SYSTEM):
        assert papers.sweep() == 0
    with clocks.set_to(later), reading_as(SYSTEM):
        assert (papers.sweep(), papers.sweep()) == (1, 0)
    paper = fresh(paper)
    assert (paper.status, paper.content) == ("expired", "")
    assert get(client, url("paper", paper), later).status_code == 200
    assert get(client, url("paper_file", paper), later)["Location"] == url("paper", paper)


def test_the_loop_empties_papers() -> None:
    assert papers.sweep in [chore.work for chore in loop._chores]


# Whose


def test_only_who_ordered_it_fetches_it(world: World, case: Incident, quick_pdf: None) -> None:
    paper = work(order(world, "principal", QUICK, case))
    for who in ("deputy", "other_principal", "officer", "chief", "culture", "doet", "sysadmin"):
        for name in ("paper", "paper_progress", "paper_file"):
            assert get(world.client(who), url(name, paper)).status_code == 404, who


@pytest.mark.parametrize("who", ["deputy", "other_principal", "officer", "culture"])
def test_postgresql_shows_a_paper_to_who_ordered_it_alone(world: World, case: Incident, quick_pdf: None, who: str) -> None:
    work(order(world, "principal", QUICK, case))
    with reading_as(world.actor(who)):
        assert not Paper.objects.unscoped("the wall itself is tested").exists()
    with reading_as(world.actor("principal")):
        assert Paper.objects.unscoped("the wall itself is tested").exists()


def test_who_lost_the_case_lost_the_paper(world: World, case: Incident, quick_pdf: None) -> None:
    """The head of the school printed it before the deputy said whom it concerns."""
    paper, client = work(order(world, "principal", QUICK, case)), world.client("principal")
    assert get(client, url("paper_file", paper)).status_code == 200
    with reading_as(SYSTEM):
        Incident.objects.visible_to(SYSTEM).filter(pk=case.pk).update(kept_out=[world.actor("principal").user_id], stand_in=world.actor("deputy"))
    for name in ("paper", "paper_progress", "paper_file"):
        assert get(client, url(name, paper)).status_code == 404
    assert downloads(paper) == 1


def test_who_lost_the_case_while_it_was_printed_gets_nothing(world: World, case: Incident, quick_pdf: None) -> None:
    paper = order(world, "principal", QUICK, case)
    with reading_as(SYSTEM):
        Incident.objects.visible_to(SYSTEM).filter(pk=case.pk).update(kept_out=[world.actor("principal").user_id], stand_in=world.actor("deputy"))
    paper = work(paper)
    assert (paper.status, paper.content) == ("ordered", "")
    assert papers.job_of(paper).state == "parked"


def test_a_restricted_case_is_printed_by_those_to_whom_it_is_open(world: World, quick_pdf: None) -> None:
    case = world.file(kind="child_sexual_abuse", severity="s4")
    assert press(world.client("deputy"), QUICK, case.code) == 403
    assert press(world.client("principal"), QUICK, case.code) == 302
    assert press(world.client("officer"), QUICK, case.code) == 403


def test_the_police_print_a_restricted_result_while_the_case_lies_open(world: World, quick_pdf: None) -> None:
    case = world.file(kind="child_sexual_abuse", severity="s4")
    referral = world.referral(case)
    with world.acting("officer") as officer:
        actions.open_sealed(case, by=officer, purpose="case")
        referral = world_answers(referral, officer)
    paper = work(order(world, "officer", RESULT, referral))
    client = world.client("officer")
    assert get(client, url("paper_file", paper)).status_code == 200
    assert get(client, url("paper_file", paper), NOW + timedelta(minutes=16)).status_code == 403


def world_answers(referral: Referral, officer: Appointment) -> Referral:
    """Receive and answer."""
    return referral_actions.answer(referral_actions.receive(referral, by=officer), by=officer, outcome="reminded")


def test_a_restricted_kind_is_not_written_in_the_notice(world: World) -> None:
    case = world.file(kind="child_sexual_abuse", severity="s4")
    with world.acting("officer") as officer:
        actions.open_sealed(case, by=officer, purpose="case")
        referral = world_answers(world.referral(case), officer)
    source = made(world, "officer", RESULT, referral).source
    assert case.kind.label not in " ".join(block.text for block in source.blocks) and case.spoken_code in source.subject


# When


def test_a_draft_and_an_unanswered_referral_have_no_paper(world: World) -> None:
    received = world.received()
    with world.acting("principal") as principal:
        draft = actions.save_draft("6f0b4c1e-6f0e-4a9d-9d7e-2f3c8f5a1b21", by=principal, answers=world.answers())
    assert press(world.client("principal"), QUICK, draft.code) == 409
    assert press(world.client("officer"), RESULT, received.code) == 409
    assert "In thông báo kết quả" not in get(world.client("officer"), received.incident.get_absolute_url()).content.decode()
    with world.acting("officer") as officer, pytest.raises(Stale):
        papers.order(papers.offered(RESULT), received, by=officer)


def test_a_result_is_printed_by_both_sides_and_no_longer_once_it_is_discussed(world: World, quick_pdf: None) -> None:
    referral = world.answered()
    for who in ("officer", "chief", "principal", "deputy"):
        assert "In thông báo kết quả" in get(world.client(who), referral.incident.get_absolute_url()).content.decode()
        assert press(world.client(who), RESULT, referral.code) == 302
    for who in ("culture", "doet"):
        assert press(world.client(who), RESULT, referral.code) == 403
    assert press(world.client("province_police"), RESULT, referral.code) == 404
    with world.acting("principal", NOW + timedelta(hours=2)) as principal:
        referral_actions.discuss(referral, by=principal, text="Đề nghị nói rõ hơn.")
    assert press(world.client("officer"), RESULT, referral.code) == 409


def test_of_a_case_that_was_passed_on_nothing_is_printed(world: World) -> None:
    """The department that passed it on keeps a plain line; the order of a paper about it is refused, not a fault of ours."""
    here, there = world.actor("province_police"), world.actor("pc04.bk").organisation
    with world.acting("officer") as officer:
        chained = referral_actions.forward(world.referral(world.file()), by=officer, to=here.organisation, reason="x")
    with world.acting("province_police") as reviewer:
        referral_actions.forward(chained, by=reviewer, to=there, reason="x")
    assert press(world.client("province_police"), RESULT, chained.code) == 403


def test_minutes_are_the_hosts_and_only_after_the_meeting(world: World, quick_pdf: None) -> None:
    held = meetings.held(world)
    assert press(world.client("culture"), MINUTES, held.code) == 409
    briefing = meetings.closed(world).briefing
    for who, code in (("culture", 302), ("leader", 302), ("principal", 403), ("officer", 403), ("doet", 404)):
        assert press(world.client(who), MINUTES, briefing.code) == code, who
    assert "In biên bản giao ban" in get(world.client("leader"), briefing.get_absolute_url()).content.decode()
    assert "In biên bản giao ban" not in get(world.client("principal"), briefing.get_absolute_url()).content.decode()
    answer = get(world.client("culture"), url("paper_file", work(order(world, "culture", MINUTES, briefing, AFTER), AFTER)), AFTER)
    assert unquote(answer["Content-Disposition"]).endswith(f"Biên bản giao ban số {briefing.number}, năm học 2026–2027.pdf")


@pytest.mark.parametrize("kind", ["khong-co", "PHIEU-BAO-NHANH", "phieu-bao-nhanh-", "bien-ban-giao-ban", "thong-bao-ket-qua"])
def test_a_kind_that_is_none_or_another_things_is_not_found(world: World, case: Incident, kind: str) -> None:
    assert press(world.client("principal"), kind, case.code) == 404


# When it fails


def test_a_failure_says_why_and_can_be_tried_again(world: World, case: Incident, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(template: str, context: object) -> bytes:
        raise PdfFailed("Văn bản quá dài để in.")

    monkeypatch.setattr(papers, "render_pdf", fails)
    client, paper = world.client("principal"), work(order(world, "principal", QUICK, case))
    page = get(client, url("paper", paper)).content.decode()
    assert "Văn bản quá dài để in." in page and url("retry_paper", paper) in page
    monkeypatch.setattr(papers, "render_pdf", lambda template, context: CONTENT)
    with clocks.set_to(NOW):
        assert client.post(url("retry_paper", paper)).status_code == 302
        assert client.post(url("retry_paper", paper)).status_code == 409
    assert work(paper).status == "ready"


def test_a_fault_of_ours_is_said_without_its_name(world: World, case: Incident) -> None:
    paper = order(world, "principal", QUICK, case)
    Job.objects.filter(key=paper.job_key).update(parked_at=NOW, attempts=jobs.MOST_ATTEMPTS, fault="ValueError")
    page = get(world.client("principal"), url("paper", paper)).content.decode()
    assert "ValueError" not in page and "báo quản trị hệ thống" in page


# What it may say


@pytest.mark.parametrize(
    ("text", "hidden", "shown"),
    [
        ("Em Vừ A Giả chạy ra.", {"Vừ A Giả": "HS-1"}, "Em HS-1 chạy ra."),
        ("VỪ  A\nGIẢ và vừ a giả", {"Vừ A Giả": "HS-1"}, "HS-1 và HS-1"),
        ("Vừ A Giảng không phải", {"Vừ A Giả": "HS-1"}, "Vừ A Giảng không phải"),
        ("Lò Thị Thử Nghiệm, Lò Thị Thử", {"Lò Thị Thử": "HS-1", "Lò Thị Thử Nghiệm": "HS-2"}, "HS-2, HS-1"),
        (r"a.b (c) \1", {"a.b (c)": r"\1"}, r"\1 \1"),
        ("không đổi", {"": "HS-1", "  ": "HS-2"}, "không đổi"),
    ],
)
def test_what_may_not_be_printed_is_replaced_however_it_is_written(text: str, hidden: dict[str, str], shown: str) -> None:
    assert papers.veiled(text, hidden) == shown


def test_a_school_of_another_kind_is_signed_by_its_own_head(world: World) -> None:
    case = world.file("hieutruong.bk-kt-01")
    assert made(world, "hieutruong.bk-kt-01", QUICK, case).source.signing_lines == ["GIÁM ĐỐC"]


def test_a_case_about_the_head_is_not_signed_for_him_nor_kept_by_his_clerk(world: World) -> None:
    referral = world.answered(who="deputy")
    with reading_as(SYSTEM):
        Incident.objects.visible_to(SYSTEM).filter(pk=referral.incident_id).update(kept_out=[world.actor("principal").user_id], stand_in=world.actor("deputy"))
    own = made(world, "deputy", RECORD, referral.incident).source
    assert own.signing_lines == ["PHÓ HIỆU TRƯỞNG"] and own.recipients[-1] == "Lưu: Hồ sơ vụ việc"
    assert made(world, "officer", RESULT, referral).source.addressees == ("Ủy ban nhân dân phường Đức Xuân",)


def test_posts_are_called_as_they_are(world: World) -> None:
    posts = [Post.objects.select_related("organisation__unit").get(pk=world.actor(who).post_id) for who in ("principal", "chief", "culture", "leader")]
    assert [post_words(post) for post in posts] == [
        "Hiệu trưởng Trường THCS Ánh Dương (mẫu)", "Trưởng Công an phường Đức Xuân", "Chuyên viên Phòng Văn hóa - Xã hội phường Đức Xuân", "Lãnh đạo UBND phường Đức Xuân",
    ]  # fmt: skip
