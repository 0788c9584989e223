"""Every column says whose data it holds, the page says the same, and no way leads from a person to anything but his own case."""

import ast
import re

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver

from coordination.checks import every_sealed_column_says_whose_data_it_holds, no_column_means_what_the_portal_does_not_hold, routes
from coordination.fields import DataClass, EncryptedTextField
from coordination.keeping.retention import rules
from coordination.sealed import data_register
from incidents.models import Incident, Informant, Person
from tests.test_architecture import ROOT, sources


def test_every_sealed_column_has_its_class() -> None:
    assert every_sealed_column_says_whose_data_it_holds(None) == []
    assert {line.data_class for line in data_register.lines() if line.sealed} <= set(DataClass.values) - {DataClass.NONE}


def test_a_sealed_column_without_a_class_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Incident._meta.get_field("summary"), "data_class", "")
    assert [error.id for error in every_sealed_column_says_whose_data_it_holds(None)] == ["portal.E004"]


def test_the_page_is_that_of_the_models() -> None:
    """`python3 manage.py stack -- python manage.py data_register` writes it anew."""
    assert (ROOT / "docs" / "data-register.md").read_text(encoding="utf-8") == data_register.written()


def test_the_rules_of_the_register_are_those_of_the_file() -> None:
    named = {rule for line in data_register.lines() for rule in re.findall(r"\w+", line.rule)} - {data_register.OTHER_RULE}
    assert named and named <= set(rules())


def test_names_and_ways_to_reach_somebody_are_marked() -> None:
    assert all(model._meta.get_field(name).identifies for model in (Person, Informant) for name in ("full_name", "contact"))


@pytest.mark.parametrize("name", ["religion", "father_religion", "ethnicity", "political_view", "risk_score", "facebook", "social_account", "zalo"])
def test_a_column_about_what_is_not_held_stops_the_start(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person._meta.get_field("pseudonym"), "name", name)
    assert [error.id for error in no_column_means_what_the_portal_does_not_hold(None)] == ["portal.E005"]


@pytest.mark.parametrize("words", ["Tôn giáo của học sinh", "Dân tộc", "Chấm điểm học sinh theo tháng"])
def test_words_are_read_too(words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Person._meta.get_field("pseudonym"), "verbose_name", words)
    assert [error.id for error in no_column_means_what_the_portal_does_not_hold(None)] == ["portal.E005"]


def test_nothing_of_the_kind_is_held() -> None:
    assert no_column_means_what_the_portal_does_not_hold(None) == []


# No list of persons

# Modules that read rows of people, and by which case each of them has come there.
READS_PEOPLE = {
    "incidents/actions.py": "adds one to a case in scope",
    "incidents/break_glass.py": "the people of the one case that was broken open",
    "incidents/casefile.py": "the people of the case that is shown",
    "incidents/informants.py": "writes down who told of one case",
    "incidents/keeping.py": "one person by case code and pseudonym; the people of cases that a leak reached, for its closed file",
    "incidents/masks.py": "names that a text of these cases must not hold, shown to nobody",
    "incidents/papers.py": "the people of the case that is printed, by pseudonym",
}
PEOPLE = {"Person", "Informant"}


def test_rows_of_people_are_read_by_their_case_alone() -> None:
    """A module that asks for rows of people is listed with its case; no other way of asking is there."""
    asking = {path for path, tree in sources() if "/models/" not in path and not path.endswith("apps.py") and any(reads_people(node) for node in ast.walk(tree))}
    assert asking == set(READS_PEOPLE)
    for path in sorted(asking):
        for call in re.findall(r"(?:Person|Informant)\.objects[^\n]*", (ROOT / path).read_text()):
            assert "incident" in call or ".create(" in call or "pk=person.pk" in call, f"{path}: {call}"


def reads_people(node: ast.AST) -> bool:
    """`Person.objects`, or the model handed to something that asks for its rows."""
    if isinstance(node, ast.Attribute) and node.attr == "objects":
        return getattr(node.value, "id", "") in PEOPLE
    asks = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"children", "pressed_before", "with_author", "get_model"}
    return asks and any(getattr(given, "id", getattr(given, "value", "")) in PEOPLE for given in node.args)


def test_no_address_and_no_filter_takes_a_name() -> None:
    """No route has a name in it, and nothing of the address is looked for in a sealed column: those have no look-ups at all."""
    assert not [name for name, pattern in routes() if re.search(r"ho.?ten|nguoi/tim|full_name", str(pattern.pattern))]
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                assert field.get_lookup("exact") is None and field.get_lookup("icontains") is None
    assert get_resolver().url_patterns


def test_a_person_leads_to_its_case_and_nowhere_else() -> None:
    for model in (Person, Informant):
        assert [field.name for field in model._meta.local_fields if isinstance(field, models.ForeignKey)] == ["incident", "by"]
        assert not [field for field in model._meta.local_fields if "hash" in field.name or "index" in field.name], "a way to find the same person again"


def test_a_name_stands_on_pages_of_its_case_alone() -> None:
    showing = [str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html") if re.search(r"\b(?:person|thing|informant)\.(?:full_name|contact)\b", path.read_text())]
    assert showing and all(name.startswith("templates/incidents/") for name in showing), showing
