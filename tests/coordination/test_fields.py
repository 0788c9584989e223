"""Sealed text lies encrypted, each value for itself, and opens in its own place alone."""

import base64
import json
import secrets
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from coordination import fields
from coordination.fields import SealBroken, key_of, open_sealed, seal
from incidents import actions
from incidents.models import Addendum, Incident
from tests.world import SUMMARY, World


def stored(incident: Incident, column: str = "summary") -> bytes:
    """What lies in the table."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {column} from incidents_incident where id = %s", [incident.pk])
        return bytes(cursor.fetchone()[0])


def put(incident: Incident, value: bytes, column: str = "summary") -> Incident:
    """Write bytes past the model, as someone with the database in his hands would; the row as it is read then."""
    with connection.cursor() as cursor:
        cursor.execute(f"update incidents_incident set {column} = %s where id = %s", [value, incident.pk])
    return Incident.objects.unscoped("test").get(pk=incident.pk)


@pytest.fixture
def pair(world: World) -> tuple[Incident, Incident]:
    """Two cases with the same words."""
    first, second = world.file(place_detail="Sân sau"), world.file(place_detail="Sân sau")
    world.see_all()
    return first, second


def test_the_same_words_lie_differently_in_every_row_and_column(pair: tuple[Incident, Incident]) -> None:
    first, second = (stored(incident) for incident in pair)
    assert first != second and len(first) == len(second)
    for incident in pair:
        assert SUMMARY.encode() not in stored(incident)
        assert Incident.objects.unscoped("test").get(pk=incident.pk).summary == SUMMARY


def test_a_value_copied_to_another_row_does_not_open(pair: tuple[Incident, Incident]) -> None:
    first, second = pair
    moved = put(second, stored(first))
    with pytest.raises(SealBroken):
        _ = moved.summary


def test_a_value_copied_to_another_column_does_not_open(pair: tuple[Incident, Incident]) -> None:
    moved = put(pair[0], stored(pair[0], "place_detail"))
    assert moved.place_detail == "Sân sau"
    with pytest.raises(SealBroken):
        _ = moved.summary


def test_one_changed_bit_is_noticed_wherever_it_is(pair: tuple[Incident, Incident]) -> None:
    whole = stored(pair[0])
    for place in range(len(whole)):
        broken = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        with pytest.raises(SealBroken):
            open_sealed(broken, f"portal|1|incidents_incident|summary|{pair[0].uid}")


@pytest.mark.parametrize("cut", [1, 2, 4, 10, 20])
def test_a_cut_value_does_not_open(pair: tuple[Incident, Incident], cut: int) -> None:
    moved = put(pair[0], stored(pair[0])[:cut])
    with pytest.raises(SealBroken):
        _ = moved.summary


def test_the_message_of_a_broken_seal_names_the_place_and_no_words(pair: tuple[Incident, Incident]) -> None:
    moved = put(pair[1], stored(pair[0]))
    with pytest.raises(SealBroken) as broken:
        _ = moved.summary
    assert str(pair[1].uid) in str(broken.value) and "dao" not in str(broken.value)


def test_a_list_that_shows_no_sealed_column_opens_none(pair: tuple[Incident, Incident], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "open_sealed", lambda *_: pytest.fail("opened"))
    rows = list(Incident.objects.unscoped("test").filter(pk__in=[incident.pk for incident in pair]))
    assert [row.kind_id for row in rows]


def test_sealed_text_is_not_searched_and_not_written_by_itself(pair: tuple[Incident, Incident]) -> None:
    rows = Incident.objects.unscoped("test")
    for lookup in ("summary", "summary__contains", "summary__exact", "summary__in"):
        with pytest.raises((FieldError, TypeError)):
            list(rows.filter(**{lookup: SUMMARY}))
    with pytest.raises(TypeError):
        rows.update(summary="Câu khác")


def test_saving_another_column_leaves_the_sealed_bytes_alone(pair: tuple[Incident, Incident]) -> None:
    before = stored(pair[0])
    row = Incident.objects.unscoped("test").get(pk=pair[0].pk)
    row.save(update_fields=["content_hash"])
    assert stored(row) == before
    row.save()
    assert Incident.objects.unscoped("test").get(pk=row.pk).summary == SUMMARY


def test_empty_text_lies_empty(world: World) -> None:
    incident = world.file()
    world.see_all()
    assert stored(incident, "place_detail") == b""
    assert Incident.objects.unscoped("test").get(pk=incident.pk).place_detail == ""


def test_a_part_of_a_case_is_sealed_under_its_own_table(world: World) -> None:
    incident = world.file()
    with world.acting("principal") as principal:
        added = actions.amend(incident, by=principal, text="Đã liên hệ gia đình.")
    world.see_all()
    with connection.cursor() as cursor:
        cursor.execute("select text from incidents_addendum where id = %s", [added.pk])
        sealed = bytes(cursor.fetchone()[0])
    assert open_sealed(sealed, f"portal|1|incidents_addendum|text|{added.uid}") == "Đã liên hệ gia đình."
    assert Addendum.objects.unscoped("test").get(pk=added.pk).text == "Đã liên hệ gia đình."


# Keys


@pytest.fixture
def keys(tmp_path: Path, settings: Any) -> Any:
    """A key file of the test's own: call it with the active key and the keys it holds."""
    material: dict[str, str] = {}

    def write(active: str, *names: str) -> None:
        held = {name: material.setdefault(name, base64.b64encode(secrets.token_bytes(32)).decode()) for name in names}
        (tmp_path / "keys.json").write_text(json.dumps({"active": active, "keys": held}))

    settings.FIELD_KEYS_FILE = tmp_path / "keys.json"
    return write


def test_a_new_key_seals_while_the_old_one_still_opens(keys: Any) -> None:
    keys("k1", "k1")
    old = seal("một", "place")
    keys("k2", "k1", "k2")
    new = seal("hai", "place")
    assert (key_of(old), key_of(new)) == ("k1", "k2")
    assert (open_sealed(old, "place"), open_sealed(new, "place")) == ("một", "hai")


def test_a_value_whose_key_is_gone_is_a_broken_seal(keys: Any) -> None:
    keys("k1", "k1")
    old = seal("một", "place")
    keys("k2", "k2")
    with pytest.raises(SealBroken):
        open_sealed(old, "place")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"active": "k1", "keys": {}}', '{"active": "k1", "keys": {"k1": "short"}}', '{"active": "k1", "keys": {"k1": 5}}'])
def test_an_unreadable_key_file_is_a_fault_of_the_installation(tmp_path: Path, keys: Any, text: str) -> None:
    (tmp_path / "keys.json").write_text(text)
    with pytest.raises(ImproperlyConfigured):
        fields.keyring()
