"""Nhập vào vụ khác: one of two reports of the same event stays; nothing is lost, nothing is told, no severity falls."""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from coordination import clocks
from coordination.models import SYSTEM, Duty, Notice
from coordination.models.notices import NoticeKind
from coordination.scope import reading_as
from coordination.workflow import Stale
from incidents import actions, endings, figures, referral_actions
from incidents.models import Incident, Referral
from tests.access.stage import PERSON
from tests.live import copied_database, speaking_to
from tests.world import NOW, SUMMARY, World

END = {"__end": "1"}
LATER = NOW + timedelta(hours=1)


def press(world: World, who: str, case: Incident, into: Incident | str, at: Any = LATER) -> Any:
    with clocks.set_to(at):
        return world.client(who).post(f"/vu-viec/{case.code}/nhap-vao/", END | {"into": getattr(into, "code", into)})


def merge(world: World, case: Incident, into: Incident, who: str = "principal") -> Incident:
    with world.acting(who, LATER) as actor:
        return endings.merge(case, by=actor, into=into)


def page(world: World, who: str, case: Incident) -> Any:
    with clocks.set_to(LATER):
        return world.client(who).get(f"/vu-viec/{case.code}/")


def fresh(world: World, row: Any) -> Any:
    world.see_all()
    return type(row).objects.unscoped("test").get(pk=row.pk)


def referrals(world: World, case: Incident) -> list[tuple[str, int]]:
    world.see_all()
    return list(Referral.objects.unscoped("test").filter(incident=case).order_by("pk").values_list("status", "to_org_id"))


@pytest.fixture
def pair(world: World) -> tuple[Incident, Incident]:
    """The same knife, reported by the principal and by the deputy."""
    return world.file("deputy"), world.file("principal")


def test_the_duplicate_points_to_the_one_that_stays_and_its_clocks_stop(world: World, pair: tuple[Incident, Incident]) -> None:
    duplicate, survivor = pair
    with clocks.set_to(LATER):
        offered = world.client("principal").get(f"/vu-viec/{duplicate.code}/nhap-vao/").content.decode()
    assert survivor.code in offered and f'value="{duplicate.code}"' not in offered
    assert press(world, "principal", duplicate, survivor).url == f"/vu-viec/{survivor.code}/"
    merged = fresh(world, duplicate)
    assert (merged.status, merged.merged_into, merged.ended_at) == ("merged", survivor, LATER)
    assert fresh(world, survivor).status == "submitted"
    assert not Duty.objects.unscoped("test").filter(status="open", about_code=duplicate.code).exists()
    assert Duty.objects.unscoped("test").filter(status="open", about_code=survivor.code).exists()
    for who in ("culture", "officer"):
        assert Notice.objects.unscoped("test").filter(post=world.actor(who).post, kind=NoticeKind.INCIDENT_MERGED).count() == 1


@pytest.mark.parametrize("who", ["principal", "deputy", "culture", "officer"])
def test_both_pages_point_to_each_other(world: World, pair: tuple[Incident, Incident], who: str) -> None:
    duplicate, survivor = pair
    merge(world, *pair)
    old, new = (" ".join(page(world, who, case).content.decode().split()) for case in pair)
    assert f'Đã nhập vào vụ <a href="/vu-viec/{survivor.code}/">{survivor.spoken_code}</a>' in old
    assert f'<a href="/vu-viec/{duplicate.code}/">{duplicate.spoken_code}</a>' in new


def test_people_and_words_stay_with_the_merged_file_and_can_be_opened(world: World, pair: tuple[Incident, Incident]) -> None:
    duplicate, survivor = pair
    with world.acting("principal") as principal:
        person = actions.add_person(duplicate, by=principal, answers=PERSON)
    merge(world, *pair)
    shown = page(world, "principal", duplicate).content.decode()
    assert person.pseudonym in shown and SUMMARY in shown
    with clocks.set_to(LATER):
        assert world.client("principal").post(f"/nguoi-lien-quan/{person.uid}/mo/", END | {"purpose": "case"}).status_code == 302
        assert PERSON["full_name"] in world.client("principal").get(f"/vu-viec/{duplicate.code}/").content.decode()


def test_police_who_have_both_keep_the_one_that_stays(world: World, pair: tuple[Incident, Incident]) -> None:
    police = world.actor("officer").body_id
    merge(world, *pair)
    assert [referrals(world, case) for case in pair] == [[("recalled", police)], [("sent", police)]]


@pytest.mark.parametrize("step", ["sent", "received", "answered"])
def test_police_who_had_only_the_other_one_get_the_one_that_stays(world: World, step: str) -> None:
    duplicate = {"sent": world.file, "received": lambda: world.received().incident, "answered": lambda: world.answered().incident}[step]()
    survivor = world.file(kind="tobacco", severity="s3")
    assert referrals(world, survivor) == []
    merge(world, duplicate, survivor)
    police = world.actor("officer").body_id
    assert [referrals(world, case) for case in (duplicate, survivor)] == [[("recalled", police)], [("sent", police)]]
    assert page(world, "officer", survivor).status_code == 200
    assert {duty.kind for duty in Duty.objects.unscoped("test").filter(status="open", body_id=police)} == {"acknowledge"}


def test_neither_counts_twice(world: World, pair: tuple[Incident, Incident]) -> None:
    merge(world, *pair)
    with world.acting("system", LATER):
        cases = figures.cases_in(pair[0].commune)
        assert figures.totals(figures.lines(cases, NOW - timedelta(days=1), LATER))["cases"] == 1
        assert figures.outcomes(cases) == {"": 1}


def test_what_went_into_a_case_goes_along_when_that_is_merged_too(world: World) -> None:
    first, second, third = (world.file() for _ in range(3))
    merge(world, first, second)
    merge(world, second, third)
    assert fresh(world, first).merged_into == fresh(world, second).merged_into == third
    shown = page(world, "principal", third).content.decode()
    assert first.spoken_code in shown and second.spoken_code in shown


# Not into everything


def refused(world: World, case: Incident, into: Incident, who: str = "principal") -> None:
    """The form does not take it, and neither does the act."""
    assert press(world, who, case, into).status_code in {409, 422}
    with pytest.raises((Stale, PermissionDenied, Incident.DoesNotExist)):
        merge(world, case, into, who)
    assert fresh(world, case).status != "merged"


def test_not_into_itself(world: World, pair: tuple[Incident, Incident]) -> None:
    refused(world, pair[0], pair[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.unscoped("test").filter(pk=pair[0].pk).update(merged_into=pair[0])


def test_not_into_another_school(world: World, pair: tuple[Incident, Incident]) -> None:
    refused(world, pair[0], world.file("other_principal"))


def test_not_into_one_that_is_over(world: World, pair: tuple[Incident, Incident]) -> None:
    gone, merged, target = world.file(), world.file(), world.file()
    with world.acting("principal", LATER) as principal:
        endings.withdraw(gone, by=principal, reason="Nhầm.")
        draft = actions.save_draft(uuid.uuid4(), by=principal, answers=world.answers())
    merge(world, merged, target)
    for other in (gone, merged, draft):
        refused(world, pair[0], other)


def test_not_out_of_one_that_is_over(world: World, pair: tuple[Incident, Incident]) -> None:
    duplicate, survivor = pair
    merge(world, duplicate, survivor)
    assert press(world, "principal", duplicate, survivor).status_code == 409
    with pytest.raises(Stale):
        merge(world, duplicate, survivor)


def test_not_into_a_lighter_one(world: World) -> None:
    grave, light = world.file(), world.file(kind="tobacco", severity="s1")
    refused(world, grave, light)
    merge(world, light, grave)


def test_not_out_of_a_restricted_one_into_an_open_one(world: World) -> None:
    sealed, plain = world.file(kind="child_sexual_abuse", severity="s4"), world.file(severity="s4")
    refused(world, sealed, plain)
    merge(world, plain, sealed)


def test_not_across_the_circle_of_a_conflict(world: World) -> None:
    with world.acting("deputy") as deputy:
        apart = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(), conflict=True)
    plain = world.file("deputy")
    for one, other in ((apart, plain), (plain, apart)):
        refused(world, one, other, "deputy")
    refused(world, plain, apart, "principal")
    with world.acting("deputy") as deputy:
        again = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(), conflict=True)
    merge(world, again, apart, "deputy")
    assert page(world, "principal", again).status_code == 404


def test_where_nothing_can_take_it_the_page_says_so(world: World) -> None:
    alone = world.file()
    shown = world.client("principal").get(f"/vu-viec/{alone.code}/nhap-vao/")
    assert shown.status_code == 200 and "Chưa có vụ nào để nhập vào" in shown.content.decode()
    assert press(world, "principal", alone, "").status_code == 409


@pytest.mark.parametrize("into", ["", "khong-co", "a" * 5000])
def test_nonsense_is_not_a_case(world: World, pair: tuple[Incident, Incident], into: str) -> None:
    assert press(world, "principal", pair[0], into).status_code == 422


def test_who_may_not(world: World, pair: tuple[Incident, Incident]) -> None:
    assert {who: press(world, who, *pair).status_code for who in ("culture", "officer", "doet", "other_principal")} == {"culture": 403, "officer": 403, "doet": 403, "other_principal": 404}


# Two people at the same moment


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The ward in a copy of its own, where what is done stays done."""
    with copied_database("races_copy", django_db_blocker) as name, speaking_to(name, django_db_blocker):
        yield World()


def at_once(held: tuple[Incident, ...], *acts: Callable[[], Any]) -> list[Any]:
    """Let them all wait for the same rows, then let go; what each came to, an exception being one."""
    found: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    with reading_as(SYSTEM):
        list(Incident.objects.visible_to(SYSTEM).filter(pk__in=[case.pk for case in held]).select_for_update())
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(0.5)
        assert all(thread.is_alive() for thread in threads), "each waits for a lock"
    for thread in threads:
        thread.join(20)
    return found


def test_of_a_into_b_and_b_into_a_one_is_done_and_the_other_is_told(committed: World) -> None:
    world = committed
    one, other = world.file("deputy"), world.file("principal")
    found = at_once((one, other), lambda: merge(world, one, other), lambda: merge(world, other, one, "deputy"))
    assert sorted(type(each).__name__ for each in found) == ["Incident", "Stale"]
    with reading_as(SYSTEM):
        assert sorted(Incident.objects.visible_to(SYSTEM).filter(pk__in=(one.pk, other.pk)).values_list("status", flat=True)) == ["merged", "submitted"]


def test_withdrawn_or_received_but_never_both(committed: World) -> None:
    world = committed
    case = world.file()
    referral = world.referral(case)

    def receive() -> Any:
        with world.acting("officer", LATER) as officer:
            Incident.objects.visible_to(officer).select_for_update(of=("self",)).get(pk=case.pk)
            return referral_actions.receive(referral, by=officer)

    def withdraw() -> Any:
        with world.acting("principal", LATER) as principal:
            return endings.withdraw(case, by=principal, reason="Nhầm.")

    found = at_once((case,), receive, withdraw)
    assert sorted(isinstance(each, Exception) for each in found) == [False, True]
    assert [type(each) for each in found if isinstance(each, Exception)] == [Stale]
    with reading_as(SYSTEM):
        states = (Incident.objects.visible_to(SYSTEM).get(pk=case.pk).status, Referral.objects.visible_to(SYSTEM).get(pk=referral.pk).status)
    assert states in {("withdrawn", "recalled"), ("submitted", "received")}
