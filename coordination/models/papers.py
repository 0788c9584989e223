"""Paper: an official paper that somebody asked for, printed by a worker, kept sealed for a day."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models.people import Appointment
from coordination.scope import ScopedManager
from coordination.workflow import Move, Moving


class PaperStatus(models.TextChoices):
    """What its job is doing, or that it failed, is read from the job."""

    ORDERED = "ordered", _("Đang tạo")
    READY = "ready", _("Đã tạo xong")
    EXPIRED = "expired", _("Hết hạn lưu, đã xóa tệp")


class Paper(Moving, models.Model):
    """One printing for one reader. What it is about is named by its kind and an id; the kinds are offered by the apps."""

    OPEN_TEXT = {"code", "kind", "status", "pdf_hash"}
    MOVES: ClassVar = {
        "finish": Move({PaperStatus.ORDERED}, PaperStatus.READY, needs=["content", "pdf_hash", "expires_at"]),
        "expire": Move({PaperStatus.READY}, PaperStatus.EXPIRED),
    }
    policy_name = "paper"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=24)
    about_id = models.BigIntegerField()
    ordered_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=PaperStatus, default=PaperStatus.ORDERED)
    content = EncryptedTextField(data_class="child", help_text="The PDF in base64, sealed like the case it was printed from; empty before it is made and after its day.")
    pdf_hash = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_paper_ordered_at_a_time", fields=["ordered_by", "kind", "about_id"], condition=Q(status="ordered")),
            models.CheckConstraint(
                name="printed_paper_has_its_hash_and_its_end",
                condition=Q(status="ordered", pdf_hash="", expires_at=None) | ~Q(status="ordered") & ~Q(pdf_hash="") & Q(expires_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="paper_to_be_emptied", fields=["expires_at"], condition=Q(status="ready"))]

    def __str__(self) -> str:
        return f"{self.kind} {self.about_id}"

    def get_absolute_url(self) -> str:
        return reverse("coordination:paper", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """One's own orders: a colleague who may print the thing orders his own. What it is about is asked anew at every reading."""
        return Q(ordered_by_id=actor.pk)

    def relations_to(self, actor: Any) -> set[str]:
        """Whether the actor ordered it."""
        return {"own"} if self.ordered_by_id == actor.pk else set()

    @property
    def job_key(self) -> str:
        """Its one job."""
        return f"render_paper:{self.pk}"
