"""Signing in by the provider of single sign-on, and the page on which somebody links his account with it."""

from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination.access import open_to_all
from coordination.door import factors, single_sign_on, stepup
from coordination.door.forms import LinkForm
from coordination.views.door import FRESH_FOR_CHANGES, back_to


@login_not_required
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The button of the sign-in page: to the provider."""
    return single_sign_on.ask(request, AuthProcess.LOGIN, back_to(request.POST.get("next", "")))


@login_not_required
@require_GET
@single_sign_on.in_company
def come_back(request: HttpRequest) -> HttpResponse:
    """From the provider, with a code; whoever is let on to the second step goes on under a new session key."""
    answer = OAuth2CallbackView.adapter_view(single_sign_on.Conversation(request, settings.OIDC_ISSUER))(request)
    if factors.waited_for(request):
        request.session.cycle_key()
    return answer


@open_to_all("one's own door stands before every post")
@require_http_methods(["GET", "POST"])
def link(request: HttpRequest) -> HttpResponse:
    """Tài khoản công vụ: linked by going there once, or the link ended; both after a fresh proof."""
    if proof := stepup.needed(request, FRESH_FOR_CHANGES, password=True):
        return proof
    if request.method == "POST":
        return change(request)
    return render(request, "account/provider_link.html", {"link": single_sign_on.link_of(request.user)})


def change(request: HttpRequest) -> HttpResponse:
    """One of the two presses."""
    form = LinkForm(request.POST)
    if not form.is_valid():
        raise BadRequest("act")
    if form.cleaned_data["act"] == "link":
        return single_sign_on.ask(request, AuthProcess.CONNECT, "")
    single_sign_on.unlink(request)
    messages.success(request, _("Đã gỡ liên kết tài khoản công vụ."))
    return redirect("provider_link")
