"""On every page of a case: `{% why incident %}`, why the reader sees it; `{% open_glass incident %}`, the banner while he reads it by the emergency right."""

from typing import Any

from django import template

from coordination import policy
from incidents import break_glass, casefile, vault
from incidents.models import Incident

register = template.Library()


@register.inclusion_tag("components/why.html", takes_context=True)
def why(context: dict[str, Any], incident: Incident) -> dict[str, Any]:
    """How the reader of the page stands to the case, and what he holds beyond that now."""
    actor = context["request"].actor
    return {"post": actor.post_label, "office": actor.organisation_name, "lines": casefile.why(incident, actor)}


@register.inclusion_tag("incidents/_open_glass.html", takes_context=True)
def open_glass(context: dict[str, Any], incident: Incident) -> dict[str, Any]:
    """The reader's own use of the emergency right on this case while its sixty minutes run; asked only of who could use one."""
    actor = context["request"].actor
    glass = break_glass.held_open(incident, actor) if policy.can(actor, "glass.break") else None
    return {"glass": glass, "minutes": vault.minutes_until(glass.until) if glass else 0, "csrf_token": context.get("csrf_token")}
