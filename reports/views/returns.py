"""The school's periods and returns, and the grid that follows them."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import clocks, periods, policy
from coordination.access import action
from coordination.models import Unit
from coordination.periods import Period
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.web.words import deadline, hour_words
from coordination.workflow import Stale
from incidents import figures as incidents
from reports import figures, returning
from reports.forms.returns import COMMUNE, COUNTS, DIRECT, NIL, GridFilter, LeaveOutForm, RemindAllForm, ReturnForm
from reports.models import Return, ReturnState, offered_periods
from reports.workflow import ReturnStatus

# The school


@action("return.list")
@require_GET
def returns(request: HttpRequest) -> HttpResponse:
    """The school's periods, newest first."""
    asked = params.read(request, after=params.cursor)
    page = paging.page_of(Return.objects.visible_to(request.actor).defer("figures", "words"), time="created_at", after=asked["after"])
    rows = [{"item": item, "may_submit": can_submit(request, item), "deadline": clock_of(item)} for item in page.rows]
    return render(request, "reports/returns.html", {"rows": rows, "older": page.after})


def can_submit(request: HttpRequest, item: Return) -> bool:
    """Whether the button stands there."""
    return item.status == ReturnStatus.OPEN and item.is_over and policy.can(request.actor, "return.submit", item)


def clock_of(item: Return) -> dict[str, Any]:
    """When it was handed in, or until when it may be."""
    if item.submitted_at:
        return {"hour": hour_words(item.submitted_at), "left": "", "state": "late" if item.is_late else "on_time"}
    return deadline(item.created_at, item.due_at)


@action("return.read", of=Return)
@require_http_methods(["GET", "POST"])
def one_return(request: HttpRequest, item: Return) -> HttpResponse:
    """One period of one school: the running counts, the form once the window has closed, the confirmed return afterwards."""
    if request.method == "GET":
        return return_page(request, item)
    if not policy.can(request.actor, "return.submit", item):
        raise PermissionDenied("return.submit")
    if item.status != ReturnStatus.OPEN:
        raise Stale("already submitted")
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            returning.submit(item, by=request.actor, **form.as_act())
        except returning.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã nộp số liệu kỳ."))
            return redirect(item)
    return return_page(request, item, form=form, status=422)


def return_page(request: HttpRequest, item: Return, *, form: ReturnForm | None = None, status: int = 200) -> HttpResponse:
    """The page; after a refusal the form keeps its answers and carries the hash of the counts now shown."""
    counted = shown_figures(request, item)
    if can_submit(request, item) and counted is not None:
        form = form or ReturnForm(initial={"answer": COUNTS if counted["totals"]["cases"] else NIL})
        seen = figures.hash_of(counted)
    else:
        form, seen = None, ""
    context = {
        "item": item,
        "counted": counted,
        "totals": [(label, counted["totals"][name]) for name, label in incidents.WORDS.items()] if counted else [],
        "form": form,
        "closed_by": returning.closed_by(item) if form else None,
        "may_take_back": item.status == ReturnStatus.LEFT_OUT and policy.can(request.actor, "return.take_back", item),
        "seen": seen,
        "deadline": clock_of(item),
        "window": periods.data_window_words(item.period),
        "opens_on": clocks.local(item.opens_at).date(),
    }
    return render(request, "reports/return.html", context, status=status)


def shown_figures(request: HttpRequest, item: Return) -> dict[str, Any] | None:
    """The confirmed counts; before that the running ones, for the school itself."""
    if item.status == ReturnStatus.SUBMITTED:
        return item.figures
    return figures.of_school(item.school, item.period) if request.actor.is_school else None


# Those who follow


GRID_PARAMS = {"trang_thai": params.one_of(ReturnState.values), "tuyen": params.one_of([DIRECT, COMMUNE]), "xa": params.number, "after": params.cursor}
FILTERS = ("trang_thai", "tuyen", "xa")


@action("return.grid")
@require_GET
def grid(request: HttpRequest) -> HttpResponse:
    """Units by period: who handed in, who not, "x/12 đơn vị"; filters stay in the address."""
    shown = offered_periods()
    asked = params.read(request, ky=params.one_of([period.key for period in shown]), **GRID_PARAMS)
    mine = Return.objects.visible_to(request.actor)
    period = next((period for period in shown if period.key == asked["ky"]), None) or usual_period(mine, shown)
    expected = mine.of_period(period)
    communes = expected.by_commune(request.actor.body_id)
    rows = on_line(expected, asked["tuyen"])
    if asked["xa"]:
        rows = rows.filter(commune_id=asked["xa"])
    tally = rows.tally()
    if asked["trang_thai"]:
        rows = rows.in_state(asked["trang_thai"])
    page = paging.page_of(rows.for_grid(), time="created_at", after=asked["after"], ascending=True)
    context = {
        "period": period,
        "window": periods.data_window_words(period),
        "tabs": [{"label": each.label, "url": f"{reverse('reports:grid')}?ky={each.key}", "here": each == period} for each in shown],
        "tally": tally,
        "reported": tally[ReturnState.ON_TIME] + tally[ReturnState.LATE],
        "communes": commune_rows(communes, period),
        "commune": Unit.objects.filter(pk=asked["xa"]).first() if asked["xa"] else None,
        "may_remind_all": may_remind_all(request, communes, period),
        "rows": [grid_row(request, item) for item in page.rows],
        "older": page.after,
        "filters": GridFilter(initial={"ky": period.key, **{name: asked[name] for name in FILTERS}}),
        "active": sum(1 for name in FILTERS if asked[name]),
        "clear_url": f"{reverse('reports:grid')}?ky={period.key}",
    }
    return render(request, "reports/grid.html", context)


def commune_rows(communes: list[dict[str, Any]], period: Period) -> list[dict[str, Any]]:
    """For who follows more than one commune: each with its x/y and its address; none for a commune itself."""
    rows = [row | {"url": f"{reverse('reports:grid')}?ky={period.key}&xa={row['commune_id']}", "reported": row["on_time"] + row["late"]} for row in communes]
    return rows if len(rows) > 1 else []


def may_remind_all(request: HttpRequest, communes: list[dict[str, Any]], period: Period) -> int:
    """How many schools of the actor's own line have not handed in, when the window has closed and the actor reminds at all."""
    allowed = clocks.now() >= period.ends and policy.can(request.actor, "return.remind")
    return sum(row["owed_here"] for row in communes) if allowed else 0


def usual_period(mine: Any, shown: list[Period]) -> Period:
    """The quarter that closed last, when anything was expected for it; otherwise the running one."""
    return shown[1] if mine.of_period(shown[1]).exists() else shown[0]


def on_line(rows: Any, line: str | None) -> Any:
    """One line of reporting, or both."""
    if line == DIRECT:
        return rows.direct()
    return rows.filter(~Q(managing_body=F("department"))) if line == COMMUNE else rows


def grid_row(request: HttpRequest, item: Return) -> dict[str, Any]:
    """One unit. What its return says is for the body that receives it; the others see that it came."""
    readable = policy.can(request.actor, "return.read", item)
    open_and_due = item.status == ReturnStatus.OPEN and item.is_over
    return {
        "item": item,
        "goes_to": item.managing_body.called,
        "deadline": clock_of(item) if item.submitted_at or item.is_over else None,
        "readable": readable and item.status in (ReturnStatus.SUBMITTED, ReturnStatus.LEFT_OUT),
        "nil": readable and item.nil,
        "may_leave_out": item.status == ReturnStatus.OPEN and policy.can(request.actor, "return.leave_out", item),
        "may_take_back": item.status == ReturnStatus.LEFT_OUT and policy.can(request.actor, "return.take_back", item),
        "may_remind": open_and_due and not item.reminded_today and policy.can(request.actor, "return.remind", item),
        "reminded": hour_words(item.reminded_at) if item.reminded_at and open_and_due else "",
    }


@action("return.remind", of=Return)
@require_POST
def remind(request: HttpRequest, item: Return) -> HttpResponse:
    """Nhắc nộp, once a day."""
    returning.remind(item, by=request.actor)
    messages.success(request, _("Đã nhắc %(school)s.") % {"school": item.school.called})
    return redirect(f"{reverse('reports:grid')}?ky={item.period_key}")


@action("return.grid")
@require_POST
def remind_all(request: HttpRequest) -> HttpResponse:
    """Nhắc tất cả: every school of the actor's line that has not handed in, once a day each."""
    form = RemindAllForm(request.POST)
    period = next((each for each in offered_periods() if form.is_valid() and each.key == form.cleaned_data["ky"]), None)
    if period is None:
        raise BadRequest("unknown period")
    if not policy.can(request.actor, "return.remind"):
        raise PermissionDenied("return.remind")
    told = returning.remind_all(period, by=request.actor)
    if told:
        messages.success(request, ngettext("Đã nhắc %(count)d đơn vị.", "Đã nhắc %(count)d đơn vị.", told) % {"count": told})
    else:
        messages.info(request, _("Không còn đơn vị nào phải nhắc: đã nộp, được miễn hoặc đã nhắc trong hôm nay."))
    return redirect(f"{reverse('reports:grid')}?ky={period.key}")


@action("return.leave_out", of=Return)
@require_http_methods(["GET", "POST"])
def leave_out(request: HttpRequest, item: Return) -> HttpResponse:
    """Miễn nộp: a reason, and a school that is not expected this once."""
    if item.status != ReturnStatus.OPEN:
        raise Stale("handed in or left out already")
    form = LeaveOutForm(posted(request))
    if form.is_valid():
        returning.leave_out(item, by=request.actor, reason=form.cleaned_data["reason"])
        messages.success(request, _("Đã miễn nộp cho %(school)s.") % {"school": item.school.called})
        return redirect(f"{reverse('reports:grid')}?ky={item.period_key}")
    return render(request, "reports/leave_out.html", {"item": item, "form": form}, status=422 if form.errors else 200)


@action("return.take_back", of=Return)
@require_POST
def take_back(request: HttpRequest, item: Return) -> HttpResponse:
    """Bỏ miễn nộp: the school is expected after all."""
    returning.take_back(item, by=request.actor)
    messages.success(request, _("%(school)s lại thuộc diện nộp kỳ này.") % {"school": item.school.called})
    return redirect(f"{reverse('reports:grid')}?ky={item.period_key}")
