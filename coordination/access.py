"""The door of every view: names its action, fetches in scope, asks the policy, opens the reader's transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from coordination import audit, policy
from coordination.door import stepup
from coordination.scope import reading_as

View = Callable[..., HttpResponse]


def action(name: str, *, of: Any = None, key: str = "code", posting: str = "") -> Callable[[View], View]:
    """Mark a view with the policy action it performs.

    With `of`, the object named by the URL is fetched among the rows the actor can see (404 otherwise), the policy is asked
    about it (403 otherwise), and the view receives the object instead of the code. With `posting`, a form sent there is
    another act than the page that holds it. An act of policy.STEP_UP asks for a fresh second factor. The view runs in one transaction in
    which PostgreSQL knows the reader; what it shows of sealed things and what it refuses is told to the trail.
    """

    def door(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, **captured: Any) -> HttpResponse:
            actor = request.actor
            if actor is None:
                return post_has_ended(request) if request.method == "POST" else redirect("coordination:choose_post")
            stepup.take(request)
            act = posting if posting and request.method == "POST" else name
            with refusals_told(act, request, actor), reading_as(actor):
                things = [] if of is None else [fetched(of, actor, name, **{key: captured.pop(key)})]
                if not policy.can(actor, act, *things):
                    refuse(act)
                if proof := stepup.missing(act, request):
                    return proof
                return told(act, request, view(request, *things, **captured), *things)

        inside.portal_action, inside.portal_posting = name, posting
        return inside

    return door


def fetched(of: Any, actor: Any, name: str, **named: Any) -> Any:
    """The object that an address names, among the rows the actor can see."""
    found = of.objects.visible_to(actor).filter(**named).first()
    if found is None:
        raise Http404(name)
    return found


def post_has_ended(request: HttpRequest) -> HttpResponse:
    """Whoever pressed holds no post today, or must choose one: said plainly, with what was typed to copy."""
    return render(request, "403.html", {"sentence": _("Bạn không còn giữ vị trí đã dùng để mở trang này, hoặc cần chọn lại vị trí. Phần vừa gửi chưa được ghi.")}, status=403)


def refuse(name: str) -> HttpResponse:
    """403: yours to see, not yours to do."""
    raise PermissionDenied(name)


def told(name: str, request: HttpRequest, answer: HttpResponse, found: Any = None) -> HttpResponse:
    """The answer, after exactly one line of the trail when it shows something sealed; without the line there is no page (security.md 4).

    A view may say in `request.shown` of what the page tells, with ids beside it: a paper tells of its case; and in `request.shown_as` as which act,
    when another's page stands there. A page that comes back with a form mended or not (422) shows as much as one that was asked for.
    """
    name = getattr(request, "shown_as", name)
    if (request.method, answer.status_code) in {("GET", 200), ("POST", 422)} and name in policy.SEALED_READS:
        about, detail = getattr(request, "shown", (found, {}))
        audit.read(name, about, policy.SEALED_READS[name], by=request.actor, **detail)
    return answer


@contextmanager
def refusals_told(name: str, request: HttpRequest, actor: Any) -> Iterator[None]:
    """Tell the trail of a refusal, whatever its ground, after its transaction is gone; then go on refusing."""
    try:
        yield
    except (PermissionDenied, Http404) as refusal:
        route = request.resolver_match.view_name if request.resolver_match else ""
        audit.refuse(name, route, 404 if isinstance(refusal, Http404) else 403, by=actor)
        raise


def open_to_all(reason: str) -> Callable[[View], View]:
    """Mark a view that needs no post: sign-in, health, the choice of post. The reason is listed by a test."""

    def door(view: View) -> View:
        view.portal_open = reason
        return view

    return door
