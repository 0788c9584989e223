"""Start-up of the ground."""

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


KEEPING_DUTIES = {
    "decide_hold": (_("Quyết định tạm giữ hồ sơ"), "hold", "hold.decline"),
    "review_disposal": (_("Soát xét đợt hủy dữ liệu"), "disposal", "disposal.review"),
    "approve_disposal": (_("Phê duyệt đợt hủy dữ liệu"), "disposal", "disposal.approve"),
    "answer_request": (_("Trả lời tiếp nhận yêu cầu về dữ liệu cá nhân"), "request", "request.acknowledge"),
    "prepare_request": (_("Thực hiện yêu cầu về dữ liệu cá nhân"), "request", "request.prepare"),
    "carry_out_request": (_("Trả kết quả yêu cầu về dữ liệu cá nhân"), "request", "request.finish"),
    "breach_first_word": (_("Báo tin đầu về sự cố lộ lọt dữ liệu"), "breach", "breach.tell_first"),
    "breach_notice": (_("Thông báo sự cố lộ lọt dữ liệu"), "breach", "breach.notify"),
}


def keep() -> None:
    """The life of data: its duties, papers, chore, and what the ground itself holds of people."""
    from coordination import duties, handovers, loop, navigation, papers
    from coordination.keeping import disposal, own, record, subject
    from coordination.models import DisposalBatch, SubjectExport

    for kind, (words, route, act) in KEEPING_DUTIES.items():
        duties.name(kind, words, f"coordination:{route}", act)
    subject.declare(own.SEALED)
    subject.offer(own.STAFF)
    papers.offer("bien-ban-huy", _("Biên bản hủy dữ liệu"), model=DisposalBatch, act="disposal.print", fill=record.of_batch, name=lambda batch: batch.code, ready=record.is_over)
    papers.offer("ban-cung-cap", _("Bản cung cấp dữ liệu cá nhân"), model=SubjectExport, act="export.take", fill=subject.paper_of, name=lambda export: export.about_code, ready=subject.is_ready)
    loop.do_every(21600, "what its time is over", disposal.propose)
    handovers.offer(30, "keeping", own.hand_over)
    navigation.offer(30, _("Dữ liệu cá nhân"), "coordination:keeping", "breach.list")


class CoordinationConfig(AppConfig):
    """The ground: offers the inbox and the map to the navigation, and checks that every view names its action."""

    name = "coordination"
    verbose_name = _("Nền tảng phối hợp")

    def ready(self) -> None:
        """Register checks and the first words of navigation."""
        from coordination import checks, handover_papers, handovers, loop, navigation, papers, postings, sessions, tasks  # noqa: F401  (registering is their purpose)
        from coordination.models import Appointment, Handover, Paper, StaffHandover
        from coordination.trail import gaps
        from coordination.importing import actions as importing

        of_handovers = {"name": lambda handover: handover.code, "ready": lambda handover: True}
        papers.offer("bien-ban-ban-giao", _("Biên bản bàn giao"), model=Handover, act="handover.print", fill=handover_papers.of_territory, **of_handovers)
        papers.offer("bien-ban-giao-viec", _("Biên bản bàn giao"), model=StaffHandover, act="staff_handover.print", fill=handover_papers.of_post, **of_handovers)
        keep()
        navigation.offer(10, _("Việc của tôi"), "coordination:home", "home.read")
        navigation.offer(90, _("Địa bàn"), "coordination:area", "area.read")
        loop.do_every(300, "expired papers", papers.sweep)
        loop.do_every(3600, "sessions that have run out", sessions.sweep)
        gaps.expect(Paper, "order")
        gaps.expect(Appointment, "end_appointment", "hand_back", rows=Q(pk__in=[]), named="appointment")
        navigation.offer(94, _("Tài khoản"), "coordination:accounts", "account.list")
        loop.do_every(30, "ended appointments", postings.hand_back_all)
        loop.do_every(3600, "idle accounts", postings.watch_idle)
        navigation.offer(95, _("Nhập danh sách"), "coordination:register", "register.import")
        loop.do_every(3600, "lists that nobody confirmed", importing.forget)
        loop.do_every(600, "whole successions", handovers.whole_successions)
