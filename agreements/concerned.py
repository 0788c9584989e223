"""Whom an agreement concerns: who may sign with whom, who came after a body that ended, and which bodies may see the paper."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from agreements.models import AgreementParty
from coordination.models import Organisation, OrganisationSuccession, School
from coordination.models.organisations import OrganisationKind as Kind

NEVER_A_PARTY = {Kind.CULTURE_SOCIETY_OFFICE, Kind.POLICE_DEPARTMENT}
COMMUNE_OR_PROVINCE = {Kind.COMMUNE_PC, Kind.PROVINCE_PC, Kind.DOET, Kind.PROVINCE_POLICE, Kind.YOUTH_UNION, Kind.STEERING_COMMITTEE}


def neighbours(issuer: Organisation, day: date) -> list[Organisation]:
    """With whom a body may sign: in its commune everybody who stands there; in its province the province's bodies and the communes."""
    around = Q(unit_id=issuer.unit_id)
    if issuer.unit_id and issuer.unit.level == "province":
        around = Q(kind__in=COMMUNE_OR_PROVINCE) & (around | Q(unit__parent_id=issuer.unit_id))
    found = Organisation.objects.on(day).filter(around).exclude(kind__in=NEVER_A_PARTY).exclude(pk=issuer.pk)
    return list(found.select_related("unit").order_by("kind", "name"))


def has_ended(body: Organisation, day: date) -> bool:
    """Whether a body no longer stands on a day."""
    return body.valid_to is not None and body.valid_to <= day


def heirs_of(body: Organisation, day: date) -> list[Organisation]:
    """Who does its work on a day, through every change since; nobody while it stands."""
    standing: dict[int, Organisation] = {}
    met = waiting = {body.pk} if has_ended(body, day) else set()
    while waiting:
        links = OrganisationSuccession.objects.filter(before__in=waiting).exclude(after__in=met).select_related("after").order_by("pk")
        heirs = {link.after_id: link.after for link in links}
        waiting = {pk for pk, heir in heirs.items() if has_ended(heir, day)}
        standing |= {pk: heir for pk, heir in heirs.items() if pk not in waiting}
        met = met | set(heirs)
    return list(standing.values())


def readers_of(bodies: Iterable[Organisation], day: date, *, signed: bool) -> list[int]:
    """The bodies that may see a paper: those on it, who came after them, and the desks of provincial police.

    Once it is signed, also their superiors, and the schools of a commune whose People's Committee signed for all of them.
    """
    bodies = list(bodies)
    seen = {body.body_id for body in bodies} | {heir.body_id for body in bodies for heir in heirs_of(body, day)}
    if signed:
        seen |= superiors(seen) | covered_schools(bodies, day)
    desks = Organisation.objects.on(day).filter(kind=Kind.POLICE_DEPARTMENT, parent__in=seen).values_list("pk", flat=True)
    return sorted(seen.union(desks))


def superiors(bodies: set[int]) -> set[int]:
    """What stands over them: the parent; over a school its managing body and its Sở; over a commune's People's Committee the Sở too."""
    found = set(Organisation.objects.filter(pk__in=bodies).exclude(parent=None).values_list("parent", flat=True))
    for line in School.objects.filter(organisation__in=bodies).values_list("managing_body", "department"):
        found |= set(line)
    provinces = Organisation.objects.filter(pk__in=bodies, kind=Kind.COMMUNE_PC).values("unit__parent")
    return found | set(Organisation.objects.filter(kind=Kind.DOET, unit__in=provinces, valid_to=None).values_list("pk", flat=True))


def covered_schools(bodies: list[Organisation], day: date) -> set[int]:
    """Every school of the commune, when its People's Committee signs and no school by itself does."""
    if any(body.kind == Kind.SCHOOL for body in bodies):
        return set()
    communes = {body.unit_id for body in bodies if body.kind == Kind.COMMUNE_PC}
    return set(Organisation.objects.on(day).filter(kind=Kind.SCHOOL, unit__in=communes).values_list("pk", flat=True))


def parties_of(agreement: int) -> list[Organisation]:
    """The bodies on a paper already in scope, in their order."""
    rows = AgreementParty.objects.unscoped("reached from an agreement already in scope").filter(agreement=agreement)
    return [row.body for row in rows.select_related("body__unit").order_by("place")]
