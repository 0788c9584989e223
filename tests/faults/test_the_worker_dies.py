"""A worker that is killed in the middle of its work loses nothing, does nothing twice, and is relieved at once (security.md 6, F1, F8, F9)."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from coordination.celery import app
from coordination.models import Job
from tests.faults.ledger import file, mailed, order, printed_once, report_at, settled
from tests.live import Live, Visitor

pytestmark = pytest.mark.faults
WHO = pytest.mark.parametrize("child", [True, False], ids=["its working processes", "the worker above them"])
AT_ONCE = 20.0  # a new worker, and the paper: seconds, where a lease would be eleven minutes


@contextmanager
def held_up(live: Live, table: str) -> Iterator[Any]:
    """Whoever writes to the table waits, until this ends; yields how many wait now."""
    holder = connections["owner"].copy(alias="holder")
    holder.settings_dict["NAME"] = live.database
    with live.blocker.unblock():
        try:
            with holder.cursor() as cursor:
                cursor.execute("begin")
                cursor.execute(f"lock table {table} in share mode")

                def waiting() -> int:
                    cursor.execute("select count(*) from pg_locks where relation = %s::regclass and not granted", [table])
                    return cursor.fetchone()[0]

                yield waiting
                cursor.execute("rollback")
        finally:
            holder.close()


def new_paper(live: Live, principal: Visitor, office: Visitor) -> str:
    """A report of figures that nobody has printed yet."""
    file(live, principal)
    live.until(lambda: settled(live))
    return order(live, office)


def relieved(live: Live) -> None:
    """All work is done soon, by whoever took it over."""
    begun = time.monotonic()
    live.until(lambda: settled(live), 60)
    assert time.monotonic() - begun < AT_ONCE


@WHO
def test_a_worker_killed_while_mailing_is_relieved_at_once(live: Live, principal: Visitor, child: bool) -> None:
    with held_up(live, "coordination_samplemail") as waiting:
        filing = file(live, principal)
        live.until(waiting, 8)
        before = live.worker.process.pid
        live.kill_worker(child=child)
        assert (live.worker.process.pid == before) == child
        assert len(mailed(live, filing)) < 3, "the killed work left nothing behind"
    relieved(live)
    assert mailed(live, filing) == filing.told


@WHO
def test_a_worker_killed_in_the_middle_of_a_paper_is_relieved_at_once(live: Live, principal: Visitor, office: Visitor, child: bool) -> None:
    paper = new_paper(live, principal, office)
    live.until(lambda: live.at_work("render_report"), 9)
    live.kill_worker(child=child)
    relieved(live)
    assert printed_once(live, paper)
    with live.inside():
        assert Job.objects.get(kind="render_report", target=report_at(paper).pk).attempts > 1, "it was killed too late to prove anything"


def test_a_worker_killed_between_printing_and_storing_leaves_one_file_and_one_report(live: Live, principal: Visitor, office: Visitor) -> None:
    file(live, principal)
    live.until(lambda: settled(live))
    with held_up(live, "coordination_notice") as waiting:
        paper = order(live, office)
        live.until(waiting, 9)
        live.kill_worker(child=True)
        with live.inside():
            assert report_at(paper).status == "ordered", "the killed work left nothing behind"
    relieved(live)
    assert printed_once(live, paper)


def test_a_worker_that_only_pauses_keeps_its_work(live: Live, principal: Visitor, office: Visitor) -> None:
    paper = new_paper(live, principal, office)
    live.until(lambda: live.at_work("render_report"), 9)
    paused = live.children_of(live.worker)
    for pid in paused:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(4)
    with live.inside():
        job = Job.objects.get(kind="render_report", target=report_at(paper).pk)
    assert (job.state, job.attempts) == ("running", 1), "nobody else took it, though it was silent for longer than a moment"
    for pid in paused:
        os.kill(pid, signal.SIGCONT)
    relieved(live)
    assert printed_once(live, paper)


def test_a_message_delivered_many_times_mails_once(live: Live, principal: Visitor) -> None:
    filing = file(live, principal)
    before = live.messages()
    with live.inside():
        ids = list(Job.objects.order_by("-pk").values_list("pk", flat=True)[:3])
    with app.connection_for_write(live.env["REDIS_URL"]) as line:
        for job_id in ids * 5:
            app.send_task("mail_notice", args=[job_id], connection=line, retry=False)
    live.until(lambda: settled(live))
    live.until(lambda: live.messages() <= before)
    assert mailed(live, filing) == filing.told


def test_a_loop_that_is_killed_is_started_again_and_work_goes_on(live: Live, principal: Visitor) -> None:
    os.killpg(live.loop.process.pid, signal.SIGKILL)
    filing = file(live, principal)
    live.until(lambda: settled(live), 30)
    assert mailed(live, filing) == filing.told
