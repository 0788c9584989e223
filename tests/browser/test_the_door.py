"""The door in a real browser: an app is set up, a passkey opens, a form waits for its proof, and Back after sign-out shows nothing."""

import re
import time
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
        person.sees("Nhập lại mật khẩu")
        looks_right(person)
        person.fills("Mật khẩu đang dùng", DEMO_PASSWORD)
        person.press("Tiếp tục")
        person.sees("Mã dự phòng")
        person.reads("Số mã chưa dùng: 10.")


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


# A page left open

LEFT_OPEN = "hieutruong.bk-th-01"
SOON = "Phiên làm việc sắp hết"


def run_down(username: str, seconds: float) -> None:
    """Of all sessions of somebody so many seconds are left, on the server."""
    for row in Session.objects.filter(user__username=username):
        session = SessionStore(row.session_key)
        session["seen"] -= 900 - seconds
        session.set_expiry(int(seconds))
        session.save()


def test_a_page_left_open_is_left_when_its_session_is_over(somebody: Somebody, portal: Live) -> None:
    """The clock of the browser is turned forward; the server's session is let run down by hand."""
    with somebody(LEFT_OPEN, PHONE) as person:
        page = person.page
        page.clock.install()
        page.goto(f"{person.start}/vu-viec/?severity=s3")
        person.sees("Vụ việc")
        bar = page.get_by_role("alert").filter(has_text=SOON)
        page.clock.fast_forward("14:01")
        page.wait_for_timeout(300)
        expect(bar).to_be_hidden()  # the server was asked: on it almost no time has passed
        portal.apart(lambda: run_down(LEFT_OPEN, 40))
        page.clock.fast_forward("14:01")
        expect(bar).to_be_visible()
        person.shot("door-session-ends")
        looks_right(person)
        bar.get_by_role("button", name="Tiếp tục làm việc").click()
        expect(bar).to_be_hidden()
        portal.apart(lambda: Session.objects.filter(user__username=LEFT_OPEN).delete())
        page.clock.fast_forward("15:01")
        person.sees("Đăng nhập")
        assert page.url == f"{person.start}/tai-khoan/login/?next=%2Fvu-viec%2F%3Fseverity%3Ds3"


def test_whoever_is_typing_is_there(somebody: Somebody, portal: Live) -> None:
    with somebody(LEFT_OPEN) as person:
        page = person.page
        page.clock.install()
        page.goto(f"{person.start}/vu-viec/bao-nhanh/")
        portal.apart(lambda: run_down(LEFT_OPEN, 50))
        page.clock.fast_forward("13:50")
        page.get_by_role("main").get_by_role("textbox").first.fill("Một câu đang gõ dở")
        page.clock.fast_forward("00:11")
        page.wait_for_timeout(300)
        expect(page.get_by_role("alert").filter(has_text=SOON)).to_be_hidden()
        assert portal.apart(lambda: max(row.expire_date.timestamp() for row in Session.objects.filter(user__username=LEFT_OPEN)) - time.time()) > 600


def test_when_nobody_answers_at_the_end_the_page_is_covered(somebody: Somebody) -> None:
    with somebody(LEFT_OPEN) as person:
        page = person.page
        page.clock.install()
        page.goto(f"{person.start}/vu-viec/")
        page.context.set_offline(True)
        page.clock.fast_forward("14:30")
        expect(page.get_by_role("main")).to_be_visible()
        page.clock.fast_forward("01:00")
        expect(page.get_by_role("main")).to_be_hidden()
        expect(page.get_by_text("nội dung trang được che lại")).to_be_visible()
        page.context.set_offline(False)
        page.get_by_role("button", name="Tiếp tục làm việc").click()
        expect(page.get_by_role("main")).to_be_visible()
