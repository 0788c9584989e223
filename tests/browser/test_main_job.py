"""The main job in one ward, on real screens: from the principal's phone in a corridor to the two papers of the quarter.

Everything is found by its Vietnamese words, as a person finds it. Source: product.md "Main job", domain/practice.md 2 and 4.
"""

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
from playwright.sync_api import expect

from coordination import clocks
from tests.browser.conftest import Somebody
from tests.browser.people import PHONE, Person, Thumb

pytestmark = pytest.mark.browser

MOST_TAPS = 12
RENDERED_WITHIN = 60_000
SCHOOL = "Trường THCS Ánh Dương (mẫu)"
KIND = "Mang dao, hung khí, vũ khí"
OTHER_KIND = "Đốt pháo nổ"
CONCLUSION = "Kiểm tra cặp sách đầu giờ, mỗi tuần một lần, cùng Ban đại diện cha mẹ học sinh."


def test_a_case_goes_from_the_corridor_to_the_papers_of_the_quarter(somebody: Somebody, record_property: Callable[[str, object], None]) -> None:
    with somebody("hieutruong.bk-cs-01", PHONE) as principal:
        taps = file_in_a_corridor(principal)
        record_property("taps", taps)
        assert taps <= MOST_TAPS, f"{taps} taps"
        code = read_the_receipt(principal)
        with somebody("ca.phuong.ducxuan") as officer:
            answer(officer, code)
        bring_to_its_end(principal, code)
        with somebody("vhxh.ducxuan") as office:
            meet(office)
        find_the_conclusion(principal)
        hand_in(principal)
    with somebody("chuyenvien.so.bk") as department:
        follow_the_returns(department)
        order(department, "Bản gửi ngành Giáo dục")
        order(department, "Bản gửi Công an")
        check(department, "Bản gửi ngành Giáo dục", "Ủy ban nhân dân tỉnh Thái Nguyên")
        check(department, "Bản gửi Công an", "Công an tỉnh Thái Nguyên")


# The school tells


def file_in_a_corridor(principal: Person) -> int:
    """From the home page to the receipt; the taps it took."""
    principal.shot("01-home")
    thumb = Thumb(principal)
    thumb.tap("Báo nhanh vụ việc")
    thumb.tap(KIND)
    thumb.tap("Cổng trường")
    thumb.tap("Phức tạp")
    thumb.type("Tóm tắt một, hai câu", "Phát hiện một học sinh mang dao gọt hoa quả ở cổng trường; đã yêu cầu giao nộp.")
    principal.reads("Công an phường Đức Xuân; UBND phường Đức Xuân")
    principal.shot("02-quick-report")
    thumb.tap("Gửi báo nhanh")
    principal.sees("Đã gửi. Mã ")
    return thumb.count


def read_the_receipt(principal: Person) -> str:
    """Number, hour, receivers, promised time; the code of the case."""
    principal.shot("03-receipt")
    principal.reads(re.compile(r"Lúc \d\d:\d\d ngày \d\d/\d\d/\d{4}\."))
    principal.reads("Công an phường Đức Xuân; UBND phường Đức Xuân.")
    principal.reads("Công an nhận tin trước")
    principal.reads("Phiếu này không thay thế tin báo, tố giác về tội phạm.")
    code = principal.heading().rpartition("Mã ")[2].strip()
    assert re.fullmatch(r"ĐX-\d\d-\d{4}", code), code
    return code


# The police answer


def answer(officer: Person, code: str) -> None:
    """Seen, received, one tap on the way, a result of the fixed list."""
    officer.turn_to("Vụ việc chuyển đến")
    row = officer.line(code)
    officer.reads(re.compile(r"còn \d+ (phút|giờ|ngày)"), within=row)
    officer.shot("04-queue")
    officer.press("Xem", within=row)
    officer.sees(KIND)
    officer.reads("Trực ban Công an phường Đức Xuân đã xem.")
    officer.shot("05-case-seen")
    officer.press("Nhận tin")
    officer.reads("Công an phường Đức Xuân đã nhận tin.")
    officer.press("Đang giải quyết")
    officer.reads("Công an phường Đức Xuân: Đang giải quyết.")
    officer.shot("06-case-received")
    officer.follow("Báo kết quả")
    officer.chooses("Đã nhắc nhở, giao gia đình và nhà trường giáo dục")
    officer.shot("07-result")
    officer.press("Gửi kết quả")
    officer.reads("Đã nhắc nhở, giao gia đình và nhà trường giáo dục.")
    officer.shot("08-case-answered")


# Neither side closes alone


def bring_to_its_end(principal: Person, code: str) -> None:
    """From the notice of the result to the end of the case, past the guard."""
    principal.follow("Thông báo", within=principal.page.get_by_role("banner"))
    notice = principal.page.get_by_role("listitem").filter(has_text=code).filter(has_text="Đã có kết quả từ Công an")
    principal.shot("09-notices")
    principal.press("Mở", within=notice)
    principal.sees(KIND)
    principal.shot("10-case-on-the-phone")
    principal.follow("Kết thúc vụ việc")
    principal.reads("Chưa kết thúc được, còn thiếu")
    principal.reads("Chưa có báo cáo đầy đủ.")
    principal.reads("Nhà trường chưa xác nhận đã nhận kết quả.")
    principal.shot("11-guard")
    principal.follow("Quay lại hồ sơ")
    complete(principal)
    principal.press("Nhà trường đã nhận kết quả")
    expect(principal.line("Nhà trường đã nhận kết quả", role="listitem")).to_be_visible()
    principal.follow("Kết thúc vụ việc")
    principal.press("Kết thúc vụ việc")
    principal.reads("Nhà trường kết thúc vụ việc.")
    principal.shot("13-case-closed")


def complete(principal: Person) -> None:
    """The full report."""
    principal.follow("Báo cáo đầy đủ")
    principal.chooses("Giờ đến trường, tan học")
    for label, number in (("Số học sinh có liên quan, bị ảnh hưởng", "1"), ("Trong đó nữ", "0"), ("Người bị ảnh hưởng dưới 16 tuổi", "0"), ("Số người bị thương", "0"), ("Số người tử vong", "0")):
        principal.fills(label, number)
    principal.chooses("Phối hợp Công an giải quyết")
    principal.fills("Đã thông báo cho cha mẹ/người giám hộ lúc", f"{clocks.local(clocks.now()):%H:%M %d/%m/%Y}")
    principal.fills("Diễn biến", "Giờ tan học, bảo vệ thấy HS-1 có dao trong cặp; HS-1 tự giao nộp. Không ai bị thương.")
    principal.shot("12-full-report")
    principal.press("Gửi báo cáo đầy đủ")
    principal.sees(KIND)


# The ward meets


def meet(office: Person) -> None:
    """A briefing planned, opened with what is open, and ended with a duty."""
    tomorrow = f"{clocks.today() + timedelta(days=1):%d/%m/%Y}"
    office.turn_to("Giao ban")
    office.shot("14-briefings")
    office.follow("Lên lịch giao ban")
    office.fills("Ngày họp", tomorrow)
    office.fills("Nơi họp", "Hội trường UBND phường")
    office.picks("Chủ trì", "Lãnh đạo UBND · UBND phường Đức Xuân")
    office.picks("Thư ký", "Chuyên viên Phòng Văn hóa - Xã hội · Phòng VH-XH phường Đức Xuân")
    office.shot("15-plan")
    office.press("Lên lịch, lập chương trình")
    office.sees("Giao ban")
    office.reads(re.compile(rf"ĐX-\d\d-\d{{4}} · {OTHER_KIND}"))
    office.shot("16-agenda")
    office.follow("Mở cuộc họp, chốt số liệu")
    office.press("Mở cuộc họp, chốt số liệu")
    office.reads("Đang họp")
    conclude(office, tomorrow)
    office.follow("Kết thúc cuộc họp")
    office.shot("19-end-of-the-meeting")
    office.press("Kết thúc cuộc họp")
    office.reads("Kết luận đã giao đến người chịu trách nhiệm.")
    office.shot("20-briefing-closed")


def conclude(office: Person, tomorrow: str) -> None:
    """Without who and by when there is no conclusion."""
    office.fills("Nội dung kết luận", CONCLUSION)
    office.press("Ghi kết luận")
    office.reads("Chưa chọn người chịu trách nhiệm. Kết luận nào cũng phải có người làm.")
    office.reads("Chưa có ngày hoàn thành. Nhập ngày/tháng/năm.")
    office.shot("17-conclusion-refused")
    office.picks("Người chịu trách nhiệm", f"Hiệu trưởng · {SCHOOL}")
    office.fills("Xong trước 17:00 ngày", tomorrow)
    office.press("Ghi kết luận")
    expect(office.line(CONCLUSION)).to_contain_text(SCHOOL)
    office.shot("18-in-the-room")


def find_the_conclusion(principal: Person) -> None:
    """It waits in the inbox of its owner."""
    principal.turn_to("Việc của tôi")
    duty = principal.line("Thực hiện kết luận", role="listitem")
    principal.shot("21-duties")
    principal.follow("Mở", within=duty)
    principal.reads(CONCLUSION)
    principal.shot("22-conclusion")


# The quarter


def hand_in(principal: Person) -> None:
    """The quarter that closed last: its counts confirmed, or nothing happened."""
    principal.turn_to("Số liệu kỳ")
    principal.shot("23-returns")
    principal.follow("Nộp")
    principal.shot("24-return")
    principal.press("Nộp số liệu kỳ")
    principal.reads("Đã nộp số liệu kỳ.")
    principal.shot("25-return-handed-in")


def follow_the_returns(department: Person) -> None:
    """Ten had handed in; this one makes eleven."""
    department.shot("26-department-home")
    department.turn_to("Theo dõi")
    department.reads("11/12 đơn vị")
    department.shot("27-grid")


def order(department: Person, version: str) -> None:
    """One paper of the closed quarter; the page says that it is being made."""
    department.turn_to("Báo cáo")
    department.chooses(version)
    department.press("Lập báo cáo")
    expect(department.page.get_by_role("status").filter(has_text=re.compile("Đang chờ đến lượt|Đang tạo|Đã xong"))).to_be_visible()
    department.shot("28-report-ordered")


def check(department: Person, version: str, reader: str) -> None:
    """The paper says what the page says."""
    department.turn_to("Báo cáo")
    department.follow("Mở", within=department.line(version))
    link = department.page.get_by_role("link", name="Tải tệp PDF")
    expect(link).to_be_visible(timeout=RENDERED_WITHIN)
    department.turn_to("Báo cáo")
    department.follow("Mở", within=department.line(version))
    with department.page.expect_download() as download:
        link.click()
    paper = words_of(download.value.path().read_bytes())
    department.shot("29-report-ready")
    cases = department.line("Số vụ").get_by_role("cell").last.inner_text()
    window = department.page.get_by_text("Số liệu từ ngày").inner_text().rpartition(" · ")[2]
    assert "Kết quả công tác phối hợp bảo đảm an ninh, trật tự, an toàn trường học quý" in paper
    assert window in paper
    assert reader in paper
    assert f"{int(cases)} vụ" in paper
    assert "11/12 đơn vị" in paper


def words_of(pdf: bytes) -> str:
    """The text of a paper in one line."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
