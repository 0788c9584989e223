"""Bodies of every kind and what became of them, schools with their places and numbers, and the counters of spoken case codes (ORG-2, ORG-3)."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination.codes import new_code
from coordination.folding import fold

VIETNAMESE = "vi-x-icu"


class OrganisationKind(models.TextChoices):
    """Kinds of body, with the codes of domain/organisations.md 3; the Government stands over both ministries and signs directives."""

    GOVERNMENT = "government", _("Chính phủ, Thủ tướng Chính phủ")
    MOET = "moet", _("Bộ Giáo dục và Đào tạo")
    MPS = "mps", _("Bộ Công an")
    PROVINCE_PC = "province_pc", _("UBND cấp tỉnh")
    DOET = "doet", _("Sở Giáo dục và Đào tạo")
    PROVINCE_POLICE = "province_police", _("Công an cấp tỉnh")
    POLICE_DEPARTMENT = "police_department", _("Phòng nghiệp vụ Công an")
    COMMUNE_PC = "commune_pc", _("UBND cấp xã")
    CULTURE_SOCIETY_OFFICE = "culture_society_office", _("Phòng Văn hóa - Xã hội")
    COMMUNE_POLICE = "commune_police", _("Công an cấp xã")
    STEERING_COMMITTEE = "steering_committee", _("Ban Chỉ đạo")
    SCHOOL = "school", _("Cơ sở giáo dục")
    YOUTH_UNION = "youth_union", _("Đoàn TNCS Hồ Chí Minh")
    PARENTS_BOARD = "parents_board", _("Ban đại diện cha mẹ học sinh")
    DISTRICT_POLICE = "district_police", _("Công an cấp huyện (đã kết thúc)")
    DISTRICT_EDUCATION_OFFICE = "district_education_office", _("Phòng GD&ĐT (đã kết thúc)")
    DISTRICT_PC = "district_pc", _("UBND cấp huyện (đã kết thúc)")


POLICE_KINDS = frozenset({OrganisationKind.PROVINCE_POLICE, OrganisationKind.POLICE_DEPARTMENT, OrganisationKind.COMMUNE_POLICE})


class OrganisationQuerySet(models.QuerySet):
    """Organisations are public knowledge: not scoped, but dated."""

    def on(self, day: date) -> Self:
        """Those that existed on a day (half-open validity)."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gt=day))

    def police_of(self, unit_id: int, day: date) -> Any:
        """The commune police of a unit on a day, or None: two special zones have none of their own."""
        return self.on(day).filter(kind=OrganisationKind.COMMUNE_POLICE, unit_id=unit_id).select_related("unit").first()

    def committee_of(self, unit_id: int, day: date) -> Any:
        """The People's Committee of a commune on a day, or None."""
        return self.on(day).filter(kind=OrganisationKind.COMMUNE_PC, unit_id=unit_id).first()

    def desk_of(self, body: "Organisation") -> "Organisation":
        """Who does a body's daily work: the Phòng VH-XH of a UBND, otherwise the body itself."""
        office = self.filter(kind=OrganisationKind.CULTURE_SOCIETY_OFFICE, parent=body).select_related("unit").first()
        return office or body


class Organisation(models.Model):
    """A body as it was founded and, perhaps, ended. Its documents carry symbols that it fixed itself."""

    OPEN_TEXT = {"code", "kind", "name", "short_name", "folded", "initials", "duty_phone", "address"}

    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=40, choices=OrganisationKind)
    name = models.CharField(max_length=200, db_collation=VIETNAMESE)
    short_name = models.CharField(max_length=120, blank=True, db_collation=VIETNAMESE)
    folded = models.CharField(max_length=200, editable=False)
    initials = models.CharField(max_length=8, blank=True, help_text="Two or three letters that open the spoken code of a case: ĐX-26-0147.")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("coordination.Unit", models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    duty_phone = models.CharField(max_length=20, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_ends_after_it_begins", condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from"))),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)
        super().save(*args, **kwargs)

    @property
    def called(self) -> str:
        """The short name people use, or the full one."""
        return self.short_name or self.name

    @property
    def body_id(self) -> int:
        """The body that answers for it: a Phòng VH-XH is a part of its UBND, everything else is its own."""
        if self.kind == OrganisationKind.CULTURE_SOCIETY_OFFICE and self.parent_id:
            return self.parent_id
        return self.pk

    @property
    def is_police(self) -> bool:
        """Whether it stands on the police side."""
        return self.kind in POLICE_KINDS


class OrganisationSymbol(models.Model):
    """A symbol the body uses on documents; one body may have used several (CATP, CAHP)."""

    OPEN_TEXT = {"symbol"}

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="symbols")
    symbol = models.CharField(max_length=30)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "symbol"], name="symbol_once_per_organisation")]

    def __str__(self) -> str:
        return self.symbol


class OrganisationSuccession(models.Model):
    """Who took over from a body that ended: a Phòng GD&ĐT of a quận has several successors, a ward that only changed its name one."""

    OPEN_TEXT: set[str] = set()

    before = models.ForeignKey(Organisation, models.PROTECT, related_name="successions")
    after = models.ForeignKey(Organisation, models.PROTECT, related_name="origins")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="organisation_succession_once"),
            models.CheckConstraint(name="organisation_is_not_its_own_successor", condition=~Q(before=F("after"))),
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class SchoolType(models.TextChoices):
    """Types of establishment with the codes of domain/demo_data.md 3."""

    PRESCHOOL = "preschool", _("Mầm non")
    INDEPENDENT_CLASS = "independent_class", _("Nhóm, lớp độc lập")
    PRIMARY = "primary", _("Tiểu học")
    LOWER_SECONDARY = "lower_secondary", _("THCS")
    UPPER_SECONDARY = "upper_secondary", _("THPT")
    MULTI_LEVEL = "multi_level_school", _("Phổ thông nhiều cấp học")
    CONTINUING = "continuing_education_centre", _("GDTX, GDNN-GDTX")
    SPECIAL = "special_education_centre", _("Giáo dục trẻ khuyết tật")
    COLLEGE = "college", _("Cao đẳng")
    UNIVERSITY = "university", _("Đại học")
    DORMITORY = "dormitory", _("Ký túc xá")
    ATTACHED = "attached_unit", _("Đơn vị trực thuộc Sở")


OWN_LINE = frozenset({SchoolType.COLLEGE, SchoolType.UNIVERSITY})


class School(models.Model):
    """What only an educational establishment has. Its return goes to its managing body (ground.md 34)."""

    OPEN_TEXT = {"school_type"}

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="school")
    school_type = models.CharField(max_length=40, choices=SchoolType)
    managing_body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    department = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The Sở of its province, which gets the heads-up of s3 and s4.")
    has_guard = models.BooleanField(default=True)

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def line(self) -> str:
        """Who manages it, in words; a college or a university has a line of its own and works through the Sở (domain/organisations.md 2)."""
        if self.school_type in OWN_LINE:
            return _now("Đơn vị chủ quản riêng, phối hợp qua %(body)s") % {"body": self.managing_body.called}
        return self.managing_body.called


class LocationQuerySet(models.QuerySet):
    """Where schools stand is public knowledge: not scoped, but dated."""

    def on(self, day: date) -> Self:
        """Where schools stood on a day (half-open)."""
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gt=day))


class Location(models.Model):
    """The unit in which a school stood, from a day to a day; an empty first day means that the beginning is not recorded.

    The school's body keeps the unit of today; what happened on a day belongs to the unit of that day (ground.md 13).
    """

    OPEN_TEXT: set[str] = set()

    school = models.ForeignKey(School, models.CASCADE, related_name="locations")
    unit = models.ForeignKey("coordination.Unit", models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    objects = LocationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="location_ends_after_it_starts", condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on"))),
            ExclusionConstraint(
                name="school_stands_in_one_unit_a_day",
                expressions=[("school", RangeOperators.EQUAL), (Func("starts_on", "ends_on", function="daterange"), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.unit}"


class LearnerCount(models.Model):
    """How many learners and staff a school had on a day."""

    OPEN_TEXT = {"source"}

    school = models.ForeignKey(School, models.CASCADE, related_name="counts")
    counted_on = models.DateField()
    learners = models.PositiveIntegerField()
    staff = models.PositiveIntegerField(null=True, blank=True)
    source = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["school", "counted_on"], name="one_count_per_school_and_day")]

    def __str__(self) -> str:
        return f"{self.school}: {self.learners}"


class SpokenCounter(models.Model):
    """The last spoken number of a receiving body in a year (ground.md 14). Gaps are not filled."""

    OPEN_TEXT: set[str] = set()

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="one_counter_per_organisation_and_year")]

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}: {self.last}"

    @classmethod
    def next_code(cls, organisation: Organisation, year: int, *, apart: Organisation | None = None) -> str:
        """The next spoken code, `ĐX-26-0147`; the counter row is locked until the transaction ends.

        A case that is kept from somebody counts `apart`, `ĐX-26-K012`, in the series of that body: it leaves no gap in the book that he sees (security.md 3.4).
        """
        book = apart or organisation
        cls.objects.get_or_create(organisation=book, year=year)
        counter = cls.objects.select_for_update().get(organisation=book, year=year)
        counter.last += 1
        counter.save(update_fields=["last"])
        number = f"K{counter.last:03d}" if apart else f"{counter.last:04d}"
        return f"{organisation.initials or 'VV'}-{year % 100:02d}-{number}"
