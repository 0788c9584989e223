"""What keeping offers at start-up: its duties, its papers, its chore, and what the ground itself holds of people."""

from django.utils.translation import gettext_lazy as _

from coordination import duties, loop
from coordination.keeping import disposal, own, record, subject
from coordination.models import DisposalBatch, SubjectExport
from coordination.paper import papers
from coordination.territory import handovers
from coordination.web import navigation

DUTIES = {
    "decide_hold": (_("Quyết định tạm giữ hồ sơ"), "hold", "hold.decline"),
    "review_disposal": (_("Soát xét đợt hủy dữ liệu"), "disposal", "disposal.review"),
    "approve_disposal": (_("Phê duyệt đợt hủy dữ liệu"), "disposal", "disposal.approve"),
    "answer_request": (_("Trả lời tiếp nhận yêu cầu về dữ liệu cá nhân"), "request", "request.acknowledge"),
    "prepare_request": (_("Thực hiện yêu cầu về dữ liệu cá nhân"), "request", "request.prepare"),
    "carry_out_request": (_("Trả kết quả yêu cầu về dữ liệu cá nhân"), "request", "request.finish"),
    "breach_first_word": (_("Báo tin đầu về sự cố lộ lọt dữ liệu"), "breach", "breach.tell_first"),
    "breach_notice": (_("Thông báo sự cố lộ lọt dữ liệu"), "breach", "breach.notify"),
}
EVERY_SIX_HOURS = 21600


def offer() -> None:
    """Called by ready()."""
    for kind, (words, route, act) in DUTIES.items():
        duties.name(kind, words, f"coordination:{route}", act)
    subject.declare(own.SEALED)
    subject.offer(own.STAFF)
    papers.offer("bien-ban-huy", _("Biên bản hủy dữ liệu"), model=DisposalBatch, act="disposal.print", fill=record.of_batch, name=record.name_of, ready=record.is_over)
    papers.offer("ban-cung-cap", _("Bản cung cấp dữ liệu cá nhân"), model=SubjectExport, act="export.take", fill=subject.paper_of, name=lambda export: export.about_code, ready=subject.is_ready)
    loop.do_every(EVERY_SIX_HOURS, "what its time is over", disposal.propose)
    handovers.offer(30, "keeping", own.hand_over)
    navigation.offer(30, _("Dữ liệu cá nhân"), "coordination:keeping", "breach.list")
