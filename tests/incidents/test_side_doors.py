"""Doors that once stood open beside the front door, each kept shut by the test that found it."""

import uuid

import pytest
from django.conf import settings
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from coordination import clocks, duties
from coordination.door.accounts import client_address
from coordination.workflow import Stale
from incidents import actions, referral_actions, silence
from incidents.models import Incident, Kind
from tests.world import NOW, World


@pytest.mark.parametrize("path", ["email/", "confirm-email/", "confirm-email/x/"])
def test_nobody_changes_the_address_of_his_mailbox(world: World, path: str) -> None:
    assert world.client("principal").post(f"/tai-khoan/{path}", {"action_add": "", "email": "elsewhere@example.vn"}).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse("account_email")


@pytest.mark.parametrize(
    ("proxies", "passed", "expected"),
    [(0, "1.2.3.4", "10.0.0.9"), (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"), (2, "1.2.3.4, 10.0.0.1", "1.2.3.4"), (1, "", "10.0.0.9")],
)
def test_the_client_is_the_address_our_own_proxy_saw(proxies: int, passed: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PROXY_COUNT", proxies)
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.9", HTTP_X_FORWARDED_FOR=passed)
    assert client_address(request) == expected


def test_a_discarded_draft_is_gone_for_everybody(world: World) -> None:
    client = world.client("principal")
    code = client.post("/vu-viec/nhap/", {"key": str(uuid.uuid4()), "summary": "Nháp", "__end": "1"}).json()["code"]
    for path in ("bien-nhan", "ket-thuc", "da-goi"):
        assert client.get(f"/vu-viec/{code}/{path}/").status_code in (302, 405, 409), path
    assert client.post(f"/vu-viec/{code}/da-goi/", {"called": "", "__end": "1"}).status_code == 409
    assert client.post(f"/vu-viec/{code}/xoa-nhap/").status_code == 302
    for path in ("", "viet-tiep/", "bien-nhan/", "ket-thuc/", "bo-sung/"):
        assert client.get(f"/vu-viec/{code}/{path}").status_code == 404, path


def test_a_cleared_word_leaves_the_draft(world: World) -> None:
    client, key = world.client("principal"), str(uuid.uuid4())
    for summary in ("Em Nguyễn Văn A lớp 8", ""):
        client.post("/vu-viec/nhap/", {"key": key, "summary": summary, "place_detail": "", "__end": "1"})
    world.see_all()
    assert Incident.objects.unscoped("test").get().summary == ""


def test_a_case_flagged_meanwhile_is_not_closed(world: World) -> None:
    seen_open = world.file(kind="theft", severity="s2")
    with world.acting("principal") as principal:
        actions.complete(seen_open, by=principal, answers=report_answers())
        actions.flag(Incident.objects.visible_to(principal).get(pk=seen_open.pk), by=principal, reason="Đề nghị phối hợp.")
        with pytest.raises(Stale):
            actions.close(seen_open, by=principal)


def report_answers() -> dict[str, object]:
    """The counts of a full report."""
    return {
        "session": "class",
        "handling": "at_school",
        "pupils": 1,
        "pupils_female": 0,
        "victims_under_16": 0,
        "injured": 0,
        "deaths": 0,
        "family_told_at": NOW,
        "narrative": "Diễn biến.",
    }


def test_one_case_that_cannot_settle_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    stuck, free = world.answered(), world.answered()
    honest = silence.settle_by_silence

    def settle(referral: object) -> object:
        if referral.pk == stuck.pk:
            raise Stale("somebody was first")
        return honest(referral)

    monkeypatch.setattr(silence, "settle_by_silence", settle)
    with world.acting("system", NOW.replace(month=12)):
        assert silence.settle_all() == 1
    assert world.referral(free.incident).status == "settled"


def test_the_receipt_of_a_restricted_case_tells_nobody_whom_the_school_rang(world: World) -> None:
    case = world.file(kind="child_sexual_abuse", severity="s4")
    with world.acting("principal") as principal:
        actions.log_call(case, by=principal, called="111", called_at=NOW)
    with clocks.set_to(NOW):
        for who in ("culture", "doet", "officer", "deputy"):
            answer = world.client(who).get(f"/vu-viec/{case.code}/bien-nhan/")
            assert answer.status_code == 302 and answer.url == case.get_absolute_url(), who


def test_the_heads_up_of_the_department_is_without_persons(world: World) -> None:
    case = world.file(kind="outsider_assault", severity="s3")
    with world.acting("principal") as principal:
        actions.add_person(case, by=principal, answers={"role": "affected", "age_band": "11_13", "full_name": "Nguyễn Văn A", "class_name": "", "contact": ""})
    with clocks.set_to(NOW):
        assert "HS-1" not in world.client("doet").get(case.get_absolute_url()).content.decode()
        assert "HS-1" in world.client("culture").get(case.get_absolute_url()).content.decode()


def test_notes_stay_with_the_police_body_that_wrote_them(world: World) -> None:
    referral = world.received()
    with world.acting("officer") as officer:
        referral_actions.note(referral, by=officer, text="Ghi chú của phường.")
        referral_actions.forward(referral, by=officer, to=world.actor("pc04.bk").organisation, reason="Đúng thẩm quyền.")
    with clocks.set_to(NOW):
        assert "Ghi chú của phường." in world.client("officer").get(referral.get_absolute_url()).content.decode()
        assert "Ghi chú của phường." not in world.client("pc04.bk").get(referral.get_absolute_url()).content.decode()


def test_first_information_keeps_the_promise_and_starts_the_clock_of_the_next_note(world: World) -> None:
    referral = world.received()
    before = duties.of(referral)
    world.see_all()
    first = before.get(kind="answer", status="open")
    with world.acting("officer") as officer:
        referral_actions.follow_up(referral, by=officer, step="progress")
    world.see_all()
    after = duties.of(referral).get(kind="answer", status="open")
    assert after.pk != first.pk and after.due_at > first.due_at


def test_the_first_result_is_kept_beside_the_second(world: World) -> None:
    referral = world.answered(outcome="reminded")
    with world.acting("principal", NOW.replace(hour=11)) as principal:
        referral = referral_actions.discuss(referral, by=principal, text="Cần thêm thông tin.")
    with world.acting("officer", NOW.replace(hour=16)) as officer:
        referral = referral_actions.answer(referral, by=officer, outcome="sanctioned")
    assert (referral.earlier_outcome, referral.outcome) == ("reminded", "sanctioned")
    with clocks.set_to(NOW.replace(hour=17)):
        page = world.client("principal").get(referral.get_absolute_url()).content.decode()
    assert page.index("Đã nhắc nhở") < page.index("Cần thêm thông tin.") < page.index("Đã xử phạt hành chính")


def test_a_kind_chosen_in_haste_is_corrected_with_the_full_report(world: World) -> None:
    case = world.file(kind="tobacco", severity="s1")
    body = {name: str(value) for name, value in report_answers().items() if name != "family_told_at"}
    with clocks.set_to(NOW.replace(hour=10)):
        page = world.client("principal").get(f"/vu-viec/{case.code}/bao-cao-day-du/").content.decode()
        assert '<option value="tobacco" selected>' in page
        sent = world.client("principal").post(f"/vu-viec/{case.code}/bao-cao-day-du/", body | {"kind": "drug_use", "family_told_at": "09:30 20/11/2026", "__end": "1"})
    assert sent.status_code == 302
    world.see_all()
    case = Incident.objects.unscoped("test").get(pk=case.pk)
    assert (case.kind.code, case.severity, case.restricted) == ("drug_use", "s3", True)
    assert world.referral(case).to_org.name == "Công an phường Đức Xuân"


def test_a_corrected_kind_never_lowers_the_severity(world: World) -> None:
    case = world.file(kind="outsider_assault", severity="s3")
    with world.acting("principal") as principal:
        actions.complete(case, by=principal, answers=report_answers(), kind=Kind.objects.get(code="theft"))
    world.see_all()
    assert Incident.objects.unscoped("test").get(pk=case.pk).severity == "s3"


def test_the_full_report_asks_for_the_family_as_it_will_be_checked(world: World) -> None:
    case, client = world.file(), world.client("principal")
    page = client.get(f"/vu-viec/{case.code}/bao-cao-day-du/").content.decode()
    assert "Gia đình: ghi một trong hai" in page and "không bắt buộc" not in page[page.index("Gia đình: ghi") : page.index("Tạm chưa báo gia đình")]
    refused = client.post(f"/vu-viec/{case.code}/bao-cao-day-du/", {"narrative": "Diễn biến.", "__end": "1"})
    assert refused.status_code == 422 and "Ghi giờ đã báo gia đình, hoặc lý do tạm chưa báo." in refused.content.decode() and "Diễn biến." in refused.content.decode()
