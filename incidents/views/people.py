"""People of a case: added under a pseudonym, opened one at a time with a purpose."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from coordination.access import action
from incidents import actions
from incidents.forms import PersonForm, PurposeForm
from incidents.models import Incident, Person
from incidents.views.cases import show


@action("person.add", of=Incident)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Ghi người liên quan."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.add_person(incident, by=request.actor, answers=form.cleaned_data)
        return redirect(incident)
    return render(request, "incidents/add_person.html", {"incident": incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("person.open", of=Person, key="uid")
@require_POST
def open_person(request: HttpRequest, person: Person) -> HttpResponse:
    """Open one person for a stated purpose; the page of the case shows the name for fifteen minutes, to this post alone."""
    form = PurposeForm(request.POST)
    if not form.is_valid():
        return show(request, person.incident, status=422, purpose=form, asked_person=person.pk)
    actions.open_sealed(person.incident, by=request.actor, purpose=form.cleaned_data["purpose"], person=person)
    return redirect(person.incident.get_absolute_url() + "#nguoi-lien-quan")
