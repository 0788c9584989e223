"""Invitations: a one-time code opens one account once, for its holder alone, and leads straight to the second factor (security.md 2.4 row 54)."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client

from coordination import clocks
from coordination.models import SYSTEM, Appointment, Invitation, Role, TrailLine, User
from coordination.people import invitations, postings
from coordination.scope import reading_as
from tests.world import NOW, World

DOOR = "/loi-moi/"
PASSWORD = "Mot-cau-that-dai-2026"
NAME = "canbo2.bk-cs-01"


@pytest.fixture
def invited(world: World) -> User:
    """A second deputy of the sample school whose account nobody has opened."""
    user = User.objects.create_user(NAME, None, f"{NAME}@example.vn")
    Appointment.objects.create(user=user, post=world.actor("deputy").post, starts_on=NOW.date())
    return user


def code_for(world: World, user: User, *, at: Any = NOW) -> str:
    """The code that the administrator gets to hand over."""
    with world.acting("sysadmin", at) as admin:
        return invitations.invite(user, by=admin)


def knock(code: str, username: str = NAME, *, client: Client | None = None, at: Any = NOW, address: str = "10.1.0.1", **changes: str) -> HttpResponse:
    """What the holder sends."""
    with clocks.set_to(at):
        form = {"username": username, "code": code, "password1": PASSWORD, "password2": PASSWORD, "__end": "1"} | changes
        return (client or Client()).post(DOOR, form, REMOTE_ADDR=address)


def said(answer: HttpResponse) -> list[str]:
    """The errors of the page."""
    return [str(error) for errors in answer.context["form"].errors.values() for error in errors]


def test_the_code_opens_the_account_and_leads_to_the_second_factor(world: World, invited: User) -> None:
    code, client = code_for(world, invited), Client()
    assert client.get(DOOR).status_code == 200
    answer = knock(invitations.spoken(code), client=client)
    assert answer.status_code == 302
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)
    for where in ("/", "/vu-viec/", "/vi-tri/"):
        assert "/tai-khoan/xac-thuc/" in client.get(where).url, "one factor opens nothing but the way to the second"
    assert client.get(client.get("/").url).status_code == 200


def test_only_the_hash_is_kept_and_the_mail_holds_no_code(world: World, invited: User, mailoutbox: list[Any]) -> None:
    code = code_for(world, invited)
    world.see_all()
    kept = Invitation.objects.get(user=invited)
    assert code not in kept.code_hash and kept.expires_at == NOW + timedelta(days=7)
    with world.acting("system"):
        from_trail = [str(line.detail) for line in TrailLine.objects.filter(act="invite_account")]
    assert len(from_trail) == 1 and code not in from_trail[0]


def test_the_page_shows_the_code_once(world: World, invited: User) -> None:
    client = world.client("sysadmin")
    with clocks.set_to(NOW):
        page = client.post(f"/tai-khoan-don-vi/{invited.code}/ma-moi/", {"apart": "on", "__end": "1"})
        assert page.status_code == 200 and "no-store" in page["Cache-Control"]
        code = page.context["code"]
        assert code in page.content.decode()
        assert code not in client.get(f"/tai-khoan-don-vi/{invited.code}/").content.decode()
    assert knock(code).status_code == 302


def test_a_used_code_opens_nothing_again(world: World, invited: User) -> None:
    code = code_for(world, invited)
    assert knock(code).status_code == 302
    again = knock(code, password1="Mot-cau-khac-dai-2026", password2="Mot-cau-khac-dai-2026")
    assert again.status_code == 422
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)


WRONG = {
    "another code": lambda code: {"code": "0" * 16},
    "a letter changed": lambda code: {"code": ("1" if code[0] != "1" else "2") + code[1:]},
    "a letter less": lambda code: {"code": code[:-1]},
    "an unknown account": lambda code: {"username": "khong.co.ai"},
    "another account": lambda code: {"username": "hieutruong.bk-cs-01"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_is_wrong_is_said_in_the_same_words(world: World, invited: User, wrong: str) -> None:
    code = code_for(world, invited)
    answer = knock(**{"code": code} | WRONG[wrong](code))
    assert answer.status_code == 422
    assert said(answer) == ["Tên đăng nhập và mã mời không khớp, hoặc mã đã dùng, đã hết hạn. Kiểm tra lại, hoặc đề nghị quản trị cấp mã mới."]
    assert knock(code, address="10.1.0.2").status_code == 302, "and the holder's code stands"


def test_the_code_of_one_account_does_not_open_another_that_waits(world: World, invited: User) -> None:
    other = User.objects.create_user("canbo2.bk-th-01", None, "x@example.vn")
    Appointment.objects.create(user=other, post=world.post(world.actor("other_principal").body_id, Role.SCHOOL_OFFICER), starts_on=NOW.date())
    mine, theirs = code_for(world, invited), code_for(world, other)
    assert (knock(theirs).status_code, knock(mine, other.username).status_code) == (422, 422)
    assert (knock(mine).status_code, knock(theirs, other.username).status_code) == (302, 302)


def test_after_seven_days_it_is_over_to_the_second(world: World, invited: User) -> None:
    code = code_for(world, invited)
    assert knock(code, at=NOW + timedelta(days=7)).status_code == 422
    assert knock(code, at=NOW + timedelta(days=7) - timedelta(seconds=1)).status_code == 302


def test_a_new_code_makes_the_one_before_worthless(world: World, invited: User) -> None:
    first, second = code_for(world, invited), code_for(world, invited)
    assert knock(first).status_code == 422 and knock(second).status_code == 302


@pytest.mark.parametrize("gone", ["post", "account"])
def test_without_its_post_or_its_account_the_code_opens_nothing(world: World, invited: User, gone: str) -> None:
    code = code_for(world, invited)
    if gone == "post":
        invited.appointments.update(ends_at=NOW, ends_on=NOW.date() + clocks.ONE_DAY)
    else:
        with world.acting("sysadmin") as admin:
            postings.suspend(invited, by=admin, why="left")
    assert knock(code).status_code == 422


def test_guessing_waits_longer_and_longer_and_outsiders_delay_nobody(world: World, invited: User) -> None:
    code = code_for(world, invited)
    answers = [knock("0" * 16).status_code for _guess in range(8)]
    assert answers == [422] * 5 + [429] * 3
    assert knock(code).status_code == 429, "the right one waits too"
    assert knock(code, address="10.9.9.9").status_code == 302, "but elsewhere it opens"


def test_forged_codes_open_nothing_in_a_thousand(world: World, invited: User) -> None:
    code_for(world, invited)
    with clocks.set_to(NOW):
        assert not any(invitations.open_with(NAME, invitations.new_secret()) for _forged in range(1000))


def test_a_code_is_read_as_people_copy_it(world: World, invited: User) -> None:
    with clocks.set_to(NOW), reading_as(SYSTEM):
        code = code_for(world, invited)
        for typed in (code.upper(), f" {invitations.spoken(code)} ", code.replace("0", "O").replace("1", "l")):
            assert invitations.open_with(NAME.upper(), typed) is not None, typed


@pytest.mark.parametrize(("changes", "reason"), [({"password2": "khac"}, "không giống nhau"), ({"password1": "ngan", "password2": "ngan"}, "14"), ({"password1": NAME, "password2": NAME}, "")])
def test_a_weak_first_password_is_refused_and_the_code_stays(world: World, invited: User, changes: dict[str, str], reason: str) -> None:
    code = code_for(world, invited)
    answer = knock(code, **changes)
    assert answer.status_code == 422 and any(reason in each for each in said(answer))
    assert PASSWORD not in answer.content.decode()
    assert knock(code).status_code == 302


def test_nobody_makes_a_code_for_an_open_account(world: World) -> None:
    """Otherwise one administrator could take an account over alone."""
    user = world.actor("principal").user
    client = world.client("sysadmin")
    with clocks.set_to(NOW):
        for method in (client.get, client.post):
            assert method(f"/tai-khoan-don-vi/{user.code}/ma-moi/", {"apart": "on", "__end": "1"}).status_code == 409


def test_the_forgotten_password_page_opens_no_account_that_waits_for_its_code(world: World, invited: User, mailoutbox: list[Any]) -> None:
    assert Client().post("/tai-khoan/password/reset/", {"email": invited.email}).status_code == 302
    assert [sent.to for sent in mailoutbox if "password/reset/key" in sent.body] == []


def test_codes_for_many_come_as_a_file_made_once(world: World, invited: User) -> None:
    client = world.client("sysadmin")
    with clocks.set_to(NOW):
        assert client.get("/tai-khoan-don-vi/ma-moi/").context["count"] == 1
        assert client.post("/tai-khoan-don-vi/ma-moi/", {"__end": "1"}).status_code == 422
        answer = client.post("/tai-khoan-don-vi/ma-moi/", {"apart": "on", "__end": "1"})
    from_file = openpyxl.load_workbook(BytesIO(answer.content)).active
    [_heading, row] = [[cell.value for cell in line] for line in from_file.rows]
    assert row[0] == NAME and knock(row[3]).status_code == 302
