"""When school and police do not agree after talking again: one body rules, by its clock, and that ends the referral."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from coordination import clocks
from coordination.models import Duty
from coordination.models.notices import NoticeKind
from coordination.scope import reading_as
from coordination.workflow import Stale
from incidents import actions, endings, referral_actions, silence
from incidents.models import Incident, Referral
from incidents.workflow import IncidentStatus, ReferralStatus
from tests.incidents.test_referral import END, clock, fresh, open_kinds, passed_on, post, rung
from tests.incidents.test_referral_chain import REPORT
from tests.world import NOW, World

HOUR = timedelta(hours=1)
ASKED = "Nhà trường đề nghị làm rõ ai hỗ trợ học sinh."
RULING = "Giao Công an phường và nhà trường cùng gặp gia đình trong tuần."


def discussed(world: World, **changes: Any) -> Referral:
    """The school asks to talk again."""
    referral = world.answered(**changes)
    with world.acting(changes.get("who", "principal"), NOW + 2 * HOUR) as school:
        return referral_actions.discuss(referral, by=school, text="Gia đình chưa được gặp.")


def answered_again(world: World) -> Referral:
    """The police answer a second time."""
    referral = discussed(world)
    with world.acting("officer", NOW + 3 * HOUR) as officer:
        return referral_actions.answer(referral, by=officer, outcome="no_violation", note="Không thay đổi.")


def put_up(world: World, **changes: Any) -> Referral:
    """The school asks for a ruling."""
    referral = discussed(world, **changes)
    with world.acting(changes.get("who", "principal"), NOW + 4 * HOUR) as school:
        return referral_actions.ask_ruling(referral, by=school, text=ASKED)


def ruled(world: World) -> Referral:
    """The commune's leader rules."""
    referral = put_up(world)
    with world.acting("leader", NOW + 5 * HOUR) as leader:
        return referral_actions.rule(referral, by=leader, text=RULING)


def rule_page(world: World, who: str, referral: Referral, at: datetime = NOW + 5 * HOUR, **fields: str) -> Any:
    """Look at the page of the ruling, or press its button."""
    with clocks.set_to(at):
        address, client = f"/vu-viec/{referral.incident.code}/cho-y-kien/", world.client(who)
        return client.post(address, END | fields) if fields else client.get(address)


# Talking again


def test_both_answers_stay_readable_with_their_messages(world: World) -> None:
    referral = world.received()
    with world.acting("officer", NOW + HOUR) as officer:
        referral = referral_actions.answer(referral, by=officer, outcome="reminded", note="Lời nhắn thứ nhất.")
    with world.acting("principal", NOW + 2 * HOUR) as principal:
        referral = referral_actions.discuss(referral, by=principal, text="Chưa rõ.")
    with world.acting("officer", NOW + 3 * HOUR) as officer:
        referral_actions.answer(referral, by=officer, outcome="sanctioned", note="Lời nhắn thứ hai.")
    page = world.client("principal").get(f"/vu-viec/{referral.incident.code}/").content.decode()
    assert page.index("Lời nhắn thứ nhất.") < page.index("Chưa rõ.") < page.index("Lời nhắn thứ hai.")


@pytest.mark.parametrize("who", ["principal", "officer"])
def test_a_ruling_is_asked_for_only_after_one_discussion(world: World, who: str) -> None:
    referral = world.answered()
    assert f"/chuyen-den/{referral.code}/de-nghi-cho-y-kien/" not in world.client(who).get(f"/vu-viec/{referral.incident.code}/").content.decode()
    assert post(world.client(who), referral, "de-nghi-cho-y-kien", text=ASKED).status_code == 409
    assert fresh(world, referral).status == ReferralStatus.ANSWERED


def test_a_second_disagreement_goes_up_and_does_not_go_round(world: World) -> None:
    referral = answered_again(world)
    page = world.client("principal").get(f"/vu-viec/{referral.incident.code}/").content.decode()
    assert f"/chuyen-den/{referral.code}/de-nghi-cho-y-kien/" in page and f"/chuyen-den/{referral.code}/trao-doi-them/" not in page
    asked = world.client("principal").get(f"/chuyen-den/{referral.code}/trao-doi-them/").content.decode()
    assert "Đề nghị cấp có thẩm quyền cho ý kiến" in asked and "Gửi tới UBND phường Đức Xuân" in asked
    assert post(world.client("principal"), referral, "trao-doi-them", NOW + 4 * HOUR, text=ASKED).status_code == 302
    put = fresh(world, referral)
    assert (put.status, put.ruling_request, put.discussion) == (ReferralStatus.RULING, ASKED, "Gia đình chưa được gặp.")


def test_a_doubled_press_of_talking_again_does_not_go_up(world: World) -> None:
    referral, client = world.answered(), world.client("principal")
    assert [post(client, referral, "trao-doi-them", NOW + 2 * HOUR, text="Chưa rõ.").status_code for _ in range(2)] == [302, 409]
    assert fresh(world, referral).status == ReferralStatus.DISCUSSED


# Who rules


@pytest.mark.parametrize("who", ["principal", "deputy", "officer", "chief"])
def test_either_side_asks_and_the_clocks_between_them_stand_still(world: World, who: str) -> None:
    referral = discussed(world)
    assert post(world.client(who), referral, "de-nghi-cho-y-kien", NOW + 4 * HOUR, text=ASKED).status_code == 302
    put = fresh(world, referral)
    assert (put.status, put.ruling_body, put.ruling_asked_by, put.ruling_asked_at) == (ReferralStatus.RULING, world.actor("leader").organisation, world.actor(who), NOW + 4 * HOUR)
    assert open_kinds(world, referral) == {"rule"}
    owed = clock(world, referral, "rule")
    assert owed.post == world.actor("leader").post
    assert clocks.local(owed.due_at) == NOW.replace(day=25, hour=17), "17:00 of the third working day at s3"
    assert rung(world, "leader")[-1] == NoticeKind.RULING_ASKED
    police = who in ("officer", "chief")
    assert (NoticeKind.RULING_ASKED in rung(world, "principal"), NoticeKind.RULING_ASKED in rung(world, "officer")) == (police, not police)


def test_the_body_is_named_on_the_page_and_whose_turn_it_is(world: World) -> None:
    referral = put_up(world)
    with world.acting("principal", NOW + 4 * HOUR) as principal:
        actions.complete(referral.incident, by=principal, answers=REPORT)
    for who in ("principal", "officer", "culture"):
        page = world.client(who).get(f"/vu-viec/{referral.incident.code}/").content.decode()
        turn = "Chờ đơn vị của bạn" if who == "culture" else "Đang chờ: <strong>UBND phường Đức Xuân</strong>"
        assert turn in page and "Chờ cấp có thẩm quyền cho ý kiến" in page, who
        assert (ASKED in page) is (who != "culture"), who
    with world.acting("principal"):
        assert [(gap.missing, gap.turn) for gap in actions.closing_gaps(referral.incident)][-1] == ("Cấp có thẩm quyền chưa cho ý kiến.", "UBND phường Đức Xuân")


def test_a_school_of_the_department_is_ruled_on_by_the_department(world: World) -> None:
    referral = put_up(world, who="thpt_principal")
    assert fresh(world, referral).ruling_body == world.actor("doet").organisation
    assert clock(world, referral, "rule").post == world.actor("doet_leader").post
    assert rule_page(world, "leader", referral).status_code == 404
    assert rule_page(world, "doet", referral, text=RULING).status_code == 403, "its leader rules, not its officers"
    assert rule_page(world, "doet_leader", referral, text=RULING).status_code == 302


@pytest.mark.parametrize("severity", ["s2", "s3"])
def test_against_a_unit_of_the_province_the_level_both_share_rules(world: World, severity: str) -> None:
    """A communal school and a department of the province police: the Sở's leader, also where it had no heads-up before."""
    referral = world.referral(world.file(kind="child_abuse_risk" if severity == "s2" else "weapon_possession", severity=severity))
    with world.acting("officer") as officer:
        if referral.incident.restricted:
            actions.open_sealed(referral.incident, by=officer, purpose="child")
    chained = passed_on(world, referral)
    with world.acting("province_police", NOW + 2 * HOUR) as reviewer:
        chained = referral_actions.answer(referral_actions.receive(chained, by=reviewer), by=reviewer, outcome="reminded")
    with world.acting("principal", NOW + 3 * HOUR) as principal:
        chained = referral_actions.ask_ruling(referral_actions.discuss(chained, by=principal, text="Chưa rõ."), by=principal, text=ASKED)
    assert fresh(world, chained).ruling_body == world.actor("doet").organisation
    page = rule_page(world, "doet_leader", chained)
    assert page.status_code == 200 and ASKED in page.content.decode()
    assert rule_page(world, "leader", chained).status_code == 403
    assert rule_page(world, "doet_leader", chained, text=RULING).status_code == 302


@pytest.mark.parametrize("who", ["culture", "deputy"])
def test_whoever_answers_for_the_school_does_not_rule_on_himself(world: World, who: str) -> None:
    """Also when the deputy stands in, the desk of the committee owes and does the school's part."""
    referral = discussed(world)
    with world.acting(who, NOW + 3 * HOUR) as actor:
        endings.keep_out(referral.incident, by=actor)
    with world.acting("culture", NOW + 4 * HOUR) as culture:
        put = referral_actions.ask_ruling(fresh(world, referral), by=culture, text=ASKED)
    assert fresh(world, put).ruling_body == world.actor("doet").organisation


# What the ruler reads


def test_the_ruler_reads_what_both_sides_wrote_for_it_and_nothing_else_of_the_case(world: World) -> None:
    referral = put_up(world)
    page = rule_page(world, "leader", referral).content.decode()
    for words in (ASKED, "Gia đình chưa được gặp.", "Đã nhắc nhở", "Công an phường Đức Xuân", referral.incident.spoken_code):
        assert words in page, words
    assert "mang dao gọt" not in page
    assert f"/vu-viec/{referral.incident.code}/\"" not in page
    assert world.client("leader").get(f"/vu-viec/{referral.incident.code}/").status_code == 403, "the page of the case stays shut"


def test_the_leader_of_the_department_finds_the_way_from_the_page_of_the_case(world: World) -> None:
    referral = put_up(world, who="thpt_principal")
    page = world.client("doet_leader").get(f"/vu-viec/{referral.incident.code}/").content.decode()
    assert f"/vu-viec/{referral.incident.code}/cho-y-kien/" in page and ASKED not in page and "mang dao gọt" not in page


def test_before_it_is_asked_and_for_others_there_is_nothing_to_rule_on(world: World) -> None:
    referral = discussed(world)
    assert rule_page(world, "leader", referral).status_code == 403
    assert world.client("leader").get(f"/vu-viec/{referral.incident.code}/").status_code == 403
    put_up(world)
    for who, code in (("principal", 403), ("officer", 403), ("culture", 403), ("doet_leader", 403), ("province_police", 404), ("other_principal", 404), ("dpo", 404)):
        assert rule_page(world, who, referral, text=RULING).status_code == code, who


def test_in_a_restricted_case_the_ruler_reads_the_request_alone(world: World) -> None:
    referral = world.referral(world.file(kind="child_sexual_abuse", severity="s4"))
    with world.acting("officer", NOW + HOUR) as officer:
        actions.open_sealed(referral.incident, by=officer, purpose="child")
        referral = referral_actions.answer(referral_actions.receive(referral, by=officer), by=officer, outcome="proceedings", note="Lời nhắn kín.")
    with world.acting("principal", NOW + 2 * HOUR) as principal:
        referral = referral_actions.ask_ruling(referral_actions.discuss(referral, by=principal, text="Lời trao đổi kín."), by=principal, text=ASKED)
    page = rule_page(world, "leader", referral).content.decode()
    assert ASKED in page and "Lời nhắn kín." not in page and "Lời trao đổi kín." not in page
    assert str(referral.incident.kind.label) not in page and "Hồ sơ hạn chế" in page


def test_the_inbox_of_the_leader_leads_to_the_page(world: World) -> None:
    referral = put_up(world)
    with clocks.set_to(NOW + 5 * HOUR):
        home = world.client("leader").get("/").content.decode()
    assert "Cho ý kiến giải quyết vụ việc" in home and f"/vu-viec/{referral.incident.code}/cho-y-kien/" in home


# The ruling


def test_a_ruling_ends_the_referral_and_is_read_by_both_sides(world: World) -> None:
    referral = put_up(world)
    assert rule_page(world, "leader", referral, text=RULING).status_code == 302
    done = fresh(world, referral)
    assert (done.status, done.ruling, done.ruled_by, done.ruled_at) == (ReferralStatus.RULED, RULING, world.actor("leader"), NOW + 5 * HOUR)
    assert open_kinds(world, referral) == set() and "close" in open_kinds(world, referral.incident)
    for who in ("principal", "officer"):
        assert rung(world, who)[-1] == NoticeKind.REFERRAL_RULED, who
        page = world.client(who).get(f"/vu-viec/{referral.incident.code}/").content.decode()
        assert RULING in page and "Đã có ý kiến của cấp có thẩm quyền" in page, who
    assert RULING not in world.client("culture").get(f"/vu-viec/{referral.incident.code}/").content.decode()
    shown = rule_page(world, "leader", referral).content.decode()
    assert RULING in shown and "<textarea" not in shown


def test_a_ruling_without_words_is_refused_and_a_second_one_gives_them_back(world: World) -> None:
    referral = put_up(world)
    assert rule_page(world, "leader", referral, text=" ").status_code == 422
    assert rule_page(world, "leader", referral, text=RULING).status_code == 302
    again = rule_page(world, "leader", referral, text="Ý kiến khác.")
    assert again.status_code == 409 and "Ý kiến khác." in again.content.decode()
    assert "UBND phường Đức Xuân đã cho ý kiến lúc 14:00 hôm nay." in again.content.decode()
    assert fresh(world, referral).ruling == RULING


OVER = {
    "answer": ("officer", lambda referral, by: referral_actions.answer(referral, by=by, outcome="reminded")),
    "acknowledge": ("principal", lambda referral, by: referral_actions.acknowledge(referral, by=by)),
    "discuss": ("principal", lambda referral, by: referral_actions.discuss(referral, by=by, text="x")),
    "ask again": ("principal", lambda referral, by: referral_actions.ask_ruling(referral, by=by, text="x")),
    "rule again": ("leader", lambda referral, by: referral_actions.rule(referral, by=by, text="x")),
}


@pytest.mark.parametrize("what", OVER)
def test_after_a_ruling_nothing_moves_any_more(world: World, what: str) -> None:
    referral = ruled(world)
    who, act = OVER[what]
    with world.acting(who, NOW + 6 * HOUR) as actor, pytest.raises(Stale), transaction.atomic():
        act(fresh(world, referral), actor)


def test_the_action_itself_asks_the_policy(world: World) -> None:
    referral = put_up(world)
    for who in ("principal", "officer", "culture"):
        with world.acting(who) as actor, pytest.raises(PermissionDenied), transaction.atomic():
            referral_actions.rule(referral, by=actor, text=RULING)


def test_the_two_may_still_agree_while_they_wait(world: World) -> None:
    referral = put_up(world)
    assert post(world.client("principal"), referral, "da-nhan-ket-qua", NOW + 5 * HOUR).status_code == 302
    assert fresh(world, referral).status == ReferralStatus.SETTLED
    assert clock(world, referral, "rule").status == "waived"
    shown = rule_page(world, "leader", referral)
    assert shown.status_code == 200 and "Không còn chờ ý kiến." in shown.content.decode()


def test_the_ruling_and_the_request_are_sealed_in_the_database(world: World) -> None:
    referral = ruled(world)
    world.see_all()
    with connection.cursor() as cursor:
        cursor.execute("select ruling, ruling_request, earlier_note from incidents_referral where id = %s", [referral.pk])
        stored = str(cursor.fetchone())
    assert RULING not in stored and ASKED not in stored


def test_the_database_itself_keeps_ruling_hour_and_ruler_together(world: World) -> None:
    referral = put_up(world)
    world.see_all()
    with pytest.raises(IntegrityError, match="ruled_says_when_and_by_whom"), transaction.atomic():
        Referral.objects.unscoped("test").filter(pk=referral.pk).update(status="ruled")


def test_a_body_that_is_not_asked_stays_outside_the_wall(world: World) -> None:
    referral = world.referral(world.file(kind="firecracker_use", severity="s2"))
    assert referral is None or referral.incident.department_id not in referral.incident.parties
    with reading_as(world.actor("doet_leader")):
        assert not Incident.objects.unscoped("test").exists()


# After it


def test_the_school_closes_a_ruled_case_and_its_clock_ends(world: World) -> None:
    referral = ruled(world)
    with world.acting("principal", NOW + 6 * HOUR) as principal:
        actions.complete(referral.incident, by=principal, answers=REPORT)
        actions.close(referral.incident, by=principal)
    world.see_all()
    assert fresh(world, referral.incident).status == IncidentStatus.CLOSED
    assert Duty.objects.unscoped("test").get(kind="close").status == "done"


FRIDAY = datetime(2026, 11, 20, 14, 0, tzinfo=clocks.ZONE)
BEFORE_NEW_YEAR = datetime(2026, 12, 28, 9, 0, tzinfo=clocks.ZONE)
# Monday 28/12: 29, 30, 31, then 1/1 is a holiday and the weekend, 4/1, 5/1.
FIFTH_AFTER_NEW_YEAR = datetime(2027, 1, 5, 17, 0, tzinfo=clocks.ZONE)


def sides(world: World, at: datetime, *, ruling: bool) -> Referral:
    """The same way at another hour: answered twice, or ruled on; the full report is there."""
    referral = world.answered(at=at - 6 * HOUR)
    with world.acting("principal", at - 4 * HOUR) as principal:
        actions.complete(referral.incident, by=principal, answers=REPORT)
        referral = referral_actions.discuss(referral, by=principal, text="Chưa rõ.")
        if ruling:
            referral = referral_actions.ask_ruling(referral, by=principal, text=ASKED)
    if ruling:
        with world.acting("leader", at) as leader:
            return referral_actions.rule(referral, by=leader, text=RULING)
    with world.acting("officer", at) as officer:
        return referral_actions.answer(referral, by=officer, outcome="reminded")


@pytest.mark.parametrize("ruling", [False, True], ids=["answered again", "ruled"])
def test_five_silent_working_days_across_new_year_end_the_case(world: World, ruling: bool) -> None:
    referral = sides(world, BEFORE_NEW_YEAR, ruling=ruling)
    owed = clock(world, referral.incident if ruling else referral, "close" if ruling else "acknowledge_result")
    assert clocks.local(owed.due_at) == FIFTH_AFTER_NEW_YEAR
    with world.acting("system", FIFTH_AFTER_NEW_YEAR):
        assert silence.settle_all() == 0
    with world.acting("system", FIFTH_AFTER_NEW_YEAR + timedelta(seconds=1)):
        assert silence.settle_all() == 1
        assert silence.settle_all() == 0
    closed = fresh(world, referral.incident)
    assert (closed.status, closed.closed_how) == (IncidentStatus.CLOSED, "silence")
    assert fresh(world, referral).status == (ReferralStatus.RULED if ruling else ReferralStatus.SETTLED)
    assert open_kinds(world, referral, referral.incident) == set()


def test_while_a_ruling_is_waited_for_silence_ends_nothing(world: World) -> None:
    referral = put_up(world)
    with world.acting("system", NOW + timedelta(days=60)):
        assert silence.settle_all() == 0
    assert fresh(world, referral).status == ReferralStatus.RULING


def test_a_ruled_case_without_its_full_report_is_not_closed_by_itself(world: World) -> None:
    referral = ruled(world)
    with world.acting("system", NOW + timedelta(days=30)):
        assert silence.settle_all() == 1
    assert fresh(world, referral.incident).status == IncidentStatus.SUBMITTED
    assert "close" not in open_kinds(world, referral.incident)


def test_a_case_withdrawn_or_merged_while_waiting_owes_nobody_a_ruling(world: World) -> None:
    referral, other = put_up(world), world.file()
    with world.acting("principal", NOW + 5 * HOUR) as principal:
        endings.merge(fresh(world, referral.incident), by=principal, into=other)
    assert fresh(world, referral).status == ReferralStatus.RECALLED
    assert clock(world, referral, "rule").status == "waived"
