"""People before screens: they type one address, and find everything else by its Vietnamese words."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, expect

from coordination.demo import DEMO_PASSWORD

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 900}}
# A form that must be mended is answered with 422, one that owes a proof with 403, an act that came too early with 409, and a cable may be out; Chromium writes a line about each.
EXPECTED = ("status of 403", "status of 409", "status of 422", "ERR_INTERNET_DISCONNECTED")


class Complaints:
    """What no page may do: an error or a warning in the console, a word to another host, an answer of 500 and above."""

    def __init__(self, host: str) -> None:
        self.host, self.heard = host, []

    def listen(self, page: Page) -> None:
        """Hear everything of one page."""
        page.on("console", self.said)
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: {error}"))
        page.on("request", self.asked)
        page.on("response", self.answered)

    def said(self, message: ConsoleMessage) -> None:
        """Violations of the content policy are among these."""
        if message.type in {"error", "warning"} and not any(words in message.text for words in EXPECTED):
            self.heard.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def asked(self, request: Request) -> None:
        """Only our own host, and what a page carries in itself."""
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.netloc != self.host:
            self.heard.append(f"asks another host: {request.url}")

    def answered(self, response: Response) -> None:
        """Nothing breaks."""
        if response.status >= 500:
            self.heard.append(f"{response.status} {response.url}")


class Person:
    """Somebody signed in."""

    def __init__(self, page: Page, start: str, code: Callable[[str], str]) -> None:
        self.page, self.start, self.code, self.username = page, start, code, "visitor"

    def sign_in(self, username: str) -> None:
        """On the page that opens to strangers."""
        self.username = username
        self.page.get_by_label("Tài khoản").fill(username)
        self.page.get_by_label("Mật khẩu").fill(DEMO_PASSWORD)
        self.press("Đăng nhập")
        self.sees("Xác thực bước hai")
        self.page.get_by_label("Mã 6 số trên ứng dụng xác thực").fill(self.code(username))
        self.press("Đăng nhập")
        self.sees("Việc của tôi")

    def press(self, words: str, *, within: Locator | None = None) -> None:
        """The button that begins so."""
        (within or self.page.get_by_role("main")).get_by_role("button", name=beginning(words)).click()

    def follow(self, words: str, *, within: Locator | None = None) -> None:
        """The link that begins so; the same one may stand above and in an empty list."""
        (within or self.page.get_by_role("main")).get_by_role("link", name=beginning(words)).first.click()

    def turn_to(self, words: str) -> None:
        """A word of the navigation."""
        self.follow(words, within=self.page.get_by_role("navigation", name="Mục chính"))

    def chooses(self, words: str) -> None:
        """An answer among several: the words are pressed, as people do."""
        self.page.get_by_role("main").get_by_text(words, exact=True).click()
        expect(self.page.get_by_role("radio", name=words)).to_be_checked()

    def fills(self, label: str, text: str) -> None:
        """A field."""
        self.page.get_by_label(label).fill(text)

    def picks(self, label: str, words: str) -> None:
        """A line of a list that drops down."""
        self.page.get_by_label(label).select_option(label=words)

    def sees(self, heading: str) -> None:
        """The page with this title has come."""
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)

    def reads(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        """These words stand there."""
        expect((within or self.page.get_by_role("main")).get_by_text(words).first).to_be_visible()

    def line(self, words: str, *, role: str = "row") -> Locator:
        """The line of a table or list that says so."""
        return self.page.get_by_role("main").get_by_role(role).filter(has_text=words).first

    def heading(self) -> str:
        """The title of the page."""
        return self.page.get_by_role("heading", level=1).inner_text()

    def shot(self, name: str) -> None:
        """A picture of the page into the folder SCREENSHOTS, when somebody wants to look."""
        if folder := os.environ.get("SCREENSHOTS"):
            self.page.screenshot(path=Path(folder) / f"{name}-{self.page.viewport_size['width']}.png", full_page=True)


class Thumb:
    """A finger on a phone that counts: every tap and every run of typing."""

    def __init__(self, person: Person) -> None:
        self.main, self.count = person.page.get_by_role("main"), 0

    def tap(self, words: str) -> None:
        """What stands there in these words."""
        self.main.get_by_text(words, exact=True).first.tap()
        self.count += 1

    def type(self, label: str, text: str) -> None:
        """A tap into the field, then one run of keys."""
        field = self.main.get_by_label(label)
        field.tap()
        field.fill(text)
        self.count += 2


def beginning(words: str) -> re.Pattern[str]:
    """A name that begins with these words: what follows is said to screen readers only."""
    return re.compile(rf"^\s*{re.escape(words)}")
