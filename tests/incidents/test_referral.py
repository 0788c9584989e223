"""Between school and police, each in turn: who owes what, who is told, who was first, who may not."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client

from coordination import clocks, duties
from coordination.codes import new_code
from coordination.models import Appointment, Duty, Notice, Organisation, Role
from coordination.models.notices import NoticeKind
from coordination.workflow import MissingValue, Stale
from incidents import actions, referral_actions
from incidents.models import FollowUp, Incident, PoliceNote, Question, Referral
from incidents.workflow import ReferralStatus
from tests.world import NOW, World

HOUR = timedelta(hours=1)
END = {"__end": "1"}


def fresh(world: World, row: Any) -> Any:
    """The row as it is now."""
    world.see_all()
    return type(row).objects.unscoped("test").get(pk=row.pk)


def open_kinds(world: World, *about: Any) -> set[str]:
    """The clocks that run about these things."""
    world.see_all()
    return {duty.kind for thing in about for duty in duties.of(thing) if duty.status == "open"}


def rung(world: World, who: str) -> list[str]:
    """What rang for a post, first to last."""
    world.see_all()
    return list(Notice.objects.unscoped("test").filter(post=world.actor(who).post).order_by("pk").values_list("kind", flat=True))


def clock(world: World, about: Any, kind: str) -> Duty:
    """The newest clock of a kind."""
    world.see_all()
    return duties.of(about).filter(kind=kind).order_by("-pk").first()


@pytest.fixture
def sent(world: World) -> Referral:
    return world.referral(world.file())


def post(client: Client, referral: Referral, act: str, at: Any = NOW, **fields: str) -> Any:
    """Press a button of the referral."""
    with clocks.set_to(at):
        return client.post(f"/chuyen-den/{referral.code}/{act}/", END | fields)


# See


def test_seeing_is_a_press_that_stamps_the_hour_and_tells_the_school(world: World, sent: Referral) -> None:
    answer = post(world.client("officer"), sent, "xem", NOW + timedelta(minutes=5))
    assert answer.url == f"/vu-viec/{sent.incident.code}/"
    seen = fresh(world, sent)
    assert (seen.status, seen.seen_at, seen.seen_by) == (ReferralStatus.SEEN, NOW + timedelta(minutes=5), world.actor("officer"))
    assert rung(world, "principal") == [NoticeKind.REFERRAL_SEEN]
    assert "acknowledge" in open_kinds(world, sent), "seeing is not yet receiving: the clock runs on"


def test_opening_the_page_without_the_press_stamps_nothing(world: World, sent: Referral) -> None:
    assert world.client("officer").get(f"/vu-viec/{sent.incident.code}/").status_code == 200
    assert world.client("officer").get(f"/chuyen-den/{sent.code}/xem/").status_code == 405
    assert fresh(world, sent).seen_at is None


def test_the_second_who_sees_only_opens_the_page(world: World, sent: Referral) -> None:
    post(world.client("officer"), sent, "xem")
    assert post(world.client("chief"), sent, "xem", NOW + HOUR).status_code == 302
    seen = fresh(world, sent)
    assert (seen.seen_at, seen.seen_by) == (NOW, world.actor("officer"))
    assert rung(world, "principal") == [NoticeKind.REFERRAL_SEEN]


# Receive


@pytest.mark.parametrize("who", ["officer", "chief"])
def test_receiving_keeps_the_promise_names_the_handler_and_starts_the_clock_of_the_result(world: World, sent: Referral, who: str) -> None:
    assert post(world.client(who), sent, "nhan-tin", NOW + timedelta(minutes=20)).status_code == 302
    received = fresh(world, sent)
    assert (received.status, received.received_at, received.handler) == (ReferralStatus.RECEIVED, NOW + timedelta(minutes=20), world.actor(who))
    assert clock(world, sent, "acknowledge").status == "done"
    result = clock(world, sent, "answer")
    assert (result.status, result.opened_at, result.due_at) == ("open", NOW + timedelta(minutes=20), NOW + timedelta(hours=24, minutes=20))
    assert result.post == world.actor("officer").post, "the duty stays with the post"
    assert rung(world, "principal") == [NoticeKind.REFERRAL_RECEIVED]


def test_whoever_receives_handles_and_not_whoever_saw_it_first(world: World, sent: Referral) -> None:
    post(world.client("officer"), sent, "xem")
    post(world.client("chief"), sent, "nhan-tin")
    received = fresh(world, sent)
    assert (received.seen_by, received.handler) == (world.actor("officer"), world.actor("chief"))


def test_the_second_officer_is_told_that_somebody_was_first(world: World, sent: Referral) -> None:
    post(world.client("officer"), sent, "nhan-tin")
    late = post(world.client("chief"), sent, "nhan-tin", NOW + HOUR)
    assert late.status_code == 409
    assert fresh(world, sent).handler == world.actor("officer")
    assert rung(world, "principal") == [NoticeKind.REFERRAL_RECEIVED]


# Who may not


ACTS = {
    "xem": {},
    "nhan-tin": {},
    "chuyen-tiep": {"text": "Ngoài thẩm quyền."},
    "theo-doi": {"step": "progress"},
    "de-nghi-bo-sung": {"text": "Em nào có mặt?"},
    "ghi-chu": {"text": "Ghi chú."},
    "ket-qua": {"outcome": "reminded", "text": ""},
}
SCHOOL_ACTS = {"da-nhan-ket-qua": {}, "trao-doi-them": {"text": "Chưa rõ."}}


@pytest.mark.parametrize("act", ACTS)
def test_what_police_do_the_school_and_its_managers_may_not_and_strangers_cannot_find(world: World, act: str) -> None:
    referral = world.received()
    expected = {"principal": 403, "deputy": 403, "culture": 403, "doet": 403, "other_principal": 404, "province_police": 404, "leader": 403, "dpo": 404, "sysadmin": 404}
    given = {who: post(world.client(who), referral, act, **ACTS[act]).status_code for who in expected}
    assert given == expected
    assert fresh(world, referral).status == ReferralStatus.RECEIVED


@pytest.mark.parametrize("act", SCHOOL_ACTS)
def test_what_the_school_does_police_and_managers_may_not_and_strangers_cannot_find(world: World, act: str) -> None:
    referral = world.answered()
    expected = {"officer": 403, "chief": 403, "culture": 403, "doet": 403, "other_principal": 404, "province_police": 404}
    given = {who: post(world.client(who), referral, act, **SCHOOL_ACTS[act]).status_code for who in expected}
    assert given == expected
    assert fresh(world, referral).status == ReferralStatus.ANSWERED


def test_the_action_itself_asks_the_policy_and_not_the_page_alone(world: World, sent: Referral) -> None:
    with world.acting("principal") as principal:
        for act in (referral_actions.see, referral_actions.receive):
            with pytest.raises(PermissionDenied), transaction.atomic():
                act(sent, by=principal)
        with pytest.raises(PermissionDenied), transaction.atomic():
            referral_actions.follow_up(sent, by=principal, step="progress")
    with world.acting("other_principal") as stranger, pytest.raises(Referral.DoesNotExist), transaction.atomic():
        referral_actions.receive(sent, by=stranger)
    assert fresh(world, sent).status == ReferralStatus.SENT


def test_an_unknown_code_and_a_foreign_one_look_the_same(world: World, sent: Referral) -> None:
    client, codes = world.client("other_principal"), (sent.code, new_code())
    foreign, unknown = (client.post(f"/chuyen-den/{code}/nhan-tin/") for code in codes)
    assert foreign.status_code == unknown.status_code == 404
    pages = [re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", answer.content.decode().replace(code, "")) for answer, code in zip((foreign, unknown), codes, strict=True)]
    assert pages[0] == pages[1]


# Moves out of turn


OUT_OF_TURN = {
    "answer before receiving": ("sent", lambda world, referral: referral_actions.answer(referral, by=world.actor("officer"), outcome="reminded"), "officer"),
    "acknowledge before the result": ("received", lambda world, referral: referral_actions.acknowledge(referral, by=world.actor("principal")), "principal"),
    "discuss before the result": ("received", lambda world, referral: referral_actions.discuss(referral, by=world.actor("principal"), text="x"), "principal"),
    "follow up before receiving": ("sent", lambda world, referral: referral_actions.follow_up(referral, by=world.actor("officer"), step="progress"), "officer"),
    "ask before seeing": ("sent", lambda world, referral: referral_actions.ask(referral, by=world.actor("officer"), text="x"), "officer"),
    "follow up after the result": ("answered", lambda world, referral: referral_actions.follow_up(referral, by=world.actor("officer"), step="progress"), "officer"),
    "ask after the result": ("answered", lambda world, referral: referral_actions.ask(referral, by=world.actor("officer"), text="x"), "officer"),
    "forward after the result": ("answered", lambda world, referral: referral_actions.forward(referral, by=world.actor("officer"), to=world.actor("province_police").organisation, reason="x"), "officer"),
    "answer twice": ("answered", lambda world, referral: referral_actions.answer(referral, by=world.actor("officer"), outcome="reminded"), "officer"),
    "receive twice": ("received", lambda world, referral: referral_actions.receive(referral, by=world.actor("officer")), "officer"),
}


@pytest.mark.parametrize("what", OUT_OF_TURN)
def test_an_act_out_of_turn_is_stale_and_changes_nothing(world: World, what: str) -> None:
    state, act, who = OUT_OF_TURN[what]
    referral = {"sent": lambda: world.referral(world.file()), "received": world.received, "answered": world.answered}[state]()
    before = fresh(world, referral).status
    with world.acting(who), pytest.raises(Stale), transaction.atomic():
        act(world, referral)
    assert fresh(world, referral).status == before


def test_a_move_without_its_reason_is_refused(world: World, sent: Referral) -> None:
    with world.acting("officer") as officer, pytest.raises(MissingValue):
        referral_actions.forward(sent, by=officer, to=world.actor("province_police").organisation, reason="")
    page = post(world.client("officer"), sent, "chuyen-tiep", to=world.actor("province_police").organisation.code, text="")
    assert page.status_code == 422 and "Chưa có lý do chuyển" in page.content.decode()


# Pass on


def passed_on(world: World, referral: Referral, reason: str = "Vụ việc thuộc thẩm quyền của phòng nghiệp vụ.") -> Referral:
    """Đức Xuân's police pass the case on to PA03."""
    with world.acting("officer", NOW + HOUR) as officer:
        return referral_actions.forward(referral, by=officer, to=world.actor("province_police").organisation, reason=reason)


@pytest.mark.parametrize("state", ["sent", "received"])
def test_passing_on_chains_a_new_referral_with_its_own_clock(world: World, state: str) -> None:
    referral = world.received() if state == "received" else world.referral(world.file())
    chained = passed_on(world, referral)
    old, new = fresh(world, referral), fresh(world, chained)
    assert (old.status, new.status, new.previous, new.ground) == (ReferralStatus.FORWARDED, ReferralStatus.SENT, old, "forwarded")
    assert open_kinds(world, old) == set() and open_kinds(world, new) == {"acknowledge"}
    assert clock(world, new, "acknowledge").opened_at == NOW + HOUR
    assert clock(world, new, "acknowledge").post == world.actor("province_police").post
    assert rung(world, "province_police") == [NoticeKind.REFERRAL_FORWARDED]
    assert rung(world, "principal")[-1] == NoticeKind.REFERRAL_FORWARDED


def test_the_new_unit_sees_the_case_and_the_old_one_keeps_reading_and_does_no_more(world: World) -> None:
    referral = world.received()
    page = f"/vu-viec/{referral.incident.code}/"
    assert world.client("province_police").get(page).status_code == 404
    assert referral.incident.spoken_code not in world.client("province_police").get("/chuyen-den/").content.decode()
    chained = passed_on(world, referral)
    assert world.client("province_police").get(page).status_code == 200
    assert referral.incident.spoken_code in world.client("province_police").get("/chuyen-den/").content.decode()
    assert world.client("officer").get(page).status_code == 200, "the old unit keeps reading"
    assert post(world.client("officer"), referral, "ket-qua", outcome="reminded", text="").status_code == 409
    assert post(world.client("officer"), chained, "nhan-tin").status_code == 403
    assert post(world.client("province_police"), chained, "nhan-tin").status_code == 302
    assert post(world.client("province_police"), chained, "ket-qua", outcome="sanctioned", text="").status_code == 302
    assert fresh(world, chained).status == ReferralStatus.ANSWERED


def test_the_page_of_passing_on_offers_other_units_of_the_province(world: World) -> None:
    referral = world.received()
    page = world.client("officer").get(f"/chuyen-den/{referral.code}/chuyen-tiep/").content.decode()
    assert "Phòng An ninh chính trị nội bộ" in page and "Phòng Cảnh sát điều tra tội phạm về ma túy" in page
    own = world.actor("officer").organisation
    assert f'value="{own.code}"' not in page
    school = world.actor("principal").organisation
    for code in (own.code, school.code, "x"):
        assert post(world.client("officer"), referral, "chuyen-tiep", to=code, text="Ngoài thẩm quyền.").status_code == 422
    there = world.actor("province_police").organisation.code
    assert post(world.client("officer"), referral, "chuyen-tiep", to=there, text="Ngoài thẩm quyền.").status_code == 302


def test_a_case_is_not_passed_to_a_unit_that_has_it_nor_to_a_school(world: World) -> None:
    chained = passed_on(world, world.received())
    with world.acting("province_police") as reviewer:
        for unit in (world.actor("province_police").organisation, world.actor("principal").organisation):
            with pytest.raises(Stale), transaction.atomic():
                referral_actions.forward(chained, by=reviewer, to=unit, reason="x")


def test_a_case_may_come_back_through_the_chain(world: World) -> None:
    referral = world.received()
    chained = passed_on(world, referral)
    with world.acting("province_police", NOW + 2 * HOUR) as reviewer:
        back = referral_actions.forward(chained, by=reviewer, to=world.actor("officer").organisation, reason="Giao lại cơ sở.")
    assert fresh(world, back).previous == chained
    assert post(world.client("officer"), back, "nhan-tin").status_code == 302


def test_the_database_itself_refuses_two_open_referrals_to_one_unit(world: World, sent: Referral) -> None:
    world.see_all()
    with pytest.raises(IntegrityError, match="one_open_referral_per_case_and_body"), transaction.atomic():
        Referral.objects.create(incident=sent.incident, to_org=sent.to_org, ground="person", sent_at=NOW)


# Follow up, ask, reply


def test_a_follow_up_is_one_tap_and_tells_the_school(world: World) -> None:
    referral = world.received()
    assert post(world.client("officer"), referral, "theo-doi", NOW + HOUR, step="at_school").status_code == 302
    world.see_all()
    assert FollowUp.objects.unscoped("test").get().step == "at_school"
    assert rung(world, "principal")[-1] == NoticeKind.REFERRAL_PROGRESS
    assert fresh(world, referral).status == ReferralStatus.RECEIVED
    assert "Đã đến trường" in world.client("principal").get(f"/vu-viec/{referral.incident.code}/").content.decode()
    assert post(world.client("officer"), referral, "theo-doi", step="moon").status_code == 422


def test_a_question_makes_it_the_schools_turn_and_the_reply_gives_it_back(world: World) -> None:
    referral = world.received()
    assert post(world.client("officer"), referral, "de-nghi-bo-sung", NOW + HOUR, text="Em nào có mặt?").status_code == 302
    owed = clock(world, referral, "reply")
    assert (owed.status, owed.post, owed.due_at) == ("open", world.actor("principal").post, NOW + 13 * HOUR)
    assert rung(world, "principal")[-1] == NoticeKind.REFERRAL_QUESTION
    page = world.client("principal").get(f"/vu-viec/{referral.incident.code}/").content.decode()
    assert "Em nào có mặt?" in page and "Đề nghị bổ sung" in page
    question = Question.objects.unscoped("test").get()
    assert world.client("principal").post(f"/de-nghi-bo-sung/{question.uid}/tra-loi/", END | {"text": "HS-1 và HS-2."}).status_code == 302
    assert clock(world, referral, "reply").status == "done"
    assert rung(world, "officer")[-1] == NoticeKind.REFERRAL_REPLY
    assert "HS-1 và HS-2." in world.client("officer").get(f"/vu-viec/{referral.incident.code}/").content.decode()


def test_two_questions_are_one_clock_that_ends_with_the_last_reply(world: World) -> None:
    referral = world.received()
    with world.acting("officer") as officer:
        questions = [referral_actions.ask(referral, by=officer, text=text) for text in ("Một?", "Hai?")]
    for number, question in enumerate(questions):
        assert open_kinds(world, referral) >= {"reply"}, number
        with world.acting("principal") as principal:
            referral_actions.reply(question, by=principal, text="Đáp.")
    assert "reply" not in open_kinds(world, referral)


def test_a_question_is_answered_once_and_by_the_school_alone(world: World) -> None:
    referral = world.received()
    with world.acting("officer") as officer:
        question = referral_actions.ask(referral, by=officer, text="Một?")
    address = f"/de-nghi-bo-sung/{question.uid}/tra-loi/"
    given = {who: world.client(who).post(address, END | {"text": "x"}).status_code for who in ("officer", "culture", "doet", "other_principal", "province_police")}
    assert given == {"officer": 403, "culture": 403, "doet": 403, "other_principal": 404, "province_police": 404}
    answers = [world.client(who).post(address, END | {"text": f"Đáp của {who}."}).status_code for who in ("deputy", "principal")]
    assert answers == [302, 409]
    assert fresh(world, question).answer == "Đáp của deputy."


def test_the_result_frees_the_school_from_questions_that_are_still_open(world: World) -> None:
    referral = world.received()
    with world.acting("officer") as officer:
        referral_actions.ask(referral, by=officer, text="Một?")
        referral_actions.answer(referral, by=officer, outcome="reminded")
    assert clock(world, referral, "reply").status == "waived"
    page = world.client("principal").get(f"/vu-viec/{referral.incident.code}/").content.decode()
    assert "<strong>Đã có kết quả</strong>" in page, "the result is what the page says first"
    assert "<strong>Đề nghị bổ sung</strong>" not in page


# The result


def test_the_result_is_told_and_the_school_owes_its_word(world: World) -> None:
    referral = world.received()
    assert post(world.client("officer"), referral, "ket-qua", NOW + HOUR, outcome="reminded", text="Đã làm việc với gia đình.").status_code == 302
    answered = fresh(world, referral)
    assert (answered.status, answered.outcome, answered.answered_at, answered.outcome_note) == (ReferralStatus.ANSWERED, "reminded", NOW + HOUR, "Đã làm việc với gia đình.")
    assert open_kinds(world, referral) == {"acknowledge_result"}
    owed = clock(world, referral, "acknowledge_result")
    assert owed.post == world.actor("principal").post
    assert clocks.local(owed.due_at) == NOW.replace(day=27, hour=17), "17:00 of the fifth working day"
    assert rung(world, "principal")[-1] == NoticeKind.REFERRAL_ANSWERED


@pytest.mark.parametrize("fields", [{"outcome": "", "text": ""}, {"outcome": "prison", "text": ""}, {"text": "x"}])
def test_a_result_outside_the_fixed_list_is_refused(world: World, fields: dict[str, str]) -> None:
    referral = world.received()
    assert post(world.client("officer"), referral, "ket-qua", **fields).status_code == 422
    assert fresh(world, referral).status == ReferralStatus.RECEIVED


def test_the_database_itself_keeps_result_and_hour_together(world: World, sent: Referral) -> None:
    world.see_all()
    for values in ({"outcome": "reminded"}, {"answered_at": NOW}):
        with pytest.raises(IntegrityError, match="referral_outcome_and_time_together"), transaction.atomic():
            Referral.objects.unscoped("test").filter(pk=sent.pk).update(**values)


@pytest.mark.parametrize("who", ["principal", "deputy"])
def test_the_school_acknowledges_and_the_police_are_told(world: World, who: str) -> None:
    referral = world.answered()
    assert post(world.client(who), referral, "da-nhan-ket-qua", NOW + 2 * HOUR).status_code == 302
    settled = fresh(world, referral)
    assert (settled.status, settled.settled_at, settled.settled_how) == (ReferralStatus.SETTLED, NOW + 2 * HOUR, "school")
    assert open_kinds(world, referral) == set()
    assert rung(world, "officer")[-1] == NoticeKind.REFERRAL_ACKNOWLEDGED
    assert post(world.client(who), referral, "da-nhan-ket-qua").status_code == 409


def test_asking_for_more_talk_gives_the_police_a_new_clock_and_a_second_result(world: World) -> None:
    referral = world.answered()
    assert post(world.client("principal"), referral, "trao-doi-them", NOW + 2 * HOUR, text="Gia đình chưa được gặp.").status_code == 302
    discussed = fresh(world, referral)
    assert (discussed.status, discussed.discussion) == (ReferralStatus.DISCUSSED, "Gia đình chưa được gặp.")
    assert open_kinds(world, referral) == {"answer"} and clock(world, referral, "answer").opened_at == NOW + 2 * HOUR
    assert rung(world, "officer")[-1] == NoticeKind.REFERRAL_DISCUSSED
    assert post(world.client("officer"), referral, "ket-qua", NOW + 3 * HOUR, outcome="sanctioned", text="").status_code == 302
    assert (fresh(world, referral).outcome, fresh(world, referral).answered_at) == ("sanctioned", NOW + 3 * HOUR)
    assert open_kinds(world, referral) == {"acknowledge_result"}


# Notes of the police


def test_a_note_is_for_the_police_side_alone_on_the_page(world: World) -> None:
    referral = world.received()
    assert post(world.client("officer"), referral, "ghi-chu", text="Ghi chú chỉ Công an đọc.").status_code == 302
    page = f"/vu-viec/{referral.incident.code}/"
    seen = {who: "Ghi chú chỉ Công an đọc." in world.client(who).get(page).content.decode() for who in ("officer", "chief", "principal", "deputy", "culture", "doet")}
    assert seen == {"officer": True, "chief": True, "principal": False, "deputy": False, "culture": False, "doet": False}
    assert rung(world, "principal")[-1] == NoticeKind.REFERRAL_RECEIVED, "nobody is told of a note"


def test_the_database_role_of_the_school_cannot_read_a_police_note(world: World) -> None:
    referral = world.received()
    with world.acting("officer") as officer:
        referral_actions.note(referral, by=officer, text="Ghi chú chỉ Công an đọc.")
        assert PoliceNote.objects.visible_to(officer).count() == 1
    for who in ("principal", "culture", "doet", "system"):
        with world.acting(who), pytest.raises(Exception, match="permission denied"), transaction.atomic():
            PoliceNote.objects.unscoped("test").count()


# Without police, and without a rule


def test_a_school_may_send_what_no_rule_sends_once(world: World) -> None:
    incident = world.file(kind="theft", severity="s2")
    assert world.referral(incident) is None
    address = f"/vu-viec/{incident.code}/chuyen-cong-an/"
    assert "Công an phường Đức Xuân" in world.client("principal").get(address).content.decode()
    assert world.client("principal").post(address, END | {"text": ""}).status_code == 422
    answers = [world.client(who).post(address, END | {"text": "Đề nghị phối hợp."}).status_code for who in ("principal", "deputy")]
    assert answers == [302, 409]
    referral = world.referral(incident)
    assert (referral.ground, referral.reason) == ("person", "Đề nghị phối hợp.")
    assert rung(world, "officer") == [NoticeKind.REFERRAL_SENT]
    for who, code in (("culture", 403), ("officer", 403), ("other_principal", 404)):
        assert world.client(who).post(address, END | {"text": "x"}).status_code == code, who


@pytest.fixture
def no_police(world: World) -> World:
    """A commune without a police unit of its own, as two special zones are."""
    Organisation.objects.filter(pk=world.actor("officer").organisation.pk).update(valid_to=clocks.today())
    return world


def test_where_there_is_no_commune_police_the_case_is_filed_and_the_school_told_what_to_do(no_police: World) -> None:
    client = no_police.client("principal")
    words = "Địa bàn này chưa có đơn vị Công an cấp xã. Gọi 113 và báo cấp quản lý."
    checked = client.post("/vu-viec/bao-nhanh/", no_police.form(confirmed=""))
    assert checked.status_code == 200 and words in checked.content.decode()
    filed = client.post("/vu-viec/bao-nhanh/", no_police.form())
    assert filed.status_code == 302
    assert words in client.get(filed.url).content.decode()
    no_police.see_all()
    assert Incident.objects.unscoped("test").get().status == "submitted"
    assert not Referral.objects.unscoped("test").exists()
    assert rung(no_police, "culture") == [NoticeKind.INCIDENT_FILED]


def test_where_there_is_no_commune_police_sending_by_hand_is_answered_in_words(no_police: World) -> None:
    with clocks.set_to(NOW):
        incident = no_police.file(kind="theft", severity="s2")
    address = f"/vu-viec/{incident.code}/chuyen-cong-an/"
    client = no_police.client("principal")
    assert "chưa có đơn vị Công an cấp xã" in client.get(address).content.decode()
    refused = client.post(address, END | {"text": "Đề nghị phối hợp."})
    assert refused.status_code == 422 and "Gọi 113" in refused.content.decode()
    assert no_police.referral(incident) is None


# The handler


def test_a_handler_whose_post_has_ended_opens_nothing_more_and_a_colleague_answers(world: World) -> None:
    referral = world.received()
    officer = world.actor("officer")
    Appointment.objects.filter(pk=officer.pk).update(ends_on=NOW.date())
    refused = post(world.client("officer"), referral, "ket-qua", outcome="reminded", text="Lời nhắn đã gõ.")
    assert refused.status_code == 403 and "Lời nhắn đã gõ." in refused.content.decode() and "không còn giữ vị trí" in refused.content.decode()
    assert post(world.client("chief"), referral, "ket-qua", outcome="reminded", text="").status_code == 302
    assert officer.post.role == Role.COMMUNE_OFFICER


BUTTONS: dict[str, Callable[[World], Referral]] = {"sent": lambda world: world.referral(world.file()), "received": lambda world: world.received(), "answered": lambda world: world.answered()}
SHOWN = {
    "sent": {"officer": {"xem", "nhan-tin", "chuyen-tiep", "ghi-chu"}, "principal": set(), "culture": set()},
    "received": {"officer": {"theo-doi", "ket-qua", "de-nghi-bo-sung", "chuyen-tiep", "ghi-chu"}, "principal": set(), "culture": set()},
    "answered": {"officer": {"ghi-chu"}, "principal": {"da-nhan-ket-qua", "trao-doi-them"}, "culture": set()},
}


@pytest.mark.parametrize("state", BUTTONS)
def test_the_page_offers_exactly_the_acts_that_are_open_to_its_reader(world: World, state: str) -> None:
    referral = BUTTONS[state](world)
    acts = [*ACTS, *SCHOOL_ACTS]
    for who, expected in SHOWN[state].items():
        page = world.client(who).get(f"/vu-viec/{referral.incident.code}/").content.decode()
        assert {act for act in acts if f"/chuyen-den/{referral.code}/{act}/" in page} == expected, who
