"""Every route, for every role, before its own things and before those of others; and the policy, cell by cell.

tests/access/expected.tsv and policy.tsv are written by hand and know nothing of coordination/policy.py: a flipped cell there fails here.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse

from coordination import checks, policy
from coordination.models import Role
from tests.access.stage import NAMED, PEOPLE, Stage, absent_address, address

HERE = Path(__file__).parent / "access"
ROLES = list(Role.values)
# One reader of each side: enough to see that absent and forbidden read the same.
ONE_OF_EACH_SIDE = (Role.PRINCIPAL, Role.COMMUNE_OFFICER, Role.COMMUNE_EDUCATION, Role.DOET_OFFICER)
OPEN_DOORS = {"coordination:ask_how", "coordination:healthy", "coordination:invitation"}
THIRD_PARTY = {
    "account_change_password", "account_inactive", "account_login",
    "account_logout", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key", "account_reset_password_from_key_done",
    "account_set_password", "account_signup", "mfa_authenticate", "set_language",
}  # fmt: skip
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]+')


@dataclass(frozen=True)
class Line:
    """One route asked in one way."""

    method: str
    route: str
    answers: dict[str, int]
    elsewhere: int | None

    def __str__(self) -> str:
        return f"{self.method}-{self.route}"


def rows_of(name: str) -> list[list[str]]:
    """The rows of a table, without its heading."""
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t"))[1:]


def line_of(row: list[str]) -> Line:
    """METHOD, one answer for each role in the order of Role, the answer before other bodies' things ("-": the route names nothing), ROUTE."""
    method, *answers, elsewhere, route = row
    return Line(method, route, dict(zip(ROLES, map(int, answers), strict=True)), None if elsewhere == "-" else int(elsewhere))


EXPECTED = [line_of(row) for row in rows_of("expected.tsv")]


def test_every_route_has_its_two_lines_and_every_line_its_route() -> None:
    ours = {(method, name) for name, _pattern in checks.routes() if not checks.third_party(name) for method in ("GET", "POST")}
    assert {(line.method, line.route) for line in EXPECTED} == ours
    assert len(EXPECTED) == len(ours)


def test_the_routes_of_libraries_are_these() -> None:
    assert {name for name, _pattern in checks.routes() if checks.third_party(name)} == THIRD_PARTY


@pytest.mark.parametrize("line", EXPECTED, ids=str)
def test_each_role_is_answered_as_expected(stage: Stage, line: Line) -> None:
    found = {}
    for role in ROLES:
        things = stage.of(role)
        found[role] = stage.ask(role, line.method, address(line.route, things), stage.body(role, line.route, things)).status_code
    assert found == line.answers


# The way each route is meant to be asked; the door in front of the view is the same for the others.
ELSEWHERE = [line for line in EXPECTED if line.elsewhere and 405 not in line.answers.values()]


@pytest.mark.parametrize("line", ELSEWHERE, ids=str)
def test_things_of_other_bodies_look_absent(stage: Stage, line: Line) -> None:
    there = address(line.route, stage.far)
    found = {role: said(stage, role, line.method, there) for role in ROLES}
    assert {role: answer[0] for role, answer in found.items()} == dict.fromkeys(ROLES, line.elsewhere)
    for role in ONE_OF_EACH_SIDE:
        assert found[role] == said(stage, role, line.method, absent_address(line.route)), role


def said(stage: Stage, role: str, method: str, where: str) -> tuple[int, bytes, dict[str, str]]:
    """An answer without what differs from one request to the next: the address asked for and the token of the form."""
    answer = stage.ask(role, method, where, {"__end": "1"})
    headers = {name: value for name, value in answer.headers.items() if name not in {"Content-Length", "Expires"}}
    return answer.status_code, TOKEN.sub(rb"\1", answer.content).replace(where.encode(), b"HERE"), headers


def test_whoever_names_a_thing_is_asked_about_other_bodies_too() -> None:
    assert {line.route for line in EXPECTED if line.elsewhere is None} & set(NAMED) == {"coordination:area_profile"}
    assert {line.route for line in ELSEWHERE} == set(NAMED) - {"coordination:area_profile"}


@pytest.mark.parametrize("line", EXPECTED, ids=str)
def test_without_a_name_there_is_only_the_door(stage: Stage, line: Line) -> None:
    where = address(line.route, stage.of(Role.PRINCIPAL))
    with transaction.atomic():
        answer = stage.nobody().generic(line.method, where, b"__end=1", content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    if line.route in OPEN_DOORS:
        assert answer.status_code == line.answers[Role.PRINCIPAL]
    else:
        assert (answer.status_code, answer.url.split("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_no_route_answers_other_methods(stage: Stage, method: str) -> None:
    for route in {line.route for line in EXPECTED}:
        with transaction.atomic():
            answer = stage.client_of("principal").generic(method, address(route, stage.of(Role.PRINCIPAL)))
            transaction.set_rollback(True)
        assert answer.status_code in {403, 404, 405}, route


# What the table cannot say: how near is not near enough


@dataclass(frozen=True)
class Near:
    """A reader, a way of asking, a thing of somebody near him."""

    who: str
    method: str
    route: str
    owner: str
    answer: int

    def __str__(self) -> str:
        return f"{self.who}-{self.method}-{self.route}-{self.owner}-{self.answer}"


NEAR = [
    # a school of the same ward, and schools of the other line
    Near("other_principal", "GET", "incidents:detail", "ward", 404),
    Near("thpt_principal", "GET", "incidents:detail", "ward", 404),
    Near("principal", "POST", "incidents:reply", "direct", 404),
    Near("other_principal", "GET", "reports:return", "ward", 404),
    # nobody prints the papers of another school's case; a deputy none of a restricted case that is not his
    Near("other_principal", "POST", "coordination:order_paper", "ward", 404),
    Near("other_principal", "GET", "coordination:paper_file", "ward", 404),
    Near("officer", "GET", "coordination:paper_file", "ward", 404),
    Near("deputy", "POST", "coordination:order_paper", "sealed", 403),
    Near("principal", "POST", "coordination:order_paper", "sealed", 302),
    # a draft is its author's alone
    Near("deputy", "GET", "incidents:continue", "ward", 404),
    Near("principal", "POST", "incidents:discard", "deputy", 404),
    # the commune reads no case of a school that answers to the Sở, nor confirms it
    Near("culture", "GET", "incidents:detail", "direct", 404),
    Near("culture", "POST", "incidents:look", "direct", 404),
    # ... but it sees in the grid that the return is expected, not what it says
    Near("culture", "GET", "reports:return", "direct", 403),
    Near("culture", "POST", "reports:remind", "direct", 403),
    Near("culture", "GET", "reports:file", "direct", 404),
    # the Sở gets the heads-up of s3 and s4 of the commune's schools; the look is the managing body's
    Near("doet", "GET", "incidents:detail", "ward", 200),
    Near("doet", "POST", "incidents:look", "ward", 403),
    Near("doet", "GET", "reports:file", "ward", 404),
    Near("doet", "GET", "briefings:detail", "ward", 404),
    # police see nothing that was not referred to their unit
    Near("officer", "GET", "incidents:flag", "ward", 404),
    Near("province_police", "GET", "incidents:detail", "ward", 404),
    Near("pc04.bk", "GET", "incidents:detail", "province", 404),
    # the ward's police passed this one on: they follow it, they no longer act
    Near("officer", "GET", "incidents:detail", "province", 200),
    Near("officer", "POST", "incidents:answer", "province", 403),
    # a deputy opens people of his own cases only; a police officer those he handles; the chief those referred
    Near("deputy", "POST", "incidents:open_person", "ward", 403),
    Near("officer", "POST", "incidents:open_person", "province", 403),
    Near("chief", "POST", "incidents:open_person", "ward", 302),
    # a restricted case keeps the author's colleagues apart: they see that there is one, and do nothing to it
    Near("deputy", "GET", "incidents:detail", "sealed", 200),
    *(Near("deputy", "POST", f"incidents:{act}", "sealed", 403) for act in ("log_call", "flag", "full_report", "amend", "add_person", "close")),
    # an unsent draft has only its form
    *(Near("principal", "GET", f"incidents:{page}", "draft", 302) for page in ("detail", "receipt")),
    *(Near("principal", "POST", f"incidents:{act}", "draft", 409) for act in ("log_call", "flag", "full_report", "amend", "add_person", "close")),
    # a briefing is led by its host; a conclusion is carried out by its owner
    Near("chief", "POST", "briefings:hold", "ward", 403),
    Near("culture", "POST", "briefings:hold", "police", 403),
    Near("principal", "POST", "briefings:carry_out", "police", 403),
    Near("doet", "POST", "briefings:carry_out", "police", 404),
    Near("culture", "POST", "briefings:carry_out", "ward", 403),
]


@pytest.mark.parametrize("near", NEAR, ids=str)
def test_near_is_not_enough(stage: Stage, near: Near) -> None:
    things = stage.things(near.owner)
    role = stage.world.actor(near.who).role
    assert stage.ask_as(near.who, near.method, address(near.route, things), stage.body(role, near.route, things)).status_code == near.answer


def test_a_second_officer_of_the_desk_sees_the_case_and_opens_nobody(stage: Stage) -> None:
    """The person is opened by the handler; another officer of the same desk holds only the queue."""
    with transaction.atomic():
        stage.second_officer()
        where = address("incidents:open_person", stage.ward)
        assert stage.ask_as("truc2.ducxuan", "POST", where, {"purpose": "case", "__end": "1"}).status_code == 403
        assert stage.ask_as("truc2.ducxuan", "GET", address("incidents:detail", stage.ward)).status_code == 200
        transaction.set_rollback(True)


def test_everyone_on_the_stage_holds_his_role(stage: Stage) -> None:
    assert {role: stage.world.actor(who).role for role, who in PEOPLE.items()} == {role: role for role in ROLES}


# The policy


def test_the_policy_says_what_was_written_down_cell_by_cell() -> None:
    roles = [*ROLES, policy.SERVICE]
    written = {}
    for act, *cells in rows_of("policy.tsv"):
        written |= {(role, act): frozenset(cell.split()) for role, cell in zip(roles, cells, strict=True) if cell != "-"}
    differing = {cell: (written.get(cell), policy.TABLE.get(cell)) for cell in written.keys() | policy.TABLE.keys() if written.get(cell) != policy.TABLE.get(cell)}
    assert not differing
    assert {row[0] for row in rows_of("policy.tsv")} == set(policy.GRANTS)


def test_what_asks_for_a_fresh_proof_and_what_shows_sealed_things_is_what_was_written_down() -> None:
    """step_up.tsv: an act, the minutes for which a proof of the second factor is fresh enough, the level of what it shows."""
    rows = rows_of("step_up.tsv")
    assert {act: int(minutes) for act, minutes, _level in rows if minutes != "-"} == policy.STEP_UP
    assert {act: level for act, _minutes, level in rows if level != "-"} == policy.SEALED_READS
    assert len({row[0] for row in rows}) == len(rows)


def test_nobody_may_do_anything() -> None:
    assert not any(policy.can(None, act) for act in policy.GRANTS)


def test_an_act_nobody_knows_is_a_fault() -> None:
    with pytest.raises(KeyError):
        policy.can(None, "incident.burn")


def test_every_relation_of_the_policy_has_words() -> None:
    assert {code for cell in policy.TABLE.values() for code in cell} <= set(policy.RELATIONS)
