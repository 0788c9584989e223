"""Vụ việc chuyển đến: every tab holds its rows, its number says how many, and the hour is in words."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coordination import clocks
from coordination.web import paging
from incidents import referral_actions
from incidents.models import Incident, Referral
from tests.world import NOW, World

TABS = {
    "chua-xem": "Chưa xem",
    "da-nhan": "Trực ban đã nhận",
    "sap-den-han": "Sắp đến hạn",
    "qua-han": "Quá hạn",
    "cho-bo-sung": "Chờ nhà trường bổ sung",
    "to-tung": "Đang giải quyết theo tố tụng",
    "tat-ca": "Tất cả",
}
MINUTE = timedelta(minutes=1)


def page_of(world: World, tab: str = "", at: datetime = NOW, who: str = "officer") -> str:
    """The queue at an hour."""
    with clocks.set_to(at):
        return world.client(who).get("/chuyen-den/" + (f"?tab={tab}" if tab else "")).content.decode()


def rows(world: World, tab: str, at: datetime = NOW, who: str = "officer") -> list[str]:
    """The spoken codes in a tab, top to bottom."""
    return re.findall(r'<td role="cell" class="code">([^<]*)</td>', page_of(world, tab, at, who))


def counts(world: World, at: datetime = NOW, who: str = "officer") -> dict[str, int]:
    """The numbers on the tabs."""
    text = page_of(world, "", at, who)
    found = {}
    for tab in TABS:
        words = re.search(rf'<a[^>]*href="\?tab={tab}"[^>]*>(.*?)</a>', text, re.DOTALL)
        assert words, tab
        number = re.search(r"\d+", re.sub(r"<[^>]*>", " ", words[1]))
        found[tab] = int(number[0]) if number else 0
    return found


def agree(world: World, at: datetime, expected: dict[str, list[Incident | Referral]]) -> None:
    """Each tab holds exactly these cases, and its number is their number."""
    shown = counts(world, at)
    for tab in TABS:
        if tab == "tat-ca":
            continue
        codes = sorted(case.spoken_code for case in expected.get(tab, []))
        assert sorted(rows(world, tab, at)) == codes, tab
        assert shown[tab] == len(codes), tab


def test_a_new_case_waits_unseen_and_becomes_soon_and_late_by_the_clock(world: World) -> None:
    """Half an hour to receive: soon in the last quarter, late after it."""
    case = world.file()
    agree(world, NOW, {"chua-xem": [case]})
    agree(world, NOW + 22 * MINUTE, {"chua-xem": [case]})
    agree(world, NOW + 23 * MINUTE, {"chua-xem": [case], "sap-den-han": [case]})
    agree(world, NOW + 29 * MINUTE, {"chua-xem": [case], "sap-den-han": [case]})
    agree(world, NOW + 31 * MINUTE, {"chua-xem": [case], "qua-han": [case]})


@pytest.mark.parametrize("seconds", [22 * 60 + 30, 30 * 60])
def test_at_the_very_edge_the_number_and_the_rows_agree(world: World, seconds: int) -> None:
    world.file()
    for moment in (seconds - 1, seconds, seconds + 1):
        at = NOW + timedelta(seconds=moment)
        shown = counts(world, at)
        for tab in ("sap-den-han", "qua-han"):
            assert shown[tab] == len(rows(world, tab, at)), (tab, moment)


def test_every_state_has_its_tab(world: World) -> None:
    sent = world.file()
    seen = world.referral(world.file("other_principal"))
    with world.acting("officer") as officer:
        referral_actions.see(seen, by=officer)
    received = world.received()
    asked = world.received()
    answered = world.answered()
    proceedings = world.answered(outcome="proceedings")
    discussed = world.answered()
    with world.acting("officer", NOW + 20 * MINUTE) as officer:
        referral_actions.ask(asked, by=officer, text="Em nào có mặt?")
    with world.acting("principal", NOW + 70 * MINUTE) as principal:
        referral_actions.discuss(discussed, by=principal, text="Chưa rõ.")
    cases = {"sent": sent} | {name: referral.incident for name, referral in {"seen": seen, "received": received, "asked": asked, "proceedings": proceedings, "discussed": discussed}.items()}
    agree(
        world,
        NOW + 71 * MINUTE,
        {
            "chua-xem": [cases["sent"]],
            "da-nhan": [cases[name] for name in ("seen", "received", "asked", "discussed")],
            "qua-han": [cases["sent"], cases["seen"]],
            "cho-bo-sung": [cases["asked"]],
            "to-tung": [cases["proceedings"]],
        },
    )
    everything = rows(world, "tat-ca", NOW + 71 * MINUTE)
    assert len(everything) == 7 and answered.incident.spoken_code in everything


def test_a_question_that_is_answered_or_overtaken_by_the_result_waits_no_more(world: World) -> None:
    replied, overtaken = world.received(), world.received()
    with world.acting("officer", NOW + 20 * MINUTE) as officer:
        question = referral_actions.ask(replied, by=officer, text="Một?")
        referral_actions.ask(overtaken, by=officer, text="Hai?")
        assert len(rows(world, "cho-bo-sung", NOW + 21 * MINUTE)) == 2
        referral_actions.answer(overtaken, by=officer, outcome="reminded")
    with world.acting("principal", NOW + 22 * MINUTE) as principal:
        referral_actions.reply(question, by=principal, text="Đáp.")
    assert rows(world, "cho-bo-sung", NOW + 23 * MINUTE) == [] and counts(world, NOW + 23 * MINUTE)["cho-bo-sung"] == 0


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "còn 30 phút"), (10, "còn 20 phút"), (29, "còn 1 phút"), (31, "quá hạn 1 phút"), (76, "quá hạn 46 phút"), (230, "quá hạn 3 giờ 20 phút"), (30 + 60 * 28, "quá hạn 1 ngày 4 giờ"), (30 + 60 * 52, "quá hạn 2 ngày"), (30 + 60 * (66 * 24 + 23), "quá hạn 66 ngày")],
)
def test_the_time_left_is_said_in_words(world: World, minutes: int, words: str) -> None:
    world.file()
    page = page_of(world, "chua-xem", NOW + minutes * MINUTE)
    assert re.search(rf"{words}(?! \d)", page)


def test_the_row_shows_number_kind_school_level_and_hour_and_no_word_of_the_story(world: World) -> None:
    case = world.file(place_detail="Sân sau kiểm thử")
    page = page_of(world)
    for words in (case.spoken_code, "Mang dao, hung khí, vũ khí", "Ánh Dương", "Phức tạp", "Trong trường", "09:30 hôm nay"):
        assert words in page, words
    assert "dao gọt" not in page and "Sân sau kiểm thử" not in page


def test_the_newest_stands_first(world: World) -> None:
    cases = [world.file(at=NOW + number * MINUTE) for number in range(3)]
    assert rows(world, "chua-xem", NOW + 5 * MINUTE) == [case.spoken_code for case in reversed(cases)]


def test_a_unit_sees_what_was_sent_to_it_and_nothing_else(world: World) -> None:
    case = world.file()
    assert rows(world, "tat-ca", who="chief") == [case.spoken_code]
    assert rows(world, "tat-ca", who="province_police") == []
    for who in ("principal", "culture", "doet", "leader", "dpo", "sysadmin"):
        assert world.client(who).get("/chuyen-den/").status_code == 403, who


def test_an_empty_queue_says_so(world: World) -> None:
    assert "Không có vụ việc nào ở mục này." in page_of(world)
    assert "Chưa có vụ việc nào được chuyển đến đơn vị." in page_of(world, "tat-ca")


def test_it_opens_on_the_first_tab_that_holds_something(world: World) -> None:
    """An officer who has seen everything finds what is in his hands, and the tab he chose stays his."""
    case = world.received().incident
    at = NOW + 20 * MINUTE
    page = page_of(world, at=at)
    assert re.search(r'<a href="\?tab=da-nhan" aria-current="page">', page) and case.spoken_code in page
    chosen = page_of(world, "chua-xem", at)
    assert case.spoken_code not in chosen and "Mục “Trực ban đã nhận” có 1 vụ." in " ".join(chosen.split()) and 'href="?tab=da-nhan"' in chosen
    new = world.file(at=at)
    assert re.search(r'<a href="\?tab=chua-xem" aria-current="page">', page_of(world, at=at)) and new.spoken_code in page_of(world, at=at)


def test_pages_follow_each_other_without_a_gap_or_a_double(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(paging.page_of.__kwdefaults__, "size", 2)
    codes = [world.file(at=NOW).spoken_code for _ in range(5)]
    address, found = "/chuyen-den/", []
    for _ in range(3):
        page = world.client("officer").get(address).content.decode()
        found += re.findall(r'<td role="cell" class="code">([^<]*)</td>', page)
        older = re.search(r'href="(\?[^"]*after=[^"]+)"', page)
        address = "/chuyen-den/" + older[1].replace("&amp;", "&") if older else ""
    assert found == list(reversed(codes)) and address == ""


def test_more_rows_cost_no_more_queries(world: World) -> None:
    def cost() -> int:
        client = world.client("officer")
        with CaptureQueriesContext(connection) as queries:
            client.get("/chuyen-den/?tab=tat-ca")
        return len(queries)

    world.received()
    few = cost()
    for _ in range(6):
        world.received()
    assert cost() == few
