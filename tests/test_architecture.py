"""The rules of the house that a machine can read: layers, one gate for status, sealed text, migrations, clocks, doors."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from coordination.checks import every_act_has_words, every_view_names_its_action
from coordination.fields import EncryptedTextField
from coordination.scope import ScopedManager
from coordination.workflow import Move, Moving

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ["coordination", "agreements", "activities", "incidents", "briefings", "reports"]
OURS = [model for model in apps.get_models() if model._meta.app_label in LAYERS]
# Started by path before anything is installed: they import each other by file name.
STANDALONE = {"coordination/startup/stack.py", "coordination/startup/servers.py", "coordination/startup/statefolder.py", "coordination/startup/bootstrap.py", "coordination/startup/serving.py"}


@cache
def sources(migrations: bool = False) -> list[tuple[str, ast.Module]]:
    """Every module of the apps with its syntax tree; migrations on request, alone."""
    paths = [path for app in LAYERS for path in sorted((ROOT / app).rglob("*.py")) if ("migrations" in path.parts) == migrations]
    return [(str(path.relative_to(ROOT)), ast.parse(path.read_text())) for path in paths]


def imports(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Each import with the full name of what it takes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out in full"
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


# Layers


def test_imports_point_left() -> None:
    wrong = []
    for path, tree in sources():
        place = LAYERS.index(path.split("/")[0])
        wrong += [f"{path}:{node.lineno} {name}" for node, name in imports(tree) if name.split(".")[0] in LAYERS[place + 1 :]]
    assert wrong == []


def test_routes_are_joined_in_one_place() -> None:
    """The one exception to the layers: the address book names the apps, as words."""
    assert {path for path, tree in sources() if path.startswith("coordination/") for node in ast.walk(tree) if isinstance(node, ast.Constant) and node.value == "reports.urls"} == {"coordination/urls.py"}


def test_nothing_is_imported_inside_a_function() -> None:
    """Except in AppConfig.ready(), where Django wants it."""
    wrong = []
    for path, tree in sources():
        for function in functions(tree):
            if not (path.endswith("/apps.py") and function.name == "ready"):
                wrong += [f"{path}:{node.lineno} {name}" for node, name in imports(function)]
    assert wrong == []


def test_functions_are_annotated() -> None:
    wrong = []
    for path, tree in [*sources(), *sources(migrations=True)]:
        for function in functions(tree):
            given = function.args
            named = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
            if function.returns is None or [each for each in named if each.annotation is None and each.arg not in {"self", "cls"}]:
                wrong += [f"{path}:{function.lineno} {function.name}"]
    assert wrong == []


def test_modules_open_with_their_purpose() -> None:
    assert [path for path, tree in sources() if not path.endswith("__init__.py") and not ast.get_docstring(tree)] == []


# Status

WRITES = {"create", "update", "get_or_create", "update_or_create", "bulk_create", "update_fields", "save"}


def status_written(tree: ast.AST) -> Iterator[int]:
    """Lines that set a status: assignment, setattr, or a keyword of a writing call or of a model's own construction."""
    names = {model.__name__ for model in OURS if issubclass(model, Moving)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "status" and isinstance(node.ctx, ast.Store):
            yield node.lineno
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in WRITES | names and any(keyword.arg == "status" for keyword in node.keywords):
                yield node.lineno
            if called in {"setattr", "__setattr__"} and any(isinstance(each, ast.Constant) and each.value == "status" for each in node.args):
                yield node.lineno
        if isinstance(node, ast.keyword) and node.arg == "defaults" and isinstance(node.value, ast.Dict) and any(getattr(key, "value", "") == "status" for key in node.value.keys):
            yield node.value.lineno


# A look-up that makes the row with its first state, which is also the model's default.
FIRST_STATE = {"coordination/duties.py": 1, "reports/printing.py": 1}


def test_status_changes_in_one_place() -> None:
    found = {path: len(list(status_written(tree))) for path, tree in sources() if path != "coordination/workflow.py"}
    assert {path: count for path, count in found.items() if count} == FIRST_STATE
    assert sum(1 for path, tree in sources() for _line in status_written(tree) if path == "coordination/workflow.py") == 1


def test_the_first_state_of_a_look_up_is_the_default() -> None:
    for name, state in (("coordination.Duty", "open"), ("reports.Report", "ordered")):
        assert apps.get_model(name)._meta.get_field("status").default == state


def test_every_status_has_its_table() -> None:
    for model in OURS:
        fields = {field.name for field in model._meta.get_fields()}
        assert ("status" in fields) == issubclass(model, Moving), model
        if "status" in fields:
            states = {str(value) for value, _label in model._meta.get_field("status").choices}
            assert all(isinstance(step, Move) for step in model.MOVES.values()), model
            named = {str(state) for step in model.MOVES.values() for state in (*step.sources, step.target)}
            assert named == states, model
            assert model._meta.get_field("status").default in states


def test_what_a_move_needs_is_a_field() -> None:
    for model in OURS:
        for act, step in getattr(model, "MOVES", {}).items():
            assert set(step.needs) <= {field.name for field in model._meta.fields}, (model, act)


# Text

JSON_WITHOUT_TEXT = {
    "coordination.TrailLine.detail": "ids, codes and counts; never a name (style 12)",
    "coordination.TrailLine.wrote": "names of columns and keyed hashes of what was written",
    "briefings.Briefing.figures": "counts by kind, frozen when the meeting opens",
    "coordination.Handover.moved": "how many of each thing went over",
    "coordination.StaffHandover.passed": "codes and kinds of what was open, as the inbox says them; never a name",
    "reports.Return.figures": "counts as the school confirmed them",
    "reports.Report.figures": "the frozen counts of a paper",
}


def text_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """Columns in which words of people could lie open."""
    return (field for field in model._meta.local_fields if isinstance(field, models.CharField | models.TextField | models.JSONField))


def test_free_text_is_sealed_or_declared_open() -> None:
    for model in OURS:
        declared = getattr(model, "OPEN_TEXT", None)
        open_text = {field.name for field in text_fields(model) if not isinstance(field, models.JSONField)}
        assert open_text <= (declared or set()), model
        assert (declared or set()) <= {field.name for field in text_fields(model)}, model


def test_json_holds_no_text_of_people() -> None:
    assert {f"{model._meta.label}.{field.name}" for model in OURS for field in text_fields(model) if isinstance(field, models.JSONField)} == set(JSON_WITHOUT_TEXT)


def test_sealed_rows_have_the_uuid_that_binds_them() -> None:
    for model in OURS:
        if any(isinstance(field, EncryptedTextField) for field in model._meta.fields):
            uid = model._meta.get_field("uid")
            assert uid.unique and uid.default is not models.NOT_PROVIDED, model


def test_nothing_leads_back_to_a_record() -> None:
    """From a school or a person there is no way to its cases: foreign keys of records have no name on the other side."""
    for model in OURS:
        if isinstance(model._default_manager, ScopedManager):
            for field in model._meta.local_fields:
                if field.is_relation:
                    assert field.remote_field.related_name == "+", f"{model.__name__}.{field.name}"


# Migrations


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0, stdout=StringIO())


def test_migrations_are_one_line_and_named_for_their_purpose() -> None:
    for app in LAYERS:
        names = sorted(path.stem for path in (ROOT / app / "migrations").glob("[0-9]*.py"))
        assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1)), app
        assert [name for name in names if not re.fullmatch(r"\d{4}(_[a-z]+)+", name) or "auto" in name or "initial" in name] == []
        for earlier, later in zip(names, names[1:], strict=False):
            assert f'("{app}", "{earlier}")' in (ROOT / app / "migrations" / f"{later}.py").read_text().replace("'", '"'), later


# What a column is made of.
MIGRATIONS_MAY_IMPORT = ("coordination.clocks", "coordination.codes", "coordination.fields")


def test_migrations_import_no_code_of_the_apps() -> None:
    taken = {name for _path, tree in sources(migrations=True) for _node, name in imports(tree)}
    assert [name for name in sorted(taken) if name.split(".")[0] in LAYERS and not name.startswith(MIGRATIONS_MAY_IMPORT)] == []


# Doors, clocks, pages


def test_every_view_names_its_action() -> None:
    assert every_view_names_its_action(None) == [] == every_act_has_words(None)


def test_doors_are_open_for_a_reason() -> None:
    opened = {reason for _path, tree in sources() for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open_to_all" for reason in [node.args[0].value]}
    assert opened == {"a user without a chosen post must be able to choose one", "parents read how to ask about their child's data, without an account", "the load balancer asks without a name", "whoever was invited has no way in yet", "one's own door stands before every post"}


ASK_THE_CLOCK = {
    "coordination/clocks.py": "the one place that asks",
    "coordination/audit.py": "server time beside business time (ground 17)",
    "coordination/trail/checkpoints.py": "a checkpoint states the hour of the server",
    "coordination/jobs.py": "leases run on the server's time, also under the demo's set clock",
    "coordination/door/accounts.py": "the delay of the door counts real minutes",
    "coordination/door/sessions.py": "a session stands for real minutes",
    "coordination/door/factors.py": "a code of the second factor stands for real seconds",
}
CLOCKS = re.compile(r"timezone\.now|date\.today|datetime\.now|datetime\.utcnow|time\.time\(|timezone\.localdate\(\)|auto_now_add|auto_now=|\bNow\(\)")
# Rows that tell the hour of the machine's own work, not of the business.
MACHINE_TIME = {"coordination/models/jobs.py", "coordination/models/notices.py", "coordination/models/trail.py"}


def test_time_is_asked_of_the_clocks_alone() -> None:
    asking = {path for path, _tree in sources() if path not in STANDALONE and CLOCKS.search((ROOT / path).read_text())}
    assert asking == set(ASK_THE_CLOCK) | MACHINE_TIME


def test_paper_is_printed_in_one_place() -> None:
    assert {path for path, tree in sources() for _node, name in imports(tree) if name.split(".")[0] == "weasyprint"} == {"coordination/pdf.py"}


def test_the_address_is_read_in_one_place() -> None:
    assert {path for path, _tree in sources() if "request.GET" in (ROOT / path).read_text()} == {"coordination/web/params.py"}


@pytest.mark.parametrize("words", [r"\|\s*safe\b", r"mark_safe|SafeString|format_html\b", r"autoescape\s+off", r"@csrf_exempt|csrf_exempt\(", r"\beval\(|\bexec\(|pickle\.|shell=True"])
def test_dangerous_words_stand_nowhere(words: str) -> None:
    files = [ROOT / path for path, _tree in sources()] + list((ROOT / "templates").rglob("*"))
    assert [str(path.relative_to(ROOT)) for path in files if path.is_file() and re.search(words, path.read_text())] == []


def test_roles_are_asked_of_the_policy() -> None:
    """No view decides by a role: `actor.role ==` stands in no view, form or template."""
    decides = re.compile(r"actor\.role\s*(==|!=|in\b|not in\b)")
    views: list[Any] = [path for path, _tree in sources() if "views" in path or path.endswith(("forms.py", "pages.py"))]
    assert [path for path in views if decides.search((ROOT / path).read_text())] == []
    assert [path.name for path in (ROOT / "templates").rglob("*.html") if decides.search(path.read_text())] == []
