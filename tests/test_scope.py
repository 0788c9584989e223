"""A queryset over records will not run until somebody said for whom; and the few places that say "for nobody in particular" are listed."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Count, Exists, Model, OuterRef, Q, Subquery

from coordination.models import SYSTEM, Organisation
from coordination.scope import ScopedManager, ScopedQuerySet, ScopeMissing, beyond_the_reader
from incidents.models import Incident, Referral
from tests.test_architecture import LAYERS, ROOT, sources
from tests.world import World

SCOPED = [model for model in apps.get_models() if isinstance(model._default_manager, ScopedManager)]

RUNS: dict[str, Callable[[Any], Any]] = {
    "iteration": list,
    "iterator": lambda rows: next(rows.iterator(), None),
    "length": len,
    "truth": bool,
    "slice": lambda rows: list(rows[:5]),
    "index": lambda rows: rows[0],
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "contains": lambda rows: rows.contains(rows.model(pk=1)),
    "get": lambda rows: rows.get(pk=1),
    "first": lambda rows: rows.first(),
    "last": lambda rows: rows.last(),
    "latest": lambda rows: rows.latest("pk"),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "values": lambda rows: list(rows.values("pk")),
    "values_list": lambda rows: list(rows.values_list("pk", flat=True)),
    "distinct": lambda rows: list(rows.distinct()),
    "aggregate": lambda rows: rows.aggregate(Count("pk")),
    "annotate": lambda rows: list(rows.annotate(n=Count("pk"))),
    "defer": lambda rows: list(rows.only("pk")),
    "explain": lambda rows: rows.explain(),
    "update": lambda rows: rows.update(pk=1),
    "bulk_update": lambda rows: rows.bulk_update([rows.model(pk=1)], [rows.model._meta.fields[1].name]),
    "delete": lambda rows: rows.delete(),
    "select_for_update": lambda rows: list(rows.select_for_update()),
    "filter": lambda rows: list(rows.filter(pk=1)),
    "exclude": lambda rows: list(rows.exclude(pk=1)),
    "union": lambda rows: list(rows.union(rows)),
    "union with a scoped one": lambda rows: list(rows.unscoped("test").union(rows)),
    "or with a scoped one": lambda rows: list(rows.unscoped("test") | rows),
    "or under a scoped one": lambda rows: list(rows | rows.unscoped("test")),
    "and with a scoped one": lambda rows: list(rows.unscoped("test") & rows),
    "in a subquery": lambda rows: list(Organisation.objects.filter(pk__in=rows.values("pk"))),
    "in exists": lambda rows: list(Organisation.objects.filter(Exists(rows.filter(pk=OuterRef("pk"))))),
    "in a subquery column": lambda rows: list(Organisation.objects.annotate(n=Subquery(rows.values("pk")[:1]))),
    "in a subquery of a scoped one": lambda rows: list(Incident.objects.unscoped("test").filter(pk__in=rows.values("pk"))),
    "raw": lambda rows: list(rows.raw("select 1")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("model", SCOPED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_without_scope_nothing_runs(model: type[Model], run: Callable[[Any], Any]) -> None:
    with pytest.raises(ScopeMissing):
        run(model.objects.all())


@pytest.mark.django_db
def test_get_or_create_asks_too() -> None:
    with pytest.raises(ScopeMissing):
        Incident.objects.get_or_create(code="x")
    with pytest.raises(ScopeMissing):
        Incident.objects.update_or_create(code="x")


def test_scope_stays_through_every_verb(world: World) -> None:
    world.file()
    world.see_all()
    rows = Incident.objects.visible_to(SYSTEM)
    assert rows.filter(Q(pk__gt=0)).exclude(pk=0).order_by("pk").select_related("kind").distinct().count() == 1
    assert (rows | rows).count() == (rows & rows).count() == 1
    assert Referral.objects.unscoped("test").filter(incident__in=rows).update(reason="") == 1


def test_nobody_sees_nothing(world: World) -> None:
    world.file()
    world.see_all()
    assert not Incident.objects.visible_to(None).exists()


@pytest.mark.parametrize("say", [lambda: Incident.objects.unscoped(""), lambda: beyond_the_reader("").__enter__()])
def test_no_scope_without_a_reason(say: Callable[[], Any]) -> None:
    with pytest.raises(ScopeMissing):
        say()


def test_every_model_with_parties_or_a_scope_is_scoped() -> None:
    ours = [model for model in apps.get_models() if model._meta.app_label in LAYERS]
    assert {model for model in ours if hasattr(model, "scope_for") or any(field.name == "parties" for field in model._meta.fields)} == set(SCOPED)
    assert all(hasattr(model, "relations_to") for model in SCOPED)
    assert all(isinstance(model.objects.all(), ScopedQuerySet) for model in SCOPED)


# Who may say so

MAY_SAY = {
    "agreements/concerned.py": {"unscoped"},
    "agreements/pages.py": {"unscoped"},
    "agreements/reminders.py": {"unscoped"},
    "coordination/people/account_lists.py": {"beyond_the_reader"},
    "coordination/people/account_requests.py": {"beyond_the_reader"},
    "coordination/people/invitations.py": {"beyond_the_reader"},
    "coordination/people/postings.py": {"beyond_the_reader"},
    "incidents/leaving.py": {"unscoped"},
    "coordination/duties.py": {"unscoped", "beyond_the_reader"},
    "coordination/territory/handovers.py": {"unscoped", "beyond_the_reader"},
    "coordination/people/staff_handovers.py": {"unscoped"},
    "coordination/importing/actions.py": {"unscoped"},
    "incidents/handing_over.py": {"unscoped"},
    "coordination/keeping/breach.py": {"unscoped"},
    "coordination/keeping/disposal.py": {"unscoped", "beyond_the_reader"},
    "coordination/keeping/subject.py": {"beyond_the_reader"},
    "coordination/keeping/holds.py": {"unscoped", "beyond_the_reader"},
    "coordination/keeping/own.py": {"unscoped"},
    "incidents/keeping.py": {"unscoped"},
    "reports/handing_over.py": {"unscoped"},
    "coordination/sealed/masking.py": {"unscoped"},
    "coordination/notices.py": {"beyond_the_reader"},
    "incidents/actions.py": {"unscoped"},
    "incidents/endings.py": {"unscoped", "beyond_the_reader"},
    "incidents/escalation.py": {"unscoped"},
    "incidents/referral_actions.py": {"unscoped", "beyond_the_reader"},
    "incidents/casefile.py": {"unscoped"},
    "incidents/break_glass.py": {"beyond_the_reader"},
    "incidents/conflict.py": {"beyond_the_reader"},
    "incidents/grants.py": {"unscoped", "beyond_the_reader"},
    "incidents/views/break_glass.py": {"beyond_the_reader"},
    "briefings/keeping_apart.py": {"beyond_the_reader"},
    "incidents/changing_hands.py": {"unscoped", "beyond_the_reader"},
    "incidents/figures.py": {"unscoped"},
    "incidents/masks.py": {"unscoped", "beyond_the_reader"},
    "incidents/models/cases.py": {"unscoped"},
    "incidents/models/grants.py": {"beyond_the_reader"},
    "incidents/silence.py": {"unscoped"},
    "incidents/views/referrals.py": {"unscoped"},
    "briefings/actions.py": {"unscoped", "beyond_the_reader"},
    "briefings/masks.py": {"unscoped"},
    "briefings/pages.py": {"unscoped"},
    "reports/printing.py": {"unscoped"},
    "reports/signed.py": {"unscoped"},
    "reports/returning.py": {"unscoped", "beyond_the_reader"},
    "reports/demo.py": {"unscoped"},
    "reports/figures.py": {"unscoped"},
    "reports/tasks.py": {"unscoped"},
}


def said_in(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls that step out of scope."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in {"unscoped", "beyond_the_reader"}:
            yield node


def test_scope_is_left_only_where_it_is_listed() -> None:
    found: dict[str, set[str]] = {}
    for path, tree in sources():
        for call in said_in(tree):
            found.setdefault(path, set()).add(getattr(call.func, "attr", getattr(call.func, "id", "")))
    assert found == MAY_SAY


def test_every_reason_is_a_sentence_in_place() -> None:
    for path, tree in sources():
        for call in said_in(tree):
            assert len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and len(str(call.args[0].value).split()) > 2, f"{path}:{call.lineno}"


RAW_SQL = {"coordination/scope.py", "coordination/audit.py", "coordination/trail/sealing.py", "coordination/trail/checkpoints.py", "coordination/trail/shipping.py", "coordination/trail/shown.py", "coordination/trail/verifying.py", "coordination/jobs.py", "coordination/sealed/keys.py", "coordination/loop.py", "coordination/door/turns.py", "coordination/views/pages.py", "coordination/territory/search.py", "reports/tasks.py", "incidents/keeping.py"}


def test_sql_is_written_by_hand_only_where_it_is_listed() -> None:
    by_hand = {path for path, tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"cursor", "raw", "extra", "RawSQL"}}
    assert by_hand == RAW_SQL
    assert not [path for path, _tree in sources() if "_base_manager" in Path(ROOT, path).read_text()]
