"""People of a case: sealed, shown as HS-1, opened one at a time with a purpose, each opening leaving a receipt."""

from typing import Any, ClassVar

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
    full_name = EncryptedTextField(data_class="child", identifies=True)
    class_name = EncryptedTextField(data_class="child")
    contact = EncryptedTextField(data_class="child", identifies=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "pseudonym"], name="pseudonym_once_per_case")]

    def __str__(self) -> str:
        return self.pseudonym

    @property
    def identity_is_kept(self) -> bool:
        """Whether there still is a name under the pseudonym; asked without opening it. It is destroyed with the end of its keeping."""
        return bool(self.__dict__.get("full_name"))


class Informant(CasePart):
    """Who told the school or the desk: a block of its own (security.md 2.1 L4, 3.5), for the handler and its writer alone, never printed.

    `by` is the writer. How many a case has, and that it has one, is told to nobody else.
    """

    OPEN_TEXT: ClassVar[set[str]] = set()

    full_name = EncryptedTextField(data_class="restricted", identifies=True)
    contact = EncryptedTextField(data_class="restricted", identifies=True)
    how = EncryptedTextField(data_class="restricted")

    def __str__(self) -> str:
        return f"{self.incident_id}"

    def relations_to(self, actor: Any) -> set[str]:
        """The handler of the case, and who wrote it down, as long as he stands to the case at all."""
        to_case = self.incident.relations_to(actor)
        return to_case & {"handler"} | ({"writer"} if to_case and self.by_id == actor.pk else set())


class Purpose(models.TextChoices):
    """Why a sealed thing is opened: one code, kept for ever (security.md 3.1). Who may state which: incidents/vault.py.

    Periodic statistics are no purpose: figures are counted without names.
    """

    CASE = "case", _("Giải quyết vụ việc")
    CHILD = "child", _("Bảo vệ trẻ em")
    FAMILY = "family", _("Liên hệ gia đình")
    COURT = "court", _("Yêu cầu của cơ quan tố tụng")
    EMERGENCY = "emergency", _("Khẩn cấp")
    INSPECTION = "inspection", _("Kiểm tra, thanh tra")
    SUBJECT = "subject", _("Yêu cầu của người có dữ liệu, cha mẹ, người giám hộ")
    AUDIT = "audit", _("Soát xét việc truy cập")


class Opening(CasePart):
    """A receipt: which office opened what, when and why. `person` and `informant` empty means the restricted case itself."""

    OPEN_TEXT: ClassVar[set[str]] = {"purpose"}

    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    informant = models.ForeignKey(Informant, models.CASCADE, null=True, blank=True, related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=12, choices=Purpose)
    reason = EncryptedTextField(data_class="child")
    until = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="one_opening_opens_one_thing", condition=models.Q(person=None) | models.Q(informant=None))]
        indexes = [
            models.Index(name="opening_by_reader", fields=["incident", "by", "until"]),
            models.Index(name="opening_history", fields=["by", "-at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.get_purpose_display()
