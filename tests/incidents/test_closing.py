"""A case ends when nothing is missing: the guard says what is, and whose turn; five silent working days end it too."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from coordination import clocks, duties
from coordination.models import Notice
from coordination.models.notices import NoticeKind
from coordination.workflow import Stale
from incidents import actions, referral_actions, silence
from incidents.closing import closing_gaps
from incidents.models import Incident, Referral
from incidents.workflow import ReferralStatus
from tests.world import NOW, World

SCHOOL = "Nhà trường"
POLICE = "Công an phường Đức Xuân"
REPORT = {"session": "class", "handling": "with_police", "pupils": 1, "pupils_female": 0, "victims_under_16": 0, "injured": 0, "deaths": 0, "family_told_at": NOW, "narrative": "Diễn biến.", "measures": ""}
# NOW is Friday 20/11/2026: the fifth working day after it is Friday 27/11, until 17:00.
FIFTH_DAY = datetime(2026, 11, 27, 17, 0, tzinfo=clocks.ZONE)


def complete(world: World, incident: Incident) -> None:
    with world.acting("principal") as principal:
        actions.complete(incident, by=principal, answers=REPORT)


def fresh(world: World, row: Any) -> Any:
    world.see_all()
    return type(row).objects.unscoped("test").get(pk=row.pk)


def close_page(world: World, incident: Incident, who: str = "principal") -> Any:
    return world.client(who).get(f"/vu-viec/{incident.code}/ket-thuc/")


def press(world: World, incident: Incident, who: str = "principal") -> int:
    return world.client(who).post(f"/vu-viec/{incident.code}/ket-thuc/", {"confirmed": "1"}).status_code


# The words of the guard


@pytest.mark.parametrize(
    ("status", "missing", "turn"),
    [
        (ReferralStatus.SENT, "Công an chưa xem vụ việc.", POLICE),
        (ReferralStatus.SEEN, "Công an chưa nhận tin.", POLICE),
        (ReferralStatus.RECEIVED, "Công an chưa báo kết quả.", POLICE),
        (ReferralStatus.ANSWERED, "Nhà trường chưa xác nhận đã nhận kết quả.", SCHOOL),
        (ReferralStatus.DISCUSSED, "Công an chưa trả lời đề nghị trao đổi thêm.", POLICE),
        (ReferralStatus.RULING, "Cấp có thẩm quyền chưa cho ý kiến.", POLICE),
    ],
)
def test_the_guard_says_what_is_missing_and_whose_turn_it_is(status: str, missing: str, turn: str) -> None:
    gaps = closing_gaps(report_missing=True, referrals=[(status, POLICE)])
    assert [(gap.missing, gap.turn) for gap in gaps] == [("Chưa có báo cáo đầy đủ.", SCHOOL), (missing, turn)]


@pytest.mark.parametrize("status", [ReferralStatus.SETTLED, ReferralStatus.FORWARDED, ReferralStatus.RULED, ReferralStatus.RECALLED])
def test_a_referral_that_is_over_stands_in_nobodys_way(status: str) -> None:
    assert closing_gaps(report_missing=False, referrals=[(status, POLICE)]) == []


def test_the_case_page_and_the_closing_page_say_the_same(world: World) -> None:
    incident = world.received().incident
    for page in (close_page(world, incident), world.client("principal").get(f"/vu-viec/{incident.code}/")):
        text = page.content.decode()
        assert "Chưa có báo cáo đầy đủ." in text and "Công an chưa báo kết quả." in text
        assert f"Chờ:</span> {POLICE}" in text or f"Chờ: {POLICE}" in text


# Who ends it, and when


def test_neither_side_closes_while_something_is_missing(world: World) -> None:
    referral = world.received()
    incident = referral.incident
    assert press(world, incident) == 409
    complete(world, incident)
    assert press(world, incident) == 409
    with world.acting("officer") as officer:
        referral_actions.answer(referral, by=officer, outcome="reminded")
    assert press(world, incident) == 409
    with world.acting("principal") as principal:
        with pytest.raises(Stale), transaction.atomic():
            actions.close(incident, by=principal)
        referral_actions.acknowledge(referral, by=principal)
    assert press(world, incident) == 302
    closed = fresh(world, incident)
    assert (closed.status, closed.closed_how) == ("closed", "school") and closed.closed_at is not None


def test_only_the_principal_closes(world: World) -> None:
    incident = world.file(kind="tobacco", severity="s1")
    given = {who: press(world, incident, who) for who in ("deputy", "culture", "doet", "officer", "other_principal")}
    assert given == {"deputy": 403, "culture": 403, "doet": 404, "officer": 404, "other_principal": 404}
    assert press(world, incident) == 302
    assert press(world, incident) == 409, "the second press is too late"


def test_a_case_without_police_closes_when_its_report_is_in(world: World) -> None:
    incident = world.file(kind="theft", severity="s2")
    assert "Chưa có báo cáo đầy đủ." in close_page(world, incident).content.decode()
    assert press(world, incident) == 409
    complete(world, incident)
    assert press(world, incident) == 302


def test_asking_first_changes_nothing(world: World) -> None:
    incident = world.file(kind="tobacco", severity="s1")
    assert close_page(world, incident).status_code == 200
    assert fresh(world, incident).status == "submitted"


def test_closing_ends_every_clock_and_tells_the_managing_body(world: World) -> None:
    incident = world.file(kind="tobacco", severity="s1")
    press(world, incident)
    world.see_all()
    assert {duty.status for duty in duties.of(incident)} == {"waived"}
    told = Notice.objects.unscoped("test").filter(kind=NoticeKind.INCIDENT_CLOSED).values_list("post", flat=True)
    assert list(told) == [world.actor("culture").post_id]


def test_a_closed_case_still_takes_an_addendum_and_nothing_else(world: World) -> None:
    incident = world.file(kind="tobacco", severity="s1")
    press(world, incident)
    client = world.client("principal")
    assert client.post(f"/vu-viec/{incident.code}/bo-sung/", {"text": "Bổ sung sau.", "__end": "1"}).status_code == 302
    assert "Bổ sung sau." in client.get(f"/vu-viec/{incident.code}/").content.decode()
    assert client.post(f"/vu-viec/{incident.code}/chuyen-cong-an/", {"text": "x", "__end": "1"}).status_code == 409
    with world.acting("principal") as principal, pytest.raises(Stale), transaction.atomic():
        actions.complete(incident, by=principal, answers=REPORT)


def test_the_database_itself_keeps_the_end_and_its_hour_together(world: World) -> None:
    incident = world.file()
    world.see_all()
    for values in ({"status": "closed"}, {"closed_at": NOW}):
        with pytest.raises(IntegrityError, match="closed_case_has_its_hour"), transaction.atomic():
            Incident.objects.unscoped("test").filter(pk=incident.pk).update(**values)


# Silence


def settle(world: World, at: datetime) -> int:
    """The clock of the loop, at an hour."""
    with world.acting("system", at):
        return silence.settle_all()


def test_a_silent_school_is_settled_after_five_working_days_and_not_before(world: World) -> None:
    referral = world.answered()
    complete(world, referral.incident)
    assert settle(world, FIFTH_DAY) == 0
    assert fresh(world, referral).status == ReferralStatus.ANSWERED
    assert settle(world, FIFTH_DAY + timedelta(seconds=1)) == 1
    settled = fresh(world, referral)
    assert (settled.status, settled.settled_how, settled.settled_at) == (ReferralStatus.SETTLED, "silence", FIFTH_DAY + timedelta(seconds=1))
    closed = fresh(world, referral.incident)
    assert (closed.status, closed.closed_how) == ("closed", "silence")
    assert {duty.status for duty in duties.of(referral) if duty.kind == "acknowledge_result"} == {"lapsed"}
    assert settle(world, FIFTH_DAY + timedelta(days=9)) == 0


def test_silence_settles_the_referral_and_leaves_a_case_open_that_lacks_its_report(world: World) -> None:
    referral = world.answered()
    assert settle(world, FIFTH_DAY + timedelta(minutes=1)) == 1
    assert fresh(world, referral).status == ReferralStatus.SETTLED
    assert fresh(world, referral.incident).status == "submitted"
    complete(world, referral.incident)
    assert press(world, referral.incident) == 302


@pytest.mark.parametrize("word", ["acknowledge", "discuss"])
def test_a_school_that_has_spoken_is_not_settled_by_the_clock(world: World, word: str) -> None:
    referral = world.answered()
    with world.acting("principal") as principal:
        if word == "acknowledge":
            referral_actions.acknowledge(referral, by=principal)
        else:
            referral_actions.discuss(referral, by=principal, text="Chưa rõ.")
    before = fresh(world, referral).status
    assert settle(world, FIFTH_DAY + timedelta(days=30)) == 0
    assert fresh(world, referral).status == before


def test_silence_is_said_on_the_page(world: World) -> None:
    referral = world.answered()
    complete(world, referral.incident)
    settle(world, FIFTH_DAY + timedelta(minutes=1))
    page = world.client("principal").get(f"/vu-viec/{referral.incident.code}/").content.decode()
    assert "Vụ việc tự kết thúc sau 5 ngày làm việc." in page


def test_nobody_but_the_clock_settles_by_silence(world: World) -> None:
    referral = world.answered()
    for who in ("officer", "chief", "principal", "culture", "doet"):
        assert "settle_by_silence" not in world.referral(referral.incident).moves_open_to(world.actor(who)), who


def test_many_silent_schools_are_settled_together(world: World) -> None:
    referrals = [world.answered(at=NOW + timedelta(minutes=number)) for number in range(3)]
    assert settle(world, FIFTH_DAY + timedelta(minutes=1)) == 3
    world.see_all()
    assert set(Referral.objects.unscoped("test").filter(pk__in=[referral.pk for referral in referrals]).values_list("settled_how", flat=True)) == {"silence"}
