"""The one layer for query parameters: declared, bounded, answered 400 when they are nonsense (security.md threat 30)."""

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest

CURSOR_SALT = "portal.cursor"
LONGEST_CURSOR = 300


def text(limit: int = 80) -> Callable[[str], str]:
    """A search word: NFC, printable, at most `limit` characters."""

    def read(raw: str) -> str:
        value = unicodedata.normalize("NFC", raw).strip()
        if len(value) > limit or any(unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn", "Cf"} for letter in value):
            raise BadRequest("search word")
        return value

    return read


def one_of(values: Iterable[str]) -> Callable[[str], str]:
    """One word of a fixed list."""
    allowed = set(values)

    def read(raw: str) -> str:
        if raw not in allowed:
            raise BadRequest("unknown choice")
        return raw

    return read


def number(raw: str) -> int:
    """A plain positive number of at most nine digits."""
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 9):
        raise BadRequest("number")
    return int(raw)


def cursor(raw: str) -> tuple[Any, ...]:
    """Where the last page ended; signed, so nobody can walk by guessing (ground.md 14)."""
    if len(raw) > LONGEST_CURSOR:
        raise BadRequest("cursor")
    try:
        return tuple(signing.loads(raw, salt=CURSOR_SALT))
    except signing.BadSignature as error:
        raise BadRequest("cursor") from error


def make_cursor(values: Iterable[Any]) -> str:
    """The signed text of a cursor."""
    return signing.dumps(list(values), salt=CURSOR_SALT)


def read(request: HttpRequest, **fields: Callable[[str], Any]) -> dict[str, Any]:
    """The declared parameters that the address carries, read; absent or empty ones are None; a repeated one is refused."""
    found: dict[str, Any] = {}
    for name, reader in fields.items():
        given = request.GET.getlist(name)
        if len(given) > 1:
            raise BadRequest("repeated parameter")
        found[name] = reader(given[0]) if given and given[0] != "" else None
    return found
