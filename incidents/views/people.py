"""People of a case: added under a pseudonym, opened one at a time with a purpose."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination.access import action
from coordination.web import paging, params
from coordination.web.forms import posted
from incidents import actions, casefile, vault
from incidents.forms import PersonForm, PurposeForm
from incidents.models import Incident, Opening, Person
from incidents.views.cases import show


@action("person.add", of=Incident)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Ghi người liên quan."""
    form = PersonForm(posted(request))
    if form.is_valid():
        actions.add_person(incident, by=request.actor, answers=form.cleaned_data)
        return redirect(incident)
    return render(request, "incidents/add_person.html", {"incident": incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("person.open", of=Person, key="uid")
@require_POST
def open_person(request: HttpRequest, person: Person) -> HttpResponse:
    """Open one person for a stated purpose; the page of the case shows the name for fifteen minutes, to this post alone."""
    incident = person.incident
    form = PurposeForm(request.POST, purposes=vault.purposes_for(request.actor, incident), asks=vault.asks_sentence(request.actor, incident, person))
    if not form.is_valid() or not casefile.may_read(incident, request.actor):
        return show(request, incident, status=422, purpose=form, asked_person=person.pk)
    actions.open_sealed(incident, by=request.actor, person=person, **form.cleaned_data)
    return redirect(incident.get_absolute_url() + "#nguoi-lien-quan")


@action("person.close", of=Incident)
@require_POST
def close_openings(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Đóng lại: everything the reader holds open of the case."""
    vault.close_all(incident, by=request.actor)
    return redirect(incident)


@action("person.history")
@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Họ tên, hồ sơ tôi đã mở: what the reader opened from this post, the newest first; of cases that left his sight nothing is told."""
    asked = params.read(request, after=params.cursor)
    mine = Opening.objects.visible_to(request.actor).filter(by=request.actor).select_related("incident__kind", "person").defer("incident__summary", "incident__place_detail")
    page = paging.page_of(mine, time="at", after=asked["after"])
    return render(request, "incidents/opening_history.html", {"rows": page.rows, "older": page.after})
