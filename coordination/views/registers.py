"""Lists brought in: the upload, the preview that waits for its confirmation, what is wrong as a file, the templates."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination.access import action
from coordination.importing import actions
from coordination.importing.places import Places, reach_of
from coordination.importing.sheets import Plan
from coordination.models.imports import ListImport, ListKind
from coordination.paper.spreadsheets import MOST_BYTES, SPREADSHEET, Unreadable, write_csv, write_xlsx
from coordination.territory.forms import UploadForm
from coordination.web import params

SHOWN = 200


@action("register.import")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Nhập danh sách: choose a list and its file; nothing is written before the preview is confirmed."""
    kinds = actions.kinds_for(request.actor)
    if request.method == "GET":
        return register_page(request, UploadForm(kinds=kinds, initial={"kind": kinds[0]}))
    form = UploadForm(request.POST, request.FILES, kinds=kinds)
    if form.is_valid():
        try:
            item = actions.upload(form.cleaned_data["kind"], form.cleaned_data["file"].read(MOST_BYTES + 1), by=request.actor)
            return redirect("coordination:register_preview", item.code)
        except Unreadable as error:
            form.add_error("file", str(error))
    return register_page(request, form)


def register_page(request: HttpRequest, form: UploadForm) -> HttpResponse:
    """The form, the templates, and what waits or was done."""
    context = {
        "form": form,
        "templates": [(kind, ListKind(kind).label) for kind in actions.kinds_for(request.actor)],
        "uploads": actions.waiting_for(request.actor)[:20],
        "area": Places(reach_of(request.actor)).area,
    }
    return render(request, "coordination/register_upload.html", context, status=422 if form.is_bound else 200)


@action("register.import")
@require_GET
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty list with its Vietnamese headings, and a second sheet that says how each column is filled."""
    if kind not in actions.kinds_for(request.actor):
        raise Http404(kind)
    columns = actions.SHEETS[kind].columns
    notes = [[_("Cột"), _("Bắt buộc"), _("Cách ghi")], *([column.heading, "x" if column.required else "", str(column.note)] for column in columns)]
    words = [[], [_("Ghi một trong:")], *([label] for label in actions.WORDS_OF[kind]())]
    return as_file(write_xlsx({_("Danh sách"): [[column.heading for column in columns]], _("Cách ghi"): [*notes, *words]}), f"{ListKind(kind).label}.xlsx", SPREADSHEET)


@action("register.read", of=ListImport)
@require_GET
def preview(request: HttpRequest, item: ListImport) -> HttpResponse:
    """What the list would do, checked anew each time it is looked at; once confirmed, what it did."""
    return preview_page(request, item)


def preview_page(request: HttpRequest, item: ListImport, status: int = 200) -> HttpResponse:
    """Counts, faults, the first rows to be added."""
    context: dict[str, Any] = {"item": item, "label": ListKind(item.kind).label}
    if item.confirmed_at is None:
        plan, ignored = actions.plan_of(item, by=request.actor)
        sheet = actions.SHEETS[item.kind]
        context |= {
            "good": item.rows - plan.bad,
            "bad": plan.bad,
            "fresh": len(plan.new),
            "already": plan.already,
            "ignored": ignored,
            "faults": plan.faults[:SHOWN],
            "more_faults": max(0, len(plan.faults) - SHOWN),
            "headings": sheet.shown,
            "rows": [sheet.show(row) for row in plan.new[:SHOWN]],
            "more_rows": max(0, len(plan.new) - SHOWN),
        }
    return render(request, "coordination/register_preview.html", context, status=status)


@action("register.read", of=ListImport)
@require_GET
def preview_file(request: HttpRequest, item: ListImport) -> HttpResponse:
    """The faults, or every row that would be added, as XLSX or CSV; no cell of it is a formula."""
    asked = params.read(request, phan=params.one_of(["loi", "them"]), dang=params.one_of(["xlsx", "csv"]))
    plan, _ignored = actions.plan_of(item, by=request.actor)
    rows = added_rows(item, plan) if asked["phan"] == "them" else fault_rows(plan)
    name = _("Dòng sẽ thêm") if asked["phan"] == "them" else _("Dòng lỗi")
    if asked["dang"] == "csv":
        return as_file(write_csv(rows), f"{name}.csv", "text/csv; charset=utf-8")
    return as_file(write_xlsx({name: rows}), f"{name}.xlsx", SPREADSHEET)


def fault_rows(plan: Plan) -> Iterable[Iterable[Any]]:
    """Row, column, value, reason."""
    return [(_("Dòng"), _("Cột"), _("Giá trị"), _("Lý do")), *((fault.row, fault.column, fault.value, fault.reason) for fault in plan.faults)]


def added_rows(item: ListImport, plan: Plan) -> Iterable[Iterable[Any]]:
    """What the page shows of each new row, for all of them."""
    sheet = actions.SHEETS[item.kind]
    return [[str(heading) for heading in sheet.shown], *(sheet.show(row) for row in plan.new)]


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, never to be shown by the browser."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@action("register.confirm", of=ListImport)
@require_POST
def confirm(request: HttpRequest, item: ListImport) -> HttpResponse:
    """Write the list, all of it or nothing."""
    try:
        actions.confirm(item, by=request.actor)
    except actions.Faulty:
        messages.error(request, _("Danh sách còn dòng lỗi nên chưa nhập dòng nào. Sửa trong tệp rồi tải lên lại."))
        return preview_page(request, item, status=422)
    return redirect("coordination:register_preview", item.code)


@action("register.confirm", of=ListImport)
@require_POST
def discard(request: HttpRequest, item: ListImport) -> HttpResponse:
    """Throw the upload away."""
    actions.discard(item, by=request.actor)
    messages.success(request, _("Đã bỏ bản xem trước. Chưa nhập dòng nào."))
    return redirect("coordination:register")
