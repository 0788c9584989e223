"""Who issues a report, under which names, who signs, and to whom it goes (document_format.md, typical heads)."""

from dataclasses import dataclass

from coordination import clocks
from coordination.models import Organisation, Unit
from coordination.models.organisations import OrganisationKind
from coordination.models.territory import Level
from coordination.paper.documents import symbol
from coordination.paper.letterhead import place_of, short_name, superior_of
from reports import areas
from reports.models import Audience, Report, Signing

FOR_COOPERATION = "(để p/h)"
# The lines over the signature: authority, then the post. Of police and education bodies the head signs; of a UBND a deputy (practice.md 2.8).
SIGNERS = {
    OrganisationKind.DOET: {
        Signing.DEPUTY: (("KT. Giám đốc",), "Phó Giám đốc"),
        Signing.HEAD: ((), "Giám đốc"),
        Signing.BY_ORDER: (("TL. Giám đốc",), "Chánh Văn phòng"),
    },
    OrganisationKind.COMMUNE_PC: {
        Signing.DEPUTY: (("TM. Ủy ban nhân dân", "KT. Chủ tịch"), "Phó Chủ tịch"),
        Signing.HEAD: (("TM. Ủy ban nhân dân",), "Chủ tịch"),
        Signing.BY_ORDER: (("TL. Chủ tịch",), "Trưởng phòng Văn hóa - Xã hội"),
    },
    OrganisationKind.COMMUNE_POLICE: {
        Signing.HEAD: ((), "Trưởng Công an {kind}"),
        Signing.DEPUTY: (("KT. Trưởng Công an {kind}",), "Phó Trưởng Công an {kind}"),
    },
    OrganisationKind.POLICE_DEPARTMENT: {
        Signing.HEAD: ((), "Trưởng phòng"),
        Signing.DEPUTY: (("KT. Trưởng phòng",), "Phó Trưởng phòng"),
    },
    OrganisationKind.PROVINCE_POLICE: {
        Signing.HEAD: ((), "Giám đốc"),
        Signing.DEPUTY: (("KT. Giám đốc",), "Phó Giám đốc"),
        Signing.BY_ORDER: (("TL. Giám đốc",), "Trưởng phòng"),
    },
}


@dataclass(frozen=True)
class Letterhead:
    """Who issues, and to whom."""

    superior: str
    issuer: str
    symbol: str
    place: str
    authority: tuple[str, ...]
    signer: str
    addressees: tuple[str, ...]
    recipients: tuple[str, ...]


def letterhead_of(report: Report) -> Letterhead:
    """Names and symbols as each body fixed them; on a draft those it would use, once issued those the clerk chose."""
    issuer = report.issuer
    signing = Signing(report.signing) if report.signing else next(iter(SIGNERS[issuer.kind]))
    authority, signer = signing_lines(issuer, signing)
    to, copied = addressees_of(report)
    return Letterhead(
        superior=superior_of(issuer),
        issuer=short_name(issuer),
        symbol=report.symbol or next(iter(symbols_of(issuer)), symbol("BC")),
        place=place_of(issuer.unit),
        authority=authority,
        signer=signer,
        addressees=to,
        recipients=(*copied, "Lưu: VT"),
    )


def symbols_of(issuer: Organisation) -> list[str]:
    """BC-SGDĐT: what the head of the body fixed, never derived from its name."""
    return [symbol("BC", sign) for sign in issuer.symbols.filter(is_current=True).order_by("pk").values_list("symbol", flat=True)]


def signing_lines(issuer: Organisation, signing: Signing) -> tuple[tuple[str, ...], str]:
    """The lines over the signature, in the words of this body: Trưởng Công an phường."""
    authority, signer = SIGNERS[issuer.kind][signing]
    kind = issuer.unit.get_kind_display()
    return tuple(line.format(kind=kind) for line in authority), signer.format(kind=kind)


def addressees_of(report: Report) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """To whom, and who else gets a copy: each line reports to its own superior, the other side gets it "để p/h" (ground.md 30)."""
    issuer, area = report.issuer, report.area
    if issuer.is_police:
        return (superior_of(issuer),), ("Như trên", *([f"{department_over(area)} {FOR_COOPERATION}"] if issuer.kind != OrganisationKind.COMMUNE_POLICE else []))
    if report.audience == Audience.POLICE:
        return (police_beside(area),), (f"Như trên {FOR_COOPERATION}",)
    above = issuer.parent.name if issuer.kind == OrganisationKind.DOET and issuer.parent_id else department_over(area)
    return (above,), ("Như trên", f"{police_beside(area)} {FOR_COOPERATION}")


def police_beside(area: Unit) -> str:
    """Công an xã (phường) for a commune; Công an tỉnh for a province, and for a former district, whose police are no more."""
    kind, unit = (OrganisationKind.COMMUNE_POLICE, area) if area.level == Level.COMMUNE else (OrganisationKind.PROVINCE_POLICE, areas.province_of(area))
    found = Organisation.objects.on(clocks.today()).filter(kind=kind, unit=unit).first()
    return found.name if found else f"Công an {unit.in_sentence}"


def department_over(area: Unit) -> str:
    """The Sở of an area's province."""
    found = Organisation.objects.on(clocks.today()).filter(kind=OrganisationKind.DOET, unit=areas.province_of(area)).first()
    return found.name if found else "Sở Giáo dục và Đào tạo"
