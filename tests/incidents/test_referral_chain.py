"""A case passed from unit to unit: who still reads what, who owes what by when, what goes along."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from coordination import clocks, duties
from coordination.models import Duty, Organisation, Role, Unit
from coordination.models.organisations import OrganisationKind
from coordination.scope import reading_as
from incidents import actions, referral_actions, silence
from incidents.models import Incident, Opening, Question, Referral
from incidents.workflow import ReferralStatus
from tests.access.stage import account, founded
from tests.incidents.test_referral import END, clock, fresh, open_kinds, passed_on, post, rung
from tests.world import NOW, World

HOUR = timedelta(hours=1)
WARD, PA03, PC04 = "Công an phường Đức Xuân", "PA03 Công an tỉnh Thái Nguyên", "PC04 Công an tỉnh Thái Nguyên"
REASON = "Có dấu hiệu ma túy."


def chain(world: World) -> Referral:
    """Ward → PA03 → PC04."""
    world.see_all()
    second = passed_on(world, world.received())
    with world.acting("province_police", NOW + 2 * HOUR) as reviewer:
        last = referral_actions.forward(referral_actions.receive(second, by=reviewer), by=reviewer, to=world.actor("pc04.bk").organisation, reason=REASON)
    world.see_all()
    return last


def page_of(world: World, who: str, referral: Referral, at: datetime = NOW) -> str:
    with clocks.set_to(at):
        return " ".join(world.client(who).get(f"/vu-viec/{referral.incident.code}/").content.decode().split())


def queue_of(world: World, who: str, tab: str) -> str:
    with clocks.set_to(NOW + 3 * HOUR):
        return world.client(who).get(f"/chuyen-den/?tab={tab}").content.decode()


# The chain on the page


def test_the_page_shows_the_chain_in_order_with_hours_and_reasons(world: World) -> None:
    last = chain(world)
    for who in ("principal", "officer", "pc04.bk"):
        page = re.sub(r"<[^>]*>", "", page_of(world, who, last, NOW + 3 * HOUR))
        assert re.search(rf"{WARD}\s*→\s*{PA03}\s*→\s*{PC04}", page), who
        assert f"{WARD} chuyển đến lúc 10:00 20/11/2026" in page and f"{PA03} chuyển đến lúc 11:00 20/11/2026: {REASON}" in page, who
    managers = page_of(world, "culture", last)
    assert "Quá trình chuyển" in managers and REASON not in managers, "reasons are words of the case"


def test_a_case_that_never_moved_shows_no_chain(world: World) -> None:
    assert "Quá trình chuyển" not in page_of(world, "principal", world.received())


def test_the_whole_chain_has_one_turn_and_it_is_the_last_units(world: World) -> None:
    last = chain(world)
    for who in ("principal", "officer", "culture"):
        assert re.search(rf"Đang chờ: <strong>{PC04}</strong>", page_of(world, who, last)), who
    assert "Chờ đơn vị của bạn" in page_of(world, "pc04.bk", last)
    world.see_all()
    assert open_kinds(world, *Referral.objects.unscoped("test").filter(incident=last.incident)) == {"acknowledge"}


def test_the_guard_names_the_last_unit_alone(world: World) -> None:
    last = chain(world)
    with world.acting("principal"):
        gaps = actions.closing_gaps(last.incident)
    assert [(gap.missing, gap.turn) for gap in gaps if gap.turn != "Nhà trường"] == [("Công an chưa xem vụ việc.", PC04)]


# Who still reads


def test_the_police_of_the_school_keep_a_copy_read_on_and_do_nothing_more(world: World) -> None:
    last = chain(world)
    with world.acting("principal", NOW + 2 * HOUR) as principal:
        person = actions.add_person(last.incident, by=principal, answers={"role": "involved", "age_band": "14_15", "full_name": "Người mẫu", "class_name": "9A", "contact": ""})
    page = page_of(world, "officer", last)
    assert "Phát hiện một học sinh mang dao" in page and "giữ bản sao (chỉ xem)" in page
    assert "/ghi-chu/" not in page and "/ket-qua/" not in page
    for who in ("officer", "chief"):
        assert world.client(who).post(f"/nguoi-lien-quan/{person.uid}/mo/", END | {"purpose": "case"}).status_code == 403, who


def test_a_copy_of_a_restricted_case_stays_shut(world: World) -> None:
    referral = world.referral(world.file(kind="child_sexual_abuse", severity="s4"))
    with world.acting("officer") as officer:
        actions.open_sealed(referral.incident, by=officer, purpose="child")
        last = referral_actions.forward(referral, by=officer, to=world.actor("pc04.bk").organisation, reason="x")
    page = page_of(world, "officer", last)
    assert "Phát hiện một học sinh" not in page and "Hồ sơ hạn chế" in page, "also while an opening of before would still run"
    assert post(world.client("officer"), referral, "xem", purpose="child").status_code == 409
    world.see_all()
    assert Opening.objects.unscoped("test").count() == 1


def test_another_unit_that_passed_it_on_keeps_one_plain_line(world: World) -> None:
    last = chain(world)
    client = world.client("province_police")
    assert client.get(f"/vu-viec/{last.incident.code}/").status_code == 404
    line = queue_of(world, "province_police", "da-chuyen")
    assert last.incident.spoken_code in line and f"Chuyển đến {PC04}" in line and "11:00 hôm nay" in line
    assert "Ánh Dương" not in line and last.incident.code not in line
    assert last.incident.spoken_code not in queue_of(world, "province_police", "tat-ca")
    copy = queue_of(world, "officer", "da-chuyen")
    assert last.incident.code in copy and "Xem bản sao" in copy, "the police of the school have the way to their copy"


def test_the_line_says_what_was_known_then(world: World) -> None:
    """A kind corrected later is a new fact, and new facts stay with those who have the case."""
    last = chain(world)
    before = Referral.objects.unscoped("test").get(to_org=world.actor("province_police").organisation).passed_words
    with world.acting("system"):
        Incident.objects.unscoped("test").filter(pk=last.incident_id).update(restricted=True)
    assert before.split(" · ")[1] in queue_of(world, "province_police", "da-chuyen")


def test_the_database_itself_no_longer_shows_the_case_to_the_unit_that_passed_it_on(world: World) -> None:
    last = chain(world)
    with reading_as(world.actor("province_police")):
        assert not Incident.objects.unscoped("test").filter(pk=last.incident_id).exists()
        assert [row.status for row in Referral.objects.unscoped("test").filter(incident=last.incident_id)] == [ReferralStatus.FORWARDED]
        assert not Duty.objects.unscoped("test").filter(about_model="incidents.referral", about_id=last.pk).exists(), "nor the clocks of those after it"
    for who in ("officer", "pc04.bk"):
        with reading_as(world.actor(who)):
            assert Referral.objects.unscoped("test").filter(incident=last.incident_id).count() == 3, who


def test_a_unit_to_which_the_case_comes_back_has_it_again(world: World) -> None:
    last = chain(world)
    with world.acting("pc04.bk", NOW + 3 * HOUR) as reviewer:
        back = referral_actions.forward(last, by=reviewer, to=world.actor("province_police").organisation, reason="Giao lại.")
    assert post(world.client("province_police"), back, "nhan-tin").status_code == 302
    assert world.client("pc04.bk").get(f"/vu-viec/{back.incident.code}/").status_code == 404


ACTS = {
    "xem": {},
    "nhan-tin": {},
    "chuyen-tiep": {"text": "Lời đã gõ."},
    "theo-doi": {"step": "progress"},
    "de-nghi-bo-sung": {"text": "Lời đã gõ."},
    "ghi-chu": {"text": "Lời đã gõ."},
    "ket-qua": {"outcome": "reminded", "text": "Lời đã gõ."},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["province_police", "officer"])
def test_who_lost_the_case_is_told_where_it_went_and_gets_his_words_back(world: World, who: str, act: str) -> None:
    last = chain(world)
    mine = Referral.objects.unscoped("test").get(incident=last.incident_id, to_org=world.actor(who).organisation)
    refused = post(world.client(who), mine, act, NOW + 3 * HOUR, **ACTS[act])
    page = refused.content.decode()
    assert refused.status_code == 409
    assert f"đã chuyển vụ việc đến {PC04 if who == 'province_police' else PA03}" in page
    assert ("Lời đã gõ." in page) is ("text" in ACTS[act])
    assert fresh(world, mine).status == ReferralStatus.FORWARDED


# What goes along


def test_an_open_question_goes_along_with_its_hour(world: World) -> None:
    referral = world.received()
    with world.acting("officer", NOW + HOUR / 2) as officer:
        question = referral_actions.ask(referral, by=officer, text="Em nào có mặt?")
    due_at = clock(world, referral, "reply").due_at
    chained = passed_on(world, referral)
    assert fresh(world, question).referral == chained
    assert open_kinds(world, referral) == set() and open_kinds(world, chained) == {"acknowledge", "reply"}
    assert clock(world, chained, "reply").due_at == due_at, "passing on gives the school neither more time nor less"
    assert "Em nào có mặt?" in page_of(world, "province_police", chained)
    waiting = queue_of(world, "province_police", "cho-bo-sung")
    assert chained.incident.spoken_code in waiting and chained.incident.spoken_code not in queue_of(world, "officer", "cho-bo-sung")
    assert world.client("principal").post(f"/de-nghi-bo-sung/{question.uid}/tra-loi/", END | {"text": "HS-1."}).status_code == 302
    assert rung(world, "province_police")[-1] == "referral_reply" and "referral_reply" not in rung(world, "officer")
    assert open_kinds(world, chained) == {"acknowledge"}
    assert "HS-1." in page_of(world, "province_police", chained)


def test_an_answered_question_stays_with_the_unit_that_asked(world: World) -> None:
    referral = world.received()
    with world.acting("officer") as officer:
        question = referral_actions.ask(referral, by=officer, text="Một?")
    with world.acting("principal") as principal:
        referral_actions.reply(question, by=principal, text="Đáp.")
    chained = passed_on(world, referral)
    assert fresh(world, question).referral == referral
    assert open_kinds(world, chained) == {"acknowledge"}
    assert "Đáp." in page_of(world, "province_police", chained), "it is read on by whoever has the case"


def test_notes_of_one_unit_are_not_passed_on(world: World) -> None:
    referral = world.received()
    with world.acting("officer") as officer:
        referral_actions.note(referral, by=officer, text="Ghi chú của phường.")
    chained = passed_on(world, referral)
    assert "Ghi chú của phường." not in page_of(world, "province_police", chained)


# To whom


def neighbour(world: World, province: str = "19") -> Organisation:
    """The police of another commune, with somebody at the desk."""
    commune = Unit.objects.on(NOW.date()).filter(level="commune", parent__code=province).exclude(code="01840").order_by("code").first()
    police = founded(OrganisationKind.COMMUNE_POLICE, f"Công an xã bên cạnh ({province})", commune)
    account(f"ca.ben.{province}", police, Role.COMMUNE_OFFICER, "")
    return police


def test_the_unit_of_the_place_may_be_in_another_commune_of_the_province(world: World) -> None:
    near, far = neighbour(world), neighbour(world, "01")
    referral = world.received()
    page = world.client("officer").get(f"/chuyen-den/{referral.code}/chuyen-tiep/").content.decode()
    assert near.code in page and far.code not in page
    assert page.index("Phòng An ninh chính trị nội bộ") < page.index(near.name), "the departments stand first"
    assert post(world.client("officer"), referral, "chuyen-tiep", to=near.code, text="Xảy ra ở xã bên.").status_code == 302
    chained = world.referral(referral.incident)
    with world.acting("ca.ben.19", NOW + 2 * HOUR) as officer:
        referral_actions.answer(referral_actions.receive(chained, by=officer), by=officer, outcome="reminded")
    assert open_kinds(world, chained) == {"acknowledge_result"}


def test_a_unit_where_nobody_is_appointed_today_is_not_offered(world: World) -> None:
    near = neighbour(world)
    world.actor("ca.ben.19").post.appointments.update(ends_on=NOW.date())
    referral = world.received()
    assert near.code not in world.client("officer").get(f"/chuyen-den/{referral.code}/chuyen-tiep/").content.decode()
    assert post(world.client("officer"), referral, "chuyen-tiep", to=near.code, text="x").status_code == 422


def test_only_the_province_passes_to_another_province(world: World) -> None:
    province = Unit.objects.on(NOW.date()).get(level="province", code="01")
    other = founded(OrganisationKind.PROVINCE_POLICE, "Công an tỉnh khác", province)
    account("ca.tinh.khac", other, Role.PROVINCE_POLICE, "")
    referral = world.received()
    assert other.code not in world.client("officer").get(f"/chuyen-den/{referral.code}/chuyen-tiep/").content.decode()
    chained = passed_on(world, referral)
    assert post(world.client("province_police"), chained, "nhan-tin").status_code == 302
    answer = post(world.client("province_police"), chained, "chuyen-tiep", to=other.code, text="Xảy ra ở tỉnh khác.")
    assert answer.url == "/chuyen-den/?tab=da-chuyen"
    assert world.client("ca.tinh.khac").get(f"/vu-viec/{referral.incident.code}/").status_code == 200


def test_a_department_has_its_queue_like_the_desk_of_a_commune(world: World) -> None:
    last = chain(world)
    unseen = queue_of(world, "pc04.bk", "chua-xem")
    assert last.incident.spoken_code in unseen and f"/chuyen-den/{last.code}/xem/" in unseen
    assert "Ghi tin báo qua điện thoại" not in unseen, "calls are taken by the desk of a commune"


# To the end of the chain


@pytest.mark.parametrize("after", [timedelta(seconds=-1), timedelta(seconds=1)])
def test_silence_ends_a_chained_case_too(world: World, after: timedelta) -> None:
    last = chain(world)
    with world.acting("principal") as principal:
        actions.complete(last.incident, by=principal, answers=REPORT)
    with world.acting("pc04.bk", NOW + 3 * HOUR) as reviewer:
        referral_actions.answer(referral_actions.receive(last, by=reviewer), by=reviewer, outcome="sanctioned")
    due_at = clock(world, last, "acknowledge_result").due_at
    with world.acting("system", due_at + after):
        assert silence.settle_all() == (after > timedelta())
    assert fresh(world, last.incident).status == ("closed" if after > timedelta() else "submitted")


REPORT: dict[str, Any] = {"session": "class", "handling": "with_police", "pupils": 1, "pupils_female": 0, "victims_under_16": 0, "injured": 0, "deaths": 0, "family_told_at": NOW, "narrative": "Diễn biến.", "measures": ""}


def test_the_addendum_rings_for_the_unit_in_charge_and_not_for_those_before(world: World) -> None:
    last = chain(world)
    with world.acting("principal", NOW + 3 * HOUR) as principal:
        actions.amend(last.incident, by=principal, text="Thêm một em.")
    assert rung(world, "pc04.bk")[-1] == "incident_amended"
    assert "incident_amended" not in rung(world, "officer") + rung(world, "province_police")


def test_every_open_clock_belongs_to_somebody_who_has_the_case(world: World) -> None:
    last = chain(world)
    world.see_all()
    owed = Duty.objects.unscoped("test").filter(status="open")
    assert {duty.body_id for duty in owed} <= set(fresh(world, last.incident).parties)
    assert not duties.of(Question(pk=0)).exists()
