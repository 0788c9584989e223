"""Whoever is kept out of a case learns of it by no other thing that lies beside it: a hold, a batch, a request of a person, a clock, a bell (security.md 3.4)."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from coordination import clocks
from coordination.keeping import disposal, holds, requests, subject
from coordination.models import SYSTEM, Appointment, DataRequest, DisposalBatch, Duty, Hold, NoticeMail, Organisation, Role, SubjectExport
from coordination.models.keeping import Capacity, RequestKind
from coordination.models.notices import Notice
from coordination.models.organisations import OrganisationKind
from coordination.scope import reading_as
from coordination.trail import shown
from incidents import actions, endings, keeping
from incidents.models import Incident
from tests.access.stage import PERSON
from tests.world import NOW, World

YEARS = timedelta(days=365 * 7)
WISH = {"kind": RequestKind.SEE, "capacity": Capacity.REPRESENTATIVE, "asker": "Phụ huynh mẫu", "contact": "Địa chỉ mẫu", "wish": "Xin bản sao.", "received_at": NOW}


@pytest.fixture
def case(world: World) -> Incident:
    """What the deputy filed about the head of the school, with one person in it."""
    with world.acting("deputy") as deputy:
        made = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(kind="violence_by_staff"), conflict=True)
        actions.add_person(made, by=deputy, answers=PERSON)
    return made


def second_post(world: World, beside: str) -> Appointment:
    """The head of the school also holds the post of somebody else."""
    held = Appointment.objects.create(user=world.actor("principal").user, post=world.actor(beside).post, starts_on=NOW.date() - timedelta(days=9))
    return Appointment.objects.with_post().get(pk=held.pk)


def held(world: World, case: Incident) -> Hold:
    """Child protection holds it."""
    with world.acting("guardian") as guardian:
        return holds.place(keeping.of_cases(), Incident.objects.visible_to(guardian).get(pk=case.pk), by=guardian, reason="Đang theo dõi.", ends_on=None)


def asked(world: World, case: Incident, who: str = "dpo") -> DataRequest:
    """A request that names the case by its number."""
    school = {} if who == "principal" else {"school": case.school}
    with world.acting(who) as actor:
        made = requests.record(by=actor, answers=WISH | {"case_code": case.spoken_code} | school)
    with world.acting("dpo") as officer:
        return requests.acknowledge(made, by=officer)


def unseen(reader: Appointment, model: Any, **named: Any) -> bool:
    """Neither in scope nor behind the wall."""
    with clocks.set_to(NOW), reading_as(reader):
        return not model.objects.visible_to(reader).filter(**named).exists() and not model.objects.unscoped("the wall alone").filter(**named).exists()


def test_a_hold_its_bell_and_its_lines_are_not_shown_to_who_is_kept_out(world: World, case: Incident) -> None:
    hold = held(world, case)
    for post in ("guardian", "dpo"):
        reader = second_post(world, post)
        assert unseen(reader, Hold, pk=hold.pk), post
        assert unseen(reader, Notice, link=hold.get_absolute_url()) and hold.relations_to(reader) == set()
        with reading_as(reader):
            assert [line for line in shown.lines(own=False, most=200) if line.about_model == "coordination.hold"] == [], post
    with world.acting("dpo") as officer:
        assert Hold.objects.visible_to(officer).filter(pk=hold.pk).exists() and Notice.objects.visible_to(officer).filter(kind="hold_set").count() == 1
        assert any(line.about_model == "coordination.hold" for line in shown.lines(own=False, most=200))


def test_what_was_there_before_the_conflict_was_known_is_kept_from_him_too(world: World) -> None:
    case = world.file("deputy")
    hold, wish = held(world, case), asked(world, case)
    reader = second_post(world, "guardian")
    assert not unseen(reader, Hold, pk=hold.pk) and not unseen(reader, DataRequest, pk=wish.pk)
    with world.acting("deputy") as deputy:
        endings.keep_out(Incident.objects.visible_to(deputy).get(pk=case.pk), by=deputy)
    for model, thing in ((Hold, hold), (DataRequest, wish)):
        assert unseen(reader, model, pk=thing.pk), model
        assert unseen(reader, Notice, link=thing.get_absolute_url()) and unseen(reader, Duty, about_code=thing.code)


def test_clocks_and_bells_of_the_case_are_not_shown_to_who_holds_the_same_post(world: World, case: Incident) -> None:
    for post in ("officer", "leader", "culture"):
        reader = second_post(world, post)
        assert unseen(reader, Notice, about_words__startswith=case.spoken_code), post
        assert unseen(reader, Duty, about_words__startswith=case.spoken_code), post
    with world.acting("officer") as officer:
        assert Notice.objects.visible_to(officer).filter(about_words__startswith=case.spoken_code).exists(), "the others are told"
        assert Duty.objects.visible_to(officer).filter(about_words__startswith=case.spoken_code).exists()


def test_no_mail_goes_to_who_is_kept_out(world: World) -> None:
    user = world.actor("principal").user
    user.email = "hieutruong@example.vn"
    user.save(update_fields=["email"])
    with clocks.set_to(NOW):
        second_post(world, "officer")
    with world.acting("deputy") as deputy:
        actions.file(uuid.uuid4(), by=deputy, answers=world.answers(kind="violence_by_staff"), conflict=True)
    world.see_all()
    assert not NoticeMail.objects.filter(user=user).exists()


def test_a_request_that_names_it_is_prepared_one_level_up_and_not_shown_to_him(world: World, case: Incident) -> None:
    with clocks.set_to(NOW):
        Appointment.objects.filter(post=world.actor("guardian").post).update(user=world.actor("principal").user)
    wish = asked(world, case)
    assert wish.office_id == case.department_id
    assert unseen(Appointment.objects.with_post().get(post=world.actor("guardian").post), DataRequest, pk=wish.pk)


def test_whoever_writes_the_request_down_reads_on_what_he_wrote(world: World, case: Incident) -> None:
    """A request that vanished for its number would tell the head that there is a case about him."""
    wish = asked(world, case, "principal")
    assert not unseen(world.actor("principal"), DataRequest, pk=wish.pk)


def test_an_export_of_one_of_its_people_is_not_shown_to_him(world: World, case: Incident) -> None:
    wish = asked(world, case)
    with world.acting("guardian") as guardian:
        export = subject.prepare(wish, by=guardian, part="vu-viec", code=case.spoken_code, who="HS-1")
    for post in ("guardian", "dpo"):
        reader = second_post(world, post)
        assert unseen(reader, SubjectExport, pk=export.pk) and unseen(reader, Notice, link=export.get_absolute_url()), post
        assert export.relations_to(reader) == set()


def over(world: World, case: Incident) -> DisposalBatch:
    """Seven years later its time is over, and that of another case."""
    plain = world.file()
    Incident.objects.unscoped("ended at their hour").filter(pk__in=(case.pk, plain.pk)).update(status="closed", closed_at=NOW, closed_how="settled")
    with world.acting("system", NOW + YEARS):
        disposal.propose()
        return DisposalBatch.objects.visible_to(SYSTEM).get()


def test_a_batch_shows_him_the_others_alone_and_what_he_agrees_to_is_what_he_saw(world: World, case: Incident) -> None:
    with reading_as(SYSTEM):
        batch = over(world, case)
    reader = second_post(world, "guardian")
    with clocks.set_to(NOW + YEARS), reading_as(reader):
        assert case.spoken_code not in {item.about_code for item in disposal.items_of(batch, reader)}
        disposal.review(batch, by=reader)
    with reading_as(SYSTEM):
        codes = {item.about_code for item in disposal.items_of(batch, SYSTEM)}
        assert codes and case.spoken_code not in codes, "what one of two did not look at is proposed again"


def test_a_batch_of_it_goes_past_an_office_whose_only_reviewer_is_kept_out(world: World, case: Incident) -> None:
    Appointment.objects.filter(post=world.actor("guardian").post).update(user=world.actor("principal").user)
    with reading_as(SYSTEM):
        assert over(world, case).office_id == case.department_id


def test_the_administrators_of_the_police_have_no_hold_of_it_either(world: World, case: Incident) -> None:
    """A chief's request for a hold, and the clock of the department that decides it."""
    department = Organisation.objects.filter(kind=OrganisationKind.POLICE_DEPARTMENT, posts__role=Role.PROVINCE_POLICE_HEAD).first()
    with world.acting("chief") as chief:
        hold = holds.place(keeping.of_cases(), Incident.objects.visible_to(chief).get(pk=case.pk), by=chief, reason="Đang xác minh.", ends_on=None, to=department)
    reader = second_post(world, "province_police_head")
    assert unseen(reader, Hold, pk=hold.pk) and unseen(reader, Duty, about_code=hold.code) and unseen(reader, Notice, link=hold.get_absolute_url())


def test_the_wall_holds_against_statements_written_by_hand(world: World, case: Incident) -> None:
    held(world, case)
    with reading_as(second_post(world, "dpo")), connection.cursor() as cursor:
        for table in ("coordination_hold", "coordination_notice", "coordination_duty"):
            cursor.execute(f"select count(*) from {table} where %s = any (kept_out)", [world.actor("principal").user_id])
            assert cursor.fetchone() == (0,), table
