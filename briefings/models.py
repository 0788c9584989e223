"""Where they meet: the briefing, its agenda, who came, and its conclusions with owner and day."""

import uuid
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from briefings.workflow import BRIEFING_MOVES, CONCLUSION_MOVES, BriefingStatus, ConclusionStatus
from coordination import clocks, policy
from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models import Organisation, Post, Unit
from coordination.models.organisations import OrganisationKind
from coordination.scope import ScopedManager, ScopedQuerySet
from coordination.workflow import Moving
from incidents.models import Referral


class BriefingKind(models.TextChoices):
    """The two kinds of briefing (domain/practice.md 2.10)."""

    WORKING = "working", _("Giao ban công tác, Công an chủ trì")
    COMMITTEE = "committee", _("Giao ban của UBND, Ban Chỉ đạo")


class BriefingQuerySet(ScopedQuerySet):
    """Verbs of the pages that list briefings."""

    def before(self, briefing: "Briefing") -> Self:
        """The closed ones of the same host that came earlier, the last first."""
        return self.filter(host_id=briefing.host_id, status=BriefingStatus.CLOSED).exclude(pk=briefing.pk).order_by("-meets_at", "-pk")


class Briefing(Moving, models.Model):
    """One meeting of a ward's bodies. Figures and agenda run while it is planned and stand still once it is held."""

    OPEN_TEXT = {"code", "kind", "place", "status", "root"}
    MOVES: ClassVar = BRIEFING_MOVES
    policy_name = "briefing"

    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=BriefingKind)
    school_year = models.PositiveSmallIntegerField(help_text="The year in which it began.")
    number = models.PositiveSmallIntegerField()
    chair_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    secretary_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    meets_at = models.DateTimeField()
    place = models.CharField(max_length=160)
    status = models.CharField(max_length=12, choices=BriefingStatus, default=BriefingStatus.PLANNED)
    parties = ArrayField(models.BigIntegerField(), default=list)
    figures = models.JSONField(default=dict)
    figured_at = models.DateTimeField()
    root = models.CharField(max_length=64, blank=True, help_text="The trail's newest root when the figures were frozen.")
    held_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager.from_queryset(BriefingQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["host", "school_year", "number"], name="one_briefing_per_host_year_and_number"),
            models.CheckConstraint(name="briefing_number_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(name="briefing_past_its_plan_has_its_hour", condition=Q(status="planned", held_at=None) | ~Q(status="planned") & Q(held_at__isnull=False)),
            models.CheckConstraint(name="closed_briefing_has_its_hour", condition=Q(status="closed", closed_at__isnull=False) | ~Q(status="closed") & Q(closed_at=None)),
        ]
        indexes = [
            models.Index(name="briefing_by_time", fields=["-meets_at", "-id"]),
            models.Index(name="briefing_by_host", fields=["host", "-meets_at", "-id"]),
            GinIndex(name="briefing_parties", fields=["parties"]),
        ]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        return reverse("briefings:detail", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The bodies that meet."""
        return Q(parties__contains=[actor.body_id])

    def relations_to(self, actor: Any) -> set[str]:
        """Its host, or one of those invited."""
        if self.host_id == actor.body_id:
            return {"host"}
        return {"guest"} if actor.body_id in self.parties else set()

    @property
    def words(self) -> str:
        """Its number within the school year, which is how people call it."""
        return _now("Giao ban số %(number)d, năm học %(first)d–%(last)d") % {"number": self.number, "first": self.school_year, "last": self.school_year + 1}


class BriefingPart(models.Model):
    """A child row of a briefing, walled like it."""

    briefing = models.ForeignKey(Briefing, models.CASCADE, related_name="+")

    objects = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Those of the briefings the actor sees."""
        return Exists(Briefing.objects.visible_to(actor).filter(pk=OuterRef("briefing_id")))

    def relations_to(self, actor: Any) -> set[str]:
        """As the briefing stands."""
        return self.briefing.relations_to(actor)


class Heading(models.TextChoices):
    """The headings filled from open work (domain/reporting.md 5); the names of the agenda's providers."""

    LAST_CONCLUSIONS = "last_conclusions", _("Kết luận lần trước")
    REFERRALS = "referrals", _("Vụ việc đã chuyển Công an, chưa xong")


class AgendaItem(BriefingPart):
    """One line: a code and a kind. The school's name is shown to itself, its managing body and its commune police (ground.md 33)."""

    OPEN_TEXT = {"heading", "words", "about_model", "state", "link"}

    place = models.PositiveSmallIntegerField()
    heading = models.CharField(max_length=20, choices=Heading)
    words = models.CharField(max_length=160)
    about_model = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    late = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ConclusionStatus, blank=True, help_text="How a last conclusion stood when the agenda was made.")
    own_school = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    named_to = ArrayField(models.BigIntegerField(), default=list)
    link = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["briefing", "place"], name="one_agenda_item_per_place")]

    def __str__(self) -> str:
        return self.words

    def school_for(self, actor: Any) -> str:
        """The school's name, for those who may read it here."""
        return self.own_school.called if self.own_school_id and actor.body_id in self.named_to else ""

    def link_for(self, actor: Any) -> str:
        """The way to the case, for those who may read cases and know this one."""
        return self.link if actor.body_id in self.named_to and policy.can(actor, "incident.read") else ""


class Attendance(BriefingPart):
    """Whether a body came; an absent one with its reason."""

    OPEN_TEXT: ClassVar[set[str]] = set()

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    present = models.BooleanField()
    reason = EncryptedTextField(data_class="personal")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["briefing", "body"], name="one_attendance_per_briefing_and_body")]

    def __str__(self) -> str:
        return f"{self.briefing_id} {self.body_id}"


class Conclusion(Moving, BriefingPart):
    """What was agreed, who owes it and by which day: without both it cannot be stored."""

    OPEN_TEXT = {"code", "status"}
    MOVES: ClassVar = CONCLUSION_MOVES
    policy_name = "conclusion"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    number = models.PositiveSmallIntegerField()
    text = EncryptedTextField(data_class="personal")
    owner_post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    due_on = models.DateField()
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, blank=True, related_name="+")
    named_to = ArrayField(models.BigIntegerField(), default=list, help_text="With a referral: the bodies to which the owner's school is named.")
    status = models.CharField(max_length=12, choices=ConclusionStatus, default=ConclusionStatus.AGREED)
    agreed_at = models.DateTimeField()
    carried_out_at = models.DateTimeField(null=True, blank=True)
    carried_out_note = EncryptedTextField(data_class="personal")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["briefing", "number"], name="one_conclusion_per_briefing_and_number"),
            models.CheckConstraint(name="conclusion_number_counts_from_one", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="conclusion_carried_out_has_its_hour", condition=Q(status="agreed", carried_out_at=None) | ~Q(status="agreed") & Q(carried_out_at__isnull=False)
            ),
            models.CheckConstraint(
                name="conclusion_confirmed_has_its_hour", condition=Q(status="confirmed", confirmed_at__isnull=False) | ~Q(status="confirmed") & Q(confirmed_at=None)
            ),
        ]
        indexes = [models.Index(name="conclusion_of_referral", fields=["referral"], condition=Q(referral__isnull=False))]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("briefings:conclusion", args=[self.code])

    def relations_to(self, actor: Any) -> set[str]:
        """As the briefing stands; and its owner's office, where the deputy may act for the head."""
        owner = self.owner_post.organisation.body_id
        return self.briefing.relations_to(actor) | ({"own"} if owner == actor.body_id else set())

    @property
    def is_late(self) -> bool:
        """Its day has passed and its owner has said nothing."""
        return self.status == ConclusionStatus.AGREED and self.due_on < clocks.today()

    @property
    def duty_words(self) -> str:
        """What an inbox and a notice may say."""
        return _now("Kết luận %(number)d · %(briefing)s") % {"number": self.number, "briefing": self.briefing.words}

    def owner_words(self, actor: Any) -> str:
        """The owner's post; beside the code of a case a school is named as in the agenda (ground.md 33)."""
        body = self.owner_post.organisation
        if self.referral_id and body.kind == OrganisationKind.SCHOOL and actor.body_id not in {body.pk, *self.named_to}:
            return _now("Nhà trường có liên quan")
        return str(self.owner_post)
