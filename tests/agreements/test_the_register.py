"""The register: found by words without marks, narrowed by what stands in the address, cheap for many rows, in both languages."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agreements import actions
from agreements.models import Agreement
from coordination import clocks
from coordination.web import params
from tests.agreements.papers import drafted, quan_1, signed
from tests.test_budgets import MOST, cost
from tests.test_translations import in_english, stored_words, vietnamese_on
from tests.world import NOW, World

LIST = reverse("agreements:list")
ENDING = {"starts_on": date(2026, 1, 1), "ends_on": NOW.date() + timedelta(days=30)}


def found(world: World, who: str = "culture", **asked: str) -> list[str]:
    """The titles that the list shows."""
    with clocks.set_to(NOW):
        answer = world.client(who).get(LIST, asked)
    assert answer.status_code == 200
    return [row["agreement"].title for row in answer.context["rows"]]


def test_words_without_marks_find_number_title_and_party(world: World) -> None:
    signed(world, title="Bảo đảm trật tự cổng trường")
    quan_1()
    assert found(world, q="quan 1") == found(world, q="QUẬN 1") == ["Quy chế phối hợp bảo đảm an ninh, trật tự tại các cơ sở giáo dục"]
    assert found(world, q="cong truong") == found(world, q="01/CTPH") == found(world, q="trường đức xuân") == ["Bảo đảm trật tự cổng trường"]
    assert found(world, q="khong co") == []


def test_the_list_is_narrowed_by_kind_standing_and_place(world: World) -> None:
    signed(world, title="Sắp hết", **ENDING)
    signed(world, "doet", "clerk", title="Của Sở", kind="plan", others=[], public=True)
    drafted(world, title="Dự thảo của phường")
    quan_1(title="Quận 1")
    assert found(world, status="expiring") == ["Sắp hết"]
    assert found(world, status="in_force") == found(world, kind="plan") == found(world, scope="province") == ["Của Sở"]
    assert found(world, status="draft") == ["Dự thảo của phường"]
    assert found(world, status="expired") == found(world, scope="district") == ["Quận 1"]
    assert found(world, scope="mine") == found(world, scope="commune") == ["Dự thảo của phường", "Sắp hết"]
    assert found(world, scope="commune", kind="regulation") == []


def test_drafts_stand_first_then_the_latest_signed(world: World) -> None:
    signed(world, title="Năm ngoái", signed_on=date(2025, 5, 1))
    signed(world, title="Năm nay", number="02")
    drafted(world, title="Dự thảo")
    assert found(world) == ["Dự thảo", "Năm nay", "Năm ngoái"]


def test_the_line_above_counts_what_is_shown(world: World) -> None:
    signed(world, **ENDING)
    signed(world, number="02")
    drafted(world)
    with clocks.set_to(NOW):
        page = world.client("culture").get(LIST).content.decode()
    assert "3 văn bản. 2 văn bản còn hiệu lực. 1 văn bản hết hạn trong 90 ngày tới." in page


def test_an_empty_register_says_what_to_do(world: World) -> None:
    assert "Soạn một dự thảo" in world.client("culture").get(LIST).content.decode()
    assert "Chưa có văn bản nào liên quan" in world.client("principal").get(LIST).content.decode()
    assert "Thử ít chữ hơn" in world.client("culture").get(LIST, {"q": "khong"}).content.decode()


@pytest.mark.parametrize("asked", [{"status": "x"}, {"kind": "x"}, {"scope": "x"}, {"q": "a" * 81}, {"after": "x"}, {"after": params.make_cursor([1])}])
def test_nonsense_in_the_address_is_refused(world: World, asked: dict[str, str]) -> None:
    assert world.client("culture").get(LIST, asked).status_code == 400


def test_pages_follow_without_gap_or_repeat(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coordination.web.paging.page_of.__kwdefaults__", {"after": None, "size": 2, "ascending": False})
    for number in range(5):
        signed(world, number=f"{number + 1:02d}")
    client, shown, after = world.client("culture"), [], ""
    for _page in range(3):
        answer = client.get(LIST, {"after": after} if after else {})
        shown += [row["agreement"].number for row in answer.context["rows"]]
        after = answer.context["older"]
    assert shown == ["05", "04", "03", "02", "01"] and not after


def test_fifty_rows_cost_as_much_as_one(world: World) -> None:
    first = signed(world)
    client = world.client("culture")
    few, _asked = cost(client, LIST)
    child = fill(world, first)
    many, asked = cost(client, LIST)
    assert many == few <= MOST, "\n".join(asked)
    one, _asked = cost(client, child.get_absolute_url())
    all_below, asked = cost(client, first.get_absolute_url())
    assert all_below <= one, "\n".join(asked)


def fill(world: World, parent: Agreement) -> Agreement:
    """Fifty papers below one."""
    return [signed(world, number=f"{number:02d}", parent=parent) for number in range(2, 52)][-1]


def test_a_page_of_an_agreement_shows_what_stands_above_and_below(world: World) -> None:
    above = signed(world, "doet", "clerk", title="Của tỉnh", others=[], public=True)
    middle = signed(world, title="Của phường", parent=above)
    below = drafted(world, title="Của trường", parent=middle)
    page = world.client("culture").get(middle.get_absolute_url()).content.decode()
    assert above.get_absolute_url() in page and below.get_absolute_url() in page
    assert page.index("Cụ thể hóa:") < page.index(above.get_absolute_url()) < page.index("Được cụ thể hóa bằng:") < page.index(below.get_absolute_url())
    assert below.get_absolute_url() not in world.client("principal").get(middle.get_absolute_url()).content.decode()


def test_papers_above_are_offered_to_a_draft(world: World) -> None:
    above, own_draft = signed(world, "doet", "clerk", others=[], public=True), drafted(world)
    over = signed(world, number="09", starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31))
    with clocks.set_to(NOW):
        offered = dict(world.client("culture").get(reverse("agreements:draft")).context["form"].fields["parent"].choices)
    assert above.code in offered and own_draft.code not in offered and over.code not in offered


# Quận 1


def test_quan_1_is_over_and_names_who_came_after(world: World) -> None:
    """Signed 13/04/2011 for 2010–2015 by two bodies that have ended."""
    agreement = quan_1()
    with clocks.set_to(NOW):
        page = world.client("principal").get(agreement.get_absolute_url()).content.decode()
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Hết hiệu lực" in text and "13/04/2011" in text and "2010–2015" in text and "Không số" in text
    assert "Công an Quận 1 Hoạt động đến hết 28/02/2025 · nay: Công an TP.HCM; Công an phường Sài Gòn" in text
    assert "Phòng Giáo dục và Đào tạo Quận 1 Hoạt động đến hết 30/06/2025 · nay: Phòng VH-XH phường Sài Gòn" in text
    assert "cần xác lập lại" not in text


def test_a_paper_in_force_of_a_body_that_ended_asks_to_be_founded_anew(world: World) -> None:
    agreement = quan_1(ends_on=None)
    with clocks.set_to(NOW):
        page = world.client("principal").get(agreement.get_absolute_url()).content.decode()
    assert "Công an Quận 1 đã kết thúc; cần xác lập lại với đơn vị kế thừa." in page


# Languages


@pytest.mark.parametrize("who", ["culture", "principal"])
def test_the_pages_in_english_are_english(world: World, who: str) -> None:
    agreement = signed(world, legal_bases="Luật Giáo dục", **ENDING)
    over = quan_1()
    paths = [LIST, f"{LIST}?q=khong", agreement.get_absolute_url(), over.get_absolute_url()]
    paths += [reverse("agreements:draft"), reverse("agreements:amend", args=[drafted(world).code])] if who == "culture" else []
    left = words_left(world, in_english(world.client(who)), paths, agreement, over)
    assert {path: words for path, words in left.items() if words} == {}


def test_the_steps_in_english_are_english(world: World) -> None:
    agreement, draft = signed(world), drafted(world)
    paths = [reverse(f"agreements:{name}", args=[thing.code]) for name, thing in (("sign", draft), ("terminate", agreement), ("replace", agreement))]
    left = words_left(world, in_english(world.client("leader")), paths, agreement, draft)
    assert {path: words for path, words in left.items() if words} == {}


def words_left(world: World, reader: Client, paths: list[str], *papers: Agreement) -> dict[str, list[str]]:
    """What is left in Vietnamese when stored words are taken away."""
    with clocks.set_to(NOW):
        pages = {path: reader.get(path).content.decode() for path in paths}
    world.see_all()
    data = [*stored_words(), *(paper.title for paper in papers), "Luật Giáo dục", "Quận 1"]
    return {path: vietnamese_on(page, data) for path, page in pages.items()}


def test_issuer_for_an_office_is_its_committee(world: World) -> None:
    with world.acting("culture") as actor:
        assert actions.issuer_for(actor).pk == world.actor("leader").body_id
