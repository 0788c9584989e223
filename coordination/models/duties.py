"""Duty: something a post owes by a time. Every running clock is one (ground.md 16)."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.models.organisations import Organisation
from coordination.models.people import Post
from coordination.scope import ScopedManager
from coordination.workflow import Move, Moving


class DutyStatus(models.TextChoices):
    """Stored states; soon and late are derived from the clock."""

    OPEN = "open", _("Đang chờ")
    DONE = "done", _("Đã làm")
    CONFIRMED = "confirmed", _("Đã xác nhận")
    WAIVED = "waived", _("Được miễn")
    LAPSED = "lapsed", _("Hết hạn, hệ thống đóng")


class Duty(Moving, models.Model):
    """What a post owes about a thing by an instant. `parties` are the bodies that may see the clock run."""

    OPEN_TEXT = {"kind", "about_model", "about_code", "about_words", "clock", "status"}
    MOVES: ClassVar = {
        "discharge": Move({DutyStatus.OPEN}, DutyStatus.DONE, needs=["done_at"]),
        "confirm": Move({DutyStatus.DONE}, DutyStatus.CONFIRMED),
        "waive": Move({DutyStatus.OPEN}, DutyStatus.WAIVED, needs=["done_at"]),
        "lapse": Move({DutyStatus.OPEN}, DutyStatus.LAPSED, needs=["done_at"]),
    }
    policy_name = "duty"

    kind = models.CharField(max_length=40)
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    parties = ArrayField(models.BigIntegerField(), default=list)
    about_model = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    about_code = models.CharField(max_length=13)
    about_words = models.CharField(max_length=160, help_text="A code and a kind, never a name: shown in the inbox and in notices.")
    clock = models.CharField(max_length=20, help_text="safety:4h, office:1d, or `day` for a day set by people.")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=DutyStatus, default=DutyStatus.OPEN)
    kept_out = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="Users from whom the case is kept of which the row tells.")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="duty_is_over_when_it_has_an_end", condition=Q(status="open", done_at=None) | ~Q(status="open") & Q(done_at__isnull=False)),
            models.UniqueConstraint(name="one_open_duty_per_kind_and_thing_and_post", fields=["kind", "about_model", "about_id", "post"], condition=Q(status="open")),
        ]
        indexes = [
            models.Index(name="duty_open_by_body", fields=["body", "due_at", "id"], condition=Q(status="open")),
            models.Index(name="duty_about", fields=["about_model", "about_id"]),
            models.Index(name="duty_open_about", fields=["about_model", "about_id", "due_at"], condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.about_words}"

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The bodies on both sides of the clock, without whoever the case is kept from."""
        return Q(parties__contains=[actor.body_id]) & ~Q(kept_out__contains=[actor.user_id])

    def relations_to(self, actor: Any) -> set[str]:
        """Whose duty it is."""
        return {"own"} if self.body_id == actor.body_id else {"party"}
