"""The life of data: holds, batches to be destroyed, requests of the people concerned, what they are given, leaks (privacy.md 2, 6; security.md 5.4)."""

import uuid
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models.organisations import Organisation, OrganisationKind
from coordination.models.people import Appointment, Role, is_second_person
from coordination.scope import ScopedManager
from coordination.workflow import Move, Moving


class Kept(Moving, models.Model):
    """What every row of this file has: a code, the bodies that may see it, sealed words bound to its own uid."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    parties = ArrayField(models.BigIntegerField(), default=list, help_text="The bodies that may see it: the wall in the database.")

    objects = ScopedManager()
    route: ClassVar[str]

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse(f"coordination:{self.route}", args=[self.code])


class BesideACase(models.Model):
    """A row that tells of one thing, perhaps of a case about somebody's own conduct: whoever that is kept from sees none of it, whatever post he holds (security.md 3.4)."""

    kept_out = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="Users from whom the case is kept of which the row tells.")

    class Meta:
        abstract = True

    def relations_to(self, actor: Any) -> set[str]:
        """Who is kept out stands nowhere; everybody else as the row says."""
        return set() if actor.user_id in self.kept_out else self.standing(actor)

    def standing(self, actor: Any) -> set[str]:
        """How the reader stands to the row."""
        raise NotImplementedError


def not_kept_from(actor: Any) -> Q:
    """The rows that are kept from nobody, or not from this reader."""
    return ~Q(kept_out__contains=[actor.user_id])


class HoldKind(models.TextChoices):
    """Who keeps a thing from being destroyed, and for what (security.md 3.2, table D)."""

    POLICE = "police", _("Công an yêu cầu giữ")
    CHILD = "child", _("Giữ để bảo vệ trẻ em")


class HoldStatus(models.TextChoices):
    """Whether it still runs is read from its days."""

    ASKED = "asked", _("Đề nghị tạm giữ")
    HELD = "held", _("Đang tạm giữ")
    LIFTED = "lifted", _("Đã thôi tạm giữ")
    DECLINED = "declined", _("Không tạm giữ")


def asked_in(body_id: int) -> Q:
    """What somebody of this body asked for; a Phòng VH-XH is a part of its UBND."""
    office = Q(asked_by__post__organisation__parent_id=body_id, asked_by__post__organisation__kind=OrganisationKind.CULTURE_SOCIETY_OFFICE)
    return Q(asked_by__post__organisation_id=body_id) | office


class Hold(BesideACase, Kept):
    """Nothing of the thing it names is destroyed from its first day to its last: asked by a chief, set by a supervisor, or set by child protection."""

    OPEN_TEXT = {"code", "kind", "status", "about_model", "about_code"}
    MOVES: ClassVar = {
        "set": Move({HoldStatus.ASKED}, HoldStatus.HELD, needs=["set_by", "set_at"]),
        "decline": Move({HoldStatus.ASKED}, HoldStatus.DECLINED, needs=["ended_at", "end_reason"]),
        "lift": Move({HoldStatus.HELD}, HoldStatus.LIFTED, needs=["ended_at", "end_reason"]),
    }
    policy_name = "hold"
    route = "hold"

    kind = models.CharField(max_length=8, choices=HoldKind)
    status = models.CharField(max_length=8, choices=HoldStatus, default=HoldStatus.ASKED)
    about_model = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    about_code = models.CharField(max_length=20)
    addressed_to = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The body whose supervisor or child-protection post may set it.")
    reason = EncryptedTextField(data_class="child")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="The first day on which it no longer holds; empty: until it is lifted.")
    asked_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    set_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = EncryptedTextField(data_class="child")

    class Meta:
        constraints = [
            models.CheckConstraint(name="hold_ends_after_it_starts", condition=Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(name="set_hold_says_by_whom", condition=Q(status__in=("asked", "declined")) | Q(set_by__isnull=False, set_at__isnull=False)),
            models.UniqueConstraint(name="one_hold_of_a_kind_on_a_thing", fields=["about_model", "about_id", "kind"], condition=Q(status__in=("asked", "held"))),
        ]
        indexes = [models.Index(name="hold_in_force", fields=["about_model", "about_id"], condition=Q(status="held")), models.Index(name="hold_by_time", fields=["-asked_at", "-id"])]

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Police see their own side's, child protection those of its own body; the data-protection officer of the province sees both."""
        seen = Q(parties__contains=[actor.body_id]) & not_kept_from(actor)
        if actor.role in (Role.COMMUNE_CHIEF, Role.PROVINCE_POLICE_HEAD):
            return seen & Q(kind=HoldKind.POLICE)
        if actor.role == Role.CHILD_PROTECTION:
            return seen & Q(kind=HoldKind.CHILD) & asked_in(actor.body_id)
        return seen if actor.role == Role.DPO else Q(pk__in=[])

    def standing(self, actor: Any) -> set[str]:
        """Asked or set by my body; addressed to my body; in my province."""
        found = {"own"} if self.asked_by.body_id == actor.body_id or (self.set_by_id and self.set_by.body_id == actor.body_id) else set()
        if self.addressed_to_id == actor.body_id:
            found.add("to")
        return found | {"province"} if actor.body_id in self.parties else found

    @property
    def duty_words(self) -> str:
        """A code, and that it is about keeping."""
        return f"{self.about_code} · {self.get_kind_display()}"


class BatchStatus(models.TextChoices):
    """A proposal is destroyed only after two people (privacy.md 6, table D)."""

    PROPOSED = "proposed", _("Chờ soát xét")
    REVIEWED = "reviewed", _("Chờ phê duyệt")
    APPROVED = "approved", _("Đang thực hiện hủy")
    CARRIED_OUT = "carried_out", _("Đã hủy")
    REFUSED = "refused", _("Không hủy đợt này")


class DisposalBatch(Kept):
    """One month's proposal for one body: what its time is over, by rule and code, never by name."""

    OPEN_TEXT = {"code", "status"}
    MOVES: ClassVar = {
        "review": Move({BatchStatus.PROPOSED}, BatchStatus.REVIEWED, needs=["reviewed_by", "reviewed_at"]),
        "approve": Move({BatchStatus.REVIEWED}, BatchStatus.APPROVED, needs=["approved_by", "approved_at"]),
        "carry_out": Move({BatchStatus.APPROVED}, BatchStatus.CARRIED_OUT, needs=["carried_out_at"]),
        "refuse": Move({BatchStatus.PROPOSED, BatchStatus.REVIEWED}, BatchStatus.REFUSED, needs=["refused_at", "refusal"]),
    }
    policy_name = "disposal"
    route = "disposal"

    month = models.DateField(help_text="The first day of the month in which it was proposed.")
    status = models.CharField(max_length=12, choices=BatchStatus, default=BatchStatus.PROPOSED)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="Whose things they are.")
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The body whose child-protection post reviews.")
    department = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The Sở whose data-protection officer approves.")
    proposed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = EncryptedTextField(data_class="child")
    carried_out_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_proposal_a_month", fields=["body", "department", "month"]),
            models.CheckConstraint(name="two_people_destroy", condition=Q(approved_by=None) | Q(reviewed_by__isnull=False) & ~Q(approved_by=F("reviewed_by"))),
            models.CheckConstraint(name="destroyed_after_two_people", condition=~Q(status__in=("approved", "carried_out")) | Q(approved_by__isnull=False)),
        ]
        indexes = [models.Index(name="batch_by_time", fields=["-proposed_at", "-id"])]

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The office that reviews, the data-protection officer who approves."""
        if actor.role == Role.CHILD_PROTECTION:
            return Q(office_id=actor.body_id)
        return Q(department_id=actor.body_id) if actor.role == Role.DPO else Q(pk__in=[])

    def relations_to(self, actor: Any) -> set[str]:
        """The first reviewer's office; the province's officer; the second person, who is not the first."""
        return of_two_people(self.office_id, self.department_id, self.reviewed_by, actor)

    @property
    def duty_words(self) -> str:
        """The month and whose."""
        return _now("Đợt hủy tháng %(month)s · %(body)s") % {"month": f"{self.month:%m/%Y}", "body": self.body.called}


def of_two_people(office_id: int, department_id: int, first: Appointment | None, actor: Any) -> set[str]:
    """How the two stand to what they do one after the other: child protection of the office, and the data-protection officer of the Sở after another person."""
    if actor.role == Role.CHILD_PROTECTION and office_id == actor.body_id:
        return {"to"}
    if actor.role != Role.DPO or department_id != actor.body_id:
        return set()
    return {"province", "second"} if is_second_person(actor, first) else {"province"}


class DisposalItem(BesideACase):
    """One thing of a proposal: its code, the rule, the day on which its time was over, and what became of it."""

    class LeftOut(models.TextChoices):
        """Why it was not destroyed after all."""

        HELD = "held", _("Đang tạm giữ, không hủy")
        CHANGED = "changed", _("Chưa hết thời hạn lưu giữ")

    OPEN_TEXT = {"about_model", "about_code", "rule", "left_out"}

    batch = models.ForeignKey(DisposalBatch, models.PROTECT, related_name="+")
    about_model = models.CharField(max_length=60)
    about_id = models.BigIntegerField()
    about_code = models.CharField(max_length=20)
    rule = models.CharField(max_length=24)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    left_out = models.CharField(max_length=8, choices=LeftOut, blank=True)
    people = models.PositiveSmallIntegerField(default=0, help_text="How many persons' sealed values were destroyed.")
    texts = models.PositiveSmallIntegerField(default=0, help_text="How many texts were replaced.")

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(name="once_in_a_batch", fields=["batch", "about_model", "about_id"])]
        indexes = [models.Index(name="item_about", fields=["about_model", "about_id"]), models.Index(name="item_to_do", fields=["batch", "id"], condition=Q(done_at=None))]

    def __str__(self) -> str:
        return f"{self.rule} {self.about_code}"

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """As its batch."""
        return Q(batch__in=DisposalBatch.objects.visible_to(actor)) & not_kept_from(actor)

    def standing(self, actor: Any) -> set[str]:
        """As its batch."""
        return self.batch.relations_to(actor)


class Capacity(models.TextChoices):
    """In what capacity somebody asks; a child's rights are exercised by the legal representative (Luật 91 Art. 24)."""

    CHILD = "child", _("Chính học sinh")
    REPRESENTATIVE = "representative", _("Cha mẹ, người giám hộ, người đại diện theo pháp luật")
    STAFF = "staff", _("Nhà giáo, nhân viên, cán bộ")


class RequestKind(models.TextChoices):
    """What is asked: each with a time of its own (NĐ 356 Art. 5)."""

    SEE = "see", _("Xem, chỉnh sửa, cung cấp dữ liệu")
    DELETE = "delete", _("Xóa dữ liệu")
    WITHDRAW = "withdraw", _("Rút lại đồng ý, hạn chế, phản đối xử lý dữ liệu")
    PROTECT = "protect", _("Áp dụng biện pháp bảo vệ dữ liệu")


class RefusalGround(models.TextChoices):
    """The fixed list of grounds: without consent data may be kept in the cases of Luật 91 Art. 19, and is then not deleted on request (Art. 14)."""

    LIFE = "life", _("Bảo vệ tính mạng, sức khỏe, danh dự, nhân phẩm trong trường hợp cấp bách (Điều 19 khoản 1)")
    CRIME = "crime", _("Phòng, chống tội phạm, vi phạm pháp luật (Điều 19 khoản 1)")
    STATE = "state", _("Hoạt động của cơ quan nhà nước theo quy định của pháp luật (Điều 19 khoản 1)")
    HELD = "held", _("Hồ sơ đang tạm giữ theo yêu cầu của cơ quan có thẩm quyền")
    NOT_ENTITLED = "not_entitled", _("Người yêu cầu không phải chủ thể dữ liệu hoặc người đại diện theo pháp luật")
    NOT_HERE = "not_here", _("Hệ thống không có dữ liệu của người được yêu cầu")


class RequestStatus(models.TextChoices):
    """Steps of a request; soon and late are read from its duties."""

    RECEIVED = "received", _("Đã nhận yêu cầu")
    ACKNOWLEDGED = "acknowledged", _("Đã trả lời tiếp nhận")
    UNDER_WAY = "under_way", _("Đang thực hiện, chờ phê duyệt")
    DONE = "done", _("Đã thực hiện yêu cầu")
    REFUSED = "refused", _("Không thực hiện, có căn cứ")


class DataRequest(BesideACase, Kept):
    """A person asks about data of their own, or of the child they represent. Who asks is sealed; there is no search by it."""

    OPEN_TEXT = {"code", "status", "capacity", "kind", "case_code", "ground"}
    MOVES: ClassVar = {
        "acknowledge": Move({RequestStatus.RECEIVED}, RequestStatus.ACKNOWLEDGED, needs=["acknowledged_at"]),
        "prepare": Move({RequestStatus.ACKNOWLEDGED}, RequestStatus.UNDER_WAY, needs=["prepared_by", "prepared"]),
        "finish": Move({RequestStatus.UNDER_WAY}, RequestStatus.DONE, needs=["answer", "ended_at"]),
        "refuse": Move({RequestStatus.RECEIVED, RequestStatus.ACKNOWLEDGED, RequestStatus.UNDER_WAY}, RequestStatus.REFUSED, needs=["ground", "ended_at"]),
    }
    policy_name = "request"
    route = "request"

    status = models.CharField(max_length=12, choices=RequestStatus, default=RequestStatus.RECEIVED)
    kind = models.CharField(max_length=8, choices=RequestKind)
    capacity = models.CharField(max_length=16, choices=Capacity)
    through_processor = models.BooleanField(default=False, help_text="A processor or third party must act: longer times (NĐ 356 Art. 5).")
    asker = EncryptedTextField(data_class="child", identifies=True)
    contact = EncryptedTextField(data_class="child", identifies=True)
    wish = EncryptedTextField(data_class="child")
    case_code = models.CharField(max_length=20, blank=True, help_text="The spoken code of the case, when the person has it.")
    school = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    asked_from = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", help_text="The school that wrote it down for the person.")
    office = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The body whose child-protection post prepares.")
    department = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="The Sở whose data-protection officer answers for the clocks.")
    received_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    due_at = models.DateTimeField()
    extended_until = models.DateTimeField(null=True, blank=True)
    extension_reason = EncryptedTextField(data_class="child")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    prepared_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    prepared = EncryptedTextField(data_class="child")
    answer = EncryptedTextField(data_class="child")
    ground = models.CharField(max_length=16, choices=RefusalGround, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="refused_request_has_its_ground", condition=Q(status="refused") & ~Q(ground="") | ~Q(status="refused") & Q(ground="")),
            models.CheckConstraint(name="ended_request_has_its_hour", condition=Q(status__in=("done", "refused"), ended_at__isnull=False) | ~Q(status__in=("done", "refused")) & Q(ended_at=None)),
        ]
        indexes = [models.Index(name="request_by_time", fields=["-received_at", "-id"])]

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The officer who answers, the office that prepares, the school that wrote it down."""
        column = {Role.DPO: "department_id", Role.CHILD_PROTECTION: "office_id", Role.PRINCIPAL: "asked_from_id"}.get(actor.role)
        return Q((column, actor.body_id)) & not_kept_from(actor) if column else Q(pk__in=[])

    def standing(self, actor: Any) -> set[str]:
        """Written down by my school; prepared by my office; the second person."""
        found = {"own"} if actor.role == Role.PRINCIPAL and self.asked_from_id == actor.body_id else set()
        return found | of_two_people(self.office_id, self.department_id, self.prepared_by, actor)

    @property
    def duty_words(self) -> str:
        """A code of its own and what is asked; nobody's name."""
        return f"{self.code[:6]} · {self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        """Somebody still owes the person something."""
        return self.status not in (RequestStatus.DONE, RequestStatus.REFUSED)


class ExportStatus(models.TextChoices):
    """What its job is doing is read from the job."""

    PREPARED = "prepared", _("Chờ phê duyệt trích xuất")
    APPROVED = "approved", _("Đang trích xuất")
    READY = "ready", _("Chờ giao cho người yêu cầu")
    HANDED = "handed", _("Đã giao, đã xóa bản trích xuất")
    REFUSED = "refused", _("Không trích xuất")


class SubjectExport(BesideACase, Kept):
    """One person's data of one case (or one account), gathered by a worker after two people agreed; emptied when it was handed over."""

    OPEN_TEXT = {"code", "status", "part", "about_code", "who", "data_hash"}
    MOVES: ClassVar = {
        "approve": Move({ExportStatus.PREPARED}, ExportStatus.APPROVED, needs=["approved_by", "approved_at"]),
        "refuse": Move({ExportStatus.PREPARED}, ExportStatus.REFUSED),
        "gather": Move({ExportStatus.APPROVED}, ExportStatus.READY, needs=["data", "data_hash"]),
        "hand_over": Move({ExportStatus.READY}, ExportStatus.HANDED, needs=["handed_at"]),
    }
    policy_name = "export"
    route = "export"

    request = models.ForeignKey(DataRequest, models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=ExportStatus, default=ExportStatus.PREPARED)
    part = models.CharField(max_length=20, help_text="Which app holds the person.")
    about_id = models.BigIntegerField()
    about_code = models.CharField(max_length=20)
    who = models.CharField(max_length=80, help_text="The pseudonym in the case, or the user name of staff.")
    prepared_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField()
    approved_by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    data = EncryptedTextField(data_class="child", identifies=True, help_text="JSON: sections of labels and values; empty before it is gathered and after it was handed over.")
    data_hash = models.CharField(max_length=64, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="two_people_export", condition=Q(approved_by=None) | ~Q(approved_by=F("prepared_by"))),
            models.CheckConstraint(name="exported_after_two_people", condition=Q(status__in=("prepared", "refused")) | Q(approved_by__isnull=False)),
            models.UniqueConstraint(name="one_running_export_of_a_person", fields=["request", "part", "about_id", "who"], condition=Q(status__in=("prepared", "approved", "ready"))),
        ]

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The office that prepares and hands over, the officer who approves; never the school."""
        return Q(request__in=DataRequest.objects.visible_to(actor)) & not_kept_from(actor) if actor.role in (Role.DPO, Role.CHILD_PROTECTION) else Q(pk__in=[])

    def standing(self, actor: Any) -> set[str]:
        """As the request stands; the second person is not the one who prepared this."""
        return of_two_people(self.request.office_id, self.request.department_id, self.prepared_by, actor)

    @property
    def duty_words(self) -> str:
        """A code and a pseudonym."""
        return f"{self.about_code} · {self.who}"

    @property
    def job_key(self) -> str:
        """Its one job."""
        return f"gather_subject:{self.pk}"


class BreachStatus(models.TextChoices):
    """From discovery to the end of the measures (Luật 91 Art. 23)."""

    RECORDED = "recorded", _("Đã ghi nhận sự cố")
    NOTIFIED = "notified", _("Đã thông báo cơ quan chuyên trách")
    CLOSED = "closed", _("Đã khắc phục, kết thúc")


class Breach(Kept):
    """Sự cố lộ lọt dữ liệu: the record (biên bản) the law asks for, and its clocks: 72 hours, and 24 for the first word of a serious one."""

    OPEN_TEXT = {"code", "status"}
    MOVES: ClassVar = {
        "notify": Move({BreachStatus.RECORDED}, BreachStatus.NOTIFIED, needs=["notified_at"]),
        "close": Move({BreachStatus.NOTIFIED}, BreachStatus.CLOSED, needs=["measures", "closed_at"]),
    }
    policy_name = "breach"
    route = "breach"

    status = models.CharField(max_length=12, choices=BreachStatus, default=BreachStatus.RECORDED)
    department = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    discovered_at = models.DateTimeField()
    began_at = models.DateTimeField(help_text="From when data may have been open to a stranger.")
    ended_at = models.DateTimeField(help_text="Until when.")
    serious = models.BooleanField(default=False, help_text="The first word is owed within 24 hours (NĐ 331/2026 Art. 31).")
    description = EncryptedTextField(data_class="child")
    cases = models.PositiveIntegerField(default=0, help_text="How many cases, as the breach command counts them.")
    people = models.PositiveIntegerField(default=0, help_text="How many persons, likewise.")
    recorded_by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the first word of a serious one was given.")
    notified_at = models.DateTimeField(null=True, blank=True)
    measures = EncryptedTextField(data_class="child")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(name="leak_ends_after_it_began", condition=Q(ended_at__gte=F("began_at")))]
        indexes = [models.Index(name="breach_by_time", fields=["-discovered_at", "-id"])]

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The data-protection officer of the Sở."""
        return Q(department_id=actor.body_id) if actor.role == Role.DPO else Q(pk__in=[])

    def relations_to(self, actor: Any) -> set[str]:
        """In my province."""
        return {"province"} if actor.role == Role.DPO and self.department_id == actor.body_id else set()

    @property
    def duty_words(self) -> str:
        """A code of its own and the hour of discovery."""
        return _now("%(code)s · Sự cố lộ lọt dữ liệu") % {"code": self.code[:6]}
