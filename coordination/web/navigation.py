"""The frame of every page: at most five words of navigation in the words of the role, and the rarer pages in groups at the foot of the first page; offered by the apps at start-up."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination import notices, policy

MOST_WORDS = 5


@dataclass(frozen=True)
class Entry:
    """One word of navigation: shown to whoever may do the action."""

    order: int
    label: Any
    route: str
    action: str
    also: str = ""


@dataclass(frozen=True)
class Rare:
    """A page that is opened now and then: a line in its group on the first page, shown to whoever may do the action."""

    group: str
    label: Any
    route: str
    action: str


GROUPS = {"unit": _("Đơn vị"), "names": _("Họ tên, hồ sơ đã khóa"), "data": _("Quyền và dữ liệu")}
_entries: list[Entry] = []
_rare: list[Rare] = []


def offer(order: int, label: Any, route: str, action: str, *, also: str = "") -> None:
    """Called by an app's ready(): the ground need not know who stands to its right. `also`: a second route that belongs to the word."""
    _entries.append(Entry(order, label, route, action, also))


def offer_rare(group: str, label: Any, route: str, action: str) -> None:
    """Called by an app's ready(), in the order of the lines in their group."""
    _rare.append(Rare(group, label, route, action))


def rare_for(actor: Any) -> list[dict[str, Any]]:
    """The groups this actor sees; what stands among his words above is not said twice, a group without lines is left out."""
    above = {word["url"] for word in entries_for(actor, "/")}
    shown = [(rare, reverse(rare.route)) for rare in _rare if policy.can(actor, rare.action)]
    groups = [{"label": label, "links": [{"label": rare.label, "url": url} for rare, url in shown if rare.group == key and url not in above]} for key, label in GROUPS.items()]
    return [group for group in groups if group["links"]]


def entries_for(actor: Any, path: str) -> list[dict[str, Any]]:
    """The words this actor sees, the present place marked (the longest address that fits)."""
    shown = [entry for entry in sorted(_entries, key=lambda entry: entry.order) if policy.can(actor, entry.action)][:MOST_WORDS]
    here = max(shown, key=lambda entry: fit(entry, path), default=None)
    return [{"label": entry.label, "url": reverse(entry.route), "here": entry is here and fit(entry, path) > 0} for entry in shown]


def fit(entry: Entry, path: str) -> int:
    """How much of an address a word covers; the home page covers only itself."""
    roots = [reverse(route) for route in (entry.route, entry.also) if route]
    return max((len(root) for root in roots if path == root or (root != "/" and path.startswith(root))), default=0)


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: navigation, the bell, whether this is sample data."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return {"demo": settings.DEMO, "navigation": []}
    return {"demo": settings.DEMO, "navigation": entries_for(actor, request.path), "unread": Unread(actor), "may_switch_post": len(request.appointments) > 1}


class Unread:
    """The number on the bell, asked only when a template shows it (inside the reader's transaction)."""

    def __init__(self, actor: Any) -> None:
        self.actor = actor

    def __str__(self) -> str:
        count = len(notices.unread(self.actor).values_list("pk", flat=True)[:100])
        return "" if not count else "99+" if count > 99 else str(count)
