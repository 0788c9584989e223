"""The door of every view: names its action, fetches in scope, asks the policy, opens the reader's transaction."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from coordination import policy
from coordination.scope import reading_as

View = Callable[..., HttpResponse]


def action(name: str, *, of: Any = None, key: str = "code") -> Callable[[View], View]:
    """Mark a view with the policy action it performs.

    With `of`, the object named by the URL is fetched among the rows the actor can see (404 otherwise), the policy is asked
    about it (403 otherwise), and the view receives the object instead of the code. The view runs in one transaction in
    which PostgreSQL knows the reader.
    """

    def door(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, **captured: Any) -> HttpResponse:
            actor = request.actor
            if actor is None:
                return post_has_ended(request) if request.method == "POST" else redirect("coordination:choose_post")
            with reading_as(actor):
                if of is None:
                    allowed = policy.can(actor, name)
                    return view(request, **captured) if allowed else refuse(name)
                found = of.objects.visible_to(actor).filter(**{key: captured.pop(key)}).first()
                if found is None:
                    raise Http404(name)
                return view(request, found, **captured) if policy.can(actor, name, found) else refuse(name)

        inside.portal_action = name
        return inside

    return door


def post_has_ended(request: HttpRequest) -> HttpResponse:
    """Whoever pressed holds no post today, or must choose one: said plainly, with what was typed to copy."""
    return render(request, "403.html", {"sentence": _("Bạn không còn giữ vị trí đã dùng để mở trang này, hoặc cần chọn lại vị trí. Phần vừa gửi chưa được ghi.")}, status=403)


def refuse(name: str) -> HttpResponse:
    """403: yours to see, not yours to do."""
    raise PermissionDenied(name)


def open_to_all(reason: str) -> Callable[[View], View]:
    """Mark a view that needs no post: sign-in, health, the choice of post. The reason is listed by a test."""

    def door(view: View) -> View:
        view.portal_open = reason
        return view

    return door
