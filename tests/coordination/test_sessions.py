"""How long a session stands, where one is signed in, and what stays on the machine afterwards."""

import os
import re
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client

from coordination.demo import DEMO_PASSWORD
from coordination.door import devices, sessions
from coordination.management.commands.accounts import secret_of
from coordination.models import SYSTEM, Appointment, Device, Notice, NoticeMail, Role, Session, User
from coordination.scope import reading_as
from tests.live import six_digits
from tests.world import ACCOUNTS, World, sign_in

DOOR, SECOND, HERE, LEFT = "/tai-khoan/login/", "/tai-khoan/login/buoc-hai/", "/tai-khoan/phien/", "/tai-khoan/phien/con-lai/"
PRINCIPAL = ACCOUNTS["principal"]
PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
END = {"__end": "1"}


def come_in(agent: str, client: Client | None = None, ahead: int = 0) -> Client:
    """Sign in with both factors from a device."""
    client = client or Client(HTTP_USER_AGENT=agent)
    client.post(DOOR, {"login": PRINCIPAL, "password": DEMO_PASSWORD, "csrfmiddlewaretoken": token_on(client.get(DOOR))})
    code = six_digits(secret_of(User.objects.get(username=PRINCIPAL)), ahead)
    assert client.post(SECOND, {"code": code, "csrfmiddlewaretoken": token_on(client.get(SECOND))}).status_code == 302
    return client


def row_of(client: Client) -> Session:
    """The session of a browser, as it lies in the table."""
    return Session.objects.get(session_key=client.cookies[settings.SESSION_COOKIE_NAME].value)


def left(client: Client) -> float:
    """How many minutes a session still stands."""
    return (row_of(client).expire_date.timestamp() - time.time()) / 60


def age(client: Client, **seconds: float) -> None:
    """Let time pass for a session."""
    session = client.session
    for name, past in seconds.items():
        session[name] -= past
    session.save()


@pytest.mark.parametrize(("who", "minutes"), [("principal", 15), ("officer", 15), ("doet", 15), ("dpo", 15), ("sysadmin", 5)])
def test_an_idle_session_ends_by_role(world: World, who: str, minutes: int) -> None:
    client = world.client(who)
    client.get("/")
    assert minutes - 0.2 < left(client) <= minutes


def test_the_strictest_of_several_posts_counts(world: World) -> None:
    post = world.post(world.actor("sysadmin").organisation.pk, Role.SYSADMIN)
    Appointment.objects.create(user=world.actor("principal").user, post=post, starts_on=world.actor("principal").starts_on)
    client = world.client("principal")
    client.get("/")
    assert left(client) <= 5


def test_ten_hours_end_a_session_however_busy(world: World) -> None:
    client = world.client("principal")
    client.get("/")
    age(client, began=timedelta(hours=9, minutes=55).total_seconds())
    assert client.get("/").status_code == 200 and 4 < left(client) <= 5
    age(client, began=timedelta(minutes=6).total_seconds())
    client.get("/")
    assert left(client) < 0.1


def test_what_a_page_asks_by_itself_is_no_sign_of_life(world: World) -> None:
    client = world.client("principal")
    client.get("/")
    age(client, seen=600)
    client.get("/thong-bao/", headers={"X-Requested-With": "fetch"})
    assert 4 < left(client) <= 5
    client.get("/thong-bao/")
    assert left(client) > 14


def test_an_open_page_learns_when_its_session_ends_and_keeps_it_by_a_press_alone(world: World) -> None:
    client = world.client("principal")
    page = client.get("/").content.decode()
    assert 'data-session-left="900"' in page and f'data-session-ask="{LEFT}"' in page and "Tiếp tục làm việc" in page
    age(client, seen=870)
    assert client.get(LEFT, headers={"X-Requested-With": "fetch"}).json()["left"] in (29, 30)
    assert left(client) < 0.6
    assert client.get(LEFT).json() == {"left": 900} and left(client) > 14


def test_who_is_out_learns_nothing_and_sees_no_bar(world: World) -> None:
    assert Client().get(LEFT).url == f"{DOOR}?next={LEFT}"
    assert "data-session-left" not in Client().get(DOOR).content.decode()
    owing = Client()
    owing.force_login(world.actor("principal").user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "data-session-left" not in owing.get("/tai-khoan/xac-thuc-lai/").content.decode()


def test_after_the_end_one_comes_back_to_the_same_page(world: World) -> None:
    client = world.client("principal")
    Session.objects.all().delete()
    asked = client.get("/vu-viec/?severity=s3")
    assert asked.url == f"{DOOR}?next=/vu-viec/%3Fseverity%3Ds3"
    client.post(asked.url, {"login": PRINCIPAL, "password": DEMO_PASSWORD, "next": "/vu-viec/?severity=s3"})
    code = six_digits(secret_of(world.actor("principal").user))
    assert client.post(SECOND, {"code": code}).url == "/vu-viec/?severity=s3"


def test_a_form_sent_after_the_end_comes_back_with_all_that_was_typed(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Origin": settings.PORTAL_ORIGIN})
    sign_in(client, world.actor("principal").user)
    typed = {"summary": "Một câu <đã gõ>", "kind": "tobacco"} | END
    token = token_on(client.get("/vu-viec/bao-nhanh/"))
    Session.objects.all().delete()
    over = client.post("/vu-viec/bao-nhanh/", typed | {"csrfmiddlewaretoken": token})
    assert over.status_code == 403 and "CHƯA được ghi" in over.content.decode()
    come_in("", client)
    again = client.post("/vu-viec/bao-nhanh/", typed | {"csrfmiddlewaretoken": token_on(over)})
    for page in (over, again):
        assert page.status_code == 403 and 'name="summary" value="Một câu &lt;đã gõ&gt;"' in page.content.decode()
    assert client.post("/vu-viec/bao-nhanh/", typed | {"csrfmiddlewaretoken": token_on(again)}).status_code == 422, "the form itself is reached"


def test_a_form_from_another_page_is_not_offered_to_be_sent_again(world: World) -> None:
    client = Client(enforce_csrf_checks=True, headers={"Origin": "https://example.com"})
    sign_in(client, world.actor("principal").user)
    answer = client.post("/vu-viec/bao-nhanh/", {"summary": "x"} | END)
    assert answer.status_code == 403 and 'name="summary"' not in answer.content.decode()


def token_on(page: HttpResponse) -> str:
    """The token of the first form that is not the frame's."""
    return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[-1]


def test_run_out_sessions_are_swept_away(world: World) -> None:
    client = world.client("principal")
    kept = row_of(client).session_key
    come_in(DESK)
    Session.objects.exclude(session_key=kept).update(expire_date=row_of(client).expire_date - timedelta(hours=2))
    sessions.sweep()
    assert list(Session.objects.values_list("session_key", flat=True)) == [kept]


# Where one is signed in


def test_a_device_is_told_in_words_and_by_no_address(world: World) -> None:
    phone = come_in(PHONE)
    page = phone.get(HERE, REMOTE_ADDR="203.0.113.77").content.decode()
    assert "Chrome trên Android" in page and "phiên này" in page
    assert "SM-A155F" not in page and "203.0.113.77" not in page
    row = Device.objects.get()
    assert phone.cookies[devices.COOKIE].value not in (row.mark, row.words, row.code)


@pytest.mark.parametrize(("agent", "words"), [(PHONE, "Chrome trên Android"), (DESK, "Firefox trên Windows"), ("", "Thiết bị không rõ loại"), ("<script>alert(1)</script>" * 100, "Thiết bị không rõ loại"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1", "Safari trên iPhone"),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge trên Windows")])  # fmt: skip
def test_words_of_browsers(agent: str, words: str) -> None:
    assert devices.words_of(agent) == words


def test_one_session_is_ended_from_another(world: World) -> None:
    phone, desk = come_in(PHONE), come_in(DESK, ahead=1)
    page = desk.get(HERE).content.decode()
    assert "Chrome trên Android" in page and "Firefox trên Windows" in page
    assert desk.post(HERE, END | {"device": row_of(phone).device.code}).url == HERE
    assert phone.get("/").url.startswith(DOOR) and desk.get("/").status_code == 200


def test_signing_out_everywhere_else(world: World) -> None:
    phone, desk = come_in(PHONE), come_in(DESK, ahead=1)
    other = world.client("officer")
    desk.post(HERE, END)
    assert phone.get("/").url.startswith(DOOR)
    assert desk.get("/").status_code == other.get("/").status_code == 200


@pytest.mark.parametrize("device", [True, False])
def test_ending_others_asks_a_fresh_proof_and_keeps_what_was_pressed(world: World, device: bool) -> None:
    phone = come_in(PHONE)
    thief = Client()
    sign_in(thief, world.actor("principal").user, proved_at=time.time() - 3600)
    pressed = {"device": row_of(phone).device.code} if device else {}
    asked = thief.post(HERE, END | pressed)
    assert asked.status_code == 403 and "Xác thực lại" in asked.content.decode() and phone.get("/").status_code == 200
    assert thief.post(HERE, END | pressed | {"__proof_code": "000000"}).status_code == 403 and phone.get("/").status_code == 200
    code = six_digits(secret_of(world.actor("principal").user), 1)
    assert thief.post(HERE, END | pressed | {"__proof_code": code}).url == HERE
    assert phone.get("/").url.startswith(DOOR)


def test_nobody_ends_the_session_of_another(world: World) -> None:
    phone, officer = come_in(PHONE), world.client("officer")
    officer.post(HERE, END | {"device": row_of(phone).device.code})
    assert phone.get("/").status_code == 200


def test_a_new_device_is_announced_to_its_owner_alone(world: World) -> None:
    come_in(PHONE)
    with reading_as(SYSTEM):
        assert not Notice.objects.visible_to(SYSTEM).filter(kind="new_device").exists(), "the first device is the one it begins with"
    come_in(DESK, ahead=1)
    with reading_as(SYSTEM):
        told = Notice.objects.visible_to(SYSTEM).get(kind="new_device")
        assert (told.user.username, told.about_words, told.link) == (PRINCIPAL, "Firefox trên Windows", HERE)
        assert [mail.user.username for mail in NoticeMail.objects.filter(notice=told)] == [PRINCIPAL]
    assert "đăng nhập từ thiết bị mới" in world.client("principal").get("/thong-bao/").content.decode()


def test_a_known_device_is_not_announced_again(world: World) -> None:
    client = come_in(PHONE)
    client.post("/tai-khoan/logout/")
    come_in(PHONE, client, ahead=1)
    assert Device.objects.count() == 1
    with reading_as(SYSTEM):
        assert not Notice.objects.visible_to(SYSTEM).filter(kind="new_device").exists()


# What stays


def test_signing_out_clears_the_browser_but_not_the_mark_of_the_device(world: World) -> None:
    client = come_in(PHONE)
    answer = client.post("/tai-khoan/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert client.cookies[devices.COOKIE]["httponly"] and client.cookies[devices.COOKIE]["samesite"] == "Lax"


def test_every_page_of_the_door_is_kept_nowhere(world: World) -> None:
    client = come_in(PHONE)
    for path in (HERE, "/tai-khoan/xac-thuc/", "/tai-khoan/xac-thuc/ung-dung/", "/tai-khoan/xac-thuc/ma-du-phong/", "/tai-khoan/xac-thuc-lai/"):
        assert "no-store" in client.get(path)["Cache-Control"], path


def test_cookies_belong_to_this_host_alone_where_the_origin_is_secure() -> None:
    words = "import django; django.setup(); from django.conf import settings as s; from coordination.door import devices as d; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, d.COOKIE, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_SECURE)"
    env = os.environ | {"PORTAL_ORIGIN": "https://phoihop.example.vn", "DJANGO_SETTINGS_MODULE": "coordination.settings"}
    said = subprocess.run([sys.executable, "-c", words], env=env, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["__Host-sessionid", "__Host-csrftoken", "__Host-device", "True", "True", "True"]
