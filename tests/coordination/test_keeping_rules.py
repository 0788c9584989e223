"""The rules of keeping as data: what they say, that everybody may read them."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from coordination.keeping import retention
from coordination.models import Role
from tests.access.stage import PEOPLE
from tests.world import World

# Written by hand after domain/privacy.md 6.
TIMES = {"case_s1": "12m", "case_s2": "24m", "case_s3_s4": "5y", "proceedings": "2y", "draft": "30d", "image": "90d", "paper": "24h", "trail": "24m"}


def test_the_rules_are_those_that_were_decided() -> None:
    rules = retention.rules()
    assert {rule: row.keep for rule, row in rules.items() if row.keep} == TIMES
    assert {row.then for row in rules.values()} == set(retention.ENDINGS) and {row.by for row in rules.values()} == set(retention.KEEPERS)
    assert all(row.source for row in rules.values())
    assert rules["concern"].then == "none" and rules["identity"].then == "destroy"


@pytest.mark.parametrize(
    ("rule", "since", "over"),
    [
        ("case_s1", date(2026, 11, 20), date(2027, 11, 20)),
        ("case_s2", date(2028, 2, 29), date(2030, 2, 28)),
        ("case_s3_s4", date(2026, 12, 31), date(2031, 12, 31)),
        ("draft", date(2026, 12, 15), date(2027, 1, 14)),
        ("image", date(2026, 11, 20), date(2027, 2, 18)),
    ],
)
def test_the_day_a_time_is_over(rule: str, since: date, over: date) -> None:
    assert retention.over_on(rule, since) == over
    assert since <= retention.over_since(rule, over), "the query looks at least as far as the rule"


def test_no_day_is_missed_by_the_query() -> None:
    """For every day of four years: what is over on a day was looked at on that day."""
    for number in range(1461):
        since = date(2026, 1, 1) + timedelta(days=number)
        assert all(since <= retention.over_since(rule, retention.over_on(rule, since)) for rule in ("case_s1", "case_s2", "case_s3_s4", "draft"))


def test_everybody_reads_how_long_what_is_kept(world: World) -> None:
    for role in set(Role.values) - {Role.COUNSELLOR}:
        page = world.client(PEOPLE[role]).get("/du-lieu/").content.decode()
        assert "12 tháng kể từ ngày kết thúc vụ việc" in page and "không bao giờ gắn với một người" in page


def test_parents_read_how_to_ask_without_an_account(db: None) -> None:
    page = Client().get("/quyen-ve-du-lieu/")
    words = page.content.decode()
    assert page.status_code == 200
    assert "trong 10 ngày (15 ngày nếu phải qua đơn vị khác)" in words and "Trong 2 ngày làm việc" in words and "111" in words


# Its command


def command(*words: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("retention", *words, stdout=out)
    return out.getvalue()


def test_the_command_says_the_rules(db: None) -> None:
    assert "case_s1\t12m\tdeidentify\tbatch" in command("rules").splitlines()
    assert command("propose") == "proposed=0\n"
