"""Handover of a territory: who answers changes hands with what is open; the place, the hours and what was counted stay."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coordination import clocks, duties
from coordination.models import SYSTEM, Duty, Handover, Location, Notice, Organisation, Role, School, TrailLine, Unit, UnitSuccession
from coordination.models.organisations import OrganisationKind as Kind, SchoolType
from coordination.scope import reading_as
from coordination.territory import handovers
from coordination.workflow import Stale
from incidents import actions, referral_actions
from incidents.figures import by_kind
from incidents.models import Incident, Referral
from reports import returning
from reports.models import QUARTER, Return
from tests.access.stage import REPORT, account, founded, last_quarter
from tests.world import NOW, World

ENDED = date(2026, 11, 1)
LATER = NOW + timedelta(hours=3)


class Ward:
    """A second ward of the province with its bodies, and the sample ward's unit ended in favour of it, with a neighbour (and, at a split, of a third one)."""

    def __init__(self, world: World, *, whole: bool) -> None:
        self.world = world
        with reading_as(SYSTEM):
            self.old = world.actor("leader").organisation.unit
            self.committee, self.office, self.police = self.bodies("Mới", "09901")
            self.third = self.bodies("Ba", "09902")[0]
            for new, default in ((self.committee.unit, True), *([] if whole else [(self.third.unit, False)])):
                UnitSuccession.objects.create(old=self.old, new=new, on=ENDED, whole=whole, is_default=default, source="mẫu")
            neighbour = self.unit("Cạnh", "09903", valid_to=ENDED)
            UnitSuccession.objects.create(old=neighbour, new=self.committee.unit, on=ENDED, whole=True, is_default=True, source="mẫu")
            self.old.valid_to = ENDED
            self.old.save()

    def unit(self, name: str, code: str, **days: date) -> Unit:
        """A ward of the province."""
        return Unit.objects.create(code=code, level="commune", kind="phuong", name=name, full_name=f"Phường {name}", folded=f"phuong {name}", parent=self.old.parent, source="mẫu", **days)

    def bodies(self, name: str, code: str) -> tuple[Organisation, Organisation, Organisation]:
        """A ward with its committee, office and police, and people at the desks."""
        unit = self.unit(name, code, valid_from=ENDED)
        above = Organisation.objects.get(kind=Kind.PROVINCE_PC, unit=self.old.parent)
        committee = founded(Kind.COMMUNE_PC, f"UBND phường {name}", unit, parent=above, initials=name[0])
        office = founded(Kind.CULTURE_SOCIETY_OFFICE, f"Phòng VH-XH phường {name}", unit, parent=committee)
        police = founded(Kind.COMMUNE_POLICE, f"Công an phường {name}", unit)
        for handle, body, role in (("vhxh", office, Role.COMMUNE_EDUCATION), ("ubnd", committee, Role.COMMUNE_LEADER), ("ca", police, Role.COMMUNE_OFFICER)):
            account(f"{handle}.{code}", body, role, "")
        return committee, office, police

    def seen_by(self, who: str, model: Any = Incident) -> set[int]:
        """What a person sees, through scope and wall."""
        with self.world.acting(who, LATER) as actor:
            return set(model.objects.visible_to(actor).values_list("pk", flat=True))

    def walled_for(self, who: str, model: Any = Incident) -> set[int]:
        """What PostgreSQL alone shows a person."""
        with self.world.acting(who, LATER):
            return set(model.objects.unscoped("test").values_list("pk", flat=True))

    def succeed(self, at: Any = LATER) -> int:
        """The loop's chore."""
        with self.world.acting("system", at):
            return handovers.whole_successions()


def handed(ward: Ward) -> Handover:
    """The one handover."""
    with reading_as(SYSTEM):
        return Handover.objects.visible_to(SYSTEM).get()


# SYSTEM, at a whole succession


def test_the_new_desk_sees_an_open_case_and_owes_its_look_the_old_one_no_more(world: World) -> None:
    case = world.file(kind="tobacco", severity="s2")
    ward = Ward(world, whole=True)
    due = Duty.objects.unscoped("test")
    with reading_as(SYSTEM):
        before = due.get(kind="look", about_id=case.pk).due_at
    assert ward.succeed() == 1
    assert ward.seen_by("culture") == ward.walled_for("culture") == set()
    assert ward.seen_by("vhxh.09901") == ward.walled_for("vhxh.09901") == {case.pk}
    with reading_as(SYSTEM):
        look = due.get(kind="look", about_id=case.pk)
        assert (look.post.organisation, look.post.role, look.body, look.due_at) == (ward.office, Role.COMMUNE_EDUCATION, ward.committee, before)
    with world.acting("vhxh.09901", LATER) as officer:
        actions.look(Incident.objects.visible_to(officer).get(), by=officer)


def test_while_schools_pass_over_others_may_still_write_rows_that_point_to_them(world: World) -> None:
    """An officer at work on a referral tells the school; a full lock of its row would make the two wait for each other."""
    world.file()
    ward = Ward(world, whole=True)
    with CaptureQueriesContext(connection) as run:
        ward.succeed()
    locks = [query["sql"] for query in run if "coordination_organisation" in query["sql"] and query["sql"].rstrip().endswith(("UPDATE", 'UPDATE OF "coordination_organisation"'))]
    assert locks and all("FOR NO KEY UPDATE" in sql for sql in locks)


def test_a_second_look_of_the_loop_records_nothing(world: World) -> None:
    world.file()
    ward = Ward(world, whole=True)
    assert [ward.succeed(), ward.succeed(), ward.succeed(LATER + timedelta(days=1))] == [1, 0, 0]
    assert handed(ward).by is None


def test_place_and_figures_of_the_period_stay(world: World) -> None:
    case = world.file()
    ward = Ward(world, whole=True)
    window = (NOW - timedelta(days=60), NOW + timedelta(days=1))
    with reading_as(SYSTEM):
        bodies = [world.actor("leader").organisation, world.actor("doet").organisation]
        before = [by_kind(body, *window) for body in bodies]
    ward.succeed()
    with reading_as(SYSTEM):
        assert [by_kind(body, *window) for body in bodies] == before
        now = Incident.objects.visible_to(SYSTEM).get(pk=case.pk)
        assert (now.commune, now.province_id) == (ward.old, ward.old.parent_id)
        assert now.jurisdiction == ward.committee


def test_an_open_referral_is_answered_by_the_new_police_by_the_same_hour(world: World) -> None:
    referral = world.received()
    ward = Ward(world, whole=True)
    with reading_as(SYSTEM):
        due = duties.of(referral).get(kind="answer", status="open").due_at
    ward.succeed()
    assert ward.seen_by("officer") == ward.walled_for("officer") == set()
    assert ward.seen_by("ca.09901") == {referral.incident_id}
    with reading_as(SYSTEM):
        moved = Referral.objects.visible_to(SYSTEM).get(pk=referral.pk)
        assert (moved.to_org, moved.handler, moved.status, moved.received_at) == (ward.police, None, "received", referral.received_at)
        duty = duties.of(moved).get(kind="answer", status="open")
        assert (duty.body, duty.due_at) == (ward.police, due)
    with world.acting("ca.09901", LATER) as officer:
        answered = referral_actions.answer(moved, by=officer, outcome="reminded")
    with world.acting("principal", LATER) as principal:
        referral_actions.acknowledge(answered, by=principal)


def test_what_the_police_settled_stays_with_the_police_who_settled_it(world: World) -> None:
    referral = world.answered()
    with world.acting("principal", NOW + timedelta(hours=2)) as principal:
        referral_actions.acknowledge(referral, by=principal)
        actions.complete(referral.incident, by=principal, answers=REPORT)
        actions.close(referral.incident, by=principal)
    ward = Ward(world, whole=True)
    ward.succeed()
    assert ward.seen_by("officer") == {referral.incident_id} and ward.seen_by("ca.09901") == set()
    assert ward.seen_by("vhxh.09901") == {referral.incident_id}, "who answers for the school now reads its closed cases"
    assert ward.seen_by("culture") == set()
    assert handed(ward).moved["closed_cases"] == 1


def test_schools_of_the_department_keep_their_line(world: World) -> None:
    case = world.file("thpt_principal", kind="tobacco", severity="s2")
    ward = Ward(world, whole=True)
    ward.succeed()
    assert ward.seen_by("doet") == {case.pk} and ward.seen_by("vhxh.09901") == set()
    school = School.objects.get(organisation=case.school_id)
    assert (school.managing_body, school.organisation.unit) == (world.actor("doet").organisation, ward.committee.unit)


def test_expected_returns_go_to_the_new_body_and_those_handed_in_stay(world: World) -> None:
    period = last_quarter()
    with world.acting("system"):
        returning.open_period(QUARTER, period.key)
    with world.acting("system", NOW):
        returning.ask_for_returns()
    ward = Ward(world, whole=True)
    ward.succeed()
    old = world.actor("leader").organisation
    with reading_as(SYSTEM):
        rows = list(Return.objects.visible_to(SYSTEM))
        assert {row.managing_body for row in rows} == {ward.committee, world.actor("doet").organisation}
        assert not [row for row in rows if old.pk in row.parties] and all(ward.committee.pk in row.parties for row in rows)
        assert {row.commune for row in rows} == {ward.old}
        assert not Duty.objects.unscoped("test").filter(kind="return", parties__contains=[old.pk]).exists()


def test_the_school_stands_in_the_new_unit_and_the_old_place_is_remembered(world: World) -> None:
    ward = Ward(world, whole=True)
    ward.succeed()
    school = School.objects.get(organisation=world.actor("principal").body_id)
    assert (school.organisation.unit, school.managing_body, school.organisation.parent) == (ward.committee.unit, ward.committee, ward.committee)
    assert Location.objects.on(ENDED).get(school=school).unit == ward.committee.unit
    assert Location.objects.on(ENDED - timedelta(days=1)).get(school=school).unit == ward.old
    new = world.file()
    assert (new.jurisdiction, new.commune) == (ward.committee, ward.committee.unit)
    assert world.referral(new).to_org == ward.police


def test_a_succession_waits_for_the_bodies_of_the_new_unit(world: World) -> None:
    ward = Ward(world, whole=True)
    Organisation.objects.filter(pk=ward.committee.pk).update(valid_from=date(2026, 12, 1))
    assert ward.succeed() == 0
    Organisation.objects.filter(pk=ward.committee.pk).update(valid_from=ENDED)
    assert ward.succeed() == 1


def test_a_place_that_only_changed_its_row_takes_its_bodies_along(world: World) -> None:
    """A province that becomes a city: every commune ends and begins anew (docs/decisions/0008)."""
    case = world.file()
    old = world.actor("leader").organisation.unit
    with reading_as(SYSTEM):
        new = Unit.objects.create(code=old.code, level="commune", kind=old.kind, name=old.name, full_name=old.full_name, folded=old.folded, parent=old.parent, valid_from=ENDED, source="mẫu")
        UnitSuccession.objects.create(old=old, new=new, on=ENDED, whole=True, is_default=True, source="mẫu")
        old.valid_to = ENDED
        old.save()
    with world.acting("system", LATER):
        assert handovers.whole_successions() == 1 and handovers.whole_successions() == 0
    assert not Organisation.objects.on(NOW.date()).filter(unit=old).exists()
    with world.acting("culture", LATER) as actor:
        assert Incident.objects.visible_to(actor).get() == case
    assert world.file().commune == new


def test_both_desks_are_told_and_the_trail_names_the_handover(world: World) -> None:
    case = world.file()
    ward = Ward(world, whole=True)
    ward.succeed()
    with reading_as(SYSTEM):
        told = set(Notice.objects.visible_to(SYSTEM).filter(kind="handed_over").values_list("post__organisation", flat=True))
        assert told == {world.actor("culture").post.organisation_id, world.actor("officer").body_id, ward.office.pk, ward.police.pk}
        line = TrailLine.objects.get(act="hand_over", about_model="coordination.handover")
        assert (line.actor_post, line.detail["schools"], line.detail["cases"], line.detail["referrals"]) == ("SYSTEM", 12, 1, 1)
        assert TrailLine.objects.filter(act="hand_over", about_model="incidents.incident", about_id=case.pk).count() == 1


# A person, at a split


def page(client: Client, method: str, where: str, body: dict[str, Any] | None = None) -> HttpResponse:
    """What the Sở's officer is answered at the hour of the handover."""
    with clocks.set_to(LATER):
        return client.post(where, body) if method == "POST" else client.get(where)


def choices(ward: Ward, world: World, **changes: str) -> dict[str, str]:
    """The form: the sample school to the new ward, another to the third, the others later."""
    first, second = (world.actor(who).organisation for who in ("principal", "other_principal"))
    given = {"unit": str(ward.old.pk), "on": "01/11/2026", "reason": "Nghị quyết mẫu", f"to_{first.code}": str(ward.committee.unit_id), f"to_{second.code}": str(ward.third.unit_id), "__end": "1"}
    return given | changes


def test_nothing_happens_by_itself_at_a_split(world: World) -> None:
    assert Ward(world, whole=False).succeed() == 0


def test_a_person_chooses_school_by_school_confirms_and_gets_a_receipt(world: World) -> None:
    mine, other, left = world.file(), world.file("other_principal"), world.file("thpt_principal")
    ward, client = Ward(world, whole=False), world.client("doet")
    assert ward.old.full_name in page(client, "GET", "/ban-giao/").content.decode()
    shown = page(client, "GET", f"/ban-giao/moi/?tu={ward.old.pk}")
    assert "Trường THCS Ánh Dương (mẫu)" in shown.content.decode()
    asked = page(client, "POST", "/ban-giao/moi/", choices(ward, world))
    assert asked.status_code == 200 and "Bước này không hoàn tác được" in asked.content.decode()
    assert ward.seen_by("vhxh.09901") == set(), "asking is not doing"
    done = page(client, "POST", "/ban-giao/moi/", choices(ward, world, confirmed="1"))
    assert done.status_code == 302
    receipt = page(client, "GET", done.url).content.decode()
    assert "Nghị quyết mẫu" in receipt and "Chuyên viên Sở" in receipt
    assert ward.seen_by("vhxh.09901") == {mine.pk} and ward.seen_by("vhxh.09902") == {other.pk}
    assert ward.seen_by("ca.09901") == {mine.pk} and ward.seen_by("ca.09902") == {other.pk}
    assert ward.seen_by("culture") == set() and ward.seen_by("officer") == {left.pk}
    assert page(client, "POST", "/ban-giao/moi/", choices(ward, world, confirmed="1")).status_code == 409, "somebody was first"
    with reading_as(SYSTEM):
        assert Handover.objects.visible_to(SYSTEM).count() == 2
        assert {row.by for row in Handover.objects.visible_to(SYSTEM)} == {world.actor("doet")}


def test_of_two_confirmations_the_second_is_refused(world: World) -> None:
    ward = Ward(world, whole=False)
    targets = {world.actor("principal").body_id: ward.committee.unit}
    with world.acting("doet", LATER) as officer:
        handovers.record(ward.old, targets, on=ENDED, reason="", by=officer)
        with pytest.raises(Stale):
            handovers.record(ward.old, targets, on=ENDED, reason="", by=officer)


def test_the_last_confirmation_pressed_twice_is_409(world: World) -> None:
    ward, client = Ward(world, whole=False), world.client("doet")
    with clocks.set_to(LATER):
        everything = {f"to_{school.organisation.code}": str(ward.committee.unit_id) for school in handovers.schools_in(ward.old)}
    body = choices(ward, world, confirmed="1") | everything
    assert [page(client, "POST", "/ban-giao/moi/", body).status_code for _press in range(2)] == [302, 409]


WRONG: list[tuple[dict[str, str], str]] = [
    ({"on": "01/12/2026"}, "Ngày này chưa đến."),
    ({"on": "31/10/2026"}, "Ngày này sớm hơn ngày đơn vị cũ kết thúc (01/11/2026)."),
    ({"on": "x"}, "Ngày không đúng."),
    ({"reason": ""}, "Chưa có căn cứ."),
]


@pytest.mark.parametrize(("changes", "said"), WRONG, ids=lambda value: str(value)[:30])
def test_a_wrong_answer_brings_the_form_back(world: World, changes: dict[str, str], said: str) -> None:
    ward = Ward(world, whole=False)
    answer = page(world.client("doet"), "POST", "/ban-giao/moi/", choices(ward, world, confirmed="1", **changes))
    assert answer.status_code == 422 and said in answer.content.decode()
    assert "Nghị quyết mẫu" in answer.content.decode() or changes.get("reason") == ""


def test_no_school_or_a_strange_target_is_no_handover(world: World) -> None:
    ward, client = Ward(world, whole=False), world.client("doet")
    first, second = (world.actor(who).organisation.code for who in ("principal", "other_principal"))
    none = choices(ward, world, confirmed="1") | {f"to_{first}": "", f"to_{second}": ""}
    strange = choices(ward, world, confirmed="1") | {f"to_{first}": str(ward.old.parent_id)}
    assert [page(client, "POST", "/ban-giao/moi/", body).status_code for body in (none, strange)] == [422, 422]


def test_a_successor_without_bodies_is_said_so_and_nothing_moves(world: World) -> None:
    ward = Ward(world, whole=False)
    Organisation.objects.filter(pk=ward.third.pk).update(valid_to=NOW.date())
    answer = page(world.client("doet"), "POST", "/ban-giao/moi/", choices(ward, world, confirmed="1"))
    assert answer.status_code == 422 and "Chưa có UBND của Phường Ba" in answer.content.decode()
    with reading_as(SYSTEM):
        assert not Handover.objects.visible_to(SYSTEM).exists()


def far_department() -> Organisation:
    """The Sở of another province, with an officer."""
    province = Unit.objects.on(NOW.date()).get(level="province", code="01")
    department = founded(Kind.DOET, "Sở Giáo dục và Đào tạo (xa)", province)
    account("chuyenvien.xa", department, Role.DOET_OFFICER, "")
    return department


def test_another_province_neither_sees_nor_records(world: World) -> None:
    far_department()
    ward, client = Ward(world, whole=False), world.client("chuyenvien.xa")
    assert page(client, "GET", f"/ban-giao/moi/?tu={ward.old.pk}").status_code == 404
    assert page(client, "POST", "/ban-giao/moi/", choices(ward, world, confirmed="1")).status_code == 409
    done = page(world.client("doet"), "POST", "/ban-giao/moi/", choices(ward, world, confirmed="1"))
    assert page(client, "GET", done.url).status_code == 404
    assert ward.walled_for("chuyenvien.xa", Handover) == set() != ward.walled_for("doet", Handover)


def test_a_unit_that_moves_to_another_province_takes_its_schools_to_that_department(world: World) -> None:
    case = world.file("thpt_principal", kind="tobacco", severity="s2")
    department = far_department()
    ward = Ward(world, whole=True)
    Unit.objects.filter(pk=ward.committee.unit_id).update(parent=department.unit)
    ward.succeed()
    assert ward.seen_by("doet") == set() and ward.seen_by("chuyenvien.xa") == {case.pk}
    school = School.objects.get(organisation=case.school_id)
    assert (school.managing_body, school.department) == (department, department)


SELDOM: dict[str, Callable[[World], Any]] = {
    "a school type without a desk": lambda world: School.objects.filter(organisation=world.actor("principal").body_id).update(school_type=SchoolType.MULTI_LEVEL),
    "no police in the new unit": lambda world: Organisation.objects.filter(name="Công an phường Mới").update(valid_to=NOW.date()),
}


@pytest.mark.parametrize("what", SELDOM)
def test_a_handover_stands_without(world: World, what: str) -> None:
    """Two special zones have no police of their own: what was sent to the old police stays with it."""
    case = world.file()
    ward = Ward(world, whole=True)
    SELDOM[what](world)
    assert ward.succeed() == 1
    assert ward.seen_by("vhxh.09901") == {case.pk}
    assert ward.seen_by("officer") == (set() if what.startswith("a school") else {case.pk})


def test_a_reader_who_may_not_records_nothing(world: World) -> None:
    ward = Ward(world, whole=False)
    with world.acting("doet_leader", LATER) as leader, pytest.raises(PermissionDenied):
        handovers.record(ward.old, {world.actor("principal").body_id: ward.committee.unit}, on=ENDED, reason="", by=leader)


def test_the_page_costs_the_same_for_one_unit_that_waits_and_for_many(world: World) -> None:
    ward, client, cost = Ward(world, whole=False), world.client("doet"), []
    for more in (0, 5):
        with reading_as(SYSTEM):
            for number in range(more):
                old = ward.unit(f"Chia {number}", f"9999{number}", valid_to=ENDED)
                UnitSuccession.objects.create(old=old, new=ward.third.unit, on=ENDED, whole=False, is_default=False, source="mẫu")
                School.objects.create(
                    organisation=founded(Kind.SCHOOL, f"Trường {number} (mẫu)", old), school_type=SchoolType.PRIMARY, managing_body=ward.committee, department=world.actor("doet").organisation
                )
        with clocks.set_to(LATER), CaptureQueriesContext(connection) as captured:
            answer = client.get("/ban-giao/")
        cost.append(len(captured.captured_queries))
        assert len(answer.context["waiting"]) == more + 1
    assert cost[0] == cost[1]
