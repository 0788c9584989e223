"""Bàn giao công việc: who leaves, who takes over, what lies open; shown once more, then written down and printed."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from coordination.access import action
from coordination.models import Appointment, StaffHandover
from coordination.people import staff_handovers
from coordination.people.staff_forms import StaffHandoverForm, called
from coordination.people.staff_handovers import Change, Group
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.workflow import Refused


@action("staff_handover.list")
@require_GET
def handover_list(request: HttpRequest) -> HttpResponse:
    """What was handed over in the unit as far as the reader may read it, the latest first; and whose work he may hand over."""
    asked = params.read(request, after=params.cursor)
    rows = StaffHandover.objects.visible_to(request.actor).select_related("leaver__post__organisation", "successor__post__organisation", "leaver__user", "successor__user")
    page = paging.page_of(rows, time="recorded_at", after=asked["after"])
    leavers = [(held.pk, called(held)) for held in staff_handovers.may_leave(request.actor)]
    return render(request, "coordination/staff_handover_list.html", {"rows": page.rows, "older": page.after, "leavers": leavers})


def leaver_named(key: int, actor: Any) -> Appointment:
    """The appointment of a page's address or of its form, among those the actor may hand over."""
    found = staff_handovers.may_leave(actor).filter(pk=key).first()
    if found is None:
        raise Http404("leaver")
    return found


@action("staff_handover.record")
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """The list as it stands now beside the form; asked once more before it is written down."""
    if request.method == "GET":
        asked = params.read(request, tu=params.number)
        if asked["tu"] is None:
            return redirect("coordination:staff_handovers")
    leaver = leaver_named(params.number(request.POST.get("leaver", "")) if request.method == "POST" else asked["tu"], request.actor)
    form = StaffHandoverForm(posted(request), successors=list(staff_handovers.may_take_over(leaver)))
    return decide(request, form, leaver) if form.is_valid() else form_page(request, form, leaver)


def decide(request: HttpRequest, form: StaffHandoverForm, leaver: Appointment) -> HttpResponse:
    """Ask once more, or do it."""
    if request.POST.get("confirmed") != "1":
        return confirm_page(request, form, leaver)
    given = form.cleaned_data
    try:
        made = staff_handovers.record(leaver, form.chosen, on=given["on"], reason=given["reason"], by=request.actor)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return form_page(request, form, leaver)
    return redirect(made)


def form_page(request: HttpRequest, form: StaffHandoverForm, leaver: Appointment) -> HttpResponse:
    """The form, empty or to be mended, above the list."""
    groups = staff_handovers.listed(Change(leaver, None, request.actor))
    context = {"form": form, "leaver": leaver, "leaver_words": called(leaver), "groups": groups, "nobody": not form.successors}
    return render(request, "coordination/staff_handover_form.html", context, status=422 if form.is_bound else 200)


def confirm_page(request: HttpRequest, form: StaffHandoverForm, leaver: Appointment) -> HttpResponse:
    """Who, to whom, what goes over and what stays; works without script."""
    context = {
        "leaver_words": called(leaver),
        "consequences": [
            _("Người nhận: %(who)s.") % {"who": called(form.chosen)},
            *(said(group) for group in staff_handovers.listed(Change(leaver, form.chosen, request.actor))),
            _("Quyền truy cập của người giao do quản trị hệ thống kết thúc, không đổi ở bước này."),
        ],
        "hidden": [("leaver", leaver.pk), *((name, request.POST.get(name, "")) for name in form.fields)],
        "action": request.path,
        "back_url": reverse("coordination:staff_handover_new") + f"?tu={leaver.pk}",
    }
    return render(request, "coordination/staff_handover_confirm.html", context)


def said(group: Group) -> str:
    """A group in one sentence."""
    count = ngettext("%(count)d mục", "%(count)d mục", len(group.lines)) % {"count": len(group.lines)}
    what = _("%(words)s: %(count)s, chuyển sang người nhận.") if group.moved else _("%(words)s: %(count)s, ở lại với vị trí.")
    return what % {"words": group.words, "count": count}


@action("staff_handover.read", of=StaffHandover)
@require_GET
def detail(request: HttpRequest, handover: StaffHandover) -> HttpResponse:
    """The receipt, with the paper to print."""
    context = {"handover": handover, "leaver_words": called(handover.leaver), "successor_words": called(handover.successor)}
    return render(request, "coordination/staff_handover_detail.html", context)
