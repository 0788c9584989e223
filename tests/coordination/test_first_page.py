"""The foot of the first page: the rarer pages of each role in groups, each one a door that opens."""

import re

import pytest

from tests.world import ACCOUNTS, World


def foot(world: World, who: str) -> str:
    """The groups of links under the duties."""
    page = world.client(who).get("/").content.decode()
    return re.search(r'<nav class="rare".*?</nav>', page, re.DOTALL)[0]


@pytest.mark.parametrize("who", ACCOUNTS)
def test_every_link_at_the_foot_opens_and_stands_there_once(world: World, who: str) -> None:
    links = re.findall(r'href="([^"]+)"', foot(world, who))
    words = re.findall(r'<a href="([^"]+)"', re.search(r'<ul class="words">.*?</ul>', world.client(who).get("/").content.decode(), re.DOTALL)[0])
    assert len(links) == len(set(links))
    assert not set(links) & set(words)
    assert {world.client(who).get(link).status_code for link in links} == {200}


def test_a_group_without_lines_is_left_out(world: World) -> None:
    assert "Họ tên, hồ sơ đã khóa" in foot(world, "principal")
    assert "Họ tên, hồ sơ đã khóa" not in foot(world, "clerk")


def test_emergency_access_stands_only_where_it_may_be_used(world: World) -> None:
    assert "Quyền khẩn cấp" in foot(world, "officer")
    assert "Quyền khẩn cấp" not in foot(world, "principal")
