"""A report is ordered, printed once by the worker, stored under its hash, and downloaded whole or not at all."""

import hashlib
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.conf import LazySettings
from django.urls import reverse
from pypdf import PdfReader

from coordination import clocks
from coordination.models import SYSTEM, Job, Notice, TrailLine
from coordination.pdf import PdfFailed
from coordination.scope import reading_as
from reports import files, printing, returning, tasks
from reports.models import Report
from tests.reports.quarter import Q4, expect, hand_in, happened, job_of, ordered, rendered
from tests.world import NOW, World

TITLE = "Kết quả công tác phối hợp bảo đảm an ninh, trật tự, an toàn trường học"


@pytest.fixture(autouse=True)
def store(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def quarter(world: World) -> World:
    expect()
    happened(world, full={})
    happened(world, "other_principal", kind="theft", severity="s2", place_kind="gate")
    for who in ("principal", "other_principal", "thpt_principal"):
        hand_in(world, who)
    return world


def url(name: str, report: Report) -> str:
    return reverse(f"reports:{name}", args=[report.code])


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def notices(kind: str) -> list[int]:
    with reading_as(SYSTEM):
        return list(Notice.objects.visible_to(SYSTEM).filter(kind=kind).values_list("post_id", flat=True))


@pytest.mark.parametrize(("audience", "issuer_words"), [("education", "Kính gửi: Ủy ban nhân dân tỉnh Thái Nguyên"), ("police", "Kính gửi: Công an tỉnh Thái Nguyên")])
def test_from_the_order_to_the_file(quarter: World, store: Path, audience: str, issuer_words: str) -> None:
    client = quarter.client("doet")
    with clocks.set_to(NOW):
        answer = client.post(reverse("reports:list"), {"period": "2026-Q3", "audience": audience, "__end": "1"})
    with reading_as(SYSTEM):
        report = Report.objects.visible_to(SYSTEM).get()
    assert (answer.status_code, answer["Location"]) == (302, url("detail", report))
    assert 'data-poll="' in client.get(url("detail", report)).content.decode()
    assert client.get(url("file", report)).status_code == 409
    report = rendered(report)
    assert 'data-poll="' not in client.get(url("progress", report)).content.decode()
    answer = client.get(url("file", report))
    assert answer["Content-Type"] == "application/pdf"
    assert unquote(answer["Content-Disposition"]).startswith("attachment; filename*=utf-8''Báo cáo 2026-Q3 Thái Nguyên - Bản gửi ")
    assert hashlib.sha256(answer.content).hexdigest() == report.pdf_hash
    words = words_of(answer.content)
    for said in (TITLE, "quý III năm 2026", "(Số liệu từ ngày 15/6/2026 đến hết ngày 14/9/2026)", "3/12 đơn vị đã báo cáo", report.snapshot_hash, "DỰ THẢO", issuer_words, "BC-SGDĐT"):
        assert said in words, said
    assert {path.name for path in stored(store)} == {f"{report.pdf_hash}.pdf", f"{report.sheet_hash}.xlsx"}
    assert notices("report_ready") == [quarter.actor("doet").post_id]
    with reading_as(SYSTEM):
        assert TrailLine.objects.filter(act="download", about_id=report.pk).count() == 1


def test_no_paper_names_a_school_or_the_one_who_ordered_it(quarter: World) -> None:
    for audience in ("education", "police"):
        words = words_of(files.read(rendered(ordered(quarter, audience=audience)).pdf_hash))
        for hidden in ("Ánh Dương", "Ban Mai", "chuyenvien", "Chuyên viên"):
            assert hidden not in words


def test_a_job_delivered_twice_makes_one_file(quarter: World, store: Path) -> None:
    report = rendered(ordered(quarter))
    again = rendered(report, at=NOW + timedelta(hours=1))
    assert (again.pdf_hash, again.snapshot_at) == (report.pdf_hash, report.snapshot_at)
    assert len(stored(store)) == 2
    assert len(notices("report_ready")) == 1


def test_the_same_figures_are_printed_once(quarter: World, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = rendered(ordered(quarter))
    monkeypatch.setattr(tasks, "render_pdf", refuse)
    second = rendered(ordered(quarter, at=NOW + timedelta(hours=2)), at=NOW + timedelta(hours=2))
    assert first.pk != second.pk
    assert (second.status, second.pdf_hash, second.snapshot_at) == ("ready", first.pdf_hash, first.snapshot_at)
    assert len(stored(store)) == 2


def test_new_figures_make_a_new_file_and_leave_the_old_one(quarter: World, store: Path) -> None:
    first = rendered(ordered(quarter))
    hand_in(quarter, "hieutruong.bk-mn-01", at=NOW)
    second = rendered(ordered(quarter))
    assert first.pdf_hash != second.pdf_hash
    assert (first.units_reported, second.units_reported) == ("3/12", "4/12")
    assert len(stored(store)) == 4


def test_an_order_that_waits_is_the_same_order(quarter: World) -> None:
    assert ordered(quarter).pk == ordered(quarter).pk
    assert Job.objects.filter(kind="render_report").count() == 1


def test_a_changed_file_is_not_given_out_and_a_new_order_heals_it(quarter: World, store: Path) -> None:
    report = rendered(ordered(quarter))
    client = quarter.client("doet")
    for spoil in (lambda path: path.write_bytes(path.read_bytes() + b"x"), lambda path: path.unlink()):
        spoil(files.place_of(report.pdf_hash))
        answer = client.get(url("file", report))
        assert answer.status_code == 503
        assert "Lập lại báo cáo" in answer.content.decode()
        healed = rendered(ordered(quarter, at=NOW), at=NOW)
        assert client.get(url("file", healed)).status_code == 200
        report = healed


def refuse(*_args: Any) -> bytes:
    raise PdfFailed("Văn bản quá dài để in: tối đa 2000 dòng bảng.")


def test_a_failure_is_said_told_and_tried_again(quarter: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, report = quarter.client("doet"), ordered(quarter)
    assert client.post(url("retry", report)).status_code == 409
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "render_pdf", refuse)
        report = rendered(report)
    assert (report.status, job_of(report).state) == ("ordered", "parked")
    page = client.get(url("detail", report)).content.decode()
    assert "Văn bản quá dài để in" in page
    assert url("retry", report) in page
    for _tick in range(2):
        with reading_as(SYSTEM):
            printing.tell_of_failures()
    assert notices("report_failed") == [quarter.actor("doet").post_id]
    assert client.post(url("retry", report)).status_code == 302
    assert rendered(report).status == "ready"


def test_another_fault_comes_again_by_itself(quarter: World, monkeypatch: pytest.MonkeyPatch) -> None:
    report = ordered(quarter)
    with monkeypatch.context() as broken:
        broken.setattr(files, "keep", full_disk)
        assert rendered(report).status == "ordered"
    assert job_of(report).state == "waiting"
    assert rendered(report).status == "ready"


def full_disk(_content: bytes) -> str:
    raise OSError(28, "no space")


def test_the_running_quarter_can_be_printed_with_what_is_known(quarter: World) -> None:
    happened(quarter, at=NOW - timedelta(days=3))
    with reading_as(SYSTEM):
        returning.open_period(Q4.scheme, Q4.key)
    words = words_of(files.read(rendered(ordered(quarter, period=Q4)).pdf_hash))
    assert "Kỳ báo cáo chưa kết thúc; số liệu tính đến 09:00 ngày 20/11/2026." in words
    assert "0/12 đơn vị đã báo cáo" in words


def test_a_commune_prints_its_own(quarter: World) -> None:
    report = rendered(ordered(quarter, "culture"))
    words = words_of(files.read(report.pdf_hash))
    assert "ỦY BAN NHÂN DÂN PHƯỜNG ĐỨC XUÂN" in words
    assert "Kính gửi: Sở Giáo dục và Đào tạo tỉnh Thái Nguyên" in words
    assert "ghi nhận một số vụ việc" in words
    assert quarter.client("doet").get(url("detail", report)).status_code == 404


@pytest.mark.parametrize(("who", "code"), [("doet", 200), ("doet_leader", 200), ("culture", 404), ("principal", 404), ("officer", 404), ("clerk", 200)])
@pytest.mark.parametrize("name", ["detail", "progress", "file"])
def test_who_reads_a_report_of_the_department(quarter: World, who: str, code: int, name: str) -> None:
    report = ordered(quarter)
    found = quarter.client(who).get(url(name, report)).status_code
    assert found == (409 if code == 200 and name == "file" else code)


@pytest.mark.parametrize(("who", "code"), [("doet", 302), ("culture", 302), ("leader", 403), ("principal", 403), ("officer", 403), ("clerk", 403)])
def test_who_orders(quarter: World, who: str, code: int) -> None:
    with clocks.set_to(NOW):
        answer = quarter.client(who).post(reverse("reports:list"), {"period": "2026-Q3", "audience": "police", "__end": "1"})
    assert answer.status_code == code


@pytest.mark.parametrize(("said", "code"), [({"period": "2019-Q1"}, 422), ({"audience": "press"}, 422), ({"period": ""}, 422), ({"strange": "1"}, 400)])
def test_a_wrong_order_comes_back(quarter: World, said: dict[str, str], code: int) -> None:
    with clocks.set_to(NOW):
        answer = quarter.client("doet").post(reverse("reports:list"), {"period": "2026-Q3", "audience": "police", "__end": "1"} | said)
    assert answer.status_code == code
