"""Which purposes may be stated by whom, the one opening in ten that asks for a sentence, closing again, one's own history; and who told it."""

from datetime import timedelta
from typing import Any

import pytest

from coordination import clocks
from coordination.models import Notice, TrailLine
from coordination.models.notices import NoticeKind
from coordination.workflow import Stale
from incidents import actions, informants, referral_actions, vault
from incidents.models import Incident, Informant, Opening, Person
from tests.incidents.test_people import NAME, SECRETS, add, leaks, open_it, page_of
from tests.world import NOW, World

TOLD = {"full_name": "Hoàng Thị Báo Tin", "contact": "0900 111 222", "how": "Gọi riêng cho cô chủ nhiệm"}
END = {"__end": "1"}


@pytest.fixture
def person(world: World) -> Person:
    """A person of a case that the officer has received."""
    return add(world, world.received().incident)


def openings(world: World) -> list[Opening]:
    """Every receipt there is."""
    world.see_all()
    return list(Opening.objects.unscoped("test").order_by("pk"))


# Purposes


@pytest.mark.parametrize(
    ("who", "stated"),
    [
        ("principal", {"case", "child", "family", "emergency", "court", "subject"}),
        ("officer", {"case", "child", "family", "emergency"}),
        ("chief", {"case", "child", "family", "emergency", "court", "inspection", "audit"}),
        ("guardian", {"case", "child", "family", "emergency", "court", "subject", "inspection", "audit"}),
    ],
)
def test_each_role_states_the_purposes_that_are_its_own(world: World, person: Person, who: str, stated: set[str]) -> None:
    everything = ("case", "child", "family", "emergency", "court", "subject", "inspection", "audit", "statistics")
    given = {purpose for purpose in everything if open_it(world, who, person, purpose=purpose, reason="Liên hệ gia đình của em.").status_code == 302}
    assert given == stated


def test_statistics_are_no_reason_to_open_a_name(world: World, person: Person) -> None:
    refused = open_it(world, "officer", person, purpose="statistics")
    assert refused.status_code == 422 and "thống kê không cần họ tên" in refused.content.decode()
    assert leaks(refused.content.decode()) == [] and not openings(world)


def test_the_focal_point_for_children_opens_names_of_the_schools_of_its_office_and_no_restricted_case(world: World, person: Person) -> None:
    assert NAME not in page_of(world, "guardian", person.incident)
    assert open_it(world, "guardian", person).status_code == 302
    assert NAME in page_of(world, "guardian", person.incident)
    hidden = add(world, world.file(kind="child_sexual_abuse", severity="s4"))
    assert open_it(world, "guardian", hidden).status_code == 422
    assert open_it(world, "chief", hidden).status_code == 422, "a restricted case is opened first"
    assert leaks(page_of(world, "guardian", hidden.incident)) == []


# One in ten


def asking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every opening is the tenth."""
    monkeypatch.setattr(vault, "asks_sentence", lambda *asked: True)


def test_one_opening_in_ten_asks_and_trying_again_asks_again(world: World, person: Person) -> None:
    officer = world.actor("officer")
    with clocks.set_to(NOW):
        asked = [vault.asks_sentence(officer, Incident(spoken_code=f"ĐX-26-{number:04d}"), person) for number in range(2000)]
        assert asked == [vault.asks_sentence(officer, Incident(spoken_code=f"ĐX-26-{number:04d}"), person) for number in range(2000)]
    assert 150 < sum(asked) < 260


def test_the_tenth_opening_needs_a_sentence_that_stays_sealed_with_its_receipt(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    asking(monkeypatch)
    page = page_of(world, "officer", person.incident)
    assert "Cần xem để làm gì?" in page and "Khoảng mười lần mở thì một lần hỏi thêm một câu" in page
    for reason in ("", "vì cần"):
        refused = open_it(world, "officer", person, reason=reason)
        assert refused.status_code == 422 and "Lần mở này cần thêm một câu." in refused.content.decode()
    assert open_it(world, "officer", person, reason="Gặp gia đình để xác minh.").status_code == 302
    assert [one.reason for one in openings(world)] == ["Gặp gia đình để xác minh."]
    assert "Gặp gia đình" not in page_of(world, "principal", person.incident), "the school sees office, hour and purpose"


def test_a_restricted_case_asks_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    asking(monkeypatch)
    case = world.file(kind="child_sexual_abuse", severity="s4")
    where = f"/chuyen-den/{world.referral(case).code}/xem/"
    with clocks.set_to(NOW):
        client = world.client("officer")
        assert client.post(where, END | {"purpose": "child"}).status_code == 422
        assert client.post(where, END | {"purpose": "child", "reason": "Bảo vệ em ngay hôm nay."}).status_code == 302


def test_the_ordinary_opening_asks_for_nothing_more(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "asks_sentence", lambda *asked: False)
    assert "Cần xem để làm gì?" not in page_of(world, "officer", person.incident)
    assert open_it(world, "officer", person).status_code == 302


# Time


def test_the_page_shows_the_time_left_and_asks_itself_anew_when_it_is_over(world: World, person: Person) -> None:
    open_it(world, "officer", person)
    with clocks.set_to(NOW + timedelta(minutes=5)):
        page = world.client("officer").get(f"/vu-viec/{person.incident.code}/")
    assert "còn 11 phút" in page.content.decode() or "còn 10 phút" in page.content.decode()
    assert page["Refresh"] == f"601; url=/vu-viec/{person.incident.code}/"
    with clocks.set_to(NOW + timedelta(minutes=15)):
        assert "Refresh" not in world.client("officer").get(f"/vu-viec/{person.incident.code}/")


def test_closing_again_takes_the_name_away_at_once_and_nobody_elses(world: World, person: Person) -> None:
    for who in ("officer", "chief"):
        open_it(world, who, person)
    assert "Đóng lại" in page_of(world, "officer", person.incident)
    with clocks.set_to(NOW + timedelta(minutes=2)):
        assert world.client("officer").post(f"/vu-viec/{person.incident.code}/dong-lai/", END).status_code == 302
    assert leaks(page_of(world, "officer", person.incident, NOW + timedelta(minutes=2))) == []
    assert NAME in page_of(world, "chief", person.incident, NOW + timedelta(minutes=2))
    assert {one.until for one in openings(world)} == {NOW + timedelta(minutes=2), NOW + timedelta(minutes=15)}


def test_a_destroyed_name_is_not_opened_any_more(world: World, person: Person) -> None:
    world.see_all()
    gone = Person.objects.unscoped("test").get(pk=person.pk)
    gone.full_name = gone.class_name = gone.contact = ""
    gone.save()
    with world.acting("officer") as officer, pytest.raises(Stale):
        actions.open_sealed(person.incident, by=officer, purpose="case", person=person)
    page = page_of(world, "officer", person.incident)
    assert "Họ tên đã hủy khi hết thời hạn lưu." in page and "Mở họ tên" not in page
    assert open_it(world, "officer", person).status_code == 409


# One's own history


def history(world: World, who: str) -> str:
    with clocks.set_to(NOW + timedelta(hours=1)):
        return " ".join(world.client(who).get("/lich-su-mo/").content.decode().split())


def test_everybody_sees_what_he_opened_himself_and_nobody_else(world: World, person: Person) -> None:
    open_it(world, "officer", person, purpose="family", reason="Gặp gia đình của em.")
    assert "HS-1 – Liên hệ gia đình" in history(world, "officer") and "Gặp gia đình của em." in history(world, "officer")
    for who in ("chief", "principal"):
        assert "Bạn chưa mở họ tên hay hồ sơ hạn chế nào" in history(world, who)
    assert leaks(history(world, "officer")) == []


def test_of_a_case_that_left_his_sight_the_history_tells_nothing(world: World, person: Person) -> None:
    open_it(world, "officer", person)
    with world.acting("officer", NOW + timedelta(minutes=30)) as officer:
        referral = world.referral(person.incident)
        referral_actions.forward(referral, by=officer, to=world.actor("pc04.bk").organisation, reason="Thuộc thẩm quyền.")
    world.see_all()
    Incident.objects.unscoped("test").filter(pk=person.incident_id).update(kept_out=[world.actor("officer").user_id], stand_in=world.actor("culture"))
    assert person.incident.spoken_code not in history(world, "officer")


# Who told it


@pytest.fixture
def told(world: World) -> Informant:
    """What the deputy wrote down about who told it."""
    case = world.received().incident
    with world.acting("deputy") as deputy:
        return informants.write(case, by=deputy, answers=TOLD)


def tell(world: World, who: str, informant: Informant, **fields: str) -> Any:
    with clocks.set_to(NOW):
        return world.client(who).post(f"/nguoi-bao-tin/{informant.uid}/mo/", END | {"nguon-purpose": "child"} | fields)


def words_in(page: str) -> list[str]:
    return [word for word in TOLD.values() if word in page]


def test_who_told_it_opens_for_the_writer_and_the_handler_alone(world: World, told: Informant) -> None:
    readers = ("deputy", "officer", "principal", "chief", "culture", "guardian", "doet", "leader", "other_principal")
    assert {who: tell(world, who, told).status_code for who in readers} == {
        "deputy": 302, "officer": 302, "principal": 403, "chief": 403, "culture": 403, "guardian": 403, "doet": 403, "leader": 403, "other_principal": 404,
    }  # fmt: skip
    assert {who: len(words_in(page_of(world, who, told.incident))) for who in readers[:-1]} == dict.fromkeys(readers[2:-1], 0) | {"deputy": 3, "officer": 3}


def test_nobody_else_learns_that_there_is_somebody(world: World, told: Informant) -> None:
    for who in ("principal", "chief", "culture", "guardian"):
        assert "Mở người báo tin" not in page_of(world, who, told.incident), who
    tell(world, "officer", told)
    page = page_of(world, "principal", told.incident)
    assert "Ai đã mở thông tin" not in page and "người báo tin –" not in page
    world.see_all()
    assert not Notice.objects.unscoped("test").filter(kind=NoticeKind.IDENTITY_OPENED).exists()
    assert TrailLine.objects.filter(act="open_informant").count() == 1


def test_it_needs_a_purpose_closes_after_fifteen_minutes_and_is_no_opening_of_the_case(world: World, told: Informant) -> None:
    assert tell(world, "officer", told, **{"nguon-purpose": ""}).status_code == 422
    assert tell(world, "officer", told, **{"nguon-purpose": "family"}).status_code == 422
    tell(world, "officer", told)
    assert words_in(page_of(world, "officer", told.incident, NOW + timedelta(minutes=15))) == []
    with world.acting("officer") as officer:
        assert actions.opened_for(told.incident, officer) == set()


def test_who_told_it_is_written_by_the_school_or_the_desk_and_by_nobody_else(world: World) -> None:
    case = world.received().incident
    where = f"/vu-viec/{case.code}/nguoi-bao-tin/"
    sent = END | {"full_name": "", "contact": "", "how": "Gọi điện lúc 7 giờ"}
    with clocks.set_to(NOW):
        given = {who: world.client(who).post(where, sent).status_code for who in ("principal", "officer", "culture", "guardian", "other_principal")}
        empty = world.client("principal").post(where, END | {"full_name": "", "contact": "", "how": ""})
    assert given == {"principal": 302, "officer": 302, "culture": 403, "guardian": 403, "other_principal": 404}
    assert empty.status_code == 422 and "Chưa ghi gì về người báo tin." in empty.content.decode()


def test_a_locked_restricted_case_takes_no_informant(world: World) -> None:
    case = world.file(kind="child_sexual_abuse", severity="s4")
    with clocks.set_to(NOW):
        answer = world.client("officer").post(f"/vu-viec/{case.code}/nguoi-bao-tin/", END | TOLD)
    assert answer.status_code == 422
    world.see_all()
    assert not Informant.objects.unscoped("test").exists()


# Why do I see this


def test_every_page_of_a_case_says_why_the_reader_sees_it(world: World, person: Person) -> None:
    case, referral = person.incident, world.referral(person.incident)
    open_it(world, "officer", person, purpose="family", reason="Gặp gia đình của em.")
    pages = {
        "principal": [f"/vu-viec/{case.code}/{name}" for name in ("", "bien-nhan/", "bao-cao-day-du/", "bo-sung/", "ket-thuc/", "rut/", "nhap-vao/", "nguoi-lien-quan/", "nguoi-bao-tin/")],
        "deputy": [f"/vu-viec/{case.code}/lien-quan-lanh-dao/"],
        "culture": [f"/vu-viec/{case.code}/", f"/vu-viec/{case.code}/de-nghi-xem/"],
        "officer": [f"/vu-viec/{case.code}/", *(f"/chuyen-den/{referral.code}/{name}/" for name in ("chuyen-tiep", "ket-qua", "de-nghi-bo-sung", "ghi-chu"))],
    }
    for who, addresses in pages.items():
        for address in addresses:
            with clocks.set_to(NOW):
                answer = world.client(who).get(address)
            assert answer.status_code == 200 and "Vì sao tôi thấy hồ sơ này?" in answer.content.decode(), address
            assert ("đang mở HS-1, mục đích “Liên hệ gia đình”, đến 09:15 hôm nay" in answer.content.decode()) == (who == "officer"), address
    assert SECRETS[0] in page_of(world, "officer", case)
