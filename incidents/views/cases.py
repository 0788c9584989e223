"""Cases: the list, one case's page, and the school's acts on it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import audit, clocks, policy
from coordination.access import action
from coordination.models import Organisation
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.web.words import hour_words
from coordination.workflow import Stale
from incidents import actions, attachments, casefile, endings, grants, rules, vault
from incidents.conflict import desk_of
from incidents.forms import FullReportForm, MergeForm, PurposeForm, ReasonForm
from incidents.lists import SORT_OF_CASE, filter_form, filtered
from incidents.models import Incident, Kind, Severity
from incidents.workflow import OPEN_REFERRALS, IncidentStatus

LIST_PARAMS = {"after": params.cursor, "status": params.one_of(SORT_OF_CASE), "severity": params.one_of(Severity.values), "kind": params.text(40), "q": params.text(80)}


@action("incident.list")
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases of the actor's scope, newest first; filters stay in the address."""
    asked = params.read(request, **LIST_PARAMS)
    rows = filtered(Incident.objects.visible_to(request.actor).exclude(status=IncidentStatus.WITHDRAWN, spoken_code=""), asked)
    page = paging.page_of(rows.for_list(), time="created_at", after=asked["after"])
    if asked["q"]:
        audit.searched(Incident, asked["q"], page.rows, by=request.actor)
    context = {
        "rows": [row_of(incident) for incident in page.rows],
        "older": page.after,
        "filters": filter_form(asked, Kind.objects.on(clocks.today())),
        "active": sum(1 for name in ("status", "severity", "kind", "q") if asked[name]),
        "count": paging.capped_count(rows),
        "may_file": policy.can(request.actor, "incident.file"),
        "may_file_instead": policy.can(request.actor, "incident.file_instead"),
    }
    return render(request, "incidents/list.html", context)


def row_of(incident: Incident) -> dict[str, Any]:
    """A case as components/rows.html shows it."""
    is_draft = incident.status == IncidentStatus.DRAFT
    return {
        "code": incident.spoken_code or _("Nháp"),
        "title": incident.kind_words,
        "quiet": incident.school.called,
        "turn": casefile.standing(incident, incident.referral_status, passed_on=incident.passed_on),
        "severity": incident.severity,
        "severity_label": incident.get_severity_display(),
        "place": "" if incident.restricted else incident.get_place_kind_display(),
        "when": hour_words(incident.occurred_at) if incident.occurred_at and not incident.restricted else "",
        "deadline": {"hour": hour_words(incident.filed_at or incident.created_at), "left": _("lưu nháp") if is_draft else _("gửi báo nhanh"), "state": "on_time"},
        "url": incident.get_absolute_url(),
        "act": _("Viết tiếp") if is_draft else _("Xem"),
        "sealed": incident.restricted,
    }


@action("incident.read", of=Incident)
@require_GET
def detail(request: HttpRequest, incident: Incident) -> HttpResponse:
    """One case: facts, whose turn, people under pseudonyms, the timeline, the buttons of the move tables."""
    if incident.status == IncidentStatus.DRAFT:
        return redirect("incidents:continue", code=incident.code)
    return show(request, incident)


def show(request: HttpRequest, incident: Incident, status: int = 200, **forms: Any) -> HttpResponse:
    """The page of a case, with a form that was refused in its place."""
    if not casefile.may_read(incident, request.actor):
        return render(request, "incidents/restricted.html", restricted_page(request, incident) | forms, status=status)
    request.shown, request.shown_as = (incident, {}), "incident.read"
    page = render(request, "incidents/detail.html", case_page(request, incident) | forms, status=status)
    if status == 200 and (seconds := casefile.seconds_left(incident, request.actor)):
        page["Refresh"] = f"{seconds}; url={incident.get_absolute_url()}"
    return page


def restricted_page(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """Hồ sơ hạn chế: a number, a severity, a clock; police may state a purpose."""
    referral = actions.referrals_of(incident).filter(to_org_id=request.actor.body_id).last()
    may_open = referral is not None and policy.can(request.actor, "incident.read_restricted", incident)
    return {"incident": incident, "referral": referral, "may_open": may_open, "may_look": policy.can(request.actor, "incident.look", incident), "purpose": PurposeForm(purposes=vault.purposes_for(request.actor, incident), asks=vault.asks_sentence(request.actor, incident)), "turn": casefile.turn_of(incident, request.actor)}


ACTS = ("flag", "complete", "amend", "close", "call", "look", "withdraw", "merge", "keep_out", "tell_head", "ask_to_flag")


BESIDE = {"write_informant": "informant.write", "request_identity": "person.request"}


def case_page(request: HttpRequest, incident: Incident) -> dict[str, Any]:
    """Everything a reader of the whole case sees."""
    actor = request.actor
    referrals = list(actions.referrals_of(incident))
    mine = next((referral for referral in reversed(referrals) if policy.can(actor, "referral.read", referral) and (not actor.is_police or referral.to_org_id == actor.body_id)), None)
    questions = casefile.open_questions(incident)
    reported = actions.report_of(incident)
    gaps = actions.closing_gaps(incident)
    persons = incident.relations_to(actor) != {"department"}  # the Sở's heads-up is without persons (ground.md 6)
    return {
        "incident": incident,
        "status": casefile.status_words(incident, referrals, question_open=bool(questions)),
        "turn": casefile.turn_of(incident, actor),
        "entries": casefile.timeline(incident, actor),
        "people": casefile.people_of(incident, actor) if persons else [],
        "persons": persons,
        **attachments.for_page(incident, actor),
        "informants": casefile.informants_of(incident, actor),
        "asked_for": grants.pending(incident, actor) if policy.can(actor, "person.request", incident) and not incident.restricted else None,
        "receipts": casefile.receipts_of(incident) if policy.can(actor, "person.receipts", incident) else None,
        "referrals": referrals,
        "referral": mine,
        "moves": mine.moves_open_to(actor) if mine else [],
        "questions": questions,
        "report": reported if persons else None,
        "gaps": gaps,
        "reads_text": policy.can(actor, "incident.read_text", incident),
        "may": {act: incident.is_live and policy.can(actor, f"incident.{act}", incident) for act in ACTS}
        | {name: incident.is_live and policy.can(actor, act, incident) for name, act in BESIDE.items()}
        | {"add_person": policy.can(actor, "person.add", incident), "follow_up": bool(mine) and policy.can(actor, "referral.follow_up", mine), "assign": bool(mine) and policy.can(actor, "referral.assign", mine), "reply": bool(mine) and policy.can(actor, "referral.reply", mine)},
        "may_flag_now": incident.status == IncidentStatus.SUBMITTED and not any(referral.status in OPEN_REFERRALS for referral in referrals),
        "needs_report": reported is None and incident.status == IncidentStatus.SUBMITTED,
        "report_is_due": bool(rules.clock_for("full_report", incident.severity, incident.kind)),
        "purpose": PurposeForm(purposes=vault.purposes_for(actor, incident)),
        "informant_purpose": PurposeForm(purposes=vault.informant_purposes(actor), prefix="nguon"),
        "is_police": actor.is_police,
        "survivor": casefile.survivor_of(incident, actor),
        "merged": endings.merged_here(incident, actor),
        "may_withdraw_now": incident.status == IncidentStatus.SUBMITTED and all(referral.status in endings.NOT_YET_TAKEN for referral in referrals),
        "contact": (incident.stand_in.post if incident.stand_in.is_school else desk_of(incident)) if incident.stand_in_id else None,
    }


@action("incident.flag", of=Incident)
@require_http_methods(["GET", "POST"])
def flag(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Chuyển Công an: why, and to whom; asked on a page of its own."""
    form = ReasonForm(posted(request), label=_("Lý do chuyển Công an"), hint=_("Một, hai câu. Không ghi tên, lớp, số điện thoại."))
    police = Organisation.objects.police_of(incident.commune_id, clocks.today())
    if request.method == "POST" and police and form.is_valid():
        actions.flag(incident, by=request.actor, reason=form.cleaned_data["text"])
        return redirect(incident)
    return render(request, "incidents/flag.html", {"incident": incident, "form": form, "police": police}, status=422 if request.method == "POST" else 200)


@action("incident.complete", of=Incident)
@require_http_methods(["GET", "POST"])
def full_report(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Báo cáo đầy đủ."""
    form = FullReportForm(posted(request), kinds=Kind.objects.on(clocks.today()), initial={"kind": incident.kind.code if incident.kind_id else ""})
    if form.is_valid():
        actions.complete(incident, by=request.actor, answers=form.answers(), kind=form.corrected_kind())
        return redirect(incident)
    return render(request, "incidents/full_report.html", {"incident": incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("incident.amend", of=Incident)
@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Bổ sung, đính chính: the first words stay."""
    form = ReasonForm(posted(request), label=_("Nội dung bổ sung, đính chính"), hint=_("Nội dung đã gửi được giữ nguyên; phần này hiện thêm bên dưới."))
    if form.is_valid():
        actions.amend(incident, by=request.actor, text=form.cleaned_data["text"])
        return redirect(incident)
    return render(request, "incidents/amend.html", {"incident": incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("incident.look", of=Incident)
@require_POST
def look(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Cấp quản lý đã nhận."""
    actions.look(incident, by=request.actor)
    return redirect(incident)


@action("incident.close", of=Incident)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Kết thúc vụ việc: the guard says what is missing; what cannot be undone is asked first."""
    if incident.status != IncidentStatus.SUBMITTED:
        raise Stale("not open")
    gaps = actions.closing_gaps(incident)
    if request.method == "GET" or gaps:
        return render(request, "incidents/close.html", {"incident": incident, "gaps": gaps}, status=409 if request.method == "POST" else 200)
    actions.close(incident, by=request.actor)
    return redirect(incident)


@action("incident.withdraw", of=Incident)
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Rút (báo nhầm): why; once the police have received it the page says that the result is theirs."""
    if incident.status != IncidentStatus.SUBMITTED:
        raise Stale("not open")
    if not endings.may_still_withdraw(incident):
        return cannot(request, incident, _("Rút (báo nhầm)"), _("Công an đã nhận tin nên không rút được nữa. Ghi ở “Bổ sung, đính chính”; Công an sẽ báo kết quả “Không có dấu hiệu vi phạm”."))
    form = ReasonForm(posted(request), label=_("Vì sao rút?"), hint=_("Một, hai câu. Công an được chuyển đến đọc được; cấp quản lý chỉ thấy vụ việc đã rút."))
    if form.is_valid():
        endings.withdraw(incident, by=request.actor, reason=form.cleaned_data["text"])
        return redirect(incident)
    return render(request, "incidents/withdraw.html", {"incident": incident, "form": form}, status=422 if request.method == "POST" else 200)


def cannot(request: HttpRequest, incident: Incident, act: str, sentence: str) -> HttpResponse:
    """What cannot be done now, why, and what to do instead."""
    return render(request, "incidents/cannot.html", {"incident": incident, "act": act, "sentence": sentence}, status=409 if request.method == "POST" else 200)


@action("incident.merge", of=Incident)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Nhập vào vụ khác: the duplicate is this one, the one that stays is chosen."""
    if incident.status != IncidentStatus.SUBMITTED:
        raise Stale("not open")
    rows = endings.candidates(incident, request.actor)
    if not rows.exists():
        return cannot(request, incident, _("Nhập vào vụ khác"), _("Chưa có vụ nào để nhập vào. Vụ nhận phải là vụ khác của trường, đang mở, mức độ bằng hoặc cao hơn; vụ hạn chế chỉ nhập vào vụ hạn chế. Nếu được, hãy nhập theo chiều ngược lại."))
    form = MergeForm(posted(request), rows=rows)
    if form.is_valid():
        survivor = form.cleaned_data["into"]
        endings.merge(incident, by=request.actor, into=survivor)
        return redirect(survivor)
    return render(request, "incidents/merge.html", {"incident": incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("incident.keep_out", of=Incident)
@require_http_methods(["GET", "POST"])
def keep_out(request: HttpRequest, incident: Incident) -> HttpResponse:
    """It concerns the school's leadership: asked on a page of its own, for it cannot be taken back."""
    if incident.stand_in_id or not incident.is_live:
        raise Stale("already kept apart, or not open")
    if request.method == "GET":
        return render(request, "incidents/keep_out.html", {"incident": incident})
    endings.keep_out(incident, by=request.actor)
    return redirect(incident)


@action("incident.tell_head", of=Incident)
@require_http_methods(["GET", "POST"])
def tell_head(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Báo Hiệu trưởng: of a restricted case of which the deputy had not told him; asked on a page of its own, for it cannot be taken back."""
    if not incident.untold:
        raise Stale("told before, or a conflict")
    if request.method == "GET":
        return render(request, "incidents/tell_head.html", {"incident": incident})
    endings.tell_head(incident, by=request.actor)
    return redirect(incident)
