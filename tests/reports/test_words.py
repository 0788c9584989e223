"""What no row can tell is written by people: sealed, printed into the draft from the same figures, and asked for before a paper is issued."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse

from coordination import clocks
from coordination.models import SYSTEM, Job, Notice, TrailLine
from coordination.pdf import PdfFailed
from coordination.scope import reading_as
from reports import files, papers, printing, tasks
from reports.models import Report
from tests.reports.quarter import anew, expect, happened, issued, job_of, ordered, rendered, written
from tests.reports.recount import appendices, text_of
from tests.world import NOW, World

TEACHING = "Tổ chức 12 buổi nói chuyện.\n\nCó 3.400 người tham dự."
WAITS = "[Đơn vị nhập]"


@pytest.fixture(autouse=True)
def store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(world: World) -> Report:
    expect()
    happened(world, full={})
    return rendered(ordered(world))


def url(name: str, report: Report) -> str:
    return reverse(f"reports:{name}", args=[report.code])


def save(world: World, report: Report, who: str = "doet", seen: int = 0, **said: str) -> HttpResponse:
    """Lưu phần lời, as a browser sends it."""
    with clocks.set_to(NOW):
        return world.client(who).post(url("words", report), {section.key: "" for section in papers.sections_of(report)} | {"seen": str(seen), "__end": "1"} | said)


def refuse(*_args: object) -> bytes:
    raise PdfFailed("Thiếu phông chữ.")


def test_the_draft_is_printed_again_with_the_words_and_the_same_figures(world: World, draft: Report) -> None:
    before = files.read(draft.pdf_hash)
    assert text_of(before).count(WAITS) == 8
    happened(world, "other_principal", kind="theft", severity="s2", full={})
    answer = save(world, draft, teaching=TEACHING)
    assert (answer.status_code, answer["Location"]) == (302, url("detail", draft))
    assert 'data-poll="' in world.client("doet").get(url("detail", draft)).content.decode()
    for _delivery in range(2):
        tasks.print_draft(job_of(anew(draft)).pk)
    paper = anew(draft)
    assert (paper.status, paper.figures, paper.snapshot_hash, paper.snapshot_at, paper.sheet_hash) == ("ready", draft.figures, draft.snapshot_hash, draft.snapshot_at, draft.sheet_hash)
    content = world.client("doet").get(url("file", paper)).content
    assert "Tổ chức 12 buổi nói chuyện. Có 3.400 người tham dự." in text_of(content)
    assert text_of(content).count(WAITS) == 7
    assert appendices(content) == appendices(before)
    assert 'data-poll="' not in world.client("doet").get(url("detail", paper)).content.decode()


def test_the_words_are_sealed_and_the_trail_names_sections_alone(world: World, draft: Report) -> None:
    save(world, draft, teaching=TEACHING)
    with reading_as(SYSTEM), connection.cursor() as cursor:
        cursor.execute("select words from reports_report where id = %s", [draft.pk])
        assert "buổi".encode() not in bytes(cursor.fetchone()[0])
        line = TrailLine.objects.get(act="write", about_id=draft.pk)
    assert (line.actor_id, line.detail) == (world.actor("doet").pk, {"sections": ["teaching"]})


def test_the_page_asks_for_the_sections_of_its_version(world: World, draft: Report) -> None:
    page = world.client("doet").get(url("words", draft)).content.decode()
    assert page.count("<textarea") == page.count("data-guard=") == 8
    assert "Tuyên truyền, giáo dục pháp luật" in page and "Số buổi, số người tham dự theo chủ đề." in page
    police = rendered(ordered(world, audience="police"))
    assert world.client("doet").get(url("words", police)).content.decode().count("<textarea") == 1
    assert "Số mục chưa có lời: 1." in world.client("doet").get(url("detail", police)).content.decode()


def test_what_does_not_fit_comes_back_filled(world: World, draft: Report) -> None:
    answer = save(world, draft, teaching="x" * 3001, ahead="Tiếp tục phối hợp.")
    assert answer.status_code == 422
    assert "Tiếp tục phối hợp." in answer.content.decode()
    assert anew(draft).words_version == 0


def test_two_who_write_at_once_do_not_overwrite_each_other(world: World, draft: Report) -> None:
    assert save(world, draft, ahead="Một.").status_code == 302
    second = save(world, draft, "doet_leader", ahead="Hai.")
    assert second.status_code == 422
    assert "Có người vừa lưu phần lời" in second.content.decode() and "Hai." in second.content.decode()
    assert save(world, draft, ahead="Một.").status_code == 302
    assert (anew(draft).said["ahead"], anew(draft).words_version) == ("Một.", 1)
    assert save(world, draft, "doet_leader", seen=1, ahead="Hai.").status_code == 302
    assert Job.objects.filter(kind="print_draft", done_at=None).count() == 1


@pytest.mark.parametrize(("who", "code"), [("doet", 302), ("doet_leader", 302), ("clerk", 403), ("culture", 404), ("principal", 404), ("officer", 404)])
def test_who_writes(world: World, draft: Report, who: str, code: int) -> None:
    assert save(world, draft, who, ahead="Một.").status_code == code


def test_a_paper_with_empty_sections_is_not_issued(world: World, draft: Report) -> None:
    save(world, draft, **{section.key: "Không." for section in papers.sections_of(draft) if section.key not in ("gates", "ahead")})
    said = "Còn 2 mục chưa có lời: Giao thông cổng trường; Phương hướng kỳ tới; kiến nghị."
    with world.acting("clerk") as actor, pytest.raises(printing.Refused, match="Còn 2 mục"):
        printing.issue(draft, by=actor, number=12, symbol="BC-SGDĐT", issued_on=NOW.date(), signing="head")
    page = world.client("clerk").get(url("issue", draft)).content.decode()
    assert said in page and "Phần lời do người lập báo cáo của đơn vị soạn" in page
    assert url("words", draft) not in page and 'name="number"' not in page
    commune = rendered(ordered(world, "culture"))
    assert url("words", commune) in world.client("culture").get(url("issue", commune)).content.decode()


def test_an_issued_paper_carries_the_words_and_no_place_that_waits(world: World, draft: Report) -> None:
    paper = issued(world, written(world, draft, teaching=TEACHING))
    said = text_of(files.read(paper.issued_hash))
    assert "Tổ chức 12 buổi nói chuyện." in said and WAITS not in said
    assert save(world, paper, seen=1, ahead="Sửa sau.").status_code == 409


def test_a_later_order_of_the_same_figures_does_not_get_somebody_s_words(world: World, draft: Report) -> None:
    written(world, draft, teaching=TEACHING)
    later = rendered(ordered(world))
    assert later.snapshot_hash == draft.snapshot_hash
    assert "12 buổi" not in text_of(files.read(later.pdf_hash))


def test_a_supplementary_report_starts_from_the_words_it_corrects(world: World, draft: Report) -> None:
    issued(world, written(world, draft, teaching=TEACHING))
    second = rendered(ordered(world))
    page = world.client("doet").get(url("words", second)).content.decode()
    assert "Tổ chức 12 buổi nói chuyện." in page and "chép từ Báo cáo số 12/BC-SGDĐT" in page
    assert len(papers.lacking(second)) == 8


def test_a_printer_that_fails_is_told_and_asked_again(world: World, draft: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "render_pdf", refuse)
        failed = written(world, draft)
    assert (job_of(failed).state, failed.pdf_hash) == ("parked", draft.pdf_hash)
    with reading_as(SYSTEM):
        printing.tell_of_failures()
        assert Notice.objects.visible_to(SYSTEM).filter(kind="report_failed").count() == 1
    assert world.client("doet").post(url("retry", failed)).status_code == 302
    tasks.print_draft(job_of(failed).pk)
    assert WAITS not in text_of(files.read(anew(failed).pdf_hash))
