"""The form of a handover at a change of staff."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.models import Appointment
from coordination.web.forms import DAY, WRONG_DAY, CleanCharField, StrictForm

FURTHEST = timedelta(days=60)


def called(held: Appointment) -> str:
    """A post with the account that holds it: the only name the portal knows."""
    return f"{held.post_label} – {held.organisation_name} ({held.user.username})"


class StaffHandoverForm(StrictForm):
    """Who takes over, from which day, on which ground. Who gives stands in the address."""

    passing = frozenset({"leaver"})

    successor = forms.ChoiceField(label=_("Người nhận"), error_messages={"required": _("Chưa chọn người nhận."), "invalid_choice": _("Chọn một người trong danh sách.")})
    on = forms.DateField(
        label=_("Ngày bàn giao"),
        widget=forms.DateInput(attrs=DAY),
        error_messages={"required": _("Chưa có ngày bàn giao. Nhập ngày/tháng/năm."), "invalid": WRONG_DAY},
    )
    reason = CleanCharField(
        label=_("Căn cứ, lý do"),
        help_text=_("Ví dụ: số, ngày quyết định điều động, nghỉ chế độ, phân công lại."),
        max_length=300,
        error_messages={"required": _("Chưa có căn cứ. Ghi quyết định hoặc lý do.")},
    )

    def __init__(self, data: Any = None, *, successors: list[Appointment]) -> None:
        super().__init__(data)
        self.successors = {str(held.pk): held for held in successors}
        self.fields["successor"].choices = [("", _("Chọn người nhận")), *((key, called(held)) for key, held in self.successors.items())]
        self.fields["on"].initial = clocks.today()

    def clean_on(self) -> date:
        """Near today: the list says how things stand now."""
        day = self.cleaned_data["on"]
        if abs(day - clocks.today()) > FURTHEST:
            raise ValidationError(_("Chọn ngày trong vòng 60 ngày trước hoặc sau hôm nay."), code="far")
        return day

    @property
    def chosen(self) -> Appointment:
        """Who takes over."""
        return self.successors[self.cleaned_data["successor"]]
