"""People appear as HS-1; a name is opened one at a time, for a purpose, for fifteen minutes, and leaves a receipt."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from coordination import clocks
from coordination.models import Appointment, Notice, User
from coordination.models.notices import NoticeKind
from incidents import actions, referral_actions
from incidents.models import Incident, Opening, Person
from tests.world import ACCOUNTS, NOW, World

NAME, CLASS_NAME, CONTACT = "Trần Văn Kiểm Thử", "8A-kiểm-thử", "mẹ: 0900 000 999"
ANSWERS = {"role": "involved", "age_band": "14_15", "full_name": NAME, "class_name": CLASS_NAME, "contact": CONTACT}
SECRETS = (NAME, CLASS_NAME, CONTACT, "Kiểm Thử", "0900 000 999")
READERS = ("principal", "deputy", "officer", "chief", "culture", "doet")


@pytest.fixture
def person(world: World) -> Person:
    """A person of a case that the officer has received."""
    return add(world, world.received().incident)


def add(world: World, incident: Incident, who: str = "principal", **changes: str) -> Person:
    """One more person."""
    with world.acting(who) as actor:
        return actions.add_person(incident, by=actor, answers=ANSWERS | changes)


def page_of(world: World, who: str, incident: Incident, at: Any = NOW) -> str:
    """The case as somebody sees it."""
    with clocks.set_to(at):
        return world.client(who).get(f"/vu-viec/{incident.code}/").content.decode()


def open_it(world: World, who: str, person: Person, at: Any = NOW, **fields: str) -> Any:
    """Press "open" with a purpose."""
    with clocks.set_to(at):
        return world.client(who).post(f"/nguoi-lien-quan/{person.uid}/mo/", {"purpose": "case", "reason": "Gặp gia đình để xác minh.", "__end": "1"} | fields)


def leaks(page: str) -> list[str]:
    """What of the person stands in a page."""
    return [secret for secret in SECRETS if secret in page]


def test_people_get_pseudonyms_in_the_order_they_are_written_for_each_kind_of_person(world: World, person: Person) -> None:
    others = [add(world, person.incident, role=role).pseudonym for role in ("affected", "staff", "witness", "outsider")]
    assert [person.pseudonym, *others] == ["HS-1", "HS-2", "NV-1", "NC-1", "NN-1"]


def test_nobody_sees_a_name_before_it_is_opened_in_any_page(world: World, person: Person) -> None:
    incident = person.incident
    for who in READERS:
        assert leaks(page_of(world, who, incident)) == [], who
        for address in ("/", "/vu-viec/", "/chuyen-den/", "/thong-bao/", f"/vu-viec/{incident.code}/bien-nhan/", f"/vu-viec/{incident.code}/ket-thuc/", f"/chuyen-den/{world.referral(incident).code}/ket-qua/"):
            assert leaks(world.client(who).get(address).content.decode()) == [], (who, address)
    assert "HS-1" in page_of(world, "officer", incident)


def test_a_name_opens_for_a_purpose_for_fifteen_minutes_and_for_that_appointment_alone(world: World, person: Person) -> None:
    answer = open_it(world, "officer", person)
    assert answer.status_code == 302 and answer.url == f"/vu-viec/{person.incident.code}/#nguoi-lien-quan"
    assert set(leaks(page_of(world, "officer", person.incident, NOW + timedelta(minutes=14)))) == set(SECRETS)
    assert leaks(page_of(world, "officer", person.incident, NOW + timedelta(minutes=15))) == []
    for who in READERS:
        if who != "officer":
            assert leaks(page_of(world, who, person.incident)) == [], who


def test_another_person_in_the_same_post_opens_for_himself(world: World, person: Person) -> None:
    colleague = User.objects.create(username="truc.ban.khac")
    Appointment.objects.create(user=colleague, post=world.actor("officer").post, starts_on=NOW.date())
    open_it(world, "officer", person)
    assert leaks(page_of(world, "truc.ban.khac", person.incident)) == []


def test_opening_one_person_opens_no_other(world: World, person: Person) -> None:
    other = add(world, person.incident, full_name="Lê Thị Người Khác")
    open_it(world, "officer", person)
    page = page_of(world, "officer", person.incident)
    assert NAME in page and "Lê Thị Người Khác" not in page and other.pseudonym in page


def test_without_a_purpose_nothing_opens(world: World, person: Person) -> None:
    for fields in ({"purpose": ""}, {"purpose": "curiosity"}):
        refused = open_it(world, "officer", person, **fields)
        assert refused.status_code == 422 and leaks(refused.content.decode()) == []
    assert "Chưa nêu mục đích. Chọn một mục đích rồi mở." in open_it(world, "officer", person, purpose="").content.decode()
    world.see_all()
    assert not Opening.objects.unscoped("test").exists()


def test_who_may_open_a_name(world: World, person: Person) -> None:
    """The principal, the deputy who wrote the case, the handler, the chief, the focal point for children; nobody else on either side."""
    given = {who: open_it(world, who, person).status_code for who in ("principal", "deputy", "officer", "chief", "guardian", "culture", "doet", "doet_leader", "other_principal", "province_police")}
    assert given == {"principal": 302, "deputy": 403, "officer": 302, "chief": 302, "guardian": 302, "culture": 403, "doet": 403, "doet_leader": 403, "other_principal": 404, "province_police": 404}


def test_an_officer_who_does_not_handle_the_case_opens_nothing(world: World) -> None:
    person = add(world, world.file())
    assert open_it(world, "officer", person).status_code == 403, "received by nobody yet"
    assert leaks(page_of(world, "officer", person.incident)) == []


def test_reading_the_address_opens_nothing(world: World, person: Person) -> None:
    assert world.client("officer").get(f"/nguoi-lien-quan/{person.uid}/mo/").status_code == 405


# Receipts


def test_every_opening_leaves_a_receipt_with_office_and_hour_and_no_officers_name(world: World, person: Person) -> None:
    open_it(world, "officer", person, purpose="child")
    page = page_of(world, "principal", person.incident)
    assert "Ai đã mở thông tin" in page and "09:00 20/11/2026" in page
    assert "Công an phường Đức Xuân – HS-1 – Bảo vệ trẻ em" in " ".join(page.split())
    assert ACCOUNTS["officer"] not in page and "Trực ban Công an" not in page.split("Ai đã mở thông tin")[1].split("</details>")[0]


def test_only_the_principal_sees_the_receipts(world: World, person: Person) -> None:
    open_it(world, "officer", person)
    shown = {who: "Ai đã mở thông tin" in page_of(world, who, person.incident) for who in READERS}
    assert shown == {"principal": True, "deputy": False, "officer": False, "chief": False, "culture": False, "doet": False}


def test_the_school_is_told_when_police_open_a_name_and_not_when_it_does_itself(world: World, person: Person) -> None:
    open_it(world, "principal", person)
    world.see_all()
    assert not Notice.objects.unscoped("test").filter(kind=NoticeKind.IDENTITY_OPENED).exists()
    open_it(world, "officer", person)
    world.see_all()
    told = Notice.objects.unscoped("test").get(kind=NoticeKind.IDENTITY_OPENED)
    assert told.post == world.actor("principal").post and leaks(told.about_words) == []


def test_opening_again_leaves_another_receipt(world: World, person: Person) -> None:
    for minutes in (0, 20):
        open_it(world, "officer", person, NOW + timedelta(minutes=minutes))
    world.see_all()
    assert Opening.objects.unscoped("test").filter(person=person).count() == 2


# Writing them down


def test_only_the_school_writes_people_down(world: World) -> None:
    incident = world.received().incident
    form = {"role": "involved", "age_band": "14_15", "full_name": NAME, "class_name": "", "contact": "", "__end": "1"}
    given = {who: world.client(who).post(f"/vu-viec/{incident.code}/nguoi-lien-quan/", form).status_code for who in ("principal", "deputy", "officer", "culture", "other_principal")}
    assert given == {"principal": 302, "deputy": 302, "officer": 403, "culture": 403, "other_principal": 404}


def test_a_refused_form_keeps_what_was_typed_for_its_writer(world: World) -> None:
    incident = world.file()
    refused = world.client("principal").post(f"/vu-viec/{incident.code}/nguoi-lien-quan/", {"role": "involved", "age_band": "", "full_name": NAME, "__end": "1"})
    assert refused.status_code == 422 and NAME in refused.content.decode() and "Chưa chọn độ tuổi." in refused.content.decode()


def test_a_name_lies_sealed_and_two_equal_names_lie_differently(world: World, person: Person) -> None:
    second = add(world, person.incident, age_band="16_17")
    world.see_all()
    with connection.cursor() as cursor:
        cursor.execute("select full_name, class_name, contact from incidents_person where id in (%s, %s) order by id", [person.pk, second.pk])
        rows = [[bytes(cell) for cell in row] for row in cursor.fetchall()]
    flat = rows[0] + rows[1]
    assert len(set(flat)) == 6
    assert not any(secret.encode() in cell for cell in flat for secret in SECRETS)
    assert [one.full_name for one in Person.objects.unscoped("test").order_by("pk")] == [NAME, NAME]


def test_the_list_of_people_opens_no_name_in_the_process(world: World, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr("coordination.fields.open_sealed", lambda sealed, bound_to: opened.append(bound_to) or "mở")
    page_of(world, "officer", person.incident)
    assert [place for place in opened if "incidents_person" in place] == []


# The managing body


def test_the_managing_body_reads_no_narrative_and_no_name_and_says_so(world: World) -> None:
    referral = world.received(place_detail="Nhà vệ sinh kiểm thử")
    incident = referral.incident
    add(world, incident)
    with world.acting("principal") as principal:
        actions.amend(incident, by=principal, text="Bổ sung kín")
        report = {"session": "class", "handling": "with_police", "pupils": 3, "pupils_female": 1, "victims_under_16": 0, "injured": 1, "deaths": 0, "family_told_at": None, "family_not_told_reason": "Lý do kín", "narrative": "Diễn biến kín", "measures": "Biện pháp kín"}
        actions.complete(incident, by=principal, answers=report)
    with world.acting("officer") as officer:
        question = referral_actions.ask(referral, by=officer, text="Câu hỏi kín")
    with world.acting("principal") as principal:
        referral_actions.reply(question, by=principal, text="Trả lời kín")
    with world.acting("officer") as officer:
        referral_actions.answer(referral, by=officer, outcome="reminded", note="Lời nhắn kín")
    with world.acting("principal") as principal:
        referral_actions.discuss(referral, by=principal, text="Trao đổi kín")
    told = ("dao gọt", "kiểm thử", "kín")
    for who in ("culture", "doet", "doet_leader"):
        page = page_of(world, who, incident)
        assert [word for word in told if word in page] == [], who
        assert "Nội dung vụ việc chỉ nhà trường và Công an được chuyển đến đọc được. Họ tên khóa riêng: người có quyền mở từng tên, phải nêu mục đích." in page
        assert "Đã nhắc nhở" in page, "the result of the fixed list is theirs to see"
        assert ("3 (nữ 1)" in page) == (who == "culture"), "the heads-up of the Sở is without persons"
    for who in ("principal", "officer"):
        page = page_of(world, who, incident)
        assert all(word in page for word in ("dao gọt", "Diễn biến kín", "Câu hỏi kín", "Trả lời kín", "Lời nhắn kín", "Trao đổi kín", "Bổ sung kín")), who
