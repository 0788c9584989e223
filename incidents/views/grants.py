"""Requests to see the people of a case, their answers, and who told it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import policy
from coordination.access import action
from coordination.web import paging, params
from coordination.web.forms import posted
from coordination.workflow import Refused, Stale
from incidents import casefile, grants, informants, vault
from incidents.forms import PurposeForm
from incidents.forms_vault import GrantForm, InformantForm, RequestForm
from incidents.models import IdentityRequest, Incident, Informant, Purpose
from incidents.models.grants import RequestStatus
from incidents.views.cases import cannot, show


@action("person.request", of=Incident)
@require_http_methods(["GET", "POST"])
def request_identity(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Đề nghị xem họ tên của một vụ việc."""
    if not incident.is_live or grants.pending(incident, request.actor):
        raise Stale("not open to it, or asked before")
    if incident.restricted:
        return cannot(request, incident, _("Đề nghị xem họ tên"), _("Hồ sơ hạn chế không mở họ tên theo đề nghị. Việc khẩn cấp: dùng quyền khẩn cấp."))
    purposes = [(code, Purpose(code).label) for code in vault.OF_REQUESTS]
    form = RequestForm(posted(request), purposes=purposes, initial={"days": 1})
    if form.is_valid():
        try:
            return redirect(grants.ask(incident, by=request.actor, **form.cleaned_data))
        except Refused as refused:
            form.add_error(None, str(refused))
    return render(request, "incidents/request_identity.html", {"incident": incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("person.requests")
@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """What the reader asked for, and what his post answers: the waiting ones carry the button."""
    asked = params.read(request, after=params.cursor)
    page = paging.page_of(grants.requests_for(request.actor), time="at", after=asked["after"])
    return render(request, "incidents/requests.html", {"rows": page.rows, "older": page.after, "answers": policy.can(request.actor, "person.grant")})


@action("person.read_request", of=IdentityRequest, posting="person.grant")
@require_http_methods(["GET", "POST"])
def answer_request(request: HttpRequest, asked: IdentityRequest) -> HttpResponse:
    """One request: for the approver with the two answers, for the asker as it stands."""
    if request.method == "POST" and asked.status != RequestStatus.WAITING:
        raise Stale("answered before")
    form = GrantForm(posted(request), initial={"days": asked.days})
    if form.is_valid():
        given = form.cleaned_data
        if given["answer"] == "grant":
            grants.grant(asked, by=request.actor, days=given["days"], note=given["note"])
        else:
            grants.refuse(asked, by=request.actor, note=given["note"])
        return redirect(asked)
    context = {"asked": asked, "form": form, "moves": asked.moves_open_to(request.actor)}
    return render(request, "incidents/answer_request.html", context, status=422 if request.method == "POST" else 200)


@action("person.revoke", of=IdentityRequest)
@require_POST
def revoke_grant(request: HttpRequest, asked: IdentityRequest) -> HttpResponse:
    """Thu hồi quyền xem."""
    grants.revoke(asked, by=request.actor)
    return redirect(asked)


@action("informant.write", of=Incident)
@require_http_methods(["GET", "POST"])
def write_informant(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Ghi người báo tin."""
    if not casefile.may_read(incident, request.actor):
        return show(request, incident, status=422 if request.method == "POST" else 200)
    form = InformantForm(posted(request))
    if form.is_valid():
        informants.write(incident, by=request.actor, answers=form.cleaned_data)
        return redirect(incident.get_absolute_url() + "#nguoi-bao-tin")
    return render(request, "incidents/write_informant.html", {"incident": incident, "form": form}, status=422 if request.method == "POST" else 200)


@action("informant.read", of=Informant, key="uid")
@require_POST
def open_informant(request: HttpRequest, informant: Informant) -> HttpResponse:
    """Open who told it, for a purpose and fifteen minutes."""
    form = PurposeForm(request.POST, prefix="nguon", purposes=vault.informant_purposes(request.actor))
    if not form.is_valid() or not casefile.may_read(informant.incident, request.actor):
        return show(request, informant.incident, status=422, informant_purpose=form, asked_informant=informant.pk)
    vault.open_informant(informant, by=request.actor, purpose=form.cleaned_data["purpose"])
    return redirect(informant.incident.get_absolute_url() + "#nguoi-bao-tin")
