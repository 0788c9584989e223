"""What is ordered, under which number it is issued, the signed file that comes back, and the filters of the list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coordination.intake.limits import NotTaken
from coordination.intake.words import REASONS
from coordination.models import Organisation, Unit
from coordination.models.territory import Level
from coordination.paper.documents import long_date
from coordination.periods import Period
from coordination.web.forms import DAY, WRONG_DAY, CleanCharField, StrictForm
from reports import signed
from reports.models import Audience, Report, Signing
from reports.papers import letterhead
from reports.papers.common import Section
from reports.workflow import ReportStatus

PARTS = [(Level.PROVINCE, _("Toàn địa bàn")), (Level.DISTRICT, _("Địa bàn cấp huyện trước ngày 01/7/2025")), (Level.COMMUNE, _("Một xã, phường, đặc khu"))]
DRAFT, ISSUED = "du-thao", "da-ban-hanh"
IN_STATE = {DRAFT: [ReportStatus.ORDERED, ReportStatus.READY], ISSUED: [ReportStatus.NUMBERED, ReportStatus.ISSUED]}
STATES = [("", _("Tất cả")), (DRAFT, _("Dự thảo")), (ISSUED, _("Đã ban hành"))]
LONGEST_SECTION = 3_000
LARGEST_NUMBER = 99_999
LARGEST_FILE = 10 * 1024 * 1024
LAST_BYTES = 2048  # in which every PDF says that it is whole


class OrderForm(StrictForm):
    """Which period, for whom, and of which area."""

    period = forms.ChoiceField(label=_("Kỳ báo cáo"), error_messages={"required": _("Chưa chọn kỳ."), "invalid_choice": _("Kỳ này không lập được. Chọn một kỳ trong danh sách.")})
    audience = forms.ChoiceField(
        label=_("Bản báo cáo"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn bản gửi cho ai."), "invalid_choice": _("Chọn một bản trong danh sách.")},
    )
    area = forms.TypedChoiceField(
        label=_("Địa bàn"),
        help_text=_("Bản gửi ngành Giáo dục lập cho toàn địa bàn của đơn vị; bản gửi Công an chọn được địa bàn."),
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": _("Địa bàn này ngoài phạm vi của đơn vị. Chọn một địa bàn trong danh sách.")},
    )

    def __init__(self, data: Any = None, *args: Any, periods: list[Period], audiences: list[Audience], areas: list[Unit], **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["period"].choices = [(period.key, period.label) for period in periods]
        self.fields["audience"].choices = [(audience.value, audience.label) for audience in audiences]
        self.offer(areas)

    def offer(self, areas: list[Unit]) -> None:
        """The areas by their level. A body with one area is not asked."""
        units = {str(unit.pk): unit for unit in areas}
        choices = [(label, [(str(unit.pk), unit.full_name) for unit in areas if unit.level == level]) for level, label in PARTS]
        self.fields["area"].choices = [(label, members) for label, members in choices if members]
        self.fields["area"].coerce = units.get
        if len(areas) == 1:
            self.fields["area"].widget = forms.HiddenInput()


class WordsForm(StrictForm):
    """One text for each section that people write, under the heading it has on paper."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages={"required": _("Mở lại trang rồi lưu."), "invalid": _("Mở lại trang rồi lưu."), "min_value": _("Mở lại trang rồi lưu.")},
    )

    def __init__(self, data: Any = None, *args: Any, sections: tuple[Section, ...], **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)
        for section in sections:
            self.fields[section.key] = CleanCharField(
                label=section.title,
                help_text=section.asks,
                required=False,
                lines=True,
                max_length=LONGEST_SECTION,
                widget=forms.Textarea(attrs={"rows": 5, "data-guard": ""}),
            )
        if data is not None:
            self.data, self.is_bound = data, True
            self.refuse_strange(data)

    @property
    def words(self) -> dict[str, str]:
        """By the key of the section."""
        return {name: text for name, text in self.cleaned_data.items() if name != "seen"}


class IssueForm(StrictForm):
    """What the clerk takes from the body's book of papers (practice.md 2.9)."""

    number = forms.IntegerField(
        label=_("Số"),
        help_text=_("Số trong sổ văn bản đi của đơn vị."),
        min_value=1,
        max_value=LARGEST_NUMBER,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Chưa có số. Nhập số trong sổ văn bản."),
            "invalid": _("Số chỉ gồm chữ số, ví dụ 125."),
            "min_value": _("Số bắt đầu từ 1."),
            "max_value": _("Số quá lớn. Xem lại sổ văn bản."),
        },
    )
    symbol = forms.ChoiceField(label=_("Ký hiệu"), error_messages={"required": _("Chưa chọn ký hiệu."), "invalid_choice": _("Chọn một ký hiệu trong danh sách.")})
    issued_on = forms.DateField(
        label=_("Ngày ban hành"),
        widget=forms.DateInput(attrs=DAY),
        error_messages={"required": _("Chưa có ngày ban hành. Nhập ngày/tháng/năm."), "invalid": WRONG_DAY},
    )
    signing = forms.ChoiceField(label=_("Người ký"), error_messages={"required": _("Chưa chọn người ký."), "invalid_choice": _("Chọn một dòng trong danh sách.")})

    def __init__(self, data: Any = None, *args: Any, issuer: Organisation, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["symbol"].choices = [(sign, sign) for sign in letterhead.symbols_of(issuer)]
        self.fields["signing"].choices = [(signing.value, signed_as(issuer, signing)) for signing in letterhead.SIGNERS[issuer.kind]]


def signed_as(issuer: Organisation, signing: Signing) -> str:
    """The lines over the signature, in one: TM. ỦY BAN NHÂN DÂN – KT. CHỦ TỊCH – PHÓ CHỦ TỊCH."""
    authority, post = letterhead.signing_lines(issuer, signing)
    return " – ".join(line.upper() for line in (*authority, post))


class SignedForm(StrictForm):
    """The file that came back from the body's own signing tool (reports/signed.py says what is verified of it)."""

    file = forms.FileField(
        label=_("Tệp PDF đã ký số"),
        help_text=_("Tối đa 10 MB. Tải lên một lần, không thay được. Hệ thống kiểm tra chữ ký phủ cả tệp, đúng số và ngày; không kiểm tra chứng thư của người ký."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
        error_messages={"required": _("Chưa chọn tệp."), "empty": _("Tệp này rỗng. Chọn lại tệp PDF đã ký số."), "invalid": _("Chưa chọn tệp.")},
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.report = report

    def clean_file(self) -> bytes:
        """The content: a whole PDF, signed from its first byte to its last, that names this report."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise ValidationError(_("Tệp quá lớn: tối đa 10 MB."), code="large")
        content = file.read()
        if not content.startswith(b"%PDF-") or b"%%EOF" not in content[-LAST_BYTES:]:
            raise ValidationError(_("Tệp này không phải PDF hoặc bị cắt. Chọn lại tệp PDF đã ký số."), code="not_pdf")
        if not signed.has_signature(content):
            raise ValidationError(_("Tệp PDF này chưa có chữ ký số. Ký số bằng công cụ của cơ quan rồi tải lên."), code="not_signed")
        if not signed.signs_the_whole(content):
            raise ValidationError(_("Chữ ký số không phủ hết tệp: tệp bị sửa, bị ghép sau khi ký hoặc bị cắt. Tải lên đúng tệp mà công cụ ký số đã lưu."), code="not_whole")
        try:
            if not signed.is_of(self.report, content):
                raise ValidationError(self.another_paper(), code="another")
        except NotTaken as refused:
            raise ValidationError(REASONS[refused.reason], code=refused.reason) from refused
        return content

    def another_paper(self) -> str:
        """What is missing, and what to do."""
        named = {"number": self.report.number_words, "day": long_date(self.report.issued_on)}
        return _now("Trong tệp không có số %(number)s và %(day)s. Ký số chính tệp PDF của báo cáo này, không ký bản chụp, bản quét.") % named


class ReportFilter(forms.Form):
    """Shown over the list; what the address says is read by params."""

    trang_thai = forms.ChoiceField(label=_("Tình trạng"), choices=STATES, required=False)
    ky = forms.ChoiceField(label=_("Kỳ báo cáo"), required=False)

    def __init__(self, *args: Any, periods: list[Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ky"].choices = [("", _("Tất cả")), *((period.key, period.label) for period in periods)]
