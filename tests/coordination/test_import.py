"""Lists of schools, bodies and accounts: previewed with every fault in words, all or nothing, once; hostile files go no further than the door."""

import time
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from coordination import clocks
from coordination.importing import actions
from coordination.models import SYSTEM, AccountRequest, Appointment, LearnerCount, ListImport, Location, Organisation, RegisterCode, School, TrailLine, User
from coordination.paper import spreadsheets
from coordination.people import invitations
from coordination.scope import reading_as
from coordination.workflow import Stale
from tests.world import NOW, World

SCHOOLS = ["Mã", "Tên", "Tên ngắn", "Loại hình", "Xã, phường", "Cơ quan quản lý", "Địa chỉ", "Số người học", "Số nhà giáo, nhân viên", "Từ ngày"]
BODIES = ["Mã", "Tên", "Tên ngắn", "Loại cơ quan", "Đơn vị hành chính", "Chữ viết tắt", "Ký hiệu văn bản", "Điện thoại trực", "Từ ngày"]
ACCOUNTS = ["Tên đăng nhập", "Thư điện tử", "Đơn vị", "Vị trí", "Từ ngày", "Đến hết ngày"]
Rows = list[list[Any]]


def school(number: int, **changes: str) -> list[Any]:
    """A primary school of the sample ward."""
    row = {"code": f"TH-{number:05d}", "name": f"Trường Tiểu học Mới {number} (mẫu)", "type": "Tiểu học", "place": "phường Đức Xuân", "managing": "", "learners": "310"} | changes
    return [row["code"], row["name"], "", row["type"], row["place"], row["managing"], "", row["learners"], "22", "01/09/2026"]


def xlsx(rows: Rows) -> bytes:
    """A workbook as Excel saves it."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def csv_of(rows: Rows, *, mark: bytes = b"", delimiter: str = ",") -> bytes:
    """The same as text."""
    return mark + "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows).encode()


def send(client: Client, data: bytes, kind: str = "schools", name: str = "danh sach.xlsx") -> HttpResponse:
    """Upload a file as the form does."""
    with clocks.set_to(NOW):
        return client.post("/nhap-danh-sach/", {"kind": kind, "file": SimpleUploadedFile(name, data), "__end": "1"})


def previewed(client: Client, data: bytes, kind: str = "schools") -> tuple[str, HttpResponse]:
    """The address of the preview, and the page."""
    sent = send(client, data, kind)
    assert sent.status_code == 302, sent.content.decode()
    with clocks.set_to(NOW):
        return sent.url, client.get(sent.url)


def confirm(client: Client, address: str, at: Any = NOW) -> HttpResponse:
    """Press the button."""
    with clocks.set_to(at):
        return client.post(address + "nhap/", {"__end": "1"})


def faults(page: HttpResponse) -> list[tuple[int, str, str]]:
    """Row, column and reason of each fault."""
    return [(fault.row, fault.column, fault.reason) for fault in page.context["faults"]]


def counts(page: HttpResponse) -> tuple[int, int]:
    """Good and bad rows."""
    return page.context["good"], page.context["bad"]


def test_a_list_of_schools_is_previewed_then_written_once(world: World) -> None:
    client = world.client("sysadmin")
    address, page = previewed(client, xlsx([SCHOOLS, school(1), school(2, type="THPT", place="01840", name="Trường THPT Mới (mẫu)")]))
    assert counts(page) == (2, 0) and not RegisterCode.objects.exists()
    assert "2 dòng: 2 đúng, 0 lỗi." in page.content.decode()
    assert confirm(client, address).url == confirm(client, address).url == address
    made = {code.code: code.organisation.school for code in RegisterCode.objects.select_related("organisation__school__managing_body", "organisation__unit")}
    assert set(made) == {"TH-00001", "TH-00002"}
    ward, department = world.actor("leader").organisation, world.actor("doet").organisation
    assert (made["TH-00001"].managing_body, made["TH-00002"].managing_body) == (ward, department)
    assert {row.organisation.unit for row in made.values()} == {ward.unit} and {row.department for row in made.values()} == {department}
    assert made["TH-00001"].organisation.folded == "truong tieu hoc moi 1 (mau)"
    assert list(LearnerCount.objects.filter(school=made["TH-00001"]).values_list("learners", "staff")) == [(310, 22)]
    assert Location.objects.get(school=made["TH-00001"]).unit == ward.unit
    done = client.get(address)
    assert "Đã thêm 2 dòng" in done.content.decode()


def test_the_trail_tells_of_one_import_with_counts_and_no_names(world: World) -> None:
    client, data = world.client("sysadmin"), csv_of([SCHOOLS, school(1)])
    address, _page = previewed(client, data)
    confirm(client, address)
    confirm(client, address)
    world.see_all()
    line = TrailLine.objects.get(act="import_list")
    assert line.detail["added"] == 1 and line.detail["rows"] == 1 and len(line.detail["file"]) == 64
    assert "Tiểu học" not in str(line.detail)
    assert ListImport.objects.visible_to(SYSTEM).get().table == "", "the rows do not stay after they were written"


def test_waiting_rows_lie_sealed(world: World) -> None:
    previewed(world.client("sysadmin"), csv_of([ACCOUNTS, ["hieutruong.moi", "moi@example.vn", world.actor("principal").organisation.name, "Hiệu trưởng", "", ""]]), "accounts")
    world.see_all()
    with connection.cursor() as cursor:
        cursor.execute("select \"table\" from coordination_listimport")
        stored = bytes(cursor.fetchone()[0])
    assert stored and b"moi@example.vn" not in stored


WRONG = [
    ({"code": ""}, "Mã", "Chưa có “Mã”."),
    ({"code": "TH-00001"}, "Mã", "Trùng với dòng 2 của tệp."),
    ({"name": ""}, "Tên", "Chưa có “Tên”."),
    ({"name": "x" * 201}, "Tên", "Quá dài: tối đa 200 ký tự."),
    ({"name": "=cmd|' /C calc'!A0"}, "Tên", "Ô bắt đầu bằng ký tự của công thức (=, +, -, @). Gõ lại thành chữ."),
    ({"name": "Trường THCS Ánh Dương (mẫu)"}, "Tên", "Đã có cơ sở cùng tên ở xã, phường này."),
    ({"name": "Trường Tiểu học Mới 1 (mẫu)"}, "Tên", "Đã có cơ sở cùng tên ở xã, phường này."),
    ({"type": "Trường làng"}, "Loại hình", "Không có trong danh sách."),
    ({"type": "Phổ thông nhiều cấp học"}, "Cơ quan quản lý", "Loại hình này không có cơ quan quản lý theo quy định chung."),
    ({"managing": "UBND phường Không Có"}, "Cơ quan quản lý", "Không thấy cơ quan quản lý này."),
    ({"managing": "Công an phường Đức Xuân"}, "Cơ quan quản lý", "Không thấy cơ quan quản lý này."),
    ({"place": "phường Bắc Kạn"}, "Xã, phường", "Chưa có UBND của phường Bắc Kạn trong danh sách cơ quan."),
    ({"place": "phường Ba Đình"}, "Xã, phường", "Không thấy xã, phường “phường Ba Đình” trong tỉnh Thái Nguyên."),
    ({"place": "xã Không Có"}, "Xã, phường", "Không thấy xã, phường"),
    ({"learners": "nhiều"}, "Số người học", "Không phải số nguyên từ 0 đến 100000."),
    ({"learners": "-5"}, "Số người học", "Ô bắt đầu bằng ký tự của công thức"),
    ({"learners": "999999999"}, "Số người học", "Không phải số nguyên"),
]


@pytest.mark.parametrize(("changes", "column", "reason"), WRONG, ids=lambda value: str(value)[:40])
def test_a_wrong_row_is_named_with_its_column_and_reason(world: World, changes: dict[str, str], column: str, reason: str) -> None:
    address, page = previewed(world.client("sysadmin"), csv_of([SCHOOLS, school(1), school(2, **changes)]))
    assert counts(page) == (1, 1)
    [(row, where, why)] = faults(page)
    assert (row, where) == (3, column) and why.startswith(reason), why


@pytest.mark.parametrize("place", ["phường Đức Xuân", "ĐỨC XUÂN", "duc xuan", "Đức Xuân, Thái Nguyên", "01840", "1840", "Huyền Tụng", "phường Nguyễn Thị Minh Khai"])
def test_a_ward_is_found_by_name_code_and_names_of_the_past(world: World, place: str) -> None:
    if place == "phường Nguyễn Thị Minh Khai":
        place += ", tỉnh Thái Nguyên"
    _address, page = previewed(world.client("sysadmin"), csv_of([SCHOOLS, school(1, place=place)]))
    assert faults(page) == [] and counts(page) == (1, 0)


def test_nothing_is_written_while_one_row_is_wrong(world: World) -> None:
    client, before = world.client("sysadmin"), School.objects.count()
    address, _page = previewed(client, csv_of([SCHOOLS, *(school(number) for number in range(1, 6)), school(6, type="?")]))
    refused = confirm(client, address)
    assert refused.status_code == 422 and "chưa nhập dòng nào" in refused.content.decode()
    assert School.objects.count() == before and not RegisterCode.objects.exists()
    world.see_all()
    assert not TrailLine.objects.filter(act="import_list").exists()


def many(bad: int = 40, total: int = 5000) -> Rows:
    """A province's list with a few bad rows, spread over it."""
    every = total // bad
    return [SCHOOLS, *(school(number, **({"type": "Sai"} if number % every == 0 else {})) for number in range(1, total + 1))]


def test_five_thousand_rows_with_forty_bad_ones(world: World) -> None:
    client, data = world.client("sysadmin"), xlsx(many())
    started = time.monotonic()
    address, page = previewed(client, data)
    took = time.monotonic() - started
    assert counts(page) == (4960, 40)
    assert "5.000 dòng: 4.960 đúng, 40 lỗi." in page.content.decode()
    assert [row for row, _column, _reason in faults(page)] == [number + 1 for number in range(125, 5001, 125)]
    assert confirm(client, address).status_code == 422 and not RegisterCode.objects.exists()
    assert took < 15, f"{took:.1f} s"
    address, _page = previewed(client, xlsx([row for row in many() if row[3] != "Sai"]))
    assert confirm(client, address).status_code == 302
    assert RegisterCode.objects.count() == 4960


def test_the_preview_costs_the_same_for_one_row_and_for_a_thousand(world: World) -> None:
    client, cost = world.client("sysadmin"), []
    for rows in ([SCHOOLS, school(1)], many(total=1000)):
        address = send(client, csv_of(rows)).url
        with clocks.set_to(NOW), CaptureQueriesContext(connection) as captured:
            client.get(address)
        cost.append(len(captured.captured_queries))
    assert cost[0] == cost[1]


def test_the_faults_are_a_file_without_formulas(world: World) -> None:
    client = world.client("sysadmin")
    address, _page = previewed(client, csv_of([SCHOOLS, school(1, name="=HYPERLINK(1)"), school(2, place="@SUM(1)")]))
    for kind in ("xlsx", "csv"):
        with clocks.set_to(NOW):
            answer = client.get(f"{address}tep/?phan=loi&dang={kind}")
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
        if kind == "xlsx":
            rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
            assert rows[0] == ("Dòng", "Cột", "Giá trị", "Lý do")
            assert [row[2] for row in rows[1:]] == ["'=HYPERLINK(1)", "'@SUM(1)"]
        else:
            assert answer.content.startswith(b"\xef\xbb\xbf") and b",'=HYPERLINK(1)," in answer.content


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", " =1", '"=1', "'=1", "＝1", "＠a", "  \t+1"])
def test_no_cell_that_leaves_is_a_formula(value: str) -> None:
    assert str(spreadsheets.neutral(value)).startswith("'")
    [[cell]] = load_workbook(BytesIO(spreadsheets.write_xlsx({"a": [[value]]}))).active.iter_rows()
    assert cell.data_type == "s"


def test_the_same_list_again_changes_nothing(world: World) -> None:
    client = world.client("sysadmin")
    for added in (2, 0):
        address, page = previewed(client, csv_of([SCHOOLS, school(1), school(2)]))
        assert (page.context["fresh"], page.context["already"]) == (added, 2 - added)
        confirm(client, address)
    assert RegisterCode.objects.count() == 2


def test_a_code_that_is_somebody_elses_is_refused(world: World) -> None:
    client = world.client("sysadmin")
    address, _page = previewed(client, csv_of([SCHOOLS, school(1)]))
    confirm(client, address)
    _address, page = previewed(client, csv_of([SCHOOLS, school(1, name="Trường Tiểu học Khác (mẫu)")]))
    assert faults(page) == [(2, "Mã", "Mã này đã là của “Trường Tiểu học Mới 1 (mẫu)”.")]


def test_two_lists_with_one_code_do_not_both_pass(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.acting("sysadmin") as by:
        item = actions.upload("schools", csv_of([SCHOOLS, school(1)]), by=by)
        plan = actions.plan_of(item, by=by)
        RegisterCode.objects.create(organisation=world.actor("leader").organisation, code="TH-00001")
        monkeypatch.setattr(actions, "plan_of", lambda item, by: plan)
        with pytest.raises(Stale):
            actions.confirm(item, by=by)
    assert not Organisation.objects.filter(name__startswith="Trường Tiểu học Mới").exists()


# What a file may be


@pytest.mark.parametrize(("mark", "delimiter"), [(b"", ","), (b"\xef\xbb\xbf", ","), (b"", ";"), (b"\xef\xbb\xbf", "\t")])
def test_csv_in_utf8_with_or_without_its_mark(world: World, mark: bytes, delimiter: str) -> None:
    rows = [["Danh sách trường"], [], SCHOOLS, school(1)]
    _address, page = previewed(world.client("sysadmin"), csv_of(rows, mark=mark, delimiter=delimiter))
    assert counts(page) == (1, 0)


def test_rows_far_down_a_sheet_are_not_lost(world: World) -> None:
    book = Workbook()
    for row in (SCHOOLS, school(1)):
        book.active.append(row)
    for column, value in enumerate(school(2), 1):
        book.active.cell(row=30_000, column=column, value=value)
    made = BytesIO()
    book.save(made)
    _address, page = previewed(world.client("sysadmin"), made.getvalue())
    assert counts(page) == (2, 0)


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip file of these parts."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return made.getvalue()


def with_parts(**parts: bytes) -> bytes:
    """A good workbook with some parts added or replaced."""
    with zipfile.ZipFile(BytesIO(xlsx([SCHOOLS, school(1)]))) as packed:
        return zipped({name: packed.read(name) for name in packed.namelist()} | {name.replace("__", "/").replace("_dot_", "."): content for name, content in parts.items()})


# A part of 200 bytes; walked to row by row it would hold a server for days.
FAR_DOWN = (
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="999999999999"><c r="A999999999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
)
NOT_A_TABLE = {
    "nothing": b"",
    "a PDF": b"%PDF-1.7\n\xe2\xe3\xcf\xd3",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512,
    "letters of Windows": "Mã,Tên\nđ,ê".encode("utf-16"),
    "a page": b"<html><body>Xin ch\xc3\xa0o</body></html>",
    "a NUL": csv_of([SCHOOLS, school(1)]) + b"\0",
    "an open quote": csv_of([SCHOOLS]) + b'\r\n"TH-1,x',
    "only headings": csv_of([SCHOOLS]),
    "no headings": csv_of([school(1), school(2)]),
    "a heading twice": csv_of([[*SCHOOLS, "Tên"], [*school(1), "x"]]),
    "a torn zip": b"PK\x03\x04" + b"x" * 100,
    "a zip that is no workbook": zipped({"a.txt": b"a"}),
    "a bomb": with_parts(xl__worksheets__sheet1_dot_xml=b"<x>" + b" " * 60_000_000 + b"</x>"),
    "many parts": with_parts(**{f"a{number}": b"" for number in range(300)}),
    "macros": with_parts(xl__vbaProject_dot_bin=b"macro"),
    "a file in the file": with_parts(xl__inner_dot_zip=zipped({"a": b"a"})),
    "a row past the end of the sheet": with_parts(xl__worksheets__sheet1_dot_xml=FAR_DOWN),
    "entities": with_parts(xl__workbook_dot_xml=b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "too many rows": csv_of([["Mã", "Tên", "Loại hình", "Xã, phường"], *([f"M{number}", f"T{number}", "Tiểu học", "01840"] for number in range(10_002))]),
    "too large": b"a," * 1_300_000,
}


@pytest.mark.parametrize("what", NOT_A_TABLE)
def test_what_is_no_table_is_refused_in_words_and_at_once(world: World, what: str) -> None:
    client, started = world.client("sysadmin"), time.monotonic()
    answer = send(client, NOT_A_TABLE[what])
    assert answer.status_code == 422 and answer.context["form"].errors["file"]
    assert time.monotonic() - started < 5
    world.see_all()
    assert not ListImport.objects.visible_to(SYSTEM).exists()


def test_a_formula_counts_as_the_value_saved_with_it_and_is_never_computed(world: World) -> None:
    rows = [SCHOOLS, school(1)]
    rows[1][1] = '=CONCATENATE("Trường"," A")'
    _address, page = previewed(world.client("sysadmin"), xlsx(rows))
    assert faults(page) == [(2, "Tên", "Chưa có “Tên”.")], "nobody computed it, so it has no value"


# Who may, and how far


def test_a_template_opens_with_its_headings(world: World) -> None:
    client = world.client("sysadmin")
    for kind, headings in (("schools", SCHOOLS), ("bodies", BODIES), ("accounts", ACCOUNTS)):
        book = load_workbook(BytesIO(client.get(f"/nhap-danh-sach/mau/{kind}/").content))
        assert [cell.value for cell in book.worksheets[0][1]] == headings
    assert client.get("/nhap-danh-sach/mau/khac/").status_code == 404


def test_a_department_officer_brings_in_schools_alone(world: World) -> None:
    client = world.client("doet")
    assert previewed(client, csv_of([SCHOOLS, school(1)]))[1].status_code == 200
    assert send(client, csv_of([BODIES, ["A", "B", "", "UBND cấp xã", "phường Bắc Kạn", "", "", "", ""]]), "bodies").status_code == 422
    assert client.get("/nhap-danh-sach/mau/accounts/").status_code == 404


def test_an_upload_is_its_authors_alone(world: World) -> None:
    address, _page = previewed(world.client("sysadmin"), csv_of([SCHOOLS, school(1)]))
    other = world.client("doet")
    assert other.get(address).status_code == confirm(other, address).status_code == other.get(address + "tep/").status_code == 404


def test_another_province_is_out_of_reach(world: World) -> None:
    _address, page = previewed(world.client("doet"), csv_of([SCHOOLS, school(1, place="phường Hoàn Kiếm, Hà Nội"), school(2, place="00070")]))
    assert [(row, column) for row, column, _reason in faults(page)] == [(2, "Xã, phường"), (3, "Xã, phường")]
    _address, page = previewed(world.client("sysadmin"), csv_of([BODIES, ["S1", "Sở (mẫu)", "", "Sở Giáo dục và Đào tạo", "Hà Nội", "", "", "", ""]]), "bodies")
    assert faults(page)[0][1] == "Đơn vị hành chính"


def test_what_nobody_confirmed_is_forgotten_after_a_day(world: World) -> None:
    client = world.client("sysadmin")
    address, _page = previewed(client, csv_of([SCHOOLS, school(1)]))
    assert confirm(client, address, NOW + timedelta(hours=25)).status_code == 409
    with world.acting("system", NOW + timedelta(hours=25)):
        assert actions.forget() == 1
    assert client.get(address).status_code == 404 and not RegisterCode.objects.exists()


def test_an_upload_can_be_thrown_away(world: World) -> None:
    client = world.client("sysadmin")
    address, _page = previewed(client, csv_of([SCHOOLS, school(1)]))
    assert client.post(address + "bo/", {"__end": "1"}).status_code == 302
    assert client.get(address).status_code == 404


# Bodies


def test_bodies_stand_where_their_kind_asks(world: World) -> None:
    client = world.client("sysadmin")
    rows = [
        BODIES,
        ["VX-BK", "Phòng Văn hóa - Xã hội phường Bắc Kạn", "", "Phòng Văn hóa - Xã hội", "phường Bắc Kạn", "", "VHXH", "", ""],
        ["CA-BK", "Công an phường Bắc Kạn", "", "Công an cấp xã", "01843", "", "CAP", "+84 900 000 114", "01/07/2025"],
        ["UB-BK", "Ủy ban nhân dân phường Bắc Kạn", "UBND phường Bắc Kạn", "UBND cấp xã", "phường Bắc Kạn", "", "UBND", "", "01/07/2025"],
    ]
    address, page = previewed(client, xlsx(rows), "bodies")
    assert faults(page) == []
    confirm(client, address)
    made = {code.code: code.organisation for code in RegisterCode.objects.select_related("organisation__parent", "organisation__unit")}
    assert made["VX-BK"].parent == made["UB-BK"] and made["VX-BK"].body_id == made["UB-BK"].pk
    assert made["UB-BK"].initials == "BK" and made["UB-BK"].parent.kind == "province_pc"
    assert (made["CA-BK"].parent.kind, made["CA-BK"].duty_phone, made["CA-BK"].symbols.get().symbol) == ("province_police", "+84 900 000 114", "CAP")


def test_a_second_body_of_a_kind_and_an_office_without_its_committee_are_refused(world: World) -> None:
    rows = [
        BODIES,
        ["CA1", "Công an phường Đức Xuân", "", "Công an cấp xã", "phường Đức Xuân", "", "", "", ""],
        ["VX1", "Phòng Văn hóa - Xã hội phường Bắc Kạn", "", "Phòng Văn hóa - Xã hội", "phường Bắc Kạn", "", "", "", ""],
        ["PA03", "Phòng An ninh chính trị nội bộ - Công an tỉnh Thái Nguyên", "", "Phòng nghiệp vụ Công an", "Thái Nguyên", "", "", "", ""],
    ]
    _address, page = previewed(world.client("sysadmin"), csv_of(rows), "bodies")
    assert [(row, reason.split(" (")[0]) for row, _column, reason in faults(page)] == [
        (2, "Đã có cơ quan loại này ở phường Đức Xuân."),
        (3, "Chưa có cơ quan cấp trên trực tiếp"),
        (4, "Đã có cơ quan loại này ở tỉnh Thái Nguyên."),
    ]


# Accounts


def account(world: World, **changes: str) -> list[str]:
    """A second deputy of the sample school."""
    row = {"username": "canbo2.bk-cs-01", "email": "canbo2@example.vn", "body": world.actor("principal").organisation.name, "role": "Phó Hiệu trưởng phụ trách an ninh, an toàn", "starts": "", "ends": ""}
    return list((row | changes).values())


def test_an_account_has_no_password_until_its_holder_takes_up_his_invitation(world: World, mailoutbox: list[Any]) -> None:
    client = world.client("sysadmin")
    address, page = previewed(client, xlsx([ACCOUNTS, account(world, ends="31/05/2027")]), "accounts")
    assert faults(page) == []
    confirm(client, address)
    user = User.objects.get(username="canbo2.bk-cs-01")
    held = Appointment.objects.get(user=user)
    assert not user.has_usable_password() and held.post == world.actor("deputy").post
    assert (held.starts_on, held.ends_on) == (NOW.date(), NOW.replace(year=2027, month=6, day=1).date())
    assert Client().post("/tai-khoan/password/reset/", {"email": "canbo2@example.vn"}).status_code == 302
    assert not any("password/reset/key" in sent.body for sent in mailoutbox), "a mailbox alone opens no new account"
    with clocks.set_to(NOW):
        assert invitations.waiting(User.objects.visible_to(world.actor("sysadmin"))).get() == user


def test_posts_that_need_two_people_wait_for_the_second(world: World) -> None:
    client = world.client("sysadmin")
    rows = [ACCOUNTS, account(world, body="Phòng Văn hóa - Xã hội phường Đức Xuân", role="Đầu mối bảo vệ trẻ em"), account(world, username="canbo3.bk-cs-01", email="canbo3@example.vn")]
    address, page = previewed(client, csv_of(rows), "accounts")
    assert (faults(page), page.context["fresh"]) == ([], 2)
    confirm(client, address)
    assert set(User.objects.filter(username__in=("canbo2.bk-cs-01", "canbo3.bk-cs-01")).values_list("username", flat=True)) == {"canbo3.bk-cs-01"}
    with reading_as(SYSTEM):
        [asked] = AccountRequest.objects.visible_to(SYSTEM)
    assert (asked.username, asked.status, asked.approved_by) == ("canbo2.bk-cs-01", "approved", world.actor("sysadmin"))
    _address, page = previewed(client, csv_of(rows), "accounts")
    assert (page.context["fresh"], page.context["already"]) == (0, 2)


def test_one_person_may_be_given_two_posts(world: World) -> None:
    client, other = world.client("sysadmin"), world.actor("other_principal").organisation.name
    rows = [ACCOUNTS, account(world), account(world, body=other), account(world, username="canbo.bk-cs-01", email="canbo.bk-cs-01@example.vn")]
    address, page = previewed(client, csv_of(rows), "accounts")
    assert (faults(page), page.context["fresh"], page.context["already"]) == ([], 2, 1)
    confirm(client, address)
    assert Appointment.objects.filter(user__username="canbo2.bk-cs-01").count() == 2


WRONG_ACCOUNTS = [
    ({"username": "Cán bộ"}, "Tên đăng nhập", "Chỉ dùng chữ thường không dấu"),
    ({"username": "quantri", "email": "quantri@example.vn"}, "Tên đăng nhập", "Không tự giao vị trí cho tài khoản của mình."),
    ({"username": "dpo"}, "Thư điện tử", "Tên đăng nhập này đã có với thư điện tử khác."),
    ({"email": "khong phai thu"}, "Thư điện tử", "Địa chỉ thư điện tử không đúng."),
    ({"body": "Trường không có"}, "Đơn vị", "Không thấy đơn vị này trong phạm vi quản trị."),
    ({"role": "Lãnh đạo Sở"}, "Vị trí", "Đơn vị này không có vị trí đó."),
    ({"role": "Quản trị hệ thống"}, "Vị trí", "Không có trong danh sách."),
    ({"body": "Công an phường Đức Xuân", "role": "Trưởng Công an"}, "Vị trí", "Tài khoản của Công an do quản trị của Công an lập"),
    ({"starts": "31/02/2027"}, "Từ ngày", "Ngày không đúng."),
    ({"starts": "01/06/2027", "ends": "31/05/2027"}, "Đến hết ngày", "Ngày kết thúc sớm hơn ngày bắt đầu."),
]


@pytest.mark.parametrize(("changes", "column", "reason"), WRONG_ACCOUNTS, ids=lambda value: str(value)[:40])
def test_a_wrong_account_is_refused(world: World, changes: dict[str, str], column: str, reason: str) -> None:
    _address, page = previewed(world.client("sysadmin"), csv_of([ACCOUNTS, account(world, **changes)]), "accounts")
    [(row, where, why)] = faults(page)
    assert (row, where) == (2, column) and why.startswith(reason), why


def test_a_list_reads_the_same_in_english(world: World) -> None:
    client = world.client("sysadmin")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    _address, page = previewed(client, csv_of([SCHOOLS, school(1)]))
    assert counts(page) == (1, 0)


def test_the_wall_shows_an_upload_to_its_author_alone(world: World) -> None:
    previewed(world.client("sysadmin"), csv_of([SCHOOLS, school(1)]))
    for who, seen in (("sysadmin", 1), ("clerk", 0), ("doet", 0)):
        with reading_as(world.actor(who)):
            assert ListImport.objects.unscoped("test").count() == seen, who
