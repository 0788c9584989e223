"""Printed files, stored under the hash of their content: written whole or not at all, read whole or refused."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


class Spoiled(Exception):
    """The stored file is gone or no longer what was stored."""


def place_of(digest: str, kind: str = "pdf") -> Path:
    """Where the file of a hash lies, outside everything that is served."""
    return Path(settings.MEDIA_ROOT) / "reports" / digest[:2] / f"{digest}.{kind}"


def keep(content: bytes, kind: str = "pdf") -> str:
    """Store and give the hash: a temporary file, flushed to the disk, then renamed. Stored twice, it lies there once."""
    digest = hashlib.sha256(content).hexdigest()
    place = place_of(digest, kind)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=place.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(place.parent)
    return digest


def sync_folder(folder: Path) -> None:
    """The new name itself must reach the disk before a row speaks of it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(digest: str, kind: str = "pdf") -> bytes:
    """The content, checked; raises Spoiled."""
    try:
        content = place_of(digest, kind).read_bytes()
    except FileNotFoundError as error:
        raise Spoiled(digest) from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise Spoiled(digest)
    return content


def drop(digest: str, kind: str = "pdf") -> None:
    """Throw a file away that must not lie there."""
    place_of(digest, kind).unlink(missing_ok=True)


def is_whole(digest: str, kind: str = "pdf") -> bool:
    """Whether the file is there and unchanged."""
    try:
        read(digest, kind)
    except Spoiled:
        return False
    return True
