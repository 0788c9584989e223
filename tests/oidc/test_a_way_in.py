"""Somebody links his account with the provider and comes in by it: a way in, and never an account, a right or a factor more."""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings as plain
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from coordination import settings as portal_settings
from coordination.door import single_sign_on
from coordination.door.sessions import SessionStore
from coordination.management.commands.accounts import secret_of
from coordination.models import SYSTEM, Notice, Session, TrailLine, User
from coordination.models.notices import NoticeKind
from coordination.people import postings
from coordination.scope import reading_as
from tests.live import six_digits
from tests.oidc.provider import Provider
from tests.world import World

LEAVE, LINK, DOOR, SECOND = "/tai-khoan/cong-vu/", "/tai-khoan/phien/cong-vu/", "/tai-khoan/login/", "/tai-khoan/login/buoc-hai/"
END = {"__end": "1"}


def come_back(client: Client, address: str) -> HttpResponse:
    """The browser follows the provider back to the portal."""
    assert address.startswith(f"{plain.PORTAL_ORIGIN}{LEAVE}ve/?")
    return client.get(address.removeprefix(plain.PORTAL_ORIGIN))


def by_provider(client: Client, provider: Provider, who: str = "mot", **fields: str) -> HttpResponse:
    """The button of the sign-in page, the password at the provider, and back."""
    return come_back(client, provider.sign_in(client.post(LEAVE, fields).url, who))


def link(world: World, provider: Provider, who: str = "principal", there: str = "mot") -> Client:
    """Somebody who is signed in links his account."""
    client = world.client(who)
    answer = come_back(client, provider.sign_in(client.post(LINK, {"act": "link"} | END).url, there))
    assert (answer.status_code, answer.url) == (302, LINK)
    return client


def linked(world: World, provider: Provider, who: str = "principal") -> None:
    """The row that linking leaves."""
    SocialAccount.objects.create(user=world.actor(who).user, provider=provider.issuer, uid=single_sign_on.mark_of("1"))


def acts_of(world: World, prefix: str = "signin.") -> list[str]:
    """What the trail says of doors, in order."""
    world.see_all()
    return list(TrailLine.objects.filter(act__startswith=prefix).order_by("pk").values_list("act", flat=True))


def is_in(client: Client) -> bool:
    """Whether the browser is signed in, with both factors."""
    return client.get("/tai-khoan/xac-thuc/").status_code == 200


# Off


def test_without_a_provider_there_is_no_button_no_page_and_no_address(world: World) -> None:
    assert "công vụ" not in Client().get(DOOR).content.decode()
    client = world.client("principal")
    assert "công vụ" not in client.get("/tai-khoan/phien/").content.decode()
    for address in (LEAVE, f"{LEAVE}ve/", LINK):
        assert (client.get(address).status_code, client.post(address).status_code) == (404, 404)
    for name in ("openid_connect_login", "openid_connect_callback", "provider_link", "socialaccount_signup", "socialaccount_connections"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


@pytest.mark.parametrize("given", [("OIDC_ISSUER",), ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"), ("OIDC_ISSUER", "OIDC_CLIENT_SECRET")])
def test_half_a_provider_is_refused(monkeypatch: pytest.MonkeyPatch, given: tuple[str, ...]) -> None:
    for name in given:
        monkeypatch.setenv(name, "https://id.example")
    with pytest.raises(portal_settings.ImproperlyConfigured, match="belong together"):
        portal_settings.provider(secure=True)


def test_a_provider_without_tls_is_refused_where_the_portal_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "secret").write_text("bi-mat\n")
    for name, value in (("OIDC_ISSUER", "http://id.example"), ("OIDC_CLIENT_ID", "portal"), ("OIDC_CLIENT_SECRET_FILE", str(tmp_path / "secret"))):
        monkeypatch.setenv(name, value)
    assert portal_settings.provider(secure=False)["secret"] == "bi-mat"
    with pytest.raises(portal_settings.ImproperlyConfigured, match="https"):
        portal_settings.provider(secure=True)


# Link, leave, come back


def test_linked_signed_out_and_in_again_with_the_second_factor_asked(world: World, provider: Provider) -> None:
    client = link(world, provider)
    assert "Đã liên kết ngày" in client.get(LINK).content.decode()
    client.post("/tai-khoan/logout/")
    assert not is_in(client)
    assert "Đăng nhập bằng tài khoản công vụ" in client.get(DOOR).content.decode()
    before = client.cookies["sessionid"].value
    answer = by_provider(client, provider, next="/vu-viec/?severity=s3")
    assert (answer.status_code, answer.url) == (302, SECOND)
    assert client.cookies["sessionid"].value != before, "who is let on goes on under a new key"
    assert client.get("/").url == SECOND, "nothing opens before the second factor"
    done = client.post(SECOND, {"code": six_digits(secret_of(world.actor("principal").user))})
    assert (done.status_code, done.url) == (302, "/vu-viec/?severity=s3")
    assert is_in(client)
    assert acts_of(world) == ["signin.linked", "signin.left", "signin.by_provider", "signin.done"]
    assert Notice.objects.visible_to(SYSTEM).filter(kind=NoticeKind.WAY_IN_CHANGED, user=world.actor("principal").user).count() == 1


def test_the_question_has_pkce_a_nonce_and_asks_for_the_subject_alone(world: World, provider: Provider) -> None:
    asked = parse_qs(urlsplit(Client().post(LEAVE).url).query)
    assert (asked["scope"], asked["response_type"], asked["code_challenge_method"], asked["prompt"]) == (["openid"], ["code"], ["S256"], ["login"])
    assert len(asked["nonce"][0]) == 32 and len(asked["state"][0]) >= 16 and asked["code_challenge"]
    assert asked["redirect_uri"] == [f"{plain.PORTAL_ORIGIN}{LEAVE}ve/"]


def test_nothing_that_the_provider_says_is_kept(world: World, provider: Provider) -> None:
    provider.lies("token", sub="001234567890", name="Nguyễn Văn Mẫu", email="mau@example.vn", email_verified=True)
    client = link(world, provider)
    client.post("/tai-khoan/logout/")
    assert by_provider(client, provider).url == SECOND
    row = SocialAccount.objects.get()
    assert (row.provider, row.extra_data, len(row.uid)) == (provider.issuer, {}, 64)
    assert (SocialToken.objects.count(), SocialApp.objects.count()) == (0, 0)
    kept = str([SessionStore().decode(session.session_data) for session in Session.objects.all()])
    world.see_all()
    kept += str(list(TrailLine.objects.values_list("detail", flat=True)))
    assert not [word for word in ("001234567890", "Nguyễn", "mau@", "argon", "md5$") if word in kept]


def test_a_foreign_address_is_no_place_to_go_to(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client()
    by_provider(client, provider, next="https://example.com/")
    assert client.post(SECOND, {"code": six_digits(secret_of(world.actor("principal").user))}).url == "/"


def test_whoever_is_signed_in_stays_who_he_is(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    client.cookies = world.client("officer").cookies
    assert come_back(client, address).status_code == 403, "the question was another session's"
    other = world.client("deputy")
    assert by_provider(other, provider).url == "/"
    assert other.get("/tai-khoan/xac-thuc/").wsgi_request.user == world.actor("deputy").user


# Who is not let in


def test_an_unknown_subject_gets_no_account_and_nothing_else(world: World, provider: Provider) -> None:
    provider.lies("token", email=world.actor("principal").user.email, email_verified=True, preferred_username=world.actor("principal").user.username)
    count, client = User.objects.count(), Client()
    answer = by_provider(client, provider)
    assert answer.status_code == 403 and "chưa liên kết với tài khoản nào" in answer.content.decode()
    assert (User.objects.count(), SocialAccount.objects.count(), is_in(client)) == (count, 0, False)
    assert client.get(SECOND).status_code == 302, "no second step is waited for"


def test_another_subject_of_the_same_provider_is_another(world: World, provider: Provider) -> None:
    linked(world, provider)
    assert by_provider(Client(), provider, "hai").status_code == 403


def test_a_link_of_another_issuer_opens_nothing(world: World, provider: Provider) -> None:
    linked(world, provider)
    SocialAccount.objects.update(provider="https://id.example")
    assert by_provider(Client(), provider).status_code == 403


def test_a_suspended_account_reads_the_same_words_as_after_its_password(world: World, provider: Provider) -> None:
    linked(world, provider, "deputy")
    with world.acting("sysadmin") as admin:
        postings.suspend(world.actor("deputy").user, by=admin, why="danger")
    client = Client()
    answer = by_provider(client, provider)
    assert (answer.status_code, answer.url) == (302, "/tai-khoan/inactive/")
    assert not is_in(client)


def test_a_reset_ends_the_link(world: World, provider: Provider) -> None:
    linked(world, provider)
    with reading_as(SYSTEM):
        postings.shut_out(world.actor("principal").user, by=SYSTEM)
    assert SocialAccount.objects.count() == 0
    assert by_provider(Client(), provider).status_code == 403


def test_an_account_without_a_second_factor_is_not_opened_by_the_provider(world: World, provider: Provider) -> None:
    linked(world, provider)
    Authenticator.objects.filter(user=world.actor("principal").user).delete()
    client = Client()
    assert by_provider(client, provider).status_code == 403 and not is_in(client)


# Linking


def test_a_link_needs_both_factors_and_a_fresh_proof(world: World, provider: Provider) -> None:
    one = Client()
    one.force_login(world.actor("principal").user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert one.post(LINK, {"act": "link"} | END).url == "/tai-khoan/xac-thuc-lai/"
    late = world.client("principal", fresh_for=-timedelta(minutes=6).total_seconds())
    for answer in (late.get(LINK), late.post(LINK, {"act": "link"} | END), late.post(LINK, {"act": "unlink"} | END)):
        assert answer.url.startswith("/tai-khoan/xac-thuc-lai/?")


@pytest.mark.parametrize("fields", [{}, {"act": "both"}, {"act": "link", "user": "1"}, {"act": ["link", "\x00"]}])
def test_a_broken_press_is_refused(world: World, provider: Provider, fields: dict[str, Any]) -> None:
    assert world.client("principal").post(LINK, fields | END).status_code == 400


def test_one_subject_opens_one_account_and_one_account_has_one_link(world: World, provider: Provider) -> None:
    client = link(world, provider)
    for who, there in (("deputy", "mot"), ("principal", "hai"), ("principal", "mot")):
        client = world.client(who)
        answer = come_back(client, provider.sign_in(client.post(LINK, {"act": "link"} | END).url, there))
        assert answer.status_code == 409 and "đã có liên kết" in answer.content.decode()
    assert SocialAccount.objects.get().user == world.actor("principal").user


def test_a_link_is_ended_once(world: World, provider: Provider) -> None:
    client = link(world, provider)
    press = {"act": "unlink"} | END
    assert (client.post(LINK, press).status_code, client.post(LINK, press).status_code) == (302, 409)
    assert by_provider(Client(), provider).status_code == 403
    assert acts_of(world) == ["signin.linked", "signin.unlinked"]


# The second factor of the provider


def stated(**changes: Any) -> dict[str, Any]:
    """What a provider says that has just seen two factors."""
    return {"amr": ["pwd", "otp", "mfa"], "auth_time": int(time.time())} | changes


def test_a_second_factor_of_the_provider_counts_when_it_is_trusted(world: World, provider: Provider, settings: Any) -> None:
    linked(world, provider)
    settings.OIDC_SECOND_FACTOR = "trusted"
    provider.lies("token", **stated())
    client = Client()
    answer = by_provider(client, provider)
    assert (answer.status_code, answer.url) == (302, "/") and is_in(client)
    assert client.get("/tai-khoan/xac-thuc/ma-du-phong/").url.startswith("/tai-khoan/xac-thuc-lai/"), "a fresh proof is given here alone"
    assert [record["method"] for record in client.session[AUTHENTICATION_METHODS_SESSION_KEY]] == ["socialaccount"]


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("asked", stated()),
        ("trusted", {}),
        ("trusted", stated(amr=["pwd"])),
        ("trusted", stated(amr="mfa")),
        ("trusted", stated(auth_time=None)),
        ("trusted", stated(auth_time="now")),
        ("trusted", stated(auth_time=int(time.time()) - 3600)),
        ("trusted", stated(amr=None, acr="1")),
    ],
)
def test_otherwise_it_is_asked_here(world: World, provider: Provider, settings: Any, setting: str, said: dict[str, Any]) -> None:
    linked(world, provider)
    settings.OIDC_SECOND_FACTOR = setting
    provider.lies("token", **said)
    client = Client()
    assert by_provider(client, provider).url == SECOND and not is_in(client)
