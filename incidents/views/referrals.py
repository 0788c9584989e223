"""The police queue, and each side's acts on a referral."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import clocks, duties, policy
from coordination.access import action
from coordination.models import Appointment, Organisation
from coordination.models.duties import DutyStatus
from coordination.models.organisations import POLICE_KINDS, OrganisationKind
from coordination.models.people import POLICE_ROLES
from coordination.sealed import masking
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.web.words import deadline, hour_words
from coordination.workflow import Stale
from incidents import actions, casefile, referral_actions, vault
from incidents.forms import ForwardForm, OutcomeForm, PurposeForm, ReasonForm, StepForm
from incidents.forms_referrals import AssignForm
from incidents.models import Incident, Question, Referral
from incidents.views.cases import cannot, show
from incidents.workflow import OPEN_REFERRALS, UNDER_WAY, Outcome, ReferralStatus


PASSED = "da-chuyen"


def with_clock(rows: Any) -> Any:
    """Each referral with the clock its police body has running, if any."""
    running = duties.every().filter(about_model="incidents.referral", about_id=OuterRef("pk"), body_id=OuterRef("to_org_id"), status=DutyStatus.OPEN).order_by("due_at")
    return rows.annotate(due_at=Subquery(running.values("due_at")[:1]), clock_opened_at=Subquery(running.values("opened_at")[:1]))


def waiting_for_school() -> Exists:
    """An open question from police to school."""
    return Exists(Question.objects.unscoped("a question of a referral already in scope").filter(referral=OuterRef("pk"), answered_at=None))


def tabs_now() -> dict[str, tuple[Any, Callable[[Any], Any]]]:
    """The six tabs of the queue in the words of practice.md 1, each with the rows it holds; what was passed on has a tab of plain lines."""
    now = clocks.now()
    soon = Q(due_at__gte=now, due_at__lt=now + (F("due_at") - F("clock_opened_at")) / 4)
    return {
        "chua-xem": (_("Chưa xem"), lambda rows: rows.filter(status=ReferralStatus.SENT)),
        "da-nhan": (_("Trực ban đã nhận"), lambda rows: rows.filter(status__in=(ReferralStatus.SEEN, ReferralStatus.RECEIVED, ReferralStatus.DISCUSSED))),
        "sap-den-han": (_("Sắp đến hạn"), lambda rows: rows.filter(soon, status__in=UNDER_WAY)),
        "qua-han": (_("Quá hạn"), lambda rows: rows.filter(due_at__lt=now, status__in=UNDER_WAY)),
        "cho-bo-sung": (_("Chờ nhà trường bổ sung"), lambda rows: rows.filter(waiting_for_school(), status__in=UNDER_WAY)),
        "to-tung": (_("Đang giải quyết theo tố tụng"), lambda rows: rows.filter(outcome=Outcome.PROCEEDINGS)),
        "tat-ca": (_("Tất cả"), lambda rows: rows),
        PASSED: (_("Đã chuyển đi"), None),
    }


@action("referral.list")
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Vụ việc chuyển đến: six tabs with counts, opened on the first that holds something; the row's button says what happens next."""
    tabs = tabs_now()
    asked = params.read(request, after=params.cursor, tab=params.one_of(tabs))
    ours = Referral.objects.visible_to(request.actor).at(request.actor.body_id).defer(*SEALED)
    mine = with_clock(ours.in_hand())
    counts = tab_counts(mine, tabs)
    here = asked["tab"] or next((name for name in tabs if counts.get(name)), "chua-xem")
    if here == PASSED:
        page = paging.page_of(ours.passed_on().select_related("forwarded_to"), time="forwarded_at", after=asked["after"])
        rows = passed_rows(page.rows, request.actor)
    else:
        shown = tabs[here][1](mine).select_related("incident__kind", "incident__school", "to_org").defer(*SEALED, "incident__summary", "incident__place_detail")
        page = paging.page_of(shown, time="sent_at", after=asked["after"])
        rows = [row_of(referral) for referral in page.rows]
    shown_tabs = [{"label": label, "url": f"?tab={name}", "here": name == here, "count": counts.get(name), "late": name == "qua-han"} for name, (label, _rows) in tabs.items()]
    context = {
        "tabs": shown_tabs,
        "here": here,
        "elsewhere": next(({"url": tab["url"], "label": tab["label"], "count": tab["count"]} for tab in shown_tabs if tab["count"] and not tab["here"]), None),
        "rows": rows,
        "older": page.after,
        "unseen": counts["chua-xem"],
        "late": counts["qua-han"],
        "passed": here == PASSED,
        "may_take_call": policy.can(request.actor, "incident.take_call"),
    }
    return render(request, "incidents/queue.html", context)


SEALED = ("reason", "outcome_note", "earlier_note", "discussion", "ruling_request", "ruling")


def passed_rows(referrals: list[Referral], actor: Any) -> list[dict[str, Any]]:
    """What the unit passed on: a code, a kind as it was, to whom and when. The way to the case is there only where a copy is kept."""
    open_cases = {incident.pk: incident for incident in Incident.objects.visible_to(actor).filter(pk__in=[referral.incident_id for referral in referrals]).only("code")}
    rows = []
    for referral in referrals:
        code, _dot, kind = referral.passed_words.partition(" · ")
        copy = open_cases.get(referral.incident_id)
        rows.append(
            {
                "code": code,
                "title": kind,
                "quiet": _("Chuyển đến %(police)s") % {"police": referral.forwarded_to.called},
                "deadline": {"hour": hour_words(referral.forwarded_at), "left": _("giữ bản sao") if copy else _("đã chuyển"), "state": "on_time"},
                "url": copy.get_absolute_url() if copy else "",
                "act": _("Xem bản sao"),
            }
        )
    return rows


def tab_counts(mine: Any, tabs: dict[str, Any]) -> dict[str, int]:
    """How many open rows each tab holds, in one query over at most a thousand open referrals."""
    now = clocks.now()
    counts = dict.fromkeys(("chua-xem", "da-nhan", "sap-den-han", "qua-han", "cho-bo-sung", "to-tung"), 0)
    held = mine.filter(Q(status__in=OPEN_REFERRALS) | Q(outcome=Outcome.PROCEEDINGS)).annotate(asked=waiting_for_school())
    for status, due, opened, asked, outcome in held.order_by().values_list("status", "due_at", "clock_opened_at", "asked", "outcome")[: paging.MOST_COUNTED]:
        counts["chua-xem"] += status == ReferralStatus.SENT
        counts["da-nhan"] += status in (ReferralStatus.SEEN, ReferralStatus.RECEIVED, ReferralStatus.DISCUSSED)
        counts["cho-bo-sung"] += asked and status in UNDER_WAY
        counts["to-tung"] += outcome == Outcome.PROCEEDINGS
        if due and status in UNDER_WAY:
            state = clocks.state(opened, due, now)
            counts["qua-han"] += state == clocks.State.LATE
            counts["sap-den-han"] += state == clocks.State.SOON
    return counts


def clock_note(referral: Referral) -> str:
    """What the hour is for."""
    return _("nhận tin") if referral.status in (ReferralStatus.SENT, ReferralStatus.SEEN) else _("thông tin cho nhà trường")


def row_of(referral: Referral) -> dict[str, Any]:
    """A referral as components/rows.html shows it."""
    incident = referral.incident
    first = referral.status == ReferralStatus.SENT
    return {
        "code": incident.spoken_code,
        "title": incident.kind_words,
        "quiet": _("Cần nêu mục đích trước khi mở") if incident.restricted else incident.school.called,
        "turn": "" if first else referral.get_status_display(),
        "severity": incident.severity,
        "severity_label": incident.get_severity_display(),
        "place": "" if incident.restricted else incident.get_place_kind_display(),
        "when": "" if incident.restricted else hour_words(incident.occurred_at),
        "deadline": deadline(referral.clock_opened_at, referral.due_at, clock_note(referral)) if referral.due_at else {"state": "on_time", "left": referral.get_status_display(), "hour": ""},
        "url": reverse("incidents:see", args=[referral.code]) if first and not incident.restricted else incident.get_absolute_url(),
        "act": _("Nêu mục đích, mở") if incident.restricted else _("Xem"),
        "post": first and not incident.restricted,
        "primary": first,
        "sealed": incident.restricted,
    }


def first_come(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Somebody was first, or the case has meanwhile gone to another unit: 409 says who and when, and gives back what was typed (ground.md 4)."""

    @wraps(view)
    def inside(request: HttpRequest, thing: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                if isinstance(thing, Referral) and thing.status == ReferralStatus.FORWARDED:
                    raise Stale("passed on")
                return view(request, thing)
        except (Stale, Incident.DoesNotExist, Referral.DoesNotExist):
            return somebody_was_first(request, thing)

    return inside


def somebody_was_first(request: HttpRequest, thing: Any) -> HttpResponse:
    """What stands there now, in one sentence, and the way back to it."""
    about = {"incident": thing} if isinstance(thing, Incident) else {"pk": thing.referral_id if isinstance(thing, Question) else thing.pk}
    latest = Referral.objects.visible_to(request.actor).filter(**about).select_related("to_org", "forwarded_to", "ruling_body").order_by("sent_at", "pk").last()
    case = Incident.objects.visible_to(request.actor).filter(pk=thing.pk if isinstance(thing, Incident) else thing.incident_id).only("code").first()
    context = {"sentence": standing_words(latest) if latest else "", "url": case.get_absolute_url() if case else reverse("incidents:queue")}
    return render(request, "409.html", context, status=409)


def standing_words(referral: Referral) -> str:
    """Who did what when, as the referral stands."""
    bodies = {"police": referral.to_org, "to": referral.forwarded_to, "body": referral.ruling_body}
    names = {name: body.called for name, body in bodies.items() if body}
    said = {
        ReferralStatus.SEEN: (_("%(police)s đã xem lúc %(hour)s."), referral.seen_at),
        ReferralStatus.RECEIVED: (_("%(police)s đã nhận tin lúc %(hour)s."), referral.received_at),
        ReferralStatus.FORWARDED: (_("%(police)s đã chuyển vụ việc đến %(to)s lúc %(hour)s."), referral.forwarded_at),
        ReferralStatus.ANSWERED: (_("%(police)s đã báo kết quả lúc %(hour)s."), referral.answered_at),
        ReferralStatus.DISCUSSED: (_("Nhà trường đã đề nghị trao đổi thêm lúc %(hour)s."), referral.discussed_at),
        ReferralStatus.RULING: (_("Vụ việc đã được đề nghị %(body)s cho ý kiến lúc %(hour)s."), referral.ruling_asked_at),
        ReferralStatus.RULED: (_("%(body)s đã cho ý kiến lúc %(hour)s."), referral.ruled_at),
        ReferralStatus.SETTLED: (_("Nhà trường đã nhận kết quả lúc %(hour)s."), referral.settled_at),
    }
    words, at = said.get(referral.status, ("", None))
    return words % (names | {"hour": hour_words(at)}) if at else str(referral.get_status_display())


@action("referral.see", of=Referral)
@require_POST
@first_come
def see(request: HttpRequest, referral: Referral) -> HttpResponse:
    """The queue row's button: stamps the hour and opens the page; a restricted case asks the purpose first."""
    stated: dict[str, str] = {}
    if referral.incident.restricted:
        form = PurposeForm(request.POST, purposes=vault.purposes_for(request.actor, referral.incident), asks=vault.asks_sentence(request.actor, referral.incident))
        if not form.is_valid():
            return show(request, referral.incident, status=422, purpose=form)
        stated = form.cleaned_data
    referral_actions.see(referral, by=request.actor, **stated)
    return redirect(referral.incident)


def opened(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A restricted case is worked on only while it lies open: without a stated purpose its page asks for one (ground.md 7)."""

    @wraps(view)
    def inside(request: HttpRequest, referral: Referral) -> HttpResponse:
        if not casefile.may_read(referral.incident, request.actor):
            return show(request, referral.incident, status=422)
        return view(request, referral)

    return inside


@action("referral.receive", of=Referral)
@require_POST
@first_come
@opened
def receive(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Công an đã nhận tin."""
    referral_actions.receive(referral, by=request.actor)
    return redirect(referral.incident)


def others(referral: Referral) -> Any:
    """Police bodies to which the case can be passed on, the province's first: those of its province where somebody is appointed today.

    Competence follows the place of the event (practice.md 2.6); into another province the way leads through the province police.
    """
    holder = referral.to_org
    near = Q(unit_id=holder.unit.province_id) | Q(unit__parent_id=holder.unit.province_id)
    if holder.kind != OrganisationKind.COMMUNE_POLICE:
        near |= Q(kind=OrganisationKind.PROVINCE_POLICE)
    held = Appointment.objects.held_on(clocks.today()).filter(post__organisation=OuterRef("pk"), post__role__in=POLICE_ROLES)
    return Organisation.objects.on(clocks.today()).filter(near, Exists(held), kind__in=POLICE_KINDS).exclude(pk=holder.pk).order_by("-kind", "name")


@action("referral.forward", of=Referral)
@require_http_methods(["GET", "POST"])
@first_come
@opened
def forward(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Chuyển đơn vị có thẩm quyền."""
    form = ForwardForm(posted(request), units=others(referral))
    if form.is_valid():
        passed = referral_actions.forward(referral, by=request.actor, to=form.cleaned_data["to"], reason=form.cleaned_data["text"]).previous
        return redirect(referral.incident if passed.keeps_copy else reverse("incidents:queue") + f"?tab={PASSED}")
    keeps_copy = referral_actions.is_police_of_school(referral.to_org, referral.incident)
    context = {"referral": referral, "incident": referral.incident, "form": form, "keeps_copy": keeps_copy}
    return render(request, "incidents/forward.html", context, status=422 if request.method == "POST" else 200)


@action("referral.follow_up", of=Referral)
@require_POST
@first_come
@opened
def follow_up(request: HttpRequest, referral: Referral) -> HttpResponse:
    """One tap: the button's value is the step."""
    form = StepForm(request.POST)
    if not form.is_valid():
        return show(request, referral.incident, status=422, step_form=form)
    referral_actions.follow_up(referral, by=request.actor, step=form.cleaned_data["step"])
    return redirect(referral.incident)


@action("referral.assign", of=Referral)
@require_http_methods(["GET", "POST"])
@first_come
@opened
def assign(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Giao cán bộ giải quyết: the chief names the handler."""
    form = AssignForm(posted(request), officers=referral_actions.officers_of(referral).exclude(pk=referral.handler_id))
    if form.is_valid():
        referral_actions.assign(referral, by=request.actor, to=form.cleaned_data["to"])
        return redirect(referral.incident)
    return render(request, "incidents/assign.html", {"referral": referral, "incident": referral.incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("incident.ask_to_flag", of=Incident)
@require_POST
@first_come
def ask_to_flag(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Đề nghị trường chuyển vụ việc đến Công an."""
    referral_actions.ask_to_flag(incident, by=request.actor)
    return redirect(incident)


def with_text(request: HttpRequest, referral: Referral, act: Callable[..., Any], about: Any, words: dict[str, Any], *, nameless: bool = False) -> HttpResponse:
    """A page of one text and one act, which asking, noting, replying and discussing share; `nameless` when its reader opens no names."""
    form = ReasonForm(posted(request), label=words["label"], hint=words["hint"])
    if form.is_valid() and (not nameless or masking.form_is_nameless(form, masking.secrets_of(referral))):
        act(about, by=request.actor, text=form.cleaned_data["text"])
        return redirect(referral.incident)
    context = {"incident": referral.incident, "form": form} | words
    return render(request, "incidents/with_text.html", context, status=422 if request.method == "POST" else 200)


@action("referral.ask", of=Referral)
@require_http_methods(["GET", "POST"])
@first_come
@opened
def ask(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Đề nghị nhà trường bổ sung."""
    words = {"title": _("Đề nghị nhà trường bổ sung"), "label": _("Cần nhà trường bổ sung gì?"), "hint": _("Một, hai câu. Nhà trường trả lời ngay trong hồ sơ này."), "button": _("Gửi đề nghị")}
    return with_text(request, referral, referral_actions.ask, referral, words)


@action("referral.note", of=Referral)
@require_http_methods(["GET", "POST"])
@first_come
@opened
def note(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Ghi chú nội bộ Công an: a table that only the police role of the database can read."""
    words = {"title": _("Ghi chú nội bộ Công an"), "label": _("Nội dung ghi chú"), "hint": _("Chỉ phía Công an đọc được; nhà trường và cấp quản lý không thấy."), "button": _("Lưu ghi chú")}
    return with_text(request, referral, referral_actions.note, referral, words)


@action("referral.reply", of=Question, key="uid")
@require_http_methods(["GET", "POST"])
@first_come
def reply(request: HttpRequest, question: Question) -> HttpResponse:
    """The school answers one question."""
    words = {"title": _("Trả lời đề nghị bổ sung"), "label": _("Nội dung trả lời"), "hint": question.text, "button": _("Gửi trả lời")}
    return with_text(request, question.referral, referral_actions.reply, question, words)


@action("referral.discuss", of=Referral)
@require_http_methods(["GET", "POST"])
@first_come
def discuss(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Đề nghị trao đổi thêm: the school says why the result does not settle the matter; after a second result it goes up."""
    if referral.status == ReferralStatus.ANSWERED and referral.discussed_at:
        return ask_for_ruling(request, referral)
    words = {"title": _("Đề nghị trao đổi thêm"), "label": _("Cần trao đổi thêm điều gì?"), "hint": _("Công an sẽ trả lời lại; vụ việc chưa kết thúc."), "button": _("Gửi đề nghị")}
    return with_text(request, referral, referral_actions.discuss, referral, words)


@action("referral.answer", of=Referral)
@require_http_methods(["GET", "POST"])
@first_come
@opened
def answer(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Báo kết quả, from the fixed list."""
    form = OutcomeForm(posted(request))
    if form.is_valid() and masking.form_is_nameless(form, masking.secrets_of(referral)):
        referral_actions.answer(referral, by=request.actor, outcome=form.cleaned_data["outcome"], note=form.cleaned_data["text"])
        return redirect(referral.incident)
    return render(request, "incidents/answer.html", {"referral": referral, "incident": referral.incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("referral.acknowledge", of=Referral)
@require_POST
@first_come
def acknowledge(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Nhà trường đã nhận kết quả."""
    referral_actions.acknowledge(referral, by=request.actor)
    return redirect(referral.incident)


@action("referral.ask_ruling", of=Referral)
@require_http_methods(["GET", "POST"])
@first_come
@opened
def ask_ruling(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Đề nghị cấp có thẩm quyền cho ý kiến: either side, after one discussion."""
    if not referral.discussed_at:
        raise Stale("nothing was discussed yet")
    return ask_for_ruling(request, referral)


def ask_for_ruling(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Why the two do not agree, in words for the one body that is named."""
    body = referral_actions.ruling_body(referral.incident, referral.to_org)
    if body is None:
        return cannot(request, referral.incident, _("Đề nghị cấp có thẩm quyền cho ý kiến"), referral_actions.nobody_rules_words(referral.incident))
    words = {
        "title": _("Đề nghị cấp có thẩm quyền cho ý kiến"),
        "label": _("Chưa thống nhất điều gì, đề nghị thế nào?"),
        "hint": _("Gửi tới %(body)s. Không ghi họ tên; cấp có thẩm quyền không mở thông tin người liên quan.") % {"body": body.called},
        "button": _("Gửi đề nghị"),
    }
    return with_text(request, referral, referral_actions.ask_ruling, referral, words, nameless=True)


@action("referral.rule", of=Incident)
@require_http_methods(["GET", "POST"])
@first_come
def rule(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Cho ý kiến giải quyết: what both sides wrote for this page, and nothing else of the case."""
    referral = actions.referrals_of(incident).filter(ruling_body_id=request.actor.body_id).last()
    hint = _("Ý kiến về việc phối hợp giữa nhà trường và Công an; không thay thế quyết định theo tố tụng, xử phạt.")
    form = ReasonForm(posted(request), label=_("Ý kiến giải quyết"), hint=hint)
    if form.is_valid() and masking.form_is_nameless(form, masking.secrets_of(incident)):
        referral_actions.rule(referral, by=request.actor, text=form.cleaned_data["text"])
        return redirect("incidents:rule", code=incident.code)
    context = {"incident": incident, "referral": referral, "form": form, "waits": referral.status == ReferralStatus.RULING}
    return render(request, "incidents/rule.html", context, status=422 if request.method == "POST" else 200)
