"""The questions of the duty desk: what was told by phone, by whom and when."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coordination.models import Appointment
from coordination.web.forms import PastDateTimeField, StrictForm
from incidents.forms import InsteadForm
from incidents.models import Origin
from incidents.models.referrals import Caller


class AssignForm(StrictForm):
    """Giao cán bộ giải quyết: one of those who hold a post of the unit today, by user name and post."""

    to = forms.ModelChoiceField(
        label=_("Cán bộ giải quyết"),
        queryset=Appointment.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn cán bộ."), "invalid_choice": _("Người này không giữ vị trí của đơn vị hôm nay. Chọn người khác.")},
    )

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = officers
        self.fields["to"].label_from_instance = lambda officer: f"{officer.user.username} – {officer.post_label}"


class DutyDeskForm(InsteadForm):
    """Ghi tin báo: which school, the five questions of báo nhanh, and who told it when."""

    origin = forms.ChoiceField(
        label=_("Nguồn tin"),
        choices=[(Origin.CALL.value, _("Nhà trường gọi điện đến trực ban")), (Origin.POLICE.value, _("Công an thông báo"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn nguồn tin.")},
    )
    caller = forms.ChoiceField(label=_("Ai gọi?"), help_text=_("Chỉ ghi chức danh, không ghi họ tên."), choices=Caller.choices, required=False, widget=forms.RadioSelect)
    called_at = PastDateTimeField(
        label=_("Gọi lúc"),
        required=False,
        widget=forms.DateTimeInput(attrs={"placeholder": _("giờ:phút ngày/tháng/năm"), "autocomplete": "off"}, format="%H:%M %d/%m/%Y"),
        error_messages={"invalid": _("Giờ gọi không đúng. Nhập ví dụ 10:42 21/11/2026.")},
    )

    conflict = forms.BooleanField(
        label=_("Có liên quan đến lãnh đạo nhà trường"),
        required=False,
        help_text=_("Lãnh đạo trường không thấy vụ việc này và không được báo. Việc của trường, thông báo gửi về cấp quản lý. Ghi rồi không bỏ được."),
    )

    def clean(self) -> dict[str, Any]:
        """A call has a caller and an hour; what the police found themselves has neither."""
        given = super().clean()
        if given.get("origin") == Origin.CALL:
            if not given.get("caller") and "caller" not in self.errors:
                self.add_error("caller", ValidationError(_("Chưa chọn ai gọi.")))
            if not given.get("called_at") and "called_at" not in self.errors:
                self.add_error("called_at", ValidationError(_("Chưa có giờ gọi. Nhập ví dụ 10:42 21/11/2026.")))
        return given

    def told(self) -> dict[str, Any]:
        """Who told it, and when; nothing when the police found it."""
        given = self.cleaned_data
        called = given["origin"] == Origin.CALL
        return {"origin": given["origin"], "caller": given["caller"] if called else "", "called_at": given["called_at"] if called else None, "conflict": given["conflict"]}
