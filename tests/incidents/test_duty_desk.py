"""The duty desk writes down a call: the case is the school's, the desk has it at once, the school completes it."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from coordination import clocks
from coordination.models import Organisation
from coordination.models.notices import NoticeKind
from coordination.models.organisations import OrganisationKind
from coordination.workflow import Stale
from incidents import actions, duty_desk, figures
from incidents.models import Incident, PhoneCall, Referral
from incidents.workflow import IncidentStatus, ReferralStatus
from tests.incidents.test_referral import END, clock, open_kinds, rung
from tests.incidents.test_referral_chain import REPORT
from tests.world import NOW, World

ADDRESS = "/chuyen-den/ghi-tin-bao/"
WORDS = "Bảo vệ báo hai học sinh xô xát trước cổng, một em chảy máu mũi."


def form(world: World, **changes: str) -> dict[str, str]:
    """The form as a browser sends it."""
    school = world.actor("principal").organisation.code
    return world.form(summary=WORDS, confirmed="") | {"school": school, "origin": "call", "caller": "guard", "called_at": "08:55 20/11/2026"} | changes


def press(world: World, who: str = "officer", at: Any = NOW, **changes: str) -> Any:
    with clocks.set_to(at):
        return world.client(who).post(ADDRESS, form(world, **changes))


def only_case(world: World) -> Incident:
    world.see_all()
    return Incident.objects.unscoped("test").select_related("kind").get()


@pytest.mark.parametrize("who", ["officer", "chief"])
def test_a_call_opens_a_case_that_is_the_schools_and_already_in_the_hands_of_the_desk(world: World, who: str) -> None:
    case = only_case(world) if press(world, who).status_code == 302 else None
    assert case is not None
    assert (case.status, case.origin, case.school, case.author, case.filed_at) == (IncidentStatus.SUBMITTED, "call", world.actor("principal").organisation, world.actor(who), NOW)
    assert case.spoken_code.startswith("ĐX-26-")
    referral = Referral.objects.unscoped("test").get()
    assert (referral.status, referral.ground, referral.caller, referral.handler, referral.received_at) == (ReferralStatus.RECEIVED, "call", "guard", world.actor(who), NOW)
    call = PhoneCall.objects.unscoped("test").get()
    assert (call.called, clocks.local(call.called_at)) == ("duty_desk", NOW.replace(hour=8, minute=55)), "the call is the first word"
    assert open_kinds(world, case, referral) == {"full_report", "look", "answer"}
    assert clock(world, referral, "acknowledge").status == "done"
    assert clock(world, case, "full_report").post == world.actor("principal").post


def test_the_principal_is_told_and_completes_it_within_the_usual_clock(world: World) -> None:
    press(world)
    case = only_case(world)
    usual = world.file(at=NOW)
    assert NoticeKind.INCIDENT_CALLED_IN in rung(world, "principal")
    assert clock(world, case, "full_report").due_at == clock(world, usual, "full_report").due_at
    page = world.client("principal").get(f"/vu-viec/{case.code}/").content.decode()
    assert WORDS in page and "Báo qua điện thoại, trực ban ghi" in page and "Trực ban Công an" in page
    with world.acting("principal", NOW + timedelta(hours=1)) as principal:
        actions.complete(case, by=principal, answers=REPORT)
    assert rung(world, "officer")[-1] == NoticeKind.INCIDENT_COMPLETED


def test_the_other_side_of_the_school_hears_of_it_as_always(world: World) -> None:
    press(world)
    assert NoticeKind.INCIDENT_FILED in rung(world, "culture") and NoticeKind.INCIDENT_FILED in rung(world, "doet")
    assert NoticeKind.REFERRAL_SENT not in rung(world, "officer"), "the desk is not told what it wrote itself"


def test_what_the_police_found_is_said_neutrally_and_has_no_call(world: World) -> None:
    assert press(world, origin="police", caller="", called_at="").status_code == 302
    case = only_case(world)
    assert case.origin == "police" and not PhoneCall.objects.unscoped("test").exists()
    assert Referral.objects.unscoped("test").get().ground == "police"
    assert NoticeKind.INCIDENT_FROM_POLICE in rung(world, "principal")
    page = world.client("principal").get(f"/vu-viec/{case.code}/").content.decode()
    assert "Công an thông báo" in page and "không báo" not in page


def test_a_caller_left_in_a_police_notice_is_not_kept(world: World) -> None:
    assert press(world, origin="police").status_code == 302
    world.see_all()
    assert Referral.objects.unscoped("test").get().caller == "" and not PhoneCall.objects.unscoped("test").exists()


def test_the_page_of_the_desk_shows_the_case_and_lets_it_work_on(world: World) -> None:
    answer = press(world)
    page = world.client("officer").get(answer.url)
    assert page.status_code == 200 and WORDS in page.content.decode() and "/theo-doi/" in page.content.decode()


def test_the_times_of_the_police_count_it_as_received_at_once(world: World) -> None:
    press(world)
    world.see_all()
    counted = figures.responses(Incident.objects.unscoped("test"), NOW)
    assert (counted["to_receive"], counted["received"], counted["police"]["on_time"]) == (0, 1, 1)


def test_a_restricted_kind_stays_restricted(world: World) -> None:
    press(world, kind="child_sexual_abuse", severity="s4")
    case = only_case(world)
    assert case.restricted
    assert WORDS not in world.client("deputy").get(f"/vu-viec/{case.code}/").content.decode()
    assert WORDS in world.client("principal").get(f"/vu-viec/{case.code}/").content.decode()
    assert WORDS not in world.client("officer").get(f"/vu-viec/{case.code}/").content.decode(), "also its author among the police states a purpose"


# Once


def test_a_doubled_press_writes_one_case(world: World) -> None:
    key = str(uuid.uuid4())
    first, second = press(world, key=key), press(world, key=key)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert only_case(world).origin == "call"
    assert rung(world, "principal").count(NoticeKind.INCIDENT_CALLED_IN) == 1


def test_the_same_form_with_other_answers_is_refused_and_gives_the_words_back(world: World) -> None:
    key = str(uuid.uuid4())
    press(world, key=key)
    for changes in ({"summary": "Lời khác hẳn."}, {"caller": "teacher"}, {"school": world.actor("other_principal").organisation.code}):
        refused = press(world, key=key, **changes)
        assert refused.status_code == 409, changes
        assert changes.get("summary", WORDS) in refused.content.decode()
    assert only_case(world).summary == WORDS


def test_an_open_case_of_the_same_school_is_asked_about_first(world: World) -> None:
    filed = world.file(at=NOW - timedelta(hours=23))
    asked = press(world)
    page = asked.content.decode()
    assert asked.status_code == 200 and filed.spoken_code in page and "Là việc khác, ghi thành vụ mới" in page and WORDS in page
    assert only_case(world) == filed
    assert press(world, confirmed="1").status_code == 302
    assert Incident.objects.unscoped("test").count() == 2


def test_old_ones_closed_ones_and_those_of_other_schools_or_desks_are_no_reason_to_ask(world: World) -> None:
    world.file(at=NOW - timedelta(hours=25))
    world.file("other_principal")
    world.file(kind="theft", severity="s2")  # not referred to the police
    assert press(world).status_code == 302


def test_the_form_shows_what_the_desk_has_since_yesterday_and_nothing_of_others(world: World) -> None:
    here, not_here = world.file(), world.file(kind="theft", severity="s2")
    sealed = world.file(kind="child_sexual_abuse", severity="s4")
    with clocks.set_to(NOW):
        page = world.client("officer").get(ADDRESS).content.decode()
    assert here.spoken_code in page and not_here.spoken_code not in page
    lines = {code: line for code in (here.spoken_code, sealed.spoken_code) for line in re.findall(r"<li>(.*?)</li>", page) if code in line}
    assert "Ánh Dương" in lines[here.spoken_code]
    assert "Hồ sơ hạn chế" in lines[sealed.spoken_code] and "Ánh Dương" not in lines[sealed.spoken_code]


# Who, and what


@pytest.mark.parametrize("who", ["principal", "deputy", "culture", "leader", "doet", "province_police", "dpo"])
def test_only_the_police_of_a_commune_take_calls(world: World, who: str) -> None:
    assert world.client(who).get(ADDRESS).status_code == 403
    assert press(world, who).status_code == 403
    assert "Ghi tin báo qua điện thoại" not in world.client("province_police").get("/chuyen-den/").content.decode()
    assert "Ghi tin báo qua điện thoại" in world.client("officer").get("/chuyen-den/").content.decode()


def test_only_schools_of_the_ward_are_offered_and_taken(world: World) -> None:
    elsewhere = Organisation.objects.create(kind=OrganisationKind.SCHOOL, name="Trường xa (mẫu)", unit=world.actor("doet").organisation.unit)
    with clocks.set_to(NOW):
        page = world.client("officer").get(ADDRESS).content.decode()
    assert world.actor("thpt_principal").organisation.code in page and elsewhere.code not in page
    for code in (elsewhere.code, world.actor("leader").organisation.code, "x", ""):
        assert press(world, school=code).status_code == 422, code
    with world.acting("officer") as officer, pytest.raises(PermissionDenied), transaction.atomic():
        duty_desk.take_call(uuid.uuid4(), by=officer, school=elsewhere, origin="call", answers=world.answers(), caller="guard", called_at=NOW)
    with world.acting("principal") as principal, pytest.raises(PermissionDenied), transaction.atomic():
        duty_desk.take_call(uuid.uuid4(), by=principal, school=principal.organisation, origin="call", answers=world.answers())


WRONG = {
    "no caller": ({"caller": ""}, "Chưa chọn ai gọi."),
    "a caller of no list": ({"caller": "Nguyễn Văn A"}, "Ai gọi?"),
    "no hour": ({"called_at": ""}, "Chưa có giờ gọi."),
    "an hour to come": ({"called_at": "09:01 20/11/2026"}, "muộn hơn giờ hiện tại"),
    "no hour at all": ({"called_at": "sáng nay"}, "Giờ gọi không đúng."),
    "another origin": ({"origin": "school"}, "Nguồn tin"),
    "no origin": ({"origin": ""}, "Chưa chọn nguồn tin."),
    "no words": ({"summary": ""}, "Chưa có tóm tắt."),
    "too low a level": ({"severity": "s1"}, "Loại việc này thấp nhất là mức"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_form_comes_back_filled_with_words_beside_the_field(world: World, what: str) -> None:
    changes, words = WRONG[what]
    refused = press(world, **changes)
    page = refused.content.decode()
    assert refused.status_code == 422 and words in page
    if "summary" not in changes:
        assert WORDS in page
    world.see_all()
    assert not Incident.objects.unscoped("test").exists()


def test_a_stale_key_of_somebody_else_is_another_form(world: World) -> None:
    key = uuid.uuid4()
    world.file(key=key, at=NOW - timedelta(days=2))
    assert press(world, key=str(key)).status_code == 302
    world.see_all()
    assert Incident.objects.unscoped("test").filter(key=key).count() == 2


def test_the_action_refuses_the_same_key_with_other_words(world: World) -> None:
    key, school = uuid.uuid4(), world.actor("principal").organisation
    with world.acting("officer") as officer:
        first = duty_desk.take_call(key, by=officer, school=school, origin="call", answers=world.answers(), caller="guard", called_at=NOW)
        assert duty_desk.take_call(key, by=officer, school=school, origin="call", answers=world.answers(), caller="guard", called_at=NOW) == first
        with pytest.raises(Stale):
            duty_desk.take_call(key, by=officer, school=school, origin="call", answers=world.answers(summary="Khác."), caller="guard", called_at=NOW)


def test_names_typed_into_the_words_are_asked_about_on_the_way(world: World) -> None:
    world.file()
    asked = press(world, summary="Em Nguyễn Văn An bị đánh trước cổng trường.")
    assert "Phần tóm tắt có vẻ có họ tên" in asked.content.decode()
    assert END.items() <= form(world).items()


def test_a_form_sent_again_after_the_case_left_the_desks_sight_is_no_fault_of_ours(world: World) -> None:
    key = str(uuid.uuid4())
    assert press(world, key=key).status_code == 302
    case = only_case(world)
    case.parties = [party for party in case.parties if party != world.actor("officer").body_id]
    case.save(update_fields=["parties"])
    answer = press(world, key=key, at=NOW + timedelta(minutes=5))
    assert answer.status_code == 409
    assert WORDS in answer.content.decode(), "what was typed is given back"
