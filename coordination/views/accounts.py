"""Tài khoản đơn vị: the administrator's list, one account and what is done to it, the half-yearly review, the codes of those not yet opened."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from coordination import policy
from coordination.access import action
from coordination.models import User
from coordination.paper.spreadsheets import SPREADSHEET, write_xlsx
from coordination.people import account_lists, account_requests, invitations, postings
from coordination.people.account_forms import ApartForm, EndForm, FilterForm, ReasonForm, ReviewForm, SuspendForm
from coordination.people.account_lists import READ, last_review, review_is_due, with_what_is_said
from coordination.web import params
from coordination.web.forms import posted
from coordination.workflow import Refused, Stale

MOST_CODES = 200  # a list of codes is an export (ground.md, limits as data)


@action("account.list")
@require_GET
def account_list(request: HttpRequest) -> HttpResponse:
    """Accounts of the province with their posts and when they were last used, in the order of their names."""
    asked = params.read(request, after=params.cursor, **READ)
    users = User.objects.visible_to(request.actor)
    rows, older = account_lists.page(account_lists.filtered(with_what_is_said(users), asked), asked["after"])
    narrowed = {name: asked[name] for name in READ}
    review = last_review(request.actor)
    context = {
        "rows": rows,
        "older": older,
        "filter": FilterForm(initial=narrowed),
        "active": sum(value is not None for value in narrowed.values()),
        "review": review,
        "review_due": review_is_due(review),
        "waiting": account_requests.waiting_for(request.actor).count(),
        "may_change": policy.can(request.actor, "account.invite"),
    }
    return render(request, "coordination/account_list.html", context)


@action("account.read", of=User)
@require_GET
def account(request: HttpRequest, user: User) -> HttpResponse:
    """One account: its posts, how it stands, what was done to it and by whom; nothing of any case."""
    row = account_lists.row_of(with_what_is_said(User.objects.filter(pk=user.pk)).get())
    context = {
        "row": row,
        "user_shown": row.user,
        "past": user.appointments.with_post().exclude(pk__in=[held.pk for held in row.held]).order_by("-ends_on", "-pk"),
        "events": account_lists.events_of(user),
        "requests": account_requests.about(user, request.actor),
        "may": {act: policy.can(request.actor, f"account.{act}", user) for act in ("invite", "suspend", "reopen", "end")},
    }
    return render(request, "coordination/account.html", context)


def act_page(request: HttpRequest, user: User, form: Any, **said: Any) -> HttpResponse:
    """One act with its form and what follows from it."""
    return render(request, "coordination/account_act.html", {"form": form, "user_shown": user} | said, status=422 if form.is_bound else 200)


@action("account.suspend", of=User)
@require_http_methods(["GET", "POST"])
def suspend(request: HttpRequest, user: User) -> HttpResponse:
    """Tạm ngừng, at once."""
    if not user.is_active:
        raise Stale("suspended already")
    form = SuspendForm(posted(request))
    if not form.is_valid():
        consequences = [_("Người giữ tài khoản thoát ngay khỏi mọi máy và không đăng nhập được nữa."), _("Việc của vị trí ở lại với vị trí. Thủ trưởng được báo.")]
        return act_page(request, user, form, act=_("Tạm ngừng tài khoản"), consequences=consequences)
    postings.suspend(user, by=request.actor, why=form.cleaned_data["why"])
    messages.success(request, _("Đã tạm ngừng tài khoản."))
    return redirect("coordination:account", user.code)


@action("account.reopen", of=User)
@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, user: User) -> HttpResponse:
    """Mở lại: at once, or after a second person where the post asks for one."""
    if user.is_active:
        raise Stale("not suspended")
    form = ReasonForm(posted(request))
    if form.is_valid():
        try:
            asked = account_requests.ask_reopen(user, by=request.actor, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Đã ghi đề nghị mở lại: %(state)s.") % {"state": asked.get_status_display()})
            return redirect("coordination:account", user.code)
    consequences = [_("Mật khẩu và bước xác thực thứ hai giữ như trước."), _("Vị trí của Công an, đầu mối bảo vệ trẻ em, quản trị: mở lại sau khi người thứ hai xác nhận.")]
    return act_page(request, user, form, act=_("Mở lại tài khoản"), consequences=consequences)


@action("account.end", of=User)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, user: User) -> HttpResponse:
    """Thôi giữ vị trí, from a day and an hour."""
    held = [each for each in postings.current(user) if postings.keeps(request.actor, each.organisation)]
    if not held:
        raise Stale("holds no post here")
    form = EndForm(posted(request), held=held)
    if form.is_valid():
        try:
            postings.end(form.appointment(), by=request.actor, at=form.instant())
        except Refused as refused:
            form.add_error("day", str(refused))
        else:
            messages.success(request, _("Đã ghi thôi giữ vị trí."))
            return redirect("coordination:account", user.code)
    consequences = [
        _("Từ đúng giờ đó người này không xem, không tải, không in được gì bằng vị trí này; văn bản đang tạo cũng dừng."),
        _("Vụ việc đang trực tiếp giải quyết trở về vị trí, thời hạn giữ nguyên. Bàn giao công việc ghi ở trang riêng."),
    ]
    return act_page(request, user, form, act=_("Ghi thôi giữ vị trí"), consequences=consequences)


@action("account.invite", of=User)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, user: User) -> HttpResponse:
    """Cấp mã mời: shown this once, to be told by another way than the mail."""
    if user.is_open or not user.is_active:
        raise Stale("nothing to open")
    form = ApartForm(posted(request))
    if not form.is_valid():
        consequences = [_("Thư mời chỉ có đường dẫn đến trang mở tài khoản. Mã hiện một lần trên màn hình này."), _("Mã dùng một lần, trong 7 ngày. Mã cấp trước đó hết hiệu lực.")]
        return act_page(request, user, form, act=_("Cấp mã mời"), consequences=consequences)
    code = invitations.invite(user, by=request.actor)
    return render(request, "coordination/account_code.html", {"user_shown": user, "code": invitations.spoken(code)})


@action("account.invite")
@require_http_methods(["GET", "POST"])
def codes(request: HttpRequest) -> HttpResponse:
    """Codes for accounts that nobody has opened, two hundred at a time, as a file that is made once and kept nowhere."""
    waiting = invitations.waiting(User.objects.visible_to(request.actor))
    form = ApartForm(posted(request))
    if not form.is_valid():
        context = {"form": form, "count": waiting.count(), "most": MOST_CODES}
        return render(request, "coordination/account_codes.html", context, status=422 if form.is_bound else 200)
    made = invitations.invite_all(waiting[:MOST_CODES], by=request.actor)
    rows = [(user.username, held.organisation_name, held.post_label, invitations.spoken(code)) for user, held, code in made]
    answer = HttpResponse(write_xlsx({_("Mã mời"): [(_("Tên đăng nhập"), _("Đơn vị"), _("Vị trí"), _("Mã mời, dùng một lần trong 7 ngày")), *rows]}), content_type=SPREADSHEET)
    answer["Content-Disposition"] = content_disposition_header(True, f"{_('Mã mời')}.xlsx")
    return answer


@action("account.review")
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """Rà soát tài khoản: who, which post, last used; confirmed by the administrator every six months."""
    users = User.objects.visible_to(request.actor)
    form = ReviewForm(posted(request))
    if form.is_valid():
        account_lists.confirm_review(by=request.actor, accounts=users.count())
        messages.success(request, _("Đã ghi nhận lần rà soát."))
        return redirect("coordination:account_review")
    asked = params.read(request, after=params.cursor)
    rows, older = account_lists.page(with_what_is_said(users), asked["after"])
    done = last_review(request.actor)
    context = {"rows": rows, "older": older, "form": form, "count": users.count(), "review": done, "review_due": review_is_due(done)}
    return render(request, "coordination/account_review.html", context, status=422 if form.is_bound else 200)
