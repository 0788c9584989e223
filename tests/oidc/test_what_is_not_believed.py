"""What comes from the provider, or from a browser that says so, is checked; and a provider that is silent stops nobody else."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.http import HttpResponse
from django.test import Client

from coordination.door import single_sign_on
from tests.oidc.provider import SECRET, Provider, new_key
from tests.oidc.test_a_way_in import END, LEAVE, LINK, SECOND, by_provider, come_back, is_in, linked
from tests.world import World

BACK = f"{LEAVE}ve/"


def is_refused(client: Client, answer: HttpResponse) -> None:
    """The plain page, and nobody is in or on the way."""
    assert answer.status_code == 403 and "chưa xác nhận được bạn" in answer.content.decode()
    assert not is_in(client) and client.get(SECOND).status_code == 302


LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "x" * 32},
    "no nonce": {"nonce": None},
    "a nonce that is no text": {"nonce": ["x"]},
    "another issuer": {"iss": "https://id.example"},
    "no issuer": {"iss": None},
    "for another client": {"aud": "another"},
    "for nobody": {"aud": None},
    "asked by another client": {"azp": "another"},
    "run out": {"exp": 1_700_000_000},
    "never ending": {"exp": None},
    "not yet": {"nbf": 4_000_000_000},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 1},
    "a subject of many": {"sub": ["1"]},
}


@pytest.mark.parametrize("said", LIES.values(), ids=LIES)
def test_a_token_that_is_not_the_answer_to_our_question(world: World, provider: Provider, said: dict[str, Any]) -> None:
    linked(world, provider)
    provider.lies("token", **said)
    client = Client()
    is_refused(client, by_provider(client, provider))


@pytest.mark.parametrize("how", ["another key", "another key, unnamed", "no signature", "our own secret", "no token", "nonsense", "no text"])
def test_a_token_that_the_issuer_did_not_sign(world: World, provider: Provider, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    linked(world, provider)
    plain = single_sign_on.Conversation.get_access_token_data

    def forged(*args: Any, **kwargs: Any) -> dict[str, Any]:
        data = plain(*args, **kwargs)
        claims, name = jwt.decode(data["id_token"], options={"verify_signature": False}), jwt.get_unverified_header(data["id_token"])["kid"]
        key = load_pem_private_key(new_key().encode(), None)
        tokens = {
            "another key": lambda: jwt.encode(claims, key, "RS256", {"kid": name}),
            "another key, unnamed": lambda: jwt.encode(claims, key, "RS256"),
            "no signature": lambda: jwt.encode(claims, "", "none", {"kid": name}),
            "our own secret": lambda: jwt.encode(claims, SECRET + SECRET, "HS256", {"kid": name}),
            "no token": lambda: None,
            "nonsense": lambda: "a.b.c",
            "no text": lambda: ["a"],
        }
        return data | {"id_token": tokens[how]()}

    monkeypatch.setattr(single_sign_on.Conversation, "get_access_token_data", forged)
    client = Client()
    is_refused(client, by_provider(client, provider))


@pytest.mark.parametrize(("algorithm", "believed"), [("RS256", True), ("PS256", True), ("RS384", False), ("RS512", False), ("PS512", False)])
def test_a_token_signed_by_the_issuer_in_a_way_that_is_not_listed(world: World, provider: Provider, monkeypatch: pytest.MonkeyPatch, algorithm: str, believed: bool) -> None:
    """The issuer's own key and a sound signature: only the list stands in the way."""
    linked(world, provider)
    plain = single_sign_on.Conversation.get_access_token_data

    def signed_anew(*args: Any, **kwargs: Any) -> dict[str, Any]:
        data = plain(*args, **kwargs)
        claims, name = jwt.decode(data["id_token"], options={"verify_signature": False}), jwt.get_unverified_header(data["id_token"])["kid"]
        key = load_pem_private_key((provider.folder / "key.pem").read_bytes(), None)
        return data | {"id_token": jwt.encode(claims, key, algorithm, {"kid": name})}

    monkeypatch.setattr(single_sign_on.Conversation, "get_access_token_data", signed_anew)
    client = Client()
    answer = by_provider(client, provider)
    if believed:
        assert answer.url == SECOND
    else:
        is_refused(client, answer)


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "ES384"}, {"alg": ["RS256"]}, {"alg": None}, {}])
def test_only_listed_algorithms_are_tried(header: dict[str, Any]) -> None:
    token = ".".join([base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("="), "e30", "AA"])
    with pytest.raises(OAuth2Error), single_sign_on.listening():
        single_sign_on.refuse_algorithm(token)
    assert not any(name.startswith("HS") or name == "none" for name in single_sign_on.ALGORITHMS)


# The browser


def test_a_state_that_we_did_not_give(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    for wrong in (address.replace("state=", "state=x"), address.split("&state=")[0].split("?state=")[0] + "?code=x", address.replace("code=", "kode=")):
        answer = client.get("/" + wrong.split("/", 3)[3])
        assert answer.status_code == 403
    is_refused(client, client.get(BACK))


def test_the_way_back_of_another_browser(world: World, provider: Provider) -> None:
    linked(world, provider)
    thief = Client()
    thief.post(LEAVE)
    is_refused(thief, come_back(thief, provider.sign_in(Client().post(LEAVE).url)))


def test_the_same_way_back_twice(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    assert come_back(client, address).url == SECOND
    assert come_back(client, address).status_code == 403


def test_a_question_of_yesterday(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    session = client.session
    for state in session[statekit.STATES_SESSION_KEY].values():
        state[1] = time.time() - statekit.STATE_TTL - 1
    session.save()
    is_refused(client, come_back(client, address))


def test_a_code_that_has_run_out(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    provider.forget_codes()
    is_refused(client, come_back(client, address))


def test_a_code_taken_to_the_provider_without_our_verifier(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    session = client.session
    for state in session[statekit.STATES_SESSION_KEY].values():
        state[0]["pkce_code_verifier"] = "y" * 64
    session.save()
    is_refused(client, come_back(client, address))


@pytest.mark.parametrize("error", ["access_denied", "server_error", "<script>"])
def test_turned_back_at_the_provider(world: World, provider: Provider, error: str) -> None:
    client = Client()
    state = client.post(LEAVE).url.split("state=")[1].split("&")[0]
    is_refused(client, client.get(BACK, {"state": state, "error": error}))


def test_the_button_is_pressed_and_the_way_back_is_read(world: World, provider: Provider) -> None:
    assert Client().get(LEAVE).status_code == 405 and Client().post(BACK).status_code == 405
    assert Client(enforce_csrf_checks=True).post(LEAVE).status_code == 403


# The provider


ABOUT_ITSELF: dict[str, dict[str, Any]] = {
    "another name": {"issuer": "https://id.example"},
    "no name": {"issuer": None},
    "sends people elsewhere": {"authorization_endpoint": "https://id.example/authorize"},
    "sends our secret elsewhere": {"token_endpoint": "http://127.0.0.1:1/token"},
    "keys from elsewhere": {"jwks_uri": "http://169.254.169.254/jwks"},
    "no keys": {"jwks_uri": None},
    "an address that is no text": {"token_endpoint": 5},
}


@pytest.mark.parametrize("said", ABOUT_ITSELF.values(), ids=ABOUT_ITSELF)
def test_a_provider_that_is_not_the_issuer_alone(world: World, provider: Provider, said: dict[str, Any]) -> None:
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    provider.lies("metadata", **said)
    is_refused(client, client.post(LEAVE))
    is_refused(client, come_back(client, address))


def is_told(answer: HttpResponse) -> None:
    """The plain page, with the way by the password."""
    words = answer.content.decode()
    assert answer.status_code == 503 and "Không liên hệ được hệ thống tài khoản công vụ" in words and 'href="/tai-khoan/login/"' in words


def test_a_provider_that_is_gone(world: World, provider: Provider) -> None:
    linked(world, provider)
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    with provider.gone():
        is_told(client.post(LEAVE))
        is_told(come_back(client, address))
        inside = world.client("deputy")
        answer = inside.post(LINK, {"act": "link"} | END)
        assert answer.status_code == 503 and LINK in answer.content.decode()
        assert inside.get(LINK).status_code == 200, "the page itself asks nobody"


def test_a_provider_that_says_nothing(world: World, provider: Provider, settings: Any) -> None:
    assert settings.SOCIALACCOUNT_REQUESTS_TIMEOUT <= 5
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.3
    client = Client()
    address = provider.sign_in(client.post(LEAVE).url)
    with provider.hanging():
        begun = time.monotonic()
        is_told(client.post(LEAVE))
        is_told(come_back(client, address))
        assert time.monotonic() - begun < 3


def test_few_wait_for_the_provider_at_a_time(world: World, provider: Provider) -> None:
    client = Client()
    taken = [single_sign_on._waiting.acquire(blocking=False) for _place in range(single_sign_on.MOST_WAITING)]
    try:
        assert all(taken)
        answer = client.post(LEAVE)
        assert (answer.status_code, answer["Retry-After"]) == (503, "3")
        assert client.get("/tai-khoan/login/").status_code == 200
    finally:
        for _place in taken:
            single_sign_on._waiting.release()
    for _try in range(single_sign_on.MOST_WAITING + 1):
        assert client.post(LEAVE).status_code == 302, "every place was given back"
