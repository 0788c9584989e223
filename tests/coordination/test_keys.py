"""Keys are changed while people work: no reading fails, no writing is lost, and the old key goes only when nothing needs it."""

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from coordination import clocks, fields
from coordination.fields import key_of, open_sealed, seal
from coordination.models import SYSTEM, FieldKey, TrailLine
from coordination.scope import reading_as
from coordination.sealed import keys
from coordination.workflow import Refused
from incidents import actions
from incidents.models import Incident, Person
from tests.access.stage import PERSON
from tests.live import copied_database, speaking_to, wait_until
from tests.test_architecture import ROOT
from tests.world import World


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    """A copy of the key file that the test may change."""
    own = tmp_path / "keys.json"
    own.write_text(settings.FIELD_KEYS_FILE.read_text())
    own.chmod(0o600)
    settings.FIELD_KEYS_FILE = own
    return own


def held(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text())


def run(*words: str) -> str:
    """What the command prints."""
    said = StringIO()
    call_command("keys", *words, stdout=said)
    return said.getvalue()


# One after the other


@pytest.fixture
def case(world: World, file: Path) -> Incident:
    """A case with a person, sealed under the first key."""
    incident = world.file(place_detail="Sân sau")
    with world.acting("principal") as principal:
        actions.add_person(incident, by=principal, answers=PERSON)
    world.see_all()
    return incident


def test_a_rotation_moves_every_value_and_leaves_its_words(world: World, case: Incident, file: Path) -> None:
    before = keys.values_by_key()
    words = run("rotate")
    ring = held(file)
    assert words == f"values={before.total()} resealed={before.total()} failed=0\n"
    assert ring["active"] != "k1" and set(ring["keys"]) == {"k1", ring["active"]}
    assert keys.values_by_key() == {ring["active"]: before.total()}
    again = Incident.objects.unscoped("test").get(pk=case.pk)
    person = Person.objects.unscoped("test").get(incident=case)
    assert (again.place_detail, person.full_name) == ("Sân sau", PERSON["full_name"])
    assert file.stat().st_mode & 0o777 == 0o600 and [path.name for path in file.parent.glob("keys.json*")] == ["keys.json"]


def test_the_notes_of_the_police_and_the_factors_move_too(world: World) -> None:
    tables = {shelf.table: shelf.columns for shelf in keys.shelves()}
    assert tables["incidents_person"] == ["full_name", "class_name", "contact"] and "incidents_policenote" in tables and "coordination_paper" in tables
    with keys.seeing_everything() as cursor:
        for table in tables:
            cursor.execute("select has_table_privilege(%s, 'select') and has_table_privilege(%s, 'update')", [table, table])
            assert cursor.fetchone() == (True,), table


def test_a_rehearsal_changes_nothing(case: Incident, file: Path) -> None:
    before, values = file.read_bytes(), keys.values_by_key()
    assert run("rotate", "--dry-run") == f"values={values.total()} resealed=0 failed=0\n"
    assert (file.read_bytes(), keys.values_by_key()) == (before, values)
    assert not FieldKey.objects.exists()


def test_the_trail_says_how_many_and_nothing_else(world: World, case: Incident) -> None:
    run("rotate")
    line = TrailLine.objects.filter(act="rotate").get()
    assert set(line.detail) == {"key", "values", "resealed", "failed"} and line.about_model == "coordination.fieldkey"


def test_a_rotation_that_was_broken_off_goes_on_with_its_key(case: Incident, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swap, calls = keys.swap, []

    def killed(*given: Any) -> int:
        calls.append(given)
        if len(calls) > 1:
            raise KeyboardInterrupt
        return swap(*given)

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(keys, "swap", killed)
        keys.rotate()
    begun = keys.values_by_key()
    assert len(begun) == 2
    tally = keys.rotate()
    assert (tally.values, tally.resealed, tally.failed) == (begun.total(), begun["k1"], 0)
    assert len(held(file)["keys"]) == 2 and FieldKey.objects.count() == 1


def test_a_key_written_down_and_not_yet_in_the_file_is_taken_up(case: Incident, file: Path) -> None:
    FieldKey.objects.create(name="k2", made_at=clocks.now())
    keys.rotate()
    assert held(file)["active"] == "k2"


def test_a_value_that_does_not_open_is_named_by_its_place_and_kept(case: Incident, file: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update incidents_incident set summary = place_detail where id = %s", [case.pk])
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("keys", "rotate", stdout=said)
    assert said.getvalue().endswith("failed=1\n")
    with connection.cursor() as cursor:
        cursor.execute("select summary from incidents_incident where id = %s", [case.pk])
        assert key_of(bytes(cursor.fetchone()[0])) == "k1"
    assert keys.values_by_key()["k1"] == 1


def test_a_value_written_meanwhile_is_left_to_the_next_pass(case: Incident, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare and swap: between reading a row and storing it somebody else wrote."""
    swap, written = keys.swap, []

    def late(shelf: keys.Shelf, rows: list[keys.Moved]) -> int:
        if shelf.table == "incidents_incident" and not written:
            written.append(True)
            row = Incident.objects.unscoped("test").get(pk=case.pk)
            row.place_detail = "Sân trước"
            row.save(update_fields=["place_detail"])
        return swap(shelf, rows)

    monkeypatch.setattr(keys, "swap", late)
    monkeypatch.setattr(keys, "PAUSE", 0)
    tally = keys.rotate()
    assert written and tally.failed == 0
    assert Incident.objects.unscoped("test").get(pk=case.pk).place_detail == "Sân trước"
    assert set(keys.values_by_key()) == {held(file)["active"]}


def test_what_lies_elsewhere_is_offered_and_moved(world: World, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = {"one": seal("một", "here|one"), "two": seal("hai", "here|two")}

    def walk() -> Iterator[keys.Sealed]:
        for name, value in list(shelf.items()):
            yield keys.Sealed(value, f"here|{name}", lambda fresh, name=name: bool(shelf.update({name: fresh})) or True)

    monkeypatch.setitem(keys._offered, "test", walk)
    keys.rotate()
    assert {key_of(value) for value in shelf.values()} == {held(file)["active"]}
    assert open_sealed(shelf["two"], "here|two") == "hai"


# The end of a key


def later(minutes: int) -> Any:
    return clocks.set_to(clocks.now() + timedelta(minutes=minutes))


def test_a_key_is_retired_only_when_nothing_needs_it(world: World, case: Incident, file: Path) -> None:
    with pytest.raises(CommandError, match="active"):
        run("retire", "k1")
    with pytest.raises(CommandError, match="not in the file"):
        run("retire", "k9")
    old = seal("một", "place")
    run("rotate")
    with pytest.raises(CommandError, match="20 minutes ago"):
        run("retire", "k1")
    with later(30):
        with connection.cursor() as cursor:
            cursor.execute("update incidents_incident set summary = %s where id = %s", [old, case.pk])
        with pytest.raises(CommandError, match="values=1 still lie under k1"):
            run("retire", "k1")
        assert "k1" in held(file)["keys"]
        with connection.cursor() as cursor:
            cursor.execute("update incidents_incident set summary = '' where id = %s", [case.pk])
        assert run("retire", "k1").startswith("retired=k1.")
    assert set(held(file)["keys"]) == {held(file)["active"]}
    with pytest.raises(fields.SealBroken):
        open_sealed(old, "place")
    assert Person.objects.unscoped("test").get(incident=case).full_name == PERSON["full_name"]


def test_a_key_is_not_retired_before_its_rotation_has_ended(case: Incident, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(keys, "swap", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        keys.rotate()
    with later(60), pytest.raises(Refused, match="not finished"):
        keys.retire("k1")


def test_a_name_is_never_given_twice(case: Incident, file: Path) -> None:
    run("rotate")
    with later(30):
        run("retire", "k1")
    run("rotate")
    assert set(held(file)["keys"]) == {"k2", "k3"}


def test_the_status_says_what_lies_under_which_key(case: Incident, file: Path) -> None:
    run("rotate")
    lines = [line.split("\t") for line in run("status").splitlines()]
    assert [line[:2] for line in lines] == [["k1", "old"], ["k2", "active"]]
    assert lines[0][3] == "values=0" and lines[1][3] == f"values={keys.values_by_key()['k2']}"


def test_values_whose_key_is_missing_are_an_alarm(case: Incident, file: Path) -> None:
    file.write_text(json.dumps({"active": "k7", "keys": {"k7": base64.b64encode(secrets.token_bytes(32)).decode()}}))
    with pytest.raises(CommandError, match="not in the file"):
        run("status")


def test_an_unreadable_file_stops_the_rotation_before_anything_is_made(case: Incident, file: Path) -> None:
    file.write_text("{}")
    with pytest.raises(ImproperlyConfigured):
        keys.rotate()
    assert not FieldKey.objects.exists()


# Under load


@pytest.fixture
def stocked(django_db_setup: None, django_db_blocker: Any, file: Path) -> Iterator[Callable[[int], str]]:
    """A committed copy of the sample ward; call it with how many sealed values shall be added."""
    with copied_database(f"keys_{os.getpid()}", django_db_blocker) as name, speaking_to(name, django_db_blocker):

        def fill(values: int) -> str:
            with reading_as(SYSTEM), transaction.atomic():
                case = Incident.objects.visible_to(SYSTEM).first() or World().file()
                common = {"incident": case, "by_id": case.author_id, "at": clocks.now(), "role": "witness", "age_band": "unknown"}
                people = [
                    Person(**common, pseudonym=f"K-{number}", full_name=f"Người thứ {number}", class_name="0", contact=f"09{number:08d}") for number in range(values // 3 + 1)
                ]
                Person.objects.visible_to(SYSTEM).bulk_create(people, batch_size=2000)
            return name

        yield fill


def rotation(database: str) -> subprocess.Popen[str]:
    """The command itself, as an operator starts it."""
    from django.conf import settings

    own = {name: os.environ[name].replace("/portal?", f"/{database}?") for name in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    command = [sys.executable, str(ROOT / "manage.py"), "keys", "rotate"]
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | own | {"FIELD_KEYS_FILE": str(settings.FIELD_KEYS_FILE)}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Clients:
    """Four who read and two who write, until they are told to stop; every reading that fails and every writing that is lost is kept."""

    def __init__(self) -> None:
        self.over, self.faults, self.readings, self.writings = threading.Event(), [], 0, 0
        self.last: dict[int, str] = {}
        with reading_as(SYSTEM):
            self.people = list(Person.objects.visible_to(SYSTEM).filter(pseudonym__startswith="K-").values_list("pk", flat=True))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        threads = [threading.Thread(target=self.guarded, args=[self.read, number]) for number in range(4)]
        threads += [threading.Thread(target=self.guarded, args=[self.write, number]) for number in range(2)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()

    def guarded(self, work: Callable[[Random, int], None], number: int) -> None:
        chance = Random(number)
        try:
            while not self.over.is_set():
                work(chance, number)
                time.sleep(0.01)
        except Exception as error:  # noqa: BLE001  (whatever it is, it must not happen)
            self.faults.append(repr(error))
        finally:
            connection.close()

    def read(self, chance: Random, number: int) -> None:
        """A person picked at random, all three columns opened."""
        with reading_as(SYSTEM):
            person = Person.objects.visible_to(SYSTEM).get(pk=chance.choice(self.people))
            assert person.full_name and person.class_name and person.contact
        self.readings += 1

    def write(self, chance: Random, number: int) -> None:
        """A new contact for a person of the writer's own half; the row is held for a moment, as an act holds it."""
        mine = self.people[number :: 2]
        key, words = chance.choice(mine), uuid.uuid4().hex
        with reading_as(SYSTEM):
            person = Person.objects.visible_to(SYSTEM).select_for_update(of=("self",)).get(pk=key)
            person.contact = words
            time.sleep(chance.choice((0, 0, 0.005)))
            person.save(update_fields=["contact"])
        self.last[key] = words
        self.writings += 1

    def lost(self) -> int:
        """Writings that are not what the rows say."""
        with reading_as(SYSTEM):
            rows = {person.pk: person for person in Person.objects.visible_to(SYSTEM).filter(pk__in=self.last)}
            return sum(rows[key].contact != words for key, words in self.last.items())


def rotated_under_load(stocked: Callable[[int], str], values: int, file: Path) -> tuple[Clients, float, str]:
    """Rotate while six work; who they are, how long it took, what the command said."""
    name = stocked(values)
    clients = Clients()
    with clients.at_work():
        wait_until(lambda: clients.readings > 20 and clients.writings > 5, 30)
        begun = time.monotonic()
        done = rotation(name)
        out, err = done.communicate(timeout=900)
        seconds = time.monotonic() - begun
        time.sleep(0.2)
    assert done.returncode == 0, err
    return clients, seconds, out.strip().splitlines()[-1]


def all_is_well(clients: Clients, said: str, values: int, file: Path) -> None:
    assert clients.faults == [] and clients.lost() == 0
    counted = keys.values_by_key()
    assert counted.total() >= values and said.endswith("failed=0") and said.startswith(f"values={counted.total()} ")
    assert set(counted) == {held(file)["active"]} != {"k1"}


def test_a_rotation_under_load_fails_no_reading_and_loses_no_writing(stocked: Callable[[int], str], file: Path) -> None:
    clients, _seconds, said = rotated_under_load(stocked, 900, file)
    all_is_well(clients, said, 900, file)


@pytest.mark.long
def test_a_hundred_thousand_values_are_rotated_under_load(stocked: Callable[[int], str], file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clients, seconds, said = rotated_under_load(stocked, 100_000, file)
    all_is_well(clients, said, 100_000, file)
    with capsys.disabled():
        print(f"\n{said} seconds={seconds:.1f} readings={clients.readings} writings={clients.writings}")


@pytest.mark.long
def test_a_killed_rotation_goes_on_under_load(stocked: Callable[[int], str], file: Path) -> None:
    name = stocked(20_000)
    clients = Clients()
    with clients.at_work():
        first = rotation(name)
        wait_until(lambda: len(keys.values_by_key()) == 2, 60)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        second = rotation(name)
        out, err = second.communicate(timeout=600)
    assert second.returncode == 0, err
    all_is_well(clients, out.strip().splitlines()[-1], 20_000, file)
