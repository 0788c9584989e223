"""Start-up of the incidents app: what it offers to the ground and to the apps on its right."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

DUTIES = {
    "acknowledge": _("Nhận tin vụ việc được chuyển"),
    "answer": _("Cho nhà trường biết thông tin, kết quả"),
    "reply": _("Trả lời đề nghị bổ sung của Công an"),
    "acknowledge_result": _("Xác nhận đã nhận kết quả"),
    "full_report": _("Gửi báo cáo đầy đủ"),
    "look": _("Xem vụ việc trường báo"),
}


class IncidentsConfig(AppConfig):
    """Vụ việc: from the principal's form to the police result."""

    name = "incidents"
    verbose_name = _("Vụ việc")

    def ready(self) -> None:
        """Offer navigation, open referrals for agendas, figures for returns and reports."""
        from coordination import demo, duties, loop, navigation, openwork, reference
        from incidents import demo as sample
        from incidents import figures, openings, silence, taxonomy

        navigation.offer(20, _("Vụ việc"), "incidents:list", "incident.list")
        navigation.offer(20, _("Vụ việc chuyển đến"), "incidents:queue", "referral.list", also="incidents:list")
        for kind, words in DUTIES.items():
            duties.name(kind, words, "incidents:detail", "incident.read")
        reference.offer("taxonomy", taxonomy.load_taxonomy)
        demo.offer(20, sample.load)
        loop.do_every(60, "settle by silence", silence.settle_all)
        openwork.offer_agenda("referrals", openings.open_referrals)
        openwork.offer_figures("incidents", figures.by_kind)
