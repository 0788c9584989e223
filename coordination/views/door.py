"""One's own door: the second step of signing in, the factors one has, a fresh proof, and where one is signed in."""

import base64
from typing import Any

from allauth.account import views as account_views
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn, begin_registration
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from coordination.access import open_to_all
from coordination.door import devices, factors, sessions, stepup
from coordination.door.forms import EndForm, NewCodeForm, NewPasskeyForm, PasswordProofForm, RemovalForm
from coordination.web import params
from coordination.web.forms import posted

FRESH_FOR_CHANGES = 5  # minutes: whoever removes or replaces a factor has just proved one


@login_not_required
def login(request: HttpRequest) -> HttpResponse:
    """allauth's page; whoever gave the right password goes on under a new session key."""
    answer = account_views.login(request)
    if answer.status_code == 302 and factors.waited_for(request):
        request.session.cycle_key()
    return answer


@login_not_required
def logout(request: HttpRequest) -> HttpResponse:
    """allauth's page; the browser is told to forget what it kept of ours. The mark by which the device is known stays."""
    answer = account_views.logout(request)
    if request.method == "POST":
        answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def change_password(request: HttpRequest) -> HttpResponse:
    """allauth's page, after a fresh proof of the second factor; the form itself asks the old password."""
    return stepup.needed(request, FRESH_FOR_CHANGES, password=False) or account_views.password_change(request)


class SecondStep(AuthenticateView):
    """After the password: allauth's stage, answered 422 when the code is wrong and 429 while this client must wait."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with the reason."""
        answer = super().form_invalid(form)
        answer.status_code = 429 if form.has_error("code", "wait") else 422
        return answer


second_step = SecondStep.as_view()


@open_to_all("one's own door stands before every post")
@require_http_methods(["GET", "POST"])
def proof(request: HttpRequest) -> HttpResponse:
    """A fresh proof of the second factor, then back to where the reader was going."""
    stepup.take(request)
    if request.method == "POST" and hasattr(request, "proof") and request.proof.is_valid():
        return redirect(back_to(request.POST.get("next", "")))
    asked = params.read(request, next=params.text(2000))
    goal = request.POST.get("next", "") if request.method == "POST" else asked["next"] or ""
    context = {"address": request.path, "kept": [("next", goal)]} | stepup.asked(request)
    return render(request, "mfa/proof.html", context, status=422 if request.method == "POST" else 200)


@open_to_all("one's own door stands before every post")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password_proof(request: HttpRequest) -> HttpResponse:
    """The password again, then on to where the reader was going: a change of one's own door asks both factors."""
    asked = params.read(request, next=params.text(2000))
    goal = request.POST.get("next", "") if request.method == "POST" else asked["next"] or ""
    form = PasswordProofForm(posted(request), request=request)
    if form.is_valid():
        factors.prove_password(request)
        return redirect(back_to(goal))
    return render(request, "mfa/password_proof.html", {"form": form, "next": goal}, status=422 if form.is_bound else 200)


def back_to(goal: str) -> str:
    """An address inside the portal, or the first page."""
    return goal if url_has_allowed_host_and_scheme(goal, allowed_hosts=None) else "/"


@open_to_all("one's own door stands before every post")
@require_http_methods(["GET", "POST"])
def own_factors(request: HttpRequest) -> HttpResponse:
    """The factors one has; a passkey can be removed while another factor stays."""
    mine = Authenticator.objects.filter(user=request.user)
    if request.method == "POST":
        if proof := stepup.needed(request, FRESH_FOR_CHANGES, password=True):
            return proof
        sent = RemovalForm(request.POST)
        found = mine.filter(type=Authenticator.Type.WEBAUTHN, pk=sent.cleaned_data["key"]).first() if sent.is_valid() else None
        if found is None:
            raise BadRequest("key")
        factors.remove(request, found)
        messages.success(request, _("Đã gỡ khóa truy cập."))
        return redirect("coordination:own_factors")
    keys = mine.filter(type=Authenticator.Type.WEBAUTHN).order_by("pk")
    context = {"app": mine.filter(type=Authenticator.Type.TOTP).first(), "keys": keys, "removable": factors.removable(request.user)}
    return render(request, "mfa/factors.html", context)


@open_to_all("one's own door stands before every post")
@require_http_methods(["GET", "POST"])
def enrol_code(request: HttpRequest) -> HttpResponse:
    """An app that shows codes is set up, or takes the place of another: QR code, the secret in text, and the first code as proof."""
    if (proof := may_change(request)) is not None:
        return proof
    secret = factors.secret_in(request.session, request.user)
    form = NewCodeForm(posted(request), secret=secret)
    if form.is_valid():
        made = factors.new_secret(request.user, secret, form.step)
        return enrolled(request, made)
    adapter = get_adapter()
    url = adapter.build_totp_url(request.user, secret)
    picture = base64.b64encode(adapter.build_totp_svg(url).encode()).decode()
    context = {"form": form, "secret": [secret[start : start + 4] for start in range(0, len(secret), 4)], "url": url, "picture": picture, "first": not factors.has_one(request.user)}
    return render(request, "mfa/enrol_code.html", context, status=422 if request.method == "POST" else 200)


@open_to_all("one's own door stands before every post")
@require_http_methods(["GET", "POST"])
def enrol_passkey(request: HttpRequest) -> HttpResponse:
    """A passkey of this device, or a key to plug in."""
    if (proof := may_change(request)) is not None:
        return proof
    form = NewPasskeyForm(posted(request), user=request.user)
    if form.is_valid():
        made = WebAuthn.add(request.user, devices.words_of(request.headers.get("User-Agent", "")), form.cleaned_data["credential"]).instance
        return enrolled(request, made)
    context = {"form": form, "options": begin_registration(request.user, False), "first": not factors.has_one(request.user)}
    return render(request, "mfa/enrol_passkey.html", context, status=422 if request.method == "POST" else 200)


def may_change(request: HttpRequest) -> HttpResponse | None:
    """Whoever has a factor proves it afresh before he changes anything; the first one is got with the password that was just given."""
    return stepup.needed(request, FRESH_FOR_CHANGES, password=True) if factors.has_one(request.user) else None


def enrolled(request: HttpRequest, made: Authenticator) -> HttpResponse:
    """The new factor counts at once; with the first one come recovery codes, to be written down."""
    with_codes = factors.added(request, made)
    messages.success(request, _("Đã lưu cách xác thực mới."))
    return redirect("coordination:recovery_codes" if with_codes else "coordination:own_factors")


@open_to_all("one's own door stands before every post")
@require_http_methods(["GET", "POST"])
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The codes for the day the telephone is lost: shown once, when they are made; ten new ones on request."""
    if proof := stepup.needed(request, FRESH_FOR_CHANGES, password=request.method == "POST" or not factors.has_new_codes(request)):
        return proof
    if request.method == "POST":
        factors.renew_recovery_codes(request)
        return redirect("coordination:recovery_codes")
    return render(request, "mfa/recovery_codes.html", {"codes": factors.take_new_codes(request), "left": factors.codes_left(request.user)})


@open_to_all("one's own door stands before every post")
@require_http_methods(["GET", "POST"])
def signed_in(request: HttpRequest) -> HttpResponse:
    """Phiên đăng nhập và thiết bị: where one is signed in, one of them ended, or all others."""
    stepup.take(request)
    if request.method == "POST":
        return stepup.missing_since(FRESH_FOR_CHANGES, request) or end_sessions(request)
    rows = sessions.sessions_of(request.user).select_related("device").order_by("-seen_at")
    return render(request, "account/signed_in.html", {"rows": [{"session": row, "here": row.session_key == request.session.session_key} for row in rows]})


@open_to_all("one's own door stands before every post")
@require_GET
def time_left(request: HttpRequest) -> HttpResponse:
    """For how many seconds the session stands: asked by an open page before its end (session-end.js), and, without its header, a sign of life like every page."""
    return JsonResponse({"left": request.session_left})


def end_sessions(request: HttpRequest) -> HttpResponse:
    """Of one device, or of all but this session."""
    form = EndForm(request.POST)
    if not form.is_valid():
        raise BadRequest("device")
    code = form.cleaned_data["device"]
    others = sessions.sessions_of(request.user).exclude(session_key=request.session.session_key)
    ended = (others.filter(device__code=code) if code else others).delete()[0]
    devices.write_down(request, "signin.ended_elsewhere", request.user, sessions=ended)
    messages.success(request, _("Đã đăng xuất khỏi thiết bị đó.") if code else _("Đã đăng xuất mọi nơi khác."))
    return redirect("coordination:signed_in")
