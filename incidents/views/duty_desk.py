"""Ghi tin báo qua điện thoại: the duty desk opens a case of a school of its ward."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from coordination import clocks
from coordination.access import action
from incidents import duty_desk, rules
from incidents.forms import When
from incidents.forms_referrals import DutyDeskForm
from incidents.models import Kind, Origin, PlaceKind, Severity
from incidents.views.intake import kinds_page, kinds_today, said


@action("incident.take_call")
@require_http_methods(["GET", "POST"])
def take_call(request: HttpRequest) -> HttpResponse:
    """The form, beside what the desk has from these schools since yesterday; when that school has an open case, the desk is asked once more."""
    kinds, schools = kinds_today(), duty_desk.schools_of(request.actor)
    if request.method == "GET":
        start = {"key": uuid.uuid4(), "origin": Origin.CALL, "when": When.JUST_NOW, "place_kind": PlaceKind.IN_SCHOOL, "called_at": clocks.local(clocks.now())}
        return render(request, "incidents/take_call.html", page(request, DutyDeskForm(kinds=kinds, schools=schools, initial=start), kinds))
    form = DutyDeskForm(request.POST, kinds=kinds, schools=schools)
    if not form.is_valid():
        return render(request, "incidents/take_call.html", page(request, form, kinds), status=422)
    given = form.cleaned_data
    known = [referral for referral in duty_desk.recent_cases(request.actor, given["school"]) if referral.incident.key != given["key"]]
    if known and request.POST.get("confirmed") != "1":
        return render(request, "incidents/take_call_check.html", check_page(request, given) | {"known": known})
    incident = duty_desk.take_call(given["key"], by=request.actor, school=given["school"], answers=form.answers(), said_when=form.said_when(), **form.told())
    return redirect(incident)


def page(request: HttpRequest, form: DutyDeskForm, kinds: list[Kind]) -> dict[str, Any]:
    """The form with its kinds, and the cases of the last day."""
    return kinds_page(form, kinds) | {"known": duty_desk.recent_cases(request.actor)}


def check_page(request: HttpRequest, given: dict[str, Any]) -> dict[str, Any]:
    """What was answered, in words and in hidden fields."""
    words = {"given": given, "place": PlaceKind(given["place_kind"]).label, "severity": Severity(given["severity"]).label}
    return words | {"answers": said(request), "guard": rules.guard_sentence(rules.guard_text(given["summary"]))}
