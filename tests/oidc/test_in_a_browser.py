"""The whole way in a real browser: portal and provider as processes of their own, and the provider taken away."""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from coordination.demo import DEMO_PASSWORD
from tests.browser.conftest import CHROMIUM, PATIENT, QUIET
from tests.browser.people import PHONE, Person
from tests.live import Live, running
from tests.oidc.provider import CLIENT, PASSWORD, SECRET, Provider
from tests.world import ACCOUNTS

pytestmark = [pytest.mark.browser, pytest.mark.long]

BUTTON, LINK, WORDS = "Đăng nhập bằng tài khoản công vụ", "Tài khoản công vụ", "Không liên hệ được hệ thống tài khoản công vụ"
WHO = ACCOUNTS["principal"]


@pytest.fixture
def both(django_db_setup: None, django_db_blocker: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Live, Provider]]:
    """The portal, switched on by its environment, and its provider."""
    provider = Provider(tmp_path, "")
    for name, value in (("OIDC_ISSUER", provider.issuer), ("OIDC_CLIENT_ID", CLIENT), ("OIDC_CLIENT_SECRET", SECRET)):
        monkeypatch.setenv(name, value)
    with running(f"oidc_{os.getpid()}", django_db_blocker) as live:
        provider.redirect = f"{live.base_url}/tai-khoan/cong-vu/ve/"
        provider.start()
        try:
            yield live, provider
        finally:
            provider.stop()


def at_the_provider(page: Page, name: str) -> None:
    """The page of allauth's own: the whole sign-in, or the password once more."""
    expect(page).to_have_url(re.compile("/accounts/"))
    if name:
        page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").last.click()


def test_linked_out_and_in_again_and_by_password_when_the_provider_is_gone(both: tuple[Live, Provider]) -> None:
    live, provider = both
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        context = chromium.new_context(locale="vi-VN", **PHONE)
        context.set_default_timeout(PATIENT)
        expect.set_options(timeout=PATIENT)
        person = Person(context.new_page(), live.base_url, live.code)
        walk(person, provider)
        chromium.close()
    assert "Traceback" not in live.web.log.read_text()


def walk(person: Person, provider: Provider) -> None:
    """Link, out, in, out, and the provider gone."""
    page = person.page
    page.goto(person.start)
    by_password(person)
    page.goto(f"{person.start}/tai-khoan/phien/")
    person.follow(LINK)
    person.press("Liên kết tài khoản công vụ")
    at_the_provider(page, "mot")
    person.sees(LINK)
    person.reads("Đã liên kết ngày")
    person.shot("provider-link")
    leave(person)
    person.shot("provider-door")
    person.press(BUTTON)
    at_the_provider(page, "")
    person.sees("Xác thực bước hai")
    page.goto(f"{person.start}/vu-viec/")
    person.sees("Xác thực bước hai")
    page.get_by_label("Mã 6 số trên ứng dụng xác thực").fill(person.code(WHO))
    person.press("Đăng nhập")
    person.sees("Việc của tôi")
    leave(person)
    provider.stop()
    person.press(BUTTON)
    person.reads(WORDS)
    person.shot("provider-gone")
    person.follow("Đăng nhập bằng mật khẩu")
    by_password(person)


def by_password(person: Person) -> None:
    """The ordinary door stands open all the time."""
    person.page.get_by_label("Tài khoản").fill(WHO)
    person.page.get_by_label("Mật khẩu").fill(DEMO_PASSWORD)
    person.page.get_by_role("main").get_by_role("button", name="Đăng nhập", exact=True).click()
    person.sees("Xác thực bước hai")
    person.page.get_by_label("Mã 6 số trên ứng dụng xác thực").fill(person.code(WHO))
    person.press("Đăng nhập")
    person.sees("Việc của tôi")


def leave(person: Person) -> None:
    """Sign out, as a form; back at the door."""
    person.page.goto(f"{person.start}/tai-khoan/logout/")
    person.press("Thoát")
    person.sees("Đăng nhập")
