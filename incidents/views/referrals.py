"""The police queue, and each side's acts on a referral."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import clocks, duties, paging, params
from coordination.access import action
from coordination.models import Organisation
from coordination.models.duties import DutyStatus
from coordination.models.organisations import POLICE_KINDS
from coordination.words import deadline, hour_words
from incidents import casefile, referral_actions
from incidents.forms import ForwardForm, OutcomeForm, PurposeForm, ReasonForm, StepForm
from incidents.models import Question, Referral
from incidents.views.cases import show
from incidents.workflow import OPEN_REFERRALS, UNDER_WAY, Outcome, ReferralStatus


def with_clock(rows: Any) -> Any:
    """Each referral with the clock its police body has running, if any."""
    running = duties.every().filter(about_model="incidents.referral", about_id=OuterRef("pk"), body_id=OuterRef("to_org_id"), status=DutyStatus.OPEN).order_by("due_at")
    return rows.annotate(due_at=Subquery(running.values("due_at")[:1]), clock_opened_at=Subquery(running.values("opened_at")[:1]))


def waiting_for_school() -> Exists:
    """An open question from police to school."""
    return Exists(Question.objects.unscoped("a question of a referral already in scope").filter(referral=OuterRef("pk"), answered_at=None))


def tabs_now() -> dict[str, tuple[Any, Callable[[Any], Any]]]:
    """The six tabs of the queue in the words of practice.md 1, each with the rows it holds."""
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
    }


@action("referral.list")
@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """Vụ việc chuyển đến: six tabs with counts; the row's button says what happens next."""
    tabs = tabs_now()
    asked = params.read(request, after=params.cursor, tab=params.one_of(tabs))
    here = asked["tab"] or "chua-xem"
    mine = with_clock(Referral.objects.visible_to(request.actor).at(request.actor.body_id))
    counts = tab_counts(mine, tabs)
    page = paging.page_of(tabs[here][1](mine).select_related("incident__kind", "incident__school", "to_org").defer("reason", "outcome_note", "discussion", "incident__summary", "incident__place_detail"), time="sent_at", after=asked["after"])
    context = {
        "tabs": [{"label": label, "url": f"?tab={name}", "here": name == here, "count": counts.get(name), "late": name == "qua-han"} for name, (label, _rows) in tabs.items()],
        "here": here,
        "rows": [row_of(referral) for referral in page.rows],
        "older": page.after,
        "unseen": counts["chua-xem"],
        "late": counts["qua-han"],
    }
    return render(request, "incidents/queue.html", context)


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


@action("referral.see", of=Referral)
@require_POST
def see(request: HttpRequest, referral: Referral) -> HttpResponse:
    """The queue row's button: stamps the hour and opens the page; a restricted case asks the purpose first."""
    purpose = ""
    if referral.incident.restricted:
        form = PurposeForm(request.POST)
        if not form.is_valid():
            return show(request, referral.incident, status=422, purpose=form)
        purpose = form.cleaned_data["purpose"]
    referral_actions.see(referral, by=request.actor, purpose=purpose)
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
@opened
def receive(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Công an đã nhận tin."""
    referral_actions.receive(referral, by=request.actor)
    return redirect(referral.incident)


def others(referral: Referral) -> Any:
    """Police bodies of the same province to which the case can be passed on."""
    province = referral.incident.province_id
    near = Organisation.objects.on(clocks.today()).filter(Q(unit_id=province) | Q(unit__parent_id=province), kind__in=POLICE_KINDS)
    return near.filter(posts__appointments__isnull=False).distinct().exclude(pk=referral.to_org_id).order_by("kind", "name")


@action("referral.forward", of=Referral)
@require_http_methods(["GET", "POST"])
@opened
def forward(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Chuyển đơn vị có thẩm quyền."""
    form = ForwardForm(request.POST if request.method == "POST" else None, units=others(referral))
    if request.method == "POST" and form.is_valid():
        referral_actions.forward(referral, by=request.actor, to=form.cleaned_data["to"], reason=form.cleaned_data["text"])
        return redirect(referral.incident)
    return render(request, "incidents/forward.html", {"referral": referral, "incident": referral.incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("referral.follow_up", of=Referral)
@require_POST
@opened
def follow_up(request: HttpRequest, referral: Referral) -> HttpResponse:
    """One tap: the button's value is the step."""
    form = StepForm(request.POST)
    if not form.is_valid():
        return show(request, referral.incident, status=422, step_form=form)
    referral_actions.follow_up(referral, by=request.actor, step=form.cleaned_data["step"])
    return redirect(referral.incident)


def with_text(request: HttpRequest, referral: Referral, act: Callable[..., Any], about: Any, words: dict[str, Any]) -> HttpResponse:
    """A page of one text and one act, which asking, noting, replying and discussing share."""
    form = ReasonForm(request.POST if request.method == "POST" else None, label=words["label"], hint=words["hint"])
    if request.method == "POST" and form.is_valid():
        act(about, by=request.actor, text=form.cleaned_data["text"])
        return redirect(referral.incident)
    context = {"incident": referral.incident, "form": form} | words
    return render(request, "incidents/with_text.html", context, status=422 if request.method == "POST" else 200)


@action("referral.ask", of=Referral)
@require_http_methods(["GET", "POST"])
@opened
def ask(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Đề nghị nhà trường bổ sung."""
    words = {"title": _("Đề nghị nhà trường bổ sung"), "label": _("Cần nhà trường bổ sung gì?"), "hint": _("Một, hai câu. Nhà trường trả lời ngay trong hồ sơ này."), "button": _("Gửi đề nghị")}
    return with_text(request, referral, referral_actions.ask, referral, words)


@action("referral.note", of=Referral)
@require_http_methods(["GET", "POST"])
@opened
def note(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Ghi chú nội bộ Công an: a table that only the police role of the database can read."""
    words = {"title": _("Ghi chú nội bộ Công an"), "label": _("Nội dung ghi chú"), "hint": _("Chỉ phía Công an đọc được; nhà trường và cấp quản lý không thấy."), "button": _("Lưu ghi chú")}
    return with_text(request, referral, referral_actions.note, referral, words)


@action("referral.reply", of=Question, key="uid")
@require_http_methods(["GET", "POST"])
def reply(request: HttpRequest, question: Question) -> HttpResponse:
    """The school answers one question."""
    words = {"title": _("Trả lời đề nghị bổ sung"), "label": _("Nội dung trả lời"), "hint": question.text, "button": _("Gửi trả lời")}
    return with_text(request, question.referral, referral_actions.reply, question, words)


@action("referral.discuss", of=Referral)
@require_http_methods(["GET", "POST"])
def discuss(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Đề nghị trao đổi thêm: the school says why the result does not settle the matter."""
    words = {"title": _("Đề nghị trao đổi thêm"), "label": _("Cần trao đổi thêm điều gì?"), "hint": _("Công an sẽ trả lời lại; vụ việc chưa kết thúc."), "button": _("Gửi đề nghị")}
    return with_text(request, referral, referral_actions.discuss, referral, words)


@action("referral.answer", of=Referral)
@require_http_methods(["GET", "POST"])
@opened
def answer(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Báo kết quả, from the fixed list."""
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        referral_actions.answer(referral, by=request.actor, outcome=form.cleaned_data["outcome"], note=form.cleaned_data["text"])
        return redirect(referral.incident)
    return render(request, "incidents/answer.html", {"referral": referral, "incident": referral.incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("referral.acknowledge", of=Referral)
@require_POST
def acknowledge(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Nhà trường đã nhận kết quả."""
    referral_actions.acknowledge(referral, by=request.actor)
    return redirect(referral.incident)
