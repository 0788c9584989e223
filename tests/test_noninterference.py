"""What a reader may not know of changes nothing he sees: the same pages, counts, searches, orders and numbers with and without it (security.md 2.4 rows 4 and 8).

Two worlds, one after the other, each undone: in the second somebody has made a record that is hidden from the reader. Everything he is answered must be the same.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from django.conf import settings
from django.core import signing
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from coordination import clocks
from coordination.models import SYSTEM, Role
from coordination.scope import reading_as
from coordination.web.params import CURSOR_SALT
from incidents import actions, duty_desk
from incidents.models import Incident, Origin
from reports import returning
from reports.models import QUARTER, Return
from tests.access.stage import COUNSELLOR, FAR, LATER, PEOPLE, account, far_ward, last_quarter, meeting
from tests.world import World

AFTER = LATER + timedelta(hours=1)
RANDOM = re.compile(r"(?<![0-9a-z])[0-9a-hjkmnp-tv-z]{13}(?![0-9a-z])|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CURSOR = re.compile(r"((?:after|sau)=)([\w:.%-]+)")
SERVER_TIME = re.compile(r'[\d-]{10}T[\d:.]{15}\+07:00">[\d:]{8} [\d/]{10}')
TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')
HEAVY, LIGHT = {}, {"kind": "tobacco", "severity": "s2"}
SEALED = {"kind": "child_sexual_abuse", "severity": "s4"}


class Town:
    """The sample ward at work: every school has cases, the police have them, the ward meets, a quarter waits."""

    def __init__(self) -> None:
        self.world = World()
        with reading_as(SYSTEM):
            far_ward()
            account(COUNSELLOR, self.world.actor("principal").organisation, Role.COUNSELLOR, "")
            with clocks.set_to(LATER):
                returning.open_period(QUARTER, last_quarter().key)
        self.own = [self.world.file("principal", **LIGHT), self.world.file("principal"), self.world.file("principal", **SEALED)]
        for who in ("other_principal", "thpt_principal"):
            self.world.file(who)
        self.world.answered()
        meeting(self.world, "culture", "leader")
        with reading_as(SYSTEM):
            self.due = Return.objects.visible_to(SYSTEM).of_period(last_quarter()).get(school_id=self.world.actor("principal").body_id)
        self.clients = {who: self.world.client(who) for who in PEOPLE.values()}


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    """One town for the file, undone at its end."""
    settings.DEMO = True
    with django_db_blocker.unblock(), transaction.atomic():
        yield Town()
        transaction.set_rollback(True)
    settings.DEMO = False


# What is hidden, and from whom


@dataclass(frozen=True)
class Hidden:
    """How a record comes to be, and the roles that must not notice."""

    make: Callable[[Town, dict[str, str]], Any]
    unseen_by: tuple[str, ...]


SCHOOL = (Role.PRINCIPAL, Role.SCHOOL_OFFICER, Role.COUNSELLOR)
WARD_POLICE = (Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF)
PROVINCE_POLICE = (Role.PROVINCE_POLICE, Role.PROVINCE_POLICE_HEAD)
WARD_OFFICE = (Role.COMMUNE_EDUCATION, Role.COMMUNE_LEADER, Role.CHILD_PROTECTION)
DEPARTMENT = (Role.DOET_OFFICER, Role.DOET_LEADER)
NO_CASES = (Role.CLERK, Role.SYSADMIN)


def filed(who: str, **fixed: str) -> Callable[[Town, dict[str, str]], Any]:
    """Somebody files a case."""
    return lambda town, drawn: town.world.file(who, at=AFTER, **(drawn | fixed))


def drafted(town: Town, drawn: dict[str, str]) -> Any:
    """The deputy leaves an unfinished form."""
    with town.world.acting("deputy", AFTER) as deputy:
        return actions.save_draft(uuid.uuid4(), by=deputy, answers=town.world.answers(**drawn))


def past_the_principal(town: Town, drawn: dict[str, str]) -> Any:
    """The deputy files what concerns the principal."""
    with town.world.acting("deputy", AFTER) as deputy:
        return actions.file(uuid.uuid4(), by=deputy, answers=town.world.answers(**drawn), conflict=True)


def in_the_school_s_place(town: Town, drawn: dict[str, str]) -> Any:
    """The managing body files what concerns the school's leaders."""
    with town.world.acting("culture", AFTER) as officer:
        return actions.file(uuid.uuid4(), by=officer, answers=town.world.answers(**drawn), school=town.world.actor("principal").organisation.school)


def told_to_the_desk(town: Town, drawn: dict[str, str]) -> Any:
    """The duty desk writes down a call about the school's leaders."""
    with town.world.acting("officer", AFTER) as officer:
        school = town.world.actor("principal").organisation
        return duty_desk.take_call(uuid.uuid4(), by=officer, school=school, origin=Origin.POLICE, answers=town.world.answers(**drawn), conflict=True)


HIDDEN = {
    "a case of another province": Hidden(filed(FAR["principal"]), tuple(PEOPLE)),
    "a case of the school next door": Hidden(filed("other_principal"), SCHOOL + PROVINCE_POLICE + NO_CASES),
    "a light case of the school next door": Hidden(filed("other_principal", **LIGHT), SCHOOL + WARD_POLICE + PROVINCE_POLICE + DEPARTMENT + NO_CASES),
    "a case of a school of the Sở": Hidden(filed("thpt_principal"), SCHOOL + PROVINCE_POLICE + WARD_OFFICE + NO_CASES),
    "a draft of a colleague": Hidden(drafted, (Role.PRINCIPAL, Role.COUNSELLOR) + WARD_POLICE + PROVINCE_POLICE + WARD_OFFICE + DEPARTMENT + NO_CASES),
    "a case about the principal": Hidden(past_the_principal, (Role.PRINCIPAL, Role.COUNSELLOR) + PROVINCE_POLICE + NO_CASES),
    "a case filed in the school's place": Hidden(in_the_school_s_place, SCHOOL + PROVINCE_POLICE + NO_CASES),
    "a call about the school's leaders": Hidden(told_to_the_desk, SCHOOL + PROVINCE_POLICE + NO_CASES),
}
PAIRS = sorted((name, str(role)) for name, hidden in HIDDEN.items() for role in hidden.unseen_by)

# What he asks

WORDS = ["", "ĐX", "ĐX-26", "26-000", "K00", "XA", "anh duong", "Xa (mẫu)", "thcs", "dao", "Đức Xuân", "%", "_"]
FILTERS: dict[str, dict[str, list[str]]] = {
    "coordination:home": {},
    "coordination:notices": {},
    "coordination:area": {"q": WORDS},
    "incidents:list": {
        "q": WORDS,
        "status": ["", "open", "draft", "closed", "ended"],
        "severity": ["", "s1", "s2", "s3", "s4"],
        "kind": ["", "tobacco", "weapon_possession", "child_sexual_abuse"],
    },
    "incidents:queue": {"tab": ["", "chua-xem", "da-nhan", "sap-den-han", "qua-han", "cho-bo-sung", "to-tung", "tat-ca", "da-chuyen"]},
    "incidents:take_call": {},
    "incidents:quick_report": {},
    "briefings:list": {},
    "briefings:plan": {},
    "reports:list": {},
    "reports:returns": {},
    "reports:grid": {},
    "agreements:list": {"q": WORDS},
}


@st.composite
def pages(draw: st.DrawFn) -> str:
    """An address with filters."""
    route = draw(st.sampled_from(sorted(FILTERS)))
    asked = {name: draw(st.sampled_from(values)) for name, values in FILTERS[route].items()}
    return f"{reverse(route)}?{urlencode({name: value for name, value in asked.items() if value})}"


KINDS = st.sampled_from([HEAVY, LIGHT, SEALED, {"kind": "property_damage", "severity": "s2"}])


def own_pages(town: Town) -> list[str]:
    """Pages of his own things that count or list others: what a case can be merged into, the figures of the school's own return."""
    return [*(reverse(f"incidents:{name}", args=[case.code]) for case in town.own for name in ("detail", "merge")), reverse("reports:return", args=[town.due.code])]


# The two worlds


def plain(text: str) -> str:
    """Without what chance or the second hand writes: tokens of forms, addresses made up on the spot, signatures, the server's own clock."""
    seen: dict[str, str] = {}
    text = SERVER_TIME.sub("now", TOKEN.sub(r"\1", text))
    text = CURSOR.sub(lambda found: found[1] + str(signing.loads(unquote(found[2]), salt=CURSOR_SALT)), text)
    return RANDOM.sub(lambda found: seen.setdefault(found[0], f"<{len(seen)}>"), text)


def heard(client: Client, address: str) -> str:
    """One answer as he reads it."""
    answer = client.get(address)
    return f"{answer.status_code} {answer.headers.get('Location', '')}\n{answer.content.decode()}"


def worlds(town: Town, make: Callable[[], Any], session: Callable[[], str]) -> tuple[str, str]:
    """What the session hears without the record, and with it."""
    told = []
    for with_it in (False, True):
        with transaction.atomic():
            if with_it:
                make()
            with clocks.set_to(AFTER):
                told.append(plain(session()))
            transaction.set_rollback(True)
    return told[0], told[1]


def check(town: Town, pair: tuple[str, str], drawn: dict[str, str], asked: list[str]) -> None:
    """One example."""
    name, role = pair
    client = town.clients[PEOPLE[Role(role)]]
    without, with_it = worlds(town, lambda: HIDDEN[name].make(town, drawn), lambda: "\n".join(heard(client, address) for address in asked))
    assert without == with_it


EXAMPLE = given(pair=st.sampled_from(PAIRS), drawn=KINDS, asked=st.lists(pages(), min_size=1, max_size=4))
SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@examples(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=SLOW)
@EXAMPLE
def test_what_is_hidden_changes_no_list_no_count_and_no_search(town: Town, pair: tuple[str, str], drawn: dict[str, str], asked: list[str]) -> None:
    check(town, pair, drawn, asked)


@pytest.mark.long
@examples(max_examples=1500, deadline=None, database=None, suppress_health_check=SLOW)
@EXAMPLE
def test_nor_in_many_more(town: Town, pair: tuple[str, str], drawn: dict[str, str], asked: list[str]) -> None:
    check(town, pair, drawn, asked)


@pytest.mark.parametrize("name", [name for name, hidden in HIDDEN.items() if Role.PRINCIPAL in hidden.unseen_by])
def test_nor_the_pages_of_the_principal_s_own_things(town: Town, name: str) -> None:
    check(town, (name, Role.PRINCIPAL), HEAVY, own_pages(town))


def test_a_world_with_something_that_he_may_see_is_not_the_same(town: Town) -> None:
    """A check that cannot fail proves nothing."""
    client = town.clients["principal"]
    without, with_it = worlds(town, lambda: town.world.file("principal", at=AFTER), lambda: heard(client, reverse("incidents:list")))
    assert without != with_it


# The principal who is the subject: his whole session, the number of his next case included


AROUND = ("coordination:home", "coordination:notices", "incidents:list", "incidents:quick_report", "reports:returns", "briefings:list", "agreements:list", "coordination:own_trail")


def session_of(town: Town) -> str:
    """He looks at everything he has, files a case, and looks again."""
    client = town.clients["principal"]
    around = [reverse(name) for name in AROUND]
    told = [heard(client, address) for address in (*around, *own_pages(town))]
    answer = client.post(reverse("incidents:quick_report"), town.world.form(when="now"))
    assert answer.status_code == 302
    told += [heard(client, address) for address in (answer["Location"], *around)]
    with reading_as(town.world.actor("principal")):
        latest = Incident.objects.visible_to(town.world.actor("principal")).order_by("-pk").first()
    return "\n".join([*told, latest.spoken_code, *(heard(client, reverse(f"incidents:{name}", args=[latest.code])) for name in ("detail", "receipt", "merge", "withdraw"))])


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("a case about the principal", HEAVY),
        ("a case about the principal", SEALED),
        ("a case filed in the school's place", LIGHT),
        ("a call about the school's leaders", HEAVY),
        ("a draft of a colleague", HEAVY),
    ],
)
def test_the_subject_s_whole_session_is_the_same_with_and_without_the_case(town: Town, name: str, drawn: dict[str, str]) -> None:
    without, with_it = worlds(town, lambda: HIDDEN[name].make(town, drawn), lambda: session_of(town))
    assert without == with_it


def test_a_case_that_is_kept_from_somebody_counts_in_a_series_of_its_own(town: Town) -> None:
    with transaction.atomic():
        before = town.world.file("principal", at=AFTER)
        kept = [past_the_principal(town, HEAVY), in_the_school_s_place(town, HEAVY), told_to_the_desk(town, HEAVY)]
        after = town.world.file("principal", at=AFTER)
        transaction.set_rollback(True)
    assert int(after.spoken_code[-4:]) == int(before.spoken_code[-4:]) + 1
    assert [case.spoken_code[-4:] for case in kept] == ["K001", "K002", "K003"]
    assert {case.spoken_code.split("-")[0] for case in (before, *kept)} == {"ĐX"}
