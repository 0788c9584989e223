"""Users, posts and appointments: work belongs to a post, people hold posts from a day to a day (ground.md 1)."""

from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.codes import new_code
from coordination.models.organisations import POLICE_KINDS, Organisation


class Role(models.TextChoices):
    """Roles of domain/organisations.md 6 with the words of domain/practice.md; each is one column of the policy."""

    PRINCIPAL = "principal", _("Hiệu trưởng")
    SCHOOL_OFFICER = "school_officer", _("Phó Hiệu trưởng phụ trách an ninh, an toàn")
    COUNSELLOR = "school_counsellor", _("Tư vấn học đường")
    COMMUNE_OFFICER = "commune_police_officer", _("Trực ban Công an")
    COMMUNE_CHIEF = "commune_police_chief", _("Trưởng Công an")
    PROVINCE_POLICE = "province_police_reviewer", _("Cán bộ phòng nghiệp vụ Công an")
    PROVINCE_POLICE_HEAD = "province_police_head", _("Lãnh đạo phòng nghiệp vụ Công an")
    COMMUNE_EDUCATION = "commune_education_officer", _("Chuyên viên Phòng Văn hóa - Xã hội")
    COMMUNE_LEADER = "commune_leader", _("Lãnh đạo UBND")
    DOET_OFFICER = "doet_officer", _("Chuyên viên Sở")
    DOET_LEADER = "doet_leader", _("Lãnh đạo Sở")
    CHILD_PROTECTION = "child_protection_officer", _("Đầu mối bảo vệ trẻ em")
    CLERK = "clerk", _("Văn thư")
    DPO = "dpo", _("Bộ phận bảo vệ dữ liệu cá nhân")
    SYSADMIN = "sysadmin", _("Quản trị hệ thống")


SCHOOL_ROLES = frozenset({Role.PRINCIPAL, Role.SCHOOL_OFFICER, Role.COUNSELLOR})
POLICE_ROLES = frozenset({Role.COMMUNE_OFFICER, Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE, Role.PROVINCE_POLICE_HEAD})
# Posts that nobody gives alone (security.md 3.2 D), and the two that watch over the others.
SECOND_PERSON_ROLES = POLICE_ROLES | {Role.CHILD_PROTECTION, Role.SYSADMIN, Role.DPO}
RULING_ROLES = frozenset({Role.COMMUNE_LEADER, Role.DOET_LEADER})
ASKING_ROLES = frozenset({Role.COMMUNE_EDUCATION, Role.DOET_OFFICER})  # who asks another person of the office before seeing a name (security.md 3.2)
# Who answers for a unit's staff: hands its work over, proposes its appointments.
HEADS_OF_UNITS = frozenset({Role.PRINCIPAL, Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE_HEAD, Role.COMMUNE_LEADER, Role.DOET_LEADER})
HEAD_ROLES = {"school": Role.PRINCIPAL, "commune_police": Role.COMMUNE_OFFICER, "police_department": Role.PROVINCE_POLICE, "commune_pc": Role.COMMUNE_LEADER, "culture_society_office": Role.COMMUNE_EDUCATION, "doet": Role.DOET_OFFICER, "province_police": Role.PROVINCE_POLICE}


class UserManager(BaseUserManager):
    """Users are made by invitation or by the demo loader, never by signing up."""

    def create_user(self, username: str, password: str | None = None, email: str = "") -> "User":
        """A user who can sign in; what he may do comes from his appointments alone."""
        user = self.model(username=username, email=email)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def visible_to(self, actor: Any) -> Any:
        """Whoever holds or held a post in the reach of an administrator; the data protection officer reads along (security.md 3.2 D)."""
        if actor.is_system:
            return self.all()
        if actor.role not in (Role.SYSADMIN, Role.DPO):
            return self.none()
        return self.filter(Exists(Appointment.objects.filter(user=OuterRef("pk"), post__organisation__in=Organisation.objects.filter(administered_by(actor)))))


class Suspension(models.TextChoices):
    """Why an account is shut; people choose one of the first three."""

    LEFT = "left", _("Nghỉ việc, chuyển công tác")
    ABSENT = "absent", _("Nghỉ dài ngày")
    DANGER = "danger", _("Nghi lộ mật khẩu, mất thiết bị")
    IDLE = "idle", _("Không dùng trong 45 ngày")


class User(AbstractBaseUser):
    """A person's key to the door. No name is kept: people appear as their posts."""

    OPEN_TEXT = {"code", "username", "email", "password", "suspension"}

    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    username = models.CharField(max_length=80, unique=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    active_since = models.DateTimeField(default=clocks.now, help_text="Made, opened or reopened: idleness counts from here or from the last sign-in.")
    warned_at = models.DateTimeField(null=True, blank=True, help_text="When the holder was told that the account will be shut for idleness.")
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspension = models.CharField(max_length=8, choices=Suspension, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    def __str__(self) -> str:
        return self.username

    def get_absolute_url(self) -> str:
        """Where the holder finds what concerns him; an administrator's page of an account has an address of its own."""
        return reverse("coordination:home")

    @property
    def duty_words(self) -> str:
        """What a notice may say."""
        return self.username

    @property
    def is_open(self) -> bool:
        """Whether the holder has set a password: before that an invitation is the only way in."""
        return self.has_usable_password()

    def relations_to(self, actor: Any) -> set[str]:
        """Nobody keeps his own account (security.md 3.2 D); whose account is in reach was decided by `visible_to`.

        An account that also holds a watched post elsewhere is kept there: here it can be shut, and its post here ended, and nothing opened.
        """
        if self.pk == actor.user_id:
            return {"own"}
        watched = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=clocks.today()), user=self.pk, post__role__in=SECOND_PERSON_ROLES)
        elsewhere = watched.exclude(post__organisation__in=Organisation.objects.filter(administered_by(actor)))
        return {"reached"} if elsewhere.exists() else {"administered"}


class Post(models.Model):
    """A seat: an organisation and a role. Queues, duties, notices and rights hang here."""

    OPEN_TEXT = {"role"}

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="posts")
    role = models.CharField(max_length=40, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "role"], name="one_post_per_organisation_and_role")]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.organisation.called}"

    @classmethod
    def head_of(cls, organisation: Organisation) -> "Post":
        """The post that owes an office's duties unless another is named (ground.md 16)."""
        return cls.objects.get_or_create(organisation=organisation, role=HEAD_ROLES[organisation.kind])[0]


class AppointmentQuerySet(models.QuerySet):
    """Who holds what, when."""

    def held_on(self, day: date) -> Self:
        """Appointments in force on a day (half-open) of people who may sign in; today those that ended at an hour are over from that hour on."""
        instant = clocks.now() if day == clocks.today() else clocks.midnight(day)
        return self.filter(Q(ends_on=None) | Q(ends_on__gt=day), Q(ends_at=None) | Q(ends_at__gt=instant), starts_on__lte=day, user__is_active=True)

    def with_post(self) -> Self:
        """Everything a page header and the policy read, in one query."""
        return self.select_related("user", "post__organisation__unit__parent", "post__organisation__parent", "post__organisation__school")


class Appointment(models.Model):
    """The actor of everything: a person in a post, from a day to a day."""

    class Kind(models.TextChoices):
        OFFICIAL = "official", _("Chính thức")
        ACTING = "acting", _("Quyền, ủy quyền")
        DUTY = "duty", _("Trực")

    OPEN_TEXT = {"kind"}
    is_system = False

    user = models.ForeignKey(User, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OFFICIAL)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day on which it is over.")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="The instant from which it is over, when that is not midnight; `ends_on` is then the day after.")
    handed_back_at = models.DateTimeField(null=True, blank=True, help_text="When what he handled went back to the post, after the end.")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="appointment_ends_after_it_starts", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(name="appointment_that_ends_at_an_hour_ends_on_a_day", condition=Q(ends_at=None) | Q(ends_on__isnull=False)),
            models.UniqueConstraint(fields=["user", "post", "starts_on"], name="one_appointment_per_user_post_and_start"),
        ]
        indexes = [models.Index(name="appointment_to_hand_back", fields=["ends_on"], condition=Q(ends_on__isnull=False, handed_back_at=None))]

    def __str__(self) -> str:
        return str(self.post)

    @property
    def role(self) -> str:
        """The policy's column."""
        return self.post.role

    @property
    def organisation(self) -> Organisation:
        """Where the post stands."""
        return self.post.organisation

    @property
    def body_id(self) -> int:
        """The body whose rows the actor may see."""
        return self.post.organisation.body_id

    @property
    def is_police(self) -> bool:
        """Whether PostgreSQL gives him the police role."""
        return self.role in POLICE_ROLES

    @property
    def is_school(self) -> bool:
        """Whether he stands on a school's side."""
        return self.role in SCHOOL_ROLES

    @property
    def post_label(self) -> str:
        """The words of his post."""
        return self.post.get_role_display()

    @property
    def organisation_name(self) -> str:
        """The words of his unit."""
        return self.organisation.called


def is_second_person(actor: Any, first: Appointment | None) -> bool:
    """Maker and checker are two people, whatever posts they hold: somebody acted first, and it was not this person (security.md 3.2 D)."""
    return first is not None and first.user_id != actor.user_id


def place_of(actor: Any) -> Q:
    """The bodies in the province, or in the commune, of an actor's own body; everywhere for one that stands over all."""
    unit = actor.organisation.unit_id
    return Q(unit=unit) | Q(unit__parent=unit) if unit else Q()


def administered_by(actor: Any) -> Q:
    """The bodies whose accounts an administrator keeps: of his province and his side, police or not; of the other side while it has no administrator of its own."""
    here, police = place_of(actor), actor.organisation.is_police
    if actor.role != Role.SYSADMIN:
        return here
    others = Organisation.objects.filter(here, Q(kind__in=POLICE_KINDS) if not police else ~Q(kind__in=POLICE_KINDS))
    if Appointment.objects.held_on(clocks.today()).filter(post__role=Role.SYSADMIN, post__organisation__in=others).exists():
        return here & (Q(kind__in=POLICE_KINDS) if police else ~Q(kind__in=POLICE_KINDS))
    return here


class SystemActor:
    """The actor of clocks, loops and workers. Not a post, never signed in."""

    is_system = True
    is_police = is_school = False
    pk = id = None
    role = "service"
    body_id = None
    post_label = _("Hệ thống")
    organisation_name = ""

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, SystemActor)

    def __hash__(self) -> int:
        return hash(SystemActor)


SYSTEM = SystemActor()
