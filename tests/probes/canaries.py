"""A unique token in every text of every row of the stage, so that whatever comes back where it should not names its source (security.md 2.4).

Codes, uids and spoken numbers are tokens as they stand: they tell that a thing exists.
"""

import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from agreements.models import Agreement
from briefings.models import Briefing
from coordination.fields import EncryptedTextField
from coordination.models import SYSTEM, AccountRequest, Breach, DataRequest, DisposalBatch, Duty, Handover, Hold, ListImport, Notice, Paper, StaffHandover, SubjectExport, User
from coordination.scope import reading_as
from incidents.models import Attachment, BreakGlass, IdentityRequest, Incident, Informant, Person, PoliceNote, Referral
from reports.models import Report, Return

# What a row belongs to, and the word of sees.tsv for it.
ROOTS = {
    Incident: "case", Briefing: "meeting", Report: "report", Return: "return", Agreement: "agreement", Paper: "paper", ListImport: "list", Handover: "handover",
    StaffHandover: "staff handover", User: "account", AccountRequest: "account request", Hold: "hold", DisposalBatch: "disposal", DataRequest: "data request", SubjectExport: "export", Breach: "breach",
}  # fmt: skip
# Parts of a case that have readers of their own.
PARTS = {Person: "name", Informant: "informant", Attachment: "file", IdentityRequest: "wish", BreakGlass: "glass"}
NATURAL = ("code", "spoken_code", "uid")
LONG_ENOUGH = 120
# What is not words of people: addresses, files, tables, texts that the database compares.
NOT_WORDS = {"link", "folded", "fault", "content", "table", "detail", "data", "password", "username", "email", "found", "session_data"}
# Read by one database role alone: their words come with their token (standing.py).
SEALED_TABLES = {PoliceNote}
# What the two sides wrote for the body that rules between them (ground.md 8).
RULED_ON = {"discussion", "ruling_request", "ruling"}
OURS = {"agreements", "briefings", "coordination", "incidents", "reports"}
TOKENS = re.compile(
    r"qz[0-9a-f]{12}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{13}(?![0-9a-z])|[^\W\d_]{1,8}-[0-9]{2}-[0-9]{4}"
)

Root = tuple[str, int]


@dataclass(frozen=True)
class Canary:
    """Where a token was planted: whose, what sort of thing (a row of sees.tsv), and the very field."""

    owner: str
    sort: str
    where: str

    def __str__(self) -> str:
        return f"{self.owner} {self.sort} ({self.where})"


def new_token() -> str:
    """One more token."""
    return f"qz{secrets.token_hex(6)}"


def root_of(row: Any) -> Root | None:
    """What a row belongs to; None when it belongs to nobody."""
    if type(row) in ROOTS:
        return row._meta.label, row.pk
    if isinstance(row, Duty):
        return root_of_duty(row)
    for field in row._meta.concrete_fields:
        if field.is_relation and field.related_model in ROOTS and getattr(row, field.attname):
            return field.related_model._meta.label, getattr(row, field.attname)
    return None


def root_of_duty(duty: Duty) -> Root | None:
    """What a clock runs for; a referral's belongs to its case."""
    model = apps.get_model(duty.about_model)
    if model is Referral:
        return Incident._meta.label, Referral.objects.unscoped("the canaries").values_list("incident_id", flat=True).get(pk=duty.about_id)
    return (model._meta.label, duty.about_id) if model in ROOTS else None


class Canaries:
    """Every token, and whose it is."""

    def __init__(self, owners: dict[Root, str]) -> None:
        self.owners = owners
        self.known: dict[str, Canary] = {}
        with reading_as(SYSTEM):
            self.drafts = {(model._meta.label, key) for model in (Incident, Agreement) for key in rows_of(model).filter(status="draft").values_list("pk", flat=True)}
            for model in apps.get_models():
                if model._meta.app_label in OURS and model not in SEALED_TABLES | {Notice}:
                    for row in rows_of(model):
                        self.plant(row)

    def plant(self, row: Any) -> None:
        """Mark one row; what belongs to no set of things stays as it is."""
        root = root_of(row)
        if root is None or root not in self.owners:
            return
        changed = []
        for field in row._meta.concrete_fields:
            value = getattr(row, field.attname)
            if field.name in NATURAL and value:
                self.note(str(value), root, row, field)
            elif is_words(field) and value:
                token = new_token()
                setattr(row, field.attname, marked(value, token, field.max_length))
                self.note(token, root, row, field)
                changed.append(field.name)
        if changed:
            row.save(update_fields=changed)

    def note(self, token: str, root: Root, row: Any, field: models.Field) -> None:
        """Remember a token."""
        self.known[token] = Canary(self.owners[root], self.sort_of(root, row, field), f"{row._meta.label} {row.pk} {field.name}")

    def sort_of(self, root: Root, row: Any, field: models.Field) -> str:
        """The row of sees.tsv that says who may read it."""
        sort = self.word(root)
        if sort != "case":
            return sort
        if field.name == "spoken_code":
            return "number"
        if type(row) in PARTS:
            return PARTS[type(row)] if isinstance(field, EncryptedTextField) else "case"
        return "case" if not isinstance(field, EncryptedTextField) else "ruling" if field.name in RULED_ON else "story"

    def word(self, root: Root) -> str:
        """What sees.tsv calls the thing itself."""
        sort = ROOTS[apps.get_model(root[0])]
        return {"case": "draft", "agreement": "agreement draft"}[sort] if root in self.drafts else sort

    def word_of(self, thing: Any, root: Root) -> str:
        """The same for a thing that has readers of its own beside those of its case."""
        return PARTS[type(thing)] if type(thing) in (IdentityRequest, BreakGlass) else self.word(root)

    def remember(self, token: str, owner: str, sort: str, where: str) -> None:
        """A token that was planted by hand."""
        self.known[token] = Canary(owner, sort, where)

    def found_in(self, text: str) -> set[Canary]:
        """Whose words a text carries."""
        return {self.known[token] for token in TOKENS.findall(text) if token in self.known}


def rows_of(model: Any) -> Any:
    """Every row of a table."""
    rows = model._default_manager.all()
    return rows.unscoped("the canaries") if hasattr(rows, "unscoped") else rows


def is_words(field: models.Field) -> bool:
    """Whether the column holds words of people, long enough for a token."""
    if field.choices or field.unique or field.name in NOT_WORDS or field.name.endswith(("_hash", "_key")):
        return False
    return isinstance(field, EncryptedTextField) or isinstance(field, models.TextField) or (isinstance(field, models.CharField) and (field.max_length or 0) >= LONG_ENOUGH)


def marked(value: str, token: str, longest: int | None) -> str:
    """The text with its token behind; in words kept as JSON, each of them."""
    if value.startswith("{"):
        return json.dumps({name: f"{words} {token}" if isinstance(words, str) else words for name, words in json.loads(value).items()}, ensure_ascii=False)
    return f"{value[: longest - len(token) - 1] if longest else value} {token}"
