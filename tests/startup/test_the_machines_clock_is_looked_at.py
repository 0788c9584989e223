"""Whether somebody keeps the machine's clock: one of three words, in /healthz and once an hour in the log of the loop."""

import logging
import time
from pathlib import Path

import pytest
from django.test import Client

from coordination import loop
from coordination.startup import machine
from coordination.startup.machine import ALONE, KEPT, UNKNOWN

FORBIDDEN = -1


@pytest.mark.parametrize(("kernel", "file", "said"), [(0, False, KEPT), (4, False, KEPT), (5, True, ALONE), (FORBIDDEN, True, KEPT), (FORBIDDEN, False, UNKNOWN)])
def test_the_kernel_is_asked_first_and_then_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kernel: int, file: bool, said: str) -> None:
    monkeypatch.setattr(machine, "asked_of_the_kernel", lambda: kernel)
    monkeypatch.setattr(machine, "TIMESYNC", tmp_path / "synchronized")
    if file:
        machine.TIMESYNC.touch()
    assert machine.clock() == said


def test_the_kernel_of_this_machine_answers_and_nothing_is_changed() -> None:
    before = time.time() - time.monotonic()
    assert machine.asked_of_the_kernel() in range(FORBIDDEN, 6)
    assert abs(time.time() - time.monotonic() - before) < 0.5


@pytest.mark.parametrize("said", [ALONE, UNKNOWN])
def test_the_loop_warns_once_an_hour_and_says_when_nobody_knows(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, said: str) -> None:
    chore = next(chore for chore in loop.ground_chores() if chore.name == "clock")
    assert chore.every == 3600
    monkeypatch.setattr(machine, "clock", lambda: said)
    with caplog.at_level(logging.WARNING):
        chore.work()
        assert caplog.messages == [f"the clock of this machine: {said}"]
        monkeypatch.setattr(machine, "clock", lambda: KEPT)
        chore.work()
    assert len(caplog.messages) == 1


@pytest.mark.django_db
def test_health_says_its_charset_and_the_clock(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setattr(machine, "clock", lambda: UNKNOWN)
    answer = client.get("/healthz")
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "text/plain; charset=utf-8", b"ok\nclock: unknown\n")


@pytest.mark.django_db
def test_pictures_and_every_other_file_say_their_charset(client: Client) -> None:
    for path, kind in (("img/mark.svg", "image/svg+xml"), ("css/portal.css", "text/css"), ("js/poll.js", "text/javascript")):
        answer = client.get(f"/static/{path}")
        assert answer["Content-Type"].replace('"', "") == f"{kind}; charset=utf-8"
        answer.close()
