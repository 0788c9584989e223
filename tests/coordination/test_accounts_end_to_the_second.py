"""An appointment that ends at noon gives no answer at noon: on no page, in no job, on no paper; and what it handled goes back to the post (security.md 2.4 row 6)."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

from coordination import checks, clocks, jobs, loop
from coordination.models import SYSTEM, Appointment, Duty, Job, TrailLine, User
from coordination.models.duties import DutyStatus
from coordination.paper import papers
from coordination.people import postings
from coordination.scope import reading_as
from coordination.tasks import render_paper
from coordination.workflow import Refused, Stale
from incidents.actions import referrals_of
from reports import printing
from reports.models import Report
from reports.tasks import render_report
from tests.access.stage import LATER, NAMED, PEOPLE, Stage, address
from tests.test_access import EXPECTED
from tests.world import NOW, World

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=clocks.ZONE)
BEFORE, AFTER = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
SECOND = timedelta(seconds=1)


def end_at_noon(world: World, who: str, *, at: datetime = NOON) -> Appointment:
    """The administrator writes down in the morning that somebody's post ends at noon."""
    with world.acting("sysadmin") as admin:
        return postings.end(world.actor(who), by=admin, at=at)


# Every page of one session


NEEDS_NO_POST = {name for name, pattern in checks.routes() if getattr(pattern.callback, "portal_open", None)}  # tests/test_architecture.py lists why


@pytest.mark.parametrize("role", ["principal", "commune_police_officer", "sysadmin"])
def test_every_page_of_a_session_answers_a_second_before_noon_and_none_a_second_after(stage: Stage, role: str) -> None:
    """Only pages that anybody signed in may see stay; the session itself goes on, because rights were never in it."""
    who, things, asked = PEOPLE[role], stage.of(role), 0
    ended = stage.world.actor(who)
    with transaction.atomic():
        Appointment.objects.filter(pk=ended.pk).update(ends_at=LATER + SECOND, ends_on=LATER.date() + clocks.ONE_DAY)
        for line in EXPECTED:
            if line.route in NEEDS_NO_POST or line.answers[role] not in (200, 302):
                continue
            body, where = stage.body(role, line.route, things), address(line.route, things)
            if line.method == "GET":
                assert stage.ask_as(who, "GET", where).status_code == line.answers[role], line
            after = at(stage, who, line.method, where, body, LATER + SECOND)
            assert (after.status_code, after.get("Location", "")) == ((302, "/vi-tri/") if line.method == "GET" else (403, "")), line
            asked += 1
        transaction.set_rollback(True)
    assert asked > 15


def at(stage: Stage, who: str, method: str, where: str, body: dict[str, Any], instant: datetime) -> Any:
    """The answer to the same browser at another instant; undone."""
    client = stage.client_of(who)
    with clocks.set_to(instant), transaction.atomic():
        answer = client.post(where, body) if method == "POST" else client.get(where)
        transaction.set_rollback(True)
    return answer


def test_the_pages_that_are_asked_about_things_are_among_them() -> None:
    assert {"incidents:detail", "coordination:paper_file", "reports:file"} <= set(NAMED)


def test_the_end_is_half_open(world: World) -> None:
    end_at_noon(world, "principal")
    client = world.client("principal")
    for instant, code in ((BEFORE, 200), (NOON, 302), (AFTER, 302)):
        with clocks.set_to(instant):
            assert client.get("/vu-viec/").status_code == code, instant


def test_somebody_with_another_post_goes_on_in_that_one_alone(world: World) -> None:
    other = Appointment.objects.create(user=world.actor("principal").user, post=world.actor("deputy").post, starts_on=NOW.date())
    end_at_noon(world, "principal")
    client = world.client("principal")
    with clocks.set_to(AFTER):
        assert client.get("/").wsgi_request.actor == other


# Papers and reports ordered before, rendered after


def ordered_paper(world: World) -> Any:
    """The principal orders the slip of his case."""
    incident = world.file()
    offer = papers.offered("phieu-bao-nhanh")
    with world.acting("principal", BEFORE) as actor:
        return papers.order(offer, offer.find(actor, pk=incident.pk), by=actor)


def test_a_paper_ordered_before_noon_is_not_printed_after(world: World) -> None:
    paper = ordered_paper(world)
    end_at_noon(world, "principal")
    with clocks.set_to(AFTER):
        render_paper(Job.objects.get(key=paper.job_key).pk)
    job = Job.objects.get(key=paper.job_key)
    assert job.state == "parked" and "không còn giữ vị trí" in job.fault
    with reading_as(SYSTEM):
        paper = type(paper).objects.visible_to(SYSTEM).get(pk=paper.pk)
    assert (paper.status, paper.content, paper.pdf_hash) == ("ordered", "", "")


def test_a_paper_that_is_at_work_at_noon_comes_out_empty(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It began in time; when it is to be stored its orderer is gone."""
    paper = ordered_paper(world)
    end_at_noon(world, "principal")
    looks, real = iter((BEFORE, AFTER)), jobs.refuse_when_over

    def slowly(job: Job) -> None:
        with clocks.set_to(next(looks)):
            real(job)

    monkeypatch.setattr(jobs, "refuse_when_over", slowly)
    monkeypatch.setattr(papers, "render_pdf", lambda *given: b"%PDF-1.7")
    with clocks.set_to(BEFORE):
        render_paper(Job.objects.get(key=paper.job_key).pk)
    assert Job.objects.get(key=paper.job_key).state == "parked"
    with reading_as(SYSTEM):
        assert type(paper).objects.visible_to(SYSTEM).get(pk=paper.pk).status == "ordered"


def test_a_paper_printed_before_noon_is_not_fetched_after(world: World) -> None:
    paper = ordered_paper(world)
    with world.acting("system", BEFORE):
        papers.store(paper, b"%PDF-1.7 sample")
    end_at_noon(world, "principal")
    client = world.client("principal")
    with clocks.set_to(BEFORE):
        assert client.get(f"/ban-in/{paper.code}/tep/").status_code == 200
    with clocks.set_to(AFTER):
        assert client.get(f"/ban-in/{paper.code}/tep/").status_code == 302


def test_a_report_ordered_before_noon_waits_for_a_colleague(world: World) -> None:
    with world.acting("chief", BEFORE) as chief:
        report = printing.order(by=chief, audience="police", scheme="nd09_quarter", period_key="2026-Q3")
    end_at_noon(world, "chief")
    with clocks.set_to(AFTER):
        render_report(Job.objects.get(key=report.job_key).pk)
    assert Job.objects.get(key=report.job_key).state == "parked"
    with reading_as(SYSTEM):
        assert Report.objects.visible_to(SYSTEM).get(pk=report.pk).status == "ordered"
    user = User.objects.create_user("truongca2.ducxuan", "x", "x@example.vn")
    Appointment.objects.create(user=user, post=world.actor("chief").post, starts_on=NOW.date())
    with world.acting("truongca2.ducxuan", AFTER) as colleague:
        printing.retry(Report.objects.visible_to(colleague).get(pk=report.pk), by=colleague)
    with clocks.set_to(AFTER):
        render_report(Job.objects.get(key=report.job_key).pk)
    assert Job.objects.get(key=report.job_key).state == "done"


def test_work_that_nobody_asked_for_goes_on(world: World) -> None:
    job = jobs.add("render_paper", 0)
    with jobs.lease(job.pk) as mine:
        assert mine is not None
    assert Job.objects.get(pk=job.pk).state == "done"


# What goes back to the post


def test_at_the_end_nobody_handles_the_case_and_the_duty_stays_with_the_post(world: World) -> None:
    referral = world.received()
    end_at_noon(world, "officer")
    with world.acting("system", BEFORE):
        assert postings.hand_back_all() == 0
    with world.acting("system", AFTER):
        assert postings.hand_back_all() == 1 and postings.hand_back_all() == 0
        assert referrals_of(referral.incident).last().handler is None
        owed = Duty.objects.visible_to(SYSTEM).get(kind="answer", status=DutyStatus.OPEN)
        assert owed.post == world.actor("officer").post
        assert TrailLine.objects.filter(act="hand_back", about_model="incidents.referral", about_id=referral.pk).count() == 1


def test_an_end_of_now_gives_back_at_once_and_signs_out(world: World) -> None:
    referral, client = world.received(), world.client("officer")
    assert client.get("/").status_code == 200
    with world.acting("sysadmin", NOON) as admin:
        postings.end(world.actor("officer"), by=admin, at=NOON)
    with world.acting("system", NOON):
        assert referrals_of(referral.incident).last().handler is None
    assert client.get("/").url.startswith("/tai-khoan/login/")


def test_the_end_of_a_day_is_given_back_too(world: World) -> None:
    referral = world.received()
    Appointment.objects.filter(pk=world.actor("officer").pk).update(ends_on=NOW.date() + clocks.ONE_DAY)
    with world.acting("system", clocks.at(NOW.date(), time(23, 59))):
        assert postings.hand_back_all() == 0
    with world.acting("system", clocks.at(NOW.date() + clocks.ONE_DAY, time())):
        assert postings.hand_back_all() == 1
        assert referrals_of(referral.incident).last().handler is None


def test_the_loop_looks_twice_a_minute() -> None:
    [chore] = [chore for chore in loop._chores if chore.name == "ended appointments"]
    assert chore.every <= 30


# Writing it down


def test_an_end_outside_the_days_of_the_post_is_refused(world: World) -> None:
    Appointment.objects.filter(pk=world.actor("principal").pk).update(starts_on=NOW.date(), ends_on=NOW.date() + timedelta(days=2))
    for wrong in (NOON - timedelta(days=1), NOON + timedelta(days=2)):
        with pytest.raises(Refused):
            end_at_noon(world, "principal", at=wrong)
    end_at_noon(world, "principal")
    with pytest.raises(Refused):
        end_at_noon(world, "principal", at=AFTER)
    with world.acting("sysadmin", AFTER) as admin, pytest.raises(Stale):
        postings.end(world.actor("principal"), by=admin, at=AFTER)


def test_the_page_takes_a_day_and_an_hour(world: World) -> None:
    held, client = world.actor("principal"), world.client("sysadmin")
    where = f"/tai-khoan-don-vi/{held.user.code}/thoi-giu/"
    with clocks.set_to(NOW):
        assert client.post(where, {"held": held.pk, "day": "", "hour": "12:00", "__end": "1"}).status_code == 422
        assert client.post(where, {"held": world.actor("chief").pk, "day": "", "hour": "", "__end": "1"}).status_code == 422
        assert client.post(where, {"held": held.pk, "day": "20/11/2026", "hour": "12:00", "__end": "1"}).status_code == 302
        assert "đến 12:00 20/11/2026" in client.get(f"/tai-khoan-don-vi/{held.user.code}/").content.decode()
    held.refresh_from_db()
    assert (held.ends_at, held.ends_on) == (NOON, NOON.date() + clocks.ONE_DAY)
