"""A line of the web server, of the worker or of a command: instant with its zone, level, logger, number of the request (ASVS 16.2.2)."""

import logging
import re
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coordination import logs
from coordination.startup import serving

FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00) (DEBUG|INFO|WARNING|ERROR|CRITICAL) ([\w.]+) \[([0-9a-f]{16}|-)\] .+")


def line(**values: object) -> str:
    record = logging.makeLogRecord({"name": "coordination.jobs", "levelname": "WARNING", "msg": "job %s failed", "args": (7,)} | values)
    return logs.Line().format(record)


def test_an_instant_has_its_zone_wherever_the_machine_stands(monkeypatch) -> None:
    for zone in ("Asia/Ho_Chi_Minh", "America/Lima", "UTC"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert line(created=1795320000.5) == "2026-11-22T04:00:00.500+00:00 WARNING coordination.jobs [-] job 7 failed"
    monkeypatch.undo()
    time.tzset()


def test_the_number_of_the_request_stands_in_its_lines() -> None:
    token = logs.request_id.set("00ff00ff00ff00ff")
    try:
        assert " [00ff00ff00ff00ff] job 7" in line()
    finally:
        logs.request_id.reset(token)
    assert " [-] job 7" in line()


def test_nobodys_words_begin_a_line() -> None:
    forged = line(msg="no such file: %s", args=("x\r\n2026-11-22T04:00:00.500+00:00 INFO coordination.audit [-] all is well",))
    first, second = forged.split("\n")
    assert FORM.fullmatch(first) and not FORM.fullmatch(second)


def said_by(number: int, tmp_path: Path, until: Callable[..., None], *, wanted: str) -> list[str]:
    """What a part of the portal writes, as the demo starts it; its broker is nowhere. Celery's one word from inside a signal is not waited for."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "web.sock"))
        listener.listen()
        part = serving.children(listener.fileno(), tmp_path)[number]
        # Who tries this as root is warned of it before any log is open.
        words = ["env", "PYTHONWARNINGS=ignore", f"REDIS_URL=redis+socket://{tmp_path}/none.sock?virtual_host=0", f"DATABASE_URL=postgres://portal_app@/portal?host={tmp_path}"]
        part = serving.Child(part.name, [*words, *part.command], part.log, part.fds)
        part.start()
        try:
            until(lambda: wanted in part.log.read_text())
            return part.log.read_text().splitlines()
        finally:
            part.ask_to_end()
            part.wait_for_end(time.monotonic() + 10)


@pytest.mark.parametrize(("number", "wanted"), [(0, "Booting worker"), (1, "Cannot connect to"), (2, "the database does not answer")], ids=["web server", "worker", "loop"])
def test_all_three_processes_write_it(tmp_path: Path, until: Callable[..., None], number: int, wanted: str) -> None:
    lines = said_by(number, tmp_path, until, wanted=wanted)
    assert [words for words in lines if words.strip() and not FORM.fullmatch(words) and not words.startswith("    ")] == []
    assert abs(datetime.fromisoformat(lines[0].split()[0]) - datetime.now(UTC)) < timedelta(minutes=5)
