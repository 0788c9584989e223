"""The sweep: is anything of what lies sealed to be found anywhere else? (security.md 2.4 rows 32, 36, 38, 39, 43; section 8 goal 6)

What is looked for, of every sealed value of class child, restricted or police:
- of words that name a person: the whole name and every number of eight digits and more, however written;
- of a text: runs of six words, one beginning at every third word, so that whoever copies eight words in a row is found; a text of
  three to five words as a whole.
What is not: a value of one word or of fewer than eight letters ("9A"), a placeholder ("Chưa rõ"), and what is public anyway: the words
of a body, a place, a kind or a label. The command says how many values it left out.
Papers and reports are printed from texts, so in them names and numbers alone are looked for.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import connections, models
from django.utils.module_loading import import_string
from django.utils.translation import override
from kombu import Connection

from coordination import clocks, fields
from coordination.fields import DataClass, EncryptedTextField, SealBroken, place_of
from coordination.models import SYSTEM, Paper
from coordination.models.papers import PaperStatus
from coordination.paper import papers
from coordination.scope import reading_as
from coordination.sealed import masking
from coordination.sealed.keys import Shelf, seeing_everything, shelves
from coordination.sealed.masking import NOBODY, Secrets, hits_in, numbers_of

LOOKED_FOR = {DataClass.CHILD, DataClass.RESTRICTED, DataClass.POLICE}
# Made of other sealed values, which are looked for themselves.
DERIVED = {"coordination.Paper.content", "coordination.SubjectExport.data"}
SHORTEST = 8  # letters
RUN, STEP, SHORT_TEXT = 6, 3, 3  # words
LONGEST_NAME = 8  # words
WORDS = re.compile(r"[a-z0-9]+")
HEX = re.compile(r"\\\\x([0-9a-f]{16,})")
UNMARKED = dict.fromkeys(range(0x300, 0x370)) | {ord("đ"): "d"}
RECENT = 24 * 3600
LARGEST_FILE = 20_000_000
BATCH = 500


class Blind(Exception):
    """A place could not be looked into: the sweep would say nothing about it."""


@dataclass(frozen=True)
class Value:
    """One sealed value by its place: never its words."""

    label: str
    row: Any

    def __str__(self) -> str:
        return f"{self.label} row {self.row}"


@dataclass(frozen=True)
class Hit:
    """Where something of a value was found."""

    place: str
    value: Value


@dataclass
class Matcher:
    """What is looked for. Phrases are kept as hashes of their folded words, by the number of words."""

    phrases: dict[int, dict[int, Value]] = field(default_factory=lambda: defaultdict(dict))
    first: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    numbers: dict[str, Value] = field(default_factory=dict)
    names: dict[Value, Secrets] = field(default_factory=dict)
    values: int = 0
    left_out: int = 0

    def add(self, value: Value, text: str, *, identifies: bool, public: "Public") -> None:
        """One value, or that it is too short or too common to be looked for."""
        self.values += 1
        words = folded_words(text)
        found = self.add_name(value, text, words, public) if identifies and len(words) <= LONGEST_NAME else self.add_text(value, words, public)
        self.left_out += not found

    def add_name(self, value: Value, text: str, words: list[str], public: "Public") -> bool:
        """A whole name, and numbers."""
        numbers = [digits for digits in numbers_of(text) if len(digits) >= masking.SHORTEST_NUMBER]
        for digits in numbers:
            self.numbers[re.sub(r"^(?:84|0)", "", digits)] = value
        named = [word for word in words if not word.isdigit()]
        is_name = len(named) > 1 and len("".join(named)) >= SHORTEST and " ".join(named) not in NOBODY and not public.holds(named)
        if is_name:
            self.put(value, named)
        if is_name or numbers:
            self.names[value] = Secrets([text] if is_name else [], [text])
        return is_name or bool(numbers)

    def add_text(self, value: Value, words: list[str], public: "Public") -> bool:
        """The runs of a text, or the whole of a short one."""
        if len(words) < RUN:
            runs = [words] if len(words) >= SHORT_TEXT and len("".join(words)) >= SHORTEST else []
        else:
            runs = [words[at : at + RUN] for at in range(0, len(words) - RUN + 1, STEP)]
        kept = [run for run in runs if not public.holds(run)]
        for run in kept:
            self.put(value, run)
        return bool(kept)

    def put(self, value: Value, words: list[str]) -> None:
        """One phrase."""
        self.phrases[len(words)].setdefault(hash(tuple(words)), value)
        self.first[words[0]].add(len(words))

    def find(self, text: str, *, names_alone: bool = False) -> set[Value]:
        """The values of which the text holds something."""
        words = folded_words(text)
        found = {value for value in self.phrases_in(words) if value in self.names or not names_alone} | self.numbers_in(words)
        return {value for value in found if value not in self.names or hits_in(text, self.names[value])}

    def phrases_in(self, words: list[str]) -> Iterator[Value]:
        """Values of which a phrase stands in the words."""
        for at, word in enumerate(words):
            for size in self.first.get(word, ()):
                value = self.phrases[size].get(hash(tuple(words[at : at + size])))
                if value is not None:
                    yield value

    def numbers_in(self, words: list[str]) -> set[Value]:
        """Values whose number stands in the words, whole or in up to four neighbouring pieces."""
        found = set()
        for at, word in enumerate(words) if self.numbers else ():
            joined = ""
            for piece in words[at : at + 4] if word.isdigit() else ():
                if not piece.isdigit() or len(joined) > masking.LONGEST_NUMBER:
                    break
                joined += piece
                value = self.numbers.get(re.sub(r"^(?:0084|84|0)", "", joined)) if len(joined) >= masking.SHORTEST_NUMBER else None
                if value:
                    found.add(value)
        return found


def folded_words(text: str) -> list[str]:
    """The words of a text without marks and capitals; plain ASCII, most of a dump, takes the short way."""
    if text.isascii():
        return WORDS.findall(text.lower())
    return WORDS.findall(unicodedata.normalize("NFD", text.casefold()).translate(UNMARKED))


# What is public anyway


class Public:
    """Words that anybody may read: names of bodies and units, kinds, and every label of a choice."""

    def __init__(self) -> None:
        self.runs: set[tuple[str, ...]] = set()
        with override(settings.LANGUAGE_CODE):
            labels = {str(label) for model in apps.get_models() for column in model._meta.local_fields for _value, label in column.flatchoices}
        for text in (*labels, *masking.public_texts()):
            words = folded_words(text)
            self.runs |= {tuple(words[at : at + size]) for size in range(2, RUN + 1) for at in range(len(words) - size + 1)}

    def holds(self, words: list[str]) -> bool:
        """Whether these words stand in a public text."""
        return tuple(words) in self.runs


# What lies sealed


def matcher() -> Matcher:
    """Every value that is looked for, opened; a value that does not open is a fault of its own, and is said by `keys rotate --dry-run`."""
    found, public = Matcher(), Public()
    for shelf in shelves():
        wanted = [column for column in sealed_columns(shelf.model) if column.data_class in LOOKED_FOR and f"{shelf.model._meta.label}.{column.name}" not in DERIVED]
        for row in rows_of(shelf, wanted) if wanted else ():
            key, uid, *sealed = row
            for column, value in zip(wanted, sealed, strict=True):
                if len(value) > 1:
                    with suppress(SealBroken):
                        text = fields.open_sealed(bytes(value), place_of(shelf.table, column.column, uid))
                        found.add(Value(f"{shelf.model._meta.label}.{column.name}", key), text, identifies=column.identifies, public=public)
    return found


def sealed_columns(model: type[models.Model]) -> list[EncryptedTextField]:
    """The sealed columns of a table."""
    return [column for column in model._meta.concrete_fields if isinstance(column, EncryptedTextField)]


def rows_of(shelf: Shelf, wanted: list[EncryptedTextField]) -> Iterator[tuple[Any, ...]]:
    """Every row of a table, some at a time."""
    columns, last = ", ".join(f'"{column.column}"' for column in wanted), []
    while True:
        with seeing_everything() as cursor:
            after = f"where {shelf.key} > %s " if last else ""
            cursor.execute(f"select {shelf.key}, uid, {columns} from {shelf.table} {after}order by {shelf.key} limit {BATCH}", last)
            rows = cursor.fetchall()
        if not rows:
            return
        last = [rows[-1][0]]
        yield from rows


# Where it must not be


@dataclass(frozen=True)
class Place:
    """Somewhere to look: its name, and its texts."""

    name: str
    texts: Iterable[str]
    names_alone: bool = False


def dump() -> Iterator[Place]:
    """The text of a backup, table by table: what a thief of one would hold. Raises Blind when the rows of the cases are not in it."""
    way = connections["owner"].get_connection_params()
    command = [shutil.which("pg_dump") or "pg_dump", "--data-only", "--enable-row-security", "--no-password", "-h", str(way.get("host") or ""), "-U", way["user"], way["dbname"]]
    env = os.environ | {"PGOPTIONS": "-c portal.reader=system", "PGPASSWORD": way.get("password") or "", **({"PGPORT": str(way["port"])} if way.get("port") else {})}
    seen: dict[str, int] = {}
    with tempfile.TemporaryFile() as errors, subprocess.Popen(command, env=env, text=True, errors="replace", stdout=subprocess.PIPE, stderr=errors) as run:
        assert run.stdout is not None
        for line in run.stdout:
            if line.startswith("COPY "):
                table = line.split()[1].removeprefix("public.")
                seen[table] = 0
                yield Place(f"table {table}", copied(run.stdout, seen, table))
        if run.wait():
            raise Blind("pg_dump failed")
    unlooked(seen)


def copied(lines: Iterable[str], seen: dict[str, int], table: str) -> Iterator[str]:
    """The rows of one table; bytes that are plain text are read as text."""
    for line in lines:
        if line == "\\.\n":
            return
        seen[table] += 1
        yield line.replace("\\n", " ").replace("\\t", " ").replace("\\r", " ")
        for found in HEX.finditer(line):
            with suppress(ValueError):
                yield bytes.fromhex(found[1]).decode()


def unlooked(seen: dict[str, int]) -> None:
    """The dump must hold every row that is sealed, or the sweep would praise an empty page."""
    for shelf in shelves():
        with seeing_everything() as cursor:
            cursor.execute(f"select count(*) from {shelf.table}")
            if cursor.fetchone()[0] > seen.get(shelf.table, 0):
                raise Blind(f"the dump lacks rows of {shelf.table}")


def sessions() -> Iterator[Place]:
    """What sessions say when they are decoded."""
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    with reading_as(SYSTEM):
        rows = list(store.get_model_class().objects.values_list("session_data", flat=True))
    yield Place("sessions", (json.dumps(store().decode(data), default=str, ensure_ascii=False) for data in rows))


def files(names: Iterable[Path], kind: str) -> Iterator[Place]:
    """Plain files: logs, exports of the trail, what was left in the folder of temporary files."""
    for path in names:
        with suppress(OSError):
            if path.is_file() and path.stat().st_size <= LARGEST_FILE:
                yield Place(f"{kind} {path.name}", [path.name, path.read_text(errors="replace")])


def log_files(folders: Iterable[Path]) -> Iterator[Path]:
    """The logs of the portal and of its servers."""
    for folder in folders:
        yield from sorted(folder.glob("*.log"))


def temporary(folder: Path) -> Iterator[Path]:
    """Temporary files of the last day that are ours: lying in the folder itself, or in one that a program made for them."""
    since = clocks.now().timestamp() - RECENT
    for path in [*folder.glob("*"), *folder.glob("tmp*/*")]:
        with suppress(OSError):
            stat = path.stat()
            if path.is_file() and stat.st_uid == os.getuid() and stat.st_mtime > since:
                yield path


def broker() -> Iterator[Place]:
    """Every key of Redis with all it holds; messages are decoded."""
    with Connection(settings.CELERY_BROKER_URL, transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS) as line:
        client = line.default_channel.client
        for key in sorted(client.scan_iter()):
            yield Place(f"redis {key.decode(errors='replace')}", [key.decode(errors="replace"), *(text for held in held_under(client, key) for text in unpacked(held))])


def held_under(client: Any, key: bytes) -> list[bytes]:
    """The values of a key, whatever it is."""
    kind = client.type(key).decode()
    if kind == "string":
        return [client.get(key)]
    if kind == "list":
        return client.lrange(key, 0, -1)
    if kind == "hash":
        return [part for pair in client.hgetall(key).items() for part in pair]
    if kind == "set":
        return list(client.smembers(key))
    return list(client.zrange(key, 0, -1)) if kind == "zset" else []


def unpacked(held: bytes) -> Iterator[str]:
    """A message as it lies, and its body as the worker reads it."""
    text = held.decode(errors="replace")
    yield text
    for body in re.findall(r'"body": ?"([A-Za-z0-9+/=]{8,})"', text):
        with suppress(ValueError):
            decoded = base64.b64decode(body).decode(errors="replace")
            yield decoded
            yield json.dumps(json.loads(decoded), ensure_ascii=False)


def printed() -> Iterator[Place]:
    """Papers that people may still fetch, but for those that give a person his own data."""
    with reading_as(SYSTEM):
        for paper in Paper.objects.visible_to(SYSTEM).filter(status=PaperStatus.READY).order_by("pk").iterator(chunk_size=20):
            offer = papers.offered(paper.kind)
            if offer and masking.offers(offer.model):
                yield Place(f"paper {paper.pk}", list(texts_of_pdf(papers.content_of(paper))), names_alone=True)


def stored() -> Iterator[Place]:
    """Printed reports and their workbooks."""
    for path in sorted(Path(settings.MEDIA_ROOT).rglob("*")):
        if path.suffix == ".pdf":
            yield Place(f"file {path.name}", texts_of_pdf(path.read_bytes()), names_alone=True)
        elif path.suffix == ".xlsx":
            yield Place(f"file {path.name}", texts_of_zip(path.read_bytes()), names_alone=True)


def texts_of_pdf(content: bytes) -> Iterator[str]:
    """Everything a PDF says: its pages, what it says of itself, and its streams unpacked."""
    reader = pypdf.PdfReader(BytesIO(content))
    yield from (page.extract_text() for page in reader.pages)
    yield " ".join(str(value) for value in (reader.metadata or {}).values())
    for number in range(1, int(reader.trailer["/Size"])):
        with suppress(Exception):
            part = reader.get_object(number)
            yield str(part)
            if hasattr(part, "get_data"):
                yield part.get_data().decode(errors="replace")


def texts_of_zip(content: bytes) -> Iterator[str]:
    """The parts of a workbook without their tags."""
    with zipfile.ZipFile(BytesIO(content)) as parts:
        for name in parts.namelist():
            yield re.sub(r"<[^>]+>", " ", parts.read(name).decode(errors="replace"))


def everywhere(logs: Iterable[Path], temp: Path) -> Iterator[Place]:
    """All places, one after the other."""
    yield from dump()
    yield from sessions()
    yield from files(log_files(logs), "log")
    yield from files(sorted(path for path in Path(settings.TRAIL_FOLDER).rglob("*")), "trail")
    yield from files(temporary(temp), "temporary")
    yield from broker()
    yield from printed()
    yield from stored()


@dataclass
class Swept:
    """What the sweep found, and how much it looked at."""

    places: int
    hits: list[Hit]
    values: int
    left_out: int


def sweep(*, logs: Iterable[Path] = (), temp: Path | None = None) -> Swept:
    """Look for everything everywhere."""
    looked_for, places, hits = matcher(), 0, []
    for place in everywhere(list(logs) or default_logs(), temp or Path(tempfile.gettempdir())):
        places += 1
        found = {value for text in place.texts for value in looked_for.find(text, names_alone=place.names_alone)}
        hits += [Hit(place.name, value) for value in sorted(found, key=str)]
    return Swept(places, hits, looked_for.values, looked_for.left_out)


def default_logs() -> list[Path]:
    """Where the kept servers write: beside the key file of the state folder."""
    folder = Path(settings.FIELD_KEYS_FILE).parent
    return [folder / "logs", folder / "servers"]
