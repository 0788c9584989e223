"""Start-up of the reports app: what it offers to the ground."""

from django.apps import AppConfig
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Báo cáo: what goes up the line."""

    name = "reports"
    verbose_name = _("Báo cáo")

    def ready(self) -> None:
        """Offer navigation, the words of the duty, the loop's chores and sample data."""
        from coordination import demo, duties, loop
        from coordination.sealed import masking
        from coordination.territory import handovers
        from coordination.web import navigation
        from reports import demo as sample
        from coordination.trail import gaps
        from incidents import attachments
        from reports import handing_over, masks, printing, returning, signed
        from reports.models import Report, Return

        navigation.offer(50, _("Số liệu kỳ"), "reports:returns", "return.list")
        navigation.offer(50, _("Theo dõi"), "reports:grid", "return.grid")
        navigation.offer(60, _("Báo cáo"), "reports:list", "report.list")
        duties.name("return", _("Nộp số liệu kỳ"), "reports:return", "return.read")
        handovers.offer(50, "returns", handing_over.hand_over)
        loop.do_every(300, "periods", returning.keep_periods)
        loop.do_every(300, "scan signed again", lambda: attachments.scan_again(signed.SCAN))
        loop.do_every(15, "failed reports", printing.tell_of_failures)
        masking.offer(Report, masks.of_report)
        demo.offer(40, sample.load)
        gaps.expect(Return, "submit", rows=Q(status="submitted"))
        gaps.expect(Report, "order")
