"""`audit gaps` and `audit who-saw`: what does not fit between records and trail, and everybody who saw a case."""

import io
import uuid
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from coordination.models import TrailLine
from coordination.trail import gaps, shown
from incidents import actions
from incidents.models import Incident, Referral
from tests.coordination.test_trail import whole_story
from tests.world import World

WANTED = {"incidents.incident", "incidents.referral", "incidents.person", "incidents.opening", "briefings.briefing", "briefings.conclusion", "reports.return", "reports.report", "agreements.agreement", "coordination.paper", "coordination.appointment"}


def found(world: World) -> list[str]:
    """What does not fit."""
    world.see_all()
    return list(gaps.findings())


def without_triggers(statement: str, values: list[Any]) -> None:
    """What somebody with rights over the database writes past the portal."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_records_that_must_have_lines_are_these() -> None:
    assert {each.model._meta.label_lower for each in gaps._expected} >= WANTED


def test_a_whole_case_leaves_no_gap(world: World) -> None:
    whole_story(world)
    assert found(world) == []


def test_a_draft_needs_no_line(world: World) -> None:
    with world.acting("principal") as principal:
        actions.save_draft(uuid.uuid4(), by=principal, answers=world.answers())
    assert found(world) == []


def test_a_row_that_no_act_made_is_found(world: World) -> None:
    incident = world.file()
    world.see_all()
    made = Referral.objects.unscoped("test").get(incident=incident)
    made.pk, made.uid, made.code = None, None, Referral._meta.get_field("code").get_default()
    made.uid = Referral._meta.get_field("uid").get_default() if "uid" in {field.name for field in Referral._meta.fields} else None
    made.status = "settled"
    made.save(force_insert=True)
    assert found(world) == [f"row without a line: incidents.referral {made.pk}"]


def test_an_act_whose_row_is_gone_is_found(world: World) -> None:
    referral = world.received()
    with world.acting("principal") as principal:
        person = actions.add_person(referral.incident, by=principal, answers={"role": "affected", "age_band": "11_13", "full_name": "Người mẫu", "class_name": "", "contact": ""})
    without_triggers("select set_config('portal.reader', 'system', true)", [])
    without_triggers("delete from incidents_person where id = %s", [person.pk])
    assert found(world) == [f"line without a row: incidents.person {person.pk}"]


@pytest.mark.parametrize(("table", "change", "column"), [("incidents_incident", "severity = 's2'", "severity"), ("incidents_incident", "occurred_at = occurred_at - interval '1 second'", "occurred_at"), ("incidents_incident", "content_hash = ''", "content_hash"), ("incidents_referral", "received_at = received_at + interval '1 day'", "received_at")])
def test_a_row_changed_past_the_portal_is_told_with_its_column(world: World, table: str, change: str, column: str) -> None:
    referral = world.received()
    pk = referral.pk if table == "incidents_referral" else referral.incident_id
    world.see_all()
    without_triggers(f"update {table} set {change} where id = %s", [pk])
    assert found(world) == [f"changed past the portal: {table.replace('_', '.')} {pk} {column}"]


def test_the_command_counts_its_findings_and_says_so_with_its_exit_code(world: World) -> None:
    incident = world.file()
    said = io.StringIO()
    call_command("audit", "gaps", stdout=said)
    assert said.getvalue().strip() == "findings=0"
    world.see_all()
    Incident.objects.unscoped("test").filter(pk=incident.pk).update(severity="s4")
    with pytest.raises(SystemExit) as end:
        call_command("audit", "gaps", stdout=said)
    assert end.value.code == 1 and said.getvalue().strip().endswith("findings=1")


# Who saw


def test_who_saw_a_case_is_listed_with_hour_post_act_and_purpose(world: World) -> None:
    referral = world.received()
    incident = referral.incident
    other = world.file()
    with world.acting("principal") as principal:
        person = actions.add_person(incident, by=principal, answers={"role": "affected", "age_band": "11_13", "full_name": "Người mẫu", "class_name": "", "contact": ""})
    with world.acting("chief") as chief:
        actions.open_sealed(incident, by=chief, purpose="child", person=person)
    world.client("principal").get(f"/vu-viec/{incident.code}/")
    world.client("principal").get(f"/vu-viec/{other.code}/")
    for word in (incident.code, incident.spoken_code):
        said = io.StringIO()
        call_command("audit", "who-saw", word, stdout=said)
        rows = [row.split("\t") for row in said.getvalue().splitlines()]
        assert [(row[1].split("@")[0], row[2], row[3], row[4]) for row in rows] == [("commune_police_chief", "open_person", "-", "child"), ("principal", "read", "incident.read", "-")]
    said = io.StringIO()
    call_command("audit", "who-saw", "khong-co", stdout=said)
    assert said.getvalue() == ""


def test_a_paper_of_a_case_counts_as_seeing_the_case(world: World) -> None:
    incident = world.file()
    world.client("principal").post(f"/ban-in/phieu-bao-nhanh/{incident.code}/lap/", {"__end": "1"})
    world.see_all()
    assert [line.act for line in shown.who_saw(incident.code)] == ["order"]
    assert TrailLine.objects.get(act="order").detail["kind"] == "phieu-bao-nhanh"
