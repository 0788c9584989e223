"""Work after the commit is a row: rung for, held by a lock, retried, parked; done once however often it is delivered."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from coordination import jobs, loop, notices
from coordination.models import Appointment, Job, NoticeMail, SampleMail, User
from tests.world import World

pytestmark = pytest.mark.django_db


class Bell:
    """A broker that remembers what was rung, and can be broken."""

    def __init__(self) -> None:
        self.rung: list[tuple[str, int]] = []
        self.broken: Exception | None = None

    def __call__(self, kind: str, job_id: int) -> None:
        if self.broken:
            raise self.broken
        self.rung.append((kind, job_id))


@pytest.fixture
def bell() -> Bell:
    return Bell()


@pytest.fixture
def job(db: None) -> Job:
    return jobs.add("print_report", 7)


def later(job: Job, **change: timedelta) -> None:
    """Time passes for a job: its instants lie that much earlier."""
    row = Job.objects.get(pk=job.pk)
    Job.objects.filter(pk=job.pk).update(**{name: getattr(row, name) - length for name, length in change.items()})


def fresh(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def fail(job: Job, error: Exception, pauses: tuple[timedelta, ...] = jobs.SOON) -> None:
    """One attempt that fails."""
    with jobs.lease(job.pk, pauses) as held:
        assert held is not None
        raise error


# The row


def test_a_job_lives_and_dies_with_the_act_that_caused_it(db: None) -> None:
    class Refused(Exception):
        pass

    with pytest.raises(Refused), transaction.atomic():
        jobs.add("print_report", 1)
        raise Refused
    assert not Job.objects.exists()


def test_the_same_work_is_written_down_once(job: Job) -> None:
    assert jobs.add("print_report", 7).pk == job.pk
    assert jobs.add("print_report", 8).pk != job.pk
    assert jobs.add("print_report", 7, key="print_report:7:again").pk != job.pk


def test_no_act_talks_to_the_broker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("celery.app.base.Celery.send_task", lambda *_, **__: pytest.fail("the broker was asked"))
    assert world.client("principal").post("/vu-viec/bao-nhanh/", world.form()).status_code == 302
    assert Job.objects.filter(published_at=None).count() == 3


# Ringing


def test_a_waiting_job_is_rung_once_and_stamped(job: Job, bell: Bell) -> None:
    assert jobs.publish(bell) == 1
    assert bell.rung == [("print_report", job.pk)]
    assert fresh(job).published_at is not None
    assert jobs.publish(bell) == 0 and len(bell.rung) == 1


def test_a_ring_that_nobody_heard_is_repeated_after_a_minute(job: Job, bell: Bell) -> None:
    jobs.publish(bell)
    later(job, publish_after=timedelta(seconds=59))
    assert jobs.publish(bell) == 0
    later(job, publish_after=timedelta(seconds=2))
    assert jobs.publish(bell) == 1


def test_a_broker_that_fails_leaves_the_job_waiting(job: Job, bell: Bell) -> None:
    bell.broken = ConnectionError("gone")
    with pytest.raises(ConnectionError):
        jobs.publish(bell)
    assert fresh(job).published_at is None
    bell.broken = None
    assert jobs.publish(bell) == 1


def test_the_relay_swallows_the_broker_and_nothing_else(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    bell = Bell()
    monkeypatch.setattr(loop, "ring", bell)
    for bell.broken in (ConnectionRefusedError(), TimeoutError(), loop.OperationalError("no"), loop.RedisError("no")):
        loop.relay()
    bell.broken = ValueError("ours")
    with pytest.raises(ValueError, match="ours"):
        loop.relay()


def test_a_job_is_not_rung_while_somebody_works_on_it(job: Job, bell: Bell) -> None:
    assert jobs.claim(job.pk) is not None
    assert jobs.publish(bell) == 0
    later(job, publish_after=jobs.MOMENT)
    assert jobs.publish(bell) == 1, "its worker died: ring again"


def test_the_relay_takes_the_longest_waiting_first_and_not_too_many(db: None, bell: Bell) -> None:
    made = [jobs.add("print_report", number) for number in range(5)]
    later(made[3], publish_after=timedelta(hours=1))
    assert jobs.publish(bell, limit=2) == 2
    assert [job_id for _kind, job_id in bell.rung] == [made[3].pk, made[0].pk]


# One worker


@contextmanager
def another_worker(job: Job) -> Iterator[None]:
    """A worker with its own line to PostgreSQL is at work on the job; when this ends, its line is cut."""
    line = connection.get_new_connection(connection.get_connection_params())
    try:
        with line.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [jobs.LOCKS, job.pk])
        yield
    finally:
        line.close()


def test_a_job_is_claimed_once(job: Job) -> None:
    assert jobs.claim(job.pk) is not None
    assert jobs.claim(job.pk) is None
    assert fresh(job).attempts == 1 and fresh(job).state == "running"


def test_nobody_takes_a_job_whose_worker_lives_however_long_it_takes(job: Job, bell: Bell) -> None:
    jobs.claim(job.pk)
    later(job, publish_after=timedelta(hours=1), claimed_at=timedelta(hours=1))
    with another_worker(job):
        assert jobs.held() == [job.pk]
        assert jobs.publish(bell) == 0 and jobs.claim(job.pk) is None
        with jobs.lease(job.pk) as mine:
            assert mine is None
    assert fresh(job).attempts == 1


def test_a_job_whose_worker_died_is_taken_over_at_once(job: Job, bell: Bell) -> None:
    jobs.claim(job.pk)
    with another_worker(job):
        later(job, publish_after=jobs.MOMENT)
        assert jobs.publish(bell) == 0
    eventually(lambda: not jobs.held())
    assert jobs.publish(bell) == 1, "its line is cut: ring now"
    with jobs.lease(job.pk) as mine:
        assert mine.attempts == 2
    assert fresh(job).state == "done"


def eventually(true: Callable[[], Any]) -> None:
    """PostgreSQL notices a cut line in its own time."""
    for _look in range(100):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("in vain")


def test_a_worker_that_was_overtaken_between_claiming_and_holding_leaves(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "held", list)
    with another_worker(job), jobs.lease(job.pk) as mine:
        assert mine is None
    assert fresh(job).state == "running"


def test_a_worker_that_comes_when_all_is_done_leaves(job: Job) -> None:
    claimed = jobs.claim(job.pk)
    Job.objects.filter(pk=job.pk).update(done_at=timezone.now())
    with transaction.atomic():
        assert jobs.lock(claimed) is None


def test_a_transaction_that_idles_ends_after_the_longest_task_and_before_the_broker_delivers_again(settings: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select extract(epoch from current_setting('idle_in_transaction_session_timeout')::interval)")
        idle = cursor.fetchone()[0]
    assert settings.CELERY_TASK_TIME_LIMIT < idle < settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]


def test_finished_work_is_done_and_never_done_again(job: Job, bell: Bell) -> None:
    with jobs.lease(job.pk) as held:
        assert held.pk == job.pk
    assert fresh(job).state == "done" and fresh(job).claimed_at is None
    with jobs.lease(job.pk) as held:
        assert held is None
    later(job, publish_after=timedelta(days=30))
    assert jobs.publish(bell) == 0
    assert fresh(job).attempts == 1


def test_an_unknown_job_is_nobodys_work(db: None) -> None:
    with jobs.lease(0) as held:
        assert held is None


def test_work_that_fails_leaves_no_trace_and_is_tried_again_later(job: Job, bell: Bell) -> None:
    with jobs.lease(job.pk) as held:
        SampleMail.objects.create(recipient="a@example.vn", subject="a", body="a")
        assert held is not None
        raise RuntimeError("Nguyễn Văn A, lớp 8A")
    assert not SampleMail.objects.exists()
    row = fresh(job)
    assert (row.state, row.attempts, row.fault) == ("waiting", 1, "RuntimeError"), "the fault names a class, never data"
    assert jobs.publish(bell) == 0, "not at once"
    later(job, publish_after=jobs.SOON[0])
    assert jobs.publish(bell) == 1
    with jobs.lease(job.pk) as held:
        assert held is not None
    assert (fresh(job).state, fresh(job).fault) == ("done", "")


@pytest.mark.parametrize("pauses", [jobs.SOON, jobs.THREE_DAYS], ids=["short", "mail"])
def test_the_pauses_are_those_of_its_kind_and_then_it_is_parked(job: Job, pauses: tuple[timedelta, ...]) -> None:
    for pause in pauses:
        fail(job, RuntimeError(), pauses)
        waits = fresh(job).publish_after - timezone.now()
        assert fresh(job).state == "waiting" and timedelta(0) < pause - waits < timedelta(seconds=5)
    fail(job, RuntimeError(), pauses)
    assert fresh(job).state == "parked" and list(pauses) == sorted(pauses)


def test_a_mail_outlives_three_days_without_a_mail_server() -> None:
    assert sum(jobs.THREE_DAYS, timedelta(0)) >= timedelta(days=3)
    assert max(jobs.THREE_DAYS) <= timedelta(hours=2), "and goes soon after it is back"


def test_a_broken_database_statement_is_a_failure_like_another(job: Job) -> None:
    with jobs.lease(job.pk) as held:
        assert held is not None
        connection.cursor().execute("select 1/0")
    assert (fresh(job).state, fresh(job).fault) == ("waiting", "DataError")


def test_a_permanent_failure_parks_at_once_with_its_reason(job: Job, bell: Bell) -> None:
    fail(job, jobs.Permanent("Kỳ báo cáo không có dữ liệu"))
    row = fresh(job)
    assert (row.state, row.attempts, row.fault) == ("parked", 1, "Kỳ báo cáo không có dữ liệu")
    later(job, publish_after=timedelta(days=30))
    assert jobs.publish(bell) == 0 and jobs.claim(job.pk) is None


def test_the_fifth_failure_parks(job: Job, bell: Bell) -> None:
    for attempt in range(1, 6):
        assert fresh(job).state == "waiting", attempt
        fail(job, RuntimeError())
    assert fresh(job).state == "parked"
    later(job, publish_after=timedelta(days=30))
    assert jobs.publish(bell) == 0


def test_a_job_that_kills_its_workers_is_parked_with_a_word(job: Job) -> None:
    for _ in range(jobs.MOST_ATTEMPTS + jobs.MOST_DEATHS):
        assert jobs.claim(job.pk) is not None
        later(job, publish_after=fresh(job).publish_after - timezone.now())
    assert jobs.claim(job.pk) is None
    assert fresh(job).state == "parked" and fresh(job).fault


def test_a_parked_job_starts_anew_when_a_person_asks(job: Job, bell: Bell) -> None:
    fail(job, jobs.Permanent("không có dữ liệu"))
    jobs.retry(fresh(job))
    assert jobs.publish(bell) == 1
    assert jobs.claim(job.pk).attempts == 1


def test_the_state_is_said_in_words(job: Job) -> None:
    said = {state: str(row.state_words) for state, row in states().items()}
    assert said == {"waiting": "Đang chờ đến lượt", "running": "Đang tạo", "done": "Đã xong", "parked": "Không tạo được"}


def states() -> dict[str, Job]:
    """A row in every state."""
    now = timezone.now()
    rows = [Job(), Job(claimed_at=now), Job(done_at=now), Job(parked_at=now)]
    return {row.state: row for row in rows}


# The one handler of the ground: mail


def mail_job(world: World) -> Job:
    """The first mail of a filed case."""
    world.file()
    world.see_all()
    return Job.objects.filter(kind="mail_notice").order_by("pk").first()


def test_a_notice_is_mailed_once_to_each_holder_however_often_it_is_delivered(world: World) -> None:
    job = mail_job(world)
    for _ in range(3):
        notices.mail_notice(job.pk)
    assert [sent.to for sent in mail.outbox] == [[NoticeMail.objects.get(pk=job.target).user.email]]


def test_a_mail_that_is_sent_again_carries_the_same_name(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its worker died after the mail server took it and before "done" was stored."""
    monkeypatch.setattr(jobs, "held", list)
    job = mail_job(world)
    for _ in range(2):
        notices.mail_notice(job.pk)
        Job.objects.filter(pk=job.pk).update(done_at=None, publish_after=timezone.now())
    first, second = (sent.message()["Message-ID"] for sent in mail.outbox)
    assert first == second and first.endswith("@localhost>")
    notices.mail_notice(Job.objects.filter(kind="mail_notice").order_by("pk").last().pk)
    assert mail.outbox[2].message()["Message-ID"] != first


def test_one_persons_refused_mail_holds_up_nobody_elses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = world.actor("officer")
    second = User.objects.create(username="truc.thu.hai", email="truc.thu.hai@example.vn")
    Appointment.objects.create(user=second, post=officer.post, starts_on=officer.starts_on)
    refused = mail_job(world)
    monkeypatch.setattr(EmailMessage, "send", refuse)
    notices.mail_notice(refused.pk)
    assert fresh(refused).state == "waiting" and fresh(refused).fault == "ConnectionRefusedError"
    monkeypatch.undo()
    for job in Job.objects.filter(kind="mail_notice").exclude(pk=refused.pk):
        notices.mail_notice(job.pk)
    assert ["truc.thu.hai@example.vn"] in [sent.to for sent in mail.outbox] and len(mail.outbox) == 3
    notices.mail_notice(refused.pk)
    world.see_all()
    assert fresh(refused).state == "done" and len(mail.outbox) == 4


def refuse(*_: object, **__: object) -> None:
    """A mail server that is not there."""
    raise ConnectionRefusedError


def test_who_has_left_the_post_is_not_mailed_any_more(world: World) -> None:
    job = mail_job(world)
    User.objects.filter(pk=NoticeMail.objects.get(pk=job.target).user_id).update(is_active=False)
    notices.mail_notice(job.pk)
    assert fresh(job).state == "done" and mail.outbox == []
