"""The one strict form base: clean text, known keys, a whole body, and errors in words beside the field (security.md 0.6)."""

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coordination import clocks

END = "__end"
ALWAYS_ALLOWED = {"csrfmiddlewaretoken", "confirmed", END}
EARLIEST_YEAR = 2000
STRIPPED = {"Cf"}
REFUSED = {"Cc", "Cs", "Co", "Cn"}
# A field for a day, and what is said of one that cannot be read.
DAY = {"placeholder": _("ngày/tháng/năm"), "inputmode": "numeric", "autocomplete": "off"}
WRONG_DAY = _("Ngày không đúng. Nhập theo dạng ngày/tháng/năm, ví dụ 21/11/2026.")


def posted(request: HttpRequest) -> Any:
    """What was sent, or nothing when the page is only opened; an empty body was sent too."""
    return request.POST if request.method == "POST" else None


def clean_text(text: str, *, lines: bool = False) -> str:
    """NFC, no control characters, no zero-width or direction marks, single spaces. Raises ValidationError with what to do."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(letter for letter in text if unicodedata.category(letter) not in STRIPPED)
    if any(unicodedata.category(letter) in REFUSED and not (letter in "\n\t") for letter in kept):
        raise ValidationError(_("Nội dung có ký tự lạ không đọc được. Hãy gõ lại đoạn đó."), code="control")
    kept = kept.replace("\t", " ")
    rows = [" ".join(row.split()) for row in kept.split("\n")]
    return "\n".join(rows).strip() if lines else " ".join(" ".join(rows).split())


class CleanCharField(forms.CharField):
    """Text of people. `lines=True` keeps line breaks."""

    def __init__(self, *, lines: bool = False, max_length: int = 200, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(max_length=max_length, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        """The text as it will be stored."""
        text = super().to_python(value)
        if len(text) > 4 * self.max_length + 4000:
            raise ValidationError(_("Nội dung quá dài: tối đa %(max)s ký tự."), code="max_length", params={"max": self.max_length})
        return clean_text(text, lines=self.lines)


class PastDateTimeField(forms.DateTimeField):
    """An instant in Vietnam time, d/m/Y H:M, not before 2000 and not later than now."""

    future = _("Giờ này muộn hơn giờ hiện tại. Nhập lại giờ, ngày.")

    def to_python(self, value: Any) -> Any:
        """The aware instant."""
        try:
            instant = super().to_python(value)
        except (OverflowError, ValueError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if instant is not None:
            refuse_impossible(instant, self.future)
        return instant


def refuse_impossible(instant: Any, future: Any = _("Giờ xảy ra muộn hơn giờ hiện tại. Chọn lại ngày, giờ.")) -> None:
    """A date typed wrongly is said so, with what to do."""
    if instant.year < EARLIEST_YEAR:
        raise ValidationError(_("Năm không hợp lệ. Nhập ngày theo dạng ngày/tháng/năm, ví dụ 21/11/2026."), code="year")
    if instant > clocks.now():
        raise ValidationError(future, code="future")


class FutureDateField(forms.DateField):
    """A day from today on, at most five years ahead."""

    def to_python(self, value: Any) -> Any:
        """The day."""
        day = super().to_python(value)
        if day is None:
            return None
        today = clocks.today()
        if day < today:
            raise ValidationError(_("Ngày này đã qua. Chọn hôm nay hoặc một ngày sau."), code="past")
        if day.year > today.year + 5:
            raise ValidationError(_("Ngày này quá xa. Chọn một ngày trong 5 năm tới."), code="far")
        return day


class StrictForm(forms.Form):
    """Refuses unknown keys and cut bodies with 400; ends with a sentinel field that the template renders last.

    `passing` names keys that belong to the page and not to the form.
    """

    passing: frozenset[str] = frozenset()
    required_css_class = "required"

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        if data is not None:
            self.refuse_strange(data)

    def refuse_strange(self, data: Any) -> None:
        """Unknown keys mean a forged or broken form; a missing sentinel means that the end was cut off."""
        known = ALWAYS_ALLOWED | self.passing | {self.add_prefix(name) for name in self.fields} | {f"{self.add_prefix(name)}_{part}" for name in self.fields for part in (0, 1)}
        strange = set(data) - known
        if strange:
            raise BadRequest("unknown form key")
        if END not in data:
            raise BadRequest("the form arrived without its end")
