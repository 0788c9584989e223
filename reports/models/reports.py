"""Report: what is printed for an area, frozen with its figures, then issued under a number."""

import json
import uuid
from functools import cached_property
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models import Appointment, Organisation, Role, Unit
from coordination.models.organisations import OrganisationKind
from coordination.models.people import POLICE_ROLES
from coordination.scope import ScopedManager, ScopedQuerySet
from coordination.workflow import Moving
from reports.models.covering import READERS, Covering
from reports.workflow import REPORT_MOVES, ReportStatus

REPORT_READERS = READERS | {Role.CLERK, Role.CHILD_PROTECTION} | POLICE_ROLES - {Role.COMMUNE_OFFICER}
NUMBERED = (ReportStatus.NUMBERED, ReportStatus.ISSUED)


class Audience(models.TextChoices):
    """Two versions of the quarter (ground.md 30)."""

    EDUCATION = "education", _("Bản gửi ngành Giáo dục")
    POLICE = "police", _("Bản gửi Công an")


class Signing(models.TextChoices):
    """Who signs: the head of the body, a deputy for him (KT.), or the head of an office by his order (TL.)."""

    HEAD = "head", _("Người đứng đầu ký")
    DEPUTY = "deputy", _("Cấp phó ký thay (KT.)")
    BY_ORDER = "by_order", _("Ký thừa lệnh (TL.)")


class ReportQuerySet(ScopedQuerySet):
    """Verbs of the list and of the book of numbers."""

    def alike(self, report: "Report") -> Self:
        """The papers of the same body about the same area and period for the same reader."""
        return self.filter(issuer=report.issuer_id, area=report.area_id, audience=report.audience, scheme=report.scheme, period_key=report.period_key)

    def in_the_book(self) -> Self:
        """Those that have a number, the latest first."""
        return self.filter(status__in=NUMBERED).order_by("-issued_at", "-pk")


class Report(Moving, Covering):
    """One printed report of a body about an area for a period. Its figures are frozen when it is made and never change (product.md 7)."""

    OPEN_TEXT = {
        "code", "scheme", "period_key", "audience", "status", "figures", "snapshot_hash", "units_reported", "pdf_hash", "sheet_hash",
        "symbol", "signing", "issued_hash", "signed_hash",
    }  # fmt: skip
    MOVES: ClassVar = REPORT_MOVES
    policy_name = "report"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    issuer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    area = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    audience = models.CharField(max_length=12, choices=Audience)
    supplements = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", help_text="The issued paper that this one corrects or completes.")
    parties = ArrayField(models.BigIntegerField(), default=list, help_text="The issuing body: the wall in the database.")
    status = models.CharField(max_length=12, choices=ReportStatus, default=ReportStatus.ORDERED)
    ordered_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    failure_told_at = models.DateTimeField(null=True, blank=True)
    figures = models.JSONField(default=dict)
    snapshot_hash = models.CharField(max_length=64, blank=True)
    snapshot_at = models.DateTimeField(null=True, blank=True)
    units_reported = models.CharField(max_length=20, blank=True, help_text="27/29.")
    pdf_hash = models.CharField(max_length=64, blank=True)
    sheet_hash = models.CharField(max_length=64, blank=True, help_text="The same figures as a workbook; empty for papers older than workbooks.")
    words = EncryptedTextField(data_class="personal", help_text="What people wrote: the key of a section of the paper to its text, as JSON. Empty until somebody writes.")
    words_version = models.PositiveIntegerField(default=0, help_text="Counts the savings of the words; each prints the draft again.")
    number = models.PositiveIntegerField(null=True, blank=True)
    symbol = models.CharField(max_length=30, blank=True, help_text="BC-SGDĐT.")
    issued_on = models.DateField(null=True, blank=True, help_text="The date on the paper.")
    signing = models.CharField(max_length=12, choices=Signing, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    issued_hash = models.CharField(max_length=64, blank=True, help_text="The paper with its number and date, without the word DỰ THẢO.")
    signed_hash = models.CharField(max_length=64, blank=True, help_text="The file that came back from the body's own signing tool.")
    signed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(ReportQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_order_at_a_time", fields=["issuer", "area", "audience", "scheme", "period_key"], condition=Q(status="ordered")),
            models.CheckConstraint(
                name="ready_report_has_its_file",
                condition=Q(status="ordered", pdf_hash="", snapshot_hash="", snapshot_at=None)
                | ~Q(status="ordered") & Q(snapshot_at__isnull=False) & ~Q(pdf_hash="") & ~Q(snapshot_hash=""),
            ),
            models.CheckConstraint(
                name="issued_report_has_its_number",
                condition=Q(status__in=["ordered", "ready"], number=None, issued_on=None, symbol="", signing="", issued_at=None, issued_by=None)
                | Q(status__in=["numbered", "issued"], number__gte=1, issued_on__isnull=False, issued_at__isnull=False, issued_by__isnull=False) & ~Q(symbol="") & ~Q(signing=""),
            ),
            models.CheckConstraint(name="issued_report_has_its_paper", condition=Q(status="issued") & ~Q(issued_hash="") | ~Q(status="issued") & Q(issued_hash="", signed_hash="")),
            models.UniqueConstraint("issuer", ExtractYear("issued_on"), "symbol", "number", name="one_paper_per_number_and_year"),
        ]
        indexes = [
            models.Index(name="report_by_issuer", fields=["issuer", "-ordered_at", "-id"]),
            models.Index(name="report_by_snapshot", fields=["snapshot_hash"], condition=~Q(status="ordered")),
            GinIndex(name="report_parties", fields=["parties"]),
        ]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("reports:detail", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The body's own reports."""
        return Q(issuer_id=actor.body_id) if actor.role in REPORT_READERS else Q(pk__in=[])

    def relations_to(self, actor: Any) -> set[str]:
        """Whether the actor's body issues it, and whether that body has nobody else who keeps its book of numbers."""
        if self.issuer_id != actor.body_id:
            return set()
        return {"issuer"} if self.has_clerk else {"issuer", "unclerked"}

    @cached_property
    def has_clerk(self) -> bool:
        """Whether somebody holds the post of clerk in the issuing body, or in the office that works for it."""
        here = Q(post__organisation=self.issuer_id) | Q(post__organisation__parent=self.issuer_id, post__organisation__kind=OrganisationKind.CULTURE_SOCIETY_OFFICE)
        return Appointment.objects.held_on(clocks.today()).filter(here, post__role=Role.CLERK).exists()

    @property
    def is_printed(self) -> bool:
        """Whether there is a file: the draft, or the paper that was issued."""
        return self.status != ReportStatus.ORDERED

    @property
    def has_number(self) -> bool:
        """Whether it stands in the book of numbers."""
        return self.status in NUMBERED

    @property
    def number_words(self) -> str:
        """12/BC-SGDĐT; below ten with a zero (NĐ 30/2020, Phụ lục I)."""
        return f"{self.number:02d}/{self.symbol}" if self.number else ""

    @property
    def duty_words(self) -> str:
        """What a list and a notice may say."""
        return _now("Báo cáo %(period)s · %(audience)s") % {"period": self.period.label, "audience": self.get_audience_display()}

    @property
    def said(self) -> dict[str, str]:
        """What people wrote, by the key of the section."""
        return json.loads(self.words) if self.words else {}

    @property
    def job_key(self) -> str:
        """Its latest job: the draft, the draft with the words as they are now, and once it has a number the issued paper."""
        if self.has_number:
            return f"print_report:{self.pk}"
        return f"print_draft:{self.pk}:{self.words_version}" if self.words_version else f"render_report:{self.pk}"
