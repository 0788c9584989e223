"""Referral: the case on its way between school and police, with its clock, follow-ups, questions and notes."""

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models import Appointment, Organisation
from coordination.models.people import POLICE_ROLES, SCHOOL_ROLES
from coordination.scope import ScopedManager, ScopedQuerySet
from coordination.workflow import Moving
from incidents.models.cases import CasePart, Incident
from incidents.workflow import OPEN_REFERRALS, REFERRAL_MOVES, EndedHow, Outcome, ReferralStatus


class Ground(models.TextChoices):
    """Why the case went to police (ground.md 5, 11)."""

    RULE = "rule", _("Theo quy định đối với loại và mức độ vụ việc")
    PERSON = "person", _("Nhà trường chuyển")
    FORWARDED = "forwarded", _("Đơn vị Công an khác chuyển đến")


class ReferralQuerySet(ScopedQuerySet):
    """Verbs of the police queue."""

    def at(self, body_id: int) -> Self:
        """Addressed to a body."""
        return self.filter(to_org_id=body_id)

    def still_open(self) -> Self:
        """Somebody still owes something."""
        return self.filter(status__in=OPEN_REFERRALS)


class Referral(Moving, models.Model):
    """One sending to one police body; passing on chains a new one to it."""

    OPEN_TEXT = {"code", "ground", "status", "outcome", "earlier_outcome", "settled_how"}
    MOVES: ClassVar = REFERRAL_MOVES
    policy_name = "referral"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    to_org = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.CharField(max_length=12, choices=Ground)
    status = models.CharField(max_length=12, choices=ReferralStatus, default=ReferralStatus.SENT)
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField(null=True, blank=True)
    handler = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    reason = EncryptedTextField()
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    outcome_note = EncryptedTextField()
    answered_at = models.DateTimeField(null=True, blank=True)
    earlier_outcome = models.CharField(max_length=16, choices=Outcome, blank=True, help_text="The result that the school asked to discuss.")
    earlier_answered_at = models.DateTimeField(null=True, blank=True)
    discussion = EncryptedTextField()
    discussed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_how = models.CharField(max_length=12, choices=EndedHow, blank=True)

    objects = ScopedManager.from_queryset(ReferralQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(name="referral_outcome_and_time_together", condition=Q(outcome="", answered_at=None) | ~Q(outcome="") & Q(answered_at__isnull=False)),
            models.UniqueConstraint(name="one_open_referral_per_case_and_body", fields=["incident", "to_org"], condition=Q(status__in=("sent", "seen", "received", "answered", "discussed"))),
        ]
        indexes = [
            models.Index(name="referral_queue", fields=["to_org", "-sent_at", "-id"]),
            models.Index(name="referral_open_queue", fields=["to_org", "status"], condition=Q(status__in=("sent", "seen", "received", "answered", "discussed"))),
            models.Index(name="referral_of_case", fields=["incident"]),
        ]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.incident.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Addressed to my body, or of a case of mine."""
        if actor.role in POLICE_ROLES:
            return Q(to_org_id=actor.body_id) | Exists(Incident.objects.visible_to(actor).filter(pk=OuterRef("incident_id")))
        return Exists(Incident.objects.visible_to(actor).filter(pk=OuterRef("incident_id")))

    def relations_to(self, actor: Any) -> set[str]:
        """Addressed to me; mine as the school; mine as the managing body."""
        if actor.role in POLICE_ROLES:
            return {"to"} if self.to_org_id == actor.body_id else set()
        found = self.incident.relations_to(actor)
        return found & {"school"} if actor.role in SCHOOL_ROLES else found

    @property
    def page_code(self) -> str:
        """The code of its case's page, where its duties are discharged."""
        return self.incident.code

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

    text = EncryptedTextField()
    answer = EncryptedTextField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.referral_id}"


class PoliceNote(ReferralPart):
    """For the police side alone (L5): its table answers only to the database role portal_police."""

    OPEN_TEXT: ClassVar[set[str]] = set()

    text = EncryptedTextField()

    def __str__(self) -> str:
        return f"{self.referral_id}"
