"""The name that a sender gave a file: data and nothing else. Our own names are uuids; this one is shown and offered again at a download."""

import unicodedata

from coordination.intake.limits import KINDS

LONGEST = 120
NOT_LETTERS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
MEANT_FOR_SYSTEMS = str.maketrans(dict.fromkeys('/\\:*?"<>|%;`$\'', "_"))
DEVICES = {"con", "prn", "aux", "nul", "clock_", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}


def clean_name(given: str, kind: str) -> str:
    """NFC, one line, no path, no letters that steer, at most 120; ends with the kind that the content is, whatever it ended with."""
    stem = " ".join(without_ending(one_line(given).translate(MEANT_FOR_SYSTEMS)).split()).strip(" .-_~")
    if not any(letter.isalnum() for letter in stem):
        stem = "tep"
    if stem.partition(".")[0].strip().casefold() in DEVICES:
        stem = f"tep {stem}"
    return f"{stem[: LONGEST - len(kind) - 1].rstrip(' .')}.{kind}"


def one_line(given: str) -> str:
    """The last part of what may be a path, in one line, without letters that steer; to be shown."""
    text = unicodedata.normalize("NFC", given.encode("utf-8", "replace").decode("utf-8"))
    text = text.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text if unicodedata.category(letter) not in NOT_LETTERS)[:LONGEST]


def without_ending(text: str) -> str:
    """Without what a system would take for a kind of file; "biên bản 5.11" ends with a number and keeps it."""
    stem, dot, ending = text.rpartition(".")
    while dot and stem and (ending.casefold() in KINDS or ending.isascii() and ending.isalnum() and not ending.isdigit() and len(ending) <= 5):
        text = stem
        stem, dot, ending = text.rpartition(".")
    return text
