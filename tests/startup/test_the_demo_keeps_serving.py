"""A part that dies is started again, calmly; a part that will not end is made to."""

import socket
import sys
import time
import unicodedata
from pathlib import Path

import pytest

from coordination.startup import serving, stack
from coordination.startup.serving import Child


def python(code: str, tmp_path: Path) -> Child:
    return Child("The part", [sys.executable, "-c", code], tmp_path / "part.log")


def test_a_dead_part_is_started_again_after_a_growing_pause(tmp_path: Path) -> None:
    part, now, pauses = python("raise SystemExit(3)", tmp_path), time.monotonic(), []
    part.watch(now)
    for _ in range(3):
        part.process.wait(timeout=10)
        part.watch(now)
        assert part.process is None, "it must rest first"
        pauses.append(part.pause)
        now += part.pause
        part.watch(now)
        assert part.process is not None
    part.wait_for_end(time.monotonic() + 10)
    assert pauses == sorted(pauses) and pauses[0] < pauses[-1] <= serving.LONGEST_PAUSE


def test_a_part_that_stood_long_has_a_short_pause_again(tmp_path: Path) -> None:
    part = python("pass", tmp_path)
    part.pause = serving.LONGEST_PAUSE
    part.start()
    part.process.wait(timeout=10)
    part.watch(part.begun + serving.STEADY_AFTER + 1)
    assert part.pause == serving.FIRST_PAUSE


def test_a_part_that_will_not_end_is_made_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    part = python("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)", tmp_path)
    part.start()
    until = time.monotonic() + 10
    while "deaf" not in part.log.read_text() and time.monotonic() < until:
        time.sleep(0.02)
    part.ask_to_end()
    part.wait_for_end(time.monotonic() + 0.2)
    assert part.process.returncode == -9
    assert "did not end by itself" in capsys.readouterr().err


def test_columns_stand_straight_with_decomposed_letters() -> None:
    composed, decomposed = (unicodedata.normalize(form, "Hiệu trưởng") for form in ("NFC", "NFD"))
    assert len(composed) < len(decomposed)
    lines = serving.table([[composed, "1"], [decomposed, "2"]]).splitlines()
    assert serving.width(lines[0]) == serving.width(lines[1])


def test_a_busy_port_is_stepped_over_unless_it_was_asked_for() -> None:
    with stack.listen(None) as first, stack.listen(None) as second:
        taken, free = first.getsockname()[1], second.getsockname()[1]
        assert taken >= stack.DEFAULT_PORT and free > taken
        with pytest.raises(SystemExit, match=f"Port {taken}: Address already in use"):
            stack.listen(taken)


def test_the_port_is_open_to_this_machine_alone() -> None:
    with stack.listen(None) as listener:
        assert isinstance(listener, socket.socket)
        assert listener.getsockname()[0] == "127.0.0.1"
