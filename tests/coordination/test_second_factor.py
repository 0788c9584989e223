"""The second factor: nobody in with a password alone, each code once, a proof that grows old, and nothing typed that is lost to it."""

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client, RequestFactory
from django.urls import reverse
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

from coordination import policy
from coordination.checks import routes
from coordination.codes import CodeConverter
from coordination.demo import DEMO_PASSWORD
from coordination.door import accounts, factors, refusals, stepup
from coordination.door.sessions import SessionStore
from coordination.management.commands.accounts import secret_of
from coordination.models import SYSTEM, FactorSecret, Notice, Session, TrailLine, User
from coordination.scope import reading_as
from incidents import actions
from incidents.models import Person
from tests.live import six_digits
from tests.world import ACCOUNTS, World, sign_in

DOOR, SECOND, PROOF, OWN = "/tai-khoan/login/", "/tai-khoan/login/buoc-hai/", "/tai-khoan/xac-thuc-lai/", "/tai-khoan/xac-thuc/"
ENROL = OWN + "ung-dung/"
RECOVERY = OWN + "ma-du-phong/"
PRINCIPAL = ACCOUNTS["principal"]
END = {"__end": "1"}
OLD = 3600  # a proof of an hour ago is fresh for nothing
PERSON = {"role": "involved", "age_band": "14_15", "full_name": "Người mẫu", "class_name": "9A", "contact": ""}


def user(username: str = PRINCIPAL) -> User:
    """An account."""
    return User.objects.get(username=username)


def code_of(username: str = PRINCIPAL, ahead: int = 0) -> str:
    """What the telephone of a sample account shows."""
    return six_digits(secret_of(user(username)), ahead)


def after_password(username: str = PRINCIPAL, **meta: Any) -> Client:
    """A browser in which the right password was given, and nothing more."""
    client = Client(**meta)
    assert client.post(DOOR, {"login": username, "password": DEMO_PASSWORD}).url == SECOND
    return client


def with_old_proof(world: World, who: str = "principal") -> Client:
    """Somebody's session, or a thief's copy of its cookie, an hour after the last proof."""
    client = Client()
    sign_in(client, world.actor(who).user, proved_at=time.time() - OLD)
    return client


def acts_of(username: str = PRINCIPAL) -> list[str]:
    """What the trail says of somebody's door."""
    with reading_as(SYSTEM):
        return list(TrailLine.objects.filter(about_model="coordination.user", about_id=user(username).pk).order_by("pk").values_list("act", flat=True))


# Nobody in with a password alone

SOMETHING = {CodeConverter: "0" * 13, IntConverter: 1, SlugConverter: "x", StringConverter: "x", UUIDConverter: uuid.UUID(int=1)}


def addresses() -> Iterator[str]:
    """Every address that is closed to strangers; where a thing is named, any name: the door stands before it."""
    for name, pattern in routes():
        if getattr(pattern.callback, "login_required", True) and name not in factors.OPEN_TO_ONE_FACTOR:
            named = {key: converter.to_url(SOMETHING[type(converter)]) for key, converter in pattern.pattern.converters.items()}
            yield reverse(name, kwargs=named)


@pytest.mark.parametrize("method", ["get", "post"])
def test_after_the_password_alone_every_address_leads_to_the_second_factor(world: World, method: str) -> None:
    client = after_password()
    found = {one: getattr(client, method)(one) for one in addresses()}
    assert len(found) > 100
    assert {one: (answer.status_code, answer.headers.get("Location")) for one, answer in found.items()} == dict.fromkeys(found, (302, SECOND))
    assert client.get(DOOR).url == SECOND and client.get(SECOND).status_code == 200


def test_who_has_no_second_factor_yet_gets_one_before_anything_else(world: World) -> None:
    Authenticator.objects.filter(user=user()).delete()
    client = Client()
    assert client.post(DOOR, {"login": PRINCIPAL, "password": DEMO_PASSWORD}).url == "/"
    for path in ("/", "/vu-viec/", "/vu-viec/bao-nhanh/", "/tai-khoan/phien/", OWN, PROOF):
        assert client.get(path).url == ENROL, path
    page = client.get(ENROL).content.decode()
    secret = "".join(re.findall(r"<code>(\w{4})</code>", page))
    assert len(secret) == 32 and "data:image/svg+xml" in page and "otpauth://totp/" in page
    assert client.post(ENROL, END | {"code": "000000"}).status_code == 422
    assert client.post(ENROL, END | {"code": six_digits(secret)}).url == RECOVERY
    assert client.get("/").status_code == 200
    assert client.post(SECOND).status_code == 302
    assert "signin.factor_added" in acts_of()


def test_the_first_recovery_codes_are_shown_however_long_setting_up_took_and_once(world: World) -> None:
    Authenticator.objects.filter(user=user()).delete()
    client = Client()
    client.post(DOOR, {"login": PRINCIPAL, "password": DEMO_PASSWORD})
    secret = "".join(re.findall(r"<code>(\w{4})</code>", client.get(ENROL).content.decode()))
    session = client.session
    session["account_authentication_methods"][0]["at"] -= OLD
    session.save()
    assert client.post(ENROL, END | {"code": six_digits(secret)}).url == RECOVERY
    assert len(re.findall(r"<code>\d{8}</code>", client.get(RECOVERY).content.decode())) == 10
    assert client.get(RECOVERY).url.startswith(PASSWORD_PROOF)


def test_the_code_that_set_up_the_app_opens_nothing_afterwards(world: World) -> None:
    made = factors.new_secret(user(), secret := "A" * 32, factors.step_now())
    assert not factors.opens(made, six_digits(secret))
    assert after_password().post(SECOND, {"code": six_digits(secret)}).status_code == 422


def test_a_session_that_owes_the_factor_does_not_get_a_new_one_instead(world: World) -> None:
    """Somebody has an app; a session of his that never proved it is led to the proof, not to setting up another."""
    client = Client()
    client.force_login(user(), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(ENROL).url == client.get("/vu-viec/").url == PROOF
    assert client.post(PROOF, END | {"__proof_code": code_of(), "next": "/vu-viec/"}).url == "/vu-viec/"
    assert client.get("/vu-viec/").status_code == 200


def test_the_factor_of_another_opens_nothing(world: World) -> None:
    assert after_password().post(SECOND, {"code": code_of(ACCOUNTS["officer"])}).status_code == 422


def test_signing_in_as_another_ends_what_was_begun(world: World) -> None:
    client = after_password()
    client.post("/tai-khoan/logout/")
    assert client.get("/").url.startswith(DOOR) and client.get(SECOND).url == DOOR


# Each code once


def test_a_code_opens_once(world: World) -> None:
    code = code_of()
    assert after_password().post(SECOND, {"code": code}).url == "/"
    assert after_password().post(SECOND, {"code": code}).status_code == 422
    assert after_password().post(SECOND, {"code": code_of(ahead=1)}).url == "/", "the next one opens"
    assert after_password().post(SECOND, {"code": code}).status_code == 422, "and no older one after it"


@pytest.mark.parametrize(("ahead", "status"), [(-1, 302), (1, 302), (-2, 422), (2, 422), (-2880, 422)])
def test_a_telephone_may_be_half_a_minute_off_and_no_further(world: World, ahead: int, status: int) -> None:
    assert after_password().post(SECOND, {"code": code_of(ahead=ahead)}).status_code == status


def test_a_code_may_be_typed_as_it_is_read(world: World) -> None:
    code = code_of()
    assert after_password().post(SECOND, {"code": f" {code[:3]} {code[3:]} "}).url == "/"


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "1" * 500, "\u0661\u0662\u0663\u0664\u0665\u0666", "０００", "-1", "\ud7ff"])
def test_nonsense_is_no_code(world: World, code: str) -> None:
    assert after_password().post(SECOND, {"code": code}).status_code == 422


@pytest.mark.django_db(transaction=False)
def test_the_same_code_many_times_at_once_opens_exactly_once(committed: Authenticator) -> None:
    """Compare and set in PostgreSQL: eight connections, twenty codes, one success each."""
    for step in range(100, 120):
        won = at_once(8, lambda step=step: factors.spend(committed, step))
        assert won.count(True) == 1, step


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Authenticator]:
    """A committed factor, so that other connections see it; put back as it was."""
    with django_db_blocker.unblock():
        found = Authenticator.objects.get(user__username=PRINCIPAL, type=Authenticator.Type.TOTP)
        yield found
        Authenticator.objects.filter(pk=found.pk).update(data=found.data)
        connections.close_all()


def test_recovery_codes_open_once_each(world: World) -> None:
    client = world.client("principal")
    client.post(RECOVERY, END)
    codes = re.findall(r"<code>(\d{8})</code>", client.get(RECOVERY).content.decode())
    assert len(set(codes)) == 10
    again = client.get(RECOVERY).content.decode()
    assert not re.search(r"\d{8}", again.split("<main")[1]) and "Số mã chưa dùng: 10." in again, "they are shown once"
    assert after_password().post(SECOND, {"code": codes[3]}).url == "/"
    assert after_password().post(SECOND, {"code": codes[3]}).status_code == 422
    assert "Số mã chưa dùng: 9." in client.get(RECOVERY).content.decode()
    client.post(RECOVERY, END)
    assert after_password().post(SECOND, {"code": codes[4]}).status_code == 422, "new codes put the old ones out"


@pytest.mark.parametrize("code", ["9", "99999999", "0000000", "000000000", "x0000000"])
def test_what_is_no_recovery_code_opens_nothing(world: World, code: str) -> None:
    Authenticator.objects.create(user=user(), type="recovery_codes", data={"codes": [""] * 10})
    assert after_password().post(SECOND, {"code": code}).status_code == 422


@pytest.mark.django_db(transaction=False)
def test_the_same_recovery_code_many_times_at_once_opens_exactly_once(committed: Authenticator) -> None:
    codes = {"codes": [make_password(f"{place}7654321") for place in range(10)]}
    [row] = at_once(1, lambda: Authenticator.objects.create(user=committed.user, type="recovery_codes", data=codes))
    try:
        for place in range(10):
            won = at_once(8, lambda place=place: factors.opens(row, f"{place}7654321"))
            assert won.count(True) == 1, place
    finally:
        at_once(1, row.delete)


def at_once(many: int, work: Callable[[], Any]) -> list[Any]:
    """What so many connections are answered that ask in the same moment."""
    start, answers = threading.Barrier(many), []

    def ask() -> None:
        start.wait()
        answers.append(work())
        connections.close_all()

    racers = [threading.Thread(target=ask) for _ in range(many)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return answers


# How secrets lie


def test_secrets_lie_sealed(world: World) -> None:
    mine = world.client("principal")
    mine.post(RECOVERY, END)
    client = Client()
    Authenticator.objects.filter(user=user(ACCOUNTS["officer"])).delete()
    client.post(DOOR, {"login": ACCOUNTS["officer"], "password": DEMO_PASSWORD})
    shown = "".join(re.findall(r"<code>(\w{4})</code>", client.get(ENROL).content.decode()))
    secret = secret_of(user())
    assert get_adapter().decrypt(Authenticator.objects.get(user=user(), type="totp").data["secret"]) == secret
    with connection.cursor() as cursor:
        cursor.execute("select string_agg(data::text, ' ') from mfa_authenticator")
        lying = cursor.fetchone()[0]
        cursor.execute("select secret from coordination_factorsecret")
        lying += " ".join(bytes(row[0]).decode("latin-1") for row in cursor.fetchall())
    lying += " ".join(str(SessionStore().decode(row.session_data)) for row in Session.objects.all())
    codes = re.findall(r"<code>(\d{8})</code>", mine.get(RECOVERY).content.decode())
    assert len(codes) == 10 and not any(word in lying for word in (secret, shown, *codes))
    hashes = Authenticator.objects.get(user=user(), type="recovery_codes").data["codes"]
    assert len({each.split("$")[-2] for each in hashes}) == 10, "each with a salt of its own"
    assert all(check_password(code, each) for code, each in zip(codes, hashes, strict=True))


def test_a_secret_does_not_outlive_its_factor(world: World) -> None:
    before = FactorSecret.objects.count()
    Authenticator.objects.filter(user=user()).delete()
    assert FactorSecret.objects.count() == before - 1


# Guessing


def test_guessing_slows_this_client_down_and_the_trail_tells(world: World) -> None:
    client, answers = after_password(), []
    for _ in range(30):
        answers.append(client.post(SECOND, {"code": "000000"}).status_code)
    assert answers == [422] * 5 + [429] * 25
    assert client.post(SECOND, {"code": code_of()}).status_code == 429, "even the right code waits here"
    assert "Tài khoản không bị khóa" in client.post(SECOND, {"code": code_of()}).content.decode()
    elsewhere = after_password(REMOTE_ADDR="10.0.0.9")
    assert elsewhere.post(SECOND, {"code": code_of()}).url == "/", "the owner, elsewhere, is not delayed"
    assert acts_of().count("signin.factor_refused") == 5
    with reading_as(SYSTEM):
        told = Notice.objects.visible_to(SYSTEM).filter(kind="factor_refused")
        assert [notice.user for notice in told] == [user()]


def test_a_guess_is_counted_before_it_is_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    monkeypatch.setattr(factors, "opens", lambda one, code: counted.append(AccessAttempt.objects.get().failures_since_start))
    client = after_password()
    client.post(SECOND, {"code": "000000"})
    client.post(SECOND, {"code": "000000"})
    assert counted == [1, 2]
    monkeypatch.undo()
    assert client.post(SECOND, {"code": code_of()}).url == "/"
    assert not AccessAttempt.objects.exists(), "a right one forgets them, and itself"


@pytest.mark.django_db(transaction=False)
def test_guesses_at_the_same_moment_are_no_more_than_one_after_another(committed: Authenticator) -> None:
    """Twenty connections at once: five guesses, as when one waits for the other."""
    request = RequestFactory().post(SECOND)
    name = accounts.second_of(committed.user)
    try:
        taken = at_once(20, lambda: accounts.take_guess(request, committed.user, name))
        assert sorted(taken) == [0] * 15 + [1, 2, 3, 4, 5]
    finally:
        at_once(1, lambda: AccessAttempt.objects.filter(username=name).delete())


def test_wrong_codes_are_not_wrong_passwords(world: World) -> None:
    client = after_password()
    for _ in range(5):
        client.post(SECOND, {"code": "000000"})
    assert after_password().get(SECOND).status_code == 200
    assert accounts.delay_after(30) == accounts.LONGEST_DELAY


# A proof that grows old


def test_a_planted_session_does_not_survive_signing_in_and_each_step_changes_the_key(world: World) -> None:
    client = Client()
    client.get(DOOR)
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted = session.session_key
    client.post(DOOR, {"login": PRINCIPAL, "password": DEMO_PASSWORD})
    between = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(SECOND, {"code": code_of()})
    inside = client.cookies[settings.SESSION_COOKIE_NAME].value
    client.post(PROOF, END | {"__proof_code": code_of(ahead=1), "next": "/"})
    proved = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert len({planted, between, inside, proved}) == 4
    assert not Session.objects.filter(session_key__in=[planted, between, inside]).exists()


def test_the_proof_leads_back_to_where_one_was_and_nowhere_else(world: World) -> None:
    client = with_old_proof(world)
    asked = client.get(RECOVERY)
    assert asked.url == f"{PROOF}?next={RECOVERY.replace('/', '%2F')}"
    assert f'value="{RECOVERY}"' in client.get(asked.url).content.decode()
    assert client.post(PROOF, END | {"__proof_code": code_of(), "next": RECOVERY}).url == RECOVERY
    for goal in ("https://example.com/", "//example.com", "javascript:alert(1)", "\\\\example.com"):
        Authenticator.objects.filter(user=user(), type="totp").update(data=Authenticator.objects.get(user=user(), type="totp").data | {"last_step": 0})
        assert client.post(PROOF, END | {"__proof_code": code_of(), "next": goal}).url == "/", goal


def test_every_act_that_asks_for_a_proof_has_a_door_that_asks(world: World) -> None:
    doors = {getattr(pattern.callback, name, None) for _route, pattern in routes() for name in ("portal_action", "portal_posting")}
    assert set(policy.STEP_UP) <= doors
    assert set(policy.STEP_UP) <= set(policy.GRANTS)
    assert all(1 <= minutes <= 15 for minutes in policy.STEP_UP.values())


def person(world: World) -> Person:
    """Somebody in a case of the principal."""
    with world.acting("principal") as actor:
        return actions.add_person(world.file(), by=actor, answers=PERSON)


def test_a_form_that_came_too_late_goes_back_with_all_that_was_typed(world: World) -> None:
    client, someone = with_old_proof(world), person(world)
    where = reverse("incidents:open_person", kwargs={"uid": someone.uid})
    asked = client.post(where, END | {"purpose": "case"})
    page = asked.content.decode()
    assert asked.status_code == 403 and f'action="{where}"' in page and "Nội dung vừa nhập vẫn còn" in page
    assert '<input type="hidden" name="purpose" value="case">' in page
    assert "purpose" not in str(client.session.items()), "nothing of the form stays on the server"
    wrong = client.post(where, END | {"purpose": "case", "__proof_code": "000000"})
    assert wrong.status_code == 403 and 'name="purpose" value="case"' in wrong.content.decode()
    assert client.post(where, END | {"purpose": "case", "__proof_code": code_of()}).status_code == 302
    assert client.post(where, END | {"purpose": "case"}).status_code == 302, "and the proof stands for a while"


def test_the_thief_of_a_cookie_opens_prints_signs_and_changes_nothing(world: World) -> None:
    """The cookie alone, an hour after its owner's last proof: no identity, no paper, no change of the door (security.md 2.4 row 9)."""
    someone = person(world)
    thief = with_old_proof(world)
    before = list(Authenticator.objects.filter(user=user()).values("type", "data"))
    said = {
        "identity": thief.post(reverse("incidents:open_person", kwargs={"uid": someone.uid}), END | {"purpose": "case"}),
        "paper": thief.post(reverse("coordination:order_paper", kwargs={"kind": "phieu-bao-nhanh", "code": someone.incident.code}), END),
    }
    assert {name: answer.status_code for name, answer in said.items()} == dict.fromkeys(said, 403)
    office = with_old_proof(world, "doet")
    assert office.post("/bao-cao/", END | {"audience": "education"}).status_code == 403
    for path in (ENROL, OWN + "khoa/", RECOVERY):
        assert thief.get(path).url.startswith(PROOF) and thief.post(path, END).url.startswith(PROOF), path
    assert thief.post(OWN, END | {"key": "1"}).url.startswith(PROOF)
    assert list(Authenticator.objects.filter(user=user()).values("type", "data")) == before


def test_a_file_cannot_be_kept_and_is_asked_for_again(world: World, rf: Any) -> None:
    client = with_old_proof(world)
    request = rf.post("/x/", {"number": "12", "signed": SimpleUploadedFile("a.pdf", b"%PDF")})
    request.session, request.user = client.session, user()
    page = stepup.missing("report.sign", request).content.decode()
    assert 'name="number" value="12"' in page and 'type="file" name="signed"' in page and "multipart/form-data" in page


# What one does to one's own door

PASSWORD_PROOF, CHANGE = PROOF + "mat-khau/", "/tai-khoan/password/change/"


@pytest.mark.parametrize("path", [ENROL, OWN + "khoa/", RECOVERY])
def test_a_change_of_factors_asks_both_factors_afresh(world: World, path: str) -> None:
    client = with_old_proof(world)
    client.post(PROOF, END | {"__proof_code": code_of(), "next": path})
    asked = client.get(path)
    assert asked.url == client.post(path, END).url == f"{PASSWORD_PROOF}?next={path.replace('/', '%2F')}"
    assert client.post(OWN, END | {"key": "1"}).url.startswith(PASSWORD_PROOF)
    page = client.get(asked.url).content.decode()
    assert f'value="{path}"' in page and 'autocomplete="current-password"' in page
    assert client.post(PASSWORD_PROOF, END | {"password": "sai-mat-khau", "next": path}).status_code == 422
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert client.post(PASSWORD_PROOF, END | {"password": DEMO_PASSWORD, "next": path}).url == path
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != key
    assert client.get(path).status_code == 200


def test_the_password_alone_is_no_fresh_proof_and_leads_nowhere_else(world: World) -> None:
    client = with_old_proof(world)
    assert client.post(PASSWORD_PROOF, END | {"password": DEMO_PASSWORD, "next": "https://example.com/"}).url == "/"
    assert client.get(ENROL).url.startswith(f"{PROOF}?")


def test_the_password_of_ones_own_session_is_not_guessed_either(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds a stolen cookie tries passwords: slowed down as at the door, and told."""
    monkeypatch.setattr(refusals, "_minute", refusals.Minute())
    thief = with_old_proof(world)
    answers = [thief.post(PASSWORD_PROOF, END | {"password": f"sai-{number}", "next": "/"}).status_code for number in range(8)]
    assert answers == [422] * 4 + [429] * 4
    assert thief.post(PASSWORD_PROOF, END | {"password": DEMO_PASSWORD, "next": "/"}).status_code == 429
    assert acts_of().count("signin.refused") == 5


def test_a_right_password_forgets_the_slips_before_it(world: World) -> None:
    client = with_old_proof(world)
    for _ in range(3):
        for password, status in ((f"sai-{uuid.uuid4()}", 422), (f"sai-{uuid.uuid4()}", 422), (DEMO_PASSWORD, 302)):
            assert client.post(PASSWORD_PROOF, END | {"password": password, "next": "/"}).status_code == status


def test_a_password_is_changed_after_a_fresh_proof_alone(world: World) -> None:
    client, new = with_old_proof(world), "mèo tím gõ cửa lúc khuya"
    sent = {"oldpassword": DEMO_PASSWORD, "password1": new, "password2": new}
    assert client.get(CHANGE).url == client.post(CHANGE, sent).url == f"{PROOF}?next={CHANGE.replace('/', '%2F')}"
    assert user().check_password(DEMO_PASSWORD)
    client.post(PROOF, END | {"__proof_code": code_of(), "next": CHANGE})
    assert client.post(CHANGE, sent).status_code == 302 and user().check_password(new)
    assert acts_of()[-1] == "signin.password_changed"



def test_a_new_app_takes_the_place_of_the_old_one(world: World) -> None:
    client, old = world.client("principal"), code_of(ahead=1)
    page = client.get(ENROL).content.decode()
    secret = "".join(re.findall(r"<code>(\w{4})</code>", page))
    assert client.post(ENROL, END | {"code": six_digits(secret)}).status_code == 302
    assert after_password().post(SECOND, {"code": old}).status_code == 422
    assert after_password().post(SECOND, {"code": six_digits(secret, 1)}).url == "/"
    assert acts_of()[0] == "signin.factor_added"
    with reading_as(SYSTEM):
        assert Notice.objects.visible_to(SYSTEM).filter(kind="factor_changed", user=user()).count() == 1


def test_the_last_factor_stays(world: World) -> None:
    key = Authenticator.objects.create(user=user(), type="webauthn", data={"name": "Khóa", "credential": {}})
    client = world.client("principal")
    assert "Gỡ khóa này" in client.get(OWN).content.decode()
    Authenticator.objects.filter(user=user(), type="totp").delete()
    assert client.post(OWN, END | {"key": key.pk}).status_code == 409
    other = Authenticator.objects.create(user=user(), type="webauthn", data={"name": "Khóa 2", "credential": {}})
    assert client.post(OWN, END | {"key": key.pk}).url == OWN
    assert list(Authenticator.objects.filter(user=user(), type="webauthn")) == [other]


def test_nobody_removes_the_key_of_another(world: World) -> None:
    key = Authenticator.objects.create(user=user(ACCOUNTS["officer"]), type="webauthn", data={"name": "Khóa", "credential": {}})
    assert world.client("principal").post(OWN, END | {"key": key.pk}).status_code == 400
    assert Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.parametrize("credential", ["", "x", "[]", "{}", '{"id": 1}', '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"AA","attestationObject":"AA","authenticatorData":"AA","signature":"AA"}}', "null", '{"response":{}}'])
def test_nonsense_is_no_passkey(world: World, credential: str) -> None:
    assert world.client("principal").post(OWN + "khoa/", END | {"credential": credential}).status_code == 422
    assert world.client("principal").post(PROOF, END | {"__proof_passkey": credential, "next": "/"}).status_code == 422
    assert after_password().post(SECOND, {"credential": credential}).status_code == 422


# The terminal


def test_the_demo_tells_the_secret_and_the_code_that_opens_now(world: World, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = True
    call_command("accounts", "demo", "--first")
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert {len(line) for line in lines} == {5}
    principal = next(line for line in lines if line[0] == PRINCIPAL)
    assert principal[3:] == [DEMO_PASSWORD, secret_of(user())]
    for _ in range(2):
        call_command("accounts", "code", PRINCIPAL)
        assert after_password().post(SECOND, {"code": capsys.readouterr().out.strip()}).url == "/", "a used code is followed by the next"


def test_nobody_elses_portal_tells_secrets(world: World, settings: Any) -> None:
    settings.DEMO = False
    for words in (("demo",), ("code", PRINCIPAL)):
        with pytest.raises(CommandError):
            call_command("accounts", *words)
