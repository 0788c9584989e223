"""The case: what happened, where, when, how bad; its calls, full report and addenda."""

import uuid
from typing import Any, ClassVar, Self

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models import Appointment, Organisation, Role, Unit
from coordination.models.people import ASKING_ROLES, POLICE_ROLES, RULING_ROLES, SCHOOL_ROLES
from coordination.scope import ScopedManager, ScopedQuerySet
from coordination.workflow import Moving
from incidents.models.taxonomy import Kind, Severity
from incidents.workflow import INCIDENT_MOVES, EndedHow, IncidentStatus, ReferralStatus


class PlaceKind(models.TextChoices):
    """Where, in five words (domain/practice.md 4)."""

    IN_SCHOOL = "in_school", _("Trong trường")
    GATE = "gate", _("Cổng trường")
    ROUTE = "route", _("Đường đi học, xe đưa đón")
    ELSEWHERE = "elsewhere", _("Nơi khác")
    ONLINE = "online", _("Trên mạng")


class Origin(models.TextChoices):
    """Who told first. What others found is said neutrally (domain/practice.md 2.7); a call that the duty desk wrote down is the school's own first word (2.2)."""

    SCHOOL = "school", _("Nhà trường báo")
    CALL = "call", _("Báo qua điện thoại, trực ban ghi")
    POLICE = "police", _("Công an thông báo")


HEADS_UP = (Severity.S3, Severity.S4)
SENT = ~Q(spoken_code="")  # it left the draft: also when it was withdrawn or merged later


class IncidentQuerySet(ScopedQuerySet):
    """Verbs of the pages that list cases."""

    def reported(self) -> Self:
        """Past the draft, and neither withdrawn nor merged: what figures count."""
        return self.filter(status__in=(IncidentStatus.SUBMITTED, IncidentStatus.CLOSED))

    def happened_between(self, start: Any, end: Any) -> Self:
        """By the instant of the event, half-open."""
        return self.filter(occurred_at__gte=start, occurred_at__lt=end)

    def for_list(self) -> Self:
        """What a row shows, in one query, with the state of the latest referral; sealed columns stay closed."""
        referrals = apps.get_model("incidents", "Referral").objects.unscoped("the state of a case already in scope").filter(incident=OuterRef("pk"))
        latest = Subquery(referrals.order_by("-sent_at", "-pk").values("status")[:1])
        passed_on = Subquery(referrals.filter(status=ReferralStatus.FORWARDED).values("pk")[:1])  # as Exists, PostgreSQL would hash every referral there is
        return self.select_related("kind", "school").defer("summary", "place_detail").annotate(referral_status=latest, passed_on=passed_on)


class Incident(Moving, models.Model):
    """One event. Place (`commune`, `province`) is as it was that day; `jurisdiction` is who answers now (ground.md 13)."""

    OPEN_TEXT = {"code", "spoken_code", "status", "origin", "severity", "place_kind", "closed_how", "content_hash"}
    MOVES: ClassVar = INCIDENT_MOVES
    policy_name = "incident"

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    spoken_code = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=12, choices=IncidentStatus, default=IncidentStatus.DRAFT)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.SCHOOL)
    stand_in = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="+", help_text="In a conflict: who acts for the school, because its leadership is concerned."
    )
    kept_out = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="Users from whom the case is kept, wherever they sit.")
    untold = models.BooleanField(default=False, help_text="Kept apart because the deputy chose not to tell the head of a restricted case; he may be told later.")
    key = models.UUIDField(help_text="Made with the form: a doubled press files once.")
    content_hash = models.CharField(max_length=64, blank=True)
    author = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    school = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    jurisdiction = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    department = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    commune = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    province = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    parties = ArrayField(models.BigIntegerField(), default=list, help_text="Every body that may see the case: the wall in the database.")
    kind = models.ForeignKey(Kind, models.PROTECT, null=True, blank=True, related_name="+")
    severity = models.CharField(max_length=2, choices=Severity, blank=True)
    restricted = models.BooleanField(default=False)
    occurred_at = models.DateTimeField(null=True, blank=True)
    place_kind = models.CharField(max_length=12, choices=PlaceKind, blank=True)
    place_detail = EncryptedTextField(data_class="child")
    summary = EncryptedTextField(data_class="child")
    created_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True, help_text="When the managing body said that it has read the case.")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_how = models.CharField(max_length=12, choices=EndedHow, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When it was withdrawn or merged.")
    ended_reason = EncryptedTextField(data_class="child")

    objects = ScopedManager.from_queryset(IncidentQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="one_case_per_form"),
            models.UniqueConstraint(fields=["commune", "spoken_code"], condition=~Q(spoken_code=""), name="spoken_code_once"),
            models.CheckConstraint(
                name="submitted_case_has_the_five_answers",
                condition=Q(status__in=("draft", "withdrawn"))
                | Q(kind__isnull=False, occurred_at__isnull=False, filed_at__isnull=False) & ~Q(severity="") & ~Q(place_kind="") & ~Q(spoken_code=""),
            ),
            models.CheckConstraint(name="closed_case_has_its_hour", condition=Q(status="closed", closed_at__isnull=False) | ~Q(status="closed") & Q(closed_at=None)),
            models.CheckConstraint(
                name="merged_case_names_another", condition=Q(status="merged", merged_into__isnull=False, ended_at__isnull=False) & ~Q(merged_into=F("pk")) | ~Q(status="merged") & Q(merged_into=None)
            ),
            models.CheckConstraint(name="people_are_kept_out_of_conflicts_alone", condition=Q(kept_out=[]) | Q(stand_in__isnull=False)),
            models.CheckConstraint(name="untold_is_kept_apart", condition=Q(untold=False) | Q(stand_in__isnull=False)),
        ]
        indexes = [
            models.Index(name="incident_by_school", fields=["school", "-created_at", "-id"]),
            models.Index(name="incident_by_jurisdiction", fields=["jurisdiction", "-created_at", "-id"]),
            models.Index(name="incident_by_department", fields=["department", "-created_at", "-id"]),
            models.Index(name="incident_by_commune_and_day", fields=["commune", "occurred_at", "kind"]),
            models.Index(name="incident_by_province_and_day", fields=["province", "occurred_at", "kind"]),
            models.Index(name="incident_merged_into", fields=["merged_into"], condition=Q(merged_into__isnull=False)),
            GinIndex(name="incident_parties", fields=["parties"]),
        ]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Before a case is flagged: the school's posts and its managing body; police through a referral; the Sở for s3 and s4.

        A draft is its author's alone. A case in conflict is, inside the school, for who stands in alone; and the people kept out see it from no post.
        """
        return scope_of_role(actor) & ~Q(kept_out__contains=[actor.user_id])

    @property
    def origin_words(self) -> str:
        """Where it came from, in neutral words; a managing body that filed in the school's place is said (practice.md 2.3)."""
        instead = self.origin == Origin.SCHOOL and self.author.post.organisation_id != self.school_id
        return _now("Báo thay nhà trường") if instead else str(self.get_origin_display())

    def relations_to(self, actor: Any) -> set[str]:
        """How the actor stands to the case; the policy reads nothing else. Who is kept out stands nowhere."""
        found = set()
        if actor.user_id in self.kept_out:
            return found
        if self.author_id == actor.pk and self.author_id:
            found.add("own")
        if self.stand_in_id and (self.stand_in_id == actor.pk or self.jurisdiction_id == actor.body_id):
            found.add("stand_in")
        if actor.role in SCHOOL_ROLES:
            if self.school_id == actor.body_id and (not self.stand_in_id or "stand_in" in found):
                apart = self.restricted and actor.role != Role.PRINCIPAL and not found
                found.add("colleague" if apart else "school")
        elif actor.role in POLICE_ROLES:
            found |= police_standing(self, actor)
        elif self.jurisdiction_id == actor.body_id:
            found.add("managing")
        elif self.department_id == actor.body_id and self.severity in HEADS_UP:
            found.add("department")
        if actor.role in RULING_ROLES and put_before(actor.body_id).filter(incident=self).exists():
            found.add("ruler")
        if actor.role in ASKING_ROLES and granted_to(actor).filter(incident=self).exists():
            found.add("granted")
        return found

    @property
    def page_code(self) -> str:
        """The code of the page where its duties are discharged."""
        return self.code

    @property
    def is_live(self) -> bool:
        """Sent, and neither withdrawn nor merged: it may still be added to."""
        return self.status in (IncidentStatus.SUBMITTED, IncidentStatus.CLOSED)

    @property
    def shut_bodies(self) -> set[int]:
        """Bodies in whose inboxes nothing of the case may lie: in a conflict, the school's."""
        return {self.school_id} if self.stand_in_id else set()

    @property
    def kind_words(self) -> str:
        """The kind, or that it is restricted."""
        if self.restricted:
            return _now("Hồ sơ hạn chế")
        return self.kind.words if self.kind_id else _now("Chưa chọn loại")

    @property
    def duty_words(self) -> str:
        """What an inbox, a notice and an agenda may say: a code and a kind."""
        return f"{self.spoken_code or _now('Bản nháp')} · {self.kind_words}"


def scope_of_role(actor: Any) -> Q:
    """Which cases a role sees, before anybody is kept out by name."""
    written = SENT | Q(status=IncidentStatus.DRAFT, author_id=actor.pk)
    if actor.role in SCHOOL_ROLES:
        return Q(school_id=actor.body_id) & written & (Q(stand_in=None) | Q(stand_in_id=actor.pk))
    if actor.role in POLICE_ROLES:
        return Q(Exists(referrals_to(actor.body_id).filter(incident=OuterRef("pk"))))
    if actor.role in (Role.DOET_OFFICER, Role.DOET_LEADER):
        asked = Q(Exists(put_before(actor.body_id).filter(incident=OuterRef("pk")))) if actor.role in RULING_ROLES else Q(pk__in=[])
        return written & Q(department_id=actor.body_id) & (Q(jurisdiction_id=actor.body_id) | Q(severity__in=HEADS_UP) | asked)
    if actor.role == Role.CHILD_PROTECTION:
        return written & (Q(jurisdiction_id=actor.body_id) | Q(department_id=actor.body_id, severity__in=HEADS_UP))
    if actor.role in (Role.COMMUNE_EDUCATION, Role.COMMUNE_LEADER):
        return written & Q(jurisdiction_id=actor.body_id)
    return Q(pk__in=[])


def referrals_to(body_id: int) -> Any:
    """Referrals through which a police body reads: those it has not passed on, and the copy that the school's commune police keeps."""
    sent = apps.get_model("incidents", "Referral").objects.unscoped("the filter of the incident's own scope").filter(to_org_id=body_id)
    return sent.filter(~Q(status=ReferralStatus.FORWARDED) | Q(keeps_copy=True))


def police_standing(incident: Incident, actor: Any) -> set[str]:
    """How a police officer stands to a case: it is at his body, perhaps in his own hands; or his body passed it on and keeps a copy."""
    found = list(referrals_to(actor.body_id).filter(incident=incident).values_list("status", "handler_id"))
    handlers = {handler for status, handler in found if status != ReferralStatus.FORWARDED}
    if handlers:
        return {"referred", "handler"} if actor.pk in handlers else {"referred"}
    return {"copy"} if found else set()


def put_before(body_id: int) -> Any:
    """Referrals on which a body was asked to rule."""
    return apps.get_model("incidents", "Referral").objects.unscoped("the filter of the incident's own scope").filter(ruling_body_id=body_id)


def granted_to(actor: Any) -> Any:
    """Requests of this appointment that were granted and still run."""
    asked = apps.get_model("incidents", "IdentityRequest").objects.unscoped("how its asker stands to a case already in scope")
    return asked.filter(by_id=actor.pk, status="granted", until__gt=clocks.now())


class CasePart(models.Model):
    """A child row of a case: reached only through a case already in scope; walled in the database by its case."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        abstract = True

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Those of the cases the actor sees."""
        return Exists(Incident.objects.visible_to(actor).filter(pk=OuterRef("incident_id")))

    def relations_to(self, actor: Any) -> set[str]:
        """As the case stands."""
        return self.incident.relations_to(actor)


class Called(models.TextChoices):
    """Whom one rings first (domain/practice.md 2.2)."""

    POLICE_113 = "113", _("113 Công an")
    FIRE_114 = "114", _("114 Cháy, cứu nạn")
    AMBULANCE_115 = "115", _("115 Cấp cứu")
    CHILD_111 = "111", _("111 Bảo vệ trẻ em")
    DUTY_DESK = "duty_desk", _("Trực ban Công an")
    FAMILY = "family", _("Cha mẹ, người giám hộ")
    MANAGING = "managing", _("Cấp quản lý")


class PhoneCall(CasePart):
    """Whom the school rang, and at what hour: the first word, which stops that clock."""

    OPEN_TEXT = {"called"}

    called = models.CharField(max_length=12, choices=Called)
    called_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_called_display()


class SessionOfDay(models.TextChoices):
    """Buổi: when in the school's day."""

    CLASS = "class", _("Giờ học")
    BREAK = "break", _("Giờ ra chơi")
    AFTER = "after", _("Giờ đến trường, tan học")
    BOARDING = "boarding", _("Giờ bán trú, nội trú")
    OUTSIDE = "outside", _("Ngoài giờ")


class Handling(models.TextChoices):
    """What the school itself did: the rows of Appendix II on the school's side."""

    AT_SCHOOL = "at_school", _("Nhà trường đã giải quyết")
    COUNSELLING = "counselling", _("Tư vấn, hỗ trợ học sinh")
    WITH_POLICE = "with_police", _("Phối hợp Công an giải quyết")
    ONGOING = "ongoing", _("Đang giải quyết")


class FullReport(CasePart):
    """Báo cáo đầy đủ: the counts of Appendix I and the story, written once; afterwards there are addenda."""

    OPEN_TEXT = {"session", "handling"}

    session = models.CharField(max_length=12, choices=SessionOfDay)
    handling = models.CharField(max_length=16, choices=Handling)
    pupils = models.PositiveSmallIntegerField()
    pupils_female = models.PositiveSmallIntegerField()
    victims_under_16 = models.PositiveSmallIntegerField()
    injured = models.PositiveSmallIntegerField()
    deaths = models.PositiveSmallIntegerField()
    family_told_at = models.DateTimeField(null=True, blank=True)
    family_not_told_reason = EncryptedTextField(data_class="child")
    in_press = models.BooleanField(default=False)
    narrative = EncryptedTextField(data_class="child")
    measures = EncryptedTextField(data_class="child")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident"], name="one_full_report_per_case"),
            models.CheckConstraint(name="female_pupils_are_among_the_pupils", condition=Q(pupils_female__lte=F("pupils"))),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}"


class Addendum(CasePart):
    """Something added or corrected after sending; the first words stay as they were."""

    OPEN_TEXT: ClassVar[set[str]] = set()

    text = EncryptedTextField(data_class="child")

    def __str__(self) -> str:
        return f"{self.incident_id}"
