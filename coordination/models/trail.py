"""The trail: one line per act and per reading of sealed data, the seals that chain them, and the signed checkpoints (AUD-1)."""

import uuid

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class TrailLine(models.Model):
    """Written once, in the transaction of the act. Ids, codes and counts, never a name (style.md 12).

    `position` is the writing transaction's number: rows below the oldest running transaction are complete, so the sealer
    needs no lock and no order of commit (ground.md 22).
    """

    OPEN_TEXT = {"act", "about_model", "actor_post", "request_id", "code"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.BigIntegerField(editable=False, db_default=models.Func(function="portal_position", output_field=models.BigIntegerField()))
    recorded_at = models.DateTimeField(editable=False)
    happened_at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_post = models.CharField(max_length=80)
    act = models.CharField(max_length=60)
    about_model = models.CharField(max_length=60)
    about_id = models.BigIntegerField(null=True)
    code = models.CharField(max_length=16, blank=True, default="", help_text="The code in the address of the record to which the thing belongs.")
    request_id = models.CharField(max_length=32, blank=True)
    detail = models.JSONField(default=dict)
    wrote = models.JSONField(default=dict, help_text="The columns of the row that the act wrote, each with a keyed hash of its value.")
    leaf = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["position", "id"], name="trail_position"),
            models.Index(fields=["about_model", "about_id", "id"], name="trail_about"),
            models.Index(fields=["actor_id", "id"], name="trail_actor"),
            models.Index(fields=["code", "id"], name="trail_code", condition=~Q(code="")),
            BrinIndex(fields=["recorded_at"], name="trail_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.about_model} {self.about_id}"


class TrailSeal(models.Model):
    """A link of the chain: every line with first <= position < last, under the root before it.

    `tree` is the Merkle root of its lines; a seal of the first days has none and hashes its leaves in a row.
    """

    OPEN_TEXT: set[str] = set()

    first = models.BigIntegerField()
    last = models.BigIntegerField(unique=True)
    lines = models.PositiveIntegerField()
    before = models.BinaryField(max_length=32)
    tree = models.BinaryField(max_length=32, null=True)
    root = models.BinaryField(max_length=32, unique=True)
    sealed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return bytes(self.root).hex()[:16]


class TrailCheckpoint(models.Model):
    """A signed statement: at this hour the trail had so many lines under this root. Both sides keep copies (security.md 4)."""

    OPEN_TEXT = {"text"}

    size = models.BigIntegerField()
    text = models.CharField(max_length=600)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.size}"
