"""Nothing that can be typed into an address or a form of the new pages breaks them: each answers with what it answers to nonsense."""

from typing import Any

import pytest
from django.urls import reverse

from coordination import clocks
from coordination.checks import routes
from coordination.codes import CodeConverter, new_code
from coordination.web.params import make_cursor
from tests.coordination.test_second_factor import SOMETHING
from tests.world import NOW, World

WHO = {"trail": "dpo", "own_trail": "principal", "accounts": "sysadmin", "account_review": "sysadmin", "account_requests": "principal", "staff_handovers": "principal", "holds": "dpo", "disposals": "dpo", "requests": "dpo", "breaches": "dpo"}
OF_CASES = {"requests": "guardian", "glass_reviews": "chief", "opening_history": "principal"}
# What other lists of ours sign.
CURSORS: list[list[Any]] = [["canbo.bk-cs-01"], [17], ["2026-11-20T09:00:00+07:00", 17], [2, 17], ["Trường mẫu", 17], [2, "2026-11-20T09:00:00+07:00", 17]]


@pytest.mark.parametrize("given", CURSORS, ids=range(len(CURSORS)))
def test_a_cursor_of_another_list_is_answered_and_breaks_nothing(world: World, given: list[Any]) -> None:
    places = [(f"coordination:{name}", who) for name, who in WHO.items()] + [(f"incidents:{name}", who) for name, who in OF_CASES.items()]
    with clocks.set_to(NOW):
        for name, who in places:
            answer = world.client(who, fresh_for=60).get(reverse(name), {"after": make_cursor(given)})
            assert answer.status_code in (200, 400), (name, answer.status_code)


DAYS = ["0000-00-00", "0001-01-01", "9999-12-31", "1999-12-31", "2201-01-01", "2026-02-30", "20261120", "x" * 500, "２０２６-11-20"]


@pytest.mark.parametrize("day", DAYS)
def test_a_day_that_no_calendar_knows_is_refused_by_the_trail(world: World, day: str) -> None:
    with clocks.set_to(NOW):
        assert world.client("dpo").get("/nhat-ky/", {"day": day}).status_code in (200, 400)


ODD = ["", "x", "\x0b", "9" * 400, "-1", "1e9", "0", "2026-11-20", "31/12/9999", "01/01/0001", "24:00", "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "đ" * 5_000, "%s", "{{7*7}}", "[" * 3_000]
NEW = ("account", "staff", "hold", "disposal", "request", "export", "breach", "glass", "grant", "informant", "file", "invit", "factor", "enrol", "signed", "recovery", "proof", "send", "open", "trail")


@pytest.mark.long
@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_every_field_of_every_new_form_takes_nonsense_without_breaking(world: World, odd: str) -> None:
    fields = ("username", "email", "body", "role", "starts", "ends", "reason", "why", "held", "day", "hour", "apart", "seen", "code", "password1", "password2", "leaver", "successor", "on", "text", "ends_on", "to", "verdict", "note", "school", "cause", "paper", "purpose", "days", "answer", "key", "device", "next", "kind", "capacity", "asker", "contact", "case_code", "part", "who", "ground", "received_at", "discovered_at")
    with clocks.set_to(NOW):
        people = {who: world.client(who, fresh_for=600) for who in ("sysadmin", "principal", "guardian", "dpo")}
        for name, pattern in routes():
            if any(word in name for word in NEW) and not pattern.pattern.regex.groups:
                for who, client in people.items():
                    for sent in (dict.fromkeys(fields, odd) | {"__end": "1"}, {"__end": odd}, {}):
                        answer = client.post(reverse(name), sent)
                        assert answer.status_code < 500, (name, who, answer.status_code)
