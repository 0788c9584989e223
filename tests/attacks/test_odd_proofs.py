"""What no browser sends at the door is refused like any wrong proof: no form of it breaks a page."""

import pytest
from django.test import Client

from tests.coordination.test_second_factor import PROOF, SECOND, after_password, with_old_proof
from tests.world import World

DEEP, LONG = "[" * 100_000, "1" * 5_000
ODD = [DEEP, LONG, '{"id": ' + DEEP, '{"rawId": 1e999}', "NaN", "null", "[]", '"x"', "{", '{"id": "\\ud800"}', '{"id":"a","rawId":"a","type":"public-key","response":{}}']


@pytest.mark.parametrize("said", ODD, ids=range(len(ODD)))
def test_a_passkey_that_is_none_is_refused_in_a_session(world: World, said: str) -> None:
    assert with_old_proof(world).post(PROOF, {"__proof_passkey": said, "next": "/"}).status_code == 422


@pytest.mark.parametrize("said", ODD, ids=range(len(ODD)))
def test_a_passkey_that_is_none_is_refused_at_sign_in(world: World, said: str) -> None:
    assert after_password().post(SECOND, {"credential": said}).status_code == 422


@pytest.mark.parametrize("said", ODD, ids=range(len(ODD)))
def test_a_passkey_that_is_none_is_not_added(world: World, said: str) -> None:
    assert world.client("principal").post("/tai-khoan/xac-thuc/khoa/", {"credential": said, "name": "x", "passwordless": ""}).status_code == 422


@pytest.mark.parametrize("code", ["١٢٣٤٥٦", "１２３４５６", "𝟙𝟚𝟛𝟜𝟝𝟞", "1" * 100_000, "²²²²²²", "-", "\u202e123456", "\ud83d"])
def test_a_code_of_strange_digits_is_refused(world: World, code: str) -> None:
    assert with_old_proof(world).post(PROOF, {"__proof_code": code.encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "next": "/"}).status_code == 422


@pytest.mark.parametrize("goal", ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "http:///evil.example", "\t//evil.example", "/\n/evil.example", "https:evil.example", "/" + "a" * 3_000])
def test_no_proof_leads_out_of_the_portal(world: World, goal: str) -> None:
    from tests.coordination.test_second_factor import code_of

    client: Client = with_old_proof(world)
    answer = client.post(PROOF, {"__proof_code": code_of(), "next": goal})
    assert answer.status_code in (302, 400)
    assert answer.status_code == 400 or answer["Location"].startswith("/") and not answer["Location"].startswith(("//", "/\\"))
