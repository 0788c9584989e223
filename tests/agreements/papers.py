"""Short ways to draft and sign agreements of the sample ward, and the bodies of Quận 1."""

from datetime import date, datetime
from typing import Any

from agreements import actions
from agreements.models import Agreement
from coordination import demo
from coordination.models import SYSTEM, Organisation
from coordination.scope import reading_as
from tests.world import NOW, World

DRAFT = {"kind": "programme", "title": "Chương trình phối hợp", "symbol": "CTPH-UBND-CAP", "starts_on": None, "ends_on": None, "parent": None, "legal_bases": "", "public": False}
FORM = {"kind": "programme", "title": "Chương trình phối hợp năm 2026", "symbol": "CTPH-UBND-CAP", "side_b": "", "starts_on": "01/01/2026", "ends_on": "31/12/2026", "parent": "", "legal_bases": "", "__end": "1"}
SIGNED = date(2026, 11, 20)
OF_QUAN_1 = {"ubnd.q1", "ca.q1", "ca.quan1", "pgd.quan1"} | {f"{desk}.{ward}" for desk in ("ubnd", "vhxh", "ca") for ward in ("saigon", "tandinh", "benthanh", "cauonglanh")}


def police(world: World) -> Organisation:
    """The ward's police."""
    return world.actor("officer").organisation


def drafted(world: World, who: str = "culture", *, others: list[Organisation] | None = None, at: datetime = NOW, **changes: Any) -> Agreement:
    """A draft of somebody's body; with the ward's police unless others are named."""
    with world.acting(who, at) as actor:
        answers = DRAFT | {"bodies": [police(world)] if others is None else others} | changes
        return actions.draft(by=actor, issuer=actions.issuer_for(actor), answers=answers)


def signed(world: World, who: str = "culture", signer: str = "leader", *, number: str = "01", signed_on: date = SIGNED, at: datetime = NOW, **changes: Any) -> Agreement:
    """A signed agreement of somebody's body."""
    agreement = drafted(world, who, at=at, **changes)
    with world.acting(signer, at) as actor:
        return actions.sign(agreement, by=actor, signed_on=signed_on, number=number, symbol=agreement.symbol if number else "")


def quan_1(**changes: Any) -> Agreement:
    """The regulation of Công an Quận 1 and Phòng GD&ĐT Quận 1: signed 13/04/2011 for 2010–2015, without a number."""
    bodies = demo.make_bodies([row for row in demo.rows("bodies") if row["handle"] in OF_QUAN_1])
    term = {"starts_on": date(2010, 1, 1), "ends_on": date(2015, 12, 31)}
    title = "Quy chế phối hợp bảo đảm an ninh, trật tự tại các cơ sở giáo dục"
    with reading_as(SYSTEM):
        answers = DRAFT | {"kind": "regulation", "title": title, "symbol": "", "bodies": [bodies["pgd.quan1"]], "public": True} | term | changes
        made = actions.draft(by=SYSTEM, issuer=bodies["ca.quan1"], answers=answers)
        return actions.sign(made, by=SYSTEM, signed_on=date(2011, 4, 13), number="", symbol="")


def fresh(agreement: Agreement) -> Agreement:
    """The row as it stands, seen by the test itself."""
    with reading_as(SYSTEM):
        return Agreement.objects.visible_to(SYSTEM).get(pk=agreement.pk)
