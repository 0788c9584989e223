"""The questions of the register's pages: which list, and to whom each school of a divided unit goes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.models import School, Unit
from coordination.models.imports import ListKind
from coordination.web.forms import DAY, WRONG_DAY, CleanCharField, StrictForm


class UploadForm(StrictForm):
    """Which list, and its file."""

    kind = forms.ChoiceField(label=_("Loại danh sách"), error_messages={"required": _("Chưa chọn loại danh sách."), "invalid_choice": _("Chọn một loại danh sách bên trên.")})
    file = forms.FileField(
        label=_("Tệp XLSX hoặc CSV"),
        help_text=_("Tối đa 10.000 dòng, 2,4 MB. CSV lưu theo mã UTF-8."),
        max_length=255,
        error_messages={
            "required": _("Chưa chọn tệp. Chọn tệp .xlsx hoặc .csv."),
            "empty": _("Tệp rỗng. Chọn lại tệp có dữ liệu."),
            "missing": _("Chưa chọn tệp. Chọn tệp .xlsx hoặc .csv."),
            "invalid": _("Tệp chưa tải lên được. Chọn lại tệp."),
            "max_length": _("Tên tệp quá dài. Đổi tên ngắn hơn."),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def __init__(self, data: Any = None, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["kind"].choices = [(kind, ListKind(kind).label) for kind in kinds]


class SplitForm(StrictForm):
    """The day, the reason, and for each school the successor of its place; a school may be left for later."""

    passing = frozenset({"unit"})

    on = forms.DateField(
        label=_("Ngày bàn giao"),
        widget=forms.DateInput(attrs=DAY),
        error_messages={"required": _("Chưa có ngày bàn giao. Nhập ngày/tháng/năm."), "invalid": WRONG_DAY},
    )
    reason = CleanCharField(
        label=_("Căn cứ, lý do"),
        help_text=_("Ví dụ: số, ngày nghị quyết sắp xếp đơn vị hành chính; biên bản bàn giao."),
        max_length=300,
        error_messages={"required": _("Chưa có căn cứ. Ghi nghị quyết hoặc biên bản bàn giao.")},
    )

    def __init__(self, data: Any = None, *args: Any, unit: Unit, schools: Iterable[School], heirs: list[Unit], proposed: Unit | None, **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)
        self.unit, self.schools, self.heirs = unit, list(schools), {str(heir.pk): heir for heir in heirs}
        self.fields["on"].initial = unit.valid_to
        choices = [("", _("Để lại, bàn giao sau")), *((value, heir.full_name) for value, heir in self.heirs.items())]
        for school in self.schools:
            self.fields[self.key(school)] = forms.ChoiceField(
                label=school.organisation.name,
                required=False,
                choices=choices,
                initial=str(proposed.pk) if proposed else "",
                error_messages={"invalid_choice": _("Chọn một đơn vị trong danh sách.")},
            )
        if data is not None:
            self.data, self.is_bound = data, True
            self.refuse_strange(data)

    @staticmethod
    def key(school: School) -> str:
        """The name of a school's field."""
        return f"to_{school.organisation.code}"

    def clean_on(self) -> date:
        """Not before the unit ended, and not in days to come: who answers now is what changes."""
        day = self.cleaned_data["on"]
        if day > clocks.today():
            raise ValidationError(_("Ngày này chưa đến. Ghi bàn giao khi đã có hiệu lực."), code="future")
        if self.unit.valid_to and day < self.unit.valid_to:
            raise ValidationError(_now("Ngày này sớm hơn ngày đơn vị cũ kết thúc (%(day)s).") % {"day": f"{self.unit.valid_to:%d/%m/%Y}"}, code="early")
        return day

    def clean(self) -> dict[str, Any]:
        """At least one school goes somewhere."""
        given = super().clean()
        if not self.errors and not self.targets():
            raise ValidationError(_("Chưa chọn nơi nhận cho trường nào. Chọn ít nhất một trường."))
        return given

    def targets(self) -> dict[int, Unit]:
        """Which school goes where, by the key of its organisation."""
        said = {school.organisation_id: self.cleaned_data.get(self.key(school)) for school in self.schools}
        return {school: self.heirs[value] for school, value in said.items() if value}

    def lines(self) -> list[dict[str, Any]]:
        """The schools and their fields, for the page."""
        return [{"school": school, "field": self[self.key(school)]} for school in self.schools]

    def hidden(self) -> list[tuple[str, str]]:
        """What was answered, for the step before it is done."""
        return [("unit", str(self.unit.pk)), *((name, self.data.get(name, "")) for name in self.fields)]
