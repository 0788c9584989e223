"""The questions about files: which to send, why one is opened, why one is taken down."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext_lazy as _

from coordination.intake.uploads import MOST_AT_ONCE
from coordination.web.forms import END, StrictForm

NONE_CHOSEN = _("Chưa chọn tệp. Chọn ít nhất một tệp.")


class Files(forms.FileInput):
    """One input, several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All of them, in their order."""
        return files.getlist(name)


class FilesField(forms.FileField):
    """One to five files as they were sent; what is in them is looked at later."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files."""
        if not data:
            raise ValidationError(NONE_CHOSEN, code="required")
        if len(data) > MOST_AT_ONCE:
            raise ValidationError(_("Mỗi lần gửi tối đa %(most)s tệp. Chọn ít hơn, gửi thành nhiều lần."), code="many", params={"most": MOST_AT_ONCE})
        return data


class FilesForm(StrictForm):
    """Gửi tệp."""

    files = FilesField(
        label=_("Tệp cần gửi"),
        help_text=_("Tối đa 5 tệp một lần, mỗi tệp 10 MB."),
        widget=Files(attrs={"accept": ".jpg,.jpeg,.png,.webp,.pdf,.docx,.xlsx"}),
    )

    def refuse_strange(self, data: Any) -> None:
        """A body of parts that was cut inside its last field still has that field's name, not its value."""
        super().refuse_strange(data)
        if data[END] != "1":
            raise BadRequest("the form arrived without its end")


class FilePurposeForm(StrictForm):
    """Why a file is opened, in the purposes that this reader may state."""

    purpose = forms.ChoiceField(label=_("Mục đích mở"), widget=forms.RadioSelect, error_messages={"required": _("Chưa nêu mục đích. Chọn một mục đích rồi mở."), "invalid_choice": _("Chọn một mục đích trong danh sách.")})

    def __init__(self, data: Any = None, *, purposes: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["purpose"].choices = purposes
