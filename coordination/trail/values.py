"""What a row said when an act wrote it: a keyed hash of each written column, so that a row changed past the portal can be told."""

import base64
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver

WRITTEN = "_columns_written"
# Copies kept for the walls: what they follow from has lines of its own.
COPIES = frozenset({"parties"})
HASH_LETTERS = 32


@cache
def key() -> bytes:
    """The trail's own key in FIELD_KEYS_FILE, derived from no other and used for nothing else (security.md 5.1)."""
    try:
        return base64.b64decode(json.loads(settings.FIELD_KEYS_FILE.read_text())["trail"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"FIELD_KEYS_FILE holds no key named trail: {type(error).__name__}") from error


@receiver(post_save, dispatch_uid="trail.columns_written")
def remember(instance: models.Model, update_fields: Iterable[str] | None, **_signal: Any) -> None:
    """What save() wrote stays noted on the row until the line of the act names it."""
    names = update_fields or [field.name for field in instance._meta.concrete_fields]
    instance.__dict__.setdefault(WRITTEN, set()).update(names)


def told(row: models.Model) -> dict[str, str]:
    """The columns written since the row's last line, each with the keyed hash of its value."""
    names = row.__dict__.pop(WRITTEN, None)
    if names is None:
        return {}
    return {field.name: hash_of(row, field) for field in columns_of(type(row)) if field.name in names or field.attname in names}


@cache
def columns_of(model: type[models.Model]) -> list[models.Field]:
    """The columns of a row that its lines tell about."""
    return [field for field in model._meta.concrete_fields if not field.primary_key and field.name not in COPIES]


def hash_of(row: models.Model, field: models.Field) -> str:
    """HMAC-SHA-256 of one value, bound to its table, row and column: equal values of two rows look different."""
    return digest(row._meta.label_lower, str(row.pk), field.name, plain(field, getattr(row, field.attname)))


def digest(*parts: str) -> str:
    """The keyed hash of some words, shortened to 128 bits; also of a word that somebody searched for."""
    return hmac.digest(key(), "\0".join(parts).encode(), "sha256").hex()[:HASH_LETTERS]


def plain(field: models.Field, value: Any) -> str:
    """One text for one value, whether it comes from a form or from the database."""
    if isinstance(field, models.JSONField):
        return json.dumps(json.loads(json.dumps(value, default=str)), sort_keys=True, ensure_ascii=False)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return str(list(value)) if isinstance(value, list | tuple) else str(value)
