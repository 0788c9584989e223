"""The child process: limits itself, reads one file from its input, writes what is left of it. It knows no key, no database and no settings."""

import importlib
import json
import resource
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# The package without its start-up, so that neither Celery nor the settings are read here.
sys.modules.setdefault("coordination", ModuleType("coordination")).__path__ = [str(ROOT)]
CLEANERS = {"jpg": "images", "png": "images", "webp": "images", "pdf": "pdfs", "office": "office", "words": "pdfs"}
MOST_MEMORY = 700_000_000
MOST_SECONDS = 10


def limit() -> None:
    """Memory, processor seconds, no file written, no core left behind."""
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, 32)):
        resource.setrlimit(what, (most, most))


def peak() -> int:
    """The most memory this process ever held, in kB."""
    return int(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))


def main(kind: str) -> None:
    """One file in; a line of JSON and the cleaned file out."""
    cleaner = importlib.import_module(f"coordination.intake.{CLEANERS[kind]}")
    not_taken = importlib.import_module("coordination.intake.limits").NotTaken
    limit()
    data, before = sys.stdin.buffer.read(), peak()
    made: bytes = b""
    said: dict[str, Any] = {"kind": kind}
    try:
        cleaned = cleaner.clean(kind, data)
        said["kind"], made = cleaned if isinstance(cleaned, tuple) else (kind, cleaned)
    except not_taken as refusal:
        said["reason"] = refusal.reason
    except (MemoryError, RecursionError):
        said["reason"] = "heavy"
    said |= {"grown": peak() - before, "seconds": time.process_time()}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + made)


if __name__ == "__main__":
    main(sys.argv[1])
