"""A worker that is killed in the middle of its work loses nothing and does nothing twice (security.md 6, F1, F8, F9)."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from coordination.celery import app
from coordination.models import Appointment, Job, SampleMail
from coordination.periods import period_at
from reports import actions as report_actions
from reports.models import QUARTER, Report
from tests.faults.filing import file, let_leases_run_out, mailed, settled
from tests.live import Live, Visitor

pytestmark = pytest.mark.faults


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


@pytest.mark.parametrize("child", [True, False], ids=["the child", "the whole worker"])
def test_a_worker_killed_while_mailing_is_harmless(live: Live, principal: Visitor, child: bool) -> None:
    with held_up(live, "coordination_samplemail") as waiting:
        filing = file(live, principal)
        live.until(waiting, 8)
        before = live.worker.process.pid
        live.kill_worker(child=child)
        assert (live.worker.process.pid == before) == child
    assert len(mailed(live, filing)) < 3, "the killed work left nothing behind"
    let_leases_run_out(live)
    live.until(lambda: settled(live), 30)
    assert mailed(live, filing) == filing.told


def test_a_worker_killed_between_printing_and_storing_leaves_one_file_and_one_report(live: Live) -> None:
    with live.inside():
        officer = Appointment.objects.with_post().get(user__username="chuyenvien.so.bk")
    with held_up(live, "coordination_notice") as waiting:
        with live.inside(officer):
            ordered = report_actions.order(by=officer, audience="education", scheme=QUARTER, period_key=period_at(QUARTER, live.now()).key)
        live.until(waiting, 9)
        live.kill_worker(child=True)
    with live.inside():
        assert Report.objects.unscoped("test").get(pk=ordered.pk).status == "ordered", "the killed work left nothing behind"
    let_leases_run_out(live)
    live.until(lambda: settled(live), 40)
    with live.inside():
        report = Report.objects.unscoped("test").get()
        assert report.status == "ready"
        assert SampleMail.objects.filter(body__contains=report.get_absolute_url()).count() == 1
    stored = [path for path in Path(live.env["MEDIA_ROOT"]).rglob("*") if path.is_file()]
    assert f"{report.pdf_hash}.pdf" in {path.name for path in stored} and all(path.suffix == ".pdf" for path in stored)


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
