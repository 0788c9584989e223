"""Sign-in: closed to strangers, slow for guessers (a growing delay, never a lock), polite in Vietnamese."""

from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from axes.helpers import get_client_ip_address, get_client_username
from axes.models import AccessAttempt
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

FREE_FAILURES = 5
LONGEST_DELAY = timedelta(minutes=30)


class ClosedDoor(DefaultAccountAdapter):
    """Accounts are given by an administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


def delay_after(failures: int) -> timedelta:
    """1, 2, 4 … minutes after the fifth failure in a row, at most half an hour."""
    return min(timedelta(minutes=2 ** max(0, min(failures, 20) - FREE_FAILURES)), LONGEST_DELAY)


def growing_delay(request: HttpRequest | None = None) -> timedelta:
    """How long this client waits for this account: by its own failures alone, so no outsider delays somebody else."""
    if request is None:
        return LONGEST_DELAY
    mine = AccessAttempt.objects.filter(username=get_client_username(request) or "", ip_address=get_client_ip_address(request))
    return delay_after(sum(mine.values_list("failures_since_start", flat=True)))


def locked_out(request: HttpRequest, response: HttpResponse | None = None, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """429 with the time to wait."""
    minutes = int(growing_delay(request).total_seconds() // 60)
    answer = render(request, "account/wait.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer
