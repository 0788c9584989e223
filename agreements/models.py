"""What was promised: agreements between bodies, their parties with the role of each, and the tree they form (AGR-1, AGR-2)."""

from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import ExtractYear
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agreements.rules import SOON, Standing, standing
from agreements.workflow import AGREEMENT_MOVES, AgreementStatus
from coordination import clocks
from coordination.codes import new_code
from coordination.models import Organisation, Unit
from coordination.scope import ScopedManager, ScopedQuerySet
from coordination.workflow import Moving

VIETNAMESE = "vi-x-icu"


class AgreementKind(models.TextChoices):
    """Kinds of paper by which bodies promise to work together (domain/glossary.md 1-4, 17, 18, 97)."""

    REGULATION = "regulation", _("Quy chế phối hợp")
    PROGRAMME = "programme", _("Chương trình phối hợp")
    JOINT_PLAN = "joint_plan", _("Kế hoạch phối hợp")
    JOINT_SIGNING = "joint_signing", _("Ký kết liên tịch")
    DIRECTIVE = "directive", _("Chỉ thị")
    PLAN = "plan", _("Kế hoạch")
    LETTER = "letter", _("Công văn")
    MODEL = "model", _("Mô hình")


JOINT_KINDS = frozenset({AgreementKind.REGULATION, AgreementKind.PROGRAMME, AgreementKind.JOINT_PLAN, AgreementKind.JOINT_SIGNING})


def stands(wanted: Standing, day: date) -> Q:
    """The same question as `agreements.rules.standing`, asked of the database."""
    over = Q(ended_on__lte=day)
    running = ~Q(status=AgreementStatus.DRAFT) & ~over
    begun = running & Q(starts_on__lte=day)
    past = Q(ends_on__lt=day)
    soon = Q(ends_on__lte=day + SOON) | Q(ended_on__lte=day + SOON + clocks.ONE_DAY)
    return {
        Standing.DRAFT: Q(status=AgreementStatus.DRAFT),
        Standing.NOT_YET: running & Q(starts_on__gt=day),
        Standing.IN_FORCE: begun & ~past & ~soon,
        Standing.EXPIRING: begun & ~past & soon,
        Standing.EXPIRED: begun & past | over & Q(status=AgreementStatus.TERMINATED),
        Standing.REPLACED: over & Q(status=AgreementStatus.REPLACED),
    }[wanted]


class AgreementQuerySet(ScopedQuerySet):
    """Verbs of the pages that list agreements."""

    def standing(self, *wanted: Standing, day: date) -> Self:
        """Those that stand in one of these ways on a day."""
        found = Q()
        for each in wanted:
            found |= stands(each, day)
        return self.filter(found)

    def signed(self) -> Self:
        """Everything past its draft."""
        return self.exclude(status=AgreementStatus.DRAFT)

    def for_list(self) -> Self:
        """What a row shows, in one query."""
        return self.select_related("issuer", "unit")


class Agreement(Moving, models.Model):
    """One paper. `parties` are the bodies that may see it; who promised what to whom stands in AgreementParty.

    A draft is seen by those who will sign it; a signed one also by their superiors, by the schools of a commune whose People's
    Committee signs for all of them, and, when public, by everybody.
    """

    OPEN_TEXT = {"code", "kind", "number", "symbol", "title", "legal_bases", "status", "ending_note", "folded"}
    MOVES: ClassVar = AGREEMENT_MOVES
    policy_name = "agreement"

    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=16, choices=AgreementKind)
    number = models.CharField(max_length=11, blank=True, help_text="As it stands on the paper; from the book of the issuer.")
    symbol = models.CharField(max_length=30, blank=True, help_text="Fixed by the bodies, never derived from their names (domain/document_format.md 5).")
    title = models.CharField(max_length=500, db_collation=VIETNAMESE)
    issuer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The body that drafts, numbers and keeps the paper.")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", help_text="The area; empty for the whole country.")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", help_text="The paper that this one carries out.")
    legal_bases = models.TextField(blank=True, help_text="One in each line.")
    public = models.BooleanField(default=False, help_text="Once signed, every body may read it.")
    signed_on = models.DateField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True, help_text="May lie before the day of signing; the day of signing when the paper names none.")
    ends_on = models.DateField(null=True, blank=True, help_text="The last day of the term; empty when open.")
    ended_on = models.DateField(null=True, blank=True, help_text="The first day after a decision or a successor took it away.")
    ending_note = models.CharField(max_length=300, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=12, choices=AgreementStatus, default=AgreementStatus.DRAFT)
    drafted_at = models.DateTimeField()
    listed_at = models.DateTimeField(help_text="When it was drafted; once signed, the day of signing: the order of the register.")
    parties = ArrayField(models.BigIntegerField(), default=list)
    folded = models.TextField(editable=False, help_text="Number, symbol, title, area and parties without marks, for the search.")

    objects = ScopedManager.from_queryset(AgreementQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(name="agreement_ends_after_it_begins", condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(
                name="agreement_draft_has_no_number_and_no_date",
                condition=Q(status="draft", number="", signed_on=None) | ~Q(status="draft") & Q(signed_on__isnull=False, starts_on__isnull=False),
            ),
            models.CheckConstraint(name="agreement_signed_has_number_and_symbol_together", condition=Q(status="draft") | Q(number="", symbol="") | ~Q(number="") & ~Q(symbol="")),
            models.CheckConstraint(
                name="agreement_ended_has_its_day", condition=Q(status__in=["draft", "signed"], ended_on=None) | Q(status__in=["terminated", "replaced"], ended_on__isnull=False)
            ),
            models.CheckConstraint(name="agreement_replaced_names_its_successor", condition=Q(status="replaced", replaced_by__isnull=False) | ~Q(status="replaced") & Q(replaced_by=None)),
            models.CheckConstraint(name="agreement_is_not_its_own_parent", condition=Q(parent=None) | ~Q(parent=F("id"))),
            models.UniqueConstraint("issuer", "number", "symbol", ExtractYear("signed_on"), name="agreement_number_once_per_issuer_and_year", condition=~Q(number="")),
        ]
        indexes = [
            models.Index(name="agreement_by_time", fields=["-listed_at", "-id"]),
            models.Index(name="agreement_by_parent", fields=["parent"]),
            GinIndex(name="agreement_parties", fields=["parties"]),
            GinIndex(name="agreement_folded_search", fields=["folded"], opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        return reverse("agreements:detail", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The bodies it concerns; a public one, once signed, everybody."""
        return Q(parties__contains=[actor.body_id]) | Q(public=True) & ~Q(status=AgreementStatus.DRAFT)

    def relations_to(self, actor: Any) -> set[str]:
        """Its issuer, one of those it concerns, or a reader of a public paper."""
        found = {"party"} if actor.body_id in self.parties else set()
        if self.issuer_id == actor.body_id:
            found.add("issuer")
        if self.public and self.status != AgreementStatus.DRAFT:
            found.add("public")
        return found

    def standing_on(self, day: date) -> Standing:
        """How it stands on a day."""
        return standing(day, status=self.status, starts_on=self.starts_on, ends_on=self.ends_on, ended_on=self.ended_on)

    @property
    def standing(self) -> Standing:
        """How it stands today."""
        return self.standing_on(clocks.today())

    @property
    def is_joint(self) -> bool:
        """Whether at least two bodies sign it."""
        return self.kind in JOINT_KINDS

    @property
    def number_words(self) -> str:
        """Number and symbol as people say them; "01/QCPH-BCA-BGDĐT"."""
        if self.number:
            return f"{self.number}/{self.symbol}"
        if self.status != AgreementStatus.DRAFT:
            return _now("Không số")
        return _now("Chưa có số") + (f" (…/{self.symbol})" if self.symbol else "")

    @property
    def words(self) -> str:
        """How a list, a tree and a message call it."""
        return f"{self.get_kind_display()} {self.number}/{self.symbol}" if self.number else f"{self.get_kind_display()}: {self.title}"

    @property
    def duty_words(self) -> str:
        """What an inbox and a notice may say."""
        return f"{self.number}/{self.symbol} · {self.title}" if self.number else self.words

    @property
    def term_words(self) -> str:
        """The term: whole years as years, otherwise days."""
        first, last = self.starts_on, self.ends_on
        if first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return f"{first.year}" if first.year == last.year else f"{first.year}–{last.year}"
        if first and last:
            return f"{first:%d/%m/%Y} – {last:%d/%m/%Y}"
        if last:
            return _now("đến hết %(day)s") % {"day": f"{last:%d/%m/%Y}"}
        return _now("từ %(day)s, không ghi thời hạn") % {"day": f"{first:%d/%m/%Y}"} if first else _now("chưa ghi thời hạn")


class PartyRole(models.TextChoices):
    """In which role a body stands on the paper, in the order a page names them."""

    A = "a", _("Bên A")
    B = "b", _("Bên B")
    ISSUER = "issuer", _("Cơ quan ban hành")
    PARTICIPANT = "participant", _("Đơn vị tham gia")


class AgreementParty(models.Model):
    """A body on the paper. It may have ended since; the paper keeps it, and the page says who came after."""

    OPEN_TEXT = {"role"}

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="+")
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    role = models.CharField(max_length=12, choices=PartyRole)
    place = models.PositiveSmallIntegerField()

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "body"], name="body_once_per_agreement")]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.body_id}"

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Those of the agreements the actor sees."""
        return Exists(Agreement.objects.visible_to(actor).filter(pk=OuterRef("agreement_id")))

    def relations_to(self, actor: Any) -> set[str]:
        """As the agreement stands."""
        return self.agreement.relations_to(actor)
