"""Pages of keeping: what is kept how long, how a parent asks, holds, and what is proposed for destruction."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import policy
from coordination.access import action, open_to_all
from coordination.keeping import disposal, holds, requests, retention
from coordination.keeping.forms import HoldForm, WordsForm
from coordination.keeping.retention import Keeper
from coordination.models import DisposalBatch, Hold
from coordination.models.keeping import BatchStatus, RequestKind
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.web.words import hour_words
from coordination.workflow import Stale


@dataclass(frozen=True)
class Press:
    """One act of a page: a button that acts at once, or (with `form`) the way to its form."""

    words: Any
    url: str
    form: bool = False
    main: bool = False


# What carries a thing on is a main button; to refuse, to empty, and the rarer ways to a form stand back.
ONWARD, BACK = ("prepare", "finish"), ("refuse", "hand_over")


def presses(thing: Any, actor: Any, named: dict[str, tuple[str, Any, bool]]) -> list[Press]:
    """The acts open to the reader, by the move table and the policy; `named` gives each its route, its words and whether it has a form."""
    open_now = thing.moves_open_to(actor)
    return [Press(words, reverse(f"coordination:{route}", args=[thing.code]), form, main=act in ONWARD if form else act not in BACK) for act, (route, words, form) in named.items() if act in open_now]


def act_page(request: HttpRequest, form: Any, title: Any, back_url: str, consequences: list[Any] = (), *, about: Any = "", press: Any = "") -> HttpResponse:
    """One form before one act on what `about` names; `press` names the button when it does more than write down."""
    context = {"form": form, "title": title, "about": about, "consequences": consequences, "back_url": back_url, "press": press}
    return render(request, "coordination/keeping_act.html", context, status=422 if form.is_bound else 200)


def with_words(request: HttpRequest, thing: Any, move: str, do: Callable[[str], Any], *, title: Any, label: Any, consequences: list[Any] = ()) -> HttpResponse:
    """An act that asks for one text; 409 when the thing has moved on."""
    if thing.status not in thing.MOVES[move].sources:
        raise Stale(f"already {thing.status}")
    form = WordsForm(posted(request), label=label)
    if not form.is_valid():
        return act_page(request, form, title, thing.get_absolute_url(), consequences, about=thing.duty_words)
    do(form.cleaned_data["text"])
    messages.success(request, _("Đã ghi nhận."))
    return redirect(thing)


def pressed(request: HttpRequest, thing: Any, said: Any) -> HttpResponse:
    """Back to the thing after a button."""
    messages.success(request, said)
    return redirect(thing)


def list_page(request: HttpRequest, rows: Any, time: str, heading: Any, lead: Any, nothing: Any, **shown: Any) -> HttpResponse:
    """A list of one kind of row, newest first."""
    asked = params.read(request, after=params.cursor)
    page = paging.page_of(rows, time=time, after=asked["after"])
    lines = [{"words": row.duty_words, "status": row.get_status_display(), "at": hour_words(getattr(row, time)), "url": row.get_absolute_url()} for row in page.rows]
    context = {"rows": lines, "older": page.after, "heading": heading, "lead": lead, "nothing": nothing}
    return render(request, "coordination/keeping_list.html", context | shown)


def thing_page(request: HttpRequest, thing: Any, facts: list[tuple[Any, Any]], acts: list[Press], *, back: str, **shown: Any) -> HttpResponse:
    """One thing: its facts, its texts, what may be done."""
    context = {"thing": thing, "facts": [(label, value) for label, value in facts if value], "acts": acts, "back_url": reverse(f"coordination:{back}")}
    return render(request, "coordination/keeping_detail.html", context | shown)


def day_words(day: Any) -> str:
    """A day as it is written on papers."""
    return f"{day:%d/%m/%Y}" if day else ""


def moment(instant: Any) -> str:
    """An hour in words, or nothing."""
    return hour_words(instant) if instant else ""


def by_and_when(post: Any, instant: Any) -> str:
    """Which post did it at what hour, or nothing."""
    return f"{post} · {moment(instant)}" if post else ""


# What is kept how long


@action("keeping.read")
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """Dữ liệu của ai, giữ bao lâu: the rules as they are, and the reader's own ways on from here."""
    ways = [
        ("request.list", "requests", _("Yêu cầu về dữ liệu cá nhân")),
        ("hold.list", "holds", _("Tạm giữ hồ sơ")),
        ("disposal.list", "disposals", _("Các đợt hủy dữ liệu")),
        ("breach.list", "breaches", _("Sự cố lộ lọt dữ liệu")),
    ]
    mine = [(words, reverse(f"coordination:{route}")) for act, route, words in ways if policy.can(request.actor, act)]
    return render(request, "coordination/keeping_rules.html", {"rules": retention.rules().values(), "ways": mine})


@open_to_all("parents read how to ask about their child's data, without an account")
@login_not_required
@require_GET
def ask_how(request: HttpRequest) -> HttpResponse:
    """One page for parents: what is kept, what they may ask, whom, and how soon they are answered."""
    times = [(RequestKind(kind).label, days.own, days.through) for kind, days in requests.TIMES.items()]
    return render(request, "coordination/keeping_ask.html", {"times": times, "rules": [rule for rule in retention.rules().values() if rule.by == "batch"]})


# Holds


@action("hold.list")
@require_GET
def hold_list(request: HttpRequest) -> HttpResponse:
    """Tạm giữ hồ sơ: asked, running and over."""
    rows = Hold.objects.visible_to(request.actor).defer("reason", "end_reason")
    return list_page(
        request, rows, "asked_at", _("Tạm giữ hồ sơ"), _("Hồ sơ đang tạm giữ không bị hủy, dù đã hết thời hạn lưu giữ."), _("Chưa có hồ sơ nào được tạm giữ. Mở hồ sơ vụ việc để tạm giữ.")
    )


def asked(request: HttpRequest, kind: str, code: str) -> tuple[Keeper, Any]:
    """The thing that an address names: 404 when there is none for this reader, 403 when it is not his to hold."""
    keeper = retention.keeper_in_address(kind)
    thing = keeper.model.objects.visible_to(request.actor).filter(code=code).first() if keeper else None
    if thing is None:
        raise Http404(kind)
    if not holds.may_place(thing, request.actor):
        raise PermissionDenied("hold.set")
    return keeper, thing


@action("hold.place")
@require_http_methods(["GET", "POST"])
def hold_place(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    """Ask for a hold of a thing, or set one."""
    keeper, thing = asked(request, kind, code)
    only_asks = policy.can(request.actor, "hold.ask", thing)
    form = HoldForm(posted(request), departments=holds.supervisors(request.actor) if only_asks else None)
    if not form.is_valid():
        title = _("Đề nghị tạm giữ hồ sơ %(code)s") if only_asks else _("Tạm giữ hồ sơ %(code)s")
        return act_page(request, form, title % {"code": keeper.code(thing)}, thing.get_absolute_url(), [_("Trong thời gian tạm giữ, không ai hủy được họ tên, nội dung của hồ sơ này.")])
    said = form.cleaned_data
    hold = holds.place(keeper, thing, by=request.actor, reason=said["text"], ends_on=said["ends_on"], to=said.get("to"))
    return pressed(request, hold, hold.get_status_display())


@action("hold.read", of=Hold)
@require_GET
def hold(request: HttpRequest, hold: Hold) -> HttpResponse:
    """One hold."""
    facts = [
        (_("Hồ sơ"), hold.about_code),
        (_("Tình trạng"), hold.get_status_display()),
        (_("Từ ngày"), day_words(hold.starts_on)),
        (_("Đến trước ngày"), day_words(hold.ends_on) or _("khi có quyết định thôi giữ")),
        (_("Người đề nghị"), hold.asked_by),
        (_("Người đặt"), hold.set_by),
        (_("Lý do"), hold.reason),
        (_("Lý do thôi giữ, không giữ"), hold.end_reason),
    ]
    named = {"set": ("hold_set", _("Đặt tạm giữ"), False), "decline": ("hold_decline", _("Không đặt tạm giữ"), True), "lift": ("hold_lift", _("Thôi tạm giữ"), True)}
    return thing_page(request, hold, facts, presses(hold, request.actor, named), back="holds")


@action("hold.set", of=Hold)
@require_POST
def hold_set(request: HttpRequest, hold: Hold) -> HttpResponse:
    """The supervisor sets what a chief asked for."""
    return pressed(request, holds.set_hold(hold, by=request.actor), _("Hồ sơ được tạm giữ từ lúc này."))


@action("hold.decline", of=Hold)
@require_http_methods(["GET", "POST"])
def hold_decline(request: HttpRequest, hold: Hold) -> HttpResponse:
    """Not set, with a reason."""
    return with_words(request, hold, "decline", lambda text: holds.decline(hold, by=request.actor, reason=text), title=_("Không đặt tạm giữ"), label=_("Lý do"))


@action("hold.lift", of=Hold)
@require_http_methods(["GET", "POST"])
def hold_lift(request: HttpRequest, hold: Hold) -> HttpResponse:
    """Ended before its day, with a reason."""
    warning = [_("Hồ sơ lại theo thời hạn lưu giữ chung; nếu đã hết hạn, tháng sau sẽ được đề xuất hủy.")]
    return with_words(request, hold, "lift", lambda text: holds.lift(hold, by=request.actor, reason=text), title=_("Thôi tạm giữ"), label=_("Lý do"), consequences=warning)


# Destruction


@action("disposal.list")
@require_GET
def disposal_list(request: HttpRequest) -> HttpResponse:
    """Các đợt hủy: one a month for each body that has something to destroy."""
    rows = DisposalBatch.objects.visible_to(request.actor).select_related("body").defer("refusal")
    lead = _("Mỗi tháng hệ thống đề xuất một đợt. Đầu mối bảo vệ trẻ em soát xét, bộ phận bảo vệ dữ liệu cá nhân phê duyệt, rồi mới hủy.")
    return list_page(request, rows, "proposed_at", _("Các đợt hủy dữ liệu"), lead, _("Chưa có đợt nào. Hệ thống đề xuất khi có hồ sơ hết thời hạn lưu giữ."))


@action("disposal.read", of=DisposalBatch)
@require_GET
def disposal_detail(request: HttpRequest, batch: DisposalBatch) -> HttpResponse:
    """One batch: by rule, each code with the day its time was over, never a name."""
    items = list(disposal.items_of(batch, request.actor))
    facts = [
        (_("Của"), batch.body.called),
        (_("Tình trạng"), batch.get_status_display()),
        (_("Số hồ sơ"), len(items)),
        (_("Soát xét"), by_and_when(batch.reviewed_by, batch.reviewed_at)),
        (_("Phê duyệt"), by_and_when(batch.approved_by, batch.approved_at)),
        (_("Đã hủy lúc"), moment(batch.carried_out_at)),
        (_("Lý do không hủy"), batch.refusal),
    ]
    rules = retention.rules()
    rows = [(item.about_code, rules[item.rule].what_words, day_words(item.due_on), item.get_left_out_display() or (_("Đã hủy") if item.done_at else "")) for item in items]
    named = {"review": ("disposal_review", _("Đã soát xét, trình phê duyệt"), False), "approve": ("disposal_approve", _("Phê duyệt hủy"), False), "refuse": ("disposal_refuse", _("Không hủy đợt này"), True)}
    warning = _("Sau khi phê duyệt, họ tên bị hủy và nội dung bị gỡ bỏ, không lấy lại được. Số vụ việc, loại, ngày và số liệu vẫn giữ.") if batch.status in (BatchStatus.PROPOSED, BatchStatus.REVIEWED) else ""
    return thing_page(request, batch, facts, presses(batch, request.actor, named), back="disposals", rows=rows, warning=warning)


@action("disposal.review", of=DisposalBatch)
@require_POST
def disposal_review(request: HttpRequest, batch: DisposalBatch) -> HttpResponse:
    """The first of two."""
    return pressed(request, disposal.review(batch, by=request.actor), _("Đã trình phê duyệt."))


@action("disposal.approve", of=DisposalBatch)
@require_POST
def disposal_approve(request: HttpRequest, batch: DisposalBatch) -> HttpResponse:
    """The second of two."""
    return pressed(request, disposal.approve(batch, by=request.actor), _("Đã phê duyệt; hệ thống đang hủy."))


@action("disposal.refuse", of=DisposalBatch)
@require_http_methods(["GET", "POST"])
def disposal_refuse(request: HttpRequest, batch: DisposalBatch) -> HttpResponse:
    """Nothing of it is destroyed."""
    return with_words(request, batch, "refuse", lambda text: disposal.refuse(batch, by=request.actor, reason=text), title=_("Không hủy đợt này"), label=_("Lý do"))
