"""Pages of the briefings: the list, a plan, the meeting, a conclusion."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from briefings import actions, pages
from briefings.forms import DoneForm, FilterForm, PlanForm, plan_of
from briefings.models import Briefing, Conclusion
from briefings.workflow import BriefingStatus
from coordination import policy
from coordination.access import action
from coordination.sealed import masking
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.workflow import Stale


@action("briefing.list")
@require_GET
def briefing_list(request: HttpRequest) -> HttpResponse:
    """The briefings to which the actor's body is invited, the latest first."""
    asked = params.read(request, after=params.cursor, status=params.one_of(BriefingStatus.values))
    found = Briefing.objects.visible_to(request.actor).select_related("host")
    if asked["status"]:
        found = found.filter(status=asked["status"])
    page = paging.page_of(found, time="meets_at", after=asked["after"])
    context = {
        "rows": pages.list_rows(page.rows, request.actor),
        "older": page.after,
        "filter": FilterForm(initial={"status": asked["status"]}),
        "active": int(bool(asked["status"])),
        "may_plan": policy.can(request.actor, "briefing.plan"),
    }
    return render(request, "briefings/list.html", context)


@action("briefing.plan")
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """A new briefing of the actor's body."""
    host = actions.host_of(request.actor)
    form = PlanForm(posted(request), host=host)
    if not form.is_valid():
        return plan_page(request, form, host=host)
    briefing = actions.plan(by=request.actor, answers=form.answers())
    messages.success(request, _("Đã lên lịch %(briefing)s. Chương trình họp đã lập từ việc đang mở.") % {"briefing": briefing.words})
    return redirect(briefing)


@action("briefing.open", of=Briefing)
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, briefing: Briefing) -> HttpResponse:
    """Another day, place, chair or secretary, while the briefing is only planned."""
    refuse_unless(briefing, BriefingStatus.PLANNED)
    form = PlanForm(posted(request), host=briefing.host, initial=plan_of(briefing))
    if not form.is_valid():
        return plan_page(request, form, host=briefing.host, briefing=briefing)
    actions.amend(briefing, by=request.actor, answers=form.answers())
    messages.success(request, _("Đã sửa lịch họp."))
    return redirect(briefing)


def plan_page(request: HttpRequest, form: PlanForm, **shown: Any) -> HttpResponse:
    """The form of a plan, empty or to be mended."""
    return render(request, "briefings/plan.html", {"form": form} | shown, status=422 if form.is_bound else 200)


def refuse_unless(briefing: Briefing, status: str) -> None:
    """409 when the meeting has moved on since the page was opened."""
    if briefing.status != status:
        raise Stale(f"already {briefing.status}")


@action("briefing.read", of=Briefing)
@require_GET
def detail(request: HttpRequest, briefing: Briefing) -> HttpResponse:
    """Agenda, figures, who came, conclusions."""
    return render(request, "briefings/detail.html", pages.detail(briefing, request.actor))


@action("briefing.open", of=Briefing)
@require_POST
def refresh(request: HttpRequest, briefing: Briefing) -> HttpResponse:
    """Agenda and running figures anew."""
    actions.refresh(briefing, by=request.actor)
    messages.success(request, _("Đã cập nhật chương trình và số liệu tạm tính."))
    return redirect(briefing)


@action("briefing.open", of=Briefing)
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, briefing: Briefing) -> HttpResponse:
    """Mở cuộc họp, chốt số liệu: asked once more, because it cannot be undone."""
    if request.method == "POST":
        return redirect(actions.hold(briefing, by=request.actor))
    refuse_unless(briefing, BriefingStatus.PLANNED)
    return confirm_page(request, briefing, "open", pages.hold_consequences(briefing))


@action("briefing.close", of=Briefing)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, briefing: Briefing) -> HttpResponse:
    """Kết thúc cuộc họp: asked once more, with who will owe what."""
    if request.method == "POST":
        actions.close(briefing, by=request.actor)
        messages.success(request, _("Cuộc họp đã kết thúc. Kết luận đã giao đến người chịu trách nhiệm."))
        return redirect(briefing)
    refuse_unless(briefing, BriefingStatus.HELD)
    conclusions = actions.conclusions_of(briefing, request.actor).select_related("owner_post__organisation")
    return confirm_page(request, briefing, "close", pages.close_consequences(list(conclusions)))


def confirm_page(request: HttpRequest, briefing: Briefing, act: str, consequences: list[str]) -> HttpResponse:
    """The step before what cannot be undone; works without script."""
    context = {"briefing": briefing, "act": Briefing.MOVES[act].label, "consequences": consequences, "action": request.path, "back_url": briefing.get_absolute_url()}
    return render(request, "briefings/confirm.html", context)


@action("briefing.conclude", of=Briefing)
@require_POST
def attend(request: HttpRequest, briefing: Briefing) -> HttpResponse:
    """Who is in the room."""
    refuse_unless(briefing, BriefingStatus.HELD)
    form = pages.attendance_form(briefing, request.POST)
    if not form.is_valid() or not masking.form_is_nameless(form, masking.secrets_of(briefing)):
        return render(request, "briefings/detail.html", pages.detail(briefing, request.actor, attendance=form), status=422)
    actions.attend(briefing, by=request.actor, came=form.came())
    messages.success(request, _("Đã ghi thành phần dự họp."))
    return redirect(briefing)


@action("briefing.conclude", of=Briefing)
@require_POST
def conclude(request: HttpRequest, briefing: Briefing) -> HttpResponse:
    """One more conclusion; without owner or day it is not taken."""
    refuse_unless(briefing, BriefingStatus.HELD)
    form = pages.conclusion_form(briefing, pages.agenda_of(briefing), request.POST)
    if not form.is_valid() or not masking.form_is_nameless(form, masking.secrets_of(briefing)):
        return render(request, "briefings/detail.html", pages.detail(briefing, request.actor, conclude=form), status=422)
    actions.conclude(briefing, by=request.actor, **form.cleaned_data)
    return redirect(reverse("briefings:detail", args=[briefing.code]) + "#ket-luan")


@action("briefing.conclude", of=Briefing)
@require_POST
def withdraw(request: HttpRequest, briefing: Briefing, number: int) -> HttpResponse:
    """Take back a conclusion before the meeting ends."""
    actions.withdraw(briefing, by=request.actor, number=number)
    messages.success(request, _("Đã bỏ kết luận %(number)d; các kết luận sau được đánh số lại.") % {"number": number})
    return redirect(briefing)


@action("briefing.read", of=Conclusion)
@require_GET
def conclusion_detail(request: HttpRequest, conclusion: Conclusion) -> HttpResponse:
    """One conclusion and what may be done with it."""
    return conclusion_page(request, conclusion, DoneForm())


def conclusion_page(request: HttpRequest, conclusion: Conclusion, form: DoneForm) -> HttpResponse:
    """The page of a conclusion, with the form of its owner while the meeting has ended and it is still owed."""
    shown = pages.conclusion_detail(conclusion, request.actor) | {"form": form}
    return render(request, "briefings/conclusion.html", shown, status=422 if form.is_bound else 200)


@action("conclusion.carry_out", of=Conclusion)
@require_POST
def carry_out(request: HttpRequest, conclusion: Conclusion) -> HttpResponse:
    """The owner says what was done."""
    form = DoneForm(request.POST)
    if not form.is_valid() or not masking.form_is_nameless(form, masking.secrets_of(conclusion)):
        return conclusion_page(request, conclusion, form)
    actions.carry_out(conclusion, by=request.actor, note=form.cleaned_data["note"])
    messages.success(request, _("Đã báo đơn vị chủ trì. Việc này không còn trong danh sách phải làm."))
    return redirect(conclusion)


@action("conclusion.confirm", of=Conclusion)
@require_POST
def confirm(request: HttpRequest, conclusion: Conclusion) -> HttpResponse:
    """The host agrees that it is done."""
    actions.confirm(conclusion, by=request.actor)
    messages.success(request, _("Đã xác nhận kết luận đã thực hiện."))
    return redirect(conclusion)
