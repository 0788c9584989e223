"""The server's side of the gate: how large, what by its first bytes, then a child process with limits does the rest."""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coordination.intake.limits import MOST_BYTES, NotTaken
from coordination.intake.names import clean_name
from coordination.intake.sniff import kind_of

CHILD = Path(__file__).with_name("child.py")
PATIENCE = 20  # seconds on the wall; the child's own limit of processor seconds is shorter


@dataclass(frozen=True)
class Taken:
    """A file that came in: its kind by content, its name as data, the copy that may be handed on, the original as it came."""

    kind: str
    name: str
    content: bytes
    original: bytes

    @property
    def original_hash(self) -> str:
        """What proves later that the original is the one that came."""
        return hashlib.sha256(self.original).hexdigest()


def take(data: bytes, name: str) -> Taken:
    """The file as it may be kept, or NotTaken with the reason."""
    if len(data) > MOST_BYTES:
        raise NotTaken("large")
    said, content = ask_child(kind_of(data), data)
    if "reason" in said:
        raise NotTaken(said["reason"])
    if len(content) > MOST_BYTES:
        raise NotTaken("large")
    return Taken(said["kind"], clean_name(name, said["kind"]), content, data)


def ask_words(data: bytes) -> str:
    """What the first pages of a PDF say, after the same look at all of it; or NotTaken with the reason."""
    said, words = ask_child("words", data)
    if "reason" in said:
        raise NotTaken(said["reason"])
    return words.decode()


def ask_child(kind: str, data: bytes) -> tuple[dict[str, Any], bytes]:
    """What the child says of a file, with the memory (kB) and the seconds it took. A child that was ended by its limits says nothing: the file was too heavy."""
    try:
        answer = subprocess.run([sys.executable, "-I", "-B", str(CHILD), kind], input=data, capture_output=True, timeout=PATIENCE, env={"LANG": "C.UTF-8"}, cwd="/", check=False)
    except subprocess.TimeoutExpired as late:
        raise NotTaken("heavy") from late
    head, _line, content = answer.stdout.partition(b"\n")
    if answer.returncode or not head:
        raise NotTaken("heavy" if answer.returncode < 0 or b"MemoryError" in answer.stderr else "broken")
    return json.loads(head), content
