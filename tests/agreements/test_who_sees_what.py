"""Who sees an agreement: its parties while it is a draft, those it concerns once it is signed, everybody when it is public."""

import psycopg2
import pytest
from django.db import connection
from django.urls import reverse

from agreements.models import Agreement, AgreementParty
from coordination.models import SYSTEM
from coordination.scope import reading_as, set_reader
from tests.agreements.papers import drafted, police, signed
from tests.world import ACCOUNTS, World

WARD = {"culture", "guardian", "leader", "officer", "chief"}
SCHOOLS = {"principal", "deputy", "other_principal", "thpt_principal"}
DEPARTMENT = {"doet", "doet_leader", "clerk", "dpo", "sysadmin"}
DESKS = {"province_police", "province_police_head"}


def readers(world: World, agreement: Agreement) -> set[str]:
    """Who is answered with the page."""
    answers = {who: world.client(who).get(agreement.get_absolute_url()).status_code for who in ACCOUNTS}
    assert set(answers.values()) <= {200, 404}
    return {who for who, code in answers.items() if code == 200}


def test_a_draft_is_seen_by_those_on_it(world: World) -> None:
    assert readers(world, drafted(world)) == WARD
    assert readers(world, drafted(world, others=[police(world), world.actor("principal").organisation])) == WARD | {"principal", "deputy"}


def test_a_programme_of_the_ward_is_seen_by_its_schools_and_by_those_above(world: World) -> None:
    assert readers(world, signed(world)) == WARD | SCHOOLS | DEPARTMENT | DESKS


def test_a_programme_with_one_school_is_not_seen_by_the_others(world: World) -> None:
    one = signed(world, others=[world.actor("other_principal").organisation, police(world)])
    assert readers(world, one) == WARD | DEPARTMENT | DESKS | {"other_principal"}


def test_the_desks_of_provincial_police_see_what_their_police_will_sign(world: World) -> None:
    assert readers(world, drafted(world, "doet", others=[world.actor("province_police").organisation.parent])) == DEPARTMENT | DESKS


def test_a_public_paper_is_seen_by_everybody_once_it_is_signed(world: World) -> None:
    assert readers(world, drafted(world, "doet", others=[], public=True)) == DEPARTMENT
    assert readers(world, signed(world, "doet", "clerk", others=[], public=True)) == set(ACCOUNTS)


def test_only_its_own_body_drafts_and_signs(world: World) -> None:
    ward, department = drafted(world), drafted(world, "doet", others=[world.actor("leader").organisation])
    assert world.client("doet").get(reverse("agreements:amend", args=[ward.code])).status_code == 404
    assert world.client("clerk").get(reverse("agreements:sign", args=[ward.code])).status_code == 404
    assert world.client("culture").get(reverse("agreements:amend", args=[department.code])).status_code == 403
    assert world.client("leader").get(reverse("agreements:sign", args=[department.code])).status_code == 403
    assert world.client("officer").get(reverse("agreements:sign", args=[ward.code])).status_code == 403


def test_the_buttons_are_those_of_the_policy(world: World) -> None:
    draft, promised = drafted(world), signed(world)
    for who, words in (("culture", {"Sửa dự thảo"}), ("leader", {"Ghi nhận đã ký"}), ("officer", set())):
        page = world.client(who).get(draft.get_absolute_url()).content.decode()
        assert {word for word in ("Sửa dự thảo", "Ghi nhận đã ký") if word in page} == words
    assert reverse("agreements:terminate", args=[promised.code]) in world.client("leader").get(promised.get_absolute_url()).content.decode()
    assert reverse("agreements:terminate", args=[promised.code]) not in world.client("culture").get(promised.get_absolute_url()).content.decode()


# The wall of PostgreSQL


def rows_behind_the_wall(world: World, who: str, table: str) -> int:
    """How many rows a reader's own role counts, with no scope of ours between."""
    with reading_as(world.actor(who)), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from {table}")
        return cursor.fetchone()[0]


@pytest.mark.parametrize("table", ["agreements_agreement", "agreements_agreementparty"])
def test_postgresql_shows_the_same(world: World, table: str) -> None:
    drafted(world)
    signed(world, others=[world.actor("other_principal").organisation])
    signed(world, "doet", "clerk", others=[], public=True)
    drafted(world, "doet", others=[], public=True)
    each = 1 if table == "agreements_agreement" else 0
    expected = {"culture": 3 + 2 * (1 - each), "officer": 2 + (1 - each), "other_principal": 2 + (1 - each), "principal": 1, "doet": 3 + (1 - each)}
    assert {who: rows_behind_the_wall(world, who, table) for who in expected} == expected


def test_without_a_reader_there_is_nothing(world: World) -> None:
    signed(world, "doet", "clerk", others=[], public=True)
    with connection.cursor() as cursor:
        cursor.execute("select set_config('portal.reader', '', true), set_config('portal.body', '', true)")
        cursor.execute("select count(*) from agreements_agreement")
        assert cursor.fetchone()[0] == 0
    set_reader(SYSTEM)
    assert Agreement.objects.visible_to(SYSTEM).count() == AgreementParty.objects.visible_to(SYSTEM).count() == 1


@pytest.mark.parametrize("words", ["update agreements_agreement set title = 'x'", "delete from agreements_agreementparty"])
def test_nobody_changes_what_he_does_not_see(world: World, words: str) -> None:
    drafted(world)
    with reading_as(world.actor("principal")), connection.cursor() as cursor:
        cursor.execute(words)
        assert cursor.rowcount == 0


def test_a_raw_connection_without_a_reader_sees_no_public_paper(world: World) -> None:
    """Another connection sees nothing of this transaction; it must also be refused what it adds."""
    way = {name: value for name, value in connection.get_connection_params().items() if name != "cursor_factory"}
    raw = psycopg2.connect(**way)
    try:
        with raw.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege, match="row-level security"):
            cursor.execute("insert into agreements_agreementparty (role, place, agreement_id, body_id) values ('a', 0, 0, 0)")
    finally:
        raw.close()
