"""Ai được làm gì: the policy in words, by areas of work, for one role or two beside each other."""

import re

import pytest

from coordination import policy, policy_words
from coordination.models import Role
from tests.world import World

PAGE = "/ai-duoc-lam-gi/"


def text_of(world: World, who: str, query: str = "") -> str:
    """The page as somebody reads it."""
    answer = world.client(who).get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_act_stands_in_one_area() -> None:
    places = [word for _label, words in policy_words.AREAS.values() for word in words]
    assert len(places) == len(set(places))
    assert {act.split(".")[0] for act in policy.GRANTS} == set(places)


def test_the_reader_s_own_role_stands_first(world: World) -> None:
    page = text_of(world, "clerk")
    assert re.findall(r'<option value="(\w+)"', page)[0] == Role.CLERK
    assert page.count("<dt>") == sum(1 for role, _act in policy.TABLE if role == Role.CLERK)


@pytest.mark.parametrize("role", Role.values)
def test_a_role_is_shown_with_each_of_its_acts_and_no_other(world: World, role: str) -> None:
    page = text_of(world, "principal", f"?vai={role}")
    acts = re.findall(r"<dt>(.*?)</dt>", page)
    assert sorted(acts) == sorted(str(policy_words.ACT_WORDS[act]) for holder, act in policy.TABLE if holder == role)


def test_an_area_is_chosen_in_the_address(world: World) -> None:
    page = text_of(world, "chief", "?mang=giao-ban")
    assert page.count("<h2>") == text_of(world, "chief", "?mang=cong-an").count("<h2>") == 1
    assert str(policy_words.ACT_WORDS["briefing.plan"]) in page
    assert str(policy_words.ACT_WORDS["referral.assign"]) not in page


def test_two_roles_stand_beside_each_other(world: World) -> None:
    page = text_of(world, "officer", f"?mang=cong-an&voi={Role.COMMUNE_CHIEF}")
    row = re.search(rf"<dt>{policy_words.ACT_WORDS['referral.assign']}</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)[1]
    words = re.sub(r"<.*?>|\s+", " ", row)
    assert re.search(r"Trực ban Công an:\s+không được\s+Trưởng Công an:\s+chuyển đến đơn vị mình", re.sub(r"\s+", " ", words))


def test_what_asks_for_a_fresh_proof_says_so(world: World) -> None:
    assert "Phải xác thực lại nếu lần trước đã quá 15 phút." in text_of(world, "principal", "?mang=ho-ten")


@pytest.mark.parametrize("query", ["?vai=king", "?voi=king", "?mang=everything", "?vai=dpo&vai=clerk"])
def test_an_address_that_names_nothing_is_refused(world: World, query: str) -> None:
    assert world.client("principal").get(PAGE + query).status_code == 400
