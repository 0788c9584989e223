"""How long what is kept: the rules of data/retention.tsv, and what each app offers of its own rows (privacy.md 6)."""

import calendar
import csv
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.models import Organisation, TrailLine, TrailSeal

FILE = Path(__file__).parent.parent / "data" / "retention.tsv"
ENDINGS = {"deidentify": _("Gỡ bỏ danh tính"), "destroy": _("Hủy"), "archive": _("Lưu trữ"), "none": _("Không lưu")}
KEEPERS = {
    "batch": _("Hệ thống đề xuất hằng tháng, hai người duyệt"),
    "sweep": _("Hệ thống tự xóa"),
    "command": _("Lệnh của người vận hành; chưa xóa khỏi hệ thống"),
    "office": _("Cơ quan lưu trữ"),
    "never": _("Không bao giờ ghi"),
}
UNITS = {"m": _("tháng"), "y": _("năm"), "d": _("ngày"), "h": _("giờ")}


@dataclass(frozen=True)
class Rule:
    """One row of the file: what, for how long after which event, and then what."""

    rule: str
    what: str
    keep: str
    after: str
    then: str
    by: str
    source: str

    @property
    def what_words(self) -> str:
        """What is kept, in the reader's language: the catalogue knows every row of the shipped file."""
        return _now(self.what)

    @property
    def keep_words(self) -> str:
        """12 tháng kể từ ngày kết thúc vụ việc."""
        length = f"{self.keep[:-1]} {UNITS[self.keep[-1]]} " if self.keep else ""
        return f"{length}{_now(self.after)}"

    @property
    def then_words(self) -> Any:
        """What happens then."""
        return ENDINGS[self.then]

    @property
    def by_words(self) -> Any:
        """Who sees to it."""
        return KEEPERS[self.by]


@cache
def rules() -> dict[str, Rule]:
    """The rules by their ids, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {row["rule"]: Rule(**row) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)}


def over_on(rule: str, since: date) -> date:
    """The first day on which the time of a rule is over, counted from its event."""
    keep = rules()[rule].keep
    number, unit = int(keep[:-1]), keep[-1]
    if unit == "d":
        return since + timedelta(days=number)
    return months_after(since, number * (12 if unit == "y" else 1))


def over_since(rule: str, today: date) -> date:
    """The last event day whose time is over today, for a query: a day or two generous, `over_on` decides."""
    keep = rules()[rule].keep
    number, unit = int(keep[:-1]), keep[-1]
    return today - timedelta(days=number) if unit == "d" else months_after(today, -number * (12 if unit == "y" else 1)) + timedelta(days=3)


def months_after(day: date, months: int) -> date:
    """The same day of a later (or earlier) month, or its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# What the apps offer


@dataclass(frozen=True)
class Due:
    """One thing whose time is over: its code and rule, since when, whose it is, the Sở above, and from whom it is kept."""

    about_model: str
    about_id: int
    code: str
    rule: str
    due_on: date
    body_id: int
    department_id: int
    kept_out: tuple[int, ...] = ()


@dataclass(frozen=True)
class Emptied:
    """What carrying out did to one thing: how many people's values were destroyed, how many texts replaced."""

    people: int
    texts: int


@dataclass(frozen=True)
class Keeper:
    """What an app lets be held and destroyed. `kind` stands in addresses.

    `due` names what is over today and not held; `lock` fetches one thing and locks its row and that of the thing whose hold binds it
    (`holder`), for SYSTEM; `due_on` asks one thing again; `empty` destroys it; `code` and `bodies` (managing body, Sở) describe one to a hold.
    """

    kind: str
    model: Any
    due: Callable[[date], Iterable[Due]]
    lock: Callable[[int], Any]
    due_on: Callable[[Any, str], date | None]
    empty: Callable[[Any, str], Emptied]
    code: Callable[[Any], str]
    bodies: Callable[[Any], tuple[Organisation, Organisation]]
    holder: Callable[[Any], Any] = lambda thing: thing
    holdable: bool = True

    @property
    def label(self) -> str:
        """How rows of it are named in the tables of this package."""
        return self.model._meta.label_lower


_keepers: dict[str, Keeper] = {}


def offer(keeper: Keeper) -> None:
    """Called by an app's ready()."""
    _keepers[keeper.kind] = keeper


def keepers() -> list[Keeper]:
    """Everything that can be over."""
    return list(_keepers.values())


def keeper_in_address(kind: str) -> Keeper | None:
    """The keeper that an address names, or None: some things are held only with what they belong to."""
    keeper = _keepers.get(kind)
    return keeper if keeper and keeper.holdable else None


def keeper_of(label: str) -> Keeper:
    """The keeper of a kind of row."""
    return next(keeper for keeper in _keepers.values() if keeper.label == label)


# The trail


def archive_trail(before: date, path: Path) -> tuple[int, str]:
    """Copy every sealed line older than a day to a file of its own, with the seals that prove it; nothing is deleted.

    One JSON object a line: first the lines of the trail in the order of their seals, then the seals. The newest root is the proof.
    """
    cut = clocks.midnight(before)
    seals = list(TrailSeal.objects.filter(sealed_at__lt=cut).order_by("last"))
    lines = TrailLine.objects.filter(position__lt=seals[-1].last if seals else 0).order_by("position", "pk")
    written = 0
    with open_closed(path) as file:
        for line in lines.iterator(chunk_size=5000):
            file.write(json.dumps(as_json(line), ensure_ascii=False, sort_keys=True) + "\n")
            written += 1
        for seal in seals:
            file.write(json.dumps({"seal": as_json(seal)}, sort_keys=True) + "\n")
    return written, bytes(seals[-1].root).hex() if seals else ""


def as_json(row: Any) -> dict[str, Any]:
    """Every column of a row as plain data."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value).hex() if isinstance(value, bytes | memoryview) else value if isinstance(value, int | dict | None) else str(value) for name, value in values.items()}


def open_closed(path: Path) -> TextIO:
    """A new file that only its owner reads; one that exists is never overwritten."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8")
