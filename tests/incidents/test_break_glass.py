"""Quyền khẩn cấp: one case, read only, sixty minutes, told at once, reviewed by somebody else within 72 hours, and never for who is kept out."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from coordination import clocks, policy
from coordination.codes import new_code
from coordination.models import SYSTEM, Appointment, Duty, Notice, Role, TrailLine, User
from coordination.models.notices import NoticeKind
from coordination.scope import reading_as
from coordination.workflow import Refused, Stale
from incidents import actions, break_glass, endings, informants
from incidents.models import BreakGlass, Incident
from tests.incidents.test_people import NAME, add
from tests.world import NOW, SUMMARY, World

END = {"__end": "1"}
WHY = "Gia đình báo em chưa về nhà từ tối qua, cần tìm ngay."
TOKEN = re.compile(rb'(name="csrfmiddlewaretoken" value=")[^"]*')
UNSENT = {"kind": "tobacco", "severity": "s3"}


@pytest.fixture
def case(world: World) -> Incident:
    """A case that the school keeps to itself: no police has it."""
    filed = world.file(**UNSENT)
    add(world, filed)
    return filed


def sent(case: Incident, **changes: str) -> dict[str, str]:
    """The form."""
    return END | {"code": case.spoken_code, "school": case.school.name, "cause": "missing", "reason": WHY, "paper": "Sổ trực số 12"} | changes


def press(world: World, who: str, case: Incident, at: Any = NOW, **changes: str) -> Any:
    with clocks.set_to(at):
        return world.client(who).post("/quyen-khan-cap/", sent(case, **changes))


def see(world: World, who: str, where: str, at: Any = NOW) -> Any:
    with clocks.set_to(at):
        return world.client(who).get(where)


def broken(world: World, who: str, case: Incident, at: Any = NOW, **changes: str) -> BreakGlass:
    with world.acting(who, at) as actor:
        found = break_glass.find(actor, code=case.spoken_code, school=case.school.name)
        return break_glass.break_glass(found, by=actor, **{"cause": "missing", "reason": WHY, "paper": "Sổ trực số 12"} | changes)


def test_its_user_sees_the_minutes_left_on_every_page_of_the_case_and_closes_it_there(world: World, case: Incident) -> None:
    """The office reads the case masked in its own right; while the glass is open every page of it says so, to its user alone."""
    pages = (case.get_absolute_url(), f"/vu-viec/{case.code}/de-nghi-xem/")
    banner = "Đang đọc bằng quyền khẩn cấp, còn 48 phút."
    assert all(banner not in see(world, "culture", where).content.decode() for where in pages)
    glass = broken(world, "culture", case)
    later = NOW + timedelta(minutes=12)
    for where in (*pages, glass.get_absolute_url()):
        shown = see(world, "culture", where, later).content.decode()
        assert banner in shown and f"/quyen-khan-cap/{glass.code}/dong-lai/" in shown, where
    assert banner not in see(world, "guardian", case.get_absolute_url(), later).content.decode()
    assert "quyền khẩn cấp, còn" not in see(world, "culture", case.get_absolute_url(), NOW + timedelta(minutes=61)).content.decode()
    with clocks.set_to(later):
        assert world.client("culture").post(f"/quyen-khan-cap/{glass.code}/dong-lai/", END).status_code == 302
    assert banner not in see(world, "culture", case.get_absolute_url(), later).content.decode()


def reviewed(world: World, glass: BreakGlass, who: str, verdict: str = "right", at: Any = NOW) -> BreakGlass:
    with world.acting(who, at) as actor:
        return break_glass.review(glass, by=actor, verdict=verdict, note="Đã đối chiếu sổ trực.")


def was_principal(world: World, who: str) -> None:
    """Somebody of another body led the school until yesterday."""
    Appointment.objects.create(user=world.actor(who).user, post=world.actor("principal").post, starts_on=NOW.date() - timedelta(days=9), ends_on=NOW.date())


# Using it


def test_it_shows_the_whole_case_for_an_hour_to_that_reader_alone_and_opens_no_other_page(world: World, case: Incident) -> None:
    assert see(world, "officer", f"/vu-viec/{case.code}/").status_code == 404
    answer = press(world, "officer", case)
    assert answer.status_code == 302
    page = see(world, "officer", answer.url, NOW + timedelta(minutes=59)).content.decode()
    assert all(word in page for word in (SUMMARY, NAME, "còn 1 phút", "Đang đọc bằng quyền khẩn cấp", "Chỉ đọc"))
    assert "<form" not in page.replace('<form method="post" action="/quyen-khan-cap/', "").split("<main")[1], "nothing can be pressed but closing it"
    assert see(world, "officer", f"/vu-viec/{case.code}/").status_code == 404
    with clocks.set_to(NOW):
        assert world.client("officer").post(f"/van-ban/phieu-bao-nhanh/{case.code}/", END).status_code == 404, "nothing is printed"
    assert see(world, "chief", answer.url).status_code == 403 and see(world, "principal", answer.url).status_code == 404
    closed = see(world, "officer", answer.url, NOW + timedelta(minutes=60))
    assert closed.status_code == 302 and closed.url == "/quyen-khan-cap/"
    listed = see(world, "officer", closed.url, NOW + timedelta(minutes=60)).content.decode()
    assert case.spoken_code in listed and NAME not in listed and SUMMARY not in listed


def test_the_page_is_not_printed_and_leaves_the_screen_by_itself(world: World, case: Incident) -> None:
    answer = see(world, "officer", press(world, "officer", case).url)
    assert answer["Refresh"].startswith("3601; url=/quyen-khan-cap/")
    assert NAME in answer.content.decode().split('class="never-printed"')[2]


def test_closed_early_it_stays_closed(world: World, case: Incident) -> None:
    where = press(world, "officer", case).url
    with clocks.set_to(NOW + timedelta(minutes=5)):
        assert world.client("officer").post(f"{where}dong-lai/", END).status_code == 302
        assert world.client("officer").post(f"{where}dong-lai/", END).status_code == 409
    assert see(world, "officer", where, NOW + timedelta(minutes=6)).status_code == 302


def test_each_role_breaks_it_in_its_own_area_alone(world: World, case: Incident) -> None:
    """The ward's police and offices, the province's police and the Sở; nobody for a school of another line, nobody else at all."""
    roles = {"officer", "chief", "culture", "guardian", "doet", "province_police", "province_police_head", "pc04.bk", "treem.so.bk"}
    assert {who: press(world, who, case).status_code for who in roles} == dict.fromkeys(roles, 302)
    for who in ("principal", "deputy", "leader", "doet_leader", "clerk", "dpo", "sysadmin", "other_principal"):
        assert press(world, who, case).status_code == 403, who
        with world.acting(who) as actor, pytest.raises(PermissionDenied):
            break_glass.break_glass(case, by=actor, cause="life", reason=WHY, paper="x")
    direct = world.file("thpt_principal", **UNSENT)
    assert press(world, "culture", direct).status_code == 422, "a school of the Sở is none of the commune's"
    assert press(world, "doet", direct).status_code == 302


def test_by_its_address_too_and_only_typed_exactly(world: World, case: Incident) -> None:
    for code in (case.code, f"https://portal.example/vu-viec/{case.code}/", f" {case.spoken_code.lower()} "):
        assert press(world, "officer", case, code=code).status_code == 302, code
    for wrong in ({"code": case.spoken_code[:-1]}, {"code": new_code()}, {"school": "Trường THCS"}, {"code": "%"}):
        assert press(world, "officer", case, **wrong).status_code == 422, wrong


def test_absent_and_kept_out_are_answered_in_the_same_words_and_the_try_is_kept(world: World) -> None:
    """The principal who has become the ward's officer; the case that concerns him."""
    was_principal(world, "officer")
    with world.acting("deputy") as deputy:
        hidden = actions.file(uuid.uuid4(), by=deputy, answers=world.answers(**UNSENT, occurred_at=NOW - timedelta(days=2)), conflict=True)
    assert world.actor("officer").user_id in hidden.kept_out
    said = []
    for code in (hidden.spoken_code, "ĐX-26-9999", hidden.code):
        answer = press(world, "officer", hidden, code=code)
        said.append((answer.status_code, TOKEN.sub(rb"\1", answer.content).replace(code.encode(), b"CODE")))
    assert said[0] == said[1] == said[2] and said[0][0] == 422
    assert press(world, "chief", hidden).status_code == 302
    world.see_all()
    assert TrailLine.objects.filter(act="glass_missed").count() == 3


@pytest.mark.parametrize("wrong", [{"reason": "Cần xem ngay."}, {"reason": ""}, {"paper": ""}, {"cause": ""}, {"cause": "curiosity"}, {"code": ""}, {"school": ""}])
def test_without_a_full_reason_and_a_paper_nothing_opens(world: World, case: Incident, wrong: dict[str, str]) -> None:
    refused = press(world, "officer", case, **wrong)
    assert refused.status_code == 422 and NAME not in refused.content.decode()
    world.see_all()
    assert not BreakGlass.objects.unscoped("test").exists()


def test_who_can_open_it_anyway_is_sent_the_ordinary_way(world: World) -> None:
    handled = world.received().incident
    refused = press(world, "officer", handled)
    assert refused.status_code == 422 and "không cần quyền khẩn cấp" in refused.content.decode()
    assert press(world, "culture", handled).status_code == 302, "masked is not open"


def test_it_asks_for_a_second_factor_not_older_than_five_minutes() -> None:
    assert policy.STEP_UP["glass.break"] == 5 and policy.SEALED_READS["glass.read"] == "L4"


def test_who_told_it_is_not_behind_the_glass(world: World, case: Incident) -> None:


    with world.acting("principal") as principal:
        informants.write(case, by=principal, answers={"full_name": "Hoàng Thị Báo Tin", "contact": "", "how": "Gọi riêng"})
    page = see(world, "officer", press(world, "officer", case).url).content.decode()
    assert "Báo Tin" not in page and "Gọi riêng" not in page


# Telling


def test_superior_owner_and_data_protection_are_told_at_once_without_a_name(world: World, case: Incident) -> None:
    broken(world, "officer", case)
    world.see_all()
    told = list(Notice.objects.unscoped("test").filter(kind=NoticeKind.GLASS_BROKEN))
    assert {notice.post for notice in told} == {world.actor(who).post for who in ("chief", "dpo", "principal", "culture")}
    assert {notice.link for notice in told if notice.post == world.actor("principal").post} == {case.get_absolute_url()}
    assert not [notice for notice in told if NAME in notice.about_words]
    receipts = see(world, "principal", f"/vu-viec/{case.code}/").content.decode().split("Ai đã mở thông tin")[1]
    assert "Công an phường Đức Xuân – mở toàn bộ hồ sơ bằng quyền khẩn cấp – Trẻ mất tích, nghi bị bắt cóc (Chờ soát xét)" in " ".join(receipts.split())
    assert "Trực ban Công an" not in receipts.split("</details>")[0]


def test_each_reading_leaves_a_line(world: World, case: Incident) -> None:
    where = press(world, "officer", case).url
    before = TrailLine.objects.count()
    see(world, "officer", where)
    world.see_all()
    assert TrailLine.objects.filter(about_model="incidents.incident", about_id=case.pk, act="read").count() == 1, before


def test_a_second_press_is_no_second_use(world: World, case: Incident) -> None:
    assert press(world, "officer", case).url == press(world, "officer", case).url
    world.see_all()
    assert BreakGlass.objects.unscoped("test").count() == 1


# Looking over it


@pytest.mark.parametrize(
    ("user", "reviewer"),
    [("officer", "chief"), ("chief", "province_police_head"), ("province_police", "province_police_head"), ("pc04.bk", "truongpc04.bk"), ("province_police_head", "dpo"), ("culture", "guardian"), ("doet", "treem.so.bk"), ("guardian", "dpo")],
)
def test_the_reviewer_is_the_next_above(world: World, case: Incident, user: str, reviewer: str) -> None:
    glass = broken(world, user, case)
    assert glass.reviewer == world.actor(reviewer).post
    with world.acting(reviewer) as actor:
        owed = Duty.objects.visible_to(actor).get(about_model="incidents.breakglass", status="open")
        assert (owed.post, owed.due_at) == (actor.post, NOW + timedelta(hours=72))
    assert "Soát xét lần dùng quyền khẩn cấp" in see(world, reviewer, "/").content.decode()
    assert case.spoken_code in see(world, reviewer, "/quyen-khan-cap/soat-xet/").content.decode()


def test_where_the_chain_is_empty_it_goes_one_level_up(world: World, case: Incident) -> None:
    with world.acting("system"):
        Appointment.objects.filter(post__in=[world.actor(who).post for who in ("chief", "guardian")]).update(ends_on=NOW.date())
    assert broken(world, "officer", case).reviewer == world.actor("province_police_head").post
    assert broken(world, "culture", case).reviewer == world.actor("treem.so.bk").post
    with world.acting("system"):
        Appointment.objects.filter(post__role=Role.PROVINCE_POLICE_HEAD).update(ends_on=NOW.date())
    assert broken(world, "officer", case, NOW + timedelta(hours=2)).reviewer == world.actor("dpo").post


def test_nobody_reviews_himself_though_he_holds_the_other_post_too(world: World, case: Incident) -> None:
    both = Appointment.objects.create(user=world.actor("officer").user, post=world.actor("chief").post, starts_on=NOW.date())
    glass = broken(world, "officer", case)
    for by in (both, world.actor("officer")):
        with world.acting("system"), pytest.raises((PermissionDenied, Stale)):
            break_glass.review(glass, by=Appointment.objects.with_post().get(pk=by.pk), verdict="right", note="Đúng.")
    assert reviewed(world, glass, "chief").status == "reviewed"


def test_the_reviewer_reads_why_and_nothing_of_the_case(world: World, case: Incident) -> None:
    glass = broken(world, "officer", case)
    page = see(world, "chief", glass.review_url).content.decode()
    assert WHY in page and "Sổ trực số 12" in page and "ca.phuong.ducxuan" in page
    assert NAME not in page and SUMMARY not in page
    with clocks.set_to(NOW):
        client = world.client("chief")
        assert client.post(glass.review_url, END | {"verdict": "", "note": "Đã đối chiếu sổ."}).status_code == 422
        assert client.post(glass.review_url, END | {"verdict": "right", "note": "Đã đối chiếu sổ."}).status_code == 302
        assert client.post(glass.review_url, END | {"verdict": "wrong", "note": "Đổi ý kiến sau."}).status_code == 409
    with world.acting("chief") as chief:
        assert not Duty.objects.visible_to(chief).filter(about_model="incidents.breakglass", status="open").exists()
    assert "Đúng trường hợp khẩn cấp" in see(world, "officer", "/quyen-khan-cap/", NOW + timedelta(hours=2)).content.decode()


def test_unreviewed_after_72_hours_the_right_is_suspended_and_data_protection_told_once(world: World, case: Incident) -> None:
    glass = broken(world, "officer", case)
    with world.acting("system", NOW + timedelta(hours=71, minutes=59)):
        assert break_glass.suspend_unreviewed() == 0
    late = NOW + timedelta(hours=72)
    with world.acting("system", late):
        assert (break_glass.suspend_unreviewed(), break_glass.suspend_unreviewed()) == (1, 0)
    refused = press(world, "officer", case, late)
    assert refused.status_code == 422 and "tạm dừng" in refused.content.decode()
    assert press(world, "chief", case, late).status_code == 302, "his right, nobody else's"
    with world.acting("dpo", late) as dpo:
        assert Notice.objects.visible_to(dpo).filter(kind=NoticeKind.GLASS_SUSPENDED).count() == 1
    reviewed(world, fresh(glass), "chief", at=late)
    assert press(world, "officer", case, late).status_code == 302, "looked at at last, and found right"


def fresh(glass: BreakGlass) -> BreakGlass:
    """The row as it stands."""


    with reading_as(SYSTEM):
        return BreakGlass.objects.visible_to(SYSTEM).get(pk=glass.pk)


def test_a_wrong_use_suspends_until_data_protection_restores(world: World, case: Incident) -> None:
    glass = reviewed(world, broken(world, "officer", case), "chief", "wrong")
    assert press(world, "officer", case).status_code == 422
    with clocks.set_to(NOW):
        assert world.client("chief").post(f"/quyen-khan-cap/{glass.code}/khoi-phuc/", END).status_code == 403
        assert world.client("dpo").post(f"/quyen-khan-cap/{glass.code}/khoi-phuc/", END).status_code == 302
        assert world.client("dpo").post(f"/quyen-khan-cap/{glass.code}/khoi-phuc/", END).status_code == 409
    assert press(world, "officer", case).status_code == 302


def test_the_suspension_follows_the_person_to_another_post(world: World, case: Incident) -> None:
    reviewed(world, broken(world, "officer", case), "chief", "wrong")
    other = Appointment.objects.create(user=world.actor("officer").user, post=world.actor("province_police").post, starts_on=NOW.date())
    actor = Appointment.objects.with_post().get(pk=other.pk)
    with clocks.set_to(NOW), reading_as(actor), pytest.raises(Refused):
        break_glass.break_glass(break_glass.find(actor, code=case.spoken_code, school=case.school.name), by=actor, cause="life", reason=WHY, paper="x")


def test_above_three_uses_in_thirty_days_one_more_question_is_asked(world: World, case: Incident) -> None:
    for day in (3, 2, 1):
        broken(world, "officer", case, NOW - timedelta(days=day))
    refused = press(world, "officer", case)
    assert refused.status_code == 422 and "Vì sao lại dùng quyền khẩn cấp?" in refused.content.decode()
    assert press(world, "officer", case, again="Trưởng đi công tác, trực ban không có ai phân công được.").status_code == 302
    assert "Vì sao lại dùng" not in see(world, "chief", "/quyen-khan-cap/").content.decode()
    with world.acting("officer", NOW + timedelta(days=40)) as officer:
        assert not break_glass.must_say_again(officer)


def test_a_colleague_of_the_same_desk_sees_none_of_it(world: World, case: Incident) -> None:
    colleague = User.objects.create(username="truc.ban.khac")
    Appointment.objects.create(user=colleague, post=world.actor("officer").post, starts_on=NOW.date())
    where = press(world, "officer", case).url
    assert see(world, "truc.ban.khac", where).status_code == 404
    assert case.spoken_code not in see(world, "truc.ban.khac", "/quyen-khan-cap/").content.decode()


def test_a_conflict_found_later_closes_it_for_who_is_kept_out_and_hides_it_from_the_school(world: World) -> None:
    was_principal(world, "culture")
    case = world.file(**UNSENT, occurred_at=NOW - timedelta(days=2))
    glass = broken(world, "culture", case)
    with world.acting("deputy") as deputy:
        endings.keep_out(Incident.objects.visible_to(deputy).get(pk=case.pk), by=deputy)
    assert see(world, "culture", glass.get_absolute_url()).status_code == 404
    for who in ("principal", "culture"):
        with reading_as(world.actor(who)):
            assert not BreakGlass.objects.unscoped("test").exists(), who


def test_empty_pages_say_so(world: World) -> None:
    assert "Không có lần dùng quyền khẩn cấp nào cần vị trí này soát xét." in see(world, "chief", "/quyen-khan-cap/soat-xet/").content.decode()
    assert "Chưa dùng lần nào." in see(world, "officer", "/quyen-khan-cap/").content.decode()
