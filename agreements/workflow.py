"""What may follow what: an agreement is drafted, signed, and perhaps ended by a decision or by its successor.

Only what no calendar can tell is stored; whether a signed agreement is in force on a day is computed (agreements.rules).
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from coordination.workflow import Move


class AgreementStatus(models.TextChoices):
    """The stored states."""

    DRAFT = "draft", _("Dự thảo")
    SIGNED = "signed", _("Đã ký")
    TERMINATED = "terminated", _("Đã chấm dứt")
    REPLACED = "replaced", _("Đã thay thế")


AGREEMENT_MOVES = {
    "sign": Move({AgreementStatus.DRAFT}, AgreementStatus.SIGNED, needs=["signed_on", "starts_on"], label=_("Ghi nhận đã ký")),
    "terminate": Move({AgreementStatus.SIGNED}, AgreementStatus.TERMINATED, needs=["ended_on", "ending_note"], label=_("Chấm dứt")),
    "replace": Move({AgreementStatus.SIGNED}, AgreementStatus.REPLACED, needs=["ended_on", "replaced_by"], label=_("Thay thế bằng văn bản khác")),
}
