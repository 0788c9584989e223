"""What keeping says on the page of a thing: `{% keeping_mark incident %}`: that it is held, for whoever may know, and the way to hold it."""

from typing import Any

from django import template
from django.urls import reverse

from coordination.keeping import holds, retention

register = template.Library()


@register.inclusion_tag("coordination/keeping_mark.html", takes_context=True)
def keeping_mark(context: dict[str, Any], thing: Any) -> dict[str, Any]:
    """The running hold, and the address where one is asked for or set."""
    actor = context["request"].actor
    hold = holds.shown_to(thing, actor)
    kind = retention.keeper_of(thing._meta.label_lower).kind
    may_place = hold is None and holds.may_place(thing, actor)
    return {"hold": hold, "place_url": reverse("coordination:hold_place", args=[kind, thing.code]) if may_place else ""}
