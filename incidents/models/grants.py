"""Seeing more than one's post shows: a grant that a second person gives for one case, and the glass that is broken in an emergency."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models import SYSTEM, Appointment, Organisation, Post
from coordination.models.people import is_second_person
from coordination.scope import beyond_the_reader
from coordination.workflow import Move, Moving
from incidents.models.cases import CasePart, Incident
from incidents.models.people import Purpose


class Exceptional(CasePart):
    """A row about one case that also reaches people who do not see the case: it has its own parties and, in a conflict, its own people kept out."""

    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The body of whoever asked or broke the glass.")
    case_words = models.CharField(max_length=160, help_text="Code and kind as they were: all that an approver or a reviewer learns of the case.")
    parties = ArrayField(models.BigIntegerField(), default=list)
    kept_out = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta:
        abstract = True

    @property
    def duty_words(self) -> str:
        """What an inbox and a notice may say."""
        return self.case_words

    @property
    def case_code_in_trail(self) -> str:
        """Its lines are lines of the case, also when whoever acts does not see that: who saw it is asked, and from whom it is kept (coordination/audit.py)."""
        with beyond_the_reader("the trail names the case of which a reviewer learns nothing else"):
            return Incident.objects.visible_to(SYSTEM).values_list("code", flat=True).get(pk=self.incident_id)


class RequestStatus(models.TextChoices):
    """The life of a request; that a grant has run out is read from its time."""

    WAITING = "waiting", _("Chờ trả lời")
    GRANTED = "granted", _("Được chấp thuận")
    REFUSED = "refused", _("Không chấp thuận")
    REVOKED = "revoked", _("Đã thu hồi")


class IdentityRequest(Moving, Exceptional):
    """An office asks to see the people of one case; another person of the office answers (security.md 3.2 tables A and D: at most seven days, two people)."""

    OPEN_TEXT: ClassVar = {"code", "case_words", "purpose", "status"}
    MOVES: ClassVar = {
        "grant": Move({RequestStatus.WAITING}, RequestStatus.GRANTED, needs=["answered_at", "answered_by", "until"], label=_("Chấp thuận")),
        "refuse": Move({RequestStatus.WAITING}, RequestStatus.REFUSED, needs=["answered_at", "answered_by", "answer"], label=_("Không chấp thuận")),
        "revoke": Move({RequestStatus.GRANTED}, RequestStatus.REVOKED, needs=["revoked_at", "revoked_by"], label=_("Thu hồi quyền xem")),
    }
    policy_name = "person"

    approver = models.ForeignKey(Post, models.PROTECT, related_name="+", help_text="The focal point for child protection that answers.")
    purpose = models.CharField(max_length=12, choices=Purpose)
    reason = EncryptedTextField(data_class="child")
    days = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=12, choices=RequestStatus, default=RequestStatus.WAITING)
    answer = EncryptedTextField(data_class="child")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="a_grant_lasts_a_week_at_most", condition=Q(days__gte=1, days__lte=7)),
            models.CheckConstraint(name="a_grant_has_its_end", condition=~Q(status="granted") | Q(until__isnull=False)),
            models.CheckConstraint(name="nobody_answers_his_own_request", condition=Q(answered_by=None) | ~Q(answered_by=models.F("by"))),
            models.UniqueConstraint(name="one_waiting_request_per_case_and_asker", fields=["incident", "by"], condition=Q(status="waiting")),
        ]
        indexes = [
            models.Index(name="request_of_case", fields=["incident", "by"]),
            models.Index(name="request_queue", fields=["approver", "-at", "-id"]),
            GinIndex(name="request_parties", fields=["parties"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.case_words}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:answer_request", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Who asked, and the post that answers; whoever the case is kept from sees none."""
        return (Q(by_id=actor.pk) | Q(approver_id=actor.post_id)) & ~Q(kept_out__contains=[actor.user_id])

    def relations_to(self, actor: Any) -> set[str]:
        """Whoever asked, or the post that answers."""
        if actor.user_id in self.kept_out:
            return set()
        if not is_second_person(actor, self.by):
            return {"own"}
        return {"approver"} if self.approver_id == actor.post_id else set()

    @property
    def is_in_force(self) -> bool:
        """Granted, and its time has not run out."""
        return self.status == RequestStatus.GRANTED and clocks.now() < self.until


class GlassReason(models.TextChoices):
    """Why the ordinary way is too slow; a closed list (security.md 3.3)."""

    LIFE = "life", _("Nguy hiểm tính mạng, sức khỏe của trẻ")
    MISSING = "missing", _("Trẻ mất tích, nghi bị bắt cóc")
    ABSENT = "absent", _("Người có quyền mở vắng mặt, việc không chờ được")
    ORDER = "order", _("Mệnh lệnh khẩn của cấp trên, cơ quan tố tụng")


class GlassStatus(models.TextChoices):
    """Every use is looked at by somebody else."""

    WAITING = "waiting", _("Chờ soát xét")
    REVIEWED = "reviewed", _("Đã soát xét")


class Verdict(models.TextChoices):
    """What the reviewer found."""

    RIGHT = "right", _("Đúng trường hợp khẩn cấp")
    WRONG = "wrong", _("Không đúng trường hợp khẩn cấp")


class BreakGlass(Moving, Exceptional):
    """One use of the emergency right: one case, one reader, sixty minutes, reviewed within seventy-two hours (security.md 3.3)."""

    OPEN_TEXT: ClassVar = {"code", "case_words", "cause", "status", "verdict"}
    MOVES: ClassVar = {"review": Move({GlassStatus.WAITING}, GlassStatus.REVIEWED, needs=["reviewed_at", "reviewed_by", "verdict"], label=_("Soát xét"))}
    policy_name = "glass"
    LASTS: ClassVar = timedelta(minutes=60)

    cause = models.CharField(max_length=12, choices=GlassReason)
    reason = EncryptedTextField(data_class="child")
    paper = EncryptedTextField(data_class="child")
    again = EncryptedTextField(data_class="child", help_text="Why once more: asked of whoever used it often lately.")
    until = models.DateTimeField()
    reviewer = models.ForeignKey(Post, models.PROTECT, related_name="+")
    overseer = models.ForeignKey(Post, models.PROTECT, related_name="+", help_text="Data protection: sees every use, reviews when nobody else may.")
    status = models.CharField(max_length=12, choices=GlassStatus, default=GlassStatus.WAITING)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    note = EncryptedTextField(data_class="child")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    suspended_at = models.DateTimeField(null=True, blank=True, help_text="Since when its user may break no other glass because of it.")
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="nobody_reviews_himself", condition=Q(reviewed_by=None) | ~Q(reviewed_by=models.F("by"))),
            models.CheckConstraint(name="what_is_restored_was_suspended", condition=Q(restored_at=None) | Q(suspended_at__isnull=False)),
        ]
        indexes = [
            models.Index(name="glass_of_case", fields=["incident", "by"]),
            models.Index(name="glass_by_user", fields=["by", "-at", "-id"]),
            models.Index(name="glass_waiting", fields=["at"], condition=Q(status="waiting")),
            GinIndex(name="glass_parties", fields=["parties"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_status_display()}: {self.case_words}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:glass", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Its user, the post that reviews it, and data protection; whoever the case is kept from sees none."""
        return (Q(by_id=actor.pk) | Q(reviewer_id=actor.post_id) | Q(overseer_id=actor.post_id)) & ~Q(kept_out__contains=[actor.user_id])

    def relations_to(self, actor: Any) -> set[str]:
        """Nobody reviews himself, whatever other post he holds."""
        if actor.user_id in self.kept_out:
            return set()
        if not is_second_person(actor, self.by):
            return {"own"} if self.by_id == actor.pk else set()
        return {word for word, post in (("reviewer", self.reviewer_id), ("overseer", self.overseer_id)) if post == actor.post_id}

    @property
    def review_url(self) -> str:
        """The page on which it is looked over."""
        return reverse("incidents:review_glass", args=[self.code])

    @property
    def is_open(self) -> bool:
        """Its sixty minutes still run."""
        return clocks.now() < self.until

    @property
    def verdict_words(self) -> str:
        """How it stands, in words."""
        return str(self.get_verdict_display()) if self.verdict else _now("Chờ soát xét")
