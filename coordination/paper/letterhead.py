"""The head of a paper: the line above, the issuing body, its symbol and place, as NĐ 30/2020 (Phụ lục I) asks."""

from coordination.models import Organisation, Unit
from coordination.models.organisations import OrganisationKind, OrganisationSymbol
from coordination.paper.documents import symbol


def letterhead(body: Organisation, kind: str) -> dict[str, str]:
    """Names, symbol and place of the issuing body as it fixed them; room for a hand where it fixed no symbol."""
    sign = OrganisationSymbol.objects.filter(organisation=body, is_current=True).order_by("pk").values_list("symbol", flat=True).first()
    return {
        "superior": superior_of(body),
        "issuer": short_name(body),
        "symbol": symbol(kind, sign or "\N{NO-BREAK SPACE}" * 8),
        "place": place_of(body.unit) if body.unit_id else "",
    }


def superior_of(issuer: Organisation) -> str:
    """The line above the issuer; a People's Committee of a commune has none (NĐ 30/2020)."""
    if issuer.kind == OrganisationKind.COMMUNE_PC:
        return ""
    if issuer.kind == OrganisationKind.PROVINCE_POLICE:
        return "Bộ Công an"
    return issuer.parent.name if issuer.parent_id else ""


def short_name(issuer: Organisation) -> str:
    """The issuer's own line, without what the line above has said."""
    if issuer.kind == OrganisationKind.DOET:
        return issuer.name.removesuffix(f" {issuer.unit.in_sentence}")
    return issuer.name.removesuffix(f" - {issuer.parent.name}") if issuer.parent_id else issuer.name


def place_of(unit: Unit) -> str:
    """The name of the place where a paper is written; a unit named by a number keeps its kind (NĐ 30/2020, Phụ lục I)."""
    return unit.full_name if unit.name[0].isdigit() else unit.name
