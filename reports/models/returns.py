"""Return: what a school hands in for a period."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models import Appointment, Organisation, Unit
from coordination.models.people import SCHOOL_ROLES
from coordination.periods import Period
from coordination.scope import ScopedManager, ScopedQuerySet
from coordination.workflow import Moving
from reports.models.covering import READERS, Covering
from reports.workflow import RETURN_MOVES, ReturnStatus


class ReturnState(models.TextChoices):
    """How a return stands against its due hour."""

    ON_TIME = "on_time", _("Đã nộp đúng hạn")
    LATE = "late", _("Đã nộp muộn")
    MISSING = "missing", _("Chưa nộp")
    LEFT_OUT = "left_out", _("Được miễn nộp")


IN_STATE = {
    ReturnState.ON_TIME: Q(status=ReturnStatus.SUBMITTED, submitted_at__lte=F("due_at")),
    ReturnState.LATE: Q(status=ReturnStatus.SUBMITTED, submitted_at__gt=F("due_at")),
    ReturnState.MISSING: Q(status=ReturnStatus.OPEN),
    ReturnState.LEFT_OUT: Q(status=ReturnStatus.LEFT_OUT),
}


EXPECTED = ~Q(status=ReturnStatus.LEFT_OUT)


class ReturnQuerySet(ScopedQuerySet):
    """Verbs of the pages that follow returns."""

    def of_period(self, period: Period) -> Self:
        """Those of one period."""
        return self.filter(scheme=period.scheme, period_key=period.key)

    def in_state(self, state: str) -> Self:
        """On time, late or missing."""
        return self.filter(IN_STATE[ReturnState(state)])

    def direct(self) -> Self:
        """Of schools that answer to the Sở itself."""
        return self.filter(managing_body=F("department"))

    def for_grid(self) -> Self:
        """What a row of the grid shows, in one query; figures and words stay closed."""
        return self.select_related("school", "managing_body", "commune").defer("figures", "words", "left_out_reason")

    def by_commune(self, receiver_id: int) -> list[dict[str, Any]]:
        """The tally of each commune, by name, and how many owe their return to this body and were not reminded today (`owed_here`): one query."""
        owed_here = Q(status=ReturnStatus.OPEN, managing_body_id=receiver_id) & (Q(reminded_at=None) | Q(reminded_at__lt=clocks.midnight(clocks.today())))
        states = {state.value: Count("pk", filter=condition) for state, condition in IN_STATE.items()}
        return list(
            self.order_by("commune__full_name").values("commune_id", "commune__full_name").annotate(
                expected=Count("pk", filter=EXPECTED), owed_here=Count("pk", filter=owed_here), **states
            )
        )

    def tally(self) -> dict[str, int]:
        """How many are expected (those left out are not), and how many stand in each state: one query."""
        states = {state.value: Count("pk", filter=condition) for state, condition in IN_STATE.items()}
        return self.order_by().aggregate(expected=Count("pk", filter=EXPECTED), nil=Count("pk", filter=Q(status=ReturnStatus.SUBMITTED, nil=True)), **states)


class Return(Moving, Covering):
    """One school's return for one period, with the bodies it goes to as they were when it was opened (ground.md 34)."""

    OPEN_TEXT = {"code", "scheme", "period_key", "status", "figures"}
    MOVES: ClassVar = RETURN_MOVES
    policy_name = "return"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    managing_body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    department = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    province = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    parties = ArrayField(models.BigIntegerField(), default=list, help_text="School, managing body, Sở, and the People's Committee of the place: the wall in the database.")
    status = models.CharField(max_length=12, choices=ReturnStatus, default=ReturnStatus.OPEN)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True, help_text="When the duty of the school's head was opened.")
    reminded_at = models.DateTimeField(null=True, blank=True)
    nil = models.BooleanField(default=False)
    asked_class_teachers = models.BooleanField(default=False)
    asked_gate = models.BooleanField(default=False)
    asked_hotline = models.BooleanField(default=False)
    figures = models.JSONField(default=dict, help_text="Counts as they were confirmed.")
    words = EncryptedTextField(data_class="personal")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    left_out_at = models.DateTimeField(null=True, blank=True)
    left_out_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    left_out_reason = EncryptedTextField(data_class="personal")

    objects = ScopedManager.from_queryset(ReturnQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_return_per_school_and_period", fields=["school", "scheme", "period_key"]),
            models.CheckConstraint(
                name="submitted_return_has_its_hour_and_its_hand",
                condition=Q(status__in=("open", "left_out"), submitted_at=None, submitted_by=None) | Q(status="submitted", submitted_at__isnull=False, submitted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="left_out_return_has_its_hour_and_its_hand",
                condition=Q(status="left_out", left_out_at__isnull=False, left_out_by__isnull=False) | ~Q(status="left_out") & Q(left_out_at=None, left_out_by=None),
            ),
            models.CheckConstraint(name="nil_return_asked_three_times", condition=Q(nil=False) | Q(asked_class_teachers=True, asked_gate=True, asked_hotline=True)),
        ]
        indexes = [
            models.Index(name="return_by_province", fields=["scheme", "period_key", "province", "created_at", "id"]),
            models.Index(name="return_by_commune", fields=["commune", "scheme", "period_key"]),
            models.Index(name="return_by_school", fields=["school", "-created_at", "-id"]),
            models.Index(name="return_to_be_asked", fields=["last"], condition=Q(status="open", asked_at=None)),
            GinIndex(name="return_parties", fields=["parties"]),
        ]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("reports:return", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The school's own; and, for the education line, every school whose return concerns the body."""
        if actor.role in SCHOOL_ROLES:
            return Q(school_id=actor.body_id)
        return Q(parties__contains=[actor.body_id]) if actor.role in READERS else Q(pk__in=[])

    def relations_to(self, actor: Any) -> set[str]:
        """The school itself, or the body that receives the return. The others see in the grid that it came, not what it says."""
        if actor.role in SCHOOL_ROLES:
            return {"school"} if self.school_id == actor.body_id else set()
        return {"receiver"} if self.managing_body_id == actor.body_id else set()

    @property
    def duty_words(self) -> str:
        """What an inbox and a notice may say."""
        return _now("Số liệu kỳ: %(period)s") % {"period": self.period.label}

    @property
    def is_direct(self) -> bool:
        """Whether the school answers to the Sở itself."""
        return self.managing_body_id == self.department_id

    @property
    def state(self) -> str:
        """On time, late, missing or left out."""
        if self.status == ReturnStatus.LEFT_OUT:
            return ReturnState.LEFT_OUT
        if self.status == ReturnStatus.OPEN:
            return ReturnState.MISSING
        return ReturnState.LATE if self.submitted_at > self.due_at else ReturnState.ON_TIME

    @property
    def state_words(self) -> str:
        """The state as people say it; before the window closes nothing is missing yet."""
        if self.state == ReturnState.MISSING and not self.is_over:
            return _now("Chưa đến kỳ nộp")
        return str(ReturnState(self.state).label)

    @property
    def is_late(self) -> bool:
        """Past its due hour, handed in or not; a school that was left out is never late."""
        return self.status != ReturnStatus.LEFT_OUT and (self.submitted_at or clocks.now()) > self.due_at

    @property
    def opens_at(self) -> datetime:
        """The first hour at which it may be handed in: when the data window has closed."""
        return self.period.ends

    @property
    def reminded_today(self) -> bool:
        """Whether the school was reminded today."""
        return self.reminded_at is not None and clocks.local(self.reminded_at).date() == clocks.today()
