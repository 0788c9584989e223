"""Two officers in the same second, over real connections: one is first, the other is told so and keeps his words."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from coordination import clocks
from coordination.models import SYSTEM, Duty, Notice
from coordination.scope import reading_as
from incidents import actions, endings, referral_actions
from incidents.models import Incident, Referral
from tests.incidents.test_duty_desk import ADDRESS, form
from tests.incidents.test_referral_chain import REPORT
from tests.live import copied_database, speaking_to
from tests.world import NOW, World

END = {"__end": "1"}
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A copy of the test database in which everything is committed at once, as in the served portal."""
    with copied_database("races_copy", django_db_blocker) as name, speaking_to(name, django_db_blocker):
        yield World()


def at_once(*presses: Callable[[], Any]) -> list[Any]:
    """Press together, each on a connection of its own."""
    answers: list[Any] = [None] * len(presses)
    start = threading.Barrier(len(presses))

    def press(place: int) -> None:
        start.wait(20)
        try:
            with clocks.set_to(NOW + 2 * HOUR):
                answers[place] = presses[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(place,)) for place in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(answers), "a press never came back"
    return answers


def pressing(world: World, who: str, address: str, **fields: str) -> Callable[[], Any]:
    """A press of somebody who is already signed in."""
    client = world.client(who)
    return lambda: client.post(address, END | fields)


def now(row: Any) -> Any:
    """The row as it is committed."""
    with reading_as(SYSTEM):
        return type(row).objects.unscoped("test").get(pk=row.pk)


def open_kinds(case: Incident) -> list[str]:
    """Every clock that runs about the case or its referrals."""
    with reading_as(SYSTEM):
        return sorted(Duty.objects.unscoped("test").filter(about_code=case.code, status="open").values_list("kind", flat=True))


@pytest.mark.parametrize("round_", range(3))
def test_two_officers_receive_in_the_same_second(committed: World, round_: int) -> None:
    referral = committed.referral(committed.file())
    address = f"/chuyen-den/{referral.code}/nhan-tin/"
    answers = at_once(pressing(committed, "officer", address), pressing(committed, "chief", address))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    first = ("officer", "chief")[[answer.status_code for answer in answers].index(302)]
    assert now(referral).handler_id == committed.actor(first).pk
    late = next(answer for answer in answers if answer.status_code == 409).content.decode()
    assert "Công an phường Đức Xuân đã nhận tin lúc 11:00 hôm nay." in late
    assert open_kinds(referral.incident) == ["answer", "full_report", "look"]


@pytest.mark.parametrize("round_", range(3))
def test_one_answers_while_the_other_passes_it_on(committed: World, round_: int) -> None:
    referral = committed.received()
    there = committed.actor("province_police").organisation.code
    answers = at_once(
        pressing(committed, "officer", f"/chuyen-den/{referral.code}/ket-qua/", outcome="reminded", text="Kết quả đã gõ."),
        pressing(committed, "chief", f"/chuyen-den/{referral.code}/chuyen-tiep/", to=there, text="Lý do đã gõ."),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    late = next(answer for answer in answers if answer.status_code == 409).content.decode()
    answered = answers[0].status_code == 302
    assert ("Lý do đã gõ." if answered else "Kết quả đã gõ.") in late
    assert ("đã báo kết quả lúc" if answered else "đã chuyển vụ việc đến PA03") in late
    assert now(referral).status == ("answered" if answered else "forwarded")
    assert open_kinds(referral.incident) == (["acknowledge_result", "full_report", "look"] if answered else ["acknowledge", "full_report", "look"])


@pytest.mark.parametrize("round_", range(3))
def test_the_unit_that_loses_the_case_in_the_same_second_is_told_where_it_went(committed: World, round_: int) -> None:
    """Neither the case nor its text is there any more for the department that passed it on: not a fault of ours, and nothing written."""
    referral = committed.referral(committed.file())
    with committed.acting("officer", NOW + HOUR) as officer:
        chained = referral_actions.forward(referral, by=officer, to=committed.actor("province_police").organisation, reason="x")
    with committed.acting("province_police", NOW + HOUR) as reviewer:
        referral_actions.receive(chained, by=reviewer)
    there = committed.actor("pc04.bk").organisation.code
    answers = at_once(
        pressing(committed, "province_police", f"/chuyen-den/{chained.code}/chuyen-tiep/", to=there, text="Lý do."),
        pressing(committed, "province_police", f"/chuyen-den/{chained.code}/de-nghi-bo-sung/", text="Câu hỏi đã gõ."),
        pressing(committed, "province_police", f"/chuyen-den/{chained.code}/ghi-chu/", text="Ghi chú đã gõ."),
    )
    assert answers[0].status_code == 302
    for answer, words in zip(answers[1:], ("Câu hỏi đã gõ.", "Ghi chú đã gõ."), strict=True):
        assert answer.status_code in (302, 409)
        if answer.status_code == 409:
            assert words in answer.content.decode() and "đã chuyển vụ việc đến PC04" in answer.content.decode()
    assert now(chained).status == "forwarded"


@pytest.mark.parametrize("round_", range(3))
def test_a_question_is_answered_while_the_case_is_passed_on(committed: World, round_: int) -> None:
    """Whoever is first: the reply is kept, and no clock of the school is left running."""
    referral = committed.received()
    with committed.acting("officer", NOW + HOUR) as officer:
        question = referral_actions.ask(referral, by=officer, text="Em nào?")
    there = committed.actor("province_police").organisation.code
    answers = at_once(
        pressing(committed, "principal", f"/de-nghi-bo-sung/{question.uid}/tra-loi/", text="HS-1."),
        pressing(committed, "officer", f"/chuyen-den/{referral.code}/chuyen-tiep/", to=there, text="Lý do."),
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert now(question).answer == "HS-1."
    assert open_kinds(referral.incident) == ["acknowledge", "full_report", "look"]


@pytest.mark.parametrize("round_", range(3))
def test_silence_and_the_school_end_the_same_result_together(committed: World, round_: int) -> None:
    referral = committed.answered()
    with committed.acting("principal", NOW + HOUR) as principal:
        actions.complete(referral.incident, by=principal, answers=REPORT)

    def clocks_settle() -> Any:
        with reading_as(SYSTEM):
            try:
                return referral_actions.settle_by_silence(Referral.objects.unscoped("test").get(pk=referral.pk))
            except referral_actions.Stale as late:
                return late

    at_once(pressing(committed, "principal", f"/chuyen-den/{referral.code}/da-nhan-ket-qua/"), clocks_settle)
    assert now(referral).status == "settled"
    assert now(referral.incident).status == ("closed" if now(referral).settled_how == "silence" else "submitted")


@pytest.mark.parametrize("round_", range(3))
def test_the_police_receive_while_the_leadership_is_kept_out(committed: World, round_: int) -> None:
    """Whoever is first: nothing of the case is left in the school's bell, nor among the clocks that it sees."""
    referral = committed.referral(committed.file())
    school = referral.incident.school_id
    answers = at_once(
        pressing(committed, "culture", f"/vu-viec/{referral.incident.code}/lien-quan-lanh-dao/", confirmed="1"),
        pressing(committed, "officer", f"/chuyen-den/{referral.code}/nhan-tin/"),
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    with reading_as(SYSTEM):
        assert not Notice.objects.unscoped("test").filter(body_id=school, link=referral.incident.get_absolute_url()).exists()
        assert not Duty.objects.unscoped("test").filter(about_code=referral.incident.code, parties__contains=[school]).exists()


def test_keeping_out_waits_for_the_officer_who_is_at_work(committed: World) -> None:
    """An officer has received the case and his transaction is not over: what it tells the school is taken away too."""
    referral = committed.referral(committed.file())
    officer, culture = committed.actor("officer"), committed.actor("culture")
    told, over = threading.Event(), threading.Event()

    def receive() -> bool:
        with reading_as(officer):
            referral_actions.receive(Referral.objects.visible_to(officer).get(pk=referral.pk), by=officer)
            told.set()
            over.wait(2)
        return True

    def keep_out() -> bool:
        assert told.wait(20)
        with reading_as(culture):
            endings.keep_out(Incident.objects.visible_to(culture).get(pk=referral.incident_id), by=culture)
        over.set()
        return True

    assert at_once(receive, keep_out) == [True, True]
    with reading_as(SYSTEM):
        assert not Notice.objects.unscoped("test").filter(body_id=referral.incident.school_id, link=referral.incident.get_absolute_url()).exists()
        assert not Duty.objects.unscoped("test").filter(about_code=referral.incident.code, parties__contains=[referral.incident.school_id]).exists()


def test_both_sides_ask_for_a_ruling_at_once(committed: World) -> None:
    referral = committed.answered()
    with committed.acting("principal", NOW + HOUR) as principal:
        referral_actions.discuss(referral, by=principal, text="Chưa rõ.")
    address = f"/chuyen-den/{referral.code}/de-nghi-cho-y-kien/"
    answers = at_once(pressing(committed, "principal", address, text="Lời của trường."), pressing(committed, "officer", address, text="Lời của Công an."))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert open_kinds(referral.incident).count("rule") == 1


def test_a_call_pressed_twice_at_once_is_one_case(committed: World) -> None:
    body = form(committed, confirmed="1")
    clients = [committed.client("officer") for _ in range(2)]
    answers = at_once(*((lambda client=client: client.post(ADDRESS, body)) for client in clients))
    assert [answer.status_code for answer in answers] == [302, 302] and answers[0].url == answers[1].url
    with reading_as(SYSTEM):
        assert Incident.objects.unscoped("test").filter(key=body["key"]).count() == 1
