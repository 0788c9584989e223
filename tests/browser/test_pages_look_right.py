"""Every page a role can reach, on a phone and at a desk; and the quick report when script, network or patience is missing."""

import re
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import Somebody
from tests.browser.people import DESK, PHONE, Person

pytestmark = pytest.mark.browser

TARGET = 44  # CSS pixels: what a thumb hits (design.md; WCAG 2.5.5)
MOST_PAGES = 40
NO_PAGES = ("/tep/", "/bang-so-lieu/", "/logout/")
FILES = "/nhap-danh-sach/mau/"
ROLES = ("hieutruong.bk-cs-01", "ca.phuong.ducxuan", "vhxh.ducxuan", "ubnd.ducxuan", "chuyenvien.so.bk", "quantri")
CODE = re.compile(r"/[^/]*[0-9A-Z][^/]*(?=/)")
# What a page in Vietnamese never shows: placeholders, names of code, the English of libraries.
NOT_WORDS = re.compile(r"%\(\w+\)|\{\{|\{%|\b[a-z]+_[a-z_]+\b|\bNone\b|\b(?:Successfully|Please|This field|Select|Invalid|Enter a|required|Sign|Password|signed|the|and|not)\b")
LOOKS = """target => {
  const shown = one => one.getClientRects().length > 0 && getComputedStyle(one).visibility === "visible" && !one.closest(".visually-hidden, .skip");
  const presses = [...document.querySelectorAll("button, .btn, summary, nav a, select, .chip label, .card-choice, .check, .account a, input:not([type=hidden], [type=radio], [type=checkbox])")];
  const called = one => one.innerText.trim() || one.name || one.outerHTML.slice(0, 80);
  const sticksOut = (one, box) => box && one.getBoundingClientRect().right > box.getBoundingClientRect().right + 1;
  return {
    titles: document.querySelectorAll("h1").length,
    lang: document.documentElement.lang,
    title: document.title,
    words: document.body.innerText,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    small: presses.filter(shown).filter(one => one.getBoundingClientRect().height < target - 0.5).map(called),
    out: presses.filter(shown).filter(one => sticksOut(one, one.closest("tr, li, .panel"))).map(called),
    links: [...document.links].map(link => link.href),
  };
}"""


@pytest.mark.parametrize("username", ROLES)
def test_every_page_of_a_role_fits_its_screen(somebody: Somebody, username: str) -> None:
    faults = []
    with somebody(username) as person:
        found = pages_within_reach(person, faults)
    assert faults == []
    assert len(found) >= 5, found


def pages_within_reach(person: Person, faults: list[str]) -> set[str]:
    """Follow every link to a page of ours, one page of each kind, and look at each on both screens."""
    seen, waiting = {"/"}, deque((link, "/") for link in look_at(person, faults))
    while waiting and len(seen) <= MOST_PAGES:
        link, origin = waiting.popleft()
        parts = urlsplit(link)
        kind = CODE.sub("/*", parts.path)
        if parts.netloc != urlsplit(person.start).netloc or kind in seen or kind.endswith(NO_PAGES) or kind.startswith(FILES):
            continue
        seen.add(kind)
        answer = person.page.goto(link)
        faults += [f"{origin} leads to {parts.path}, which answers {answer.status}"] * (answer.status >= 400)
        waiting.extend((further, parts.path) for further in look_at(person, faults))
    return seen


def look_at(person: Person, faults: list[str]) -> list[str]:
    """What is wrong with the page that is open, on either screen; and its links."""
    path = urlsplit(person.page.url).path
    for screen in (PHONE, DESK):
        width = screen["viewport"]["width"]
        person.page.set_viewport_size(screen["viewport"])
        looks = person.page.evaluate(LOOKS, TARGET if screen is PHONE else 0)
        faults += [f"{path} at {width}: {fault}" for fault in faults_of(looks)]
        person.shot(person.username + CODE.sub("/x", path).replace("/", "-"))
    return looks["links"]


def faults_of(looks: dict[str, Any]) -> list[str]:
    """In words."""
    found = [f"a word of no language: {word}" for word in sorted(set(NOT_WORDS.findall(looks["words"])))]
    found += [f"too small to press: {one}" for one in looks["small"]]
    found += [f"sticks out of its card: {one}" for one in looks["out"]]
    found += [f"{looks['titles']} main titles"] * (looks["titles"] != 1)
    found += [f"language {looks['lang']!r}"] * (looks["lang"] != "vi")
    found += [f"{looks['wide']} pixels too wide"] * (looks["wide"] > 0)
    found += [f"title {looks['title']!r}"] * (not re.fullmatch(r".{3,} – Phối hợp An toàn học đường", looks["title"]))
    return found


def test_the_quick_report_works_without_script(somebody: Somebody) -> None:
    with somebody("hieutruong.bk-th-01", PHONE, java_script_enabled=False) as principal:
        principal.follow("Báo nhanh vụ việc")
        answer(principal)
        principal.press("Gửi báo nhanh")
        principal.sees("Xem lại trước khi gửi")
        principal.reads("Sẽ gửi tới:")
        principal.reads("UBND phường Đức Xuân. Thông tin ban đầu, chưa xác minh; được bổ sung, đính chính.")
        principal.shot("without-script")
        principal.press("Gửi báo nhanh")
        principal.sees("Đã gửi. Mã ")


def answer(principal: Person) -> None:
    """Kind, level and sentence; where and when stand there already."""
    principal.chooses("Trộm cắp tài sản")
    principal.chooses("Cần phối hợp")
    principal.fills("Tóm tắt một, hai câu", "Mất một xe đạp trong nhà để xe; bảo vệ đang kiểm tra.")


def test_without_a_network_nothing_is_lost_and_the_page_says_so(somebody: Somebody) -> None:
    with somebody("hieutruong.bk-th-01", PHONE) as principal:
        principal.follow("Báo nhanh vụ việc")
        answer(principal)
        network: BrowserContext = principal.page.context
        network.set_offline(True)
        principal.press("Gửi báo nhanh")
        principal.reads("Mất mạng – CHƯA gửi được. Nội dung vẫn còn trên màn hình, đừng đóng trang. Bấm “Gửi lại”; việc gấp, gọi 113.")
        principal.shot("offline")
        network.set_offline(False)
        principal.press("Gửi lại")
        principal.sees("Đã gửi. Mã ")


def test_a_draft_is_kept_while_one_writes(somebody: Somebody) -> None:
    with somebody("hieutruong.bk-th-04", PHONE) as principal:
        principal.follow("Báo nhanh vụ việc")
        answer(principal)
        principal.chooses("Cổng trường")
        principal.reads(re.compile(r"Đã lưu nháp lúc \d\d:\d\d"))
        principal.shot("draft-kept")
        principal.turn_to("Vụ việc")
        draft = principal.line("Trộm cắp tài sản")
        principal.follow("Viết tiếp", within=draft)
        expect(principal.page.get_by_label("Tóm tắt một, hai câu")).to_have_value("Mất một xe đạp trong nhà để xe; bảo vệ đang kiểm tra.")


def test_saved_is_said_only_when_the_last_words_have_arrived(somebody: Somebody) -> None:
    """On a slow line the hour of an older save must not stand under newer words."""
    with somebody("hieutruong.bk-th-05", PHONE) as principal:
        principal.follow("Báo nhanh vụ việc")
        arrived: list[str] = []
        principal.page.route("**/vu-viec/nhap/", lambda route: (principal.page.wait_for_timeout(800), route.continue_()))
        principal.page.on("requestfinished", lambda request: arrived.append(request.post_data or "") if request.url.endswith("/vu-viec/nhap/") else None)
        answer(principal)
        principal.chooses("Cổng trường")
        principal.reads("Đang lưu nháp…")
        principal.reads(re.compile(r"Đã lưu nháp lúc \d\d:\d\d"))
        assert "bảo vệ đang kiểm tra" in arrived[-1]


def test_a_wrong_password_is_refused_in_words(somebody: Somebody) -> None:
    with somebody("") as visitor:
        visitor.fills("Tài khoản", "hieutruong.khong-co")
        visitor.fills("Mật khẩu", "Khong-phai-mat-khau-2026")
        visitor.press("Đăng nhập")
        visitor.reads("Cần sửa trước khi gửi")
        faults: list[str] = []
        look_at(visitor, faults)
        assert faults == []
