"""Files of a case: what was sent, what the scanner said, who opened it; the bytes lie sealed in a table of their own, so that a list reads none."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.fields import DataClass, EncryptedTextField, open_bytes, place_of, seal_bytes
from coordination.models import Appointment, Organisation
from coordination.workflow import Move, Moving
from incidents.models.cases import CasePart
from incidents.models.people import Purpose


class AttachmentKind(models.TextChoices):
    """What may come in (security.md 2.4 row 21), known by content."""

    JPG = "jpg", _("Ảnh JPG")
    PNG = "png", _("Ảnh PNG")
    WEBP = "webp", _("Ảnh WEBP")
    PDF = "pdf", _("PDF")
    DOCX = "docx", _("Word (.docx)")
    XLSX = "xlsx", _("Excel (.xlsx)")


IMAGES = frozenset({AttachmentKind.JPG, AttachmentKind.PNG, AttachmentKind.WEBP})


class AttachmentStatus(models.TextChoices):
    """From sent to gone; nothing is handed out before it was checked (security.md 6.3)."""

    CHECKING = "checking", _("Đang kiểm tra")
    CLEAR = "clear", _("Đã kiểm tra")
    UNSCANNED = "unscanned", _("Không có bộ quét")
    BLOCKED = "blocked", _("Bị chặn")
    TAKEN_DOWN = "taken_down", _("Đã gỡ")
    DESTROYED = "destroyed", _("Đã hủy")


READABLE = frozenset({AttachmentStatus.CLEAR, AttachmentStatus.UNSCANNED})
STANDING = READABLE | {AttachmentStatus.CHECKING, AttachmentStatus.BLOCKED}


class Attachment(Moving, CasePart):
    """One file that somebody sent to a case. The name he gave it is data like any other: sealed."""

    OPEN_TEXT: ClassVar = {"kind", "status", "original_hash", "content_hash", "found"}
    MOVES: ClassVar = {
        "clear": Move({AttachmentStatus.CHECKING}, AttachmentStatus.CLEAR, needs=["checked_at"]),
        "let_pass": Move({AttachmentStatus.CHECKING}, AttachmentStatus.UNSCANNED, needs=["checked_at"]),
        "block": Move({AttachmentStatus.CHECKING}, AttachmentStatus.BLOCKED, needs=["checked_at", "found"]),
        "take_down": Move(STANDING, AttachmentStatus.TAKEN_DOWN, needs=["ended_at", "ended_by", "ended_reason"], label=_("Gỡ tệp")),
        "destroy": Move(STANDING | {AttachmentStatus.TAKEN_DOWN}, AttachmentStatus.DESTROYED, needs=["destroyed_at"]),
    }
    policy_name = "attachment"

    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The body whose post sent it.")
    number = models.PositiveSmallIntegerField(help_text="Counts within the case: what people call it.")
    kind = models.CharField(max_length=4, choices=AttachmentKind)
    status = models.CharField(max_length=12, choices=AttachmentStatus, default=AttachmentStatus.CHECKING)
    name = EncryptedTextField(data_class="child", identifies=True)
    size = models.PositiveIntegerField(help_text="Bytes of the copy that is handed out.")
    stored = models.PositiveIntegerField(help_text="Bytes of everything that is kept of it.")
    original_hash = models.CharField(max_length=64)
    content_hash = models.CharField(max_length=64)
    found = models.CharField(max_length=120, blank=True, help_text="What the scanner calls it.")
    checked_at = models.DateTimeField(null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True, help_text="When somebody noted that what the picture shows was verified: from then on it is due for destruction.")
    verified_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was taken down.")
    ended_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    ended_reason = EncryptedTextField(data_class="child")
    destroyed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "number"], name="attachment_number_once_per_case")]
        indexes = [
            models.Index(name="attachment_by_body_and_day", fields=["body", "at"]),
            models.Index(name="attachment_image_to_destroy", fields=["at"], condition=Q(kind__in=("jpg", "png", "webp")) & ~Q(status="destroyed")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:file", args=[self.uid])

    def relations_to(self, actor: Any) -> set[str]:
        """As the case stands; besides, what one sent oneself, and what one's unit sent."""
        return self.standing(super().relations_to(actor), actor)

    def standing(self, to_case: set[str], actor: Any) -> set[str]:
        """The same, for whoever has asked the case already. Who stands nowhere to the case stands nowhere here."""
        mine = {"own"} if self.by_id == actor.pk else set()
        ours = {"filed"} if self.body_id == actor.body_id else set()
        return to_case | mine | ours if to_case else set()

    @property
    def is_image(self) -> bool:
        """Whether a browser may show it: written by us from its pixels."""
        return self.kind in IMAGES

    @property
    def is_readable(self) -> bool:
        """Whether it may be handed out at all."""
        return self.status in READABLE

    @property
    def stands(self) -> bool:
        """Neither taken down nor destroyed."""
        return self.status in STANDING


class AttachmentBytes(CasePart):
    """The bytes, sealed: the copy that is handed out, and the original as it came, the proof (practice.md 2.15)."""

    OPEN_TEXT: ClassVar[set[str]] = set()
    DATA_CLASS: ClassVar = DataClass.CHILD

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="+")
    is_original = models.BooleanField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attachment", "is_original"], name="one_copy_one_original")]

    def __str__(self) -> str:
        return f"{self.attachment_id} {'original' if self.is_original else 'copy'}"

    @property
    def bound_to(self) -> str:
        """The associated data, as of every sealed value."""
        return place_of(self._meta.db_table, "content", self.uid)

    def seal(self, content: bytes) -> None:
        """Put the bytes in, sealed and bound to this row."""
        self.content = seal_bytes(content, self.bound_to)

    def opened(self) -> bytes:
        """The bytes, or SealBroken."""
        return open_bytes(bytes(self.content), self.bound_to)


class AttachmentOpening(CasePart):
    """A receipt: which office opened which file, when, what for."""

    OPEN_TEXT: ClassVar[set[str]] = {"purpose"}

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="file_opening_by_reader", fields=["incident", "by", "until"])]

    def __str__(self) -> str:
        return self.get_purpose_display()
