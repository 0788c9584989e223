"""Vì sao tôi thấy hồ sơ này?: `{% why incident %}` on every page of a case."""

from typing import Any

from django import template

from incidents import casefile
from incidents.models import Incident

register = template.Library()


@register.inclusion_tag("components/why.html", takes_context=True)
def why(context: dict[str, Any], incident: Incident) -> dict[str, Any]:
    """How the reader of the page stands to the case, and what he holds beyond that now."""
    actor = context["request"].actor
    return {"post": actor.post_label, "office": actor.organisation_name, "lines": casefile.why(incident, actor)}
