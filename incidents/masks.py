"""Whose names nothing that leaves masked may hold: the people of a case, of a ward's cases, of a report's cases. They are opened for nobody's eyes."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Q

from coordination import clocks
from coordination.scope import beyond_the_reader
from coordination.sealed.masking import Secrets
from incidents.models import Incident, Informant, Person, Referral

GAP = "……"
LATELY = timedelta(days=366)


def of_cases(cases: Any) -> Secrets:
    """The people of these cases, under their pseudonyms, and who told of them."""
    with beyond_the_reader("names are looked for in a text, and shown to nobody"):
        people = Person.objects.unscoped("names are looked for in a text, and shown to nobody").filter(incident__in=cases).only("uid", "pseudonym", "full_name", "contact")
        told = Informant.objects.unscoped("names are looked for in a text, and shown to nobody").filter(incident__in=cases).only("uid", "full_name", "contact")
        names, contacts = {}, {}
        for person in people:
            names[person.full_name], contacts[person.contact] = person.pseudonym, GAP
        for informant in told:
            names[informant.full_name] = contacts[informant.contact] = GAP
    return Secrets(names, contacts)


def of_case(incident: Incident) -> Secrets:
    """Those of one case."""
    return of_cases([incident.pk])


def of_referral(referral: Referral) -> Secrets:
    """Those of the case behind it."""
    return of_cases([referral.incident_id])


def of_commune(commune_id: int, also: Iterable[int] = ()) -> Secrets:
    """Those of the cases a commune's bodies may have in mind when they meet: of the last year, and of these referrals."""
    lately = Incident.objects.unscoped("the cases of a commune, for the names in them").filter(commune_id=commune_id, created_at__gte=clocks.now() - LATELY)
    talked_of = Referral.objects.unscoped("the cases of an agenda, for the names in them").filter(pk__in=list(also))
    every = Incident.objects.unscoped("the two sets joined into one").filter(Q(pk__in=lately.values("pk")) | Q(pk__in=talked_of.values("incident_id")))
    return of_cases(every.values("pk"))
