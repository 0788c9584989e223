"""The printed paper keeps the numbers of Nghị định 30/2020/NĐ-CP, Phụ lục I."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import pdfplumber
import pytest

from coordination.paper.documents import OfficialPaper
from coordination.pdf import render_pdf
from tests.printing import papers

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)


def printed(paper: OfficialPaper) -> pdfplumber.PDF:
    return pdfplumber.open(BytesIO(render_pdf("pdf/paper.html", paper.as_context())))


@pytest.fixture(scope="module")
def issued() -> Iterator[pdfplumber.PDF]:
    with printed(papers.police()) as pdf:
        yield pdf


@pytest.fixture(scope="module")
def draft() -> Iterator[pdfplumber.PDF]:
    with printed(papers.education()) as pdf:
        yield pdf


def chars_of(page: pdfplumber.page.Page, text: str) -> list[dict]:
    """The characters of the first place where `text` stands on the page."""
    found = page.search(text, regex=False)
    assert found, text
    return found[0]["chars"]


def rules(page: pdfplumber.page.Page) -> list[dict]:
    """Drawn horizontal rules of the page, from the top; a box of four sides counts as none."""
    flat = {(round(r["x0"], 1), round(r["top"])): r for r in page.rects if r["height"] < 1.5 and r["fill"]}
    return sorted(flat.values(), key=lambda rule: rule["top"])


def test_the_sheet_is_a4_and_appendices_may_lie_across(issued: pdfplumber.PDF) -> None:
    sizes = [(page.width, page.height) for page in issued.pages]
    assert sizes[0] == pytest.approx(A4, abs=0.01)
    assert sizes[2] == pytest.approx(A4[::-1], abs=0.01)


def test_margins_are_20_15_20_30_millimetres(issued: pdfplumber.PDF) -> None:
    page = issued.pages[0]
    lines = [line for line in page.extract_text_lines() if 20 * MM <= line["top"] <= page.height - 20 * MM]
    assert min(line["x0"] for line in lines) / MM == pytest.approx(30, abs=0.5)
    assert (page.width - max(line["x1"] for line in lines)) / MM == pytest.approx(15, abs=0.5)
    assert lines[0]["top"] / MM == pytest.approx(20, abs=1)


@pytest.mark.parametrize(
    ("text", "size", "face"),
    [
        ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13, "Tinos-Bold"),
        ("Độc lập - Tự do - Hạnh phúc", 14, "Tinos-Bold"),
        ("CÔNG AN THÀNH PHỐ", 13, "Tinos"),
        ("CÔNG AN PHƯỜNG", 13, "Tinos-Bold"),
        ("Số: 05/BC-CAP", 13, "Tinos"),
        ("Lê Chân, ngày 05 tháng 01 năm 2027", 14, "Tinos-Italic"),
        ("LƯU HÀNH NỘI BỘ", 13, "Tinos-Bold"),
        ("BÁO CÁO", 14, "Tinos-Bold"),
        ("trật tự, an toàn trường học quý IV năm 2026", 14, "Tinos-Bold"),
        ("(Số liệu từ ngày 15/9/2026 đến hết ngày 14/12/2026)", 14, "Tinos-Italic"),
        ("Kính gửi: Công an thành phố Hải Phòng (để p/h)", 14, "Tinos"),
        ("Căn cứ Nghị định số", 14, "Tinos-Italic"),
        ("I. ĐẶC ĐIỂM, TÌNH HÌNH", 14, "Tinos-Bold"),
        ("1. Trao đổi thông tin", 14, "Tinos-Bold"),
        ("a) Mô hình cổng trường an toàn.", 14, "Tinos"),
        ("Toàn địa bàn có 29 trường", 14, "Tinos"),
    ],
)
def test_elements_of_page_one_have_their_size_and_face(issued: pdfplumber.PDF, text: str, size: int, face: str) -> None:
    for char in chars_of(issued.pages[0], text):
        assert char["size"] == pytest.approx(size, abs=0.25)
        assert char["fontname"].endswith("+" + face)


@pytest.mark.parametrize(
    ("page", "text", "size", "face"),
    [
        (1, "Nơi nhận:", 12, "Tinos-Bold-Italic"),
        (1, "- Như trên;", 11, "Tinos"),
        (1, "TRƯỞNG CÔNG AN PHƯỜNG", 14, "Tinos-Bold"),
        (1, "Không có dấu hiệu vi phạm", 12, "Tinos"),
        (2, "Phụ lục I", 14, "Tinos-Bold"),
        (2, "VỤ VIỆC THEO LOẠI", 14, "Tinos-Bold"),
        (2, "Cưỡng đoạt tài sản", 11, "Tinos"),
    ],
)
def test_elements_of_later_pages_have_their_size_and_face(issued: pdfplumber.PDF, page: int, text: str, size: int, face: str) -> None:
    for char in chars_of(issued.pages[page], text):
        assert char["size"] == pytest.approx(size, abs=0.25)
        assert char["fontname"].endswith("+" + face)


def test_the_state_name_stands_on_one_line_to_the_right(issued: pdfplumber.PDF) -> None:
    chars = chars_of(issued.pages[0], "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    assert len({round(char["top"]) for char in chars}) == 1
    assert chars[0]["x0"] > 30 * MM + 0.4 * 165 * MM


def test_number_and_date_share_a_line(issued: pdfplumber.PDF) -> None:
    left, right = (chars_of(issued.pages[0], text)[0]["bottom"] for text in ("Số: 05/BC-CAP", "Lê Chân, ngày"))
    assert left == pytest.approx(right, abs=2)


def test_the_rule_under_the_motto_is_as_long_as_the_motto(issued: pdfplumber.PDF) -> None:
    chars = chars_of(issued.pages[0], "Độc lập - Tự do - Hạnh phúc")
    under = [rule for rule in rules(issued.pages[0]) if 0 < rule["top"] - chars[0]["bottom"] < 5]
    assert any(rule["x0"] == pytest.approx(chars[0]["x0"], abs=1) and rule["x1"] == pytest.approx(chars[-1]["x1"], abs=1) for rule in under)


@pytest.mark.parametrize("text", ["SỞ GIÁO DỤC VÀ ĐÀO TẠO", "trật tự, an toàn trường học quý IV năm 2026"])
def test_the_rule_under_issuer_and_subject_is_a_third_to_a_half(draft: pdfplumber.PDF, text: str) -> None:
    chars = chars_of(draft.pages[0], text)
    width, middle = chars[-1]["x1"] - chars[0]["x0"], (chars[-1]["x1"] + chars[0]["x0"]) / 2
    under = [rule for rule in rules(draft.pages[0]) if 0 < rule["top"] - chars[0]["bottom"] < 5 and rule["x0"] < middle < rule["x1"]]
    assert under and 1 / 3 <= under[0]["width"] / width <= 1 / 2


def test_paragraphs_are_indented_and_kept_apart(issued: pdfplumber.PDF) -> None:
    page = issued.pages[0]
    assert chars_of(page, "Toàn địa bàn")[0]["x0"] / MM == pytest.approx(30 + 12.7, abs=0.5)
    inside = chars_of(page, "trao đổi thông tin thường xuyên")[0]["top"] - chars_of(page, "Trong quý, các cơ sở")[0]["top"]
    between = chars_of(page, "III. KẾT QUẢ")[0]["top"] - chars_of(page, "điện thoại, sau đó")[0]["top"]
    assert 14 * 1.149 <= inside <= 14 * 1.149 * 1.5  # single to one and a half lines of this face
    assert between - inside >= 6


def page_number(page: pdfplumber.page.Page) -> list[dict]:
    return page.crop((0, 0, page.width, 20 * MM)).extract_words(extra_attrs=["size"])


def test_page_one_shows_no_number_and_page_two_does(issued: pdfplumber.PDF) -> None:
    assert page_number(issued.pages[0]) == []
    (shown,) = page_number(issued.pages[1])
    assert (shown["text"], shown["size"]) == ("2", pytest.approx(13, abs=0.25))
    middle = (30 + 165 / 2) * MM
    assert (shown["x0"] + shown["x1"]) / 2 == pytest.approx(middle, abs=0.5 * MM)


def test_each_appendix_is_numbered_by_itself(issued: pdfplumber.PDF) -> None:
    heads = [(page.extract_text().splitlines()[0], [word["text"] for word in page_number(page)]) for page in issued.pages[2:]]
    assert [name for name, _ in heads if name.startswith("Phụ lục")] == ["Phụ lục I", "Phụ lục II", "Phụ lục III", "Phụ lục IV"]
    assert [number for _, number in heads] == [[], [], ["2"], [], ["2"], []]


def test_a_single_appendix_has_no_number() -> None:
    paper = papers.police()
    with printed(replace(paper, appendices=paper.appendices[:1])) as pdf:
        assert pdf.pages[-1].extract_text().splitlines()[0] == "Phụ lục"


def test_the_signature_has_25_millimetres_and_no_name(issued: pdfplumber.PDF) -> None:
    page = issued.pages[1]
    post = chars_of(page, "TRƯỞNG CÔNG AN PHƯỜNG")
    below = page.crop((page.width / 2, post[0]["bottom"] + 1, page.width, post[0]["bottom"] + 25 * MM))
    assert below.extract_text() == ""
    assert chars_of(page, "Nơi nhận:")[0]["top"] == pytest.approx(post[0]["top"], abs=4)


def test_a_draft_says_so_on_every_page_and_an_issued_paper_never(draft: pdfplumber.PDF, issued: pdfplumber.PDF) -> None:
    def large(page: pdfplumber.page.Page) -> list[str]:
        return sorted(char["text"] for char in page.chars if char["size"] > 40 and char["text"] != " ")

    assert all(large(page) == sorted("DỰTHẢO") for page in draft.pages)
    assert not any(large(page) for page in issued.pages)


def test_a_draft_leaves_room_for_number_and_date(draft: pdfplumber.PDF) -> None:
    text = draft.pages[0].extract_text()
    assert "Số: /BC-SGDĐT" in text and "Hải Phòng, ngày tháng năm 2026" in text


def test_every_page_names_its_source_and_its_missing_signature(draft: pdfplumber.PDF, issued: pdfplumber.PDF) -> None:
    for page in (*draft.pages, *issued.pages):
        foot = page.crop((0, page.height - 20 * MM, page.width, page.height)).extract_text()
        assert "Bản trích xuất từ hệ thống, chưa có chữ ký số" in foot
        assert "Chốt số liệu lúc 08:30 ngày 15/12/2026; 27/29 đơn vị đã báo cáo." in foot
        assert papers.SNAPSHOT.hash in foot


def test_several_addressees_each_stand_on_a_line(draft: pdfplumber.PDF) -> None:
    lines = [line["text"] for line in draft.pages[0].filter(lambda item: item.get("size", 0) < 40).extract_text_lines()]
    assert "Kính gửi: - Ủy ban nhân dân thành phố Hải Phòng;" in lines
    assert "- Công an thành phố Hải Phòng (để p/h)." in lines


def test_a_column_says_how_many_reports_it_lacks(issued: pdfplumber.PDF) -> None:
    text = " ".join(issued.pages[2].extract_text().split())
    assert "(thiếu 3)" in text and "n vụ việc chưa có báo cáo đầy đủ" in text


def test_minutes_have_two_signatures_and_no_place_line() -> None:
    with printed(papers.minutes()) as pdf:
        page = pdf.pages[0]
        assert "năm 2026" not in "".join(char["text"] for char in page.chars if "Italic" in char["fontname"])
        secretary, chair = chars_of(page, "THƯ KÝ")[0], chars_of(page, "CHỦ TRÌ")[0]
        assert secretary["x0"] < page.width / 2 < chair["x0"]
        assert chars_of(page, "Nơi nhận:")[0]["top"] > chair["bottom"] + 25 * MM - 2
