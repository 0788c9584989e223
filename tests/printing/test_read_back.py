"""Each PDF of the portal is read back from its bytes: measures of NĐ 30/2020, words equal to their source, nobody's name."""

import unicodedata
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pypdf
import pytest
from django.conf import settings
from django.db import transaction

from coordination.models import Organisation, User
from coordination.models.organisations import OrganisationKind
from coordination.paper.documents import Blank, Heading, OfficialPaper, Paragraph, Table
from tests.printing import at_hand
from tests.printing.at_hand import Made
from tests.printing.test_paper_layout import A4, MM, chars_of, page_number
from tests.world import World

NAMES = (
    "phiếu báo nhanh", "phiếu báo nhanh, dài", "biên bản vụ việc", "thông báo kết quả", "thông báo kết quả, bản của trường", "biên bản giao ban",
    "báo cáo, education", "báo cáo, police", "biên bản bàn giao địa bàn", "biên bản bàn giao công việc", "bản cung cấp dữ liệu", "biên bản hủy dữ liệu",
)  # fmt: skip
OF_CASES = (*NAMES[:6], "bản cung cấp dữ liệu", "biên bản hủy dữ liệu")
WITHOUT_PLACE = ("biên bản vụ việc", "biên bản giao ban")
FOOT = "Bản trích xuất từ hệ thống, chưa có chữ ký số"
WATERMARK = 40  # points; nothing else is so large


@pytest.fixture(scope="module")
def printed(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Made]]:
    """Everything printed once; what was written for it is undone at the end."""
    before, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path_factory.mktemp("files")
    with django_db_blocker.unblock(), transaction.atomic():
        yield at_hand.everything(World())
        transaction.set_rollback(True)
    settings.MEDIA_ROOT = before


@pytest.fixture(scope="module")
def opened(printed: dict[str, Made]) -> Iterator[dict[str, pdfplumber.PDF]]:
    """The same files, opened."""
    found = {name: pdfplumber.open(BytesIO(file.content)) for name, file in printed.items()}
    yield found
    for pdf in found.values():
        pdf.close()


def compact(text: str) -> str:
    """A text without its spaces, which lines and columns change."""
    return "".join(text.split())


def written(page: pdfplumber.page.Page) -> list[dict]:
    """The characters of a page but for the watermark, in the order in which they were written."""
    return [char for char in page.chars if char["size"] < WATERMARK]


def body_of(pdf: pdfplumber.PDF) -> str:
    """What stands between the margins, page after page, without spaces."""
    return compact("".join(char["text"] for page in pdf.pages for char in written(page) if 20 * MM - 1 <= char["top"] < page.height - 20 * MM))


def all_words(pdf: pdfplumber.PDF) -> str:
    """Every character of the file, without spaces."""
    return compact("".join(char["text"] for page in pdf.pages for char in page.chars))


def sources(paper: OfficialPaper) -> Iterator[str]:
    """Every text the paper was printed from."""
    yield from (paper.heading, " ".join(paper.subject_lines), " ".join(paper.issuer_lines), *paper.addressees, *paper.recipients, *paper.signing_lines)
    for block in paper.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Heading):
            yield block.printed
        elif isinstance(block, Blank):
            yield from (block.label, block.after)
        else:
            yield from cells(block)
    for name, appendix in paper.numbered_appendices:
        yield from (name, appendix.title.upper(), *cells(appendix.table))


def cells(table: Table) -> Iterator[str]:
    """The texts of a table."""
    yield from (column.title for column in table.columns)
    for _row, printed_cells in table.printed_rows:
        yield from (text for _column, text in printed_cells)
    yield from table.notes


def test_every_kind_is_read_back(printed: dict[str, Made]) -> None:
    assert tuple(printed) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_is_a4_and_nothing_leaves_the_margins(opened: dict[str, pdfplumber.PDF], name: str) -> None:
    for page in opened[name].pages:
        assert sorted((page.width, page.height)) == pytest.approx(sorted(A4), abs=0.01)
        inside = [char for char in written(page) if char["text"].strip()]
        text = [char for char in inside if 20 * MM - 1 <= char["top"] < page.height - 20 * MM]
        assert min(char["x0"] for char in text) / MM >= 30 - 0.5
        assert (page.width - max(char["x1"] for char in text)) / MM >= 15 - 0.5
        apart = [char for char in inside if char not in text]
        assert all(char["size"] == pytest.approx(13, abs=0.25) for char in apart if char["top"] < 20 * MM - 1)
        assert all(char["size"] <= 9.25 for char in apart if char["top"] >= page.height - 20 * MM)


@pytest.mark.parametrize("name", NAMES)
def test_page_one_begins_at_its_four_margins(opened: dict[str, pdfplumber.PDF], name: str) -> None:
    page = opened[name].pages[0]
    lines = [line for line in page.filter(lambda item: item.get("size", 0) < WATERMARK).extract_text_lines() if line["top"] < page.height - 20 * MM]
    assert lines[0]["top"] / MM == pytest.approx(20, abs=1)
    rules = [edge["x0"] for edge in page.rects] + [line["x0"] for line in lines]
    assert min(rules) / MM == pytest.approx(30, abs=0.5)


@pytest.mark.parametrize("name", NAMES)
def test_the_head_has_its_sizes_and_faces(opened: dict[str, pdfplumber.PDF], printed: dict[str, Made], name: str) -> None:
    page, paper = opened[name].pages[0], printed[name].source
    expected = [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, "Tinos-Bold"),
        ("Độc lập - Tự do - Hạnh phúc", 14, "Tinos-Bold"),
        (paper.issuer_lines[0], 13, "Tinos-Bold"),
        (paper.heading, 14, "Tinos-Bold"),
        (paper.subject_lines[0], 14, "Tinos-Bold"),
        *([("Số:", 13, "Tinos")] if paper.symbol else []),
        *([(paper.superior_lines[0], 13, "Tinos")] if paper.superior else []),
        *([(f"{paper.place}, ngày", 14, "Tinos-Italic")] if paper.place_and_date else []),
        *([("LƯU HÀNH NỘI BỘ", 13, "Tinos-Bold")] if paper.circulation else []),
    ]
    for text, size, face in expected:
        for char in chars_of(page, text):
            assert char["size"] == pytest.approx(size, abs=0.25), text
            assert char["text"] == " " or char["fontname"].endswith("+" + face), text


@pytest.mark.parametrize("name", NAMES)
def test_body_and_end_have_their_sizes_and_faces(opened: dict[str, pdfplumber.PDF], printed: dict[str, Made], name: str) -> None:
    paragraph = next(block for block in printed[name].source.blocks if isinstance(block, Paragraph) and not block.basis)
    first_words = " ".join(paragraph.text.split()[:3])
    for text, size, face in ((first_words, 14, "Tinos"), ("Nơi nhận:", 12, "Tinos-Bold-Italic"), (f"- {printed[name].source.recipients[-1]}.", 11, "Tinos"), (printed[name].source.signing_lines[-1], 14, "Tinos-Bold")):
        page = next(page for page in reversed(opened[name].pages) if page.search(text, regex=False))
        for char in chars_of(page, text):
            assert char["size"] == pytest.approx(size, abs=0.25), text
            assert char["text"] == " " or char["fontname"].endswith("+" + face), text


@pytest.mark.parametrize("name", NAMES)
def test_numbers_begin_on_the_second_page_in_the_top_margin(opened: dict[str, pdfplumber.PDF], name: str) -> None:
    pages = opened[name].pages
    assert page_number(pages[0]) == []
    for place, page in enumerate(pages[1:], start=2):
        for shown in page_number(page):
            assert shown["size"] == pytest.approx(13, abs=0.25)
            assert shown["text"] == str(place) or name.startswith("báo cáo")  # an appendix counts its own pages


@pytest.mark.parametrize("name", NAMES)
def test_every_face_is_ours_and_embedded(printed: dict[str, Made], name: str) -> None:
    reader = pypdf.PdfReader(BytesIO(printed[name].content))
    descriptors = [part for number in reader.xref_objStm | reader.xref.get(0, {}) if isinstance(part := pypdf.generic.IndirectObject(number, 0, reader).get_object(), dict) and part.get("/Type") == "/FontDescriptor"]
    assert descriptors and all("+Tinos" in part["/FontName"] and "/FontFile2" in part for part in descriptors)


@pytest.mark.parametrize("name", NAMES)
def test_the_words_are_those_of_the_source(opened: dict[str, pdfplumber.PDF], printed: dict[str, Made], name: str) -> None:
    body = body_of(opened[name])
    assert unicodedata.is_normalized("NFC", body)
    missing = [text for text in sources(printed[name].source) if compact(text) not in body]
    assert missing == []
    assert FOOT in opened[name].pages[-1].extract_text()


@pytest.mark.parametrize("name", NAMES)
def test_no_person_is_named_anywhere(opened: dict[str, pdfplumber.PDF], printed: dict[str, Made], name: str) -> None:
    words = unicodedata.normalize("NFC", all_words(opened[name])).lower()
    people = [*at_hand.SEALED, at_hand.WRITTEN, at_hand.CONTACT]
    people += [part for full_name in people[:3] for part in (" ".join(full_name.split()[-2:]),)]
    assert [person for person in people if compact(person).lower() in words] == []
    assert [user for user in User.objects.values_list("username", flat=True) if len(user) > 5 and user in words] == []
    reader = pypdf.PdfReader(BytesIO(printed[name].content))
    assert set(reader.metadata) == {"/Title", "/Producer", "/CreationDate", "/ModDate"}
    assert reader.metadata.title == printed[name].source.title
    assert not any(compact(person) in compact(reader.metadata.title) for person in people)


def school_names() -> list[str]:
    """The names of every school, without what they share."""
    names = Organisation.objects.filter(kind=OrganisationKind.SCHOOL).values_list("name", flat=True)
    return [compact(name.replace("(mẫu)", "").removeprefix("Trường ")).lower() for name in names]


@pytest.mark.parametrize("name", ["báo cáo, education", "báo cáo, police"])
def test_a_report_names_no_school(opened: dict[str, pdfplumber.PDF], name: str) -> None:
    words = all_words(opened[name]).lower()
    assert [school for school in school_names() if school != "caođẳng" and school in words] == []


def test_minutes_name_no_school_with_a_case(opened: dict[str, pdfplumber.PDF]) -> None:
    """Schools stand among those who came; from the first case on none is named, also where somebody wrote its name."""
    came, _case, rest = body_of(opened["biên bản giao ban"]).partition("ĐX-26-")
    assert compact(at_hand.SCHOOL) in came
    assert [school for school in school_names() if school in rest.lower()] == []
    assert "Nhàtrườngcóliênquanphốihợpxácminh" in rest


def test_cases_are_for_internal_circulation(opened: dict[str, pdfplumber.PDF]) -> None:
    assert [name for name in OF_CASES if "LƯU HÀNH NỘI BỘ" not in opened[name].pages[0].extract_text()] == []


# What each form asks for


def text_of(pdf: pdfplumber.PDF) -> str:
    """The text without the watermark, in lines."""
    return "\n".join(page.filter(lambda item: item.get("size", 0) < WATERMARK).extract_text() for page in pdf.pages)


@pytest.mark.parametrize("name", ["phiếu báo nhanh", "phiếu báo nhanh, dài"])
def test_the_quick_report_is_one_page_without_number(opened: dict[str, pdfplumber.PDF], name: str) -> None:
    pdf = opened[name]
    assert len(pdf.pages) == 1
    text = text_of(pdf)
    assert "Số:" not in text and "Phiếu này" in text
    for said in ("Kính gửi: - Công an phường Đức Xuân;", "- Ủy ban nhân dân phường Đức Xuân.", "Nơi gửi Trường THCS Ánh Dương (mẫu)", "Mã vụ việc ĐX-26-", "Báo nhanh lúc 09:00 ngày 20/11/2026", "Xảy ra lúc 08:00 ngày 20/11/2026", "mức độ: Phức tạp", "113 Công an lúc 09:00 ngày 20/11/2026", "Người báo:", "Điện thoại:"):
        assert said in text, said
    assert compact("Phiếu này không thay thế tin báo, tố giác về tội phạm") in compact(text)


def test_the_principal_signs_and_the_deputy_for_him(opened: dict[str, pdfplumber.PDF]) -> None:
    assert "HIỆU TRƯỞNG" in text_of(opened["phiếu báo nhanh"]) and "KT." not in text_of(opened["phiếu báo nhanh"])
    assert "KT. HIỆU TRƯỞNG" in text_of(opened["biên bản vụ việc"]) and "PHÓ HIỆU TRƯỞNG" in text_of(opened["biên bản vụ việc"])


@pytest.mark.parametrize("name", WITHOUT_PLACE)
def test_minutes_and_records_have_no_place_line_and_two_signatures(opened: dict[str, pdfplumber.PDF], name: str) -> None:
    pdf = opened[name]
    slanted = "".join(char["text"] for char in pdf.pages[0].chars if "Italic" in char["fontname"])
    assert "ngày" not in slanted
    last = pdf.pages[-1]
    secretary, chair = chars_of(last, "THƯ KÝ")[0], chars_of(last, "CHỦ TRÌ" if name == "biên bản giao ban" else "KT. HIỆU TRƯỞNG")[0]
    assert secretary["x0"] < last.width / 2 < chair["x0"] and secretary["top"] == pytest.approx(chair["top"], abs=2)
    assert chars_of(last, "Nơi nhận:")[0]["top"] > secretary["bottom"] + 25 * MM - 2
    assert "Lưu: VT, Hồ sơ." in text_of(pdf)


def test_the_record_opens_and_ends_as_records_do(opened: dict[str, pdfplumber.PDF]) -> None:
    text = compact(text_of(opened["biên bản vụ việc"]))
    for said in ("Hôm nay, hồi", "chúng tôi gồm:", "1. Chủ trì: Ông (bà)", "I. THỜI GIAN, ĐỊA ĐIỂM", "II. DIỄN BIẾN", "III. NGƯỜI CÓ LIÊN QUAN", "IV. VẬT CHỨNG", "V. BIỆN PHÁP ĐÃ THỰC HIỆN", "VI. Ý KIẾN", "HS-1", "NC-1", "đã đọc lại cho mọi người cùng nghe", "CHA MẸ/NGƯỜI GIÁM HỘ", "(Ký, ghi rõ họ tên)"):
        assert compact(said) in text, said
    assert compact("Phát hiện em HS-1 mang dao gọt hoa quả trong cặp, em …… chứng kiến") in text


def test_room_for_a_hand_is_drawn_to_the_margin(opened: dict[str, pdfplumber.PDF]) -> None:
    page = opened["biên bản vụ việc"].pages[0]
    label = chars_of(page, "5. Người khác:")
    drawn = [part for part in (*page.rects, *page.lines, *page.curves) if label[0]["top"] < part["top"] < label[0]["bottom"] + 6]
    assert drawn and max(part["x1"] for part in drawn) / MM == pytest.approx(195, abs=3) and min(part["x0"] for part in drawn) > label[-1]["x1"]


def test_minutes_say_when_where_who_and_what(opened: dict[str, pdfplumber.PDF]) -> None:
    text = compact(text_of(opened["biên bản giao ban"]))
    for said in ("Thời gian bắt đầu: 09 giờ 00 phút, ngày 24 tháng 11 năm 2026.", "Địa điểm: Phòng họp tầng 2.", "13/14 đơn vị có mặt", "Vắng:", "Chức vụ: Lãnh đạo UBND phường Đức Xuân.", "Chịu trách nhiệm: Trực ban Công an phường Đức Xuân; hoàn thành trước 17 giờ 00 ngày 04 tháng 12 năm 2026", "Hội nghị kết thúc vào 11 giờ 00 phút, ngày 24 tháng 11 năm 2026./."):
        assert compact(said) in text, said


def test_the_notice_is_the_police_bodys_own_and_the_schools_copy_says_so(opened: dict[str, pdfplumber.PDF]) -> None:
    own, copy = opened["thông báo kết quả"], opened["thông báo kết quả, bản của trường"]
    text = text_of(own)
    for said in ("CÔNG AN TỈNH THÁI NGUYÊN", "CÔNG AN PHƯỜNG ĐỨC XUÂN", "/TB-CAP", "Kính gửi: Trường THCS Ánh Dương (mẫu)", "Kết quả: Đã nhắc nhở, giao gia đình và nhà trường giáo dục", "TRƯỞNG CÔNG AN PHƯỜNG"):
        assert said in text, said
    across = ["".join(char["text"] for char in pdf.pages[0].chars if char["size"] >= WATERMARK).replace(" ", "") for pdf in (own, copy)]
    assert across[0] == "" and sorted(across[1]) == sorted("BẢNTHAMKHẢO")
    assert text_of(copy) == text


def test_what_is_signed_by_hand_carries_no_draft_mark(opened: dict[str, pdfplumber.PDF]) -> None:
    for name in ("phiếu báo nhanh", *WITHOUT_PLACE, "thông báo kết quả"):
        assert not any(char["size"] >= WATERMARK for page in opened[name].pages for char in page.chars), name
