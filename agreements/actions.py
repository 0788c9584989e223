"""The acts of an agreement: draft, amend, sign, terminate, replace."""

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agreements import concerned
from agreements.models import JOINT_KINDS, Agreement, AgreementParty, PartyRole
from agreements.workflow import AgreementStatus
from coordination import audit, clocks, duties, policy
from coordination.folding import fold
from coordination.models import Appointment, Organisation
from coordination.workflow import Stale, move

MIDNIGHT = time(0)


class NumberTaken(Exception):
    """The issuer has given this number and symbol in the same year (NĐ 30/2020/NĐ-CP, Phụ lục VI)."""


def issuer_for(actor: Appointment) -> Organisation:
    """The body in whose name this actor drafts: a Phòng VH-XH drafts for its UBND."""
    return Organisation.objects.select_related("unit").get(pk=actor.body_id)


@transaction.atomic
def draft(*, by: Any, issuer: Organisation, answers: dict[str, Any]) -> Agreement:
    """A new draft of a body, with those who will sign it."""
    now = clocks.now()
    agreement = write(Agreement(issuer=issuer, unit=issuer.unit, drafted_at=now, listed_at=now), answers)
    set_parties(agreement, answers["bodies"], by=by)
    audit.record("draft", agreement, by=by, issuer=issuer.pk, parties=len(answers["bodies"]) + 1)
    return agreement


@transaction.atomic
def amend(agreement: Agreement, *, by: Any, answers: dict[str, Any]) -> Agreement:
    """Another text, term or circle of parties, while nobody has signed."""
    locked = Agreement.objects.visible_to(by).select_for_update(of=("self",)).get(pk=agreement.pk)
    if not policy.can(by, "agreement.draft", locked):
        raise PermissionDenied("draft")
    if locked.status != AgreementStatus.DRAFT:
        raise Stale(f"amend: already {locked.status}")
    write(locked, answers)
    set_parties(locked, answers["bodies"], by=by)
    audit.record("amend", locked, by=by, parties=len(answers["bodies"]) + 1)
    return locked


def write(agreement: Agreement, answers: dict[str, Any]) -> Agreement:
    """The answers on the row, with who may see it and what the search finds it by."""
    for name in ("kind", "title", "symbol", "starts_on", "ends_on", "parent", "legal_bases", "public"):
        setattr(agreement, name, answers[name])
    bodies = [agreement.issuer, *answers["bodies"]]
    agreement.parties = concerned.readers_of(bodies, clocks.today(), signed=False)
    agreement.folded = words_to_find(agreement, bodies)
    agreement.save()
    return agreement


def set_parties(agreement: Agreement, others: Iterable[Organisation], *, by: Any) -> None:
    """The bodies on the paper in their order: the issuer, bên B of a joint paper, the rest."""
    joint = agreement.kind in JOINT_KINDS
    roles = [PartyRole.A, PartyRole.B] if joint else [PartyRole.ISSUER]
    rows = [
        AgreementParty(agreement=agreement, body=body, role=roles[place] if place < len(roles) else PartyRole.PARTICIPANT, place=place)
        for place, body in enumerate([agreement.issuer, *others])
    ]
    AgreementParty.objects.visible_to(by).filter(agreement=agreement).delete()
    AgreementParty.objects.visible_to(by).bulk_create(rows)


def words_to_find(agreement: Agreement, bodies: Iterable[Organisation]) -> str:
    """Number, symbol, title, area and parties as people type them without marks (ground.md 15)."""
    number = f"{agreement.number}/{agreement.symbol}" if agreement.symbol else ""
    names = [name for body in bodies for name in (body.name, body.short_name)]
    return fold(" ".join([number, agreement.title, agreement.unit.full_name if agreement.unit else "", *names]))


@transaction.atomic
def sign(agreement: Agreement, *, by: Any, signed_on: date, number: str, symbol: str) -> Agreement:
    """The paper was signed: number, symbol and day as they stand on it. A paper that names no first day counts from its signing.

    The issuer's row is held, so one number is never given twice. Raises NumberTaken, Stale.
    """
    Organisation.objects.select_for_update(no_key=True).get(pk=agreement.issuer_id)
    taken = Agreement.objects.visible_to(by).filter(issuer=agreement.issuer_id, number=number, symbol=symbol, signed_on__year=signed_on.year)
    if number and taken.exclude(pk=agreement.pk).exists():
        raise NumberTaken(number)
    bodies = concerned.parties_of(agreement.pk)
    agreement.number, agreement.symbol = number, symbol
    return move(
        agreement,
        "sign",
        by=by,
        signed_on=signed_on,
        starts_on=agreement.starts_on or signed_on,
        number=number,
        symbol=symbol,
        listed_at=clocks.at(signed_on, MIDNIGHT),
        parties=concerned.readers_of(bodies, clocks.today(), signed=True),
        folded=words_to_find(agreement, bodies),
    )


@transaction.atomic
def terminate(agreement: Agreement, *, by: Any, ended_on: date, ending_note: str) -> Agreement:
    """A decision takes it away from a day on; nobody owes its renewal any more."""
    agreement = move(agreement, "terminate", by=by, ended_on=ended_on, ending_note=ending_note)
    duties.discharge("renew_agreement", agreement)
    return agreement


@transaction.atomic
def replace(agreement: Agreement, *, by: Any, ended_on: date, replaced_by: Agreement) -> Agreement:
    """A later paper takes its place from a day on."""
    agreement = move(agreement, "replace", by=by, ended_on=ended_on, replaced_by=replaced_by)
    duties.discharge("renew_agreement", agreement)
    return agreement
