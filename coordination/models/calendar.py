"""Days off and make-up working days: dated data that a province may correct (ground.md 18, product.md decision 6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayKind(models.TextChoices):
    """What a row says of its day."""

    OFF = "off", _("Ngày nghỉ")
    WORKING = "working", _("Ngày làm việc")


class CalendarDay(models.Model):
    """A day that differs from the ordinary week. A province's row wins over the nationwide one for that province.

    A `working` row either names a make-up day (a Saturday that is worked) or keeps an announced but unconfirmed holiday
    switched off: the day is known, and offices stay open until somebody sets it to `off`.
    """

    OPEN_TEXT = {"kind", "name", "source"}

    day = models.DateField()
    province = models.ForeignKey("coordination.Unit", models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: the whole country.")
    kind = models.CharField(max_length=8, choices=DayKind)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=200)
    provisional = models.BooleanField(default=False, help_text="Not yet decreed for that year.")

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(name="one_calendar_row_per_day_and_province", fields=["day", "province"], nulls_distinct=False),
            models.CheckConstraint(name="calendar_day_is_off_or_working", condition=models.Q(kind__in=["off", "working"])),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"
