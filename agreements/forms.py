"""The questions of an agreement: its draft, its signing, its end; and the filter of the register."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from agreements.models import JOINT_KINDS, Agreement, AgreementKind
from agreements.rules import Standing
from coordination import clocks
from coordination.models import Organisation
from coordination.web.forms import DAY, EARLIEST_YEAR, WRONG_DAY, CleanCharField, StrictForm

YEARS_AHEAD = 20
SCOPES = [("mine", _("Có đơn vị mình")), ("central", _("Trung ương")), ("province", _("Cấp tỉnh")), ("commune", _("Cấp xã")), ("district", _("Cấp huyện (đã kết thúc)"))]


class DayField(forms.DateField):
    """A day on a paper: from the year 2000 to twenty years ahead."""

    widget = forms.DateInput(attrs=DAY)
    default_error_messages = {"invalid": WRONG_DAY}

    def to_python(self, value: Any) -> date | None:
        """The day."""
        day = super().to_python(value)
        if day and not EARLIEST_YEAR <= day.year <= clocks.today().year + YEARS_AHEAD:
            raise ValidationError(WRONG_DAY, code="far")
        return day


def named(row: Any) -> str:
    """What tells one row from another of the same number: an agreement's title."""
    return f"{row} · {Truncator(row.title).chars(90)}" if hasattr(row, "title") else str(row)


class CodeChoice(forms.TypedChoiceField):
    """One of the rows offered, by code."""

    def offer(self, rows: Iterable[Any], empty: Any) -> None:
        """Set the choices."""
        found = {row.code: row for row in rows}
        self.choices = [("", empty), *((code, named(row)) for code, row in found.items())]
        self.coerce, self.empty_value = found.get, None


class CodeChoices(forms.TypedMultipleChoiceField):
    """Several of the rows offered, by code."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, rows: Iterable[Any]) -> None:
        """Set the choices."""
        found = {row.code: row for row in rows}
        self.choices = [(code, row.called) for code, row in found.items()]
        self.coerce = found.get


class DraftForm(StrictForm):
    """The draft of a body: what it is, with whom, for how long, on what it rests."""

    kind = forms.ChoiceField(label=_("Loại văn bản"), choices=[("", _("Chọn loại")), *AgreementKind.choices], error_messages={"required": _("Chưa chọn loại văn bản.")})
    title = CleanCharField(
        label=_("Trích yếu"),
        help_text=_("Nội dung chính trong một câu, như ghi trên văn bản."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Chưa có trích yếu. Ghi nội dung chính trong một câu.")},
    )
    symbol = CleanCharField(label=_("Ký hiệu"), help_text=_("Phần sau dấu “/”, ví dụ CTPH-UBND-CAP. Số ghi khi đã ký."), required=False, max_length=30)
    side_b = CodeChoice(label=_("Bên B"), help_text=_("Đơn vị mình là bên A. Văn bản của riêng đơn vị mình thì để trống."), required=False)
    others = CodeChoices(label=_("Đơn vị tham gia"), required=False)
    starts_on = DayField(label=_("Hiệu lực từ ngày"), help_text=_("Để trống thì tính từ ngày ký; được ghi ngày trước ngày ký."), required=False)
    ends_on = DayField(label=_("Đến hết ngày"), help_text=_("Để trống nếu văn bản không ghi thời hạn."), required=False)
    parent = CodeChoice(label=_("Cụ thể hóa văn bản"), required=False)
    legal_bases = CleanCharField(label=_("Căn cứ"), help_text=_("Mỗi căn cứ một dòng."), lines=True, max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    public = forms.BooleanField(label=_("Công khai: sau khi ký, mọi đơn vị dùng hệ thống đều xem được"), required=False)

    def __init__(self, data: Any = None, *args: Any, bodies: Iterable[Organisation], parents: Iterable[Agreement], **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        bodies = list(bodies)
        self.fields["side_b"].offer(bodies, _("Không có"))
        self.fields["others"].offer(bodies)
        self.fields["parent"].offer(parents, _("Không có"))

    def clean(self) -> dict[str, Any]:
        """A joint paper has two sides; a term ends after it begins."""
        given = super().clean()
        if given.get("kind") in JOINT_KINDS and "side_b" in given and not given["side_b"]:
            self.add_error("side_b", ValidationError(_("Văn bản phối hợp cần ít nhất hai bên. Chọn bên B.")))
        first, last = given.get("starts_on"), given.get("ends_on")
        if first and last and last <= first:
            self.add_error("ends_on", ValidationError(_("Ngày hết hạn phải sau ngày bắt đầu.")))
        return given

    def answers(self) -> dict[str, Any]:
        """What the action stores."""
        given = dict(self.cleaned_data)
        side_b, others = given.pop("side_b"), given.pop("others")
        return given | {"bodies": ([side_b] if side_b else []) + [body for body in others if body != side_b]}


def draft_of(agreement: Agreement, bodies: list[Organisation]) -> dict[str, Any]:
    """A draft as its form first shows it; `bodies` are those on it after the issuer."""
    shown = {name: getattr(agreement, name) for name in ("kind", "title", "symbol", "starts_on", "ends_on", "legal_bases", "public")}
    side_b, others = (bodies[:1], bodies[1:]) if agreement.is_joint else ([], bodies)
    codes = {"side_b": side_b[0].code if side_b else "", "others": [body.code for body in others]}
    return shown | codes | {"parent": agreement.parent.code if agreement.parent else ""}


class SignForm(StrictForm):
    """Number, symbol and day as they stand on the signed paper (domain/practice.md 2.9)."""

    number = CleanCharField(label=_("Số"), help_text=_("Theo sổ văn thư của đơn vị."), max_length=11, required=False)
    symbol = CleanCharField(label=_("Ký hiệu"), help_text=_("Phần sau dấu “/”."), max_length=30, required=False)
    signed_on = DayField(label=_("Ngày ký"), error_messages={"required": _("Chưa có ngày ký. Nhập ngày/tháng/năm.")})
    unnumbered = forms.BooleanField(label=_("Văn bản ký không có số, ký hiệu"), required=False)

    def __init__(self, data: Any = None, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(data, *args, initial={"symbol": agreement.symbol}, **kwargs)
        self.agreement = agreement

    def clean_number(self) -> str:
        """Letters, digits, dots and hyphens; a single digit gets its zero (NĐ 30/2020/NĐ-CP, Phụ lục I)."""
        number = self.cleaned_data["number"]
        if not all(sign.isalnum() or sign in ".-" for sign in number):
            raise ValidationError(_("Số chỉ gồm chữ, chữ số, dấu chấm, gạch nối."))
        return f"{int(number):02d}" if number.isdecimal() else number

    def clean_signed_on(self) -> date:
        """A paper is recorded after it was signed, and before its term is over unless it names both days."""
        day = self.cleaned_data["signed_on"]
        if day > clocks.today():
            raise ValidationError(_("Ngày ký muộn hơn hôm nay. Ghi nhận sau khi văn bản đã ký."))
        if self.agreement.ends_on and not self.agreement.starts_on and day >= self.agreement.ends_on:
            raise ValidationError(_("Văn bản hết hạn trước ngày ký. Sửa dự thảo: ghi ngày bắt đầu hiệu lực."))
        return day

    def clean(self) -> dict[str, Any]:
        """Number and symbol come together, or not at all when it is said so."""
        given = super().clean()
        if given.get("unnumbered"):
            return given | {"number": "", "symbol": ""}
        for name, missing in (("number", _("Chưa có số. Nhập số, hoặc đánh dấu văn bản không có số.")), ("symbol", _("Chưa có ký hiệu."))):
            if name in given and not given[name]:
                self.add_error(name, ValidationError(missing))
        return given

    def answers(self) -> dict[str, Any]:
        """What the action stores."""
        return {name: self.cleaned_data[name] for name in ("number", "symbol", "signed_on")}


class EndForm(StrictForm):
    """From which day the paper no longer holds."""

    ended_on = DayField(label=_("Thôi hiệu lực từ ngày"), error_messages={"required": _("Chưa có ngày thôi hiệu lực. Nhập ngày/tháng/năm.")})

    def __init__(self, data: Any = None, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.agreement = agreement

    def clean_ended_on(self) -> date:
        """Not before it was signed."""
        day = self.cleaned_data["ended_on"]
        if day < self.agreement.signed_on:
            raise ValidationError(_("Ngày này trước ngày ký. Nhập lại."))
        return day


class TerminateForm(EndForm):
    """By which decision it ends."""

    ending_note = CleanCharField(
        label=_("Theo quyết định, lý do"),
        help_text=_("Ví dụ: Quyết định số 05/QĐ-UBND ngày 10/11/2026."),
        max_length=300,
        error_messages={"required": _("Chưa ghi theo quyết định nào, vì sao.")},
    )


class ReplaceForm(EndForm):
    """Which later paper takes its place."""

    replaced_by = CodeChoice(
        label=_("Văn bản thay thế"), help_text=_("Văn bản mới phải được ghi nhận đã ký trước."), error_messages={"required": _("Chưa chọn văn bản thay thế.")}
    )

    def __init__(self, data: Any = None, *args: Any, later: Iterable[Agreement], **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["replaced_by"].offer(later, _("Chọn văn bản"))


class FilterForm(forms.Form):
    """What the register can be narrowed by; it stays in the address."""

    q = forms.CharField(label=_("Số, trích yếu, tên đơn vị"), help_text=_("Không cần gõ dấu."), required=False)
    kind = forms.ChoiceField(label=_("Loại văn bản"), required=False, choices=[("", _("Tất cả")), *AgreementKind.choices])
    status = forms.ChoiceField(label=_("Hiệu lực"), required=False, choices=[("", _("Tất cả")), *Standing.choices])
    scope = forms.ChoiceField(label=_("Phạm vi"), required=False, choices=[("", _("Tất cả")), *SCOPES])
