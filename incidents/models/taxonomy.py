"""Kinds of incident, their severities and their clocks: dated data, each row with its source (INC-1)."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class KindGroup(models.TextChoices):
    """The seven groups of domain/incidents.md 3, which are also the blocks of Appendix I."""

    VIOLENCE = "A", _("Bạo lực, đe dọa")
    CHILDREN = "B", _("Xâm hại, tai nạn, mất tích")
    DRUGS = "C", _("Ma túy, thuốc lá, rượu bia")
    FIRE = "D", _("Pháo, cháy nổ, thiên tai")
    PROPERTY = "E", _("Tài sản, tiền bạc")
    TRAFFIC = "F", _("Giao thông")
    ORDER = "G", _("Trật tự, y tế, việc khác")


class Severity(models.TextChoices):
    """Four levels in the words of domain/practice.md 1; none is a class of the Penal Code."""

    S1 = "s1", _("Nhà trường tự xử lý")
    S2 = "s2", _("Cần phối hợp")
    S3 = "s3", _("Phức tạp")
    S4 = "s4", _("Khẩn cấp")


class ReportClass(models.TextChoices):
    """How fast a kind is reported (domain/incidents.md 3)."""

    R0 = "R0", _("Báo ngay theo luật")
    R1 = "R1", _("Báo nhanh")
    R2 = "R2", _("Báo cáo thường")
    R3 = "R3", _("Chỉ tổng hợp số liệu")


class AtOnceTo(models.TextChoices):
    """Whom the law wants told at once about an R0 kind."""

    POLICE = "police", _("Công an")
    HEALTH = "health", _("Cơ sở y tế gần nhất")
    FIRE = "fire", _("Cảnh sát PCCC và CNCH")
    DATA_AUTHORITY = "data_authority", _("Cơ quan bảo vệ dữ liệu cá nhân")


class SourceKind(models.TextChoices):
    """Where a value comes from (product.md decision 6)."""

    STATUTORY = "statutory", _("Theo văn bản pháp luật")
    AGREEMENT = "agreement", _("Theo quy chế, chương trình phối hợp")
    PORTAL_DEFAULT = "portal_default", _("Mặc định của hệ thống")


class KindQuerySet(models.QuerySet):
    """The taxonomy is public: not scoped, but dated."""

    def on(self, day: date) -> Self:
        """The kinds in force on a day (half-open validity)."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)

    def most_used(self) -> Self:
        """The few kinds shown first in the form, in their order."""
        return self.filter(most_used__isnull=False).order_by("most_used")


class Kind(models.Model):
    """A kind of incident as it is understood from a day on. A changed rule is a new row with a later first day."""

    OPEN_TEXT = {"code", "group", "label", "min_severity", "report", "at_once_to", "police_offence", "source", "source_kind"}

    code = models.CharField(max_length=40)
    group = models.CharField(max_length=1, choices=KindGroup)
    label = models.CharField(max_length=120)
    min_severity = models.CharField(max_length=2, choices=Severity)
    report = models.CharField(max_length=2, choices=ReportClass)
    at_once_to = models.CharField(max_length=16, choices=AtOnceTo, blank=True)
    child_protection = models.BooleanField(default=False, help_text="The checklist of NĐ 56/2017 opens when the victim may be under 16.")
    restricted = models.BooleanField(default=False, help_text="Others in scope see only that a restricted case exists (ground.md 7).")
    police_offence = models.CharField(max_length=160, blank=True, help_text="The name of the act in the police version of Appendix I; empty when it is no offence.")
    source = models.CharField(max_length=240)
    source_kind = models.CharField(max_length=16, choices=SourceKind)
    most_used = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Place among the kinds shown first; empty for the others.")
    place = models.PositiveSmallIntegerField(help_text="Place inside its group.")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    objects = KindQuerySet.as_manager()

    class Meta:
        ordering = ["group", "place"]
        constraints = [
            models.UniqueConstraint(name="one_kind_per_code_and_first_day", fields=["code", "valid_from"]),
            models.CheckConstraint(name="kind_ends_after_it_begins", condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from"))),
            models.CheckConstraint(name="kind_told_at_once_says_to_whom", condition=Q(report="R0") & ~Q(at_once_to="") | ~Q(report="R0") & Q(at_once_to="")),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def words(self) -> str:
        """The label in the reader's language: the catalogue knows every kind of the shipped file."""
        return _now(self.label)

    @property
    def police_label(self) -> str:
        """What the police version of Appendix I calls it."""
        return self.police_offence or self.label


class Step(models.TextChoices):
    """What a clock waits for."""

    FIRST_WORD = "first_word", _("Báo tin đầu tiên")
    QUICK_REPORT = "quick_report", _("Báo nhanh")
    POLICE_ACKNOWLEDGE = "police_acknowledge", _("Công an nhận tin")
    FIRST_RESULT = "first_result", _("Thông tin ban đầu của Công an")
    PROGRESS_NOTE = "progress_note", _("Cập nhật tiến độ")
    FULL_REPORT = "full_report", _("Báo cáo đầy đủ")
    FAMILY_TOLD = "family_told", _("Thông báo cho cha mẹ/người giám hộ")
    CHILD_PROTECTION_TOLD = "child_protection_told", _("Báo 111, Công an hoặc UBND cấp xã")
    DATA_AUTHORITY_TOLD = "data_authority_told", _("Thông báo vi phạm dữ liệu cá nhân")
    MANAGING_LOOK = "managing_look", _("Cấp quản lý xem")
    SCHOOL_REPLY = "school_reply", _("Nhà trường bổ sung")
    SCHOOL_ACKNOWLEDGE = "school_acknowledge", _("Nhà trường nhận kết quả")
    RULING = "ruling", _("Cấp có thẩm quyền cho ý kiến")
    ESCALATE = "escalate", _("Báo lên cấp trên khi quá hạn")
    CLOSE_TARGET = "close_target", _("Kết thúc vụ việc")


class ClockRule(models.Model):
    """How long a step may take at a severity. A row set by an agreement is kept when the defaults are loaded again."""

    OPEN_TEXT = {"step", "severity", "clock", "source_kind", "source"}

    step = models.CharField(max_length=24, choices=Step)
    severity = models.CharField(max_length=2, choices=Severity)
    clock = models.CharField(max_length=20, help_text="office:1d, office:4h, safety:30m.")
    source_kind = models.CharField(max_length=16, choices=SourceKind)
    source = models.CharField(max_length=240)

    class Meta:
        ordering = ["step", "severity"]
        constraints = [
            models.UniqueConstraint(name="one_clock_per_step_and_severity", fields=["step", "severity"]),
            models.CheckConstraint(name="clock_rule_names_a_clock", condition=Q(clock__regex=r"^(office:[1-9][0-9]{0,3}[dh]|safety:[1-9][0-9]{0,3}[dhm])$")),
        ]

    def __str__(self) -> str:
        return f"{self.step} {self.severity}: {self.clock}"
