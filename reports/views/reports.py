"""Reports of a body: the list, the order, one report with its progress, its number, its files."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import audit, clocks, jobs, periods, policy
from coordination.access import action
from coordination.models import Organisation
from coordination.paper.spreadsheets import SPREADSHEET
from coordination.sealed import masking
from coordination.web import paging, params
from coordination.web.words import hour_words
from coordination.workflow import Stale
from incidents import figures as incidents
from reports import areas, files, papers, printing
from reports import signed as signed_files
from reports.forms.reports import DRAFT, IN_STATE, ISSUED, IssueForm, OrderForm, ReportFilter, SignedForm, WordsForm
from reports.models import QUARTER, Report, offered_periods
from reports.workflow import ReportStatus

PDF = "application/pdf"

# The list and the order


@action("report.list", posting="report.order")
@require_http_methods(["GET", "POST"])
def report_list(request: HttpRequest) -> HttpResponse:
    """The body's reports and the form that orders one."""
    if request.method == "GET":
        return list_page(request)
    form = order_form(request, request.POST)
    if form.is_valid():
        try:
            said = form.cleaned_data
            return redirect(printing.order(by=request.actor, audience=said["audience"], scheme=QUARTER, period_key=said["period"], area=said["area"]))
        except printing.Refused as refusal:
            form.add_error("area", str(refusal))
    return list_page(request, form, status=422)


def order_form(request: HttpRequest, data: Any = None) -> OrderForm:
    """The form with what this body may choose."""
    body = Organisation.objects.select_related("unit").get(pk=request.actor.body_id)
    shown, audiences = offered_periods(), printing.audiences_of(body)
    return OrderForm(data, periods=shown, audiences=audiences, areas=areas.offered_to(body), initial={"period": shown[1].key, "audience": audiences[0], "area": str(body.unit_id)})


def list_page(request: HttpRequest, form: OrderForm | None = None, status: int = 200) -> HttpResponse:
    """Newest first; a report that is being made says so; filters stay in the address."""
    shown = offered_periods()
    asked = params.read(request, trang_thai=params.one_of([DRAFT, ISSUED]), ky=params.one_of([period.key for period in shown]), after=params.cursor)
    found = Report.objects.visible_to(request.actor).select_related("area").defer("figures", "words")
    if asked["trang_thai"]:
        found = found.filter(status__in=IN_STATE[asked["trang_thai"]])
    if asked["ky"]:
        found = found.filter(scheme=QUARTER, period_key=asked["ky"])
    page = paging.page_of(found, time="ordered_at", after=asked["after"], size=20)
    if form is None and policy.can(request.actor, "report.order"):
        form = order_form(request)
    names = ("trang_thai", "ky")
    context = {
        "rows": [{"report": report, "ordered": hour_words(report.ordered_at)} for report in page.rows],
        "older": page.after,
        "form": form,
        "filters": ReportFilter(periods=shown, initial={name: asked[name] for name in names}),
        "active": sum(1 for name in names if asked[name]),
        "clear_url": reverse("reports:list"),
    }
    return render(request, "reports/list.html", context, status=status)


# One report


@action("report.read", of=Report)
@require_GET
def detail(request: HttpRequest, report: Report) -> HttpResponse:
    """One report: what its job is doing, then its files and the counts it was made of."""
    return detail_page(request, report)


def detail_page(request: HttpRequest, report: Report, status: int = 200, signed: SignedForm | None = None) -> HttpResponse:
    """The page with its progress."""
    shown = papers.Shown(report.figures, report.area) if report.is_printed else None
    may_sign = report.status == ReportStatus.ISSUED and not report.signed_hash and policy.can(request.actor, "report.sign", report)
    context = {
        "report": report,
        "window": periods.data_window_words(report.period),
        "ready": report.is_printed,
        "counted": [(label, shown.total(name)) for name, label in incidents.WORDS.items()] if shown else [],
        "taken": hour_words(report.snapshot_at) if shown else "",
        "signed_at": hour_words(report.signed_at) if report.signed_at else "",
        "signed_form": signed or (SignedForm(report=report) if may_sign else None),
        **signed_files.state_of(report),
        "lacking": len(papers.lacking(report)) if report.status == ReportStatus.READY else 0,
        "may_write": report.status == ReportStatus.READY and policy.can(request.actor, "report.write", report),
        "may_issue": report.status == ReportStatus.READY and policy.can(request.actor, "report.issue", report),
    }
    return render(request, "reports/detail.html", context | progress_of(request, report), status=status)


@action("report.read", of=Report)
@require_GET
def progress(request: HttpRequest, report: Report) -> HttpResponse:
    """The fragment a page asks for again until the work is over."""
    return render(request, "reports/progress.html", progress_of(request, report))


def progress_of(request: HttpRequest, report: Report) -> dict[str, Any]:
    """What components/progress.html needs."""
    job = printing.job_of(report)
    state = {"parked": "failed"}.get(job.state, job.state) if printing.is_at_work(report) else "done"
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


@action("report.retry", of=Report)
@require_POST
def retry(request: HttpRequest, report: Report) -> HttpResponse:
    """Tạo lại after a failure."""
    printing.retry(report, by=request.actor)
    return redirect(report)


# Its words


@action("report.write", of=Report)
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest, report: Report) -> HttpResponse:
    """Soạn phần lời: what no row can tell, section by section; a supplementary report starts from the words of the paper it corrects."""
    if report.status != ReportStatus.READY:
        raise Stale(f"write: already {report.status}")
    if request.method == "GET":
        before = report.supplements.said if report.supplements and not report.words_version else {}
        return words_page(request, report, WordsForm(sections=papers.sections_of(report), initial=before | report.said | {"seen": report.words_version}), copied=bool(before))
    form = WordsForm(request.POST, sections=papers.sections_of(report))
    if form.is_valid() and masking.form_is_nameless(form, masking.secrets_of(report)):
        try:
            printing.write(report, by=request.actor, words=form.words, seen=form.cleaned_data["seen"])
        except printing.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã lưu phần lời. Bản dự thảo đang được in lại."))
            return redirect(report)
    return words_page(request, report, form, status=422)


def words_page(request: HttpRequest, report: Report, form: WordsForm, status: int = 200, *, copied: bool = False) -> HttpResponse:
    """The page with one text for each section."""
    return render(request, "reports/words.html", {"report": report, "form": form, "copied": copied}, status=status)


# Its number, its signature


@action("report.issue", of=Report)
@require_http_methods(["GET", "POST"])
def issue(request: HttpRequest, report: Report) -> HttpResponse:
    """Ban hành: number, date and signer; asked on a page of its own, since it cannot be taken back."""
    if report.status != ReportStatus.READY:
        raise Stale(f"issue: already {report.status}")
    if request.method == "GET":
        return issue_page(request, report, IssueForm(issuer=report.issuer, initial={"issued_on": clocks.today()}))
    form = IssueForm(request.POST, issuer=report.issuer)
    if form.is_valid():
        try:
            printing.issue(report, by=request.actor, **form.cleaned_data)
        except printing.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Đã cho số. Bản ban hành đang được in."))
            return redirect(report)
    return issue_page(request, report, form, status=422)


def issue_page(request: HttpRequest, report: Report, form: IssueForm, status: int = 200) -> HttpResponse:
    """The page that asks."""
    consequences = [
        _("Số liệu giữ nguyên như lúc chốt (%(hour)s).") % {"hour": hour_words(report.snapshot_at)},
        _("Bản in mới mang số, ngày, chức vụ người ký và không còn chữ DỰ THẢO."),
        _("Số và ngày không sửa, không thu hồi được trên hệ thống; sai sót về sau lập báo cáo bổ sung."),
    ]
    context = {
        "report": report,
        "form": form,
        "consequences": consequences,
        "has_symbol": bool(form.fields["symbol"].choices),
        "why_not": printing.why_not_issued(report),
        "may_write": policy.can(request.actor, "report.write", report),
    }
    return render(request, "reports/issue.html", context, status=status)


@action("report.sign", of=Report)
@require_POST
def sign(request: HttpRequest, report: Report) -> HttpResponse:
    """The signed file comes back, once."""
    form = SignedForm(request.POST, request.FILES, report=report)
    if report.status != ReportStatus.ISSUED or report.signed_hash:
        raise Stale("not issued yet, or the signed file is there already")
    if not form.is_valid():
        return detail_page(request, report, status=422, signed=form)
    printing.keep_signed(report, by=request.actor, content=form.cleaned_data["file"])
    messages.success(request, _("Đã lưu bản đã ký số."))
    return redirect(report)


# Its files


@action("report.read", of=Report)
@require_GET
def report_file(request: HttpRequest, report: Report) -> HttpResponse:
    """The printed paper: the draft, or what was issued."""
    return stored_file(request, report, report.issued_hash or report.pdf_hash)


@action("report.read", of=Report)
@require_GET
def sheets(request: HttpRequest, report: Report) -> HttpResponse:
    """The same figures as a workbook."""
    return stored_file(request, report, report.sheet_hash, "xlsx")


@action("report.read", of=Report)
@require_GET
def signed_file(request: HttpRequest, report: Report) -> HttpResponse:
    """What the body signed with its own tool, once it was checked."""
    if report.signed_hash and not signed_files.is_checked(report):
        raise Stale("being checked")
    return stored_file(request, report, report.signed_hash)


def stored_file(request: HttpRequest, report: Report, digest: str, kind: str = "pdf") -> HttpResponse:
    """A stored file, checked against its hash; reading it is one line of the trail."""
    if not digest:
        raise Stale("not made yet")
    try:
        content = files.read(digest, kind)
    except files.Spoiled:
        messages.error(request, _("Tệp đã lưu bị mất hoặc bị thay đổi nên không tải được. Lập lại báo cáo của kỳ này để có tệp mới."))
        return detail_page(request, report, status=503)
    audit.record("download", report, by=request.actor, **{kind: digest})
    response = HttpResponse(content, content_type=SPREADSHEET if kind == "xlsx" else PDF)
    response["Content-Disposition"] = content_disposition_header(True, f"{name_of_file(report, digest)}.{kind}")
    return response


def name_of_file(report: Report, digest: str) -> str:
    """What the file is called on the reader's machine: official words, in Vietnamese."""
    number = f" số {report.number_words.replace('/', '-')}" if report.has_number else ""
    signed = " (đã ký số)" if digest == report.signed_hash else ""
    return f"Báo cáo{number} {report.period_key} {report.area.name} - {report.get_audience_display()}{signed}"
