"""Which unit and which body a cell means: names of today, names of the past and codes, with as many queries for one row as for ten thousand."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from coordination import clocks
from coordination.folding import fold
from coordination.importing.sheets import Line, Plan, twice
from coordination.models import Organisation, RegisterCode, Unit, UnitSuccession
from coordination.models.organisations import OrganisationKind
from coordination.models.territory import Level

CODE_LENGTH = 5


class NotFound(Exception):
    """No unit, or several, or none that the importer may reach; the message says what to write."""


class Places:
    """The units that an importer may name: those of his body's province (or commune); of the whole country when his body has no place."""

    def __init__(self, reach: Unit | None) -> None:
        self.reach = reach

    @cached_property
    def communes(self) -> dict[int, Unit]:
        """The communes of today within reach."""
        units = Unit.objects.on(clocks.today()).filter(level=Level.COMMUNE).select_related("parent")
        return {unit.pk: unit for unit in (units.filter(Q(parent=self.reach) | Q(pk=self.reach.pk)) if self.reach else units)}

    @cached_property
    def provinces(self) -> dict[int, Unit]:
        """The provinces of today within reach."""
        units = Unit.objects.on(clocks.today()).filter(level=Level.PROVINCE)
        return {unit.pk: unit for unit in (units.filter(pk=self.reach.pk) if self.reach else units)}

    @cached_property
    def today(self) -> dict[str, set[int]]:
        """Communes of today by code, by full name and by bare name."""
        return by_names((unit.pk, unit.code, unit.full_name, unit.name) for unit in self.communes.values())

    @cached_property
    def past(self) -> dict[str, set[int]]:
        """The same for communes that are no more."""
        ended = Unit.objects.filter(level=Level.COMMUNE, valid_to__lte=clocks.today())
        return by_names(ended.values_list("pk", "code", "full_name", "name"))

    @cached_property
    def links(self) -> dict[int, set[int]]:
        """What became of each ended unit, step by step."""
        found = defaultdict(set)
        for old, new in UnitSuccession.objects.filter(on__lte=clocks.today()).values_list("old", "new"):
            found[old].add(new)
        return found

    def commune(self, said: str) -> Unit:
        """The commune that a cell names: "phường Đức Xuân", "Đức Xuân, Thái Nguyên", "01840", or a name of the past. Raises NotFound."""
        head, _comma, province = said.partition(",")
        name = head.strip().zfill(CODE_LENGTH) if head.strip().isdecimal() else fold(head)
        found = [self.communes[pk] for pk in self.today.get(name, ()) if lies_in(self.communes[pk], province)]
        if not found:
            heirs = set().union(*(self.heirs(pk) for pk in self.past.get(name, ())))
            found = [self.communes[pk] for pk in heirs if lies_in(self.communes[pk], province)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(_("“%(said)s” nay là một trong: %(units)s. Ghi đúng tên hiện nay hoặc mã.") % {"said": said, "units": ", ".join(sorted(str(unit) for unit in found))})
        raise NotFound(_("Không thấy xã, phường “%(said)s” trong %(area)s. Ghi cả loại và tên, ví dụ “phường Đức Xuân”, hoặc mã 5 số.") % {"said": said, "area": self.area})

    def heirs(self, pk: int) -> set[int]:
        """The communes of today, within reach, that hold the land of an ended one."""
        waiting, seen, found = [pk], set(), set()
        while waiting:
            here = waiting.pop()
            if here in self.communes:
                found.add(here)
            elif here not in seen:
                seen.add(here)
                waiting += self.links.get(here, ())
        return found

    def province(self, said: str) -> Unit:
        """The province that a cell names by name or code. Raises NotFound."""
        found = [unit for unit in self.provinces.values() if is_named(unit, said)]
        if len(found) != 1:
            raise NotFound(_("Không thấy tỉnh, thành phố “%(said)s” trong %(area)s. Ghi tên hoặc mã 2 số.") % {"said": said, "area": self.area})
        return found[0]

    @property
    def area(self) -> str:
        """The reach in words."""
        return self.reach.in_sentence if self.reach else _("cả nước")


def by_names(units: Iterable[tuple[int, str, str, str]]) -> dict[str, set[int]]:
    """Keys of units by everything they may be called."""
    found: dict[str, set[int]] = defaultdict(set)
    for pk, code, full_name, name in units:
        for called in (code, fold(full_name), fold(name)):
            found[called].add(pk)
    return found


def is_named(unit: Unit, said: str) -> bool:
    """Whether the text is the unit's code, full name or bare name."""
    return fold(said) in {fold(unit.full_name), fold(unit.name)} or said.strip().zfill(len(unit.code)) == unit.code


def lies_in(unit: Unit, province: str) -> bool:
    """Whether a commune lies in the province that was named, if one was."""
    return not province.strip() or is_named(unit.parent, province)


def reach_of(actor: Any) -> Unit | None:
    """How far an importer reaches: the place of his own body, never further (security.md 3.1: administrators are of one province)."""
    return actor.organisation.unit


def within(reach: Unit | None) -> Any:
    """Bodies of today within reach."""
    bodies = Organisation.objects.on(clocks.today())
    return bodies.filter(Q(unit=reach) | Q(unit__parent=reach)) if reach else bodies


class Bodies:
    """The bodies that a list may name, other than schools: by kind and place, by the code of their register, by name."""

    def __init__(self, reach: Unit | None) -> None:
        rows = list(within(reach).exclude(kind=OrganisationKind.SCHOOL).select_related("register", "unit"))
        self.at = {(body.kind, body.unit_id): body for body in rows}
        self.called: dict[str, list[Organisation]] = defaultdict(list)
        for body in rows:
            for name in {body.folded, fold(body.short_name), fold(body.register.code) if hasattr(body, "register") else ""} - {""}:
                self.called[name].append(body)

    def named(self, said: str) -> Organisation | None:
        """The one body of that code or name."""
        found = self.called.get(fold(said), [])
        return found[0] if len(found) == 1 else None


def registered(lines: list[Line]) -> dict[str, Organisation]:
    """The bodies that hold the codes of the list; a code is read in capitals and stands once in a list."""
    for line in lines:
        line.cells["code"] = line.text("code").upper()
    twice(lines, "code")
    there = RegisterCode.objects.filter(code__in=[line.text("code") for line in lines])
    return {row.code: row.organisation for row in there.select_related("organisation")}


def is_there(line: Line, known: dict[str, Organisation], plan: Plan) -> bool:
    """A code that is taken: by the same body, and then nothing is to be done; or by another, which is a fault."""
    there = known.get(line.text("code"))
    if there is None or line.faults:
        return False
    if there.folded == fold(line.text("name")):
        plan.already += 1
        return True
    line.wrong("code", _("Mã này đã là của “%(name)s”.") % {"name": there.name})
    return False
