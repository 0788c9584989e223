"""Pages of a printed paper: its order, what its job is doing, its file. Each asks anew whether the thing is still the reader's to print."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_GET, require_POST

from coordination import audit, jobs, policy
from coordination.access import action
from coordination.models import Paper
from coordination.models.papers import PaperStatus
from coordination.paper import papers
from coordination.paper.papers import Offer
from coordination.web.words import hour_words


def asked(request: HttpRequest, kind: str, **key: Any) -> tuple[Offer, Any]:
    """The offer and its thing: 404 when there is no such thing for this reader, 403 when it is not his to print."""
    found = papers.offered(kind)
    thing = found.find(request.actor, **key) if found else None
    if found is None or thing is None:
        raise Http404(kind)
    if not found.may(thing, request.actor):
        raise PermissionDenied(found.act)
    return found, thing


@action("paper.order")
def order(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """The button of a page: In … Like every door it looks for the thing before it looks at the method."""
    found, thing = asked(request, kind, code=code)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        return redirect(papers.order(found, thing, by=request.actor))
    except papers.TooMany:
        messages.error(request, _("Hôm nay vị trí này đã đặt in %(most)s văn bản, mức tối đa trong một ngày. Văn bản đã in vẫn tải được trong 24 giờ; ngày mai đặt in tiếp.") % {"most": settings.PAPERS_PER_DAY})
        return redirect(thing)


@action("paper.read", of=Paper)
@require_GET
def detail(request: HttpRequest, paper: Paper) -> HttpResponse:
    """One paper: what its job is doing, then its file, then that its day is over."""
    return detail_page(request, paper)


def detail_page(request: HttpRequest, paper: Paper, status: int = 200) -> HttpResponse:
    """The page with its progress."""
    found, thing = asked(request, paper.kind, pk=paper.about_id)
    context = {
        "paper": paper,
        "words": found.words,
        "name": found.name(thing),
        "back_url": thing.get_absolute_url(),
        "kept_until": hour_words(paper.expires_at) if papers.is_kept(paper) else "",
    }
    return render(request, "coordination/paper.html", context | progress_of(request, paper), status=status)


@action("paper.read", of=Paper)
@require_GET
def progress(request: HttpRequest, paper: Paper) -> HttpResponse:
    """The fragment a page asks for again until the work is over."""
    asked(request, paper.kind, pk=paper.about_id)
    return render(request, "coordination/paper_progress.html", progress_of(request, paper))


def progress_of(request: HttpRequest, paper: Paper) -> dict[str, Any]:
    """What components/progress.html needs."""
    urls = {name: reverse(f"coordination:{name}", args=[paper.code]) for name in ("paper_progress", "paper_file", "retry_paper")}
    state, sentence = state_of(paper)
    return {
        "state": state,
        "sentence": sentence,
        "poll_url": urls["paper_progress"],
        "refresh_url": paper.get_absolute_url(),
        "file_url": urls["paper_file"] if papers.is_kept(paper) else "",
        "retry_url": urls["retry_paper"] if policy.can(request.actor, "paper.retry", paper) else "",
    }


def state_of(paper: Paper) -> tuple[str, Any]:
    """The state of its progress, and its sentence."""
    if papers.is_kept(paper):
        return "done", _("Đã tạo xong. Tải về để in, ký.")
    if paper.status != PaperStatus.ORDERED:
        return "done", _("Tệp chỉ giữ 24 giờ và đã được xóa. Cần bản mới thì mở lại trang trước và bấm In.")
    job = papers.job_of(paper)
    if job.state == "parked":
        in_words = job.fault if job.attempts < jobs.MOST_ATTEMPTS else ""
        return "failed", _("Chưa tạo được văn bản. %(why)s") % {"why": in_words or _("Bấm “Làm lại”; nếu vẫn lỗi, báo quản trị hệ thống.")}
    return job.state, job.state_words


@action("paper.download", of=Paper)
@require_GET
def file(request: HttpRequest, paper: Paper) -> HttpResponse:
    """The sealed file, opened for whoever may print the thing at this moment; reading it is one line of the trail."""
    found, thing = asked(request, paper.kind, pk=paper.about_id)
    if not papers.is_kept(paper):
        return redirect(paper)
    try:
        content = papers.content_of(paper)
    except papers.Spoiled:
        messages.error(request, _("Tệp đã lưu bị thay đổi nên không tải được. Mở lại trang trước và bấm In để có tệp mới."))
        return detail_page(request, paper, status=503)
    request.shown = (thing, {"paper": paper.pk, "pdf": paper.pdf_hash})
    response = HttpResponse(content, content_type="application/pdf")
    with override("vi"):
        response["Content-Disposition"] = content_disposition_header(True, f"{found.words} {found.name(thing)}.pdf")
    return response


@action("paper.retry", of=Paper)
@require_POST
def retry(request: HttpRequest, paper: Paper) -> HttpResponse:
    """Làm lại after a failure."""
    asked(request, paper.kind, pk=paper.about_id)
    return redirect(papers.retry(paper, by=request.actor))
