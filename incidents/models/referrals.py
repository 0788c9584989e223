"""Referral: the case on its way between school and police, with its clock, follow-ups, questions and notes."""

import uuid
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models import Appointment, Organisation
from coordination.models.people import POLICE_ROLES, RULING_ROLES, SCHOOL_ROLES
from coordination.scope import ScopedManager, ScopedQuerySet
from coordination.workflow import Moving
from incidents.models.cases import CasePart, Incident
from incidents.workflow import OPEN_REFERRALS, REFERRAL_MOVES, EndedHow, Outcome, ReferralStatus


class Ground(models.TextChoices):
    """Why the case went to police (ground.md 5, 11)."""

    RULE = "rule", _("Theo quy định đối với loại và mức độ vụ việc")
    PERSON = "person", _("Nhà trường chuyển")
    BYPASS = "bypass", _("Đầu mối bảo vệ trẻ em của cấp quản lý chuyển")
    FORWARDED = "forwarded", _("Đơn vị Công an khác chuyển đến")
    CALL = "call", _("Nhà trường gọi điện, trực ban ghi")
    POLICE = "police", _("Công an thông báo")


class Caller(models.TextChoices):
    """Who rang the duty desk, by position: a call is the school's own first word, often a teacher's or a guard's (domain/practice.md 2.2)."""

    LEADER = "leader", _("Lãnh đạo trường")
    TEACHER = "teacher", _("Giáo viên")
    GUARD = "guard", _("Bảo vệ")
    STAFF = "staff", _("Nhân viên, người khác của trường")


class ReferralQuerySet(ScopedQuerySet):
    """Verbs of the police queue."""

    def at(self, body_id: int) -> Self:
        """Addressed to a body."""
        return self.filter(to_org_id=body_id)

    def passed_on(self) -> Self:
        """What the body passed on."""
        return self.filter(status=ReferralStatus.FORWARDED)

    def in_hand(self) -> Self:
        """Not passed on."""
        return self.exclude(status=ReferralStatus.FORWARDED)

    def still_open(self) -> Self:
        """Somebody still owes something."""
        return self.filter(status__in=OPEN_REFERRALS)


class Referral(Moving, models.Model):
    """One sending to one police body; passing on chains a new one to it.

    The body that passed it on keeps this row and its `passed_words`; the case itself only when it `keeps_copy`.
    """

    OPEN_TEXT = {"code", "ground", "caller", "status", "outcome", "earlier_outcome", "settled_how", "passed_words"}
    MOVES: ClassVar = REFERRAL_MOVES
    policy_name = "referral"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    to_org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.CharField(max_length=12, choices=Ground)
    caller = models.CharField(max_length=12, choices=Caller, blank=True)
    status = models.CharField(max_length=12, choices=ReferralStatus, default=ReferralStatus.SENT)
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    handler = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    reason = EncryptedTextField(data_class="child")
    forwarded_at = models.DateTimeField(null=True, blank=True)
    forwarded_to = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    keeps_copy = models.BooleanField(default=False, help_text="The commune police of the school reads on after passing the case on (domain/practice.md 2.6).")
    kept_out = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="Those of its case, for the wall of the line that is left of a case passed on.")
    passed_words = models.CharField(max_length=160, blank=True, help_text="Code and kind as they were: the plain line of the unit that passed the case on.")
    escalated_at = models.DateTimeField(null=True, blank=True, help_text="When the province police was told that nobody answers.")
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    outcome_note = EncryptedTextField(data_class="child")
    answered_at = models.DateTimeField(null=True, blank=True)
    earlier_outcome = models.CharField(max_length=16, choices=Outcome, blank=True, help_text="The result that the school asked to discuss.")
    earlier_note = EncryptedTextField(data_class="child")
    earlier_answered_at = models.DateTimeField(null=True, blank=True)
    discussion = EncryptedTextField(data_class="child")
    discussed_at = models.DateTimeField(null=True, blank=True)
    ruling_body = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who was asked to rule: one body, named on the page.")
    ruling_request = EncryptedTextField(data_class="child")
    ruling_asked_at = models.DateTimeField(null=True, blank=True)
    ruling_asked_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    ruling = EncryptedTextField(data_class="child")
    ruled_at = models.DateTimeField(null=True, blank=True)
    ruled_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_how = models.CharField(max_length=12, choices=EndedHow, blank=True)

    objects = ScopedManager.from_queryset(ReferralQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(name="referral_outcome_and_time_together", condition=Q(outcome="", answered_at=None) | ~Q(outcome="") & Q(answered_at__isnull=False)),
            models.CheckConstraint(
                name="passed_on_says_when_and_to_whom",
                condition=Q(status="forwarded", forwarded_at__isnull=False, forwarded_to__isnull=False)
                | ~Q(status="forwarded") & Q(forwarded_at=None, forwarded_to=None, keeps_copy=False),
            ),
            models.CheckConstraint(
                name="ruled_says_when_and_by_whom",
                condition=Q(status="ruled", ruled_at__isnull=False, ruled_by__isnull=False, ruling_body__isnull=False) | ~Q(status="ruled") & Q(ruled_at=None, ruled_by=None),
            ),
            models.UniqueConstraint(
                name="one_open_referral_per_case_and_body", fields=["incident", "to_org"], condition=Q(status__in=("sent", "seen", "received", "answered", "discussed", "ruling"))
            ),
        ]
        indexes = [
            models.Index(name="referral_queue", fields=["to_org", "-sent_at", "-id"]),
            models.Index(
                name="referral_open_queue",
                fields=["to_org", "status", "-sent_at", "-id"],
                condition=Q(status__in=("sent", "seen", "received", "answered", "discussed", "ruling")) | Q(outcome="proceedings"),
            ),
            models.Index(name="referral_of_case", fields=["incident"]),
            models.Index(name="referral_put_before", fields=["ruling_body"], condition=Q(ruling_body__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.incident.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Of a case that I see; and for police, what my body passed on."""
        # The second comparison says nothing new; with it PostgreSQL looks at the cases of the page instead of hashing every case there is.
        seen = Q(Exists(Incident.objects.visible_to(actor).filter(pk=OuterRef("incident_id"), pk__gte=OuterRef("incident_id"))))
        line = Q(to_org_id=actor.body_id, status=ReferralStatus.FORWARDED) & ~Q(kept_out__contains=[actor.user_id])
        return seen | line if actor.role in POLICE_ROLES else seen

    def relations_to(self, actor: Any) -> set[str]:
        """Addressed to me; mine as the school; mine as the managing body; put before me to rule on."""
        if actor.role in POLICE_ROLES:
            return {"to"} if self.to_org_id == actor.body_id else set()
        found = self.incident.relations_to(actor)
        if actor.role in SCHOOL_ROLES:
            return found & {"school"}
        return found - {"ruler"} | ({"ruler"} if self.ruling_body_id == actor.body_id and actor.role in RULING_ROLES else set())

    @property
    def turn(self) -> str:
        """Who owes the next word, when it is not the school."""
        return self.ruling_body.called if self.status == ReferralStatus.RULING else self.to_org.called

    @property
    def page_code(self) -> str:
        """The code of its case's page, where its duties are discharged."""
        return self.incident.code

    @property
    def shut_bodies(self) -> set[int]:
        """Those of its case."""
        return self.incident.shut_bodies

    @property
    def duty_words(self) -> str:
        """The words of its case."""
        return self.incident.duty_words


class ReferralPart(CasePart):
    """A child row of a referral, walled like its case."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def relations_to(self, actor: Any) -> set[str]:
        """As the referral stands."""
        return self.referral.relations_to(actor)


class Step(models.TextChoices):
    """Follow-ups in one tap; they tell that work goes on, never what the investigation found."""

    PROGRESS = "progress", _("Đang giải quyết")
    AT_SCHOOL = "at_school", _("Đã đến trường")
    WITH_FAMILY = "with_family", _("Đã làm việc với gia đình")
    VERIFIED = "verified", _("Đã xác minh ban đầu")


class FollowUp(ReferralPart):
    """One step of the police, with its hour."""

    OPEN_TEXT = {"step"}

    step = models.CharField(max_length=12, choices=Step)

    def __str__(self) -> str:
        return self.get_step_display()


class Question(ReferralPart):
    """Chờ nhà trường bổ sung: an open question from police to school, and its answer."""

    OPEN_TEXT: ClassVar[set[str]] = set()

    text = EncryptedTextField(data_class="child")
    answer = EncryptedTextField(data_class="child")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.referral_id}"


class PoliceNote(ReferralPart):
    """For the police side alone (L5): its table answers only to the database role portal_police."""

    OPEN_TEXT: ClassVar[set[str]] = set()

    text = EncryptedTextField(data_class="police")

    def __str__(self) -> str:
        return f"{self.referral_id}"
