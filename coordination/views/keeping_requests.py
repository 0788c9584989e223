"""Pages of requests of the people concerned, of what they are given, and of the register of leaks."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import policy
from coordination.access import action
from coordination.keeping import breach as leaks, requests, subject
from coordination.keeping.forms import BreachForm, ExportForm, ExtendForm, RefuseForm, RequestForm
from coordination.models import Breach, DataRequest, Organisation, SubjectExport
from coordination.models.keeping import BreachStatus, RequestStatus
from coordination.views.keeping import Press, act_page, by_and_when, list_page, moment, presses, pressed, thing_page, with_words
from coordination.web.forms import posted
from coordination.workflow import Refused, Stale

# Requests


@action("request.list")
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """Yêu cầu về dữ liệu cá nhân: newest first; who asked stands on the page of each alone."""
    rows = DataRequest.objects.visible_to(request.actor).defer("asker", "contact", "wish", "extension_reason", "prepared", "answer")
    may_ask = policy.can(request.actor, "request.ask")
    lead = _("Trả lời tiếp nhận trong 2 ngày làm việc; thực hiện trong 10, 15 hoặc 20 ngày tùy nội dung (Nghị định 356/2025/NĐ-CP, Điều 5).")
    new = {"new_url": reverse("coordination:request_new"), "new_words": _("Ghi yêu cầu mới")} if may_ask else {}
    return list_page(request, rows, "received_at", _("Yêu cầu về dữ liệu cá nhân"), lead, _("Chưa có yêu cầu nào."), **new)


@action("request.ask")
@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    """Written down by the officer, or by a school for the person."""
    of_the_line = Organisation.objects.filter(school__department=request.actor.body_id).order_by("name")
    form = RequestForm(posted(request), schools=None if request.actor.is_school else of_the_line)
    if not form.is_valid():
        return act_page(request, form, _("Ghi yêu cầu về dữ liệu cá nhân"), reverse("coordination:requests"), [_("Họ tên, liên hệ, nội dung được khóa; chỉ người trả lời yêu cầu mở được.")])
    return pressed(request, requests.record(by=request.actor, answers=form.cleaned_data), _("Đã ghi yêu cầu; đồng hồ 2 ngày làm việc bắt đầu chạy."))


@action("request.read", of=DataRequest)
@require_GET
def request_detail(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """One request: who asks what, by when, and what was done."""
    facts = [
        (_("Yêu cầu"), asked.get_kind_display()),
        (_("Tình trạng"), asked.get_status_display()),
        (_("Người yêu cầu"), f"{asked.asker} ({asked.get_capacity_display()})"),
        (_("Liên hệ"), asked.contact),
        (_("Trường, đơn vị"), asked.school.called if asked.school else asked.department.called),
        (_("Mã vụ việc"), asked.case_code),
        (_("Nhận lúc"), moment(asked.received_at)),
        (_("Hạn thực hiện"), moment(asked.extended_until or asked.due_at)),
        (_("Gia hạn"), asked.extension_reason),
        (_("Nội dung yêu cầu"), asked.wish),
        (_("Đã trả lời tiếp nhận"), moment(asked.acknowledged_at)),
        (_("Kết quả thực hiện trình duyệt"), asked.prepared if policy.can(request.actor, "export.read", asked) else ""),
        (_("Căn cứ từ chối"), asked.get_ground_display() if asked.ground else ""),
        (_("Trả lời người yêu cầu"), asked.answer),
    ]
    exports = SubjectExport.objects.visible_to(request.actor).filter(request=asked).defer("data").order_by("pk")
    ways = [(f"{each.duty_words} – {each.get_status_display()}", each.get_absolute_url()) for each in exports]
    return thing_page(request, asked, facts, acts_on(asked, request.actor), back="requests", heading=asked.get_kind_display(), lead=_("Mã yêu cầu %(code)s") % {"code": asked.code[:6]}, ways=ways, ways_title=_("Bản trích xuất"))


def acts_on(asked: DataRequest, actor: Any) -> list[Press]:
    """The moves, one extension, and the export of the person's data."""
    named = {
        "acknowledge": ("request_acknowledge", _("Đã trả lời tiếp nhận"), False),
        "prepare": ("request_prepare", _("Trình kết quả"), True),
        "finish": ("request_finish", _("Phê duyệt, trả kết quả"), True),
        "refuse": ("request_refuse", _("Từ chối có căn cứ"), True),
    }
    found = presses(asked, actor, named)
    running = asked.status in (RequestStatus.ACKNOWLEDGED, RequestStatus.UNDER_WAY)
    if running and not asked.extended_until and policy.can(actor, "request.extend", asked):
        found.append(Press(_("Gia hạn một lần"), reverse("coordination:request_extend", args=[asked.code]), form=True))
    if running and policy.can(actor, "export.prepare", asked):
        found.append(Press(_("Trích xuất dữ liệu của người này"), reverse("coordination:export_new", args=[asked.code]), form=True))
    return found


@action("request.acknowledge", of=DataRequest)
@require_POST
def request_acknowledge(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """The person was answered."""
    return pressed(request, requests.acknowledge(asked, by=request.actor), _("Đã ghi; đơn vị được giao thực hiện."))


@action("request.prepare", of=DataRequest)
@require_http_methods(["GET", "POST"])
def request_prepare(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """What was found and done."""
    return with_words(
        request, asked, "prepare", lambda text: requests.prepare(asked, by=request.actor, prepared=text), title=_("Trình kết quả thực hiện"), label=_("Đã tìm thấy gì, đã làm gì")
    )


@action("request.finish", of=DataRequest)
@require_http_methods(["GET", "POST"])
def request_finish(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """The second person agrees."""
    return with_words(
        request, asked, "finish", lambda text: requests.finish(asked, by=request.actor, answer=text), title=_("Phê duyệt, trả kết quả"), label=_("Trả lời người yêu cầu")
    )


@action("request.refuse", of=DataRequest)
@require_http_methods(["GET", "POST"])
def request_refuse(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """Not carried out, on a ground of the law."""
    if not asked.is_open:
        raise Stale("over")
    form = RefuseForm(posted(request))
    if form.is_valid():
        try:
            requests.refuse(asked, by=request.actor, ground=form.cleaned_data["ground"], answer=form.cleaned_data["text"])
        except Refused as refused:
            form.add_error("ground", str(refused))
        else:
            return pressed(request, asked, _("Đã ghi từ chối có căn cứ."))
    return act_page(request, form, _("Từ chối có căn cứ"), asked.get_absolute_url(), about=asked.duty_words)


@action("request.extend", of=DataRequest)
@require_http_methods(["GET", "POST"])
def request_extend(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """Once, by at most the days of the law."""
    if asked.extended_until or asked.status not in (RequestStatus.ACKNOWLEDGED, RequestStatus.UNDER_WAY):
        raise Stale("already extended, or over")
    form = ExtendForm(posted(request))
    if form.is_valid():
        try:
            requests.extend(asked, by=request.actor, days=form.cleaned_data["days"], reason=form.cleaned_data["text"])
        except Refused as refused:
            form.add_error("days", str(refused))
        else:
            return pressed(request, asked, _("Đã gia hạn."))
    return act_page(request, form, _("Gia hạn một lần"), asked.get_absolute_url(), about=asked.duty_words)


# What a person is given


@action("export.prepare", of=DataRequest)
@require_http_methods(["GET", "POST"])
def export_new(request: HttpRequest, asked: DataRequest) -> HttpResponse:
    """Which person, in which case: by number and pseudonym."""
    if asked.status not in (RequestStatus.ACKNOWLEDGED, RequestStatus.UNDER_WAY):
        raise Stale("not acknowledged yet, or over")
    form = ExportForm(posted(request), initial={"case_code": asked.case_code})
    if form.is_valid():
        said = form.cleaned_data
        try:
            export = subject.prepare(asked, by=request.actor, part=said["part"], code=said["case_code"], who=said["who"])
        except Refused as refused:
            form.add_error("who", str(refused))
        else:
            return pressed(request, export, _("Đã trình phê duyệt trích xuất."))
    return act_page(request, form, _("Trích xuất dữ liệu của một người"), asked.get_absolute_url(), [_("Người khác trong vụ việc được che. Bộ phận bảo vệ dữ liệu cá nhân phê duyệt trước khi trích xuất.")], about=asked.duty_words, press=_("Gửi đề nghị"))


@action("export.read", of=SubjectExport)
@require_GET
def export_detail(request: HttpRequest, export: SubjectExport) -> HttpResponse:
    """One export: who agreed, whether it is ready; its content only in the files."""
    facts = [
        (_("Người"), export.duty_words),
        (_("Tình trạng"), export.get_status_display()),
        (_("Người đề nghị"), by_and_when(export.prepared_by, export.prepared_at)),
        (_("Người phê duyệt"), by_and_when(export.approved_by, export.approved_at)),
        (_("Mã kiểm tra (SHA-256)"), export.data_hash),
        (_("Đã giao lúc"), moment(export.handed_at)),
    ]
    named = {"approve": ("export_approve", _("Phê duyệt trích xuất"), False), "refuse": ("export_refuse", _("Không cho trích xuất"), False), "hand_over": ("export_hand_over", _("Đã giao, xóa bản trích xuất"), False)}
    may_take = subject.is_ready(export) and policy.can(request.actor, "export.take", export)
    ways = [(_("Tải tệp JSON"), reverse("coordination:export_file", args=[export.code]))] if may_take else []
    return thing_page(request, export, facts, presses(export, request.actor, named), back="requests", heading=_("Trích xuất dữ liệu của một người"), ways=ways, ways_title=_("Tệp để giao"), back_url=export.request.get_absolute_url(), back_words=_("Về yêu cầu"))


@action("export.approve", of=SubjectExport)
@require_POST
def export_approve(request: HttpRequest, export: SubjectExport) -> HttpResponse:
    """The second person agrees."""
    return pressed(request, subject.approve(export, by=request.actor), _("Đã phê duyệt; hệ thống đang trích xuất."))


@action("export.refuse", of=SubjectExport)
@require_POST
def export_refuse(request: HttpRequest, export: SubjectExport) -> HttpResponse:
    """It is not gathered."""
    return pressed(request, subject.refuse(export, by=request.actor), _("Không trích xuất."))


@action("export.take", of=SubjectExport)
@require_GET
def export_file(request: HttpRequest, export: SubjectExport) -> HttpResponse:
    """The gathered data as JSON, for the one who asked."""
    if not subject.is_ready(export):
        raise Http404("nothing gathered")
    answer = HttpResponse(export.data, content_type="application/json")
    answer["Content-Disposition"] = content_disposition_header(True, f"du-lieu-{export.code}.json")
    return answer


@action("export.hand_over", of=SubjectExport)
@require_POST
def export_hand_over(request: HttpRequest, export: SubjectExport) -> HttpResponse:
    """Given to the person; the copy is emptied."""
    return pressed(request, subject.hand_over(export, by=request.actor), _("Đã ghi nhận giao; bản trích xuất đã xóa."))


# Leaks


@action("breach.list")
@require_GET
def breach_list(request: HttpRequest) -> HttpResponse:
    """Sổ sự cố lộ lọt dữ liệu."""
    rows = Breach.objects.visible_to(request.actor).defer("description", "measures")
    lead = _("Thông báo cơ quan chuyên trách trong 72 giờ từ khi phát hiện (Luật 91/2025/QH15, Điều 23); sự cố nghiêm trọng báo tin đầu trong 24 giờ.")
    return list_page(request, rows, "discovered_at", _("Sự cố lộ lọt dữ liệu"), lead, _("Chưa ghi sự cố nào."), new_url=reverse("coordination:breach_new"), new_words=_("Ghi sự cố"))


@action("breach.record")
@require_http_methods(["GET", "POST"])
def breach_new(request: HttpRequest) -> HttpResponse:
    """A leak is discovered."""
    form = BreachForm(posted(request), initial={"cases": 0, "people": 0})
    if not form.is_valid():
        return act_page(request, form, _("Ghi sự cố lộ lọt dữ liệu"), reverse("coordination:breaches"), [_("Số vụ việc, số người bị ảnh hưởng: hỏi người vận hành hệ thống.")])
    return pressed(request, leaks.record(by=request.actor, answers=form.cleaned_data), _("Đã ghi; đồng hồ 72 giờ chạy từ lúc phát hiện."))


@action("breach.read", of=Breach)
@require_GET
def breach_detail(request: HttpRequest, leak: Breach) -> HttpResponse:
    """One leak: the record the law asks for."""
    facts = [
        (_("Tình trạng"), leak.get_status_display()),
        (_("Phát hiện lúc"), moment(leak.discovered_at)),
        (_("Dữ liệu có thể bị lộ"), f"{moment(leak.began_at)} – {moment(leak.ended_at)}"),
        (_("Mức độ"), _("Nghiêm trọng") if leak.serious else _("Thường")),
        (_("Số vụ việc"), leak.cases),
        (_("Số người"), leak.people),
        (_("Diễn biến"), leak.description),
        (_("Đã báo tin đầu"), moment(leak.told_at)),
        (_("Đã thông báo cơ quan chuyên trách"), moment(leak.notified_at)),
        (_("Biện pháp khắc phục"), leak.measures),
    ]
    acts = presses(leak, request.actor, {"notify": ("breach_notify", _("Đã thông báo cơ quan chuyên trách"), False), "close": ("breach_close", _("Kết thúc sự cố"), True)})
    if leak.serious and not leak.told_at and leak.status == BreachStatus.RECORDED:
        acts.insert(0, Press(_("Đã báo tin đầu"), reverse("coordination:breach_tell_first", args=[leak.code]), main=True))
    return thing_page(request, leak, facts, acts, back="breaches", heading=_("Sự cố lộ lọt dữ liệu"), lead=_("Mã %(code)s") % {"code": leak.code[:6]})


@action("breach.tell_first", of=Breach)
@require_POST
def breach_tell_first(request: HttpRequest, leak: Breach) -> HttpResponse:
    """The first word of a serious leak."""
    return pressed(request, leaks.tell_first(leak, by=request.actor), _("Đã ghi nhận."))


@action("breach.notify", of=Breach)
@require_POST
def breach_notify(request: HttpRequest, leak: Breach) -> HttpResponse:
    """The authority was told."""
    return pressed(request, leaks.notify(leak, by=request.actor), _("Đã ghi nhận."))


@action("breach.close", of=Breach)
@require_http_methods(["GET", "POST"])
def breach_close(request: HttpRequest, leak: Breach) -> HttpResponse:
    """What was done about it."""
    return with_words(request, leak, "close", lambda text: leaks.close(leak, by=request.actor, measures=text), title=_("Kết thúc sự cố"), label=_("Biện pháp khắc phục"))
