"""A draft is issued: number, date and signer by the clerk, the same frozen figures, no DỰ THẢO; then the signed file comes back."""

import hashlib
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from coordination import clocks
from coordination.intake.scanner import ScannerDown
from coordination.models import SYSTEM, Job, Notice, OrganisationSymbol, Role, TrailLine
from coordination.pdf import PdfFailed
from coordination.scope import reading_as
from coordination.workflow import Stale
from reports import files, printing, signed, tasks
from reports.models import Report
from tests.access.stage import SIGNED, account
from tests.intake.double import ScannerDouble
from tests.reports.quarter import Q4, anew, expect, hand_in, happened, issued, job_of, ordered, rendered, written
from tests.reports.recount import WATERMARK, appendices, text_of
from tests.reports.signing import signed_copy, small_paper
from tests.world import NOW, World

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def store(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.CLAMAV = "off"


@pytest.fixture
def draft(world: World) -> Report:
    expect()
    happened(world, full={})
    hand_in(world, "principal")
    return written(world, rendered(ordered(world)))


def url(name: str, report: Report) -> str:
    return reverse(f"reports:{name}", args=[report.code])


def press(world: World, report: Report, who: str = "clerk", at: Any = NOW, **changes: str) -> HttpResponse:
    """Ban hành, as a browser sends it."""
    with clocks.set_to(at):
        return world.client(who).post(url("issue", report), {"number": "12", "symbol": "BC-SGDĐT", "issued_on": "20/11/2026", "signing": "deputy", "confirmed": "1", "__end": "1"} | changes)


def notices(kind: str) -> list[int]:
    with reading_as(SYSTEM):
        return list(Notice.objects.visible_to(SYSTEM).filter(kind=kind).values_list("post_id", flat=True))


# Number and date


def test_the_issued_paper_has_the_draft_s_figures_and_its_own_head(world: World, draft: Report) -> None:
    before = files.read(draft.pdf_hash)
    happened(world, "other_principal", kind="theft", severity="s2", full={})
    page = world.client("clerk").get(url("issue", draft)).content.decode()
    assert "Bước này không hoàn tác được" in page and "KT. GIÁM ĐỐC – PHÓ GIÁM ĐỐC" in page
    answer = press(world, draft)
    assert (answer.status_code, answer["Location"]) == (302, url("detail", draft))
    assert 'data-poll="' in world.client("clerk").get(url("detail", draft)).content.decode()
    with clocks.set_to(NOW):
        tasks.print_report(job_of(anew(draft)).pk)
    paper = anew(draft)
    assert (paper.status, paper.snapshot_hash, paper.figures, paper.pdf_hash) == ("issued", draft.snapshot_hash, draft.figures, draft.pdf_hash)
    content = world.client("doet").get(url("file", paper)).content
    assert hashlib.sha256(content).hexdigest() == paper.issued_hash != paper.pdf_hash
    words = text_of(content)
    for said in ("Số: 12/BC-SGDĐT", "Thái Nguyên, ngày 20 tháng 11 năm 2026", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", draft.snapshot_hash, "chưa có chữ ký số", "(Kèm theo Báo cáo số 12/BC-SGDĐT ngày 20 tháng 11 năm 2026 của Sở Giáo dục và Đào tạo)"):
        assert said in words, said
    assert appendices(content) == appendices(before)
    assert across(before) and not across(content)
    assert notices("report_issued") == [world.actor("clerk").post_id]


def across(content: bytes) -> bool:
    """Whether the large letters of DỰ THẢO lie behind the text."""
    with pdfplumber.open(BytesIO(content)) as pdf:
        return all(sorted(char["text"] for char in page.chars if char["size"] > WATERMARK and char["text"].strip()) == sorted("DỰTHẢO") for page in pdf.pages)


def test_the_trail_tells_who_issued(world: World, draft: Report) -> None:
    press(world, draft)
    with reading_as(SYSTEM):
        assert list(TrailLine.objects.filter(act="issue", about_id=draft.pk).values_list("actor_id", flat=True)) == [world.actor("clerk").pk]


@pytest.mark.parametrize(("signing", "lines"), [("head", ("GIÁM ĐỐC",)), ("by_order", ("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"))])
def test_the_signer_is_chosen(world: World, draft: Report, signing: str, lines: tuple[str, ...]) -> None:
    words = text_of(files.read(issued(world, draft, signing=signing).issued_hash))
    assert all(line in words for line in lines) and "KT. GIÁM ĐỐC" not in words


# Refused


def test_a_number_is_given_once_a_year_and_the_words_say_to_which_paper(world: World, draft: Report) -> None:
    issued(world, draft)
    second = written(world, rendered(ordered(world, audience="police")))
    answer = press(world, second)
    assert answer.status_code == 422
    said = "Số 12/BC-SGDĐT năm 2026 đã cấp cho “Báo cáo Quý III năm 2026 · Bản gửi ngành Giáo dục”, ngày 20/11/2026. Xem lại sổ văn bản rồi nhập số khác."
    assert said in answer.content.decode() and 'value="12"' in answer.content.decode()
    OrganisationSymbol.objects.create(organisation=second.issuer, symbol="GDTrH")
    assert press(world, second, symbol="BC-GDTrH").status_code == 302


def test_the_same_number_comes_again_the_next_year(world: World, draft: Report) -> None:
    issued(world, draft)
    later = NOW + timedelta(days=60)
    second = written(world, rendered(ordered(world, audience="police", at=later), at=later), at=later)
    assert press(world, second, at=later, issued_on="19/01/2027").status_code == 302


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"issued_on": "19/11/2026"}, "Ngày ban hành trước ngày chốt số liệu (20/11/2026)"),
        ({"issued_on": "21/11/2026"}, "Ngày ban hành chưa đến"),
        ({"issued_on": "31/02/2026"}, "Ngày không đúng"),
        ({"issued_on": "hôm nay"}, "Ngày không đúng"),
        ({"issued_on": ""}, "Chưa có ngày ban hành"),
        ({"number": "0"}, "Số bắt đầu từ 1"),
        ({"number": "12a"}, "Số chỉ gồm chữ số"),
        ({"number": "123456"}, "Số quá lớn"),
        ({"number": ""}, "Chưa có số"),
        ({"symbol": "BC-UBND"}, "Chọn một ký hiệu trong danh sách"),
        ({"signing": "president"}, "Chọn một dòng trong danh sách"),
    ],
)
def test_what_does_not_fit_comes_back_in_words(world: World, draft: Report, changes: dict[str, str], said: str) -> None:
    answer = press(world, draft, **changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert anew(draft).status == "ready"


def test_issued_twice_at_once_is_issued_once(world: World, draft: Report) -> None:
    assert [press(world, draft).status_code for _press in range(2)] == [302, 409]
    with world.acting("clerk") as actor, pytest.raises(Stale):
        printing.issue(draft, by=actor, number=13, symbol="BC-SGDĐT", issued_on=NOW.date(), signing="head")
    assert anew(draft).number == 12


def test_a_draft_without_a_file_is_not_issued(world: World) -> None:
    expect()
    assert press(world, ordered(world)).status_code == 409


def test_a_body_without_a_symbol_is_told_so(world: World, draft: Report) -> None:
    OrganisationSymbol.objects.filter(organisation=draft.issuer).update(is_current=False)
    assert "chưa có ký hiệu văn bản" in world.client("clerk").get(url("issue", draft)).content.decode()
    assert press(world, draft).status_code == 422


# Who


@pytest.mark.parametrize(("who", "code"), [("clerk", 302), ("doet", 403), ("doet_leader", 403), ("culture", 404), ("chief", 404), ("sysadmin", 404)])
def test_the_clerk_keeps_the_book_of_the_department(world: World, draft: Report, who: str, code: int) -> None:
    assert press(world, draft, who).status_code == code


def test_a_commune_without_a_clerk_issues_through_its_office(world: World) -> None:
    expect()
    report = written(world, rendered(ordered(world, "culture")), "culture")
    with reading_as(SYSTEM):
        clerk = account("vanthu.ducxuan", world.actor("leader").organisation, Role.CLERK, "")
    assert press(world, report, "culture", symbol="BC-UBND").status_code == 403
    clerk.ends_on = date(2026, 11, 20)
    clerk.save()
    paper = issued(world, report, "culture", symbol="BC-UBND")
    words = text_of(files.read(paper.issued_hash))
    assert all(line in words for line in ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Số: 12/BC-UBND"))


# What comes after


def test_what_is_ordered_after_an_issued_paper_supplements_it(world: World, draft: Report) -> None:
    other = written(world, rendered(ordered(world)))
    issued(world, draft)
    refused = press(world, other, number="13")
    assert refused.status_code == 422
    assert "Kỳ này đã ban hành Báo cáo số 12/BC-SGDĐT ngày 20/11/2026" in refused.content.decode()
    happened(world, "other_principal", kind="theft", severity="s2", full={})
    second = written(world, rendered(ordered(world, at=TOMORROW), at=TOMORROW), at=TOMORROW)
    assert second.supplements == draft
    assert second.figures["totals"]["cases"] == draft.figures["totals"]["cases"] + 1
    words = text_of(files.read(second.pdf_hash))
    assert "Bổ sung kết quả công tác phối hợp" in words
    assert "Báo cáo này bổ sung, thay thế số liệu của Báo cáo số 12/BC-SGDĐT ngày 20 tháng 11 năm 2026." in words
    assert "Báo cáo bổ sung cho Báo cáo số 12/BC-SGDĐT." in world.client("doet").get(url("detail", second)).content.decode()
    assert press(world, second, at=TOMORROW, number="13", issued_on="21/11/2026").status_code == 302


def test_the_list_finds_drafts_issued_papers_and_periods(world: World, draft: Report) -> None:
    issued(world, draft)
    ordered(world, period=Q4)

    def shown(query: str) -> tuple[bool, bool]:
        with clocks.set_to(NOW):
            page = world.client("doet").get(reverse("reports:list") + query).content.decode()
        table = page.partition("<tbody")[2]
        return "Số 12/BC-SGDĐT, ngày 20/11/2026" in table, "Quý IV năm 2026" in table

    assert [shown(query) for query in ("", "?trang_thai=du-thao", "?trang_thai=da-ban-hanh", "?ky=2026-Q3", "?ky=2026-Q4", "?ky=2026-Q3&trang_thai=du-thao")] == [
        (True, True), (False, True), (True, False), (True, False), (False, True), (False, False)
    ]  # fmt: skip


def test_a_printer_that_fails_after_the_number_is_asked_again(world: World, draft: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "render_pdf", refuse)
        paper = issued(world, draft)
    assert (paper.status, paper.number) == ("numbered", 12)
    with reading_as(SYSTEM):
        printing.tell_of_failures()
    assert notices("report_failed") == [world.actor("clerk").post_id]
    assert world.client("clerk").post(url("retry", paper)).status_code == 302
    with clocks.set_to(NOW):
        tasks.print_report(job_of(paper).pk)
    assert anew(paper).status == "issued"


def refuse(*_args: Any) -> bytes:
    raise PdfFailed("Thiếu phông chữ.")


def test_an_issued_paper_is_printed_once(world: World, draft: Report) -> None:
    paper = issued(world, draft)
    tasks.print_report(job_of(paper).pk)
    assert anew(paper).issued_hash == paper.issued_hash
    assert len(notices("report_issued")) == 1


# The signed file


def sign(world: World, report: Report, content: bytes, who: str = "clerk") -> HttpResponse:
    with clocks.set_to(NOW):
        return world.client(who).post(url("sign", report), {"file": SimpleUploadedFile("x.pdf", content), "__end": "1"})


def test_the_signed_file_comes_back_once_and_stands_beside(world: World, draft: Report) -> None:
    assert sign(world, draft, SIGNED).status_code == 409
    paper = issued(world, draft)
    brought = signed_copy(files.read(paper.issued_hash))
    assert "Chưa có bản đã ký số." in world.client("doet").get(url("detail", paper)).content.decode()
    assert [sign(world, paper, brought).status_code for _press in range(2)] == [302, 409]
    assert world.client("doet").get(url("signed", paper)).content == brought
    assert world.client("doet").get(url("file", paper)).content != SIGNED
    assert "Bản đã ký số được tải lên lúc" in world.client("doet").get(url("detail", paper)).content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp này rỗng"),
        (b"MZ not a paper", "không phải PDF"),
        (SIGNED[:-8], "không phải PDF hoặc bị cắt"),
        (b"%PDF-1.7 unsigned %%EOF", "chưa có chữ ký số"),
        (SIGNED[:9] + b"0" * (10 * 1024 * 1024) + SIGNED[9:], "tối đa 10 MB"),
    ],
    ids=["empty", "no PDF", "cut", "unsigned", "too large"],
)
def test_only_a_whole_signed_pdf_is_taken(world: World, draft: Report, content: bytes, said: str) -> None:
    paper = issued(world, draft)
    answer = sign(world, paper, content)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert anew(paper).signed_hash == ""


@pytest.mark.parametrize(("who", "code"), [("doet", 403), ("culture", 404), ("principal", 404)])
def test_the_signed_file_is_the_clerk_s_to_bring(world: World, draft: Report, who: str, code: int) -> None:
    assert sign(world, issued(world, draft), SIGNED, who).status_code == code


def test_a_signature_that_leaves_bytes_out_is_none_of_this_paper(world: World, draft: Report) -> None:
    """What was added behind it, a range that ends early, a value that is none: nobody signed that."""
    paper = issued(world, draft)
    printed = files.read(paper.issued_hash)
    good = signed_copy(printed)
    for content in (SIGNED, signed_copy(printed, behind=b"\n"), good.replace(b"[0 ", b"[1 "), good.replace(b"<3082", b"<ZZ82"), good[:40] + b" " + good[40:]):
        answer = sign(world, paper, content)
        assert answer.status_code == 422 and "không phủ hết tệp" in answer.content.decode()
    assert anew(paper).signed_hash == ""
    assert signed.signs_the_whole(signed_copy(good)), "a second signature covers the first"


def test_the_signed_file_of_another_report_is_not_this_one(world: World, draft: Report) -> None:
    paper = issued(world, draft)
    for words in ("13/BC-SGDĐT ngày 20 tháng 11 năm 2026", f"{paper.number_words} ngày 21 tháng 11 năm 2026"):
        answer = sign(world, paper, signed_copy(small_paper(words)))
        assert answer.status_code == 422 and "Trong tệp không có số 12/BC-SGDĐT và ngày 20 tháng 11 năm 2026" in answer.content.decode()
    assert sign(world, paper, signed_copy(small_paper("Số: 12/BC-SGDĐT ngày 20 tháng 11 năm 2026"))).status_code == 302


def test_a_signed_file_that_runs_something_is_not_taken(world: World, draft: Report) -> None:
    paper = issued(world, draft)
    active = small_paper("12/BC-SGDĐT").replace(b"<</Type /Catalog", b"<</OpenAction <</S /JavaScript /JS (x)>> /Type /Catalog")
    answer = sign(world, paper, signed_copy(active))
    assert answer.status_code == 422 and "lệnh tự chạy" in answer.content.decode()


def check(world: World, paper: Report) -> None:
    """The worker's part."""
    with world.acting("system"):
        signed.scan(paper.pk)
        Job.objects.filter(kind=signed.SCAN).update(done_at=NOW)


def test_nobody_gets_the_signed_file_before_it_was_checked(world: World, draft: Report, settings: LazySettings, tmp_path: Path) -> None:
    paper = issued(world, draft)
    with ScannerDouble(str(tmp_path / "clamd.ctl")) as double:
        settings.CLAMAV = f"unix:{double.path}"
        brought = signed_copy(files.read(paper.issued_hash))
        assert sign(world, paper, brought).status_code == 302
        page = world.client("clerk").get(url("detail", paper)).content.decode()
        assert "đang được kiểm tra mã độc" in page and url("signed", paper) not in page
        assert world.client("clerk").get(url("signed", paper)).status_code == 409
        double.silent = True
        with world.acting("system"), pytest.raises(ScannerDown):
            signed.scan(paper.pk)
        assert world.client("clerk").get(url("signed", paper)).status_code == 409
        double.silent = False
        check(world, paper)
        assert world.client("doet").get(url("signed", paper)).content == brought


def test_what_the_scanner_finds_is_thrown_away_and_the_clerk_brings_another(world: World, draft: Report, settings: LazySettings, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> None:
    paper = issued(world, draft)
    with ScannerDouble(str(tmp_path / "clamd.ctl")) as double:
        settings.CLAMAV = f"unix:{double.path}"
        brought = signed_copy(files.read(paper.issued_hash))
        sign(world, paper, brought)
        digest = anew(paper).signed_hash
        double.says = b"stream: Eicar-Test-Signature FOUND\0"
        with django_capture_on_commit_callbacks(execute=True):
            check(world, paper)
        assert anew(paper).signed_hash == "" and not files.is_whole(digest)
        assert len(notices("file_blocked")) == 1
        with reading_as(SYSTEM):
            assert TrailLine.objects.filter(act="block", about_model="reports.report").count() == 1
        double.says = b""
        assert sign(world, paper, signed_copy(brought)).status_code == 302
