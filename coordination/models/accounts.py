"""The life of an account: requests that give access and need two people, one-time codes, the half-yearly review (security.md 2.4 rows 6 and 54, 3.2 D)."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coordination.codes import new_code
from coordination.models.organisations import POLICE_KINDS
from coordination.models.people import HEADS_OF_UNITS, SECOND_PERSON_ROLES, Appointment, Post, Role, User, is_second_person
from coordination.scope import ScopedManager
from coordination.workflow import Move, Moving


class RequestKind(models.TextChoices):
    """What is asked: each of them gives access to somebody."""

    APPOINT = "appoint", _("Giao vị trí công tác")
    RESET = "reset", _("Cấp lại mật khẩu, bước xác thực thứ hai")
    REOPEN = "reopen", _("Mở lại tài khoản")


class RequestStatus(models.TextChoices):
    """Where a request stands."""

    ASKED = "asked", _("Chờ quản trị duyệt")
    APPROVED = "approved", _("Chờ người thứ hai xác nhận")
    DONE = "done", _("Đã thực hiện")
    REFUSED = "refused", _("Không chấp thuận")
    WITHDRAWN = "withdrawn", _("Người đề nghị rút")


WAITING = (RequestStatus.ASKED, RequestStatus.APPROVED)


class AccountRequest(Moving, models.Model):
    """One request about one account, in the sight of whoever asks, of whom it is about, of the administrators and of the heads who may confirm."""

    OPEN_TEXT = {"code", "kind", "username", "email", "reason", "refusal", "status"}
    MOVES: ClassVar = {
        "approve": Move({RequestStatus.ASKED}, RequestStatus.APPROVED, needs=["approved_by", "approved_at"], label=_("Duyệt đề nghị về tài khoản")),
        "confirm": Move({RequestStatus.APPROVED}, RequestStatus.DONE, needs=["confirmed_by", "ended_at"], label=_("Xác nhận là người thứ hai")),
        "finish": Move({RequestStatus.APPROVED}, RequestStatus.DONE, needs=["ended_at"], label=_("Thực hiện đề nghị đã duyệt")),
        "refuse": Move(set(WAITING), RequestStatus.REFUSED, needs=["refusal", "ended_at"], label=_("Không chấp thuận đề nghị")),
        "withdraw": Move(set(WAITING), RequestStatus.WITHDRAWN, needs=["ended_at"], label=_("Rút đề nghị")),
    }
    policy_name = "account_request"

    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=8, choices=RequestKind)
    username = models.CharField(max_length=80)
    email = models.EmailField(blank=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty while the account is not made yet.")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    asked_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.ASKED)
    parties = ArrayField(models.BigIntegerField(), default=list, help_text="The unit, those above it, the administrators' bodies: the wall in the database.")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="account_request_is_over_when_it_has_an_end", condition=Q(status__in=("asked", "approved"), ended_at=None) | ~Q(status__in=("asked", "approved")) & Q(ended_at__isnull=False)),
            models.CheckConstraint(name="account_request_is_not_confirmed_by_who_approved_it", condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("approved_by"))),
            models.UniqueConstraint(name="one_waiting_request_per_account_and_post", fields=["kind", "username", "post"], condition=Q(status__in=("asked", "approved"))),
        ]
        indexes = [models.Index(name="account_request_by_time", fields=["-asked_at", "-id"]), GinIndex(name="account_request_parties", fields=["parties"])]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("coordination:account_request", args=[self.code])

    @property
    def duty_words(self) -> str:
        """What a notice may say: the account and what is asked."""
        return f"{self.username} · {self.get_kind_display()}"

    @property
    def needs_second(self) -> bool:
        """Whether one administrator is not enough: every reset, and every way to a post that sees cases of the police or guards the others."""
        return self.kind == RequestKind.RESET or self.post.role in SECOND_PERSON_ROLES

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """One's own requests and those about oneself; an administrator's; those a head of the same side may confirm."""
        mine = Q(asked_by_id=actor.pk) | Q(user_id=actor.user_id)
        here = Q(parties__contains=[actor.body_id])
        if actor.role == Role.SYSADMIN:
            return mine | here
        if actor.role not in HEADS_OF_UNITS:
            return mine
        police = Q(post__organisation__kind__in=POLICE_KINDS)
        return mine | here & (police if actor.is_police else ~police)

    def relations_to(self, actor: Any) -> set[str]:
        """Whoever asked, whom it is about, who decides, and who may be the second person: never the holder, never the one who approved."""
        found = {"own"} if self.asked_by_id == actor.pk else set()
        if self.is_about(actor):
            return found | {"holder"}
        if actor.role == Role.SYSADMIN or actor.role in HEADS_OF_UNITS and actor.is_police == self.post.organisation.is_police:
            found |= {"office"} | ({"confirmer"} if is_second_person(actor, self.approved_by) else set())
        return found

    def is_about(self, actor: Any) -> bool:
        """Whether it would give access to the actor himself."""
        return self.user_id == actor.user_id or self.username == actor.user.username


class Invitation(models.Model):
    """A one-time code by which the holder of a post sets his password. Only its hash is kept, and it opens one account once."""

    OPEN_TEXT = {"code_hash"}

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    post = models.ForeignKey(Post, models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=128)
    made_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(name="invitation_of_user", fields=["user", "-made_at"])]

    def __str__(self) -> str:
        return f"invitation of {self.user_id}"

    def get_absolute_url(self) -> str:
        return reverse("coordination:invitation")

    @property
    def duty_words(self) -> str:
        """What its mail may say: the account. The code goes another way."""
        return self.user.username


class AccountReview(models.Model):
    """That an administrator went through the list of accounts, which the law asks for every six months (domain/privacy.md 4)."""

    OPEN_TEXT: set[str] = set()

    by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField()
    accounts = models.PositiveIntegerField()
    parties = ArrayField(models.BigIntegerField(), default=list, help_text="The administrator's body: the wall in the database.")

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(name="account_review_by_time", fields=["-reviewed_at", "-id"])]

    def __str__(self) -> str:
        return f"review of {self.accounts} accounts"

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Those of the administrator's own body."""
        return Q(parties__contains=[actor.body_id]) if actor.role in (Role.SYSADMIN, Role.DPO) else Q(pk__in=[])

    def relations_to(self, actor: Any) -> set[str]:
        """Whether an administrator of the actor's own body made it."""
        return {"province"} if actor.body_id in self.parties else set()
