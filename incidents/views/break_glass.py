"""Quyền khẩn cấp: breaking the glass, reading through it, looking over every use."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination.access import action
from coordination.scope import beyond_the_reader
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.workflow import Refused, Stale
from incidents import actions, break_glass, casefile, vault
from incidents.forms_vault import GlassForm, ReviewForm
from incidents.models import BreakGlass
from incidents.models.grants import GlassStatus

NEWEST = 20


@action("glass.mine", posting="glass.break")
@require_http_methods(["GET", "POST"])
def use_glass(request: HttpRequest) -> HttpResponse:
    """The form, and the reader's own uses. A number that leads to nothing, elsewhere or to a case kept from the reader is answered in the same words."""
    form = GlassForm(posted(request), again=break_glass.must_say_again(request.actor))
    if form.is_valid():
        glass = broken(request, form)
        if glass:
            return redirect(glass)
    mine = BreakGlass.objects.visible_to(request.actor).filter(by=request.actor).order_by("-at", "-pk")[:NEWEST]
    context = {"form": form, "mine": mine, "suspended": break_glass.suspended(request.actor)}
    return render(request, "incidents/use_glass.html", context, status=422 if request.method == "POST" else 200)


def broken(request: HttpRequest, form: GlassForm) -> BreakGlass | None:
    """The glass, or what to say beside the form."""
    given = dict(form.cleaned_data)
    incident = break_glass.find(request.actor, code=given.pop("code"), school=given.pop("school"))
    if incident is None:
        break_glass.missed(request.actor)
        form.add_error("code", _("Không có vụ việc nào khớp cả mã và tên trường trong phạm vi của bạn. Xem lại từng chữ; lần thử này được ghi lại."))
        return None
    try:
        return break_glass.break_glass(incident, by=request.actor, **given)
    except Refused as refused:
        form.add_error(None, str(refused))
        return None


@action("glass.read", of=BreakGlass)
@require_GET
def glass(request: HttpRequest, glass: BreakGlass) -> HttpResponse:
    """The case through the glass: everything on one page, to be read and nothing else; afterwards there is only the reader's list of uses.

    The case is none of the reader's, so the wall steps aside for this one page.
    """
    if not glass.is_open:
        return redirect("incidents:use_glass")
    with beyond_the_reader("a broken glass shows one case to one reader for an hour"):
        incident = glass.incident
        request.shown = (incident, {"glass": glass.pk})
        entries = sorted([*casefile.of_case(incident, True), *casefile.of_referrals(incident, True)], key=lambda entry: entry.at)
        context = {"glass": glass, "incident": incident, "entries": entries, "people": break_glass.people_in(incident), "report": actions.report_of(incident), "minutes": vault.minutes_until(glass.until)}
        page = render(request, "incidents/glass.html", context)
    page["Refresh"] = f"{vault.seconds_until(glass.until)}; url={glass.get_absolute_url()}"
    return page


@action("glass.close", of=BreakGlass)
@require_POST
def close_glass(request: HttpRequest, glass: BreakGlass) -> HttpResponse:
    """Đóng lại."""
    break_glass.close(glass, by=request.actor)
    return redirect(glass)


@action("glass.reviews")
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """Every use that the reader's post looks over, the newest first; the waiting ones carry the button."""
    asked = params.read(request, after=params.cursor)
    rows = BreakGlass.objects.visible_to(request.actor).exclude(by__user_id=request.actor.user_id).select_related("by__post__organisation", "reviewer__organisation")
    page = paging.page_of(rows, time="at", after=asked["after"])
    return render(request, "incidents/glass_reviews.html", {"rows": page.rows, "older": page.after})


@action("glass.review", of=BreakGlass)
@require_http_methods(["GET", "POST"])
def review_glass(request: HttpRequest, glass: BreakGlass) -> HttpResponse:
    """One use: who, which case by its number, why, on what paper; and the verdict. Nothing of the case."""
    if request.method == "POST" and glass.status != GlassStatus.WAITING:
        raise Stale("reviewed before")
    form = ReviewForm(posted(request))
    if form.is_valid():
        break_glass.review(glass, by=request.actor, **form.cleaned_data)
        return redirect(glass.review_url)
    lately = break_glass.uses_lately(glass.by)
    context = {"glass": glass, "form": form, "lately": lately, "waits": glass.status == GlassStatus.WAITING, "may_restore": break_glass.may_restore(glass, request.actor)}
    return render(request, "incidents/review_glass.html", context, status=422 if request.method == "POST" else 200)


@action("glass.restore", of=BreakGlass)
@require_POST
def restore_glass(request: HttpRequest, glass: BreakGlass) -> HttpResponse:
    """Khôi phục quyền khẩn cấp."""
    break_glass.restore(glass, by=request.actor)
    return redirect(glass.review_url)
