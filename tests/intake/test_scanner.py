"""ClamAV asked over its socket and as a program: found, clean, and every way in which there is no word."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from coordination.intake import scanner
from tests.intake.corpus import EICAR, saved, with_segment
from tests.intake.double import ScannerDouble

SIGNATURE = f"Eicar-Test:0:*:{EICAR.hex()}\n"
NO_CLAMD = "Debian's clamav-daemon is not installed here; the double on a socket stands in for it"
NO_CLAMSCAN = "Debian's clamav is not installed here"


@pytest.fixture
def double(tmp_path: Path, settings: Any) -> Iterator[ScannerDouble]:
    """A socket that speaks as clamd does."""
    with ScannerDouble(str(tmp_path / "clamd.ctl")) as running:
        settings.CLAMAV = f"unix:{running.path}"
        yield running


@pytest.fixture
def signatures(tmp_path: Path) -> Path:
    """A database of one signature."""
    folder = tmp_path / "signatures"
    folder.mkdir()
    (folder / "own.ndb").write_text(SIGNATURE)
    return folder


def judge() -> None:
    """The same questions to every scanner."""
    assert scanner.found_in(saved("jpg")) == "" == scanner.found_in(saved("png", size=(400, 400)))
    assert scanner.found_in(with_segment(0xFE, EICAR)).startswith("Eicar-Test")
    assert scanner.found_in(b"\x89PNG" + bytes(3_000_000)) == ""
    assert scanner.is_there()


def test_the_socket_is_asked_and_says(double: ScannerDouble) -> None:
    judge()


def test_no_word_is_never_taken_for_clean(double: ScannerDouble, settings: Any) -> None:
    for says in (b"stream: ", b"stream: ERROR\0", b"OK\0", b"INSTREAM size limit exceeded. ERROR\0", b"UNKNOWN COMMAND\0"):
        double.says = says
        with pytest.raises(scanner.ScannerDown):
            scanner.found_in(b"x")
    double.says, double.silent = b"", True
    with pytest.raises(scanner.ScannerDown):
        scanner.found_in(b"x")
    assert not scanner.is_there()
    for nowhere in ("", "unix:/nowhere/clamd.ctl", "tcp:127.0.0.1:1", "tcp:127.0.0.1", "something:else"):
        settings.CLAMAV = nowhere
        with pytest.raises(scanner.ScannerDown):
            scanner.found_in(b"x")


@pytest.mark.skipif(shutil.which("clamd") is None, reason=NO_CLAMD)
def test_a_real_clamd_says_the_same(tmp_path: Path, signatures: Path, settings: Any) -> None:
    where, config = tmp_path / "real.ctl", tmp_path / "clamd.conf"
    config.write_text(f"LocalSocket {where}\nDatabaseDirectory {signatures}\nForeground yes\nUser {os.environ.get('USER') or 'root'}\nOfficialDatabaseOnly no\n")
    running = subprocess.Popen(["clamd", f"--config-file={config}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        settings.CLAMAV = f"unix:{where}"
        deadline = time.monotonic() + 30
        while not scanner.is_there() and time.monotonic() < deadline and running.poll() is None:
            time.sleep(0.1)
        judge()
    finally:
        running.terminate()
        running.wait(30)


@pytest.mark.skipif(shutil.which("clamscan") is None, reason=NO_CLAMSCAN)
def test_the_program_says_the_same(signatures: Path, settings: Any) -> None:
    settings.CLAMAV = f"clamscan:{signatures}"
    judge()
    settings.CLAMAV = "clamscan:/nowhere"
    with pytest.raises(scanner.ScannerDown):
        scanner.found_in(b"x")
