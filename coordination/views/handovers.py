"""Bàn giao địa bàn: what was handed over, what waits for a decision, the form of a divided unit, the receipt."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from coordination import policy
from coordination.access import action
from coordination.models import Handover, Organisation, School, Unit
from coordination.models.organisations import OrganisationKind
from coordination.territory import handovers
from coordination.territory.forms import SplitForm
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.workflow import Stale


@action("handover.list")
@require_GET
def handover_list(request: HttpRequest) -> HttpResponse:
    """What was handed over in the province, the latest first, and the divided units whose schools still wait."""
    asked = params.read(request, after=params.cursor)
    rows = Handover.objects.visible_to(request.actor).select_related("from_unit", "to_unit", "by__post__organisation")
    page = paging.page_of(rows, time="recorded_at", after=asked["after"])
    may_record = policy.can(request.actor, "handover.record")
    waiting = handovers.divided_in(request.actor.organisation.unit.province_id) if may_record else []
    return render(request, "coordination/handover_list.html", {"rows": page.rows, "older": page.after, "waiting": waiting, "may_record": may_record})


def unit_named(key: int) -> Unit:
    """The unit of a page's address or of its form."""
    unit = Unit.objects.filter(pk=key).first()
    if unit is None:
        raise Http404("unit")
    return unit


@action("handover.record")
@require_http_methods(["GET", "POST"])
def split(request: HttpRequest) -> HttpResponse:
    """School by school, which successor: filled in, shown once more, then done."""
    if request.method == "GET":
        asked = params.read(request, tu=params.number)
        if asked["tu"] is None:
            return redirect("coordination:handovers")
    unit = unit_named(params.number(request.POST.get("unit", "")) if request.method == "POST" else asked["tu"])
    if unit not in handovers.divided_in(request.actor.organisation.unit.province_id):
        if request.method == "POST":
            raise Stale("no school of this province waits there")
        raise Http404("unit")
    schools = handovers.schools_in(unit)
    refuse_gone(request, schools)
    heirs, proposed = handovers.heirs_of(unit)
    form = SplitForm(posted(request), unit=unit, schools=schools, heirs=heirs, proposed=proposed)
    return decide(request, form) if form.is_valid() else split_page(request, form)


def refuse_gone(request: HttpRequest, schools: list[School]) -> None:
    """409 when an answer names a school that was handed over since the page was opened."""
    named = {name.removeprefix("to_") for name in request.POST if name.startswith("to_")}
    if Organisation.objects.filter(code__in=named - {school.organisation.code for school in schools}, kind=OrganisationKind.SCHOOL).exists():
        raise Stale("a school was handed over before")


def decide(request: HttpRequest, form: SplitForm) -> HttpResponse:
    """Ask once more, or do it."""
    if request.POST.get("confirmed") != "1":
        return confirm_page(request, form)
    given = form.cleaned_data
    try:
        made = handovers.record(form.unit, form.targets(), on=given["on"], reason=given["reason"], by=request.actor)
    except handovers.NoSuccessor as error:
        form.add_error(None, _("Chưa có UBND của %(unit)s hoặc Sở của tỉnh trong danh sách cơ quan. Đề nghị quản trị nhập cơ quan trước.") % {"unit": error})
        return split_page(request, form)
    return redirect(made[0])


def split_page(request: HttpRequest, form: SplitForm) -> HttpResponse:
    """The form, empty or to be mended."""
    return render(request, "coordination/handover_split.html", {"form": form, "unit": form.unit, "lines": form.lines()}, status=422 if form.is_bound else 200)


def confirm_page(request: HttpRequest, form: SplitForm) -> HttpResponse:
    """What will pass to whom; works without script."""
    context = {
        "unit": form.unit,
        "consequences": consequences(form),
        "hidden": form.hidden(),
        "action": request.path,
        "back_url": reverse("coordination:handover_split") + f"?tu={form.unit.pk}",
    }
    return render(request, "coordination/handover_confirm.html", context)


def consequences(form: SplitForm) -> list[str]:
    """For each successor its schools by name; then what goes along and what stays."""
    targets = form.targets()
    said = []
    for heir in form.heirs.values():
        names = [school.organisation.called for school in form.schools if targets.get(school.organisation_id) == heir]
        if names:
            count = ngettext("%(count)d trường", "%(count)d trường", len(names)) % {"count": len(names)}
            said.append(_("Về %(unit)s: %(count)s (%(names)s).") % {"unit": heir.in_sentence, "count": count, "names": ", ".join(names)})
    left = len(form.schools) - len(targets)
    if left:
        said.append(ngettext("Để lại, bàn giao sau: %(count)d trường.", "Để lại, bàn giao sau: %(count)d trường.", left) % {"count": left})
    return [
        *said,
        _("Vụ việc của các trường này, việc đang đến hạn, vụ việc đang chuyển Công an và số liệu kỳ chưa nộp chuyển sang cơ quan mới; thời hạn giữ nguyên."),
        _("Cơ quan cũ không còn thấy các vụ việc đó. Nơi xảy ra và số liệu của các kỳ không thay đổi."),
    ]


@action("handover.read", of=Handover)
@require_GET
def detail(request: HttpRequest, handover: Handover) -> HttpResponse:
    """The receipt: what passed from whom to whom, on which day, by whom; and what was recorded with it."""
    schools = Organisation.objects.filter(pk__in=handover.schools).order_by("name")
    same_hour = Handover.objects.visible_to(request.actor).filter(from_unit=handover.from_unit, recorded_at=handover.recorded_at)
    together = same_hour.exclude(pk=handover.pk).select_related("from_unit", "to_unit")
    context = {"handover": handover, "schools": schools, "counts": counts_of(handover), "together": together}
    return render(request, "coordination/handover_detail.html", context)


def counts_of(handover: Handover) -> list[tuple[Any, int]]:
    """How many of each thing went over, in words."""
    words = {
        "schools": _("Trường"),
        "cases": _("Vụ việc đang mở"),
        "closed_cases": _("Vụ việc đã kết thúc (để tra cứu)"),
        "referrals": _("Vụ việc đang chuyển Công an"),
        "returns": _("Số liệu kỳ chưa nộp"),
        "duties": _("Việc đang đến hạn"),
    }
    return [(words[name], handover.moved.get(name, 0)) for name in words]
