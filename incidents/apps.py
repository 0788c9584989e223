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
# Duties that are discharged on pages of their own: words, route, act.
ELSEWHERE = {
    "rule": (_("Cho ý kiến giải quyết vụ việc"), "incidents:rule", "referral.rule"),
    "answer_request": (_("Trả lời đề nghị xem họ tên"), "incidents:answer_request", "person.grant"),
    "review_glass": (_("Soát xét lần dùng quyền khẩn cấp"), "incidents:review_glass", "glass.review"),
    "oversee_glass": (_("Soát xét lần dùng quyền khẩn cấp"), "incidents:review_glass", "glass.restore"),
}


class IncidentsConfig(AppConfig):
    """Vụ việc: from the principal's form to the police result."""

    name = "incidents"
    verbose_name = _("Vụ việc")

    def ready(self) -> None:
        """Offer navigation, open referrals for agendas, figures for returns and reports."""
        from coordination import demo, duties, loop, openwork, reference
        from coordination.people import postings, staff_handovers
        from coordination.sealed import keys, masking
        from coordination.territory import handovers
        from coordination.web import navigation
        from coordination.keeping import breach, retention, subject
        from coordination.paper.papers import offer
        from incidents import attachments, break_glass, casefile, changing_hands, demo_keeping, demo_names, escalation, figures, handing_over, keeping, leaving, masks, openings, papers, silence, taxonomy, trail
        from incidents import demo as sample
        from incidents.models import Incident, Referral

        navigation.offer(20, _("Vụ việc"), "incidents:list", "incident.list")
        navigation.offer(20, _("Vụ việc chuyển đến"), "incidents:queue", "referral.list", also="incidents:list")
        navigation.offer_rare("names", _("Đề nghị xem họ tên"), "incidents:requests", "person.requests")
        navigation.offer_rare("names", _("Họ tên, hồ sơ tôi đã mở"), "incidents:opening_history", "person.history")
        navigation.offer_rare("names", _("Quyền khẩn cấp"), "incidents:use_glass", "glass.mine")
        navigation.offer_rare("names", _("Soát xét quyền khẩn cấp"), "incidents:glass_reviews", "glass.reviews")
        for kind, words in DUTIES.items():
            duties.name(kind, words, "incidents:detail", "incident.read")
        for kind, where in ELSEWHERE.items():
            duties.name(kind, *where)
        reference.offer("taxonomy", taxonomy.load_taxonomy)
        demo.offer(20, sample.load)
        demo.offer(25, demo_names.load)
        trail.offer()
        handovers.offer(20, "cases", handing_over.hand_over)
        staff_handovers.offer(20, "cases", changing_hands.change_hands, clocks_of_models=changing_hands.CLOCKS)
        postings.offer("referrals", leaving.hand_back)
        retention.offer(keeping.of_cases())
        retention.offer(keeping.of_files())
        demo.offer(90, demo_keeping.load)
        subject.declare(keeping.SEALED)
        subject.offer(keeping.PART)
        breach.offer(keeping.REACH)
        openwork.offer_case_lines("keeping", keeping.lines)
        keys.offer("attachments", attachments.sealed_values)
        loop.do_every(300, "scan again", attachments.scan_again)
        loop.do_every(60, "settle by silence", silence.settle_all)
        loop.do_every(30, "escalate", escalation.escalate_all)
        loop.do_every(60, "suspend unreviewed", break_glass.suspend_unreviewed)
        masking.offer_public(taxonomy.labels)
        masking.offer(Incident, masks.of_case)
        masking.offer(Referral, masks.of_referral)
        openwork.offer_agenda("referrals", openings.open_referrals)
        openwork.offer_figures("incidents", figures.by_kind)
        of_case = {"model": Incident, "act": "incident.print", "name": lambda incident: incident.spoken_code, "ready": papers.is_sent, "open_to": casefile.may_read}
        offer("phieu-bao-nhanh", _("Phiếu báo nhanh"), fill=papers.quick_report, **of_case)
        offer("bien-ban-vu-viec", _("Biên bản vụ việc"), fill=papers.record, **of_case)
        of_referral = {"model": Referral, "act": "referral.print", "name": papers.name_of, "ready": papers.has_result, "open_to": papers.is_open_to}
        offer("thong-bao-ket-qua", _("Thông báo kết quả"), fill=papers.result_notice, **of_referral)
