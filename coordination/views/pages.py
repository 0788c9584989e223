"""The ground's pages: the inbox, the bell, who may do what, and what is said when something is wrong."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coordination import clocks, duties, policy, policy_words
from coordination.access import action, open_to_all
from coordination.middleware import render_plain
from coordination.models import Duty, Notice, Role, SampleMail
from coordination.models.duties import DutyStatus
from coordination.startup import machine
from coordination.web import navigation, paging, params
from coordination.web.words import deadline


@action("home.read")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Việc của tôi: what waits for the actor's body and may be opened by the actor's role, the most urgent first."""
    asked = params.read(request, sau=params.cursor)
    mine = Duty.objects.visible_to(request.actor).filter(body_id=request.actor.body_id, kind__in=duties.kinds_for(request.actor), status=DutyStatus.OPEN).select_related("post")
    page = paging.page_of(mine, time="due_at", after=asked["sau"], ascending=True)
    rows = [{"duty": duty, "words": duties.words_of(duty), "clock": deadline(duty.opened_at, duty.due_at), "url": duties.address_of(duty)} for duty in page.rows]
    context = {"duties": rows, "after": page.after, "may_file": policy.can(request.actor, "incident.file"), "may_answer": policy.can(request.actor, "referral.list")}
    return render(request, "coordination/home.html", context | {"rare": navigation.rare_for(request.actor)})


@open_to_all("a user without a chosen post must be able to choose one")
@require_http_methods(["GET", "POST"])
def choose_post(request: HttpRequest) -> HttpResponse:
    """The posts a person holds; the chosen one acts for the rest of the session."""
    if request.method == "POST":
        chosen = next((held for held in request.appointments if str(held.pk) == request.POST.get("appointment")), None)
        if chosen is None:
            return render(request, "coordination/choose_post.html", {"wrong": True}, status=422)
        request.session["appointment"] = chosen.pk
        request.session.cycle_key()
        return redirect("coordination:home")
    return render(request, "coordination/choose_post.html")


@action("notice.read")
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """The bell of the post, newest first."""
    asked = params.read(request, sau=params.cursor)
    page = paging.page_of(Notice.objects.visible_to(request.actor), time="happened_at", after=asked["sau"])
    return render(request, "coordination/notices.html", {"notices": page.rows, "after": page.after})


@action("notice.read", of=Notice, key="pk")
@require_POST
def open_notice(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Mark as read and go where it points; the link was written by us and stays inside."""
    if notice.read_at is None:
        notice.read_at = clocks.now()
        notice.save(update_fields=["read_at"])
    inside = url_has_allowed_host_and_scheme(notice.link, allowed_hosts=None)
    return redirect(notice.link if inside else "coordination:notices")


@action("policy.read")
@require_GET
def who_may(request: HttpRequest) -> HttpResponse:
    """Ai được làm gì: the policy in words by areas of work; the reader's own role unless the address names another, and one more beside it when asked."""
    asked = params.read(request, vai=params.one_of(Role.values), voi=params.one_of(Role.values), mang=params.one_of(policy_words.AREAS))
    role = asked["vai"] or request.actor.role
    shown = [role] + ([asked["voi"]] if asked["voi"] not in (None, role) else [])
    own_first = sorted(Role.choices, key=lambda choice: choice[0] != request.actor.role)
    context = {
        "areas": [area for name in policy_words.AREAS if asked["mang"] in (None, name) and (area := area_rows(name, shown))["rows"]],
        "roles": own_first,
        "kinds": [(name, label) for name, (label, _words) in policy_words.AREAS.items()],
        "role": role,
        "beside": asked["voi"],
        "area": asked["mang"],
        "labels": [Role(name).label for name in shown],
    }
    return render(request, "coordination/who_may.html", context)


def area_rows(name: str, roles: list[str]) -> dict[str, Any]:
    """One area of work: each act that one of the roles may do, and in which relation each of them may."""
    label, words = policy_words.AREAS[name]
    acts = [act for act in policy.GRANTS if act.split(".")[0] in words and any((role, act) in policy.TABLE for role in roles)]
    rows = [{"act": policy_words.ACT_WORDS[act], "cells": [cell_words(role, act) for role in roles], "minutes": policy.STEP_UP.get(act), "kept": act in policy.SEALED_READS} for act in acts]
    return {"label": label, "rows": rows}


def cell_words(role: str, act: str) -> dict[str, Any]:
    """One cell in words; no words where the role may not."""
    return {"role": Role(role).label, "when": [policy.RELATIONS[code] for code in sorted(policy.TABLE.get((role, act), ()))]}


@action("mailbox.read")
@require_GET
def sample_mailbox(request: HttpRequest) -> HttpResponse:
    """Hộp thư mẫu: the mails the demo kept for the signed-in person. There is no such page outside the demo."""
    if not settings.DEMO:
        raise Http404("mailbox")
    mails = SampleMail.objects.filter(recipient=request.user.email).order_by("-pk")[:50]
    return render(request, "coordination/mailbox.html", {"mails": mails})


@open_to_all("the load balancer asks without a name")
@login_not_required
@require_GET
def healthy(request: HttpRequest) -> HttpResponse:
    """200 when the process can ask the database, and whether somebody keeps the machine's clock; no versions."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return HttpResponse(f"ok\nclock: {machine.clock()}\n", content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: what arrived cannot be read."""
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: yours to see, not yours to do."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: absent and forbidden look the same."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault; the page touches nothing that could fail again."""
    return render_plain(request, 500)
