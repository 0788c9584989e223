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
    "close": _("Kết thúc vụ việc sau ý kiến của cấp có thẩm quyền"),
}


class IncidentsConfig(AppConfig):
    """Vụ việc: from the principal's form to the police result."""

    name = "incidents"
    verbose_name = _("Vụ việc")

    def ready(self) -> None:
        """Offer navigation, open referrals for agendas, figures for returns and reports."""
        from coordination import demo, duties, handovers, loop, navigation, openwork, reference
        from coordination.papers import offer
        from incidents import casefile, escalation, figures, handing_over, openings, papers, silence, taxonomy
        from incidents import demo as sample
        from incidents.models import Incident, Referral

        navigation.offer(20, _("Vụ việc"), "incidents:list", "incident.list")
        navigation.offer(20, _("Vụ việc chuyển đến"), "incidents:queue", "referral.list", also="incidents:list")
        for kind, words in DUTIES.items():
            duties.name(kind, words, "incidents:detail", "incident.read")
        duties.name("rule", _("Cho ý kiến giải quyết vụ việc"), "incidents:rule", "referral.rule")
        reference.offer("taxonomy", taxonomy.load_taxonomy)
        demo.offer(20, sample.load)
        handovers.offer(20, "cases", handing_over.hand_over)
        loop.do_every(60, "settle by silence", silence.settle_all)
        loop.do_every(30, "escalate", escalation.escalate_all)
        openwork.offer_agenda("referrals", openings.open_referrals)
        openwork.offer_figures("incidents", figures.by_kind)
        of_case = {"model": Incident, "act": "incident.print", "name": lambda incident: incident.spoken_code, "ready": papers.is_sent, "open_to": casefile.may_read}
        offer("phieu-bao-nhanh", _("Phiếu báo nhanh"), fill=papers.quick_report, **of_case)
        offer("bien-ban-vu-viec", _("Biên bản vụ việc"), fill=papers.record, **of_case)
        of_referral = {"model": Referral, "act": "referral.print", "name": papers.name_of, "ready": papers.has_result, "open_to": papers.is_open_to}
        offer("thong-bao-ket-qua", _("Thông báo kết quả"), fill=papers.result_notice, **of_referral)
