"""Text that lies encrypted: AES-256-GCM bound to its table, column and row (ground.md 27, security.md 5.1)."""

import base64
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

VERSION = 1
NONCE_BYTES = 12


class DataClass(models.TextChoices):
    """Whose data a column holds (security.md 2.1, 5.1); the register in docs/data-register.md is written from it."""

    NONE = "none", "nobody's"
    PERSONAL = "personal", "of a person"
    CHILD = "child", "of a child (Decree 56/2017): L3"
    RESTRICTED = "restricted", "of a restricted kind: L4"
    POLICE = "police", "for the police side alone: L5"


class SealBroken(Exception):
    """A sealed value does not open: it was changed, or moved from another row, or its key is gone."""


@dataclass(frozen=True)
class Keyring:
    """What FIELD_KEYS_FILE held when it was read: the key that seals, and every key that still opens something."""

    active: str
    keys: dict[str, AESGCM]
    source: tuple[Any, ...]


_ring: Keyring | None = None


def keyring(*, afresh: bool = False) -> Keyring:
    """The keys as the file holds them now. A rotation replaces the file whole, and every running process reads the new one at its next value."""
    global _ring
    source = source_of(settings.FIELD_KEYS_FILE)
    if _ring is None or _ring.source != source or afresh:
        _ring = read_keyring(settings.FIELD_KEYS_FILE, source)
    return _ring


def source_of(path: Path) -> tuple[Any, ...]:
    """What changes when the file is replaced; one question to the system, about a microsecond."""
    try:
        stat = path.stat()
    except OSError as error:
        raise ImproperlyConfigured(f"FIELD_KEYS_FILE cannot be read: {type(error).__name__}") from error
    return str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size


def read_keyring(path: Path, source: tuple[Any, ...]) -> Keyring:
    """The keyring of a file, or a fault of the installation."""
    try:
        stored = json.loads(path.read_text())
        keys = {name: AESGCM(base64.b64decode(value)) for name, value in stored["keys"].items()}
        active = stored["active"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ImproperlyConfigured(f"FIELD_KEYS_FILE cannot be read: {type(error).__name__}") from error
    if active not in keys:
        raise ImproperlyConfigured("FIELD_KEYS_FILE names an active key that it does not hold")
    return Keyring(active, keys, source)


def key_named(name: str) -> AESGCM:
    """A key that opens. One that is not known may have come into the file this very moment."""
    ring = keyring()
    return ring.keys[name] if name in ring.keys else keyring(afresh=True).keys[name]


def seal_bytes(content: bytes, bound_to: str) -> bytes:
    """version | length of key id | key id | nonce | ciphertext and tag."""
    ring = keyring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return bytes([VERSION, len(ring.active)]) + ring.active.encode() + nonce + ring.keys[ring.active].encrypt(nonce, content, bound_to.encode())


def seal(text: str, bound_to: str) -> bytes:
    """A text, sealed."""
    return seal_bytes(text.encode(), bound_to)


def key_of(sealed: bytes) -> str:
    """The id of the key that sealed a value; what a rotation reads."""
    return sealed[2 : 2 + sealed[1]].decode()


def open_bytes(sealed: bytes, bound_to: str) -> bytes:
    """The content, or SealBroken."""
    try:
        start = 2 + sealed[1]
        nonce, body = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        opened = key_named(key_of(sealed)).decrypt(nonce, body, bound_to.encode())
    except (KeyError, InvalidTag, IndexError, ValueError) as error:
        raise SealBroken(bound_to) from error
    if sealed[0] != VERSION:
        raise SealBroken(bound_to)
    return opened


def open_sealed(sealed: bytes, bound_to: str) -> str:
    """The text, or SealBroken."""
    return open_bytes(sealed, bound_to).decode()


def place_of(table: str, column: str, uid: Any) -> str:
    """The associated data of a column's value: a ciphertext copied to another row or column does not open."""
    return f"portal|{VERSION}|{table}|{column}|{uid}"


class SealedText:
    """The descriptor: opens on first reading, so a list that shows no sealed column opens none."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, bytes | memoryview):
            value = open_sealed(bytes(value), self.field.bound_to(instance)) if len(value) else ""
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.Field):
    """Text in a bytea column. The model needs `uid`, a UUID given before saving; empty text is stored empty.

    `data_class` says whose data it holds. `identifies` marks words that name a person: names, ways to reach him. No masked
    paper, mail or log may hold them, and `manage.py canaries` looks for them everywhere. Neither changes the table.
    """

    descriptor_class = SealedText
    empty_strings_allowed = True

    def __init__(self, *args: Any, data_class: str = "", identifies: bool = False, **kwargs: Any) -> None:
        self.data_class, self.identifies = data_class, identifies
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def bound_to(self, instance: Any) -> str:
        """The associated data."""
        return place_of(self.model._meta.db_table, self.column, instance.uid)

    def pre_save(self, model_instance: Any, add: bool) -> bytes:
        value = model_instance.__dict__.get(self.attname, "")
        if isinstance(value, bytes | memoryview):
            return bytes(value)
        return seal(value, self.bound_to(model_instance)) if value else b""

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            if value:
                raise TypeError(f"{self.name} is sealed: it can be saved with its row, never written or searched by itself")
            value = b""
        return connection.Database.Binary(value)

    def get_lookup(self, lookup_name: str) -> Any:
        """Sealed text is not searched (ground.md 15)."""
        return None
