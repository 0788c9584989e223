"""Signed checkpoints: how long the trail was at an hour and under which root, kept by both sides where no database administrator reaches."""

import base64
import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from coordination.models.trail import TrailCheckpoint, TrailSeal
from coordination.trail.sealing import LOCK, seal

TITLE = "portal-trail-checkpoint-v1"
FIELDS = ("size", "last", "root", "time", "previous", "key")
NONE_BEFORE = "0" * 64


class NotACheckpoint(Exception):
    """The text is none, was changed, or is signed by another key."""


@dataclass(frozen=True)
class Checkpoint:
    """What a checkpoint states: lines sealed so far, the position behind them, the root over all of it."""

    size: int
    last: int
    root: str
    time: datetime
    previous: str
    key: str
    text: str

    @property
    def hash(self) -> str:
        """What the next checkpoint names as the previous one."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def file_name(self) -> str:
        """Sorted by name, the files of a folder stand in their order."""
        return f"checkpoint-{self.time:%Y%m%dT%H%M%SZ}-{self.size:012d}.txt"


def signing_keys() -> list[Ed25519PrivateKey]:
    """The keys of TRAIL_KEY_FILE, one a line: the last one signs, the others are former ones whose checkpoints still hold."""
    try:
        return [Ed25519PrivateKey.from_private_bytes(base64.b64decode(line)) for line in settings.TRAIL_KEY_FILE.read_text().split()]
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"TRAIL_KEY_FILE cannot be read: {type(error).__name__}") from error


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half in hex: what both sides note down once."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def known_keys() -> set[str]:
    """The public keys whose signatures are ours."""
    return {public_of(key) for key in signing_keys()}


def signed(signer: Ed25519PrivateKey, **stated: Any) -> str:
    """The text of a checkpoint: its title, what it states, the signature over both."""
    stated["key"] = public_of(signer)
    body = f"{TITLE}\n" + "".join(f"{name} {stated[name]}\n" for name in FIELDS)
    return f"{body}signature {base64.b64encode(signer.sign(body.encode())).decode()}\n"


def parse(text: str) -> Checkpoint:
    """A checkpoint whose signature holds under the key it names; raises NotACheckpoint."""
    try:
        body, signature = text.removesuffix("\n").rsplit("signature ", 1)
        title, *lines = body.splitlines()
        given = dict(line.split(" ", 1) for line in lines)
        if title != TITLE or tuple(given) != FIELDS:
            raise ValueError
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(given["key"])).verify(base64.b64decode(signature, validate=True), body.encode())
        numbers = {"size": int(given["size"]), "last": int(given["last"]), "time": datetime.fromisoformat(given["time"])}
    except (ValueError, InvalidSignature) as error:
        raise NotACheckpoint("no checkpoint, or its signature does not hold") from error
    return Checkpoint(**(given | numbers), text=text)


@transaction.atomic
def make() -> Checkpoint | None:
    """Seal, state where the trail stands, sign it, keep it in the database and as a file of its own. None before the first line."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
    seal()
    newest = TrailSeal.objects.order_by("-last").first()
    if newest is None:
        return None
    before = latest()
    made = parse(
        signed(
            signing_keys()[-1],
            size=TrailSeal.objects.aggregate(size=Sum("lines"))["size"],
            last=newest.last,
            root=bytes(newest.root).hex(),
            time=timezone.now().isoformat(timespec="seconds"),
            previous=before.hash if before else NONE_BEFORE,
        )
    )
    TrailCheckpoint.objects.create(size=made.size, text=made.text, made_at=made.time)
    transaction.on_commit(lambda: keep(made))
    return made


def latest() -> Checkpoint | None:
    """The newest checkpoint of the database."""
    text = TrailCheckpoint.objects.order_by("-pk").values_list("text", flat=True).first()
    return parse(text) if text else None


def before(hour: datetime) -> Checkpoint | None:
    """The newest checkpoint made before an hour: always the same one, however late it is asked."""
    text = TrailCheckpoint.objects.filter(made_at__lt=hour).order_by("-pk").values_list("text", flat=True).first()
    return parse(text) if text else None


def keep(made: Checkpoint) -> None:
    """One more file in TRAIL_FOLDER, which is only ever added to; best on another machine."""
    settings.TRAIL_FOLDER.mkdir(parents=True, exist_ok=True)
    path = settings.TRAIL_FOLDER / made.file_name
    if not path.exists():
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "w") as file:
            file.write(made.text)
