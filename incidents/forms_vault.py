"""The questions of whoever sees more than his post shows: a request for names, its answer, the broken glass, its review, and who told it."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coordination.web.forms import CleanCharField, StrictForm
from incidents.models.grants import GlassReason, Verdict

LEAST_WORDS = 30
MOST_DAYS = 7


def days_field(label: Any) -> forms.IntegerField:
    """One to seven days."""
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=MOST_DAYS,
        localize=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Chưa có số ngày. Nhập từ 1 đến 7."),
            "invalid": _("Chỉ nhập số, ví dụ 3."),
            "min_value": _("Ít nhất 1 ngày."),
            "max_value": _("Nhiều nhất 7 ngày."),
        },
    )


def story_field(label: Any, hint: Any, least: int) -> CleanCharField:
    """A reason in words, not shorter than asked."""
    return CleanCharField(
        label=label,
        help_text=hint,
        min_length=least,
        max_length=1000,
        lines=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Chưa có nội dung. Viết ít nhất một câu."), "min_length": _("Viết rõ hơn: ít nhất %(limit_value)d ký tự.")},
    )


class RequestForm(StrictForm):
    """Đề nghị xem họ tên: for what, why, how long."""

    purpose = forms.ChoiceField(label=_("Mục đích xem"), widget=forms.RadioSelect, error_messages={"required": _("Chưa nêu mục đích. Chọn một mục đích.")})
    reason = story_field(_("Vì sao cần họ tên?"), _("Việc gì, làm với ai, căn cứ nào. Người trả lời đọc được; nhà trường thấy mục đích và đơn vị."), 20)
    days = days_field(_("Xem trong bao nhiêu ngày?"))

    def __init__(self, data: Any = None, *args: Any, purposes: Iterable[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["purpose"].choices = list(purposes)


class GrantForm(StrictForm):
    """Chấp thuận: how many days; Không chấp thuận: why. Which of the two is the button pressed."""

    answer = forms.ChoiceField(choices=[("grant", _("Chấp thuận")), ("refuse", _("Không chấp thuận"))], error_messages={"required": _("Chọn chấp thuận hoặc không chấp thuận.")})
    days = days_field(_("Cho xem trong bao nhiêu ngày?"))
    note = CleanCharField(label=_("Lời nhắn"), help_text=_("Không chấp thuận thì ghi lý do."), required=False, max_length=1000, lines=True, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        given = super().clean()
        if given.get("answer") == "refuse" and not given.get("note"):
            self.add_error("note", _("Chưa có lý do không chấp thuận. Viết một câu."))
        return given


class GlassForm(StrictForm):
    """Quyền khẩn cấp: which case, named exactly; why; on what paper. Whoever used it often lately is asked once more."""

    code = CleanCharField(label=_("Mã vụ việc hoặc địa chỉ hồ sơ"), help_text=_("Ghi đúng từng chữ, ví dụ ĐX-26-0147."), max_length=200, error_messages={"required": _("Chưa có mã vụ việc.")})
    school = CleanCharField(label=_("Tên trường"), help_text=_("Ghi đủ tên, ví dụ Trường THCS Ánh Dương (mẫu)."), max_length=200, error_messages={"required": _("Chưa có tên trường.")})
    cause = forms.ChoiceField(label=_("Trường hợp khẩn cấp nào?"), choices=GlassReason.choices, widget=forms.RadioSelect, error_messages={"required": _("Chưa chọn trường hợp.")})
    reason = story_field(_("Cần xem để làm gì ngay?"), _("Ít nhất 30 ký tự. Người soát xét đọc trong 72 giờ."), LEAST_WORDS)
    paper = CleanCharField(label=_("Căn cứ trên giấy"), help_text=_("Số sổ trực, số văn bản, lệnh của ai lúc mấy giờ."), max_length=200, error_messages={"required": _("Chưa có căn cứ. Ghi số sổ trực hoặc số văn bản.")})

    again = story_field(_("Vì sao lại dùng quyền khẩn cấp?"), _("Bạn đã dùng từ 3 lần trong 30 ngày. Nêu vì sao không đi đường thường: nhận tin, được phân công, đề nghị xem họ tên."), LEAST_WORDS)

    def __init__(self, data: Any = None, *args: Any, again: bool = False, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if not again:
            del self.fields["again"]


class ReviewForm(StrictForm):
    """Soát xét: right or wrong, and why."""

    verdict = forms.ChoiceField(label=_("Kết luận"), choices=Verdict.choices, widget=forms.RadioSelect, error_messages={"required": _("Chưa chọn kết luận.")})
    note = story_field(_("Nhận xét"), _("Đã đối chiếu với căn cứ nào."), 10)


class InformantForm(StrictForm):
    """Người báo tin: who told it, how to reach him, how he told it; each may be empty, not all."""

    full_name = CleanCharField(label=_("Họ và tên"), required=False, max_length=80)
    contact = CleanCharField(label=_("Liên hệ"), required=False, max_length=160)
    how = CleanCharField(label=_("Báo bằng cách nào, lúc nào"), required=False, max_length=500, lines=True, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Something must be known."""
        given = super().clean()
        if not self.errors and not any(given.values()):
            self.add_error("full_name", _("Chưa ghi gì về người báo tin. Chưa biết tên thì ghi cách báo, lúc báo."))
        return given
