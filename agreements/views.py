"""Pages of the agreements: the register, one agreement, its draft, its signing and its end."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from agreements import actions, concerned, figures, lists, pages
from agreements.forms import DraftForm, FilterForm, ReplaceForm, SignForm, TerminateForm, draft_of
from agreements.models import Agreement
from agreements.workflow import AgreementStatus
from coordination import clocks, policy
from coordination.access import action
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.workflow import Stale


@action("agreement.list")
@require_GET
def agreement_list(request: HttpRequest) -> HttpResponse:
    """Quy chế, kế hoạch phối hợp: everything that concerns the actor's body, and what is public; the latest first."""
    asked = params.read(request, after=params.cursor, **lists.READ)
    found = lists.filtered(Agreement.objects.visible_to(request.actor), asked, request.actor)
    page = paging.page_of(found.for_list(), time="listed_at", after=asked["after"])
    narrowed = {name: asked[name] for name in lists.READ}
    context = {
        "rows": pages.list_rows(page.rows, request.actor),
        "counts": figures.counted(found, clocks.today()),
        "older": page.after,
        "filter": FilterForm(initial=narrowed),
        "active": sum(value is not None for value in narrowed.values()),
        "may_draft": policy.can(request.actor, "agreement.draft"),
    }
    return render(request, "agreements/list.html", context)


@action("agreement.read", of=Agreement)
@require_GET
def detail(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Parties, term, how it stands today, what stands above and below it."""
    may_amend = agreement.status == AgreementStatus.DRAFT and policy.can(request.actor, "agreement.draft", agreement)
    return render(request, "agreements/detail.html", pages.detail(agreement, request.actor) | {"may_amend": may_amend})


@action("agreement.draft")
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """A new draft of the actor's body."""
    issuer = actions.issuer_for(request.actor)
    form = DraftForm(posted(request), bodies=concerned.neighbours(issuer, clocks.today()), parents=pages.parents_for(request.actor))
    if not form.is_valid():
        return draft_page(request, form, issuer=issuer)
    agreement = actions.draft(by=request.actor, issuer=issuer, answers=form.answers())
    messages.success(request, _("Đã lưu dự thảo. Các bên có tên xem được; sau khi ký, văn thư ghi số và ngày."))
    return redirect(agreement)


@action("agreement.draft", of=Agreement)
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """The draft once more, while nobody has signed."""
    refuse_unless(agreement, AgreementStatus.DRAFT)
    issuer = actions.issuer_for(request.actor)
    named = concerned.parties_of(agreement.pk)[1:]
    around = {body.pk: body for body in [*named, *concerned.neighbours(issuer, clocks.today())]}
    parents = pages.parents_for(request.actor, agreement.parent)
    form = DraftForm(posted(request), bodies=around.values(), parents=parents, initial=draft_of(agreement, named))
    if not form.is_valid():
        return draft_page(request, form, issuer=issuer, agreement=agreement)
    actions.amend(agreement, by=request.actor, answers=form.answers())
    messages.success(request, _("Đã sửa dự thảo."))
    return redirect(agreement)


def draft_page(request: HttpRequest, form: DraftForm, **shown: Any) -> HttpResponse:
    """The form of a draft, empty or to be mended."""
    return render(request, "agreements/draft.html", {"form": form} | shown, status=422 if form.is_bound else 200)


def refuse_unless(agreement: Agreement, status: str) -> None:
    """409 when it has moved on since the page was opened."""
    if agreement.status != status:
        raise Stale(f"already {agreement.status}")


@action("agreement.sign", of=Agreement)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Ghi nhận đã ký: number, symbol and day as they stand on the paper."""
    refuse_unless(agreement, AgreementStatus.DRAFT)
    form = SignForm(posted(request), agreement=agreement)
    if form.is_valid():
        try:
            actions.sign(agreement, by=request.actor, **form.answers())
        except actions.NumberTaken:
            form.add_error("number", _("Số, ký hiệu này đã dùng cho văn bản khác của đơn vị trong năm. Kiểm tra lại sổ văn thư."))
        else:
            messages.success(request, _("Đã ghi nhận văn bản đã ký."))
            return redirect(agreement)
    return act_page(request, agreement, "sign", form, pages.sign_consequences(agreement))


@action("agreement.terminate", of=Agreement)
@require_http_methods(["GET", "POST"])
def terminate(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Chấm dứt by a decision."""
    refuse_unless(agreement, AgreementStatus.SIGNED)
    form = TerminateForm(posted(request), agreement=agreement)
    if not form.is_valid():
        return act_page(request, agreement, "terminate", form, pages.end_consequences(agreement))
    actions.terminate(agreement, by=request.actor, **form.cleaned_data)
    messages.success(request, _("Đã ghi nhận chấm dứt."))
    return redirect(agreement)


@action("agreement.replace", of=Agreement)
@require_http_methods(["GET", "POST"])
def replace(request: HttpRequest, agreement: Agreement) -> HttpResponse:
    """Thay thế by a later paper."""
    refuse_unless(agreement, AgreementStatus.SIGNED)
    form = ReplaceForm(posted(request), agreement=agreement, later=pages.later_than(agreement, request.actor))
    if not form.is_valid():
        return act_page(request, agreement, "replace", form, pages.end_consequences(agreement))
    actions.replace(agreement, by=request.actor, **form.cleaned_data)
    messages.success(request, _("Đã ghi nhận thay thế."))
    return redirect(agreement)


def act_page(request: HttpRequest, agreement: Agreement, act: str, form: Any, consequences: list[str]) -> HttpResponse:
    """The step before what cannot be undone, with what must be filled in; works without script."""
    context = {"agreement": agreement, "act": Agreement.MOVES[act].label, "form": form, "consequences": consequences}
    return render(request, "agreements/act.html", context, status=422 if form.is_bound else 200)
