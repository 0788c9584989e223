"""ClamAV: asked over its socket (INSTREAM), or as a program with a folder of signatures. Setting CLAMAV says which, or "off", or nothing yet."""

import shutil
import socket
import struct
import subprocess

from django.conf import settings

STEP = 65_536
PATIENCE = 60


class ScannerDown(Exception):
    """No word from a scanner: nobody knows whether the file is clean."""


def is_off() -> bool:
    """Whether the owner of this installation decided to go without."""
    return settings.CLAMAV == "off"


def found_in(data: bytes) -> str:
    """The name of what was found, or nothing. Raises ScannerDown."""
    way, _colon, where = settings.CLAMAV.partition(":")
    if way == "clamscan":
        return by_program(where, data)
    if way not in {"unix", "tcp"}:
        raise ScannerDown("CLAMAV names no scanner")
    return by_socket(way, where, data)


def by_socket(way: str, where: str, data: bytes) -> str:
    """clamd's INSTREAM: chunks with their length before them, a zero at the end, one line back."""
    try:
        with socket.socket(socket.AF_UNIX if way == "unix" else socket.AF_INET) as line:
            line.settimeout(PATIENCE)
            line.connect(where if way == "unix" else host_and_port(where))
            line.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), STEP):
                step = data[start : start + STEP]
                line.sendall(struct.pack(">I", len(step)) + step)
            line.sendall(bytes(4))
            with line.makefile("rb") as answer:
                said = answer.readline(4_096).rstrip(b"\0\n").decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        raise ScannerDown(type(error).__name__) from error
    if said.endswith(" FOUND"):
        return said.removeprefix("stream: ").removesuffix(" FOUND") or "FOUND"
    if said != "stream: OK":
        raise ScannerDown("the scanner did not say OK")
    return ""


def host_and_port(where: str) -> tuple[str, int]:
    """127.0.0.1:3310"""
    host, _colon, port = where.rpartition(":")
    return host, int(port)


def by_program(folder: str, data: bytes) -> str:
    """clamscan: 0 is clean, 1 is found, anything else is no word."""
    program = shutil.which("clamscan")
    if program is None:
        raise ScannerDown("clamscan is not installed")
    try:
        answer = subprocess.run([program, "--no-summary", "--stdout", f"--database={folder}", "-"], input=data, capture_output=True, timeout=PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScannerDown(type(error).__name__) from error
    if answer.returncode == 1:
        return answer.stdout.decode("utf-8", "replace").strip().removeprefix("stdin: ").removesuffix(" FOUND") or "FOUND"
    if answer.returncode:
        raise ScannerDown("clamscan ended without a word")
    return ""


def is_there() -> bool:
    """Whether a check would get an answer now."""
    try:
        return is_off() or not found_in(b"")
    except ScannerDown:
        return False
