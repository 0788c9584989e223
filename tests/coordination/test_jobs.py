"""Work after the commit is a row: rung for, leased, retried, parked; done once however often it is delivered."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from coordination import jobs, loop, notices
from coordination.models import Job, Notice, NoticeMail, SampleMail
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


def fail(job: Job, error: Exception) -> None:
    """One attempt that fails."""
    with jobs.lease(job.pk) as held:
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
    later(job, lease_until=jobs.LEASE + timedelta(seconds=1))
    assert jobs.publish(bell) == 1, "its worker died: ring again"


def test_the_relay_takes_the_longest_waiting_first_and_not_too_many(db: None, bell: Bell) -> None:
    made = [jobs.add("print_report", number) for number in range(5)]
    later(made[3], publish_after=timedelta(hours=1))
    assert jobs.publish(bell, limit=2) == 2
    assert [job_id for _kind, job_id in bell.rung] == [made[3].pk, made[0].pk]


# The lease


def test_only_one_holds_the_lease(job: Job) -> None:
    assert jobs.claim(job.pk) is not None
    assert jobs.claim(job.pk) is None
    assert fresh(job).attempts == 1 and fresh(job).state == "running"


def test_the_lease_outlives_the_longest_task_and_ends_before_the_broker_delivers_again(settings: Any) -> None:
    longest, again = settings.CELERY_TASK_TIME_LIMIT, settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"]
    assert longest < jobs.LEASE.total_seconds() < again


def test_a_lease_that_ran_out_can_be_taken_again(job: Job) -> None:
    jobs.claim(job.pk)
    later(job, lease_until=jobs.LEASE - timedelta(seconds=5))
    assert jobs.claim(job.pk) is None
    later(job, lease_until=timedelta(seconds=6))
    assert jobs.claim(job.pk).attempts == 2


def test_finished_work_is_done_and_never_done_again(job: Job, bell: Bell) -> None:
    with jobs.lease(job.pk) as held:
        assert held.pk == job.pk
    assert fresh(job).state == "done" and fresh(job).lease_until is None
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
    later(job, publish_after=jobs.RETRY_AFTER + timedelta(seconds=1))
    assert jobs.publish(bell) == 1
    with jobs.lease(job.pk) as held:
        assert held is not None
    assert (fresh(job).state, fresh(job).fault) == ("done", "")


def test_the_pause_grows_with_every_failure(job: Job) -> None:
    pauses = []
    for _ in range(3):
        fail(job, RuntimeError())
        pauses.append(fresh(job).publish_after - timezone.now())
    assert pauses == sorted(pauses) and pauses[2] - pauses[0] > jobs.RETRY_AFTER


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


def test_a_job_whose_worker_dies_five_times_is_parked_with_a_word(job: Job) -> None:
    for _ in range(5):
        assert jobs.claim(job.pk) is not None
        later(job, lease_until=jobs.LEASE + timedelta(seconds=1))
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
    rows = [Job(), Job(lease_until=now), Job(done_at=now), Job(parked_at=now)]
    return {row.state: row for row in rows}


# The one handler of the ground: mail


@contextmanager
def delivered_again(job: Job) -> Iterator[None]:
    """The handler runs, and runs again as if its worker had died before saying so."""
    notices.mail_notice(job.pk)
    yield
    Job.objects.filter(pk=job.pk).update(done_at=None, lease_until=None)
    notices.mail_notice(job.pk)


def test_a_notice_is_mailed_once_to_each_holder_however_often_it_is_delivered(world: World) -> None:
    world.file()
    world.see_all()
    job = Job.objects.filter(kind="mail_notice").order_by("pk").first()
    with delivered_again(job):
        first = SampleMail.objects.count() + len(mail.outbox)
    assert first == 1
    assert SampleMail.objects.count() + len(mail.outbox) == 1
    assert NoticeMail.objects.filter(notice_id=job.target).count() == 1


def test_a_mail_server_that_refuses_costs_a_retry_and_no_second_mail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.file()
    world.see_all()
    job = Job.objects.filter(kind="mail_notice").order_by("pk").first()
    monkeypatch.setattr(notices, "send_mail", refuse)
    notices.mail_notice(job.pk)
    assert fresh(job).state == "waiting" and not NoticeMail.objects.exists()
    monkeypatch.undo()
    for _ in range(2):
        notices.mail_notice(job.pk)
    world.see_all()
    assert fresh(job).state == "done" and NoticeMail.objects.count() == 1
    assert Notice.objects.unscoped("test").filter(pk=job.target).exists()


def refuse(*_: object, **__: object) -> None:
    """A mail server that is not there."""
    raise ConnectionRefusedError
