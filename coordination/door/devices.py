"""From which devices somebody signs in: known again by a mark in a cookie, told in words, listed, and announced when new (security.md 2.4 rows 9 and 12)."""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from coordination import audit, clocks, notices
from coordination.door import sessions
from coordination.models.notices import NoticeKind
from coordination.models.people import SYSTEM, Appointment, User
from coordination.models.signins import Device
from coordination.scope import reading_as

COOKIE = "__Host-device" if settings.SECURE_ORIGIN else "device"
COOKIE_AGE = timedelta(days=400)  # as long as browsers keep a cookie
MARK = re.compile(r"[0-9a-f]{32}")
# The first word that fits names the browser, and the system under it; a browser that names several means the first of these.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("coc_coc", "Cốc Cốc"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))


class Door:
    """What a notice about somebody's sign-in points at."""

    def __init__(self, words: str) -> None:
        self.duty_words = words

    def get_absolute_url(self) -> str:
        """Where he sees his devices and can end their sessions."""
        return reverse("coordination:signed_in")


def words_of(agent: str) -> str:
    """A browser and its system as people call them; the raw text is not kept."""
    browser, system = (next((name for sign, name in known if sign in agent), "") for known in (BROWSERS, SYSTEMS))
    if browser and system:
        return _("%(browser)s trên %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Thiết bị không rõ loại")


def arrive(request: HttpRequest, user: User, response: HttpResponse) -> None:
    """Somebody has signed in: the device is known again or new, and the session says from which one it is."""
    mark = request.COOKIES.get(COOKIE, "")
    mark = mark if MARK.fullmatch(mark) else secrets.token_hex(16)
    response.set_cookie(COOKIE, mark, max_age=COOKIE_AGE, secure=settings.SECURE_ORIGIN, httponly=True, samesite="Lax")
    had_others = Device.objects.filter(user=user).exists()
    said = {"words": words_of(request.headers.get("User-Agent", "")), "last_seen_at": clocks.now()}
    device, is_new = Device.objects.update_or_create(user=user, mark=hashlib.sha256(mark.encode()).hexdigest(), defaults=said, create_defaults=said | {"first_seen_at": clocks.now()})
    request.session[sessions.DEVICE] = device.pk
    write_down(request, "signin.done", user, device=device.code, new=is_new)
    if is_new and had_others:
        tell(user, NoticeKind.NEW_DEVICE, device.words)


def tell(user: User, kind: str, words: str = "") -> None:
    """A notice to one person alone: in the bell of the post he holds first, and to his mailbox. No address, no place."""
    held = Appointment.objects.held_on(clocks.today()).with_post().filter(user=user).order_by("pk").first()
    if held:
        with reading_as(SYSTEM):
            notices.tell(held.post, kind, Door(words or user.username), only=user)


def write_down(request: HttpRequest, act: str, user: User, **detail: Any) -> None:
    """One line of the trail about somebody's door: by the post he acts for, or by nobody yet."""
    with reading_as(SYSTEM):
        audit.record(act, User.objects.get(pk=user.pk), by=getattr(request, "actor", None) or SYSTEM, **detail)
