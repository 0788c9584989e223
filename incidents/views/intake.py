"""Báo nhanh: the form, its draft, the check before sending, the receipt."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import clocks, duties, policy
from coordination.access import action
from coordination.models import Organisation, School
from incidents import actions, casefile, rules
from incidents.forms import CallForm, DeputyReportForm, InsteadForm, QuickReportForm, When, draft_answers
from incidents.models import Incident, Kind, PhoneCall, PlaceKind, Severity
from incidents.models.cases import HEADS_UP
from incidents.workflow import IncidentStatus


def kinds_today() -> list[Kind]:
    """The taxonomy in force, in one query."""
    return list(Kind.objects.on(clocks.today()))


@action("incident.file")
@require_http_methods(["GET", "POST"])
def quick_report(request: HttpRequest) -> HttpResponse:
    """The five questions. Sent without script, the server shows who will be told and asks once more."""
    kinds = kinds_today()
    if request.method == "GET":
        form = form_for(request)(kinds=kinds, initial=FRESH | {"key": uuid.uuid4()})
        return render(request, "incidents/quick_report.html", page(request, form, kinds))
    form = form_for(request)(request.POST, kinds=kinds)
    if not form.is_valid():
        return render(request, "incidents/quick_report.html", page(request, form, kinds), status=422)
    given = form.cleaned_data
    if request.POST.get("confirmed") != "1":
        return render(request, "incidents/quick_report_check.html", check_page(request, given, school_of(request)))
    incident = actions.file(given["key"], by=request.actor, answers=form.answers(), said_when=form.said_when(), conflict=given.get("conflict", False), untold=untold(given))
    return redirect("incidents:receipt", code=incident.code)


def untold(given: dict[str, Any]) -> bool:
    """Of a restricted kind the deputy tells the head only when he says so (security.md 3.5)."""
    return given["kind_row"].restricted and given.get("tell_head") is False and not given.get("conflict")


FRESH = {"when": When.JUST_NOW, "place_kind": "in_school"}


def form_for(request: HttpRequest) -> type[QuickReportForm]:
    """The head of the school is not asked about himself, and his form is not longer for it."""
    return DeputyReportForm if policy.can(request.actor, "incident.file_conflict") else QuickReportForm


def check_page(request: HttpRequest, given: dict[str, Any], school: School) -> dict[str, Any]:
    """What the server shows before it sends: the answers, and who will be told."""
    return {
        "given": given,
        "place": PlaceKind(given["place_kind"]).label,
        "severity": Severity(given["severity"]).label,
        "sentence": recipients_sentence(school, given["kind_row"], given["severity"]),
        "untold": untold(given),
        "answers": said(request),
        "guard": rules.guard_sentence(rules.guard_text(given["summary"])),
    }


@action("incident.file_instead")
@require_http_methods(["GET", "POST"])
def report_instead(request: HttpRequest) -> HttpResponse:
    """Báo thay nhà trường: the managing body sends when the school's leadership is concerned; nobody of the school is told (practice.md 2.3)."""
    kinds = kinds_today()
    schools = Organisation.objects.on(clocks.today()).filter(school__managing_body_id=request.actor.body_id).order_by("name")
    if request.method == "GET":
        form = InsteadForm(kinds=kinds, schools=schools, initial=FRESH | {"key": uuid.uuid4()})
        return render(request, "incidents/report_instead.html", kinds_page(form, kinds))
    form = InsteadForm(request.POST, kinds=kinds, schools=schools)
    if not form.is_valid():
        return render(request, "incidents/report_instead.html", kinds_page(form, kinds), status=422)
    given = form.cleaned_data
    school = School.objects.select_related("organisation__unit", "managing_body", "department").get(organisation=given["school"])
    if request.POST.get("confirmed") != "1":
        return render(request, "incidents/quick_report_check.html", check_page(request, given, school) | {"school": school.organisation})
    incident = actions.file(given["key"], by=request.actor, answers=form.answers(), said_when=form.said_when(), school=school)
    return redirect("incidents:receipt", code=incident.code)


def said(request: HttpRequest) -> list[tuple[str, str]]:
    """The answers as they were sent, for the hidden fields of the check page."""
    return [(name, value) for name, value in request.POST.items() if name not in {"csrfmiddlewaretoken", "confirmed", "__end"}]


@action("incident.file")
@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keep what has been answered so far; answers the autosave with the hour."""
    key, answers, conflict = draft_answers(form_for(request)(request.POST, kinds=kinds_today()), request.POST)
    draft = actions.save_draft(key, by=request.actor, answers=answers, conflict=conflict)
    return JsonResponse({"saved_at": f"{clocks.local(clocks.now()):%H:%M}", "code": draft.code})


@action("incident.submit", of=Incident)
@require_GET
def continue_draft(request: HttpRequest, incident: Incident) -> HttpResponse:
    """A draft opened again: the same form with what was kept, under the same key."""
    if incident.status != IncidentStatus.DRAFT:
        return redirect(incident)
    kinds = kinds_today()
    form = form_for(request)(kinds=kinds, initial=kept(incident))
    return render(request, "incidents/quick_report.html", page(request, form, kinds, draft=incident))


def kept(incident: Incident) -> dict[str, Any]:
    """A draft's answers as the form's initial values."""
    happened = clocks.local(incident.occurred_at) if incident.occurred_at else None
    return {
        "key": incident.key,
        "kind": incident.kind.code if incident.kind_id else "",
        "when": When.OTHER if happened else When.JUST_NOW,
        "day": happened.date() if happened else None,
        "hour": happened.time() if happened else None,
        "place_kind": incident.place_kind,
        "place_detail": incident.place_detail,
        "severity": incident.severity,
        "summary": incident.summary,
        "conflict": bool(incident.stand_in_id),
    }


def page(request: HttpRequest, form: QuickReportForm, kinds: list[Kind], draft: Incident | None = None) -> dict[str, Any]:
    """What the form's page shows around the five questions."""
    school = school_of(request)
    police = station_of(school)
    return kinds_page(form, kinds) | {
        "draft": draft,
        "asks_conflict": "conflict" in form.fields,
        "duty_phone": police.duty_phone if police else "",
        "duty_label": _("Trực ban %(police)s") % {"police": police.called} if police else "",
        "sentences": sentences_for(school),
        "autosave_url": reverse("incidents:save_draft"),
    }


def kinds_page(form: QuickReportForm, kinds: list[Kind]) -> dict[str, Any]:
    """The form, and its kinds as components/kinds.html needs them: the most used first, the others by group."""
    chosen = str(form["kind"].value() or "")
    shown = [kind_choice(kind, chosen) for kind in sorted((kind for kind in kinds if kind.most_used is not None), key=lambda kind: kind.most_used)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for kind in kinds:
        if kind.most_used is None:
            groups.setdefault(str(kind.get_group_display()), []).append(kind_choice(kind, chosen))
    return {
        "form": form,
        "common": shown,
        "groups": [{"label": label, "kinds": members} for label, members in groups.items()],
        "group_open": any(kind["checked"] for members in groups.values() for kind in members),
    }


def kind_choice(kind: Kind, chosen: str) -> dict[str, Any]:
    """A kind as components/kinds.html shows it; `flag` says when the rule tells the police."""
    return {"value": kind.code, "label": kind.words, "checked": kind.code == chosen, "minimum": kind.min_severity, "flag": flag_class(kind)}


def flag_class(kind: Kind) -> str:
    """The lowest severity at which the rule tells the police, or "never": with the severity it decides the sentence."""
    return next((severity.value for severity in Severity if severity >= kind.min_severity and rules.flags_to_police(kind, severity)), "never")


def sentences_for(school: School) -> dict[str, str]:
    """"Sẽ gửi tới …" for every case of flag class and severity."""
    station, found = station_of(school), {}
    for flag in [*Severity.values, "never"]:
        for severity in Severity.values:
            found[f"{flag}|{severity}"] = told_words(school, station, severity, flagged=flag != "never" and severity >= flag)
    return found


def station_of(school: School) -> Organisation | None:
    """The commune police of the school's place."""
    return Organisation.objects.police_of(school.organisation.unit_id, clocks.today())


def recipients_sentence(school: School, kind: Kind, severity: str) -> str:
    """The same sentence for one kind and severity."""
    return told_words(school, station_of(school), severity, flagged=rules.flags_to_police(kind, severity))


def told_words(school: School, station: Organisation | None, severity: str, *, flagged: bool) -> str:
    """The bodies that will be told, and that this is first information; without commune police, what to do instead."""
    bodies = [station.called] if station and flagged else []
    bodies.append(school.managing_body.called)
    if severity in HEADS_UP and school.department_id != school.managing_body_id:
        bodies.append(_("%(department)s (không kèm họ tên)") % {"department": school.department.called})
    words = _("%(bodies)s. Thông tin ban đầu, chưa xác minh; được bổ sung, đính chính.") % {"bodies": "; ".join(bodies)}
    return f"{words} {no_police_words()}" if flagged and station is None else words


def no_police_words() -> str:
    """What a school does where the commune has no police unit of its own (domain/organisations.md 1)."""
    return _("Địa bàn này chưa có đơn vị Công an cấp xã. Gọi 113 và báo cấp quản lý.")


def school_of(request: HttpRequest) -> School:
    """The actor's school with the bodies around it."""
    return School.objects.select_related("organisation__unit", "managing_body", "department").get(organisation_id=request.actor.body_id)


@action("incident.discard", of=Incident)
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Throw a draft away, after asking."""
    if request.method == "GET":
        return render(request, "incidents/discard.html", {"incident": incident})
    actions.discard(incident, by=request.actor)
    return redirect("incidents:list")


@action("incident.read", of=Incident)
@require_GET
def receipt(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Đã gửi: the number, the hour, who received it, the promised time, whom one has rung."""
    if not casefile.may_read(incident, request.actor):
        return redirect(incident)
    if incident.status == IncidentStatus.DRAFT:
        return redirect("incidents:continue", code=incident.code)
    return render(request, "incidents/receipt.html", receipt_page(incident, request))


def receipt_page(incident: Incident, request: HttpRequest, call: CallForm | None = None) -> dict[str, Any]:
    """Everything the receipt says."""
    referrals = list(actions.referrals_of(incident))
    clocks_of_case = {duty.kind: duty for duty in duties.of(incident)}
    promised = next((duty for referral in referrals for duty in duties.of(referral) if duty.kind == "acknowledge"), clocks_of_case.get("look"))
    station = next((referral.to_org for referral in referrals), None)
    return {
        "incident": incident,
        "referrals": referrals,
        "no_police": "" if referrals or not rules.flags_to_police(incident.kind, incident.severity) else no_police_words(),
        "managing": incident.jurisdiction,
        "promised": promised,
        "full_report": clocks_of_case.get("full_report"),
        "duty_phone": station.duty_phone if station else "",
        "calls": PhoneCall.objects.visible_to(request.actor).filter(incident=incident).order_by("called_at"),
        "may_call": policy.can(request.actor, "incident.call", incident),
        "call": call or CallForm(initial={"called_at": clocks.local(clocks.now())}),
    }


@action("incident.call", of=Incident)
@require_POST
def log_call(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Ghi giờ gọi."""
    actions.sent(incident, request.actor)
    form = CallForm(request.POST)
    if not form.is_valid():
        return render(request, "incidents/receipt.html", receipt_page(incident, request, form), status=422)
    actions.log_call(incident, by=request.actor, **form.cleaned_data)
    return redirect("incidents:receipt", code=incident.code)
