"""Requests of the people concerned: their clocks, their steps, who may what; and the register of leaks with its 72 hours."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from coordination import clocks, duties
from coordination.keeping import breach, own, requests, subject
from coordination.models import SYSTEM, DataRequest, Notice
from coordination.models.keeping import Capacity, RefusalGround, RequestKind
from coordination.scope import reading_as
from coordination.workflow import Refused, Stale
from tests.world import NOW, World

ASKER = "Canarius Parens"
WISH = {"kind": RequestKind.SEE, "capacity": Capacity.REPRESENTATIVE, "asker": ASKER, "contact": "0912333444", "case_code": "", "wish": "Xin bản sao."}
LEAK = {"discovered_at": NOW - timedelta(hours=1), "began_at": NOW - timedelta(hours=9), "ended_at": NOW - timedelta(hours=2), "cases": 3, "people": 5, "description": "Mất máy tính."}


def asked(world: World, who: str = "dpo", **changes: Any) -> DataRequest:
    """A request of Friday morning."""
    school = {} if who == "principal" else {"school": world.actor("principal").organisation}
    with world.acting(who) as actor:
        return requests.record(by=actor, answers=WISH | {"received_at": NOW} | school | changes)


def acknowledged(world: World, **changes: Any) -> DataRequest:
    """Answered within the two days."""
    found = asked(world, **changes)
    with world.acting("dpo") as officer:
        return requests.acknowledge(found, by=officer)


def running(world: World, about: Any) -> dict[str, datetime]:
    """The open clocks of a thing, with their ends."""
    world.see_all()
    return {duty.kind: clocks.local(duty.due_at) for duty in duties.of(about).filter(status="open")}


# Clocks of NĐ 356/2025/NĐ-CP Art. 5, written by hand


@pytest.mark.parametrize(
    ("kind", "through", "days"),
    [("see", False, 10), ("see", True, 15), ("delete", False, 20), ("delete", True, 30), ("withdraw", False, 15), ("withdraw", True, 20), ("protect", False, 15), ("protect", True, 15)],
)
def test_every_request_has_its_days(world: World, kind: str, through: bool, days: int) -> None:
    found = running(world, asked(world, kind=kind, through_processor=through))
    # Friday 20/11: two working days end on Tuesday 24/11 at 17:00.
    assert found == {"answer_request": datetime(2026, 11, 24, 17, tzinfo=clocks.ZONE), "carry_out_request": datetime(2026, 11, 20, 17, tzinfo=clocks.ZONE) + timedelta(days=days)}


def test_the_clocks_run_from_the_receipt_not_from_the_writing_down(world: World) -> None:
    found = running(world, asked(world, received_at=NOW - timedelta(days=3)))
    assert found["carry_out_request"].date() == (NOW + timedelta(days=7)).date()


@pytest.mark.parametrize(("kind", "most"), [("see", 10), ("delete", 20), ("withdraw", 15), ("protect", 15)])
def test_one_extension_of_at_most_the_days_of_the_law(world: World, kind: str, most: int) -> None:
    found = acknowledged(world, kind=kind)
    with world.acting("dpo") as officer:
        with pytest.raises(Refused):
            requests.extend(found, by=officer, days=most + 1, reason="Hồ sơ giấy.")
        longer = requests.extend(found, by=officer, days=most, reason="Hồ sơ giấy.")
        with pytest.raises(Stale):
            requests.extend(longer, by=officer, days=1, reason="Lại.")
    ends = running(world, found)
    assert set(ends.values()) == {clocks.local(found.due_at) + timedelta(days=most)} and set(ends) == {"carry_out_request", "prepare_request"}


def test_nothing_is_extended_before_it_was_acknowledged(world: World) -> None:
    found = asked(world)
    with world.acting("dpo") as officer, pytest.raises(Stale):
        requests.extend(found, by=officer, days=1, reason="x")


# Steps


def test_from_receipt_to_answer_by_two_people(world: World) -> None:
    found = acknowledged(world)
    with world.acting("dpo") as officer, pytest.raises(PermissionDenied):
        requests.prepare(found, by=officer, prepared="Tôi tự làm.")
    with world.acting("guardian") as guardian:
        found = requests.prepare(found, by=guardian, prepared="Đã tìm thấy một vụ việc.")
        with pytest.raises(PermissionDenied):
            requests.finish(found, by=guardian, answer="Tôi tự duyệt.")
    with world.acting("dpo") as officer:
        assert requests.finish(found, by=officer, answer="Đã gửi bản sao.").status == "done"
    assert running(world, found) == {}


def test_a_school_asks_for_a_parent_and_hears_the_end(world: World) -> None:
    found = asked(world, "principal")
    assert (found.school_id, found.asked_from_id) == (world.actor("principal").body_id,) * 2
    with world.acting("dpo") as officer:
        requests.refuse(found, by=officer, ground=RefusalGround.NOT_HERE, answer="Không có dữ liệu.")
    with world.acting("principal") as principal:
        assert Notice.objects.visible_to(principal).filter(kind="request_ended").count() == 1
        assert DataRequest.objects.visible_to(principal).get().ground == "not_here"
    for who in ("other_principal", "deputy", "culture", "doet", "chief"):
        with world.acting(who) as actor:
            assert not DataRequest.objects.visible_to(actor).exists(), who


def test_what_the_officer_wrote_down_is_not_the_schools_to_know(world: World) -> None:
    asked(world)
    with world.acting("principal") as principal:
        assert not DataRequest.objects.visible_to(principal).exists()


@pytest.mark.parametrize("ground", [RefusalGround.LIFE, RefusalGround.CRIME, RefusalGround.STATE])
def test_article_19_stands_against_deletion_alone(world: World, ground: str) -> None:
    for kind, fails in ((RequestKind.SEE, True), (RequestKind.DELETE, False)):
        found = asked(world, kind=kind)
        with world.acting("dpo") as officer:
            if fails:
                with pytest.raises(Refused):
                    requests.refuse(found, by=officer, ground=ground, answer="x")
            else:
                assert requests.refuse(found, by=officer, ground=ground, answer="x").status == "refused"


def test_the_same_person_in_both_posts_is_not_two(world: World) -> None:
    found = acknowledged(world)
    with world.acting("guardian") as guardian:
        found = requests.prepare(found, by=guardian, prepared="Đã tìm thấy.")
    with reading_as(SYSTEM):
        both = type(guardian)(pk=-1, user=guardian.user, post=world.actor("dpo").post)
        assert found.relations_to(both) == {"province"}


def test_who_asks_stands_in_no_list_and_no_notice(world: World) -> None:
    found = asked(world, "principal")
    with clocks.set_to(NOW):
        browser = world.client("dpo")
        for path, there in (("/yeu-cau-du-lieu/", False), ("/", False), ("/thong-bao/", False), (found.get_absolute_url(), True)):
            assert (ASKER in browser.get(path).content.decode()) is there, path
    world.see_all()
    assert ASKER not in found.duty_words


def test_a_form_comes_back_filled(world: World) -> None:
    sent = {"kind": "see", "capacity": "child", "asker": "", "contact": "x", "wish": "y", "case_code": "", "received_at": "09:00 20/11/2026", "__end": "1"}
    with clocks.set_to(NOW):
        answer = world.client("principal").post("/yeu-cau-du-lieu/moi/", sent)
        old = world.client("principal").post("/yeu-cau-du-lieu/moi/", sent | {"asker": "A", "received_at": "09:00 20/01/2026"})
    assert answer.status_code == old.status_code == 422 and "Ngày nhận quá xa" in old.content.decode()


# Staff


def test_staff_are_given_their_account_and_posts(world: World) -> None:
    found = acknowledged(world, capacity=Capacity.STAFF)
    name = world.actor("deputy").user.username
    with world.acting("guardian") as guardian:
        export = subject.prepare(found, by=guardian, part="tai-khoan", code="", who=name)
        with pytest.raises(Refused):
            subject.prepare(found, by=guardian, part="tai-khoan", code="", who=world.actor("officer").user.username)
        with pytest.raises(Stale):
            subject.prepare(found, by=guardian, part="tai-khoan", code="", who=name)
    sections = own.staff_sections(export.about_id, name)
    assert ("Tên đăng nhập", name) in sections[0].rows and "Trường THCS Ánh Dương (mẫu)" in sections[1].rows[0][1]


# Leaks


@pytest.mark.parametrize("serious", [True, False])
def test_the_clocks_of_a_leak_run_from_its_discovery(world: World, serious: bool) -> None:
    with world.acting("dpo") as officer:
        leak = breach.record(by=officer, answers=LEAK | {"serious": serious})
    found = running(world, leak)
    assert found.pop("breach_notice") == LEAK["discovered_at"] + timedelta(hours=72)
    assert found == ({"breach_first_word": LEAK["discovered_at"] + timedelta(hours=24)} if serious else {})


def test_a_leak_from_record_to_end(world: World) -> None:
    with world.acting("dpo") as officer:
        leak = breach.record(by=officer, answers=LEAK | {"serious": True})
        breach.tell_first(leak, by=officer)
        with pytest.raises(Stale):
            breach.tell_first(leak, by=officer)
        with pytest.raises(Stale):
            breach.close(leak, by=officer, measures="Quá sớm.")
        leak = breach.close(breach.notify(leak, by=officer), by=officer, measures="Đã khóa máy.")
    assert leak.status == "closed" and running(world, leak) == {}


def test_hours_of_a_leak_must_fit(world: World) -> None:
    sent = {"discovered_at": "08:00 20/11/2026", "began_at": "07:00 20/11/2026", "ended_at": "08:30 20/11/2026", "cases": "0", "people": "0", "description": "x", "__end": "1"}
    with clocks.set_to(NOW):
        assert world.client("dpo").post("/su-co-du-lieu/moi/", sent).status_code == 422
        assert world.client("dpo").post("/su-co-du-lieu/moi/", sent | {"ended_at": "07:30 20/11/2026"}).status_code == 302
