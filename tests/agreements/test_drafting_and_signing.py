"""A draft is written with its parties, signed with number and day, and ended by a decision or by its successor."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from agreements import actions, concerned, reminders
from agreements.models import Agreement, AgreementParty
from agreements.rules import Standing
from coordination import clocks
from coordination.models import SYSTEM, Duty, Organisation, TrailLine
from coordination.workflow import Stale
from tests.agreements.papers import FORM, SIGNED, drafted, fresh, police, signed
from tests.world import NOW, World

SIGN = {"number": "7", "symbol": "CTPH-UBND-CAP", "signed_on": "20/11/2026", "__end": "1"}


def url(name: str, agreement: Agreement) -> str:
    return reverse(f"agreements:{name}", args=[agreement.code])


def send(world: World, who: str, where: str, body: dict[str, Any]) -> Any:
    with clocks.set_to(NOW):
        return world.client(who).post(where, body)


def draft_form(world: World, **changes: Any) -> dict[str, Any]:
    return FORM | {"side_b": police(world).code} | changes


# Drafting


def test_the_office_drafts_for_its_committee_with_the_police_and_a_school(world: World) -> None:
    school = world.actor("principal").organisation
    answer = send(world, "culture", reverse("agreements:draft"), draft_form(world, others=[school.code, police(world).code]))
    world.see_all()
    agreement = Agreement.objects.visible_to(SYSTEM).get()
    assert (answer.status_code, answer["Location"]) == (302, agreement.get_absolute_url())
    assert (agreement.issuer_id, agreement.status, agreement.number, agreement.signed_on) == (world.actor("leader").body_id, "draft", "", None)
    roles = AgreementParty.objects.visible_to(SYSTEM).order_by("place").values_list("role", "body")
    assert list(roles) == [("a", agreement.issuer_id), ("b", police(world).pk), ("participant", school.pk)]


def test_a_paper_of_one_body_has_an_issuer_and_no_sides(world: World) -> None:
    agreement = drafted(world, "doet", kind="letter", others=[], symbol="SGDĐT-VP")
    world.see_all()
    assert [row.role for row in AgreementParty.objects.visible_to(SYSTEM).filter(agreement=agreement)] == ["issuer"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": ""}, "Chưa chọn loại văn bản"),
        ({"title": " "}, "Chưa có trích yếu"),
        ({"side_b": ""}, "Chọn bên B"),
        ({"ends_on": "01/01/2026"}, "Ngày hết hạn phải sau ngày bắt đầu"),
        ({"ends_on": "31/02/2026"}, "Ngày không đúng"),
        ({"ends_on": "31/12/2999"}, "Ngày không đúng"),
        ({"side_b": "0000000000000"}, "Chọn hợp lệ"),
    ],
)
def test_a_draft_that_lacks_something_comes_back_filled(world: World, changes: dict[str, Any], words: str) -> None:
    answer = send(world, "culture", reverse("agreements:draft"), draft_form(world, legal_bases="Luật Giáo dục") | changes)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Luật Giáo dục" in page
    assert words in page or words == "Chọn hợp lệ"
    world.see_all()
    assert not Agreement.objects.visible_to(SYSTEM).exists()


def test_a_draft_is_amended_with_what_it_held(world: World) -> None:
    school = world.actor("principal").organisation
    agreement = drafted(world, others=[police(world), school], starts_on=date(2026, 1, 1), legal_bases="Luật Giáo dục")
    form = world.client("culture").get(url("amend", agreement)).context["form"]
    assert (form["side_b"].value(), form["others"].value(), form["legal_bases"].value()) == (police(world).code, [school.code], "Luật Giáo dục")
    assert send(world, "culture", url("amend", agreement), draft_form(world, title="Tên khác")).status_code == 302
    world.see_all()
    assert fresh(agreement).title == "Tên khác" and "ten khac" in fresh(agreement).folded
    assert AgreementParty.objects.visible_to(SYSTEM).filter(agreement=agreement).count() == 2
    assert school.pk not in fresh(agreement).parties


def test_a_signed_paper_is_not_amended(world: World) -> None:
    agreement = signed(world)
    assert world.client("culture").get(url("amend", agreement)).status_code == 409
    with world.acting("culture") as actor, pytest.raises(Stale):
        actions.amend(agreement, by=actor, answers={})


def test_a_body_signs_with_those_around_it(world: World) -> None:
    committee = Organisation.objects.select_related("unit").get(pk=world.actor("leader").body_id)
    kinds = [body.kind for body in concerned.neighbours(committee, NOW.date())]
    assert (kinds.count("school"), kinds.count("commune_police"), len(kinds)) == (12, 1, 13)
    department = [body.called for body in concerned.neighbours(world.actor("doet").organisation, NOW.date())]
    assert "Công an tỉnh Thái Nguyên" in department and "UBND phường Đức Xuân" in department
    assert not any("PA03" in name or "Phòng VH-XH" in name or "Trường" in name for name in department)


# Signing


def test_a_draft_has_no_number_and_its_page_says_so(world: World) -> None:
    page = world.client("culture").get(drafted(world).get_absolute_url()).content.decode()
    assert "Chưa có số (…/CTPH-UBND-CAP)" in page and "Chưa có số, ngày ký." in page and "Dự thảo" in page


@pytest.mark.parametrize("wrong", [{"number": "01"}, {"signed_on": SIGNED}])
def test_the_database_keeps_drafts_without_number_and_day(world: World, wrong: dict[str, Any]) -> None:
    agreement = drafted(world)
    world.see_all()
    with pytest.raises(IntegrityError, match="agreement_draft_has_no_number_and_no_date"), transaction.atomic():
        Agreement.objects.visible_to(SYSTEM).filter(pk=agreement.pk).update(**wrong)


def test_signing_is_asked_first_and_a_get_changes_nothing(world: World) -> None:
    agreement = drafted(world)
    page = world.client("leader").get(url("sign", agreement)).content.decode()
    assert "Bước này không hoàn tác được" in page and "đơn vị xem được văn bản" in page
    assert fresh(agreement).status == "draft"


def test_the_number_and_the_day_are_typed_as_they_stand_on_the_paper(world: World) -> None:
    agreement = drafted(world)
    assert send(world, "leader", url("sign", agreement), SIGN).status_code == 302
    agreement = fresh(agreement)
    assert (agreement.number_words, agreement.signed_on, agreement.starts_on) == ("07/CTPH-UBND-CAP", SIGNED, SIGNED)
    assert "07/ctph-ubnd-cap" in agreement.folded
    assert send(world, "leader", url("sign", agreement), SIGN).status_code == 409


def test_a_number_is_given_once_in_a_year_by_one_body(world: World) -> None:
    signed(world, number="07")
    again, elsewhere = drafted(world), drafted(world, "doet", others=[])
    refused = send(world, "leader", url("sign", again), SIGN)
    assert refused.status_code == 422 and "đã dùng cho văn bản khác" in refused.content.decode() and 'value="7"' in refused.content.decode()
    assert fresh(again).status == "draft"
    assert send(world, "leader", url("sign", again), SIGN | {"signed_on": "20/11/2025"}).status_code == 302
    assert send(world, "clerk", url("sign", elsewhere), SIGN).status_code == 302


def test_the_database_too_gives_a_number_once(world: World) -> None:
    signed(world, number="07")
    other = signed(world, number="08")
    world.see_all()
    with pytest.raises(IntegrityError, match="agreement_number_once_per_issuer_and_year"), transaction.atomic():
        Agreement.objects.visible_to(SYSTEM).filter(pk=other.pk).update(number="07")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"number": ""}, "Chưa có số"),
        ({"symbol": ""}, "Chưa có ký hiệu"),
        ({"number": "1/2"}, "Số chỉ gồm chữ, chữ số"),
        ({"signed_on": ""}, "Chưa có ngày ký"),
        ({"signed_on": "21/11/2026"}, "muộn hơn hôm nay"),
        ({"signed_on": "1/1/1999"}, "Ngày không đúng"),
    ],
)
def test_a_signing_that_lacks_something_comes_back_filled(world: World, changes: dict[str, str], words: str) -> None:
    agreement = drafted(world)
    answer = send(world, "leader", url("sign", agreement), SIGN | changes)
    assert answer.status_code == 422 and words in answer.content.decode()
    assert fresh(agreement).status == "draft"


def test_a_paper_without_a_number_says_so_itself(world: World) -> None:
    agreement = drafted(world)
    assert send(world, "leader", url("sign", agreement), SIGN | {"number": "", "unnumbered": "on"}).status_code == 302
    page = world.client("culture").get(agreement.get_absolute_url()).content.decode()
    assert "Văn bản không có số, ký hiệu." in page


def test_a_term_that_ended_before_the_signing_names_its_first_day(world: World) -> None:
    agreement = drafted(world, ends_on=date(2026, 6, 30))
    assert send(world, "leader", url("sign", agreement), SIGN).status_code == 422
    named = drafted(world, starts_on=date(2025, 1, 1), ends_on=date(2026, 6, 30))
    assert send(world, "leader", url("sign", named), SIGN).status_code == 302
    assert fresh(named).standing_on(NOW.date()) == Standing.EXPIRED


# Its end


def test_a_decision_ends_it(world: World) -> None:
    agreement = signed(world)
    assert "chấm dứt" in world.client("leader").get(url("terminate", agreement)).content.decode().lower()
    end = {"ended_on": "20/11/2026", "ending_note": "Quyết định số 05/QĐ-UBND.", "__end": "1"}
    assert send(world, "leader", url("terminate", agreement), end | {"ended_on": "19/11/2026"}).status_code == 422
    assert send(world, "leader", url("terminate", agreement), end | {"ending_note": ""}).status_code == 422
    assert send(world, "leader", url("terminate", agreement), end).status_code == 302
    assert send(world, "leader", url("terminate", agreement), end).status_code == 409
    with clocks.set_to(NOW):
        page = world.client("officer").get(agreement.get_absolute_url()).content.decode()
    assert "Hết hiệu lực" in page and "Quyết định số 05/QĐ-UBND." in page


def test_a_later_paper_takes_its_place(world: World) -> None:
    older, newer, elsewhere = signed(world, signed_on=date(2026, 1, 5)), signed(world, number="02"), signed(world, "doet", "clerk", others=[])
    offered = world.client("leader").get(url("replace", older)).content.decode()
    assert newer.code in offered and elsewhere.code not in offered
    assert newer.code not in world.client("leader").get(url("replace", newer)).context["form"].fields["replaced_by"].choices
    body = {"ended_on": "20/11/2026", "replaced_by": newer.code, "__end": "1"}
    assert send(world, "leader", url("replace", older), body | {"replaced_by": ""}).status_code == 422
    assert send(world, "leader", url("replace", older), body).status_code == 302
    with clocks.set_to(NOW):
        before, after = (world.client("officer").get(each.get_absolute_url()).content.decode() for each in (older, newer))
    assert "Đã thay thế" in before and newer.get_absolute_url() in before and older.get_absolute_url() in after


def test_ninety_days_before_the_end_the_issuer_owes_a_decision(world: World) -> None:
    soon = signed(world, ends_on=NOW.date() + timedelta(days=90), starts_on=date(2026, 1, 1))
    signed(world, number="02", ends_on=NOW.date() + timedelta(days=91), starts_on=date(2026, 1, 1))
    for expected in (1, 0):
        with world.acting("system"):
            assert reminders.remind() == expected
    with clocks.set_to(NOW):
        assert soon.get_absolute_url() in world.client("leader").get("/").content.decode()
        assert world.client("leader").post(url("terminate", soon), {"ended_on": "20/11/2026", "ending_note": "Hết nhiệm vụ.", "__end": "1"}).status_code == 302
        assert soon.get_absolute_url() not in world.client("leader").get("/").content.decode()
    world.see_all()
    assert Duty.objects.visible_to(SYSTEM).get(kind="renew_agreement").status == "done"


def test_the_trail_keeps_ids_and_no_words(world: World) -> None:
    signed(world)
    world.see_all()
    lines = TrailLine.objects.filter(about_model="agreements.agreement")
    assert [line.act for line in lines.order_by("pk")] == ["draft", "sign"]
    assert "Chương trình" not in str([line.detail for line in lines])
