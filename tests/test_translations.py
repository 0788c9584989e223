"""Both languages are whole: nothing people meet lacks its other half. Words are found here without GNU gettext."""

import ast
import csv
import gettext
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import allauth
import django
import pytest
from babel.messages import pofile
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation.template import templatize

from coordination.models import Duty, Notice, Organisation, Unit
from tests.world import World

ROOT = Path(settings.BASE_DIR)
APPS = ("coordination", "agreements", "activities", "incidents", "briefings", "reports")
PACKAGES = Path(django.__file__).parents[1]
VIETNAMESE = re.compile("[ăâđêôơưàáãèéìíòóõùúýĩũạ-ỹ]", re.IGNORECASE)

# Where Vietnamese may stand unwrapped, each with its reason: a file, or one name of a file.
NOT_WORDS_OF_THE_PORTAL = {
    "briefings/demo.py": "sample data",
    "coordination/demo.py": "sample data",
    "incidents/demo.py": "sample data",
    "reports/demo.py": "sample data",
    "coordination/documents.py": "official paper is Vietnamese by law",
    "reports/papers.py": "official paper is Vietnamese by law",
    "reports/views.py:report_file": "the file name of an official paper",
    "coordination/drawing.py:sides_of": "pictures of the move tables for the documentation",
    "coordination/calendars.py": "sources and days off, stored once for readers of both languages",
    "coordination/folding.py": "the letters of the alphabet",
    "coordination/territory/loading.py:WORDS": "what a unit's name begins with by law",
    "coordination/models/territory.py:Unit": "the name of a city",
    "incidents/rules.py:CHILD_LAW": "a legal source",
    "incidents/rules.py:FOOD_LAW": "a legal source",
    "incidents/rules.py:DATA_LAW": "a legal source",
    "incidents/rules.py:PORTAL": "a source, beside the legal ones",
    "incidents/rules.py:PSEUDONYMS": "stored with the person",
    **{
        f"incidents/rules.py:{name}": "what the guard looks for in a text"
        for name in (
            "ID_NUMBER", "SECRECY", "FAMILY_NAMES", "MIDDLE_NAMES", "NOT_PEOPLE", "PLACE_BEFORE",
            "JOINED_TO_PLACE", "SPOKEN_TO", "SPOKEN_TO_BEFORE", "PERSON_BEFORE", "INSTITUTIONS", "LOWER_NAME",
        )
    },
}  # fmt: skip
# Templates that print Vietnamese as it stands.
NOT_TRANSLATED_TEMPLATES = {
    "500.html": "stands without settings, in both languages",
    "503.html": "stands without settings, in both languages",
    "components/languages.html": "each language says its own name",
}
# What people can meet of the packages: forms and their errors, dates, the door and its mails.
DJANGO_MODULES = (
    "contrib/auth/password_validation.py", "core/paginator.py", "core/validators.py", "forms/boundfield.py", "forms/fields.py", "forms/forms.py",
    "forms/formsets.py", "forms/models.py", "forms/utils.py", "forms/widgets.py", "template/defaultfilters.py", "utils/dates.py", "utils/text.py",
    "utils/timesince.py", "views/csrf.py",
)  # fmt: skip
ALLAUTH_MODULES = ("adapter.py", "fields.py", "forms.py", "internal", "templatetags", "utils.py", "views.py", "decorators.py", "stages.py", "mixins.py")
AXES_MODULES = ("conf.py", "helpers.py", "decorators.py", "handlers", "middleware.py")


# Finding words


class Message(NamedTuple):
    """One entry of a catalogue: its context, its words, and those for many."""

    context: str | None
    one: str
    many: str | None = None

    @property
    def placeholders(self) -> set[str]:
        """What is put in at the moment of showing."""
        return placeholders(self.one) | placeholders(self.many or "")


PARTS = {
    "gettext": ("one",),
    "gettext_lazy": ("one",),
    "gettext_noop": ("one",),
    "ngettext": ("one", "many"),
    "ngettext_lazy": ("one", "many"),
    "pgettext": ("context", "one"),
    "pgettext_lazy": ("context", "one"),
    "npgettext": ("context", "one", "many"),
    "npgettext_lazy": ("context", "one", "many"),
}
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
CALL_IN_TEMPLATE = re.compile(rf"(?<![\w.])(n?p?gettext|_)\(\s*((?:{LITERAL}\s*,?\s*)+)", re.DOTALL)
COMMENT_IN_TEMPLATE = re.compile(r"{%\s*comment.*?%}.*?{%\s*endcomment\s*%}|{#.*?#}", re.DOTALL)
WRAPPED_IN_TEMPLATE = re.compile(rf"""{{%\s*trans(?:late)?\s+{LITERAL}.*?%}}|{{%\s*blocktrans.*?{{%\s*endblocktrans.*?%}}|_\({LITERAL}\)""", re.DOTALL)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|{\w*}")


def placeholders(text: str) -> set[str]:
    """The placeholders of one text."""
    return set(PLACEHOLDER.findall(text))


def message(function: str, arguments: Iterable[str]) -> Message:
    """The entry that a call of this function asks for."""
    given = dict(zip(PARTS[function], arguments, strict=False))
    return Message(given.get("context"), given["one"], given.get("many"))


def wrappers(tree: ast.AST) -> dict[str, str]:
    """The names under which a module calls gettext and its kin: `_`, `_now` …"""
    brought = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"]
    return {name.asname or name.name: name.name for node in brought for name in node.names if name.name in PARTS}


def wrapping_calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call of gettext and its kin, with the function's own name."""
    names = wrappers(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node, names[node.func.id]


def python_messages(path: Path) -> Iterator[Message]:
    """The words a module wraps."""
    for call, function in wrapping_calls(ast.parse(path.read_text())):
        texts = [part.value for part in call.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        if texts:
            yield message(function, texts)


def template_messages(path: Path) -> Iterator[Message]:
    """The words a template wraps."""
    for call in CALL_IN_TEMPLATE.finditer(templatize(path.read_text())):
        yield message("gettext" if call[1] == "_" else call[1], ast.literal_eval(f"[{call[2]}]"))


def kind_messages() -> Iterator[Message]:
    """The kinds of incident, whose words come from the shipped file."""
    with (ROOT / "incidents/data/kinds.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Message(None, row["label"])


def own_modules() -> list[Path]:
    """Every module of the portal but migrations, which keep the words of their day."""
    return [path for app in APPS for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def own_templates() -> list[Path]:
    """Every template; the papers hold no wrapped words."""
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]


def own_messages() -> set[Message]:
    """Every word of our own in Vietnamese."""
    found = {entry for path in own_modules() for entry in python_messages(path)}
    return found | {entry for path in own_templates() for entry in template_messages(path)} | set(kind_messages())
