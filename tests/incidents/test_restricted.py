"""Hồ sơ hạn chế: others see that there is something; the few who may open it say why, and leave a receipt."""

from datetime import timedelta
from typing import Any

import pytest

from coordination import clocks
from incidents import referral_actions
from incidents.models import Incident, Opening, Referral
from tests.world import ACCOUNTS, NOW, World

END = {"__end": "1"}
WORDS = "Một em kể lại sự việc kín với giáo viên chủ nhiệm."
CLOSED = "Hồ sơ hạn chế"


@pytest.fixture
def case(world: World) -> Incident:
    """A restricted case of the school, filed by its principal; the rule sent it to the police."""
    return world.file(kind="child_sexual_abuse", severity="s4", summary=WORDS, place_detail="Phòng kiểm thử", place_kind="elsewhere")


def secrets_in(page: str, case: Incident) -> list[str]:
    """What tells what the case is about."""
    return [word for word in (str(case.kind.label), WORDS, "Phòng kiểm thử", "Nơi khác", "08:00 hôm nay", "08:00 20/11/2026") if word in page]


def page_of(world: World, who: str, case: Incident, at: Any = NOW) -> Any:
    with clocks.set_to(at):
        return world.client(who).get(f"/vu-viec/{case.code}/")


def open_it(world: World, who: str, case: Incident, at: Any = NOW, **fields: str) -> Any:
    """Police open the case for a purpose."""
    with clocks.set_to(at):
        return world.client(who).post(f"/chuyen-den/{world.referral(case).code}/xem/", END | {"purpose": "child"} | fields)


@pytest.mark.parametrize("who", ["officer", "chief", "deputy", "culture", "doet", "doet_leader"])
def test_before_a_purpose_is_stated_no_page_says_what_it_is_about(world: World, case: Incident, who: str) -> None:
    referral = world.referral(case)
    page = page_of(world, who, case).content.decode()
    assert CLOSED in page and case.spoken_code in page and secrets_in(page, case) == []
    addresses = ["/", "/vu-viec/", "/chuyen-den/", "/chuyen-den/?tab=tat-ca", "/thong-bao/", f"/vu-viec/{case.code}/bien-nhan/", f"/chuyen-den/{referral.code}/ket-qua/", f"/chuyen-den/{referral.code}/chuyen-tiep/", f"/chuyen-den/{referral.code}/ghi-chu/"]
    for address in addresses:
        with clocks.set_to(NOW):
            page = world.client(who).get(address).content.decode()
        assert secrets_in(page, case) == [], address


def test_the_author_and_the_principal_read_it_without_more(world: World, case: Incident) -> None:
    page = page_of(world, "principal", case).content.decode()
    assert WORDS in page and str(case.kind.label) in page
    by_deputy = world.file("deputy", kind="child_abuse_risk", severity="s3", summary=WORDS)
    assert WORDS in page_of(world, "deputy", by_deputy).content.decode()
    assert WORDS in page_of(world, "principal", by_deputy).content.decode()


def test_strangers_do_not_even_see_that_there_is_something(world: World, case: Incident) -> None:
    for who in ("other_principal", "province_police", "dpo", "sysadmin", "clerk"):
        assert page_of(world, who, case).status_code == 404, who


def test_the_queue_shows_a_lock_and_asks_for_the_reason(world: World, case: Incident) -> None:
    with clocks.set_to(NOW):
        page = world.client("officer").get("/chuyen-den/").content.decode()
    assert CLOSED in page and "Nêu mục đích, mở" in page and case.spoken_code in page
    assert "Ánh Dương" not in page, "not even the school"
    assert f"/chuyen-den/{world.referral(case).code}/xem/" not in page, "no press opens it from the list"


def test_a_stated_purpose_opens_it_for_fifteen_minutes_and_for_that_reader_alone(world: World, case: Incident) -> None:
    assert open_it(world, "officer", case).status_code == 302
    assert WORDS in page_of(world, "officer", case, NOW + timedelta(minutes=14)).content.decode()
    assert secrets_in(page_of(world, "officer", case, NOW + timedelta(minutes=15)).content.decode(), case) == []
    assert secrets_in(page_of(world, "chief", case).content.decode(), case) == []


def test_opening_it_stamps_that_it_was_seen(world: World, case: Incident) -> None:
    open_it(world, "officer", case, NOW + timedelta(minutes=3))
    world.see_all()
    referral = Referral.objects.unscoped("test").get()
    assert (referral.status, referral.seen_at) == ("seen", NOW + timedelta(minutes=3))


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_without_a_purpose_it_stays_closed_and_unseen(world: World, case: Incident, purpose: str) -> None:
    refused = open_it(world, "officer", case, purpose=purpose)
    assert refused.status_code == 422 and secrets_in(refused.content.decode(), case) == []
    world.see_all()
    assert Referral.objects.unscoped("test").get().status == "sent" and not Opening.objects.unscoped("test").exists()


def test_the_school_and_its_managers_cannot_open_it_by_the_police_door(world: World, case: Incident) -> None:
    given = {who: open_it(world, who, case).status_code for who in ("deputy", "principal", "culture", "doet", "other_principal", "province_police")}
    assert given == {"deputy": 403, "principal": 403, "culture": 403, "doet": 403, "other_principal": 404, "province_police": 404}
    world.see_all()
    assert not Opening.objects.unscoped("test").exists()


def test_every_opening_leaves_a_receipt_for_the_principal_with_office_and_hour_and_no_name(world: World, case: Incident) -> None:
    open_it(world, "officer", case)
    open_it(world, "officer", case, NOW + timedelta(minutes=30), purpose="emergency")
    page = " ".join(page_of(world, "principal", case, NOW + timedelta(hours=1)).content.decode().split())
    assert "09:00 20/11/2026 – Công an phường Đức Xuân – hồ sơ hạn chế – Bảo vệ trẻ em" in page
    assert "09:30 20/11/2026 – Công an phường Đức Xuân – hồ sơ hạn chế – Khẩn cấp" in page
    assert ACCOUNTS["officer"] not in page


def test_a_restricted_case_is_not_found_by_its_kind(world: World, case: Incident) -> None:
    plain = world.file()
    for who in ("deputy", "principal", "culture"):
        with clocks.set_to(NOW):
            client = world.client(who)
            assert case.spoken_code not in client.get(f"/vu-viec/?kind={case.kind.code}").content.decode(), who
            assert case.spoken_code in client.get("/vu-viec/").content.decode(), who
            assert plain.spoken_code in client.get(f"/vu-viec/?kind={plain.kind.code}").content.decode(), who
            assert str(case.kind.label) not in client.get("/vu-viec/").content.decode(), who


def test_nothing_is_done_on_a_locked_case_before_a_purpose_is_stated(world: World, case: Incident) -> None:
    referral = world.referral(case)
    with clocks.set_to(NOW):
        client = world.client("officer")
        for act in ("nhan-tin", "chuyen-tiep", "theo-doi", "de-nghi-bo-sung", "ghi-chu", "ket-qua"):
            assert client.post(f"/chuyen-den/{referral.code}/{act}/", {"text": "x", "__end": "1"}).status_code == 422, act
        assert client.post(f"/chuyen-den/{referral.code}/xem/", {"purpose": "case", "__end": "1"}).status_code == 302
        assert client.post(f"/chuyen-den/{referral.code}/nhan-tin/").status_code == 302
    with clocks.set_to(NOW + timedelta(minutes=16)):
        assert client.post(f"/chuyen-den/{referral.code}/theo-doi/", {"step": "progress", "__end": "1"}).status_code == 422
    assert secrets_in(page_of(world, "officer", case, NOW + timedelta(minutes=16)).content.decode(), case) == []


def test_one_who_may_not_read_a_restricted_case_does_not_write_in_it_either(world: World, case: Incident) -> None:
    """The deputy who did not write it sees that it exists, and no more; not even what the police ask."""
    referral = world.referral(case)
    with world.acting("officer") as officer:
        question = referral_actions.ask(referral_actions.receive(referral, by=officer), by=officer, text="Câu hỏi kín?")
    client = world.client("deputy")
    for address in ("bo-sung", "nguoi-lien-quan", "bao-cao-day-du", "chuyen-cong-an", "da-goi"):
        assert client.post(f"/vu-viec/{case.code}/{address}/", END | {"text": "x"}).status_code == 403, address
    refused = client.get(f"/de-nghi-bo-sung/{question.uid}/tra-loi/")
    assert refused.status_code == 403 and "Câu hỏi kín?" not in refused.content.decode()
    assert client.get(f"/vu-viec/{case.code}/").status_code == 200
    assert world.client("principal").get(f"/de-nghi-bo-sung/{question.uid}/tra-loi/").status_code == 200
