"""What was done and read, by whom: one line in the same transaction, with a leaf hash. What happens to it later stands in coordination.trail."""

import logging
import re
import time
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from coordination import clocks
from coordination.logs import request_id
from coordination.models.trail import TrailLine, TrailSeal
from coordination.scope import reading_as
from coordination.trail import tree, values

logger = logging.getLogger(__name__)
READ, SEARCH, REFUSED = "read", "search", "refused"
# Ids, codes, counts and words of fixed lists: nothing a name or a sentence fits into (style.md 12).
WORD = re.compile(r"[A-Za-z0-9\u0110\u0111_.:@+/|=-]{0,100}")
MOST_ITEMS = 200
MOST_REFUSALS = 30  # lines a minute for one post in one process; the rest are counted in the next line


class Unwritable(Exception):
    """The line could not be written: the page or the act it stands for must not happen."""


class Talkative(Exception):
    """Somebody gave the trail a text instead of an id, a code or a count: a fault of ours."""


def record(act: str, about: Any, *, by: Any, code: str = "", **detail: Any) -> None:
    """Write one line: who did what to which row, with ids, codes and counts, and hashes of the columns the act has saved in that row."""
    add(act, about._meta.label_lower, about.pk, by=by, code=code or code_of(about), wrote=values.told(about), detail=detail)


def add(act: str, model: str, pk: int | None, *, by: Any, code: str = "", wrote: dict[str, str] | None = None, detail: dict[str, Any]) -> None:
    """Write one line. Business time and server time are both kept (ground.md 17)."""
    refuse_talk(act, detail)
    uid, recorded, happened = str(uuid4()), timezone.now(), clocks.now()
    post = "SYSTEM" if by.is_system else f"{by.role}@{by.post.organisation_id}"
    said = (act, model, pk, request_id.get(), tree.encode(detail), code, tree.encode(wrote) if wrote else "{}")
    leaf = tree.leaf_of(tree.content_of(uid, repr(recorded.timestamp()), repr(happened.timestamp()), by.pk, post, *said))
    write((uid, recorded, happened, by.pk, post, *said, leaf))


def code_of(about: Any) -> str:
    """The code in the address of the record to which a thing belongs: of a case for everything in it, otherwise the thing's own."""
    for name in ("case_code_in_trail", "page_code", "about_code", "code"):
        if code := getattr(about, name, ""):
            return code
    return code_of(about.incident) if hasattr(about, "incident_id") else ""


def refuse_talk(act: str, detail: dict[str, Any]) -> None:
    """Raise Talkative unless everything is a number, a code or a short list of those."""
    for name, value in detail.items():
        if not (short_list(value) if isinstance(value, list | tuple) else plain(value)):
            raise Talkative(f"{act}: {name} is not an id, a code or a count")


def plain(item: Any) -> bool:
    """Nothing, a number or a word."""
    return item is None or isinstance(item, int) or isinstance(item, str) and WORD.fullmatch(item) is not None


def short_list(items: Sequence[Any]) -> bool:
    """Not too many, and each of them plain."""
    return len(items) <= MOST_ITEMS and all(map(plain, items))


COLUMNS = ("uid", "recorded_at", "happened_at", "actor_id", "actor_post", "act", "about_model", "about_id", "request_id", "detail", "code", "wrote", "leaf")
INSERT = f"insert into {TrailLine._meta.db_table} ({', '.join(COLUMNS)}) values ({', '.join(['%s'] * len(COLUMNS))})"


def write(line: tuple[Any, ...]) -> None:
    """Insert and read nothing back: the serving role may add to the trail but sees none of it."""
    with connection.cursor() as cursor:
        cursor.execute(INSERT, line)


def latest_root() -> str:
    """The newest root in hex, frozen with the figures of a briefing so that both sides hold it."""
    newest = TrailSeal.objects.order_by("-last").values_list("root", flat=True).first()
    return bytes(newest).hex() if newest else ""


# Reading

_purposes: dict[str, Any] = {}
PURPOSE_WORDS: dict[str, Any] = {}


def tell_purpose(model: str, asked: Any, words: dict[str, Any]) -> None:
    """An app names how to learn the purpose for which a reader holds one of its records open: `asked(thing, actor)` gives a code of `words`, or "". Called by ready()."""
    _purposes[model] = asked
    PURPOSE_WORDS.update(words)


def read(act: str, about: Any, level: str, *, by: Any, **detail: Any) -> None:
    """One line for an answer that showed something sealed; raises Unwritable. A restricted case is one level higher (security.md 2.1)."""
    model = about._meta.label_lower if about is not None else ""
    purpose = _purposes[model](about, by) if model in _purposes else ""
    restricted = getattr(about, "restricted", False) or getattr(getattr(about, "incident", None), "restricted", False)
    said = {"act": act, "level": "L4" if restricted and level == "L3" else level} | ({"purpose": purpose} if purpose else {}) | detail
    try:
        add(READ, model, about and about.pk, by=by, code=code_of(about) if about is not None else "", detail=said)
    except DatabaseError as error:
        raise Unwritable(act) from error


def searched(model: Any, term: str, found: Iterable[Any], *, by: Any) -> None:
    """One line for a list that answered a search: the word as a keyed hash, and what it showed as ids."""
    add(SEARCH, model._meta.label_lower, None, by=by, detail={"term": values.digest(SEARCH, term.casefold()), "ids": [row.pk for row in found]})


# Refusing

_refusals: dict[int, tuple[int, int, int]] = {}


def unwritten_before(post: int) -> int | None:
    """How many refusals of this post stayed unwritten since its last line; None when this one stays unwritten too."""
    now = int(time.monotonic() // 60)
    minute, written, unwritten = _refusals.get(post, (now, 0, 0))
    written = written if minute == now else 0
    if written >= MOST_REFUSALS:
        _refusals[post] = (now, written, unwritten + 1)
        return None
    _refusals[post] = (now, written + 1, 0)
    return unwritten


def refuse(act: str, route: str, status: int, *, by: Any) -> None:
    """One line for a refusal, in a transaction of its own: that of the page has been rolled back. The answer waits for it and never depends on it.

    What was asked for is not looked up: absent and hidden take the same way and leave the same line.
    """
    unwritten = unwritten_before(by.pk)
    if unwritten is None:
        return
    try:
        with transaction.atomic(), reading_as(by):
            add(REFUSED, "", None, by=by, detail={"act": act, "route": route, "status": status} | ({"unwritten": unwritten} if unwritten else {}))
    except DatabaseError as error:
        logger.warning("a refusal stayed unwritten: %s", type(error).__name__)
