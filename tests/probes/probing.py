"""The probes: which there are, how each is asked, what would be wrong with its answer."""

import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.http import HttpResponse
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import NoReverseMatch, reverse

from coordination import checks, clocks
from coordination.models import Role
from tests.access.stage import EXTRA, LATER, NAMED, Things, absent_address
from tests.probes.canaries import NATURAL, Canary
from tests.probes.standing import CASES, RELATIONS, Standing

HERE = Path(__file__).parent
ROLES = list(Role.values)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
LOOKING = {"GET", "HEAD", "OPTIONS"}
SEED = 20261120
# What looking may write (ground.md 4): the session's hour, and the trail.
MAY_GROW = ("coordination_session", "coordination_device", "coordination_trailline")
CHANGING = {"Content-Length", "Expires"}
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')
# Everybody may look a place up: its page names no record.
PUBLIC = {"coordination:area_profile"}
TRAIL = "coordination:trail"
ANY = "*"


@dataclass(frozen=True)
class Probe:
    """One question: who, in which relation to what the address names, asks which address how."""

    relation: str
    role: str
    route: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.route} as {self.role} ({self.relation})"


@dataclass
class Tally:
    """What came of the probes."""

    probes: int = 0
    leaks: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"probes={self.probes} leaks={len(self.leaks)} differences={len(self.differences)}"


@cache
def sees() -> dict[tuple[str, str, str], set[str]]:
    """sees.tsv, written by hand: which roles may learn of the things of a set, and read which sort of their words; on any page, or on those named."""
    with (HERE / "sees.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines, delimiter="\t"))[1:]
    readers: dict[tuple[str, str, str], set[str]] = {}
    for owner, sort, pages, *cells in rows:
        for page in pages.split():
            readers.setdefault((owner, sort, page), set()).update(role for role, cell in zip(ROLES, cells, strict=True) if cell == "x")
    return readers


def may_know(role: str, owner: str, sort: str, page: str = ANY) -> bool:
    """Whether the role may come upon words of this sort of that set. What nobody wrote down is nobody's; a list named after a role is his."""
    return owner.endswith(f" of {role}") or any(role in sees().get((owner, sort, where), set()) for where in (page, ANY))


def is_audit(probe: "Probe", canary: Canary) -> bool:
    """The trail shows codes, never words (security.md 3.2, table D): to data protection of all, to chiefs and focal posts of their side."""
    if probe.route != TRAIL or canary.where.rpartition(" ")[2] not in NATURAL:
        return False
    return probe.role == Role.DPO or (probe.role in (Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE_HEAD, Role.CHILD_PROTECTION) and canary.owner != "far")


def probes() -> Iterator[Probe]:
    """All of them. An address that names nothing stands in two relations: one holds a post, or held it."""
    for role in ROLES:
        for relation in RELATIONS:
            for route in routes_in(relation):
                for method in METHODS:
                    yield Probe(relation, role, route, method)


def routes_in(relation: str) -> list[str]:
    """The routes that can be asked in a relation."""
    every = [name for name, _pattern in checks.routes()]
    if relation in ("own", "ended"):
        return every
    named = [name for name in every if name in NAMED and name not in PUBLIC]
    if relation in ("same area", "other area", "absent"):
        return named
    return [name for name in named if thing_of(name) in CASES]


def thing_of(route: str) -> str:
    """The thing of the stage that the address names."""
    return NAMED[route][1].split(".")[0]


def some_of_them(roles: list[str]) -> list[Probe]:
    """For some roles: every route, and a seeded eighth of the rest. What is asked is asked in all relations, so each answer has its absent one beside it."""
    choice = random.Random(SEED)
    every = [probe for probe in probes() if probe.role in roles]
    asked = {question for question in sorted({(probe.role, probe.route, probe.method) for probe in every}) if choice.random() < 1 / 8}
    return [probe for probe in every if (probe.relation, probe.method) == ("own", "GET") or (probe.role, probe.route, probe.method) in asked]


class Prober:
    """Asks, and judges."""

    def __init__(self, stage: Standing) -> None:
        self.stage, self.tally = stage, Tally()
        self.absent: dict[tuple[str, str, str], Any] = {}
        self.bodies: dict[tuple[str, str], bytes] = {}
        self.counter = Counter()
        stage.browser.raise_request_exception = False

    def run(self, wanted: list[Probe]) -> Tally:
        """All of them, those of one role and relation together."""
        groups: dict[tuple[str, str], list[Probe]] = {}
        for probe in wanted:
            groups.setdefault((probe.relation, probe.role), []).append(probe)
        for (relation, role), group in sorted(groups.items(), key=lambda found: found[0][0] != "absent"):
            own = self.stage.of(role)
            with self.stage.relation(relation, role) as things:
                self.stage.sign_in_again(self.stage.reader(relation, role))
                self.counter.grown()
                for probe in group:
                    self.judge(probe, things, own)
        return self.tally

    def judge(self, probe: Probe, things: Things, own: Things) -> None:
        """One probe: what it shows, whether it tells that a hidden thing exists, what it changed, whether it broke."""
        who = self.stage.reader(probe.relation, probe.role)
        where = address_of(probe, things)
        if where is None:
            return
        self.tally.probes += 1
        answer, said, written = self.ask(who, probe, where, own)
        if probe.relation == "absent":
            self.absent.setdefault((who, probe.route, probe.method), said.plain(where))
        for canary in self.stage.canaries.found_in(said.text.replace(where, "")):
            if not (may_know(probe.role, canary.owner, canary.sort, probe.route) or is_audit(probe, canary)):
                self.tally.leaks.append(f"{probe}: {answer.status_code} shows {canary}")
        if answer.status_code >= 500:
            self.tally.differences.append(f"{probe}: {answer.status_code}")
        if written and (probe.method in LOOKING or answer.status_code in (403, 404, 405)):
            self.tally.differences.append(f"{probe}: {answer.status_code} wrote into {written}")
        if probe.route in NAMED and probe.route not in PUBLIC and (answer.status_code == 404 or self.is_hidden(probe, things)):
            if said.plain(where) != self.as_if_absent(who, probe, own):
                self.tally.differences.append(f"{probe}: {answer.status_code} is not what is said of a thing that does not exist")

    def ask(self, who: str, probe: Probe, where: str, own: Things) -> tuple[HttpResponse, "Said", str]:
        """The answer, what it says, and the tables it wrote into; everything is undone."""
        client = self.stage.client_of(who)
        with clocks.set_to(LATER), transaction.atomic():
            if probe.method in ("POST", "PUT", "PATCH"):
                answer = client.generic(probe.method, where, self.body(probe.role, probe.route, own), content_type=MULTIPART_CONTENT)
            else:
                answer = client.generic(probe.method, where)
            said = Said.of(answer)
            transaction.set_rollback(True)
        return answer, said, self.counter.grown()

    def body(self, role: str, route: str, own: Things) -> bytes:
        """What the role would send to the route for a thing of his own."""
        if (role, route) not in self.bodies:
            self.bodies[role, route] = encode_multipart(BOUNDARY, self.stage.body(role, route, own))
        return self.bodies[role, route]

    def as_if_absent(self, who: str, probe: Probe, own: Things) -> Any:
        """What the same person is answered about a thing that does not exist."""
        key = (who, probe.route, probe.method)
        if key not in self.absent:
            where = absent_address(probe.route)
            self.absent[key] = self.ask(who, probe, where, own)[1].plain(where)
        return self.absent[key]

    def is_hidden(self, probe: Probe, things: Things) -> bool:
        """Whether the role must not even learn that the thing exists, by what was written down by hand."""
        if probe.relation in ("other area", "absent", "conflict"):
            return True
        if probe.relation == "ended" or (probe.relation == "deleted" and thing_of(probe.route) != "draft"):
            return probe.relation == "ended"
        if probe.relation == "deleted":
            return True
        thing = attrgetter(NAMED[probe.route][1].rpartition(".")[0])(things)
        root = self.stage.root(thing)
        owner = self.stage.canaries.owners.get(root) if root else None
        return owner is not None and not may_know(probe.role, owner, self.stage.canaries.word_of(thing, root), probe.route)


@dataclass(frozen=True)
class Said:
    """What an answer carries to whoever asked: its status, its headers with names of files and places, its page."""

    status: int
    headers: tuple[tuple[str, str], ...]
    page: str

    @classmethod
    def of(cls, answer: HttpResponse) -> "Said":
        """Read to its end."""
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in CHANGING))
        return cls(answer.status_code, headers, content.decode(errors="replace"))

    @property
    def text(self) -> str:
        """All of it."""
        return "\n".join([*(value for _name, value in self.headers), self.page])

    def plain(self, where: str) -> tuple[int, tuple[tuple[str, str], ...], str]:
        """Without what differs from one request to the next: the token of the form and the address itself."""
        return self.status, tuple((name, value.replace(where, "HERE")) for name, value in self.headers), TOKEN.sub(r"\1", self.page).replace(where, "HERE")


class Counter:
    """How many rows this transaction has written into tables that looking must not touch; what was undone counts too."""

    QUERY = "select pg_stat_get_xact_tuples_inserted(o) + pg_stat_get_xact_tuples_updated(o) + pg_stat_get_xact_tuples_deleted(o) from unnest(%s::oid[]) with ordinality as t(o, n) order by n"

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select oid::int, relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and not relname = any(%s)", [list(MAY_GROW)])
            self.tables = dict(cursor.fetchall())
        self.before = self.counts()

    def grown(self) -> str:
        """The tables that were written into since it was asked last."""
        before, self.before = self.before, self.counts()
        return ", ".join(name for name, old, new in zip(self.tables.values(), before, self.before, strict=True) if old != new)

    def counts(self) -> list[int]:
        """Of each table."""
        with connection.cursor() as cursor:
            cursor.execute(self.QUERY, [list(self.tables)])
            return [rows for (rows,) in cursor.fetchall()]


def address_of(probe: Probe, things: Things) -> str | None:
    """The address asked for; None when the relation has no such thing."""
    if probe.relation == "absent":
        return absent_address(probe.route)
    if probe.route not in NAMED:
        return plain_address(probe.route)
    name, path = NAMED[probe.route]
    if getattr(things, path.split(".")[0], None) is None:
        return None
    return reverse(probe.route, kwargs={name: attrgetter(path)(things)} | EXTRA.get(probe.route, {}))


@cache
def plain_address(route: str) -> str:
    """The address of a route that names no thing; where a library's route asks for something, nonsense."""
    try:
        return reverse(route, kwargs=EXTRA.get(route, {}))
    except NoReverseMatch:
        pattern = next(pattern for name, pattern in checks.routes() if name == route)
        names = set(pattern.pattern.regex.groupindex) | set(getattr(pattern.pattern, "converters", {}))
        return reverse(route, kwargs=dict.fromkeys(names, "1"))
