"""An office asks to see the people of one case; another person of the office answers; the grant ends by itself, or is taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from coordination import clocks, duties
from coordination.models import Appointment, Duty, Notice, Post, Role, TrailLine
from coordination.models.notices import NoticeKind
from coordination.workflow import Refused, Stale
from incidents import endings, grants
from incidents.models import IdentityRequest, Incident, Person
from tests.incidents.test_people import NAME, add, leaks, open_it, page_of
from tests.world import NOW, World

END = {"__end": "1"}
ASKED = {"purpose": "child", "reason": "Hỗ trợ em đi học lại, cần gặp gia đình.", "days": "3"}


@pytest.fixture
def person(world: World) -> Person:
    """A person of a case of the ward's school."""
    return add(world, world.received().incident)


def ask(world: World, incident: Incident, who: str = "culture", **changes: Any) -> IdentityRequest:
    """The office asks."""
    with world.acting(who) as actor:
        case = Incident.objects.visible_to(actor).get(pk=incident.pk)
        return grants.ask(case, by=actor, **{"purpose": "child", "reason": "Hỗ trợ em.", "days": 3} | changes)


def send(world: World, who: str, where: str, at: Any = NOW, **fields: str) -> Any:
    with clocks.set_to(at):
        return world.client(who).post(where, END | fields)


def see(world: World, who: str, where: str, at: Any = NOW) -> str:
    with clocks.set_to(at):
        return " ".join(world.client(who).get(where).content.decode().split())


def test_the_whole_way_from_the_page_of_the_case_to_the_open_name(world: World, person: Person) -> None:
    case = person.incident
    assert "Đề nghị xem họ tên" in page_of(world, "culture", case) and open_it(world, "culture", person).status_code == 403
    sent = send(world, "culture", f"/vu-viec/{case.code}/de-nghi-xem/", **ASKED)
    assert sent.status_code == 302 and "đang chờ trả lời" in page_of(world, "culture", case)
    inbox = see(world, "guardian", "/")
    assert "Trả lời đề nghị xem họ tên" in inbox and case.spoken_code in inbox
    queue = see(world, "guardian", "/de-nghi-xem/")
    assert case.spoken_code in queue and "Trả lời" in queue
    page = see(world, "guardian", sent.url)
    assert "Hỗ trợ em đi học lại" in page and leaks(page) == []
    assert send(world, "guardian", sent.url, answer="grant", days="2", note="").status_code == 302
    assert leaks(page_of(world, "culture", case)) == [], "granted is not opened"
    opened = open_it(world, "culture", person, purpose="child", reason="Hỗ trợ em đi học lại.")
    assert opened.status_code == 302
    page = page_of(world, "culture", case)
    assert NAME in page and "được cấp quyền xem họ tên, mục đích “Bảo vệ trẻ em”" in page
    assert open_it(world, "culture", person, at=NOW + timedelta(days=2), purpose="child").status_code == 403, "two days, not the three asked for"


def test_a_grant_opens_for_the_purpose_that_was_granted_and_for_its_asker_alone(world: World, person: Person) -> None:
    asked = ask(world, person.incident)
    with world.acting("guardian") as guardian:
        grants.grant(asked, by=guardian, days=3)
    assert open_it(world, "culture", person, purpose="case", reason="Hỗ trợ em đi học lại.").status_code == 422
    assert open_it(world, "leader", person, purpose="child").status_code == 403
    other = world.file(at=NOW + timedelta(minutes=1))
    with world.acting("culture") as culture:
        assert "granted" not in Incident.objects.visible_to(culture).get(pk=other.pk).relations_to(culture), "one case"


def test_the_duty_has_a_clock_and_ends_with_the_answer(world: World, person: Person) -> None:
    asked = ask(world, person.incident)
    with world.acting("guardian") as guardian:
        owed = Duty.objects.visible_to(guardian).get(kind="answer_request")
        assert (owed.post, owed.due_at) == (guardian.post, NOW.replace(day=23, hour=17, minute=0))
        grants.refuse(asked, by=guardian, note="Nhà trường tự liên hệ được.")
        assert not duties.of(asked).filter(status="open").exists()
    page = see(world, "culture", asked.get_absolute_url())
    assert "Không chấp thuận" in page and "Nhà trường tự liên hệ được." in page
    assert open_it(world, "culture", person, purpose="child").status_code == 403


def test_a_refusal_says_why(world: World, person: Person) -> None:
    asked = ask(world, person.incident)
    refused = send(world, "guardian", asked.get_absolute_url(), answer="refuse", days="3", note="")
    assert refused.status_code == 422 and "Chưa có lý do không chấp thuận." in refused.content.decode()


def test_nobody_answers_himself_from_whatever_post(world: World, person: Person) -> None:
    """The officer who is also made focal point: the request of his goes to the Sở's, and his own is not his to answer."""
    asked = ask(world, person.incident)
    both = Appointment.objects.create(user=world.actor("culture").user, post=world.actor("guardian").post, starts_on=NOW.date())
    with world.acting("system"), pytest.raises(PermissionDenied):
        grants.grant(asked, by=Appointment.objects.with_post().get(pk=both.pk), days=1)
    with world.acting("system"):
        Appointment.objects.filter(pk=world.actor("guardian").pk).update(ends_on=NOW.date())
    other = ask(world, world.file(at=NOW + timedelta(minutes=1)))
    assert other.approver == world.actor("treem.so.bk").post
    page = see(world, "treem.so.bk", other.get_absolute_url())
    assert "Chấp thuận" in page and other.case_words in page
    world.see_all()
    with pytest.raises(IntegrityError), transaction.atomic():
        IdentityRequest.objects.unscoped("test").filter(pk=other.pk).update(answered_by=other.by)


def test_without_anybody_to_answer_it_is_refused_with_words(world: World, person: Person) -> None:
    with world.acting("system"):
        Appointment.objects.filter(post__in=Post.objects.filter(role=Role.CHILD_PROTECTION)).update(ends_on=NOW.date())
    refused = send(world, "culture", f"/vu-viec/{person.incident.code}/de-nghi-xem/", **ASKED)
    assert refused.status_code == 422 and "chưa có đầu mối bảo vệ trẻ em" in refused.content.decode() and "Hỗ trợ em đi học lại" in refused.content.decode()


def test_taken_back_it_closes_what_was_open(world: World, person: Person) -> None:
    asked = ask(world, person.incident)
    with world.acting("guardian") as guardian:
        grants.grant(asked, by=guardian, days=3)
    open_it(world, "culture", person, purpose="child", reason="Hỗ trợ em đi học lại.")
    assert NAME in page_of(world, "culture", person.incident)
    assert send(world, "guardian", f"/de-nghi-xem/{asked.code}/thu-hoi/").status_code == 302
    assert leaks(page_of(world, "culture", person.incident)) == [] and open_it(world, "culture", person, purpose="child").status_code == 403
    assert send(world, "guardian", f"/de-nghi-xem/{asked.code}/thu-hoi/").status_code == 409


def test_school_and_asker_are_told_and_the_receipts_say_office_purpose_and_time(world: World, person: Person) -> None:
    asked = ask(world, person.incident)
    with world.acting("guardian") as guardian:
        grants.grant(asked, by=guardian, days=1)
    receipts = page_of(world, "principal", person.incident).split("Ai đã mở thông tin")[1]
    assert "được cấp quyền xem họ tên đến 09:00 ngày mai – Bảo vệ trẻ em" in " ".join(receipts.split())
    world.see_all()
    told = Notice.objects.unscoped("test").filter(kind=NoticeKind.IDENTITY_GRANTED)
    assert {notice.post for notice in told} == {world.actor("culture").post, world.actor("principal").post}
    assert set(TrailLine.objects.filter(about_model="incidents.identityrequest").values_list("act", flat=True)) >= {"request_identity", "grant"}


def test_who_may_ask_and_of_what(world: World, person: Person) -> None:
    for who in ("officer", "chief", "principal", "guardian", "doet", "leader"):
        assert send(world, who, f"/vu-viec/{person.incident.code}/de-nghi-xem/", **ASKED).status_code == 403, who
    sealed = world.file(kind="child_sexual_abuse", severity="s4")
    with pytest.raises(Refused):
        ask(world, sealed)
    assert send(world, "culture", f"/vu-viec/{sealed.code}/de-nghi-xem/", **ASKED).status_code == 409
    ask(world, person.incident)
    with pytest.raises(Stale):
        ask(world, person.incident)


@pytest.mark.parametrize("wrong", [{"days": "8"}, {"days": "0"}, {"days": "x"}, {"purpose": "statistics"}, {"purpose": "emergency"}, {"reason": "ngắn"}, {"reason": ""}])
def test_an_impossible_request_is_answered_beside_its_field(world: World, person: Person, wrong: dict[str, str]) -> None:
    assert send(world, "culture", f"/vu-viec/{person.incident.code}/de-nghi-xem/", **ASKED | wrong).status_code == 422
    world.see_all()
    assert not IdentityRequest.objects.unscoped("test").exists()


def test_empty_queues_say_what_to_do(world: World) -> None:
    assert "Không có đề nghị nào gửi tới vị trí này." in see(world, "guardian", "/de-nghi-xem/")
    assert "Bạn chưa đề nghị xem họ tên lần nào." in see(world, "culture", "/de-nghi-xem/")


def test_who_is_kept_out_later_sees_no_request_and_uses_no_grant(world: World) -> None:
    """The officer of the office who was the school's principal on the day of the event."""
    Appointment.objects.create(user=world.actor("culture").user, post=world.actor("principal").post, starts_on=NOW.date() - timedelta(days=9), ends_on=NOW.date())
    person = add(world, world.file(occurred_at=NOW - timedelta(days=2)))
    asked = ask(world, person.incident)
    with world.acting("guardian") as guardian:
        grants.grant(asked, by=guardian, days=3)
    with world.acting("deputy") as deputy:
        endings.keep_out(Incident.objects.visible_to(deputy).get(pk=person.incident_id), by=deputy)
    with world.acting("culture") as culture:
        assert not IdentityRequest.objects.visible_to(culture).exists() and not IdentityRequest.objects.unscoped("test").exists()
    assert open_it(world, "culture", person, purpose="child").status_code == 404
    assert see(world, "culture", asked.get_absolute_url()).count(asked.case_words) == 0
