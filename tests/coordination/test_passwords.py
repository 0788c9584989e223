"""Passwords that are guessed first are refused: the portal's own words, common ones made longer, and those of a list on the machine."""

import hashlib
import secrets
import string
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from coordination import checks
from coordination.demo import DEMO_PASSWORD
from coordination.door import passwords
from coordination.models import User
from tests.world import ACCOUNTS, World

PADDING = ("2026", "@2026", "123456", "!!!!", "1234567890")


def refused(password: str, user: User | None = None) -> set[str]:
    """For which reasons."""
    try:
        validate_password(password, user)
    except ValidationError as wrong:
        return {error.code for error in wrong.error_list}
    return set()


@pytest.mark.django_db
@pytest.mark.parametrize("password", [
    DEMO_PASSWORD, "Trường học an toàn 2026", "TRUONGHOCANTOAN!", "Congan@2026!!!!!", "phoi-hop-an-toan-hoc-duong", "Hieutruong#123456", "C0ng@n.Ha.N0i.2026", "Bắc Ninh, tháng 11/2026",
    "congancongancongan", "Thang12nam2026!!", "hanoihanoihanoi1", "matkhau123456789", "THCS Hà Nội 1990", "admin-admin-2026-admin", "Phường Hoàn Kiếm 2026",
])  # fmt: skip
def test_what_the_portal_is_called_is_no_password(password: str) -> None:
    assert refused(password) & {"password_of_the_portal", "password_too_common"}


def test_what_the_account_is_called_is_no_password(world: World) -> None:
    principal = world.actor("principal")
    body = principal.organisation.name
    assert refused(f"{body} 2026 2026", principal.user) & {"password_of_the_portal", "password_too_similar"}


@pytest.mark.django_db
@pytest.mark.parametrize("password", [
    "mèo tím gõ cửa lúc khuya", "Mot-cau-khac-dai-2026", "ba con vịt xiêm qua cầu", "truong hoc cua nhung con meo luoi", "correct horse battery staple", "k7$Qz9!xT2m#Lp", "7-9-4-1-8-2-0-3-x", "x" * 3 + "đi câu cá mú ngoài khơi",
])  # fmt: skip
def test_a_sentence_of_ones_own_is_one(password: str) -> None:
    assert refused(password) == set()


@pytest.mark.django_db
def test_what_a_machine_made_is_hardly_ever_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a manager of passwords: of 300 random ones none, and the words of the portal are asked once only."""
    words = passwords.own_words(None)
    monkeypatch.setattr(passwords, "own_words", lambda user: words)
    letters = string.ascii_letters + string.digits + "!@#$%^&*-_"
    assert sum(bool(refused("".join(secrets.choice(letters) for _ in range(20)))) for _ in range(300)) == 0


@pytest.mark.django_db
def test_far_more_than_three_thousand_common_passwords_that_fit_the_length_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "own_words", lambda user: set())
    listed = sorted(word for word in passwords.Guessable().passwords if word.isalnum() and word.isascii())
    made = {word * (14 // len(word) + 1) for word in listed[::10]} | {word + padding for word in listed[::7] for padding in PADDING} | {one + other for one, other in zip(listed[::9], listed[4::9], strict=False)}
    long_enough = [word for word in made if len(word) >= 14]
    assert len(long_enough) > 4000
    let_in = [word for word in long_enough if not refused(word)]
    assert let_in == []


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["P@ssw0rd!2024!!", "PASSWORD-password-1", "iloveyou123456789", "12345678901234", "qwerty123qwerty123", "aaaaaaaaaaaaaaa", "zk1zk1zk1zk1zk1", "Dragon.Monkey.2020", "!!!!monkey!!!!!!!!"])
def test_common_ones_in_disguise(password: str) -> None:
    assert "password_too_common" in refused(password)


@pytest.mark.django_db
def test_an_endless_password_is_looked_at_in_no_time() -> None:
    assert refused("ab" * 500_000) == {"password_too_common"}
    assert refused("mèo tím gõ cửa " + "x7" * 500_000) == set()


@pytest.fixture(params=["\n", "\r\n"])
def listed(request: Any, tmp_path: Path, settings: Any) -> list[str]:
    """A list on the machine as the public ones have it; its passwords."""
    known = [f"câu thứ {number} đã bị lộ từ lâu" for number in range(200)]
    hashes = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in known)
    path = tmp_path / "hashes.txt"
    path.write_text("".join(f"{each}:{number}{request.param}" for number, each in enumerate(hashes)), newline="")
    settings.BREACHED_PASSWORDS_FILE = str(path)
    return known


@pytest.mark.django_db
def test_a_breached_password_is_refused_and_said_so(listed: list[str]) -> None:
    assert [word for word in listed if not passwords.is_breached(word)] == []
    assert not any(passwords.is_breached(f"{word}.") for word in listed)
    assert refused(listed[7]) == {"password_breached"}
    assert checks.the_list_of_breached_passwords_is_there(None) == []


def test_a_list_of_one_line_and_an_empty_one(tmp_path: Path, settings: Any) -> None:
    settings.BREACHED_PASSWORDS_FILE = str(tmp_path / "one.txt")
    (tmp_path / "one.txt").write_text(hashlib.sha1(b"mot").hexdigest())
    assert passwords.is_breached("mot") and not passwords.is_breached("hai")
    (tmp_path / "one.txt").write_text("")
    assert not passwords.is_breached("mot")
    assert [error.id for error in checks.the_list_of_breached_passwords_is_there(None)] == ["portal.E006"]


def test_a_list_that_is_not_there_stops_the_start(settings: Any) -> None:
    settings.BREACHED_PASSWORDS_FILE = "/nowhere/hashes.txt"
    assert [error.msg for error in checks.the_list_of_breached_passwords_is_there(None)] == ["BREACHED_PASSWORDS_FILE: there is no file /nowhere/hashes.txt"]
    settings.BREACHED_PASSWORDS_FILE = ""
    assert checks.the_list_of_breached_passwords_is_there(None) == []


def test_the_words_of_the_list_are_as_passwords_are_compared() -> None:
    words = passwords.words_of_the_portal()
    assert len(words) == len(set(words)) > 60
    assert [word for word in words if passwords.letters_of(word) != word or len(word) < passwords.SHORTEST_WORD] == []


def test_the_password_of_the_demo_opens_though_nobody_could_choose_it(world: World) -> None:
    user = User.objects.get(username=ACCOUNTS["principal"])
    assert user.check_password(DEMO_PASSWORD)
    client = world.client("principal")
    page = client.post("/tai-khoan/password/change/", {"oldpassword": DEMO_PASSWORD, "password1": DEMO_PASSWORD, "password2": DEMO_PASSWORD}).content.decode()
    assert "Chọn một câu không liên quan đến công việc" in page
