"""What the pages of the agreements show, put together in a fixed number of queries and cut to what the reader may see."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from agreements import concerned
from agreements.models import Agreement, AgreementParty
from agreements.rules import Standing
from agreements.workflow import AgreementStatus
from coordination import clocks
from coordination.models import Organisation

MOST_OFFERED = 200
MOST_CHILDREN = 50
DEEPEST = 6
LOOKS = {Standing.DRAFT: "draft", Standing.IN_FORCE: "settled", Standing.EXPIRING: "soon", Standing.EXPIRED: "withdrawn", Standing.REPLACED: "withdrawn"}
OVER = {Standing.EXPIRED, Standing.REPLACED}


def badge(agreement: Agreement) -> dict[str, Any]:
    """How it stands today: the look and the words of its badge."""
    standing = agreement.standing
    return {"value": LOOKS.get(standing, "planned"), "label": standing.label}


def list_rows(agreements: list[Agreement], actor: Any) -> list[dict[str, Any]]:
    """The rows of the register, each with the names of its parties."""
    names: dict[int, list[str]] = {}
    for party in AgreementParty.objects.visible_to(actor).filter(agreement__in=agreements).select_related("body").order_by("place"):
        names.setdefault(party.agreement_id, []).append(party.body.called)
    return [{"agreement": each, "badge": badge(each), "parties": names.get(each.pk, [])} for each in agreements]


def parents_for(actor: Any, chosen: Agreement | None = None) -> list[Agreement]:
    """What a paper may carry out: signed ones that the drafting body sees and that are not over, the latest first; and the one chosen before."""
    running = (Standing.NOT_YET, Standing.IN_FORCE, Standing.EXPIRING)
    rows = Agreement.objects.visible_to(actor).standing(*running, day=clocks.today()).order_by("-listed_at", "-pk")[:MOST_OFFERED]
    return list({row.pk: row for row in [*([chosen] if chosen else []), *rows]}.values())


def later_than(agreement: Agreement, actor: Any) -> list[Agreement]:
    """What may take its place: papers signed on the same day or later that share a body with it."""
    shared = AgreementParty.objects.visible_to(actor).filter(agreement=OuterRef("pk"), body__in=concerned.parties_of(agreement.pk))
    rows = Agreement.objects.visible_to(actor).signed().filter(Exists(shared), signed_on__gte=agreement.signed_on).exclude(pk=agreement.pk)
    return list(rows.order_by("-listed_at", "-pk")[:MOST_OFFERED])


def detail(agreement: Agreement, actor: Any) -> dict[str, Any]:
    """Everything the page of one agreement shows."""
    parties = party_rows(agreement)
    children = list(Agreement.objects.visible_to(actor).filter(parent=agreement.pk).for_list().order_by("-listed_at", "-pk")[: MOST_CHILDREN + 1])
    return {
        "agreement": agreement,
        "badge": badge(agreement),
        "acts": agreement.moves_open_to(actor),
        "parties": parties,
        "missing": missing(agreement, parties),
        "above": ancestors(agreement, actor),
        "below": [{"agreement": child, "badge": badge(child)} for child in children[:MOST_CHILDREN]],
        "more_below": len(children) > MOST_CHILDREN,
        "bases": agreement.legal_bases.splitlines(),
        "successor": seen(agreement.replaced_by_id, actor),
        "replaces": list(Agreement.objects.visible_to(actor).filter(replaced_by=agreement.pk).order_by("-listed_at", "-pk")),
    }


def party_rows(agreement: Agreement) -> list[dict[str, Any]]:
    """Who stands on the paper; of a body that ended, its last day and who came after."""
    day = clocks.today()
    rows = AgreementParty.objects.unscoped("reached from an agreement already in scope").filter(agreement=agreement).select_related("body").order_by("place")
    return [{"party": row, "until": last_day_of(row.body), "heirs": concerned.heirs_of(row.body, day)} for row in rows]


def last_day_of(body: Organisation) -> Any:
    """The last day a body stood, once it has ended."""
    return body.valid_to - clocks.ONE_DAY if concerned.has_ended(body, clocks.today()) else None


def ancestors(agreement: Agreement, actor: Any) -> list[dict[str, Any]]:
    """What it carries out, the highest first, as far as the reader sees."""
    found: list[Agreement] = []
    above = seen(agreement.parent_id, actor)
    while above and len(found) < DEEPEST:
        found.insert(0, above)
        above = seen(above.parent_id, actor)
    return [{"agreement": each, "badge": badge(each)} for each in found]


def seen(key: int | None, actor: Any) -> Agreement | None:
    """Another paper, when there is one and the reader may see it."""
    return Agreement.objects.visible_to(actor).for_list().filter(pk=key).first() if key else None


def missing(agreement: Agreement, parties: list[dict[str, Any]]) -> list[str]:
    """What the paper still lacks, in words."""
    found = []
    if agreement.status == AgreementStatus.DRAFT:
        found += [_("Chưa có số, ngày ký.")]
        found += [] if agreement.ends_on else [_("Chưa ghi ngày hết hạn; văn bản không thời hạn thì bỏ qua.")]
        found += [] if agreement.legal_bases else [_("Chưa ghi căn cứ.")]
    elif not agreement.number:
        found += [_("Văn bản không có số, ký hiệu.")]
    if agreement.standing not in OVER:
        found += [_("%(body)s đã kết thúc; cần xác lập lại với đơn vị kế thừa.") % {"body": row["party"].body.called} for row in parties if row["until"]]
    return found


def sign_consequences(agreement: Agreement) -> list[str]:
    """What recording the signing does."""
    bodies = concerned.parties_of(agreement.pk)
    count = len(concerned.readers_of(bodies, clocks.today(), signed=True))
    readers = _("Mọi đơn vị dùng hệ thống xem được văn bản.") if agreement.public else _("%(count)d đơn vị xem được văn bản: các bên, cấp trên và đơn vị thuộc phạm vi.") % {"count": count}
    return [_("Thời hạn: %(term)s.") % {"term": agreement.term_words}, readers, _("Nội dung, các bên và thời hạn không sửa được nữa.")]


def end_consequences(agreement: Agreement) -> list[str]:
    """What ending does."""
    return [
        _("Từ ngày này văn bản không còn hiệu lực; các bên thấy ngay trên hệ thống."),
        _("Văn bản và các văn bản cụ thể hóa vẫn được lưu, vẫn tra cứu được."),
    ]
