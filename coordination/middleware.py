"""What happens to every request: broken ones refused, the actor found, refusals said plainly, nothing kept in caches."""

import secrets
from collections.abc import Callable
from typing import ClassVar

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.cache import add_never_cache_headers

from coordination import audit, clocks
from coordination.door import factors, pace, sessions, stepup
from coordination.logs import request_id
from coordination.models.people import Appointment
from coordination.workflow import Stale

GetResponse = Callable[[HttpRequest], HttpResponse]
LONGEST_ADDRESS = 4000


class RefuseBrokenRequests:
    """400 for what no browser sends: NUL bytes, lone surrogates, endless addresses, a body cut on its way (security.md 0.1)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.is_broken(request):
            return render_plain(request, 400)
        return self.get_response(request)

    def is_broken(self, request: HttpRequest) -> bool:
        """Whether the address is unreadable or the body shorter than it promised."""
        address = request.path_info + request.META.get("QUERY_STRING", "")
        if len(address) > LONGEST_ADDRESS or "\x00" in address or "%00" in address or "\ufffd" in request.path_info:
            return True
        if request.method not in {"POST", "PUT", "PATCH"}:
            return False
        promised = request.META.get("CONTENT_LENGTH") or "0"
        if not promised.isdecimal() or len(promised) > 12:
            return True
        if request.content_type == "application/x-www-form-urlencoded" and int(promised) <= 2_500_000:
            return read_so_far(request) != int(promised)
        return False


def read_so_far(request: HttpRequest) -> int:
    """How much of the body arrived; a sender who went away sent nothing."""
    try:
        return len(request.body)
    except UnreadablePostError:
        return -1


class SecondFactor:
    """Whoever has given only a password gets to the second factor, and to nothing else (security.md 2.4 row 10)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        """Before every view, also those of libraries."""
        if not request.user.is_authenticated:
            if not getattr(view, "login_required", True):
                return None
            return redirect("mfa_authenticate") if factors.waited_for(request) else stepup.session_over(request)
        request.owes_a_factor = not factors.passed(request)
        if not request.owes_a_factor or request.resolver_match.view_name in factors.OPEN_TO_ONE_FACTOR:
            return None
        way = factors.way_to_the_second(request.user)
        return None if request.resolver_match.view_name in way else redirect(way[0])


class Actor:
    """Finds the one appointment that acts in this request; rights are asked of the database, never of the session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = request_id.set(secrets.token_hex(8))
        try:
            request.appointments = held_by(request)
            request.actor = chosen_from(request.appointments, request)
            return self.get_response(request)
        finally:
            request_id.reset(token)


def held_by(request: HttpRequest) -> list[Appointment]:
    """The appointments in force today of whoever is signed in."""
    if not request.user.is_authenticated or not factors.passed(request):
        return []
    return list(Appointment.objects.held_on(clocks.today()).with_post().filter(user=request.user).order_by("post__organisation__name", "post__role"))


def chosen_from(appointments: list[Appointment], request: HttpRequest) -> Appointment | None:
    """The one chosen for the session, the only one there is, or None when a choice is needed."""
    if len(appointments) == 1:
        return appointments[0]
    chosen = request.session.get("appointment") if appointments else None
    return next((held for held in appointments if held.pk == chosen), None)


class Limits:
    """Idle and absolute time of a session, by the strictest role its owner holds; what a page asks by itself (poll.js) is no sign of life."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            polls = request.method == "GET" and request.headers.get("X-Requested-With") == "fetch"
            request.session_left = sessions.prolong(request.session, [held.role for held in request.appointments], by_person=not polls)
        return self.get_response(request)


class Pace:
    """Nobody who is signed in reads page after page as a machine does: 429 for the rest of the minute, and one line of the trail. What somebody sends is never refused for that."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse | None:
        """Before every view, so that the line can say which page it was."""
        seconds = pace.wait_of(request.actor, request.resolver_match.view_name) if request.method == "GET" and request.actor else 0
        if not seconds:
            return None
        answer = render(request, "account/pace.html", {"seconds": seconds}, status=429)
        answer["Retry-After"] = str(seconds)
        return answer


class NeverStored:
    """Signed-in pages stay out of every cache, so Back after sign-out shows nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class Fenced:
    """What a page of ours never asks of a browser, it cannot be made to ask: camera, place, payment; and no other site may embed its answers."""

    HEADERS: ClassVar = {
        "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), display-capture=(), browsing-topics=()",
        "Cross-Origin-Resource-Policy": "same-origin",
    }

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in self.HEADERS.items():
            response.setdefault(name, value)
        return response


class SaidPlainly:
    """Somebody was first: 409 with a page that says so and shows the way back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Stale, and a page whose line of the trail could not be written (503); everything else goes Django's way."""
        if isinstance(error, audit.Unwritable):
            return render_plain(request, 503)
        return render(request, "409.html", status=409) if isinstance(error, Stale) else None


def render_plain(request: HttpRequest, status: int) -> HttpResponse:
    """An error page that reads neither session nor database."""
    return HttpResponse(get_template(f"{status}.html").render({}), status=status)
