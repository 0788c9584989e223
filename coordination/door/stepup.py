"""A fresh proof of the second factor for the acts that ask one (policy.STEP_UP): asked before a form is filled, and never at the cost of what was typed.

A form that comes without a fresh proof goes back to its sender with everything typed in it and one more field. Nothing of it stays
on the server: what is sealed in a case never lies in a session (security.md 2.4 rows 9 and 12, 3.3).
"""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.csrf import csrf_failure

from coordination import policy
from coordination.door import factors
from coordination.door.forms import PasskeyProofForm, ProofForm
from coordination.web.forms import END

CODE, PASSKEY = "__proof_code", "__proof_passkey"
NOT_KEPT = {CODE, PASSKEY, "csrfmiddlewaretoken"}


def take(request: HttpRequest) -> None:
    """A proof that came along with a form is checked and taken out of it; the form itself never sees it."""
    if request.method != "POST" or not (CODE in request.POST or PASSKEY in request.POST):
        return
    sent = request.POST.copy()
    code, credential = (sent.pop(name, [""])[-1] for name in (CODE, PASSKEY))
    request.POST = sent
    request.proof = form_of(request, code, credential)
    factors.prove(request, request.proof)


def form_of(request: HttpRequest, code: str, credential: str) -> Any:
    """What was sent, a passkey's word or a code, as a form of proof."""
    if credential:
        return PasskeyProofForm({"credential": credential}, user=request.user)
    return ProofForm({"code": code}, user=request.user)


def missing(act: str, request: HttpRequest) -> HttpResponse | None:
    """The way to the proof when the act needs a fresh one: a page of its own before a form, the form itself again after it was sent."""
    minutes = policy.STEP_UP.get(act)
    return None if minutes is None else missing_since(minutes, request)


def missing_since(minutes: int, request: HttpRequest) -> HttpResponse | None:
    """The same for a page of one's own account, which is no act of the policy."""
    if factors.is_fresh(request, minutes):
        return None
    if request.method == "POST":
        return render(request, "mfa/proof.html", kept(request) | asked(request) | {"typed": True}, status=403)
    return led_to("coordination:proof", request.get_full_path())


def needed(request: HttpRequest, minutes: int, *, password: bool) -> HttpResponse | None:
    """The way to the proof before one's own door is changed: of the second factor, and of the password where the form itself does not ask it (ASVS 5.0 V7.5.1)."""
    if not factors.is_fresh(request, minutes):
        return led_to("coordination:proof", request.path)
    if password and not factors.password_is_fresh(request, minutes):
        return led_to("coordination:password_proof", request.path)
    return None


def led_to(page: str, goal: str) -> HttpResponse:
    """To a page of proof, and from there on to where one was going."""
    return redirect(f"{reverse(page)}?{urlencode({'next': goal})}")


def kept(request: HttpRequest) -> dict[str, Any]:
    """What was typed, to be sent again to where it was sent; a file cannot be kept and is chosen again."""
    typed = [(name, value) for name, values in request.POST.lists() if name not in NOT_KEPT for value in values]
    return {"address": request.get_full_path(), "kept": typed, "files": list(request.FILES)}


def session_over(request: HttpRequest) -> HttpResponse | None:
    """A form that was sent after its session had ended goes back with all that was typed, to be sent again after signing in."""
    typed = kept(request) if request.method == "POST" and request.headers.get("X-Requested-With") != "fetch" else {}
    if not typed or all(name == END for name, _value in typed["kept"]):
        return None
    return render(request, "account/session_over.html", typed, status=403)


def refused_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is of the session before: its sender has signed in again and presses once more. From any other page it is refused."""
    if request.user.is_authenticated and factors.passed(request) and request.headers.get("Origin") == settings.PORTAL_ORIGIN:
        return render(request, "account/session_over.html", kept(request) | {"again": True}, status=403)
    return csrf_failure(request, reason)


def asked(request: HttpRequest) -> dict[str, Any]:
    """What the page of proof needs: the fields, what was wrong with the last try, and the question for a passkey when there is one."""
    context = {"code_field": CODE, "passkey_field": PASSKEY, "wrong": getattr(request, "proof", None)}
    if Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).exists():
        context["passkey"] = begin_authentication(request.user)
    return context
