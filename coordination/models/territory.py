"""Administrative units with the days they were in force, and what became of them (ORG-1)."""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Deferrable, F, Func, Q
from django.utils.translation import gettext_lazy as _

VIETNAMESE = "vi-x-icu"


class Level(models.TextChoices):
    """The district level ended on 01/07/2025 (Luật 72/2025/QH15)."""

    PROVINCE = "province", _("cấp tỉnh")
    DISTRICT = "district", _("cấp huyện (đã kết thúc)")
    COMMUNE = "commune", _("cấp xã")


class Kind(models.TextChoices):
    """What a unit is called in front of its name."""

    PROVINCE = "tinh", _("tỉnh")
    CITY = "thanh_pho", _("thành phố trực thuộc trung ương")
    URBAN_DISTRICT = "quan", _("quận")
    RURAL_DISTRICT = "huyen", _("huyện")
    TOWN = "thi_xa", _("thị xã")
    CITY_OF_PROVINCE = "thanh_pho_thuoc", _("thành phố thuộc cấp tỉnh")
    WARD = "phuong", _("phường")
    COMMUNE = "xa", _("xã")
    TOWNSHIP = "thi_tran", _("thị trấn")
    SPECIAL_ZONE = "dac_khu", _("đặc khu")


class UnitQuerySet(models.QuerySet):
    """Units are public knowledge: not scoped, but dated."""

    def on(self, day: date) -> Self:
        """Those in force on a day (half-open validity)."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day))


class Unit(models.Model):
    """One extent under one parent. The code alone is no identity: 26740 was phường Bến Nghé and is phường Sài Gòn.

    `valid_from` empty means that the beginning is not recorded; `valid_to` is the first day it was no longer in force.
    """

    OPEN_TEXT = {"code", "level", "kind", "name", "full_name", "folded", "source"}

    code = models.CharField(max_length=5)
    level = models.CharField(max_length=8, choices=Level)
    kind = models.CharField(max_length=15, choices=Kind)
    name = models.CharField(max_length=60, db_collation=VIETNAMESE)
    full_name = models.CharField(max_length=80, db_collation=VIETNAMESE)
    folded = models.CharField(max_length=80, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=120)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị hành chính")
        constraints = [
            models.UniqueConstraint(name="unit_code_from_once", fields=["code", "level", "valid_from"], nulls_distinct=False),
            models.CheckConstraint(name="unit_ends_after_it_begins", condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from"))),
            ExclusionConstraint(
                name="unit_code_never_twice_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    ("level", RangeOperators.EQUAL),
                    (Func("valid_from", "valid_to", function="daterange"), RangeOperators.OVERLAPS),
                ],
                deferrable=Deferrable.DEFERRED,
            ),
        ]
        indexes = [GinIndex(name="unit_folded_search", fields=["folded"], opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.full_name

    @property
    def province_id(self) -> int:
        """The key of the province in which a unit of today lies; a province lies in itself."""
        return self.parent_id or self.pk

    @property
    def in_sentence(self) -> str:
        """The name inside a sentence: "phường Lê Chân", but "Quận 1" (NĐ 30/2020/NĐ-CP, Phụ lục II)."""
        if self.name[0].isdigit() or self.name == "Hồ Chí Minh":
            return self.full_name
        return self.full_name[0].lower() + self.full_name[1:]


class UnitSuccession(models.Model):
    """Where the land of an ended unit went. A split unit has several; at most one is proposed by default."""

    OPEN_TEXT = {"source"}

    old = models.ForeignKey(Unit, models.PROTECT, related_name="successions")
    new = models.ForeignKey(Unit, models.PROTECT, related_name="origins")
    on = models.DateField()
    whole = models.BooleanField(help_text="All of the old unit went to the new one.")
    is_default = models.BooleanField(help_text="The successor to propose when the address does not decide.")
    source = models.CharField(max_length=120)

    class Meta:
        verbose_name = _("đơn vị kế thừa")
        constraints = [
            models.UniqueConstraint(name="succession_once", fields=["old", "new"]),
            models.UniqueConstraint(name="succession_one_default", fields=["old"], condition=Q(is_default=True)),
        ]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"
