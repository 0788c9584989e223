"""The register narrowed by what stands in the address."""

from typing import Any

from django.db.models import Q

from agreements.forms import SCOPES
from agreements.models import AgreementKind
from agreements.rules import Standing
from coordination import clocks
from coordination.folding import fold
from coordination.web import params

READ = {"q": params.text(80), "kind": params.one_of(AgreementKind.values), "status": params.one_of(Standing.values), "scope": params.one_of(dict(SCOPES))}


def filtered(rows: Any, asked: dict[str, Any], actor: Any) -> Any:
    """Agreements that fit the words (each of them, marks or not), the kind, how they stand today and where."""
    for word in fold(asked["q"] or "").split():
        rows = rows.filter(folded__contains=word)
    if asked["kind"]:
        rows = rows.filter(kind=asked["kind"])
    if asked["status"]:
        rows = rows.standing(Standing(asked["status"]), day=clocks.today())
    return rows.filter(within(asked["scope"], actor)) if asked["scope"] else rows


def within(scope: str, actor: Any) -> Q:
    """Papers that concern the actor's own body, or of one level."""
    if scope == "mine":
        return Q(parties__contains=[actor.body_id])
    return Q(unit=None) if scope == "central" else Q(unit__level=scope)
