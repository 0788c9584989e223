"""Every reading of something sealed is one line in the transaction of the page, every refusal one line of its own; and no line tells a story."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from coordination import audit, checks, clocks, policy
from coordination.codes import new_code
from coordination.models import Role, TrailLine
from coordination.trail import values
from incidents import actions
from tests.access.stage import LATER, PEOPLE, Stage, address
from tests.world import World


def lines(**wanted: object) -> list[TrailLine]:
    """Lines of the trail, in the order of writing."""
    return list(TrailLine.objects.filter(**wanted).order_by("pk"))


def since(world: World, before: int) -> list[TrailLine]:
    """The lines written after the first so many."""
    world.see_all()
    return lines()[before:]


def count(world: World) -> int:
    """How many lines there are."""
    world.see_all()
    return TrailLine.objects.count()


@pytest.fixture(autouse=True)
def no_refusals_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound counts in the process; every test begins at nothing."""
    monkeypatch.setattr(audit, "_refusals", {})


# Readings


def test_opening_a_case_is_one_line_with_its_level_and_its_code(world: World) -> None:
    incident = world.file()
    before = count(world)
    world.client("principal").get(f"/vu-viec/{incident.code}/")
    (line,) = since(world, before)
    assert (line.act, line.about_model, line.about_id, line.code) == ("read", "incidents.incident", incident.pk, incident.code)
    assert line.detail == {"act": "incident.read", "level": "L3"}
    assert line.actor_id == world.actor("principal").pk


def test_a_restricted_case_is_read_one_level_higher(world: World) -> None:
    incident = world.file(kind="child_sexual_abuse", severity="s4")
    before = count(world)
    assert world.client("principal").get(f"/vu-viec/{incident.code}/").status_code == 200
    (line,) = since(world, before)
    assert line.detail["level"] == "L4"


def test_the_purpose_in_force_stands_in_the_line(world: World) -> None:
    referral = world.received()
    with world.acting("principal", LATER) as principal:
        person = actions.add_person(referral.incident, by=principal, answers={"role": "affected", "age_band": "11_13", "full_name": "Người mẫu", "class_name": "", "contact": ""})
    with world.acting("officer", LATER) as officer:
        actions.open_sealed(referral.incident, by=officer, purpose="child", person=person)
    before = count(world)
    with clocks.set_to(LATER):
        world.client("officer").get(f"/vu-viec/{referral.incident.code}/")
        world.client("chief").get(f"/vu-viec/{referral.incident.code}/")
    assert [line.detail.get("purpose") for line in since(world, before)] == ["child", None]


def test_a_search_is_one_line_with_a_keyed_hash_and_ids(world: World) -> None:
    incident = world.file()
    before = count(world)
    client = world.client("principal")
    client.get("/vu-viec/", {"q": "Ánh Dương"})
    client.get("/vu-viec/", {"q": "ánh dương"})
    client.get("/vu-viec/", {"q": "khác"})
    client.get("/vu-viec/")
    first, again, other = since(world, before)
    assert first.act == "search" and first.detail["ids"] == [incident.pk] and re.fullmatch("[0-9a-f]{32}", first.detail["term"])
    assert first.detail["term"] == again.detail["term"] != other.detail["term"]
    assert "nh d" not in str(first.detail).lower()


def test_a_page_that_shows_nothing_sealed_leaves_no_line(world: World) -> None:
    world.file()
    before = count(world)
    for path in ("/", "/vu-viec/", "/thong-bao/", "/dia-ban/", "/ai-duoc-lam-gi/"):
        assert world.client("principal").get(path).status_code == 200
    assert since(world, before) == []


def test_without_its_line_a_page_is_not_shown(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = world.file()
    client = world.client("principal")

    def full_disk(line: object) -> None:
        raise DatabaseError("no space left")

    monkeypatch.setattr(audit, "write", full_disk)
    answer = client.get(f"/vu-viec/{incident.code}/")
    assert answer.status_code == 503
    assert "con dao" not in answer.content.decode() and incident.spoken_code not in answer.content.decode()
    assert client.get("/dia-ban/").status_code == 200, "what is not sealed does not need the trail"


# Refusals


def test_a_refusal_is_one_line_with_the_act_and_the_route_alone(world: World) -> None:
    incident = world.file()
    before = count(world)
    assert world.client("culture").get(f"/vu-viec/{incident.code}/bo-sung/").status_code == 403
    (line,) = since(world, before)
    assert (line.act, line.about_model, line.about_id, line.code) == ("refused", "", None, "")
    assert line.detail == {"act": "incident.amend", "route": "incidents:amend", "status": 403}


def test_absent_and_hidden_leave_the_same_line_and_ask_the_same(world: World) -> None:
    hidden = world.file("other_principal").code
    absent = new_code()
    client, asked = world.client("principal"), []
    client.get(f"/vu-viec/{hidden}/")
    before = count(world)
    for code in (hidden, absent):
        with counted() as queries:
            assert client.get(f"/vu-viec/{code}/").status_code == 404
        asked.append([query.replace(code, "CODE") for query in queries])
    first, second = since(world, before)
    assert first.detail == second.detail == {"act": "incident.read", "route": "incidents:detail", "status": 404}
    assert [shape(query) for query in asked[0]] == [shape(query) for query in asked[1]]


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of a block."""
    said: list[str] = []
    with CaptureQueriesContext(connection) as captured:
        yield said
    said += [query["sql"] for query in captured.captured_queries]


def shape(query: str) -> str:
    """A statement without its values."""
    return re.sub(r"'[^']*'(::\w+)?|\d+", "?", query)


def test_refusals_of_one_post_are_bounded_and_the_rest_is_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(monotonic=lambda: clock.now)
    clock.now = 6000.0
    monkeypatch.setattr(audit, "time", clock)
    before = count(world)
    client = world.client("principal")
    for _ in range(audit.MOST_REFUSALS + 5):
        assert client.get("/chuyen-den/").status_code == 403
    assert len(since(world, before)) == audit.MOST_REFUSALS
    world.client("culture").get("/chuyen-den/")
    assert len(since(world, before)) == audit.MOST_REFUSALS + 1, "another post has its own bound"
    clock.now += 60
    client.get("/chuyen-den/")
    assert since(world, before)[-1].detail["unwritten"] == 5


def test_a_refusal_stands_although_its_line_cannot_be_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(line: object) -> None:
        raise DatabaseError("no space left")

    monkeypatch.setattr(audit, "write", full_disk)
    assert world.client("principal").get("/chuyen-den/").status_code == 403


# Every page of the portal


ACTS = {name: pattern.callback.portal_action for name, pattern in checks.routes() if hasattr(pattern.callback, "portal_action")}


def test_each_page_of_each_role_leaves_exactly_the_lines_it_must(stage: Stage) -> None:
    wrong = []
    for role in (Role.PRINCIPAL, Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF, Role.COMMUNE_EDUCATION, Role.DOET_LEADER, Role.CHILD_PROTECTION, Role.DPO):
        audit._refusals.clear()
        for route, act in ACTS.items():
            audit._refusals.clear()
            with transaction.atomic():
                stage.world.see_all()
                before = TrailLine.objects.count()
                status = stage.client_of(PEOPLE[role]).get(address(route, stage.of(role))).status_code
                stage.world.see_all()
                made = [(line.act, line.detail.get("act")) for line in TrailLine.objects.order_by("pk")[before:]]
                transaction.set_rollback(True)
            expected = [("read", act)] if status == 200 and act in policy.SEALED_READS else [("refused", act)] if status in (403, 404) else []
            if made != expected and act not in {"report.read"}:
                wrong.append((role, route, status, made))
    assert wrong == []


def test_what_reads_is_a_known_act_of_a_known_level() -> None:
    assert set(policy.SEALED_READS) <= set(policy.GRANTS)
    assert set(policy.SEALED_READS.values()) <= {"L3", "L4", "L5", "K"}
    assert set(policy.SEALED_READS) <= set(ACTS.values())


# No words


@pytest.mark.parametrize("said", ["Nguyễn Văn A", "một câu", "x" * 101, 1.5, {"name": "x"}, ["hai từ"], list(range(201)), "dòng\nmới", b"x"])
def test_the_trail_takes_no_text(world: World, said: Any) -> None:
    with world.acting("principal") as principal, pytest.raises(audit.Talkative):
        audit.record("amend", principal.organisation, by=principal, said=said)


@pytest.mark.parametrize("said", [1, None, True, "", "s3", "ĐX-26-0147", "2026-11-22T08:00:00+07:00", [1, 2], ["a", "b"], "f" * 64])
def test_ids_codes_and_counts_are_taken(world: World, said: Any) -> None:
    with world.acting("principal") as principal:
        audit.record("amend", principal.organisation, by=principal, said=said)
    world.see_all()
    assert lines()[-1].detail == {"said": said}


# What was written


def test_a_line_names_the_columns_its_act_wrote_with_keyed_hashes(world: World) -> None:
    referral = world.received()
    world.see_all()
    seen, received = lines(about_model="incidents.referral")[1:3]
    assert {"status", "seen_at"} <= set(seen.wrote) and {"status", "received_at"} <= set(received.wrote)
    assert "reason" not in received.wrote, "what the act did not touch is not told"
    assert all(re.fullmatch("[0-9a-f]{32}", value) for line in lines() for value in line.wrote.values())
    field = type(referral)._meta.get_field("status")
    referral.refresh_from_db()
    assert received.wrote["status"] == values.hash_of(referral, field)


def test_equal_values_of_two_rows_look_different(world: World) -> None:
    first, second = world.file(), world.file()
    world.see_all()
    one, other = (lines(about_model="incidents.incident", about_id=case.pk, act="submit")[0] for case in (first, second))
    assert set(one.wrote) == set(other.wrote)
    assert one.wrote["summary"] != other.wrote["summary"]
    assert one.wrote["status"] != other.wrote["status"]


def test_a_hash_is_the_same_whether_the_row_was_just_written_or_read_again(world: World) -> None:
    incident = world.file()
    world.see_all()
    told = {}
    for line in lines(about_model="incidents.incident", about_id=incident.pk):
        told |= line.wrote
    again = type(incident).objects.unscoped("test").get(pk=incident.pk)
    assert {name: values.hash_of(again, again._meta.get_field(name)) for name in told} == told


def test_the_key_of_the_hashes_is_no_key_of_the_fields() -> None:
    held = json.loads(settings.FIELD_KEYS_FILE.read_text())
    assert held["trail"] not in held["keys"].values()
    assert len(values.key()) == 32
