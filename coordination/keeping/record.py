"""Biên bản hủy dữ liệu: rules, counts and codes of what two people let be destroyed; never a name. Its words are Vietnamese by law."""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from coordination import clocks
from coordination.keeping.disposal import items_of
from coordination.keeping.retention import rules
from coordination.models import Appointment, DisposalBatch, DisposalItem, Organisation
from coordination.models.keeping import BatchStatus
from coordination.paper.documents import INTERNAL, Column, Heading, OfficialPaper, Paragraph, Row, Table
from coordination.paper.letterhead import letterhead
from coordination.paper.papers import hour_and_day


def is_over(batch: DisposalBatch) -> bool:
    """Only what was carried out has a record."""
    return batch.status == BatchStatus.CARRIED_OUT


def name_of(batch: DisposalBatch) -> str:
    """Of which month and whose, as a page and a file say it."""
    return _("tháng %(month)s, %(body)s") % {"month": f"{batch.month:%m-%Y}", "body": batch.body.called}


def of_batch(batch: DisposalBatch, reader: Appointment) -> OfficialPaper:
    """What was destroyed by which rule, what was left out and why, and the posts of the two people."""
    office = Organisation.objects.select_related("parent", "unit").get(pk=batch.office_id)
    items = list(items_of(batch, reader))
    done = [item for item in items if not item.left_out]
    return OfficialPaper(
        **letterhead(office, "BB"),
        kind="Biên bản",
        subject=f"Hủy dữ liệu hết thời hạn lưu giữ tháng {batch.month:%m/%Y}",
        made_at=clocks.now(),
        signer="Người phê duyệt",
        secretary="Người soát xét",
        draft=False,
        circulation=INTERNAL,
        body=(
            Paragraph("Căn cứ Điều 14 Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15;", basis=True),
            Paragraph(
                f"Hồi {hour_and_day(batch.carried_out_at)}, hệ thống đã hủy dữ liệu hết thời hạn lưu giữ của {batch.body.name}, sau khi {in_sentence(batch.reviewed_by)} soát xét lúc "
                f"{hour_and_day(batch.reviewed_at)} và {in_sentence(batch.approved_by)} phê duyệt lúc {hour_and_day(batch.approved_at)}."
            ),
            Heading("Số lượng"),
            counts_of(done),
            Heading("Danh mục mã hồ sơ đã hủy"),
            Table((Column("Mã", 2), Column("Loại dữ liệu", 5, words=True), Column("Hết thời hạn", 2)), tuple(Row((item.about_code, rules()[item.rule].what, item.due_on)) for item in done)),
            *left_out_of(items),
            Paragraph("Họ tên, lớp, liên hệ đã bị hủy không khôi phục được; lời kể đã thay bằng một câu cố định. Số vụ việc, loại, mức độ, ngày và số liệu tổng hợp được giữ nguyên."),
        ),
        recipients=("Như thành phần", "Lưu: VT, Hồ sơ"),
    )


def in_sentence(post: Appointment) -> str:
    """A post and its unit, as a sentence names them."""
    return f"{post.post_label} ({post.organisation_name})"


def counts_of(done: list[DisposalItem]) -> Table:
    """Things, people and texts, by rule."""
    things: Counter[str] = Counter()
    people: Counter[str] = Counter()
    texts: Counter[str] = Counter()
    for item in done:
        things[item.rule] += 1
        people[item.rule] += item.people
        texts[item.rule] += item.texts
    columns = (Column("Loại dữ liệu", 5, words=True), Column("Hồ sơ", 2), Column("Người được hủy danh tính", 2), Column("Đoạn lời được gỡ", 2))
    rows = [Row((rules()[rule].what, things[rule], people[rule], texts[rule])) for rule in rules() if things[rule]]
    return Table(columns, (*rows, Row(("Tổng số", things.total(), people.total(), texts.total()), strong=True)))


def left_out_of(items: list[DisposalItem]) -> list[Any]:
    """What was proposed and not destroyed."""
    kept = [item for item in items if item.left_out]
    if not kept:
        return []
    return [Heading("Hồ sơ không hủy"), Table((Column("Mã", 2), Column("Lý do", 5, words=True)), tuple(Row((item.about_code, str(item.get_left_out_display()))) for item in kept))]
