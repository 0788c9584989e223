"""The register of columns that hold words: whose data, sealed or open, how long kept; and what no column may mean (security.md 2.1, 5.1).

docs/data-register.md is written from it. A sealed column declares its class at the field; an open one holds nobody's data unless it
stands in OPEN with its class.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from coordination.fields import DataClass, EncryptedTextField
from coordination.folding import fold
from coordination.keeping import subject

# Open columns that speak of people: of users, who have an office and no name here, and what reaches them.
OPEN = {
    "coordination.User.username": DataClass.PERSONAL,
    "coordination.User.email": DataClass.PERSONAL,
    "coordination.User.password": DataClass.PERSONAL,
    "coordination.AccountRequest.username": DataClass.PERSONAL,
    "coordination.AccountRequest.email": DataClass.PERSONAL,
    "coordination.AccountRequest.reason": DataClass.PERSONAL,
    "coordination.AccountRequest.refusal": DataClass.PERSONAL,
    "coordination.Device.words": DataClass.PERSONAL,
    "coordination.Session.session_data": DataClass.PERSONAL,
    "coordination.SampleMail.recipient": DataClass.PERSONAL,
    "coordination.SubjectExport.who": DataClass.CHILD,
    "incidents.Person.pseudonym": DataClass.CHILD,
    "incidents.Person.role": DataClass.CHILD,
    "incidents.Person.age_band": DataClass.CHILD,
}
# Sealed bytes that are no EncryptedTextField; they are offered to the rotation (coordination/sealed/keys.py).
SEALED_BYTES = {"incidents.AttachmentBytes.content": DataClass.CHILD}
# The rule of data/retention.tsv; what stands nowhere here is kept as the body's records are.
RULES = {
    "incidents.Person": "identity",
    "incidents.Informant": "identity",
    "incidents.Attachment": "image",
    "incidents.AttachmentBytes": "image",
    "incidents": "case_s1, case_s2, case_s3_s4, proceedings",
    "coordination.Paper": "paper",
    "coordination.SubjectExport": "export",
    "coordination.TrailLine": "trail",
}
OTHER_RULE = "record"

# Words that no column may be about: this is a register of agreements and of events, not of persons (security.md 2.1, privacy.md 3).
DENIED = frozenset(
    "religion faith church ethnicity ethnic race nationality opinion political politics ideology party_member belief attitude thought facebook zalo tiktok instagram "
    "social_account profile score rating risk_score ranking watchlist blacklist fingerprint face_id biometric".split()
)
DENIED_WORDS = (
    "tôn giáo", "tín ngưỡng", "dân tộc", "chính kiến", "quan điểm chính trị", "tư tưởng", "mạng xã hội của", "tài khoản mạng xã hội", "điểm rủi ro", "chấm điểm học sinh", "xếp hạng học sinh",
    "danh sách theo dõi", "sinh trắc",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One column of the register."""

    model: Any
    field: Any

    @property
    def name(self) -> str:
        """incidents.Person.full_name"""
        return f"{self.model._meta.label}.{self.field.name}"

    @property
    def sealed(self) -> bool:
        return isinstance(self.field, EncryptedTextField) or self.name in SEALED_BYTES

    @property
    def data_class(self) -> str:
        """As declared; empty when a sealed column declares none."""
        return str(getattr(self.field, "data_class", "") or (SEALED_BYTES if self.sealed else OPEN).get(self.name, "" if self.sealed else DataClass.NONE))

    @property
    def rule(self) -> str:
        """The rule of retention; nobody's data fall under none of their own."""
        kept = RULES.get(self.model._meta.label) or RULES.get(self.model._meta.app_label) or OTHER_RULE
        return kept if self.sealed or self.data_class != DataClass.NONE or self.model._meta.label in RULES else "–"

    @property
    def at_end(self) -> str:
        """What is made of it then, where an app has said so."""
        said = subject.register().get((self.model._meta.label, self.field.name))
        return said.at_end if said else "–"


WORDED = (models.CharField, models.TextField, models.JSONField, models.BinaryField, EncryptedTextField)


def ours() -> list[Any]:
    """The models of the portal itself."""
    return [model for model in apps.get_models() if not type(apps.get_app_config(model._meta.app_label)).__module__.startswith(("django.", "allauth.", "axes."))]


def lines() -> list[Line]:
    """Every column in which words could lie, by its table."""
    found = [Line(model, field) for model in ours() for field in model._meta.local_concrete_fields if isinstance(field, WORDED)]
    return sorted(found, key=lambda line: (line.model._meta.db_table, line.field.column))


HEAD = """# Register of data

Every column that holds words, written by `python3 manage.py stack -- python manage.py data_register` from the models. Classes: none (nobody's data), personal, child (a child's, L3), restricted (L4), police (L5). Retention rules are the ids of `coordination/data/retention.tsv`; *record* is kept as the body's own records are. "At the end" says what destruction makes of the column.

| Table | Column | Class | Lies | Rule | At the end |
|---|---|---|---|---|---|
"""


def written() -> str:
    """The register as docs/data-register.md holds it."""
    rows = (
        f"| {line.model._meta.db_table} | {line.field.column} | {line.data_class} | {'sealed' if line.sealed else 'open'} | {line.rule} | {line.at_end} |"
        for line in lines()
    )
    return HEAD + "\n".join(rows) + "\n"


# What is refused at the start


def undeclared() -> list[str]:
    """Sealed columns that do not say whose data they hold, and declared open ones that are no more."""
    every = lines()
    wrong = [line.name for line in every if line.sealed and line.data_class not in DataClass.values]
    return wrong + sorted({*OPEN, *SEALED_BYTES} - {line.name for line in every})


def denied() -> Iterator[str]:
    """Columns whose name or words mean what the portal does not hold."""
    for model in ours():
        for field in model._meta.local_fields:
            said = fold(f"{field.verbose_name} {field.help_text}")
            names = f"_{field.name}_"
            if any(f"_{word}_" in names for word in DENIED) or any(re.search(rf"\b{fold(word)}\b", said) for word in DENIED_WORDS):
                yield f"{model._meta.label}.{field.name}"
