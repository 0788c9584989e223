"""Single sign-on by OpenID Connect: one provider, a way in for accounts that exist and never a right (docs/decisions/0039).

The conversation is django-allauth's: where to, PKCE, state, a code for a token, the provider's keys. What it leaves open is ours: the
nonce, the signature of a token from the back channel, addresses outside the issuer, how long we wait, what is kept, and who comes in.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import jwt
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac
from django.utils.translation import gettext as _
from requests import RequestException, Session

from coordination.door import devices, factors
from coordination.models.notices import NoticeKind
from coordination.models.people import User
from coordination.workflow import Stale

View = Callable[..., HttpResponse]

# Threads of one web process that may wait for the provider; the other two serve pages while it hangs (startup/webserver.py).
MOST_WAITING = 2
COME_AGAIN_IN = 3  # seconds
FRESH = 600  # seconds: a second factor that the provider saw earlier than this is none of ours
# How a provider says that it saw two factors: RFC 8176 in amr, the profile of REFEDS in acr.
BOTH_FACTORS_AMR, BOTH_FACTORS_ACR = "mfa", "https://refeds.org/profile/mfa"
# What an ID token may be signed with: keys of the issuer alone, by methods of RFC 7518 that are recommended; never a shared secret, never nothing.
ALGORITHMS = frozenset({"RS256", "PS256", "ES256"})
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
STATUS = {"unreached": 503, "busy": 503, "refused": 403, "unlinked": 403, "taken": 409}

_waiting = threading.BoundedSemaphore(MOST_WAITING)


def answer(request: HttpRequest, why: str) -> HttpResponse:
    """The plain page of everything that does not end in being signed in."""
    page = render(request, "account/by_provider.html", {"why": why}, status=STATUS[why])
    if STATUS[why] == 503:
        page["Retry-After"] = str(COME_AGAIN_IN)
    return page


def fault(request: HttpRequest, error: Exception | None) -> HttpResponse:
    """The provider is not there, or what came from it is not to be believed."""
    return answer(request, "unreached" if isinstance(error, RequestException) else "refused")


def in_company(view: View) -> View:
    """A view that asks the provider: few at a time, and never a fault of ours when it is silent or talks nonsense."""

    @wraps(view)
    def inside(request: HttpRequest, *args: Any, **captured: Any) -> HttpResponse:
        if not _waiting.acquire(blocking=False):
            return answer(request, "busy")
        try:
            return view(request, *args, **captured)
        except (OAuth2Error, RequestException) as error:
            return fault(request, error)
        finally:
            _waiting.release()

    return inside


@contextmanager
def listening() -> Iterator[None]:
    """Whatever is missing or misshapen in what the provider sent is its fault."""
    try:
        yield
    except (AttributeError, KeyError, IndexError, TypeError, ValueError) as error:
        if isinstance(error, RequestException):
            raise
        raise OAuth2Error(type(error).__name__) from error


def origin_of(address: str) -> tuple[str, str]:
    """Scheme and host."""
    parts = urlsplit(address)
    return parts.scheme, parts.netloc


# The conversation


class Conversation(OpenIDConnectOAuth2Adapter):
    """allauth's, with the issuer alone, and with the checks that the standard asks (OpenID Connect Core 3.1.3.7)."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """What the issuer says of itself: by its own name, and with addresses at its own host."""
        with listening():
            found = super().openid_config
            strangers = [name for name in ADDRESSES if origin_of(found[name]) != origin_of(settings.OIDC_ISSUER)]
            if found["issuer"] != settings.OIDC_ISSUER or strangers:
                raise OAuth2Error("another issuer")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """From the configured origin, whatever a request says of itself."""
        return settings.PORTAL_ORIGIN + reverse("openid_connect_callback")

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The code for a token."""
        with listening():
            return super().get_access_token_data(*args, **kwargs)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: Any, **kwargs: Any) -> SocialLogin:
        """Who it is, from the signed token; nothing else is asked of the provider."""
        with listening():
            refuse_algorithm(kwargs["response"]["id_token"])
            claims = jwtkit.verify_and_decode(
                credential=kwargs["response"]["id_token"], keys_url=self.openid_config["jwks_uri"], issuer=settings.OIDC_ISSUER, audience=app.client_id, lookup_kid=jwtkit.lookup_kid_jwk
            )
            login = self.get_provider().sociallogin_from_response(request, claims)
        login.claims = claims
        return login


def refuse_algorithm(token: Any) -> None:
    """Raise OAuth2Error unless a token says that it is signed with one of the listed algorithms (RFC 8725 3.1)."""
    try:
        named = jwt.get_unverified_header(token)["alg"]
    except jwt.PyJWTError as error:
        raise OAuth2Error("no token") from error
    if named not in ALGORITHMS:
        raise OAuth2Error("an algorithm that is not listed")


class Issuer(OpenIDConnectProvider):
    """The provider of the settings. Of whom it speaks of, a mark is kept, and nothing that it says about him."""

    oauth2_adapter_class = Conversation

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The subject may be a citizen's number: what lies in the table is a keyed hash."""
        return mark_of(data["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        """None: nobody is known by his address."""
        return []


def mark_of(subject: str) -> str:
    """A subject of the issuer, as the table knows it."""
    if not isinstance(subject, str) or not subject:
        raise ValueError("sub")
    return salted_hmac("portal|single_sign_on", f"{settings.OIDC_ISSUER}|{subject}", algorithm="sha256").hexdigest()


class Provider(DefaultSocialAccountAdapter):
    """One provider, from the settings and never from a table; nobody is made an account, and every end is ours."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Issuer:
        """The one there is. Its name is the issuer, so that links of another issuer open nothing."""
        asked = {"server_url": settings.OIDC_ISSUER.rstrip("/"), "oauth_pkce_enabled": True, "scope": ["openid"]}
        return Issuer(request, app=SocialApp(provider=Issuer.id, provider_id=settings.OIDC_ISSUER, client_id=settings.OIDC_CLIENT_ID, secret=settings.OIDC_CLIENT_SECRET, settings=asked))

    def get_requests_session(self) -> Session:
        """Seconds, and no way to another address."""
        session = super().get_requests_session()
        session.max_redirects = 0
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None) -> None:
        """State unknown or used, code refused, turned back at the provider, provider silent."""
        raise ImmediateHttpResponse(fault(request, exception))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Who it is has been proved; what follows from it is said here, and allauth's own ways are not gone."""
        raise ImmediateHttpResponse(arrived(request, sociallogin))


# What follows from it


@in_company
def ask(request: HttpRequest, process: str, goal: str) -> HttpResponse:
    """To the provider, which is to ask for the password whoever sits there: computers are shared."""
    nonce = get_random_string(32)
    asked = {"nonce": nonce, "prompt": "login", "max_age": str(FRESH)}
    return get_adapter(request).get_provider(request, settings.OIDC_ISSUER).redirect(request, process, next_url=goal, nonce=nonce, auth_params=asked)


def arrived(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """The end of a conversation that allauth found sound."""
    if not is_answer_to(login.claims, login.state.get("nonce", "")):
        return answer(request, "refused")
    return linked(request, login) if login.state.get("process") == AuthProcess.CONNECT else signed_in(request, login)


def is_answer_to(claims: dict[str, Any], nonce: str) -> bool:
    """The token was made for us, for this very question, and ends some day."""
    return "exp" in claims and claims.get("azp", settings.OIDC_CLIENT_ID) == settings.OIDC_CLIENT_ID and bool(nonce) and constant_time_compare(str(claims.get("nonce", "")), nonce)


def saw_both_factors(claims: dict[str, Any]) -> bool:
    """Whether the provider says so, has just seen them, and is believed."""
    if settings.OIDC_SECOND_FACTOR != "trusted":
        return False
    methods, since = claims.get("amr"), claims.get("auth_time")
    stated = isinstance(methods, list) and BOTH_FACTORS_AMR in methods or claims.get("acr") == BOTH_FACTORS_ACR
    return stated and isinstance(since, int) and isinstance(claims.get("iat"), int) and claims["iat"] - since <= FRESH


def signed_in(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """An account whose owner linked it comes in as by its password: the second factor, the shut door and the delay are the same."""
    if request.user.is_authenticated:
        return redirect("coordination:home")
    user = login.user
    if not login.is_existing or not factors.has_one(user):
        return answer(request, "unlinked")
    both = saw_both_factors(login.claims)
    devices.write_down(request, "signin.by_provider", user, active=user.is_active, both_factors=both)
    record_authentication(request, user, "socialaccount", **{factors.BY_PROVIDER: both})
    stages = {AuthenticateStage.key: {"handled": True}} if both else {}
    return perform_login(request, Login(user=user, redirect_url=login.state.get("next"), state={"stages": stages}))


def link_of(user: User) -> SocialAccount | None:
    """With which account of the present issuer somebody is linked."""
    return SocialAccount.objects.filter(user=user, provider=settings.OIDC_ISSUER).first()


@transaction.atomic
def linked(request: HttpRequest, login: SocialLogin) -> HttpResponse:
    """Whoever is signed in with both factors and has just proved the second takes this way in as his own; one each."""
    if not request.user.is_authenticated or not factors.passed(request):
        return answer(request, "refused")
    User.objects.select_for_update().get(pk=request.user.pk)
    if login.is_existing or link_of(request.user):
        return answer(request, "taken")
    login.account.user = request.user
    login.account.save()
    devices.write_down(request, "signin.linked", request.user)
    devices.tell(request.user, NoticeKind.WAY_IN_CHANGED)
    messages.success(request, _("Đã liên kết tài khoản công vụ."))
    return redirect("provider_link")


@transaction.atomic
def unlink(request: HttpRequest) -> None:
    """The way in is closed. Raises Stale when there is none."""
    User.objects.select_for_update().get(pk=request.user.pk)
    found = link_of(request.user)
    if found is None:
        raise Stale("signin.unlink")
    found.delete()
    devices.write_down(request, "signin.unlinked", request.user)
    devices.tell(request.user, NoticeKind.WAY_IN_CHANGED)
