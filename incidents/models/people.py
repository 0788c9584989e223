"""People of a case: sealed, shown as HS-1, opened one at a time with a purpose, each opening leaving a receipt."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from coordination.fields import EncryptedTextField
from coordination.models import Organisation
from incidents.models.cases import CasePart


class PersonRole(models.TextChoices):
    """How a person stands in the case; the words of domain/practice.md 1, which label nobody."""

    AFFECTED = "affected", _("Học sinh bị ảnh hưởng")
    INVOLVED = "involved", _("Học sinh có liên quan")
    WITNESS = "witness", _("Người chứng kiến")
    STAFF = "staff", _("Nhà giáo, nhân viên")
    OUTSIDER = "outsider", _("Người ngoài trường")


class AgeBand(models.TextChoices):
    """Age in bands; a date of birth is not asked (domain/incidents.md 8)."""

    UNDER_6 = "u6", _("Dưới 6 tuổi")
    FROM_6 = "6_10", _("6–10 tuổi")
    FROM_11 = "11_13", _("11–13 tuổi")
    FROM_14 = "14_15", _("14–15 tuổi")
    FROM_16 = "16_17", _("16–17 tuổi")
    ADULT = "18_plus", _("Từ 18 tuổi")
    UNKNOWN = "unknown", _("Chưa rõ")


class Person(CasePart):
    """One person of one case. There is no person without a case, and no way from a person to other cases."""

    OPEN_TEXT = {"pseudonym", "role", "age_band"}

    pseudonym = models.CharField(max_length=12)
    role = models.CharField(max_length=12, choices=PersonRole)
    age_band = models.CharField(max_length=8, choices=AgeBand)
    full_name = EncryptedTextField()
    class_name = EncryptedTextField()
    contact = EncryptedTextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "pseudonym"], name="pseudonym_once_per_case")]

    def __str__(self) -> str:
        return self.pseudonym


class Purpose(models.TextChoices):
    """Why a sealed thing is opened: one code, kept for ever (security.md 3.1)."""

    CASE = "case", _("Giải quyết vụ việc")
    CHILD = "child", _("Bảo vệ trẻ em")
    FAMILY = "family", _("Liên hệ gia đình")
    COURT = "court", _("Yêu cầu của cơ quan tố tụng")
    EMERGENCY = "emergency", _("Khẩn cấp")


class Opening(CasePart):
    """A receipt: which office opened what, when and why. `person` empty means the restricted case itself."""

    OPEN_TEXT: ClassVar[set[str]] = {"purpose"}

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="opening_by_reader", fields=["incident", "by", "until"])]

    def __str__(self) -> str:
        return self.get_purpose_display()
