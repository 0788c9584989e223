"""The questions of keeping: a hold, a reason, a request of a person, an export, a leak."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.keeping import subject
from coordination.models import Organisation
from coordination.models.keeping import Capacity, RefusalGround, RequestKind
from coordination.web.forms import DAY, WRONG_DAY, CleanCharField, FutureDateField, PastDateTimeField, StrictForm

HOUR = {"placeholder": _("giờ:phút ngày/tháng/năm"), "autocomplete": "off"}
WRONG_HOUR = _("Giờ, ngày không đúng. Nhập theo dạng giờ:phút ngày/tháng/năm, ví dụ 09:30 21/11/2026.")
EIGHT_LINES = {"rows": 4}


def words(label: Any, *, longest: int = 1000, required: bool = True) -> CleanCharField:
    """Several lines of text."""
    return CleanCharField(label=label, lines=True, max_length=longest, required=required, widget=forms.Textarea(attrs=EIGHT_LINES))


def hour(label: Any) -> PastDateTimeField:
    """An hour that has been."""
    return PastDateTimeField(label=label, widget=forms.DateTimeInput(attrs=HOUR), error_messages={"invalid": WRONG_HOUR})


class BodyChoice(forms.TypedChoiceField):
    """One of the bodies offered, by code."""

    def offer(self, bodies: Iterable[Organisation], empty: Any) -> None:
        """Set the choices."""
        found = {body.code: body for body in bodies}
        self.choices = [("", empty), *((code, body.called) for code, body in found.items())]
        self.coerce, self.empty_value = found.get, None


class WordsForm(StrictForm):
    """One text: a reason, an answer, what was done."""

    text = words(_("Nội dung"))

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label


class HoldForm(StrictForm):
    """Why, until when, and, for who may only ask, which department is asked."""

    to = BodyChoice(label=_("Đề nghị đơn vị nào đặt tạm giữ?"), error_messages={"required": _("Chọn phòng nghiệp vụ.")})
    text = words(_("Lý do tạm giữ"))
    ends_on = FutureDateField(label=_("Giữ đến ngày (để trống nếu chưa biết)"), required=False, widget=forms.DateInput(attrs=DAY), error_messages={"invalid": WRONG_DAY})

    def __init__(self, *args: Any, departments: Iterable[Organisation] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if departments is None:
            del self.fields["to"]
        else:
            self.fields["to"].offer(departments, _("Chọn phòng nghiệp vụ"))

    def clean_ends_on(self) -> Any:
        """The day it holds to is held; the row keeps the first day on which it no longer does."""
        last = self.cleaned_data["ends_on"]
        return last + timedelta(days=1) if last else None


class RequestForm(StrictForm):
    """What a person asks about their own data; sealed like the people of a case."""

    kind = forms.ChoiceField(label=_("Yêu cầu gì?"), choices=RequestKind.choices, widget=forms.RadioSelect, error_messages={"required": _("Chọn nội dung yêu cầu.")})
    capacity = forms.ChoiceField(label=_("Người yêu cầu là ai?"), choices=Capacity.choices, widget=forms.RadioSelect, error_messages={"required": _("Chọn tư cách của người yêu cầu.")})
    asker = CleanCharField(label=_("Họ và tên người yêu cầu"), max_length=120)
    contact = CleanCharField(label=_("Điện thoại hoặc địa chỉ để trả lời"), max_length=200)
    school = BodyChoice(label=_("Trường, đơn vị giữ dữ liệu"), required=False)
    case_code = CleanCharField(label=_("Mã vụ việc (nếu có)"), max_length=20, required=False)
    received_at = hour(_("Nhận yêu cầu lúc"))
    wish = words(_("Nội dung yêu cầu"))
    through_processor = forms.BooleanField(label=_("Phải thực hiện qua bên xử lý dữ liệu hoặc bên thứ ba"), required=False)

    def __init__(self, *args: Any, schools: Iterable[Organisation] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if schools is None:
            del self.fields["school"]
        else:
            self.fields["school"].offer(schools, _("Không rõ, hoặc là Sở"))

    def clean_received_at(self) -> Any:
        """A request of long ago is a slip of the finger."""
        received = self.cleaned_data["received_at"]
        if received < clocks.now() - timedelta(days=60):
            raise ValidationError(_("Ngày nhận quá xa. Kiểm tra lại giờ, ngày."))
        return received


class RefuseForm(StrictForm):
    """The legal ground of the fixed list, and the words for the person."""

    ground = forms.ChoiceField(label=_("Căn cứ"), choices=RefusalGround.choices, widget=forms.RadioSelect, error_messages={"required": _("Chọn căn cứ.")})
    text = words(_("Trả lời người yêu cầu"))


class ExtendForm(StrictForm):
    """By how many days, and why."""

    days = forms.IntegerField(label=_("Gia hạn thêm (ngày)"), min_value=1, max_value=20)
    text = words(_("Lý do gia hạn, đã báo người yêu cầu"))


class ExportForm(StrictForm):
    """Where the person is found: a case by its number and a pseudonym in it, or an account."""

    part = forms.ChoiceField(label=_("Dữ liệu của ai?"), widget=forms.RadioSelect)
    case_code = CleanCharField(label=_("Mã vụ việc"), max_length=20, required=False)
    who = CleanCharField(label=_("Ký hiệu trong vụ việc, hoặc tên đăng nhập"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [(part.name, part.words) for part in subject.parts()]


class BreachForm(StrictForm):
    """What is known of a leak when it is discovered."""

    discovered_at = hour(_("Phát hiện lúc"))
    began_at = hour(_("Dữ liệu có thể bị lộ từ"))
    ended_at = hour(_("Dữ liệu có thể bị lộ đến"))
    serious = forms.BooleanField(label=_("Sự cố nghiêm trọng: phải báo tin đầu trong 24 giờ"), required=False)
    cases = forms.IntegerField(label=_("Số vụ việc bị ảnh hưởng"), min_value=0, max_value=1_000_000)
    people = forms.IntegerField(label=_("Số người bị ảnh hưởng"), min_value=0, max_value=10_000_000)
    description = words(_("Diễn biến (không ghi họ tên)"), longest=4000)

    def clean(self) -> dict[str, Any]:
        """A leak ends after it began, and is discovered after that."""
        given = super().clean()
        if {"began_at", "ended_at", "discovered_at"} <= set(given) and not given["began_at"] <= given["ended_at"] <= given["discovered_at"]:
            raise ValidationError(_("Giờ không khớp: bắt đầu, rồi kết thúc, rồi phát hiện."))
        return given


class DayForm(StrictForm):
    """One day."""

    day = forms.DateField(widget=forms.DateInput(attrs=DAY), error_messages={"invalid": WRONG_DAY, "required": WRONG_DAY})

    def __init__(self, *args: Any, label: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label = label
