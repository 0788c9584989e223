"""The questions of a briefing: its plan, who came, a conclusion, what was done. Every error says what to do, beside its field."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from briefings.models import AgendaItem, Attendance, Briefing, Heading
from briefings.workflow import BriefingStatus
from coordination import clocks, policy
from coordination.models import Organisation, Post
from coordination.models.organisations import OrganisationKind
from coordination.web.forms import DAY, WRONG_DAY, CleanCharField, FutureDateField, StrictForm

HOUR = {"placeholder": _("giờ:phút"), "inputmode": "numeric", "autocomplete": "off"}
OPENS = time(8, 0)


def value_of(post: Post) -> str:
    """A post as a form names it: the code of its body and its role."""
    return f"{post.organisation.code}.{post.role}"


def posts_of(bodies: Iterable[int], act: str) -> list[Post]:
    """The posts of these bodies and of their offices whose role may ever do an act."""
    roles = [role for role, granted in policy.TABLE if granted == act]
    at_them = Q(organisation__in=bodies) | Q(organisation__parent__in=bodies, organisation__kind=OrganisationKind.CULTURE_SOCIETY_OFFICE)
    return list(Post.objects.filter(at_them, role__in=roles).select_related("organisation").order_by("organisation__kind", "organisation__name", "role"))


class PostField(forms.TypedChoiceField):
    """A choice among posts in their words; gives the Post."""

    def offer(self, posts: Iterable[Post]) -> None:
        """Set the choices."""
        self.posts = {value_of(post): post for post in posts}
        self.choices = [("", _("Chọn một người")), *((value, str(post)) for value, post in self.posts.items())]
        self.coerce = self.posts.get


class PlanForm(StrictForm):
    """When, where, who chairs, who writes."""

    day = FutureDateField(
        label=_("Ngày họp"),
        widget=forms.DateInput(attrs=DAY),
        error_messages={"required": _("Chưa có ngày họp. Nhập ngày/tháng/năm."), "invalid": WRONG_DAY},
    )
    hour = forms.TimeField(
        label=_("Giờ họp"),
        initial=OPENS,
        widget=forms.TimeInput(attrs=HOUR, format="%H:%M"),
        error_messages={"required": _("Chưa có giờ họp. Nhập giờ:phút, ví dụ 08:00."), "invalid": _("Giờ không đúng. Nhập theo dạng giờ:phút, ví dụ 08:00.")},
    )
    place = CleanCharField(
        label=_("Nơi họp"),
        help_text=_("Ví dụ: Hội trường UBND phường, hoặc trường đăng cai."),
        max_length=160,
        error_messages={"required": _("Chưa có nơi họp. Ghi tên phòng hoặc trường đăng cai.")},
    )
    chair_post = PostField(label=_("Chủ trì"), error_messages={"required": _("Chưa chọn người chủ trì.")})
    secretary_post = PostField(label=_("Thư ký"), error_messages={"required": _("Chưa chọn thư ký.")})

    def __init__(self, data: Any = None, *args: Any, host: Organisation, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["chair_post"].offer(post for post in posts_of([host.pk], "briefing.open") if post.organisation_id == host.pk)
        self.fields["secretary_post"].offer(posts_of([host.pk], "conclusion.carry_out"))

    def answers(self) -> dict[str, Any]:
        """What the action stores."""
        given = self.cleaned_data
        return {"meets_at": clocks.at(given["day"], given["hour"])} | {name: given[name] for name in ("place", "chair_post", "secretary_post")}


def plan_of(briefing: Briefing) -> dict[str, Any]:
    """A plan as its form first shows it."""
    meets_at = clocks.local(briefing.meets_at)
    posts = {name: value_of(getattr(briefing, name)) for name in ("chair_post", "secretary_post")}
    return {"day": meets_at.date(), "hour": meets_at.time(), "place": briefing.place} | posts


class AttendanceForm(StrictForm):
    """One line for each body: came, or not and why."""

    def __init__(self, data: Any = None, *args: Any, bodies: Iterable[Organisation], said: dict[int, Attendance], **kwargs: Any) -> None:
        self.bodies = list(bodies)
        super().__init__(None, *args, **kwargs)
        for body in self.bodies:
            row = said.get(body.pk)
            self.fields[f"here_{body.code}"] = forms.BooleanField(label=body.called, required=False, initial=row.present if row else True)
            self.fields[f"why_{body.code}"] = CleanCharField(label=_("Lý do vắng"), required=False, max_length=160, initial=row.reason if row else "")
        if data is not None:
            self.data, self.is_bound = data, True
            self.refuse_strange(data)

    def clean(self) -> dict[str, Any]:
        """An absent body comes with its reason (BRF-3)."""
        given = super().clean()
        for body in self.bodies:
            if not given.get(f"here_{body.code}") and f"why_{body.code}" in given and not given[f"why_{body.code}"]:
                self.add_error(f"why_{body.code}", ValidationError(_("Đơn vị vắng: ghi lý do, hoặc “không báo”.")))
        return given

    def came(self) -> dict[int, tuple[bool, str]]:
        """What the action stores."""
        given = self.cleaned_data
        return {body.pk: (given[f"here_{body.code}"], given[f"why_{body.code}"]) for body in self.bodies}

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The two fields of each body, for the page."""
        return [(self[f"here_{body.code}"], self[f"why_{body.code}"]) for body in self.bodies]


class ConclusionForm(StrictForm):
    """A conclusion: what, who, by when; perhaps about a case of the agenda."""

    text = CleanCharField(
        label=_("Nội dung kết luận"),
        help_text=_("Một việc cụ thể. Không ghi tên, lớp, số điện thoại của học sinh."),
        lines=True,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "data-guard": ""}),
        error_messages={"required": _("Chưa có nội dung. Ghi một việc cụ thể cần làm.")},
    )
    owner_post = PostField(
        label=_("Người chịu trách nhiệm"),
        error_messages={"required": _("Chưa chọn người chịu trách nhiệm. Kết luận nào cũng phải có người làm.")},
    )
    due_on = FutureDateField(
        label=_("Xong trước 17:00 ngày"),
        widget=forms.DateInput(attrs=DAY),
        error_messages={"required": _("Chưa có ngày hoàn thành. Nhập ngày/tháng/năm."), "invalid": WRONG_DAY},
    )
    item = forms.TypedChoiceField(label=_("Về vụ việc"), required=False, empty_value=None)

    def __init__(self, data: Any = None, *args: Any, posts: Iterable[Post], items: Iterable[AgendaItem], **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["owner_post"].offer(posts)
        about = {str(item.place): item for item in items if item.heading == Heading.REFERRALS}
        self.fields["item"].choices = [("", _("Không gắn với vụ việc nào")), *((value, item.words) for value, item in about.items())]
        self.fields["item"].coerce = about.get


class DoneForm(StrictForm):
    """What the owner did."""

    note = CleanCharField(
        label=_("Đã làm gì"),
        help_text=_("Một, hai câu. Không ghi tên, lớp, số điện thoại của học sinh."),
        lines=True,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3, "data-guard": ""}),
        error_messages={"required": _("Chưa ghi đã làm gì. Viết một câu để đơn vị chủ trì xác nhận.")},
    )


class FilterForm(forms.Form):
    """The filter of the list; it stays in the address."""

    status = forms.ChoiceField(label=_("Trạng thái"), required=False, choices=[("", _("Tất cả")), *BriefingStatus.choices])
