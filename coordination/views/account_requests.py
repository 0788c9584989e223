"""Đề nghị về tài khoản: ask, decide, confirm, refuse, take back; and the page of whoever was invited."""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import policy
from coordination.access import action, open_to_all
from coordination.door.accounts import locked_out, wait_left
from coordination.door.turns import costly
from coordination.models import AccountRequest
from coordination.people import account_requests, invitations
from coordination.people.account_forms import InvitationForm, ProposeForm, ReasonForm, ResetForm
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.workflow import Refused


@action("account_request.list")
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """What was asked, by oneself or within one's reach, the latest first."""
    asked = params.read(request, after=params.cursor)
    rows = AccountRequest.objects.visible_to(request.actor).select_related("post__organisation", "asked_by__post__organisation")
    page = paging.page_of(rows, time="asked_at", after=asked["after"])
    context = {"rows": page.rows, "older": page.after, "may_propose": policy.can(request.actor, "account.propose")}
    return render(request, "coordination/account_requests.html", context)


@action("account.propose")
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Đề nghị giao vị trí."""
    form = ProposeForm(posted(request), actor=request.actor)
    return sent(request, form, _("Đề nghị giao vị trí"), lambda: account_requests.propose(form.wanted(), by=request.actor))


@action("account.ask_reset")
@require_http_methods(["GET", "POST"])
def ask_reset(request: HttpRequest) -> HttpResponse:
    """Đề nghị cấp lại: for a colleague who can no longer sign in."""
    form = ResetForm(posted(request), actor=request.actor)
    if request.method == "GET":
        form.initial["username"] = params.read(request, q=params.text(80))["q"] or ""
    title = _("Đề nghị cấp lại mật khẩu, bước xác thực thứ hai")
    return sent(request, form, title, lambda: account_requests.ask_reset(form.cleaned_data["username"], by=request.actor, reason=form.cleaned_data["reason"]))


def sent(request: HttpRequest, form: Any, title: str, act: Callable[[], AccountRequest]) -> HttpResponse:
    """A request is written down, or its form shown to be filled or mended."""
    if form.is_valid():
        try:
            asked = act()
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Đã gửi đề nghị. Quản trị xem xét; kết quả hiện ở đây."))
            return redirect(asked)
    return render(request, "coordination/account_ask.html", {"form": form, "title": title}, status=422 if form.is_bound else 200)


@action("account_request.read", of=AccountRequest)
@require_GET
def detail(request: HttpRequest, asked: AccountRequest) -> HttpResponse:
    """Who asked what for whom, who approved, who confirmed, whose turn it is."""
    acts = asked.moves_open_to(request.actor)
    clash = account_requests.clash_of(asked) if {"approve", "confirm"} & set(acts) else ""
    context = {"asked": asked, "acts": acts, "clash": clash, "turn": account_requests.turn_of(asked), "may_invite": account_requests.may_invite(asked, request.actor)}
    return render(request, "coordination/account_request.html", context)


@action("account_request.approve", of=AccountRequest)
@require_POST
def approve(request: HttpRequest, asked: AccountRequest) -> HttpResponse:
    """Duyệt."""
    return decided(request, asked, account_requests.approve)


def decided(request: HttpRequest, asked: AccountRequest, act: Callable[..., AccountRequest]) -> HttpResponse:
    """Back to the request, with how it stands or why it cannot be done."""
    try:
        messages.success(request, act(asked, by=request.actor).get_status_display())
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(asked)


@action("account_request.confirm", of=AccountRequest)
@require_POST
def confirm(request: HttpRequest, asked: AccountRequest) -> HttpResponse:
    """Xác nhận, as the second person."""
    return decided(request, asked, account_requests.confirm)


@action("account_request.refuse", of=AccountRequest)
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, asked: AccountRequest) -> HttpResponse:
    """Không chấp thuận, with the reason."""
    account_requests.refuse_over(asked)
    form = ReasonForm(posted(request))
    if not form.is_valid():
        return render(request, "coordination/account_ask.html", {"form": form, "title": _("Không chấp thuận đề nghị"), "asked": asked}, status=422 if form.is_bound else 200)
    return redirect(account_requests.refuse(asked, by=request.actor, refusal=form.cleaned_data["reason"]))


@action("account_request.withdraw", of=AccountRequest)
@require_POST
def withdraw(request: HttpRequest, asked: AccountRequest) -> HttpResponse:
    """Rút đề nghị."""
    return redirect(account_requests.withdraw(asked, by=request.actor))


@open_to_all("whoever was invited has no way in yet")
@login_not_required
@sensitive_post_parameters()
@costly
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Mở tài khoản: user name, code, first password; then on to the second factor in the same session."""
    form = InvitationForm(posted(request))
    if form.is_valid():
        username = form.cleaned_data["username"]
        asked_as = {"username": invitations.counted_as(username)}
        if wait_left(request, asked_as):
            return locked_out(request, credentials=asked_as)
        found = invitations.open_with(username, form.cleaned_data["code"])
        if found is None:
            invitations.failed(request, username)
            form.add_error(None, _("Tên đăng nhập và mã mời không khớp, hoặc mã đã dùng, đã hết hạn. Kiểm tra lại, hoặc đề nghị quản trị cấp mã mới."))
        else:
            return opened(request, found, form.cleaned_data["password1"])
    return render(request, "account/invitation.html", {"form": form}, status=422 if form.is_bound else 200)


def opened(request: HttpRequest, found: Any, password: str) -> HttpResponse:
    """The account is the holder's; he is signed in with one factor and is led to the second."""
    user = invitations.take_up(found, password)
    invitations.succeeded(request, user.username)
    return perform_password_login(request, {"username": user.username}, Login(user=user))
