"""The one question of keeping that the police answer on a case: on which day its proceedings ended."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coordination.access import action
from coordination.keeping.forms import DayForm
from coordination.web.forms import posted
from coordination.workflow import Refused
from incidents import keeping
from incidents.models import Incident


@action("incident.proceedings", of=Incident)
@require_http_methods(["GET", "POST"])
def proceedings(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Ghi ngày kết thúc tố tụng: the case is kept two years from then, if that is later."""
    life = keeping.life_of(incident)
    form = DayForm(posted(request), label=_("Tố tụng kết thúc ngày"), initial={"day": life and life.proceedings_ended_on})
    if form.is_valid():
        try:
            keeping.end_proceedings(incident, by=request.actor, ended_on=form.cleaned_data["day"])
        except Refused as refused:
            form.add_error("day", str(refused))
        else:
            messages.success(request, _("Đã ghi nhận."))
            return redirect(incident)
    title, note = _("Ghi ngày kết thúc tố tụng"), _("Hồ sơ mức Phức tạp, Khẩn cấp giữ 5 năm từ ngày kết thúc vụ việc, hoặc 2 năm từ ngày này nếu muộn hơn.")
    context = {"form": form, "title": title, "about": incident.duty_words, "consequences": [note], "back_url": incident.get_absolute_url()}
    return render(request, "coordination/keeping_act.html", context, status=422 if form.is_bound else 200)
