"""The shared world of the tests: the sample ward, its people, and short ways to file and answer a case."""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY, record_authentication
from django.http import HttpRequest
from django.test import Client

from coordination import clocks
from coordination.door.sessions import SEEN
from coordination.models import SYSTEM, Appointment, Post, User
from coordination.scope import reading_as, set_reader
from incidents import actions, referral_actions
from incidents.models import Incident, Kind, Referral

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=clocks.ZONE)
ACCOUNTS = {
    "principal": "hieutruong.bk-cs-01",
    "deputy": "canbo.bk-cs-01",
    "other_principal": "hieutruong.bk-th-01",
    "thpt_principal": "hieutruong.bk-pt-02",
    "officer": "ca.phuong.ducxuan",
    "chief": "truongca.ducxuan",
    "culture": "vhxh.ducxuan",
    "leader": "ubnd.ducxuan",
    "doet": "chuyenvien.so.bk",
    "doet_leader": "lanhdao.so.bk",
    "province_police": "pa03.bk",
    "province_police_head": "truongpa03.bk",
    "guardian": "treem.ducxuan",
    "clerk": "vanthu.so.bk",
    "dpo": "dpo",
    "sysadmin": "quantri",
}
SUMMARY = "Phát hiện một học sinh mang dao gọt hoa quả trong cặp; đã yêu cầu giao nộp, lập biên bản."


def sign_in(client: Client, user: User, *, proved_at: float = 0) -> None:
    """A session that has passed both factors, marked the way the sign-in itself marks it; the proof is of now, or of another hour."""
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    request = HttpRequest()
    request.session = client.session
    for method in ("password", "mfa"):
        record_authentication(request, user, method, type="totp")
        if proved_at:
            request.session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] = proved_at
    if (left := proved_at - time.time()) > 0:  # the session stands as long, however slow the machine is
        request.session[SEEN] = proved_at
        request.session.set_expiry(int(left) + 1)
    request.session.save()


class World:
    """The ward of the demo, with names for its people."""

    def __init__(self) -> None:
        self._held: dict[str, Appointment] = {}

    def actor(self, who: str) -> Appointment:
        """The appointment of a short name ("principal") or of an account."""
        username = ACCOUNTS.get(who, who)
        if username not in self._held:
            self._held[username] = Appointment.objects.with_post().get(user__username=username)
        return self._held[username]

    def client(self, who: str, *, fresh_for: float = 0) -> Client:
        """A browser signed in as somebody, with both factors, whose proof stays fresh so many seconds longer than usual."""
        client = Client()
        sign_in(client, self.actor(who).user, proved_at=time.time() + fresh_for)
        return client

    @contextmanager
    def acting(self, who: str, at: datetime = NOW) -> Iterator[Appointment]:
        """Act as somebody at an hour, with PostgreSQL knowing it."""
        actor = SYSTEM if who == "system" else self.actor(who)
        with clocks.set_to(at), reading_as(actor):
            yield actor

    def see_all(self) -> None:
        """Let the test itself look at everything from here to its end."""
        set_reader(SYSTEM)

    def answers(self, **changes: Any) -> dict[str, Any]:
        """The five answers of a knife in a school bag."""
        kind = Kind.objects.get(code=changes.pop("kind", "weapon_possession"))
        return {"kind": kind, "severity": "s3", "occurred_at": NOW - timedelta(hours=1), "place_kind": "in_school", "place_detail": "", "summary": SUMMARY} | changes

    def file(self, who: str = "principal", *, at: datetime = NOW, key: uuid.UUID | None = None, **changes: Any) -> Incident:
        """A filed case."""
        with self.acting(who, at) as actor:
            return actions.file(key or uuid.uuid4(), by=actor, answers=self.answers(**changes))

    def referral(self, incident: Incident) -> Referral:
        """The latest referral of a case."""
        with reading_as(SYSTEM):
            return actions.referrals_of(incident).select_related("incident").last()

    def received(self, *, at: datetime = NOW, **changes: Any) -> Referral:
        """A case that the ward's officer has received."""
        referral = self.referral(self.file(at=at, **changes))
        with self.acting("officer", at + timedelta(minutes=10)) as officer:
            return referral_actions.receive(referral_actions.see(referral, by=officer), by=officer)

    def answered(self, *, at: datetime = NOW, outcome: str = "reminded", **changes: Any) -> Referral:
        """A case with a result."""
        referral = self.received(at=at, **changes)
        with self.acting("officer", at + timedelta(hours=1)) as officer:
            return referral_actions.answer(referral, by=officer, outcome=outcome)

    def form(self, **changes: str) -> dict[str, str]:
        """Báo nhanh as a browser sends it."""
        return {
            "key": str(uuid.uuid4()),
            "kind": "weapon_possession",
            "when": "now",
            "place_kind": "in_school",
            "place_detail": "",
            "severity": "s3",
            "summary": SUMMARY,
            "confirmed": "1",
            "__end": "1",
        } | changes

    def post(self, organisation_id: int, role: str) -> Post:
        """A post of a body."""
        return Post.objects.get(organisation_id=organisation_id, role=role)
