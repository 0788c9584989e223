"""Pages of the line: the school's periods and returns, the grid that follows them, reports and their files."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import audit, clocks, jobs, paging, params, periods, policy
from coordination.access import action
from coordination.periods import Period
from coordination.words import deadline, hour_words
from coordination.workflow import Stale
from incidents import figures as incidents
from reports import actions, figures, files, papers
from reports.forms import COMMUNE, COUNTS, DIRECT, NIL, GridFilter, OrderForm, ReturnForm
from reports.models import QUARTER, Audience, Report, Return, ReturnState
from reports.workflow import ReportStatus, ReturnStatus

OFFERED = 4


def offered_periods() -> list[Period]:
    """The running quarter and the three before it, newest first."""
    found = [periods.period_at(QUARTER, clocks.now())]
    while len(found) < OFFERED:
        found.append(periods.previous(found[-1]))
    return found


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
            actions.submit(item, by=request.actor, **form.as_act())
        except actions.Refused as refusal:
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


GRID_PARAMS = {"trang_thai": params.one_of(ReturnState.values), "tuyen": params.one_of([DIRECT, COMMUNE]), "after": params.cursor}


@action("return.grid")
@require_GET
def grid(request: HttpRequest) -> HttpResponse:
    """Units by period: who handed in, who not, "x/12 đơn vị"; filters stay in the address."""
    shown = offered_periods()
    asked = params.read(request, ky=params.one_of([period.key for period in shown]), **GRID_PARAMS)
    mine = Return.objects.visible_to(request.actor)
    period = next((period for period in shown if period.key == asked["ky"]), None) or usual_period(mine, shown)
    expected = mine.of_period(period)
    rows = on_line(expected, asked["tuyen"])
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
        "rows": [grid_row(request, item) for item in page.rows],
        "older": page.after,
        "filters": GridFilter(initial={"ky": period.key, **{name: asked[name] for name in ("trang_thai", "tuyen")}}),
        "active": sum(1 for name in ("trang_thai", "tuyen") if asked[name]),
        "clear_url": f"{reverse('reports:grid')}?ky={period.key}",
    }
    return render(request, "reports/grid.html", context)


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
        "readable": readable and item.status == ReturnStatus.SUBMITTED,
        "nil": readable and item.nil,
        "may_remind": open_and_due and not item.reminded_today and policy.can(request.actor, "return.remind", item),
        "reminded": hour_words(item.reminded_at) if item.reminded_at and open_and_due else "",
    }


@action("return.remind", of=Return)
@require_POST
def remind(request: HttpRequest, item: Return) -> HttpResponse:
    """Nhắc nộp, once a day."""
    actions.remind(item, by=request.actor)
    messages.success(request, _("Đã nhắc %(school)s.") % {"school": item.school.called})
    return redirect(f"{reverse('reports:grid')}?ky={item.period_key}")


# Reports


@action("report.list")
@require_http_methods(["GET", "POST"])
def report_list(request: HttpRequest) -> HttpResponse:
    """The body's reports and the form that orders one."""
    shown = offered_periods()
    if request.method == "GET":
        return list_page(request, OrderForm(periods=shown, initial={"period": shown[1].key, "audience": Audience.EDUCATION}))
    if not policy.can(request.actor, "report.order"):
        raise PermissionDenied("report.order")
    form = OrderForm(request.POST, periods=shown)
    if not form.is_valid():
        return list_page(request, form, status=422)
    report = actions.order(by=request.actor, audience=form.cleaned_data["audience"], scheme=QUARTER, period_key=form.cleaned_data["period"])
    return redirect(report)


def list_page(request: HttpRequest, form: OrderForm, status: int = 200) -> HttpResponse:
    """Newest first; a report that is being made says so."""
    asked = params.read(request, after=params.cursor)
    page = paging.page_of(Report.objects.visible_to(request.actor).defer("figures"), time="ordered_at", after=asked["after"], size=20)
    rows = [{"report": report, "ordered": hour_words(report.ordered_at)} for report in page.rows]
    context = {"rows": rows, "older": page.after, "form": form if policy.can(request.actor, "report.order") else None}
    return render(request, "reports/list.html", context, status=status)


@action("report.read", of=Report)
@require_GET
def detail(request: HttpRequest, report: Report) -> HttpResponse:
    """One report: what its job is doing, then its file and the counts it was made of."""
    return detail_page(request, report)


def detail_page(request: HttpRequest, report: Report, status: int = 200) -> HttpResponse:
    """The page with its progress."""
    ready = report.status == ReportStatus.READY
    shown = papers.Shown(report.figures, report.area) if ready else None
    context = {
        "report": report,
        "window": periods.data_window_words(report.period),
        "ready": ready,
        "counted": [(label, shown.total(name)) for name, label in incidents.WORDS.items()] if shown else [],
        "taken": hour_words(report.snapshot_at) if ready else "",
    }
    return render(request, "reports/detail.html", context | progress_of(request, report), status=status)


@action("report.read", of=Report)
@require_GET
def progress(request: HttpRequest, report: Report) -> HttpResponse:
    """The fragment a page asks for again until the work is over."""
    return render(request, "reports/progress.html", progress_of(request, report))


def progress_of(request: HttpRequest, report: Report) -> dict[str, Any]:
    """What components/progress.html needs."""
    job = actions.job_of(report)
    state = "done" if report.status == ReportStatus.READY else {"parked": "failed"}.get(job.state, job.state)
    return {
        "state": state,
        "sentence": job.state_words if state != "failed" else failure_words(job),
        "poll_url": reverse("reports:progress", args=[report.code]),
        "refresh_url": report.get_absolute_url(),
        "file_url": reverse("reports:file", args=[report.code]),
        "retry_url": reverse("reports:retry", args=[report.code]) if policy.can(request.actor, "report.retry", report) else "",
    }


def failure_words(job: Any) -> str:
    """Why, when the printer said it in words; otherwise that it is worth trying again."""
    in_words = job.fault if job.fault and job.attempts < jobs.MOST_ATTEMPTS else ""
    return _("Chưa tạo được báo cáo. %(why)s") % {"why": in_words or _("Bấm “Làm lại”; nếu vẫn lỗi, báo quản trị hệ thống.")}


@action("report.read", of=Report)
@require_GET
def report_file(request: HttpRequest, report: Report) -> HttpResponse:
    """The stored file, checked against its hash; reading it is one line of the trail."""
    if report.status != ReportStatus.READY:
        raise Stale("not made yet")
    try:
        content = files.read(report.pdf_hash)
    except files.Spoiled:
        messages.error(request, _("Tệp đã lưu bị mất hoặc bị thay đổi nên không tải được. Lập lại báo cáo của kỳ này để có tệp mới."))
        return detail_page(request, report, status=503)
    audit.record("download", report, by=request.actor, pdf=report.pdf_hash)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, f"Báo cáo {report.period_key} {report.area.name} - {report.get_audience_display()}.pdf")
    return response


@action("report.retry", of=Report)
@require_POST
def retry(request: HttpRequest, report: Report) -> HttpResponse:
    """Tạo lại after a failure."""
    actions.retry(report, by=request.actor)
    return redirect(report)
