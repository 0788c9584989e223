"""How an agreement stands on a day: one pure function (AGR-1: the status is computed from dates)."""

from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from agreements.workflow import AgreementStatus

SOON = timedelta(days=90)


class Standing(models.TextChoices):
    """What a reader wants to know of an agreement today."""

    DRAFT = "draft", _("Dự thảo")
    NOT_YET = "not_yet", _("Chưa có hiệu lực")
    IN_FORCE = "in_force", _("Còn hiệu lực")
    EXPIRING = "expiring", _("Sắp hết hạn")
    EXPIRED = "expired", _("Hết hiệu lực")
    REPLACED = "replaced", _("Đã thay thế")


def standing(day: date, *, status: str, starts_on: date | None, ends_on: date | None, ended_on: date | None) -> Standing:
    """How it stands: `ends_on` is the last day of the term, `ended_on` the first day after a decision or a successor took it away.

    A term may begin before the day of signing (signed 13/04/2011 for 2010–2015); the term counts.
    """
    if status == AgreementStatus.DRAFT or starts_on is None:
        return Standing.DRAFT
    if ended_on and day >= ended_on:
        return Standing.REPLACED if status == AgreementStatus.REPLACED else Standing.EXPIRED
    if day < starts_on:
        return Standing.NOT_YET
    last = last_day(ends_on, ended_on)
    if last is None or last - day > SOON:
        return Standing.IN_FORCE
    return Standing.EXPIRING if day <= last else Standing.EXPIRED


def last_day(ends_on: date | None, ended_on: date | None) -> date | None:
    """The last day in force: of the term, or the day before it was ended, whichever comes first."""
    days = [ends_on, ended_on - timedelta(days=1) if ended_on else None]
    return min((each for each in days if each), default=None)
