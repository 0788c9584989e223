"""Whether the reader of a page may do an act at all: `{% may "handover.list" as shown %}`, for links that stand on everybody's page."""

from typing import Any

from django import template

from coordination import policy

register = template.Library()


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], act: str) -> bool:
    """The policy's answer for the acting post."""
    return policy.can(context["request"].actor, act)
