"""A principal files in one press: number, clocks, referral and notices in one transaction, once."""

import uuid

import pytest
from django.apps import apps
from django.test import Client

from coordination import duties
from coordination.models import Job, Notice
from incidents import actions
from incidents.models import Incident, Referral
from tests.world import NOW, World


def test_the_form_asks_the_five_questions_in_the_words_of_practice(world: World) -> None:
    page = world.client("principal").get("/vu-viec/bao-nhanh/").content.decode()
    for words in ("Việc gì đã xảy ra?", "Xảy ra lúc nào?", "Ở đâu?", "Tình hình lúc này?", "Tóm tắt một, hai câu", "Có người đang gặp nguy hiểm? Gọi ngay, nhập sau."):
        assert words in page


@pytest.mark.parametrize(("kind", "minutes"), [("outsider_assault", 240), ("weapon_possession", 30)])
def test_the_rule_flags_and_the_receipt_promises_the_hour(world: World, kind: str, minutes: int) -> None:
    """s3 is four hours; a weapon is R0 towards police ("báo ngay"), which takes the half hour of s4."""
    client = world.client("principal")
    answer = client.post("/vu-viec/bao-nhanh/", world.form(kind=kind))
    assert answer.status_code == 302
    receipt = client.get(answer.url).content.decode()
    assert "Mã ĐX-26-0001" in receipt
    assert "Công an phường Đức Xuân" in receipt
    assert "Phiếu này không thay thế tin báo, tố giác về tội phạm." in receipt
    world.see_all()
    incident = Incident.objects.unscoped("test").get()
    referral = Referral.objects.unscoped("test").get()
    promise = duties.of(referral).get(kind="acknowledge")
    assert (promise.due_at - promise.opened_at).total_seconds() == minutes * 60
    assert incident.status == "submitted" and referral.status == "sent"
    assert Job.objects.filter(kind="mail_notice").count() == Notice.objects.unscoped("test").count() == 3


def test_the_same_form_pressed_twice_files_once(world: World) -> None:
    client, form = world.client("principal"), world.form()
    first, second = client.post("/vu-viec/bao-nhanh/", form), client.post("/vu-viec/bao-nhanh/", form)
    assert first.url == second.url
    world.see_all()
    assert Incident.objects.unscoped("test").count() == 1


def test_the_same_form_with_other_words_is_refused_as_stale(world: World) -> None:
    client, form = world.client("principal"), world.form()
    client.post("/vu-viec/bao-nhanh/", form)
    assert client.post("/vu-viec/bao-nhanh/", form | {"summary": "Một câu khác hẳn."}).status_code == 409


def test_without_script_the_server_shows_who_will_be_told_before_sending(world: World) -> None:
    form = world.form(confirmed="")
    answer = world.client("principal").post("/vu-viec/bao-nhanh/", form)
    assert answer.status_code == 200
    assert "Sẽ gửi tới:" in answer.content.decode() and "Công an phường Đức Xuân; UBND phường Đức Xuân" in answer.content.decode()
    world.see_all()
    assert not Incident.objects.unscoped("test").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "Chưa chọn loại vụ việc. Chọn loại gần đúng nhất hoặc “Khác”."),
        ({"when": "other", "day": "31/02/2026", "hour": "10:00"}, "Ngày không đúng."),
        ({"when": "other", "day": "01/01/0001", "hour": "10:00"}, "Năm không hợp lệ."),
        ({"when": "other", "day": "01/01/2100", "hour": "10:00"}, "Giờ xảy ra muộn hơn giờ hiện tại. Chọn lại ngày, giờ."),
        ({"when": "today", "hour": "25:61"}, "Giờ không đúng."),
        ({"severity": "s1"}, "Loại việc này thấp nhất là mức “Phức tạp”."),
        ({"summary": "\u200b\u200b"}, "Chưa có tóm tắt."),
        ({"summary": "một câu\u0007có tiếng chuông"}, "Nội dung có ký tự lạ không đọc được."),
        ({"summary": "x" * 300_000}, "Nội dung quá dài"),
        ({"place_kind": "moon"}, "moon"),
    ],
)
def test_bad_answers_are_said_beside_the_field_and_the_rest_stays(world: World, changes: dict[str, str], words: str) -> None:
    answer = world.client("principal").post("/vu-viec/bao-nhanh/", world.form(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert "weapon_possession" in page
    if "summary" not in changes:
        assert "dao gọt hoa quả" in page


@pytest.mark.parametrize("broken", [{"strange": "1"}, {"__end": None}])
def test_a_forged_or_cut_form_is_refused(world: World, broken: dict[str, str | None]) -> None:
    form = {name: value for name, value in (world.form() | broken).items() if value is not None}
    assert world.client("principal").post("/vu-viec/bao-nhanh/", form).status_code == 400


def test_a_draft_is_kept_and_continued_under_the_same_key(world: World) -> None:
    client, key = world.client("principal"), str(uuid.uuid4())
    kept = client.post("/vu-viec/nhap/", {"key": key, "kind": "theft", "severity": "", "summary": "Mất một xe đạp", "when": "now", "__end": "1"})
    assert kept.status_code == 200 and len(kept.json()["saved_at"]) == 5
    page = client.get(f"/vu-viec/{kept.json()['code']}/viet-tiep/").content.decode()
    assert "Mất một xe đạp" in page and key in page
    sent = client.post("/vu-viec/bao-nhanh/", world.form(key=key, kind="theft", severity="s2"))
    world.see_all()
    assert Incident.objects.unscoped("test").get().code in sent.url
    assert Incident.objects.unscoped("test").get().status == "submitted"


def test_a_draft_is_nobody_elses_business(world: World) -> None:
    kept = world.client("principal").post("/vu-viec/nhap/", {"key": str(uuid.uuid4()), "summary": "Mất một xe đạp", "__end": "1"})
    for who in ("deputy", "other_principal", "officer", "culture", "doet"):
        assert world.client(who).get(f"/vu-viec/{kept.json()['code']}/").status_code == 404, who


def test_a_case_of_level_one_goes_to_the_managing_body_alone(world: World) -> None:
    incident = world.file(kind="tobacco", severity="s1")
    world.see_all()
    assert not Referral.objects.unscoped("test").exists()
    assert {duty.kind for duty in duties.of(incident)} == {"look"}


def test_get_changes_nothing(world: World) -> None:
    world.client("principal").get("/vu-viec/bao-nhanh/")
    world.see_all()
    assert not Incident.objects.unscoped("test").exists()


def test_the_spoken_number_counts_up_in_the_ward(world: World) -> None:
    codes = [world.file(who, at=NOW).spoken_code for who in ("principal", "other_principal", "principal")]
    assert codes == ["ĐX-26-0001", "ĐX-26-0002", "ĐX-26-0003"]


def test_a_stranger_to_the_portal_is_sent_to_the_door(db: None) -> None:
    assert Client().get("/vu-viec/bao-nhanh/").url.startswith("/tai-khoan/login/")


@pytest.mark.parametrize(
    ("path", "model", "body"),
    [
        ("bo-sung", "Addendum", {"text": "Đã gặp gia đình lúc 17 giờ."}),
        ("nguoi-lien-quan", "Person", {"role": "involved", "age_band": "11_13", "full_name": "Nguyễn Văn A", "class_name": "", "contact": ""}),
        ("da-goi", "PhoneCall", {"called": "113", "called_at": "08:00 20/11/2026"}),
    ],
)
def test_a_doubled_press_of_the_smaller_forms_writes_one_row(world: World, path: str, model: str, body: dict[str, str]) -> None:
    incident, client = world.file(), world.client("principal")
    answers = [client.post(f"/vu-viec/{incident.code}/{path}/", body | {"__end": "1"}) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    world.see_all()
    assert apps.get_model("incidents", model).objects.unscoped("test").count() == 1


def test_pseudonyms_count_for_each_kind_of_person(world: World) -> None:
    incident = world.file()
    with world.acting("principal") as principal:
        people = [
            actions.add_person(incident, by=principal, answers={"role": role, "age_band": "unknown", "full_name": name, "class_name": "", "contact": ""})
            for role, name in (("involved", "Nguyễn Văn A"), ("witness", "Trần Thị B"), ("affected", "Lê Văn C"))
        ]
    assert [person.pseudonym for person in people] == ["HS-1", "NC-1", "HS-2"]
