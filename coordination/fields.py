"""Text that lies encrypted: AES-256-GCM bound to its table, column and row (ground.md 27, security.md 5.1)."""

import base64
import json
import secrets
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

VERSION = 1
NONCE_BYTES = 12


class SealBroken(Exception):
    """A sealed value does not open: it was changed, or moved from another row, or its key is gone."""


@cache
def keyring() -> tuple[str, dict[str, AESGCM]]:
    """The active key's id and every key that still opens something, from FIELD_KEYS_FILE."""
    try:
        stored = json.loads(settings.FIELD_KEYS_FILE.read_text())
        keys = {name: AESGCM(base64.b64decode(value)) for name, value in stored["keys"].items()}
        active = stored["active"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"FIELD_KEYS_FILE cannot be read: {type(error).__name__}") from error
    if active not in keys:
        raise ImproperlyConfigured("FIELD_KEYS_FILE names an active key that it does not hold")
    return active, keys


def seal(text: str, bound_to: str) -> bytes:
    """version | length of key id | key id | nonce | ciphertext and tag."""
    name, keys = keyring()
    nonce = secrets.token_bytes(NONCE_BYTES)
    return bytes([VERSION, len(name)]) + name.encode() + nonce + keys[name].encrypt(nonce, text.encode(), bound_to.encode())


def key_of(sealed: bytes) -> str:
    """The id of the key that sealed a value; what a rotation reads."""
    return sealed[2 : 2 + sealed[1]].decode()


def open_sealed(sealed: bytes, bound_to: str) -> str:
    """The text, or SealBroken."""
    try:
        start = 2 + sealed[1]
        nonce, body = sealed[start : start + NONCE_BYTES], sealed[start + NONCE_BYTES :]
        opened = keyring()[1][key_of(sealed)].decrypt(nonce, body, bound_to.encode()).decode()
    except (KeyError, InvalidTag, IndexError, ValueError) as error:
        raise SealBroken(bound_to) from error
    if sealed[0] != VERSION:
        raise SealBroken(bound_to)
    return opened


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
    """Text in a bytea column. The model needs `uid`, a UUID given before saving; empty text is stored empty."""

    descriptor_class = SealedText
    empty_strings_allowed = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def db_type(self, connection: Any) -> str:
        return "bytea"

    def bound_to(self, instance: Any) -> str:
        """The associated data: a ciphertext copied to another row or column does not open."""
        return f"portal|{VERSION}|{self.model._meta.db_table}|{self.column}|{instance.uid}"

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
