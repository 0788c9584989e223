"""The frame of every page: at most five words of navigation in the words of the role, offered by the apps at start-up."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from coordination import notices, policy

MOST_WORDS = 5


@dataclass(frozen=True)
class Entry:
    """One word of navigation: shown to whoever may do the action."""

    order: int
    label: Any
    route: str
    action: str


_entries: list[Entry] = []


def offer(order: int, label: Any, route: str, action: str) -> None:
    """Called by an app's ready(): the ground need not know who stands to its right."""
    _entries.append(Entry(order, label, route, action))


def entries_for(actor: Any, path: str) -> list[dict[str, Any]]:
    """The words this actor sees, the present place marked (the longest address that fits)."""
    shown = [
        {"label": entry.label, "url": reverse(entry.route)} for entry in sorted(_entries, key=lambda entry: entry.order) if policy.can(actor, entry.action)
    ][:MOST_WORDS]
    fitting = [item["url"] for item in shown if path == item["url"] or (item["url"] != "/" and path.startswith(item["url"]))]
    here = max(fitting, key=len, default="")
    return [item | {"here": item["url"] == here} for item in shown]


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
