"""The door in a real browser: an app is set up, a passkey opens, a form waits for its proof, and Back after sign-out shows nothing."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from coordination.demo import DEMO_PASSWORD
from coordination.door.sessions import SessionStore
from coordination.models import Session, User
from tests.browser.conftest import Somebody
from tests.browser.people import DESK, PHONE, Person
from tests.browser.test_pages_look_right import look_at
from tests.live import Live, six_digits

pytestmark = pytest.mark.browser

NEWCOMER = "canbo.bk-th-01"
WITH_PASSKEY = "hieutruong.bk-th-04"


@pytest.fixture
def newcomer(portal: Live) -> str:
    """An account that has no second factor yet."""
    portal.apart(lambda: Authenticator.objects.filter(user__username=NEWCOMER).delete())
    return NEWCOMER


def give_password(person: Person, username: str) -> None:
    """The first page."""
    person.username = username
    person.fills("Tài khoản", username)
    person.fills("Mật khẩu", DEMO_PASSWORD)
    person.press("Đăng nhập")


def looks_right(person: Person) -> None:
    """On a phone and at a desk."""
    faults: list[str] = []
    look_at(person, faults)
    assert faults == []


def give_key(person: Person) -> Any:
    """A device that holds passkeys and asks its owner nothing."""
    tools = person.page.context.new_cdp_session(person.page)
    tools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True, "hasResidentKey": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return tools


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
def test_an_app_is_set_up_before_anything_else(somebody: Somebody, newcomer: str, screen: dict[str, Any]) -> None:
    with somebody("", screen) as person:
        person.shot("door-password")
        give_password(person, newcomer)
        person.sees("Thêm bước xác thực thứ hai")
        looks_right(person)
        secret = "".join(person.page.locator(".secret code").all_inner_texts())
        person.fills("Mã 6 số trên ứng dụng", "000000")
        person.press("Lưu ứng dụng xác thực")
        person.reads("Chưa xác thực được.")
        person.fills("Mã 6 số trên ứng dụng", six_digits(secret))
        person.press("Lưu ứng dụng xác thực")
        person.sees("Mã dự phòng")
        assert len(re.findall(r"\d{8}", person.page.get_by_role("main").inner_text())) == 10
        looks_right(person)
        person.follow("Đã chép, tiếp tục")
        person.sees("Việc của tôi")


def test_a_passkey_is_added_opens_and_proves(somebody: Somebody, portal: Live) -> None:
    with somebody(WITH_PASSKEY, PHONE) as person:
        give_key(person)
        person.page.goto(f"{person.start}/tai-khoan/xac-thuc/")
        looks_right(person)
        person.follow("Thêm khóa truy cập")
        looks_right(person)
        person.press("Tạo khóa truy cập")
        person.sees("Mã dự phòng")
        person.reads("Đã lưu cách xác thực mới.")
        person.page.get_by_role("banner").get_by_role("button", name="Thoát").click()
        give_password(person, WITH_PASSKEY)
        person.sees("Xác thực bước hai")
        looks_right(person)
        person.press("Dùng khóa truy cập")
        person.sees("Việc của tôi")
        portal.apart(lambda: grow_old(WITH_PASSKEY))
        person.page.goto(f"{person.start}/tai-khoan/xac-thuc/ma-du-phong/")
        person.sees("Xác thực lại")
        looks_right(person)
        person.press("Dùng khóa truy cập")
        person.sees("Mã dự phòng")


def grow_old(username: str) -> None:
    """An hour passes for the proofs of somebody's sessions."""
    for row in Session.objects.filter(user=User.objects.get(username=username)):
        session = SessionStore(row.session_key)
        for record in session["account_authentication_methods"]:
            record["at"] -= 3600
        session.save()


def test_back_after_sign_out_shows_nothing(somebody: Somebody) -> None:
    with somebody("hieutruong.bk-th-01") as person:
        person.turn_to("Vụ việc")
        expect(person.page.get_by_role("heading", level=1)).to_contain_text("Vụ việc")
        person.page.get_by_role("banner").get_by_role("button", name="Thoát").click()
        person.sees("Đăng nhập")
        person.page.go_back()
        person.sees("Đăng nhập")


def test_where_one_is_signed_in_is_listed_on_a_phone(somebody: Somebody) -> None:
    with somebody("hieutruong.bk-th-01", PHONE) as person:
        person.page.goto(f"{person.start}/tai-khoan/phien/")
        person.reads("Chrome trên")
        looks_right(person)
        person.press("Đăng xuất mọi nơi")
        person.reads("Đã đăng xuất mọi nơi khác.")
