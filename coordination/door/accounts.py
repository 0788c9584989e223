"""Sign-in: closed to strangers, slow for guessers (a growing delay, never a lock), polite in Vietnamese."""

from datetime import timedelta
from math import ceil
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_ip_address
from axes.models import AccessAttempt
from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from coordination.door import devices, refusals
from coordination.models.people import User

FREE_FAILURES = 5
LONGEST_DELAY = timedelta(minutes=30)


def client_address(request: HttpRequest) -> str:
    """The address behind the PROXY_COUNT reverse proxies that are ours; what a client wrote in front of them counts for nothing."""
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    direct = request.META.get("REMOTE_ADDR", "")
    return passed[-settings.PROXY_COUNT] if 0 < settings.PROXY_COUNT <= len(passed) else direct


class ClosedDoor(DefaultAccountAdapter):
    """Accounts are given by an administrator; nobody signs up. Whoever comes in is written down, with the device he came from."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def logout(self, request: HttpRequest) -> None:
        """Out, and written down: by the button, or because somebody else begins."""
        devices.write_down(request, "signin.left", request.user)
        super().logout(request)

    @transaction.atomic
    def set_password(self, user: Any, password: str) -> None:
        """A new password, by the old one or by a mail, and its line of the trail."""
        super().set_password(user, password)
        devices.write_down(context.request, "signin.password_changed", user)

    def post_login(self, request: HttpRequest, user: Any, **hints: Any) -> HttpResponse:
        """Both factors were right, or the only one there is yet."""
        response = super().post_login(request, user, **hints)
        devices.arrive(request, user, response)
        return response


def delay_after(failures: int) -> timedelta:
    """1, 2, 4 … minutes after the fifth failure in a row, at most half an hour."""
    return min(timedelta(minutes=2 ** max(0, min(failures, 20) - FREE_FAILURES)), LONGEST_DELAY)


def name_given(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The account that was asked for, in one spelling: capitals open the same door, so they count as the same failures."""
    said = (credentials or {}).get("username") or request.POST.get("login", "")
    return said.upper().lower()


def wait_left(request: HttpRequest, credentials: dict[str, Any] | None = None) -> timedelta:
    """How long this client still waits for this account: by its own failures alone, so no outsider delays somebody else."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    mine = AccessAttempt.objects.filter(username=name_given(request, credentials), ip_address=get_client_ip_address(request), attempt_time__gt=since)
    found = mine.aggregate(failures=Sum("failures_since_start"), latest=Max("attempt_time"))
    if (found["failures"] or 0) < FREE_FAILURES:
        return timedelta()
    return max(found["latest"] + delay_after(found["failures"]) - timezone.now(), timedelta())


def second_of(user: Any) -> str:
    """The name under which wrong codes of the second factor are counted: apart from wrong passwords, delayed alike."""
    return f"{user.username.upper().lower()} / 2"


def count_failure(request: HttpRequest, name: str) -> int:
    """One more failure of this client for this name; how many there are now."""
    mine, _new = AccessAttempt.objects.get_or_create(username=name, ip_address=get_client_ip_address(request), user_agent="", defaults={"failures_since_start": 0})
    AccessAttempt.objects.filter(pk=mine.pk).update(failures_since_start=F("failures_since_start") + 1, attempt_time=timezone.now())
    return mine.failures_since_start + 1


@transaction.atomic
def take_guess(request: HttpRequest, user: Any, name: str) -> int:
    """Count a guess before it is looked at: of two at the same moment neither is free. How many there are now; 0 when this client must wait."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    return 0 if wait_left(request, {"username": name}) else count_failure(request, name)


def forget_failures(request: HttpRequest, name: str) -> None:
    """A success forgets the failures before it."""
    AccessAttempt.objects.filter(username=name, ip_address=get_client_ip_address(request)).delete()


class GrowingDelay(AxesDatabaseHandler):
    """Failures are remembered for a day, the door is shut only while the delay after the last one runs: so the delay can grow."""

    def user_login_failed(self, sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **named: Any) -> None:
        """A wrong password is counted, and told to the trail; one that was not even looked at is neither."""
        looked_at = request is not None and not getattr(request, "axes_locked_out", False)
        super().user_login_failed(sender, credentials, request, **named)
        if looked_at:
            refusals.tell(name_given(request, credentials))

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        """Whether this client must still wait."""
        return wait_left(request, credentials) > timedelta()


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """429 with the time to wait."""
    seconds = max(1, ceil(wait_left(request, credentials).total_seconds()))
    answer = render(request, "account/wait.html", {"minutes": ceil(seconds / 60)}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer
