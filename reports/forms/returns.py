"""What a school answers for a period, and the filters of the grid."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coordination.web.forms import CleanCharField, StrictForm
from reports.models import ReturnState
from reports.returning import TICKS

COUNTS, NIL = "counts", "nil"
ANSWERS = [(COUNTS, _("Có vụ việc: số liệu trên trang này đúng với sổ của nhà trường")), (NIL, _("Trong kỳ không phát sinh vụ việc"))]
DIRECT, COMMUNE = "so", "xa"
LINES = [("", _("Tất cả")), (COMMUNE, _("Trường nộp về UBND cấp xã")), (DIRECT, _("Trường trực thuộc Sở"))]
STATES = [("", _("Tất cả")), *ReturnState.choices]


class ReturnForm(StrictForm):
    """Confirm the counts, or sign that nothing happened after asking three places (ground.md 34)."""

    answer = forms.ChoiceField(
        label=_("Nhà trường xác nhận"),
        choices=ANSWERS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn. Chọn một trong hai dòng."), "invalid_choice": _("Chọn một trong hai dòng.")},
    )
    asked_class_teachers = forms.BooleanField(label=_("Đã hỏi giáo viên chủ nhiệm các lớp"), required=False)
    asked_gate = forms.BooleanField(label=_("Đã hỏi bảo vệ và trực cổng trường"), required=False)
    asked_hotline = forms.BooleanField(label=_("Đã xem đường dây nóng, hộp thư góp ý"), required=False)
    words = CleanCharField(
        label=_("Khó khăn, đề xuất"),
        help_text=_("Không ghi tên, lớp, số điện thoại. Chỉ nhà trường và cấp quản lý đọc được."),
        required=False,
        lines=True,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "data-guard": ""}),
    )
    after_issue = forms.BooleanField(label=_("Nộp bổ sung: báo cáo kỳ này đã ban hành, số liệu của trường vào báo cáo bổ sung"), required=False)
    seen = forms.RegexField(r"^[0-9a-f]{64}\Z", widget=forms.HiddenInput, error_messages={"required": _("Mở lại trang rồi nộp."), "invalid": _("Mở lại trang rồi nộp.")})

    def clean(self) -> dict[str, Any]:
        """A nil return without its three questions is not one."""
        answers = super().clean()
        if answers.get("answer") == NIL:
            for name in TICKS:
                if not answers.get(name):
                    self.add_error(name, ValidationError(_("Hỏi xong thì đánh dấu; thiếu một nơi thì chưa nộp “Không phát sinh” được."), code="not_asked"))
        return answers

    def as_act(self) -> dict[str, Any]:
        """The answers as the action takes them."""
        said = self.cleaned_data
        return {"nil": said["answer"] == NIL, "ticks": {name: said[name] for name in TICKS}, "words": said["words"], "seen": said["seen"], "after_issue": said["after_issue"]}


class RemindAllForm(StrictForm):
    """For which period everybody is reminded."""

    ky = forms.CharField(max_length=12)


class LeaveOutForm(StrictForm):
    """Why a school need not hand in this once."""

    reason = CleanCharField(
        label=_("Lý do miễn nộp"),
        help_text=_("Ví dụ: trường tạm dừng hoạt động để sửa chữa cả quý. Không ghi tên người."),
        lines=True,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "data-guard": ""}),
        error_messages={"required": _("Chưa ghi lý do. Nhà trường và cấp quản lý sẽ đọc lý do này.")},
    )


class GridFilter(forms.Form):
    """Shown over the grid; what the address says is read by params."""

    ky = forms.CharField(widget=forms.HiddenInput)
    trang_thai = forms.ChoiceField(label=_("Tình trạng"), choices=STATES, required=False)
    tuyen = forms.ChoiceField(label=_("Tuyến báo cáo"), choices=LINES, required=False)
    xa = forms.CharField(widget=forms.HiddenInput, required=False)
