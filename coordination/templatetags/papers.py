"""The buttons that print a thing: `{% paper_buttons incident %}` on the page of any app that offers papers."""

from typing import Any

from django import template

from coordination.paper import papers

register = template.Library()


@register.inclusion_tag("coordination/paper_buttons.html", takes_context=True)
def paper_buttons(context: dict[str, Any], thing: Any) -> dict[str, Any]:
    """One button for each paper the reader of the page may print of the thing now."""
    return {"offers": papers.printable(thing, context["request"].actor), "code": thing.code}
