"""The limits of what may come in, and the one refusal. Knows nothing of the portal: the child process works with it alone."""

# Of security.md 2.4 rows 21-24.
MOST_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
MOST_UNPACKED = 50_000_000
MOST_RATIO = 100
MOST_ENTRIES = 1_000

IMAGES = frozenset({"jpg", "png", "webp"})
OFFICE = frozenset({"docx", "xlsx"})
KINDS = IMAGES | OFFICE | {"pdf"}

SLACK = 1_024  # line ends and fillings that programs leave behind the end of a file
# A picture is cleaned by decoding it; in the other kinds nobody looks for these. Together in one file they mean two files in one (a polyglot).
FOREIGN = (b"<script", b"<?php", b"<!doctype html", b"<html", b"<svg", b"<iframe", b"javascript:", b"%pdf-", b"\x7felf\x02", b"mz\x90\x00\x03\x00")


class NotTaken(Exception):
    """The file does not come in; the code says why (coordination/intake/words.py says it to people)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def only_slack(rest: bytes) -> bool:
    """Whether what stands behind the end is nothing: few bytes, all of them zeros or white space."""
    return len(rest) <= SLACK and not rest.strip(b"\0\t\n\r \x0c")


def refuse_foreign(data: bytes) -> None:
    """Two files in one: an archive that ends where the picture or the paper ends, or a page, a script, a program inside a picture."""
    lowered = data.lower()
    if any(mark in lowered for mark in FOREIGN) or ends_as_archive(data):
        raise NotTaken("polyglot")


def ends_as_archive(data: bytes) -> bool:
    """Whether an unpacker would take the file for a ZIP: an end record in its last 64 KiB whose comment reaches the end."""
    tail = data[-66_000:]
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if len(tail) - at >= 22 and int.from_bytes(tail[at + 20 : at + 22], "little") <= len(tail) - at - 22 and tail[at + 4 : at + 8] == bytes(4):
            return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False
