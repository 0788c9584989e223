"""Nobody who is signed in reads or prints as a machine does; nobody who works notices."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from coordination import settings as given
from coordination.door import pace
from coordination.models import SYSTEM, Paper, TrailLine
from coordination.scope import reading_as
from tests.world import World

END = {"__end": "1"}


@pytest.fixture(autouse=True)
def ten_a_minute(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small limits, at the beginning of a minute that does not end."""
    settings.PAGES_PER_MINUTE, settings.PAPERS_PER_DAY = 10, 2
    monkeypatch.setattr(pace, "_read", {})
    monkeypatch.setattr(pace.time, "monotonic", lambda: 6015.0)


def bursts() -> list[dict[str, Any]]:
    """What the trail says of them."""
    with reading_as(SYSTEM):
        return [line.detail for line in TrailLine.objects.filter(act="pages.too_many").order_by("pk")]


def test_after_so_many_pages_one_waits_for_the_rest_of_the_minute_and_it_is_told_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, other = world.client("principal"), world.client("officer")
    answers = [client.get("/vu-viec/") for _ in range(14)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 4
    page = answers[-1].content.decode()
    assert answers[-1]["Retry-After"] == "45" and "Chờ 45 giây" in page and "no-store" in answers[-1]["Cache-Control"]
    assert bursts() == [{"route": "incidents:list", "pages": 10}]
    assert other.get("/").status_code == 200 and Client().get("/tai-khoan/login/").status_code == 200
    monkeypatch.setattr(pace.time, "monotonic", lambda: 6060.0)
    assert client.get("/vu-viec/").status_code == 200 and len(bursts()) == 1


def test_two_browsers_of_one_post_read_together(world: World) -> None:
    one, two = world.client("principal"), world.client("principal")
    assert {client.get("/vu-viec/").status_code for client in (one, two) for _ in range(5)} == {200}
    assert one.get("/").status_code == two.get("/").status_code == 429


def test_what_is_sent_is_never_refused_for_that(world: World) -> None:
    client = world.client("principal")
    for _ in range(12):
        client.get("/")
    assert client.get("/").status_code == 429
    assert client.post("/vu-viec/bao-nhanh/", world.form()).status_code == 302
    assert client.post("/tai-khoan/logout/").status_code == 302


def test_the_usual_limits_are_out_of_reach_of_people() -> None:
    """One page in a quarter of a second, for a whole minute; six pages that ask for themselves every three seconds are half of it."""
    assert (given.PAGES_PER_MINUTE, given.PAPERS_PER_DAY) >= (240, 60)


def test_papers_of_a_day_are_bounded_and_said_so(world: World) -> None:
    client = world.client("principal")
    cases = [world.file() for _ in range(3)]
    answers = [client.post(reverse("coordination:order_paper", kwargs={"kind": "phieu-bao-nhanh", "code": case.code}), END) for case in cases]
    assert ["/ban-in/" in answer.url for answer in answers] == [True, True, False]
    assert answers[2].url == cases[2].get_absolute_url() and "đã đặt in 2 văn bản" in client.get(answers[2].url).content.decode()
    again = client.post(reverse("coordination:order_paper", kwargs={"kind": "phieu-bao-nhanh", "code": cases[0].code}), END)
    assert again.url == answers[0].url, "an order that waits is the same order"
    with reading_as(SYSTEM):
        assert Paper.objects.visible_to(SYSTEM).count() == 2
        Paper.objects.visible_to(SYSTEM).update(ordered_at="2026-01-01T00:00:00Z")
    assert "/ban-in/" in client.post(reverse("coordination:order_paper", kwargs={"kind": "phieu-bao-nhanh", "code": cases[2].code}), END).url
