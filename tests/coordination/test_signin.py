"""The door: closed to strangers, slow for guessers, and out at once when a post ends."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg2
import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination import audit, clocks
from coordination.demo import DEMO_PASSWORD
from coordination.door import accounts, refusals, turns
from coordination.management.commands.accounts import secret_of
from coordination.models import SYSTEM, Appointment, Role, Session, TrailLine, User
from coordination.scope import reading_as
from tests.live import six_digits
from tests.world import ACCOUNTS, World, sign_in

DOOR = "/tai-khoan/login/"
SECOND = "/tai-khoan/login/buoc-hai/"
PRINCIPAL, OFFICER = ACCOUNTS["principal"], ACCOUNTS["officer"]
HERE, ELSEWHERE = "10.0.0.1", "10.0.0.2"


def knock(password: str = "sai-mat-khau", username: str = PRINCIPAL, address: str = HERE) -> HttpResponse:
    """One attempt at the door, from a browser that remembers nothing."""
    return Client(REMOTE_ADDR=address).post(DOOR, {"login": username, "password": password})


def code_of(username: str) -> str:
    """What the telephone of a sample account shows now."""
    return six_digits(secret_of(User.objects.get(username=username)))


def wait(length: timedelta) -> None:
    """Time passes for whoever has failed."""
    for attempt in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=attempt.attempt_time - length)


def test_the_right_password_and_the_right_code_open_the_door(world: World) -> None:
    client = Client()
    answer = client.post(DOOR, {"login": PRINCIPAL, "password": DEMO_PASSWORD})
    assert answer.status_code == 302 and answer.url == SECOND
    answer = client.post(SECOND, {"code": code_of(PRINCIPAL)})
    assert answer.status_code == 302 and answer.url == "/"
    assert client.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_account_are_told_alike(world: World) -> None:
    wrong, unknown = knock(), knock(username="hieutruong.khong-co")
    assert wrong.status_code == unknown.status_code == 200
    assert [line for line in wrong.content.decode().splitlines() if "notice-error" in line or "error" in line] != []
    said = [answer.content.decode().replace(name, "") for answer, name in ((wrong, PRINCIPAL), (unknown, "hieutruong.khong-co"))]
    without_token = [" ".join(part for part in page.split() if not part.startswith('value="')) for page in said]
    assert without_token[0] == without_token[1]


def test_the_fifth_wrong_password_slows_this_account_on_this_client_alone(world: World) -> None:
    answers = [knock() for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert 58 <= int(answers[-1]["Retry-After"]) <= 60
    assert "Tài khoản không bị khóa" in answers[-1].content.decode()
    assert knock(DEMO_PASSWORD).status_code == 429, "even the right password waits here"
    assert knock(DEMO_PASSWORD, address=ELSEWHERE).status_code == 302, "the owner, elsewhere, is not delayed"
    assert knock(DEMO_PASSWORD, username=OFFICER).status_code == 302, "another account on the same client is not delayed"


def test_failures_elsewhere_do_not_count_here(world: World) -> None:
    """An outsider who fails on purpose makes no first slip of the owner's cost a wait."""
    for _ in range(8):
        knock(address=ELSEWHERE)
    assert [knock().status_code for _ in range(4)] == [200] * 4


def test_many_people_of_one_house_sign_in_within_a_minute(world: World) -> None:
    assert {knock(DEMO_PASSWORD).status_code for _ in range(35)} == {302}


def test_after_the_wait_the_door_opens_again(world: World) -> None:
    for _ in range(5):
        knock()
    wait(timedelta(seconds=50))
    assert knock(DEMO_PASSWORD).status_code == 429
    wait(timedelta(seconds=11))
    assert knock(DEMO_PASSWORD).status_code == 302


def test_knocking_during_the_wait_makes_it_no_longer(world: World) -> None:
    waits = [int(knock().get("Retry-After", 0)) for _ in range(12)]
    assert waits[:4] == [0] * 4 and all(50 <= seconds <= 60 for seconds in waits[4:])


def test_capitals_do_not_start_the_count_anew(world: World) -> None:
    answers = [knock(username=name) for name in (PRINCIPAL, PRINCIPAL.upper(), PRINCIPAL.title(), PRINCIPAL.capitalize(), "h" + PRINCIPAL[1:].upper())]
    assert answers[-1].status_code == 429
    assert knock(DEMO_PASSWORD).status_code == 429


def test_the_delay_grows_with_every_further_failure_and_has_an_end(world: World) -> None:
    minutes = [accounts.delay_after(failures).total_seconds() / 60 for failures in (5, 6, 7, 8, 9, 10, 500)]
    assert minutes == [1, 2, 4, 8, 16, 30, 30]
    given = []
    for _ in range(7):
        seconds = int(knock().get("Retry-After", 0))
        wait(timedelta(seconds=seconds + 1))
        given.append(round(seconds / 60))
    assert given == [0, 0, 0, 0, 1, 2, 4]


def test_a_success_forgets_the_failures_before_it(world: World) -> None:
    for _ in range(4):
        knock()
    client = Client(REMOTE_ADDR=HERE)
    client.post(DOOR, {"login": PRINCIPAL, "password": DEMO_PASSWORD})
    assert client.post(SECOND, {"code": code_of(PRINCIPAL)}).status_code == 302
    assert [knock().status_code for _ in range(4)] == [200] * 4


def test_nobody_signs_up(world: World) -> None:
    answer = Client().post("/tai-khoan/signup/", {"username": "ke.la", "email": "a@example.vn", "password1": "Mot-mat-khau-rat-dai-2026"})
    assert answer.status_code in (200, 403, 404)
    assert not User.objects.filter(username="ke.la").exists()


def test_a_password_is_never_kept_nor_shown(world: World) -> None:
    answer = knock("mot-mat-khau-sai-rat-rieng")
    assert "mot-mat-khau-sai-rat-rieng" not in answer.content.decode()
    kept = " ".join(f"{attempt.post_data} {attempt.get_data}" for attempt in AccessAttempt.objects.all())
    assert kept and "mot-mat-khau-sai-rat-rieng" not in kept


# The session


def test_fifteen_idle_minutes_end_the_session_and_work_prolongs_it(world: World) -> None:
    client = world.client("principal")
    client.get("/")
    session = Session.objects.get(session_key=client.session.session_key)
    assert timedelta(minutes=14) < session.expire_date - timezone.now() <= timedelta(minutes=15)
    Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
    assert client.get("/").status_code == 200
    assert Session.objects.get(pk=session.pk).expire_date - timezone.now() > timedelta(minutes=14)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/vu-viec/").url.startswith(f"{DOOR}?next=/vu-viec/")


def test_signing_out_ends_the_session_on_the_server(world: World) -> None:
    client = world.client("principal")
    client.get("/")
    stolen = Client()
    stolen.cookies["sessionid"] = client.cookies["sessionid"].value
    assert stolen.get("/").status_code == 200
    client.post("/tai-khoan/logout/")
    assert stolen.get("/").status_code == 302 and client.get("/").status_code == 302


def test_signed_in_pages_are_kept_nowhere(world: World) -> None:
    assert "no-store" in world.client("principal").get("/")["Cache-Control"]


# The post


def test_a_user_without_a_post_is_told_so_and_gets_no_further(world: World) -> None:
    client = Client()
    sign_in(client, User.objects.create_user("chua.co.vi.tri"))
    assert client.get("/").url == "/vi-tri/"
    assert client.get("/vu-viec/").url == "/vi-tri/"
    assert "chưa được giao vị trí nào" in client.get("/vi-tri/").content.decode()


@pytest.fixture
def two_posts(world: World) -> tuple[Client, Appointment, Appointment]:
    """The principal, who also stands in as the other school's deputy."""
    user, first = world.actor("principal").user, world.actor("principal")
    other = world.post(world.actor("other_principal").body_id, Role.SCHOOL_OFFICER)
    second = Appointment.objects.create(user=user, post=other, starts_on=clocks.today(), kind=Appointment.Kind.ACTING)
    return world.client("principal"), first, second


def test_a_user_with_two_posts_chooses_and_acts_for_the_chosen_one(two_posts: tuple[Client, Appointment, Appointment]) -> None:
    client, first, second = two_posts
    assert client.get("/").url == "/vi-tri/"
    page = client.get("/vi-tri/").content.decode()
    assert first.organisation_name in page and second.organisation_name in page
    for chosen in (second, first):
        before = client.session.session_key
        assert client.post("/vi-tri/", {"appointment": chosen.pk}).url == "/"
        assert client.session.session_key != before
        assert client.get("/").wsgi_request.actor == chosen


def test_nobody_chooses_a_post_he_does_not_hold(world: World, two_posts: tuple[Client, Appointment, Appointment]) -> None:
    client = two_posts[0]
    for chosen in (world.actor("chief").pk, "", "x", 0):
        assert client.post("/vi-tri/", {"appointment": chosen}).status_code == 422
    assert client.get("/").url == "/vi-tri/"


def test_an_ended_appointment_is_out_at_once(world: World) -> None:
    client = world.client("officer")
    assert client.get("/chuyen-den/").status_code == 200
    Appointment.objects.filter(pk=world.actor("officer").pk).update(ends_on=clocks.today())
    assert client.get("/chuyen-den/").url == "/vi-tri/"


def test_an_appointment_of_tomorrow_opens_nothing_today(world: World) -> None:
    Appointment.objects.filter(pk=world.actor("officer").pk).update(starts_on=clocks.today() + timedelta(days=1))
    assert world.client("officer").get("/chuyen-den/").url == "/vi-tri/"


def test_the_chosen_post_that_ends_is_not_replaced_by_another_silently(two_posts: tuple[Client, Appointment, Appointment]) -> None:
    client, first, second = two_posts
    third = Appointment.objects.create(user=first.user, post=first.post, starts_on=clocks.today() - timedelta(days=3), kind=Appointment.Kind.DUTY)
    client.post("/vi-tri/", {"appointment": second.pk})
    Appointment.objects.filter(pk=second.pk).update(ends_on=clocks.today() + timedelta(days=1), starts_on=clocks.today())
    assert client.get("/").wsgi_request.actor == second
    Appointment.objects.filter(pk=second.pk).update(starts_on=clocks.today() - timedelta(days=1), ends_on=clocks.today())
    assert client.get("/").url == "/vi-tri/", f"{first} and {third} are left: a choice is needed"


def test_a_deactivated_user_is_out_at_once(world: World) -> None:
    client = world.client("officer")
    User.objects.filter(username=OFFICER).update(is_active=False)
    assert client.get("/chuyen-den/").status_code == 302
    assert client.get("/chuyen-den/").url.startswith(DOOR)


# A burst of logins


@pytest.fixture
def full_house(world: World) -> Iterator[None]:
    """As many people as may be in the house are signing in, in other processes."""
    other = psycopg2.connect(**{name: value for name, value in connection.get_connection_params().items() if name != "cursor_factory"})
    with other.cursor() as cursor:
        for place in range(1, 1 + turns.MOST_IN_THE_HOUSE):
            cursor.execute("select pg_advisory_lock(%s, %s)", [turns.PLACES, place])
    yield
    other.close()


def test_whoever_comes_when_the_house_is_full_is_asked_to_come_again(full_house: None) -> None:
    answer = Client().post(DOOR, {"login": PRINCIPAL, "password": DEMO_PASSWORD, "next": "/vu-viec/"})
    page = answer.content.decode()
    assert answer.status_code == 503 and answer["Retry-After"] == str(turns.COME_AGAIN_IN)
    assert f'value="{PRINCIPAL}"' in page and 'value="/vu-viec/"' in page and DEMO_PASSWORD not in page
    assert Client().get(DOOR).status_code == 200, "looking at the page costs nothing"


def test_a_place_is_given_back(world: World) -> None:
    for _ in range(turns.MOST_IN_THE_HOUSE + 2):
        assert knock(DEMO_PASSWORD).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and classid = %s", [turns.PLACES])
        assert cursor.fetchone() == (0,)


# What the trail keeps


def lines_of(act: str) -> list[TrailLine]:
    """What the trail says of an act at the door."""
    with reading_as(SYSTEM):
        return list(TrailLine.objects.filter(act=act).order_by("pk"))


def test_a_wrong_password_leaves_one_line_whether_the_account_exists_or_not(world: World, fresh_minute: None) -> None:
    knock()
    knock(username=PRINCIPAL.upper())
    knock(username="hieutruong.khong-co")
    about = User.objects.get(username=PRINCIPAL)
    assert [(line.about_id, line.code, line.actor_id, line.detail) for line in lines_of("signin.refused")] == [(about.pk, about.code, None, {})] * 2 + [(None, "", None, {})]
    assert knock(DEMO_PASSWORD).status_code == 302 and len(lines_of("signin.refused")) == 3


def test_what_was_not_looked_at_is_no_guess_in_the_trail(world: World, fresh_minute: None) -> None:
    for _ in range(9):
        knock()
    assert len(lines_of("signin.refused")) == accounts.FREE_FAILURES


def test_a_wrong_password_costs_the_same_whether_the_account_exists_or_not(world: World, fresh_minute: None) -> None:
    """The same statements in the same order: the clock learns nothing from the trail."""
    asked = []
    for name in ("hieutruong.khong-co", PRINCIPAL):
        with CaptureQueriesContext(connection) as said:
            knock(username=name)
        asked.append([re.sub(r"'[^']*'|\d+|null", "?", query["sql"], flags=re.IGNORECASE) for query in said])
    assert len(asked[0]) > 5 and asked[0] == asked[1]


def test_nobody_floods_the_trail_with_wrong_passwords(world: World, fresh_minute: None) -> None:
    for number in range(20):
        knock(address=f"10.0.1.{number}")
    assert len(lines_of("signin.refused")) == refusals.MOST_OF_A_NAME
    for number in range(80):
        knock(username=f"ai-do-{number}", address=f"10.0.2.{number}")
    assert len(lines_of("signin.refused")) == refusals.MOST_OF_ALL
    refusals._minute.began -= 1
    knock(address="10.0.3.1")
    assert sum(line.detail.get("unwritten", 0) for line in lines_of("signin.refused")) == 100 - refusals.MOST_OF_ALL


def test_the_door_stands_when_the_line_cannot_be_written(world: World, fresh_minute: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_named: object) -> None:
        raise DatabaseError("full")

    monkeypatch.setattr(audit, "add", broken)
    assert knock().status_code == 200


@pytest.fixture
def fresh_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was written in this minute yet."""
    monkeypatch.setattr(refusals, "_minute", refusals.Minute())


def test_a_sign_out_leaves_its_line_by_the_post(world: World) -> None:
    client = world.client("principal")
    assert client.get("/tai-khoan/logout/").status_code == 200 and lines_of("signin.left") == []
    client.post("/tai-khoan/logout/")
    client.post("/tai-khoan/logout/")
    [line] = lines_of("signin.left")
    assert (line.about_id, line.actor_id) == (world.actor("principal").user_id, world.actor("principal").pk)


def test_a_password_set_by_mail_leaves_its_line(world: World, mailoutbox: list[Any]) -> None:
    user, client = User.objects.get(username=PRINCIPAL), Client()
    client.post("/tai-khoan/password/reset/", {"email": user.email})
    link = next(word for word in mailoutbox[0].body.split() if "password/reset/key" in word)
    form = client.get(link.removeprefix(settings.PORTAL_ORIGIN), follow=True).redirect_chain[-1][0]
    weak = client.post(form, {"password1": DEMO_PASSWORD, "password2": DEMO_PASSWORD})
    assert "Chọn một câu không liên quan" in weak.content.decode() and lines_of("signin.password_changed") == []
    assert client.post(form, {"password1": "mèo tím gõ cửa lúc khuya", "password2": "mèo tím gõ cửa lúc khuya"}).status_code == 302
    assert [(line.about_id, line.actor_id) for line in lines_of("signin.password_changed")] == [(user.pk, None)]
