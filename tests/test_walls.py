"""The walls that PostgreSQL holds by itself: raw connections of each role before committed records, in a copy of the test database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.apps import apps
from django.db import connection as serving
from django.db import connections, transaction
from psycopg2 import sql
from psycopg2.errors import InsufficientPrivilege, RaiseException
from psycopg2.extensions import cursor as Cursor

from coordination.models import SYSTEM, Invitation, NoticeMail, TrailCheckpoint, TrailLine, TrailSeal
from coordination.scope import ScopedManager, beyond_the_reader, reading_as
from coordination.trail import checkpoints
from tests.access.stage import Stage
from tests.live import drop
from tests.test_architecture import LAYERS

COPY = "walls"
TRAIL = (TrailLine, TrailSeal, TrailCheckpoint)
RECORDS = [model for model in apps.get_models() if isinstance(model._default_manager, ScopedManager)]
WALLED = [*RECORDS, *TRAIL, NoticeMail, Invitation]
# Everything else of ours, and why it may be read without a reader.
PUBLIC = {
    "territory of the country": {"Unit", "UnitSuccession"},
    "bodies and posts, public knowledge": {"Organisation", "OrganisationSymbol", "OrganisationSuccession", "School", "Location", "LearnerCount", "Post"},
    "the door: asked before anybody is a reader": {"User", "Appointment", "Session", "Device", "FactorSecret"},
    "calendars, taxonomy and clocks, reference data": {"CalendarDay", "Kind", "ClockRule"},
    "counters of codes, no content": {"SpokenCounter"},
    "jobs: an id and times, no content": {"Job"},
    "names of field keys and their days; the keys lie in a file": {"FieldKey"},
    "codes of bodies in the registers of their branches": {"RegisterCode"},
    "mails of the demo alone": {"SampleMail"},
}


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """A copy of the test database in which the stage is committed; the shared one stays clean."""
    with django_db_blocker.unblock():
        app, owner = connections["default"], connections["owner"]
        shared = app.settings_dict["NAME"]
        for connection in (app, owner):
            connection.close()
        command(shared, f"drop database if exists {COPY}", f'create database {COPY} template "{shared}"')
        app.settings_dict["NAME"] = COPY
        try:
            with transaction.atomic():
                staged = Stage()
            seal_once()
            yield staged
        finally:
            app.close()
            app.settings_dict["NAME"] = shared
            with raw("owner", database=shared) as cursor:
                drop(cursor, COPY)


def seal_once() -> None:
    """A seal and a checkpoint, so that no walled table is empty."""
    with reading_as(SYSTEM):
        assert checkpoints.make()


def command(database: str, *words: str) -> None:
    """Run as portal_owner, outside every transaction."""
    with raw("owner", database=database) as cursor:
        for each in words:
            cursor.execute(each)


@contextmanager
def raw(alias: str, *, database: str = COPY) -> Iterator[Cursor]:
    """A new connection of a role that knows no reader."""
    way = connections[alias].get_connection_params() | {"dbname": database}
    connection = psycopg2.connect(**{name: value for name, value in way.items() if name != "cursor_factory"})
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


@contextmanager
def reading(reader: Any, role: str = "portal_app") -> Iterator[Cursor]:
    """A transaction of portal_app with a reader, taken back when the connection closes."""
    with raw("default") as cursor:
        values = ("system", "") if reader is SYSTEM else (str(reader.pk), str(reader.body_id))
        cursor.execute("begin")
        cursor.execute("select set_config('portal.reader', %s, true), set_config('portal.body', %s, true), set_config('role', %s, true)", [*values, role])
        yield cursor


def asked(cursor: Cursor, words: str, table: str = "", *values: Any) -> list[tuple[Any, ...]]:
    """The answer; `{}` in the words is the table."""
    cursor.execute(sql.SQL(words).format(*[sql.Identifier(table)] * words.count("{}")), values or None)
    return cursor.fetchall()


def changed(cursor: Cursor, words: str, table: str, *values: Any) -> int:
    """How many rows a change reached."""
    cursor.execute(sql.SQL(words).format(sql.Identifier(table)), values or None)
    return cursor.rowcount


def count(cursor: Cursor, table: str, where: str = "true", *values: Any) -> int:
    """Rows of a table that the connection sees."""
    return asked(cursor, "select count(*) from {} where " + where, table, *values)[0][0]


def tables(models: Any) -> list[str]:
    """Their tables."""
    return [model._meta.db_table for model in models]


def test_every_table_is_walled_or_public_for_a_reason() -> None:
    ours = {model.__name__ for model in apps.get_models() if model._meta.app_label in LAYERS}
    assert ours - {model.__name__ for model in WALLED} == set().union(*PUBLIC.values())


def test_the_serving_roles_are_bound(stage: Stage) -> None:
    """Row-level security binds neither superusers, nor BYPASSRLS, nor the owner of a table: portal_app is none of them."""
    with raw("owner") as owner:
        free = asked(owner, "select rolname from pg_roles where rolname in ('portal_app', 'portal_police') and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb)")
        assert free == []
        assert asked(owner, "select rolinherit from pg_roles where rolname = 'portal_app'") == [(False,)]
        assert asked(owner, "select distinct tableowner from pg_tables where schemaname = 'public'") == [("portal_owner",)]


@pytest.mark.parametrize("table", tables(WALLED))
def test_security_stands_on_every_record_table(stage: Stage, table: str) -> None:
    with raw("owner") as owner:
        assert asked(owner, "select relrowsecurity from pg_class where oid = %s::regclass", "", table) == [(True,)]
        assert dict(asked(owner, "select cmd, count(*) from pg_policies where tablename = %s group by cmd", "", table)) == {"SELECT": 1, "UPDATE": 1, "DELETE": 1, "INSERT": 1}
        assert count(owner, table) > 0, "the stage puts nothing behind this wall"


@pytest.mark.parametrize("table", tables(WALLED))
def test_without_a_reader_nothing_is_seen_changed_or_added(stage: Stage, table: str) -> None:
    with raw("default") as cursor:
        if table == "incidents_policenote":
            with pytest.raises(InsufficientPrivilege, match="permission denied"):
                count(cursor, table)
            cursor.execute("set role portal_police")
        assert count(cursor, table) == 0
        if table not in tables(TRAIL):
            assert changed(cursor, "delete from {}", table) == changed(cursor, "update {} set id = id", table) == 0
        with pytest.raises(InsufficientPrivilege, match="row-level security"):
            add_a_row(cursor, table)


ANYTHING = {"int8": "0", "int4": "0", "int2": "0", "bool": "false", "uuid": "gen_random_uuid()", "timestamptz": "now()", "date": "now()", "jsonb": "'{}'", "bytea": "''", "_int8": "'{}'"}


def add_a_row(cursor: Cursor, table: str) -> None:
    """Try to add a row of nothing in particular; the wall answers before foreign keys and checks do."""
    needed = "select column_name, udt_name from information_schema.columns where table_name = %s and column_name <> 'id' and is_nullable = 'NO' and column_default is null"
    columns = asked(cursor, needed, "", table)
    names = sql.SQL(", ").join(sql.Identifier(name) for name, _kind in columns)
    values = sql.SQL(", ").join(sql.SQL(ANYTHING.get(kind, "'x'")) for _name, kind in columns)
    cursor.execute(sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(table), names, values))


def test_notes_of_the_police_are_for_the_police_role(stage: Stage) -> None:
    school, officer = stage.world.actor("principal"), stage.world.actor("officer")
    for reader in (school, officer, SYSTEM):
        with reading(reader) as cursor, pytest.raises(InsufficientPrivilege):
            count(cursor, "incidents_policenote")
    for who, rows in (("officer", True), ("pc04.bk", False)):
        with reading(stage.world.actor(who), "portal_police") as cursor:
            assert (count(cursor, "incidents_policenote") > 0) is rows


@pytest.mark.parametrize("change", ["update {} set id = id", "delete from {}", "truncate {} cascade"])
@pytest.mark.parametrize("table", tables(TRAIL))
def test_the_trail_takes_inserts_only(stage: Stage, table: str, change: str) -> None:
    for role in ("portal_app", "portal_police"):
        with reading(SYSTEM, role) as cursor, pytest.raises(InsufficientPrivilege):
            changed(cursor, change, table)
    with raw("owner") as owner, pytest.raises(RaiseException, match="inserts only"):
        changed(owner, change, table)


@pytest.mark.parametrize("role", ["portal_app", "portal_police"])
def test_only_the_system_writes_a_checkpoint(stage: Stage, role: str) -> None:
    table = TrailCheckpoint._meta.db_table
    add = "insert into {} (size, text, made_at) values (1, 'by hand', now())"
    for who in ("principal", "dpo", "sysadmin", "officer"):
        with reading(stage.world.actor(who), role) as cursor, pytest.raises(InsufficientPrivilege):
            changed(cursor, add, table)
    with reading(SYSTEM) as cursor:
        assert changed(cursor, add, table) == 1


DEMOLITION = [
    "alter table incidents_incident disable row level security",
    "drop policy wall_seen on incidents_incident",
    "alter table coordination_trailline disable trigger all",
    "drop trigger trail_line_stays on coordination_trailline",
    "set session_replication_role = replica",
    "set role portal_owner",
]


@pytest.mark.parametrize("words", DEMOLITION)
def test_nobody_who_serves_takes_a_wall_down(stage: Stage, words: str) -> None:
    for role in ("portal_app", "portal_police"):
        with raw("default") as cursor:
            cursor.execute(f"set role {role}")
            with pytest.raises(InsufficientPrivilege):
                cursor.execute(words)


# One reader beside another

OF_A_CASE = [table for table in tables(RECORDS) if table.startswith("incidents_") and table not in {"incidents_incident", "incidents_policenote"}]


@pytest.mark.parametrize("table", OF_A_CASE)
def test_a_school_sees_its_rows_and_none_of_another(stage: Stage, table: str) -> None:
    school, other = stage.world.actor("principal"), stage.far.received.incident_id
    with reading(school) as cursor, raw("owner") as owner:
        held = dict(asked(owner, "select incident_id in (select id from incidents_incident where school_id = %s), count(*) from {} group by 1", table, school.body_id))
        assert held[True] and held[False]
        kept = "incident_id in (select id from incidents_incident where kept_out @> array[%s::bigint])"
        assert count(cursor, table) == held[True] - count(owner, table, kept, school.user_id), "and none of a case that is kept from him"
        assert count(cursor, table, "incident_id = %s", other) == 0
        for change in ("update {} set id = id where incident_id = %s", "delete from {} where incident_id = %s"):
            assert changed(cursor, change, table, other) == 0


SEEN_BY = dict.fromkeys(("incidents_incident", "coordination_duty", "briefings_briefing", "reports_return", "reports_report", "coordination_handover"), "parties @> array[%s::bigint]") | {"coordination_notice": "body_id = %s"}


@pytest.mark.parametrize("table", SEEN_BY)
@pytest.mark.parametrize("who", ["principal", "thpt_principal", "officer", "culture", "doet", "province_police", "ht.xa"])
def test_a_reader_sees_exactly_what_names_his_body(stage: Stage, who: str, table: str) -> None:
    reader = stage.world.actor(who)
    with reading(reader) as cursor, raw("owner") as owner:
        kept = [f" and not kept_out @> array[{reader.user_id}::bigint]"] if table == "incidents_incident" else []
        named = asked(owner, "select id from {} where " + "".join([SEEN_BY[table], *kept]) + " order by id", table, reader.body_id)
        assert asked(cursor, "select id from {} order by id", table) == named
        assert count(owner, table) > len(named)


@pytest.mark.parametrize("table", [table for table in tables(RECORDS) if table.startswith("briefings_") and table != "briefings_briefing"])
def test_parts_of_a_briefing_stand_behind_it(stage: Stage, table: str) -> None:
    with reading(stage.world.actor("principal")) as cursor, raw("owner") as owner:
        assert count(cursor, table) > 0
        far = "briefing_id in (select id from briefings_briefing where host_id = %s)"
        host = stage.far.planned.host_id
        assert count(owner, table, far, host) > 0 == count(cursor, table, far, host)


def test_the_reader_ends_with_the_transaction(stage: Stage) -> None:
    with raw("default") as cursor:
        cursor.execute("begin")
        cursor.execute("select set_config('portal.reader', 'system', true), set_config('role', 'portal_police', true)")
        assert count(cursor, "incidents_policenote") > 0
        cursor.execute("commit")
        assert count(cursor, "incidents_incident") == 0
        assert asked(cursor, "select current_user::text") == [("portal_app",)]


@pytest.mark.parametrize("fails", [False, True])
def test_stepping_beyond_the_reader_comes_back(stage: Stage, fails: bool) -> None:
    """The reader and the role return, also when what happened inside failed and was caught."""
    with reading_as(stage.world.actor("officer")):
        before = who_reads()
        try:
            with beyond_the_reader("a test steps out and comes back"):
                assert who_reads()[::2] == ("system", "portal_app")
                if fails:
                    raise ValueError
        except ValueError:
            pass
        assert who_reads() == before
        assert before[2] == "portal_police"


def who_reads() -> tuple[str, str, str]:
    """Reader, body and role as PostgreSQL has them."""
    with serving.cursor() as cursor:
        cursor.execute("select current_setting('portal.reader', true), current_setting('portal.body', true), current_user::text")
        return cursor.fetchone()
