"""Files of a case: sent on a page of their own, handed out by one view that asks again each time."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination.access import action
from coordination.intake.gate import Taken, take
from coordination.intake.limits import MOST_BYTES, NotTaken
from coordination.intake.names import one_line
from coordination.intake.words import REASONS
from coordination.web import params
from coordination.web.forms import posted
from coordination.workflow import Refused, Stale
from incidents import attachments, casefile, vault
from incidents.forms import ReasonForm
from incidents.forms_attachments import FilePurposeForm, FilesForm
from incidents.models import Attachment, Incident
from incidents.views.cases import show

TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@action("attachment.send", of=Incident)
@require_http_methods(["GET", "POST"])
def send(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Gửi tệp: all of them or none; a file that does not come in is named with what to do."""
    if not incident.is_live:
        raise Stale("not sent, or taken back")
    if request.method == "GET":
        return send_page(request, incident, FilesForm())
    form = FilesForm(request.POST, request.FILES)
    if not form.is_valid():
        return send_page(request, incident, form)
    taken, wrong = looked_at(form.cleaned_data["files"])
    if wrong:
        form.add_error("files", _("Chưa gửi tệp nào. Bỏ hoặc sửa các tệp ghi dưới đây rồi chọn lại."))
        return send_page(request, incident, form, wrong=wrong)
    try:
        made, again = attachments.send(incident, by=request.actor, files=taken)
    except Refused as refusal:
        form.add_error("files", str(refusal))
        return send_page(request, incident, form)
    tell(request, made, again)
    return redirect(f"{incident.get_absolute_url()}#tep-kem-theo")


def send_page(request: HttpRequest, incident: Incident, form: FilesForm, wrong: Any = ()) -> HttpResponse:
    """The form, what may be sent, and what was wrong with each file."""
    return render(request, "incidents/attachment_send.html", {"incident": incident, "form": form, "wrong": wrong}, status=422 if form.is_bound else 200)


def looked_at(files: list[Any]) -> tuple[list[Taken], list[dict[str, Any]]]:
    """What came in, and what did not: its place in the row, its name, the reason."""
    taken, wrong = [], []
    for row, file in enumerate(files, 1):
        try:
            if file.size > MOST_BYTES:
                raise NotTaken("large")
            taken.append(take(file.read(), file.name))
        except NotTaken as refusal:
            wrong.append({"row": row, "name": one_line(file.name), "reason": REASONS[refusal.reason]})
    return taken, wrong


def tell(request: HttpRequest, made: list[Attachment], again: list[Taken]) -> None:
    """What was done with them, on the next page."""
    if made:
        messages.success(request, _("Đã gửi %(count)s tệp, đang kiểm tra.") % {"count": len(made)})
    if again:
        messages.info(request, _("%(count)s tệp đã có trong hồ sơ nên không gửi thêm.") % {"count": len(again)})


@action("attachment.read", of=Attachment, key="uid")
@require_POST
def open_file(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """Open one file for a stated purpose; the page of the case shows its name and the way to it for a quarter of an hour."""
    form = FilePurposeForm(request.POST, purposes=vault.purposes_for(request.actor, attachment.incident))
    if not form.is_valid():
        return show(request, attachment.incident, status=422, file_purpose=form, asked_file=attachment.pk)
    attachments.open_file(attachment, by=request.actor, purpose=form.cleaned_data["purpose"])
    return back(attachment)


@action("attachment.read", of=Attachment, key="uid")
@require_GET
def file(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """The copy that is handed out; a picture may be looked at in a page of its own."""
    asked = params.read(request, xem=params.one_of(["1"]))
    return handed_out(request, attachment, shown=bool(asked["xem"]) and attachment.is_image)


@action("attachment.read_original", of=Attachment, key="uid")
@require_GET
def original(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """The proof as it came, for the police who handle the case."""
    return handed_out(request, attachment, original=True)


def handed_out(request: HttpRequest, attachment: Attachment, *, original: bool = False, shown: bool = False) -> HttpResponse:
    """The bytes, once everything is asked again: checked, the case readable, the file held open for a purpose. It runs nowhere and is kept nowhere."""
    if not attachment.is_readable:
        raise Stale("being checked, blocked, taken down or destroyed")
    if not casefile.may_read(attachment.incident, request.actor) or attachment.pk not in attachments.held_open(attachment.incident, request.actor):
        messages.info(request, _("Nêu mục đích để mở tệp."))
        return back(attachment)
    content = attachments.content_of(attachment, original=original)
    name = attachment.name if not original else f"{_('Bản gốc')} {attachment.name}"
    response = HttpResponse(content, content_type="application/octet-stream" if original else TYPES[attachment.kind])
    response["Content-Disposition"] = content_disposition_header(not shown, name)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response


def back(attachment: Attachment) -> HttpResponse:
    """To the files on the page of their case."""
    return redirect(f"{attachment.incident.get_absolute_url()}#tep-kem-theo")


@action("attachment.verify", of=Attachment, key="uid")
@require_POST
def verify(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """Đã xác minh ảnh."""
    attachments.verify(attachment, by=request.actor)
    return back(attachment)


@action("attachment.take_down", of=Attachment, key="uid")
@require_http_methods(["GET", "POST"])
def take_down(request: HttpRequest, attachment: Attachment) -> HttpResponse:
    """Gỡ tệp: why; asked on a page of its own, for it cannot be taken back."""
    if not attachment.stands:
        raise Stale("taken down before")
    form = ReasonForm(posted(request), label=_("Vì sao gỡ?"), hint=_("Một, hai câu, ví dụ: gửi nhầm vụ, ảnh thấy rõ mặt trẻ. Không ghi tên, lớp, số điện thoại."))
    if form.is_valid():
        attachments.take_down(attachment, by=request.actor, reason=form.cleaned_data["text"])
        return back(attachment)
    context = {"incident": attachment.incident, "file": attachment, "form": form}
    return render(request, "incidents/attachment_take_down.html", context, status=422 if request.method == "POST" else 200)
