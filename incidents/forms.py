"""The questions people answer about a case; every error says what to do, beside its field."""

import uuid
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import BadRequest, ValidationError
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.models import Organisation
from coordination.web.forms import DAY, WRONG_DAY, CleanCharField, PastDateTimeField, StrictForm, refuse_impossible
from coordination.web.words import hour_words
from incidents import rules
from incidents.models import Incident, Kind, PlaceKind, Severity
from incidents.models.cases import Called, Handling, SessionOfDay
from incidents.models.people import AgeBand, PersonRole
from incidents.models.referrals import Step
from incidents.workflow import Outcome

SHORTEST_SENTENCE = 10


class When:
    """The three chips of the second question."""

    JUST_NOW, TODAY, OTHER = "now", "today", "other"
    CHOICES = [(JUST_NOW, _("Vừa xong")), (TODAY, _("Hôm nay")), (OTHER, _("Ngày khác"))]


class Worded(str):
    """A choice's label that carries its hint along to the card."""

    hint: Any = ""

    def __new__(cls, label: Any, hint: Any) -> "Worded":
        worded = super().__new__(cls, label)
        worded.hint = hint
        return worded


SEVERITY_HINTS = {
    Severity.S4: _("Có người chết, nguy kịch hoặc mất tích; nguy hiểm chưa dứt; cháy còn người bên trong; ngộ độc nhiều người. Gọi điện trước."),
    Severity.S3: _("Có người đi viện; có dao, ma túy, nghi xâm hại; nhiều học sinh tham gia."),
    Severity.S2: _("Thương tích nhẹ, mất tài sản, có người ngoài hoặc trường khác."),
    Severity.S1: _("Không ai bị thương, không có dấu hiệu vi phạm pháp luật."),
}


def severity_choices() -> list[tuple[str, Worded]]:
    """The four cards, the gravest first (domain/practice.md 4)."""
    return [(severity.value, Worded(severity.label, hint)) for severity, hint in SEVERITY_HINTS.items()]


class QuickReportForm(StrictForm):
    """Báo nhanh: five questions, word for word as domain/practice.md 4."""

    passing = frozenset({"confirmed"})

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("Việc gì đã xảy ra?"),
        help_text=_("Chọn loại gần đúng nhất; sửa được sau."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn loại vụ việc. Chọn loại gần đúng nhất hoặc “Khác”."), "invalid_choice": _("Loại vụ việc này không có trong danh mục. Chọn lại.")},
    )
    when = forms.ChoiceField(
        label=_("Xảy ra lúc nào?"),
        help_text=_("Không nhớ chính xác thì chọn giờ gần đúng."),
        choices=When.CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn lúc xảy ra. Chọn “Vừa xong”, “Hôm nay” hoặc “Ngày khác”.")},
    )
    day = forms.DateField(
        label=_("Ngày"), required=False, widget=forms.DateInput(attrs=DAY), error_messages={"invalid": WRONG_DAY}
    )
    hour = forms.TimeField(
        label=_("Giờ"),
        required=False,
        widget=forms.TimeInput(attrs={"placeholder": _("giờ:phút"), "inputmode": "numeric", "autocomplete": "off"}, format="%H:%M"),
        error_messages={"invalid": _("Giờ không đúng. Nhập theo dạng giờ:phút, ví dụ 09:30.")},
    )
    place_kind = forms.ChoiceField(
        label=_("Ở đâu?"),
        help_text=_("Ghi rõ chỗ nếu cần, ví dụ: sân sau, nhà vệ sinh tầng 2."),
        choices=PlaceKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn nơi xảy ra. Chọn một nơi gần đúng nhất.")},
    )
    place_detail = CleanCharField(label=_("Ghi rõ chỗ"), required=False, max_length=120)
    severity = forms.ChoiceField(
        label=_("Tình hình lúc này?"),
        help_text=_("Chọn mức cao nhất đúng với sự việc."),
        choices=severity_choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn tình hình. Chọn mức cao nhất đúng với sự việc.")},
    )
    summary = CleanCharField(
        label=_("Tóm tắt một, hai câu"),
        help_text=_("Bao nhiêu em, việc gì, đã làm gì. Không ghi tên, lớp, số điện thoại."),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "data-guard": ""}),
        error_messages={"required": _("Chưa có tóm tắt. Viết một câu: bao nhiêu em, việc gì, đã làm gì.")},
    )

    def __init__(self, data: Any = None, *args: Any, kinds: Iterable[Kind], **kwargs: Any) -> None:
        self.kinds = {kind.code: kind for kind in kinds}
        super().__init__(data, *args, **kwargs)
        self.fields["kind"].choices = [(code, kind.words) for code, kind in self.kinds.items()]

    def clean(self) -> dict[str, Any]:
        """Put day and hour together; refuse the future and a severity below the kind's minimum."""
        given = super().clean()
        self.instant(given)
        kind = self.kinds.get(given.get("kind", ""))
        severity = given.get("severity")
        if kind and severity and not rules.severity_allowed(kind, severity):
            least = rules.lowest_severity(kind)
            self.add_error("severity", ValidationError(_("Loại việc này thấp nhất là mức “%(least)s”. Chọn mức đó hoặc cao hơn."), params={"least": least.label}))
        given["kind_row"] = kind
        return given

    def instant(self, given: dict[str, Any]) -> None:
        """When it happened, as one instant; errors go to the field at fault."""
        when, now = given.get("when"), clocks.local(clocks.now())
        given["occurred_at"] = now if when == When.JUST_NOW else None
        if when not in (When.TODAY, When.OTHER) or {"day", "hour"} & set(self.errors):
            return
        if given.get("hour") is None:
            self.add_error("hour", ValidationError(_("Chưa có giờ. Nhập giờ gần đúng, ví dụ 09:30.")))
        if when == When.OTHER and given.get("day") is None:
            self.add_error("day", ValidationError(_("Chưa có ngày. Nhập theo dạng ngày/tháng/năm, ví dụ 21/11/2026.")))
        if {"day", "hour"} & set(self.errors):
            return
        day = now.date() if when == When.TODAY else given["day"]
        self.settle(given, datetime.combine(day, given["hour"] or time(), tzinfo=now.tzinfo), "hour" if when == When.TODAY else "day")

    def settle(self, given: dict[str, Any], instant: datetime, field: str) -> None:
        """Keep a possible instant; say beside the field why another is not."""
        try:
            refuse_impossible(instant)
        except ValidationError as error:
            self.add_error(field, error)
        else:
            given["occurred_at"] = instant

    def answers(self) -> dict[str, Any]:
        """What the action stores."""
        given = self.cleaned_data
        return {"kind": given["kind_row"]} | {name: given[name] for name in ("severity", "occurred_at", "place_kind", "place_detail", "summary")}

    def said_when(self) -> str:
        """The second answer as it was given, not as the clock reads it."""
        return "|".join(str(self.cleaned_data.get(name) or "") for name in ("when", "day", "hour"))


class DeputyReportForm(QuickReportForm):
    """Báo nhanh by the deputy, who alone is asked about the school's leadership (domain/practice.md 2.3)."""

    conflict = forms.BooleanField(
        label=_("Có liên quan đến lãnh đạo nhà trường"), required=False, help_text=_("Hiệu trưởng không thấy vụ việc này. Việc của trường và thông báo gửi về cấp quản lý; bạn vẫn bổ sung, theo dõi được.")
    )
    tell_head = forms.BooleanField(
        label=_("Báo Hiệu trưởng vụ việc hạn chế này"),
        required=False,
        help_text=_("Không đánh dấu: Hiệu trưởng chưa được báo; đầu mối bảo vệ trẻ em, Trưởng Công an hoặc bạn báo sau. Loại vụ việc khác thì Hiệu trưởng luôn được báo."),
    )

    @property
    def restricted_kinds(self) -> str:
        """The kinds for which the question counts, as components reveal it."""
        return "kind=" + "|".join(code for code, kind in self.kinds.items() if kind.restricted)


class InsteadForm(QuickReportForm):
    """Báo thay nhà trường: the same five questions by the managing body, when the school's leadership is concerned."""

    school = forms.ModelChoiceField(
        label=_("Trường nào?"),
        queryset=Organisation.objects.none(),
        to_field_name="code",
        empty_label=_("Chọn trường"),
        error_messages={"required": _("Chưa chọn trường."), "invalid_choice": _("Trường này không thuộc đơn vị quản lý. Chọn lại.")},
    )

    def __init__(self, data: Any = None, *args: Any, schools: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["school"].queryset = schools
        self.fields["school"].label_from_instance = lambda school: school.called


def draft_answers(form: QuickReportForm, data: Any) -> tuple[uuid.UUID, dict[str, Any], bool]:
    """The answers of an unfinished form that can already be kept, and whether it concerns the school's leadership; what is not yet valid waits in the browser.

    A draft without a readable key is no draft of ours: 400.
    """
    form.is_valid()
    given = form.cleaned_data
    if "key" not in given:
        raise BadRequest("draft key")
    kept = {name: given[name] for name in ("severity", "place_kind", "place_detail", "summary", "occurred_at") if given.get(name)}
    kept |= {name: "" for name in ("summary", "place_detail") if not str(data.get(name, "")).strip()}
    return given["key"], kept | ({"kind": given["kind_row"]} if given.get("kind_row") else {}), bool(given.get("conflict"))


class MergeForm(StrictForm):
    """Nhập vào vụ khác: which one stays."""

    into = forms.ModelChoiceField(
        label=_("Nhập vào vụ nào?"),
        queryset=Incident.objects.none(),
        to_field_name="code",
        empty_label=_("Chọn vụ việc"),
        error_messages={"required": _("Chưa chọn vụ việc nhận nhập."), "invalid_choice": _("Không nhập được vào vụ này. Chọn lại.")},
    )

    def __init__(self, data: Any = None, *args: Any, rows: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["into"].queryset = rows
        self.fields["into"].label_from_instance = lambda row: f"{row.duty_words} · {hour_words(row.occurred_at)}"


class CallForm(StrictForm):
    """Đã gọi cho ai, lúc mấy giờ."""

    called = forms.ChoiceField(label=_("Đã gọi cho ai?"), choices=Called.choices, widget=forms.RadioSelect, error_messages={"required": _("Chưa chọn đã gọi cho ai.")})
    called_at = PastDateTimeField(
        label=_("Lúc"), widget=forms.DateTimeInput(attrs={"placeholder": _("giờ:phút ngày/tháng/năm")}, format="%H:%M %d/%m/%Y"), error_messages={"invalid": _("Giờ gọi không đúng. Nhập ví dụ 10:42 21/11/2026."), "required": _("Chưa có giờ gọi.")}
    )


class ReasonForm(StrictForm):
    """One text that an act needs."""

    text = CleanCharField(label=_("Nội dung"), max_length=2000, lines=True, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": _("Chưa có nội dung. Viết ít nhất một câu.")})

    def __init__(self, data: Any = None, *args: Any, label: Any = "", hint: Any = "", **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label
        self.fields["text"].help_text = hint


class PurposeForm(StrictForm):
    """Why something sealed is opened, of the purposes this reader may state; one opening in ten asks for a sentence too (security.md 3.1)."""

    purpose = forms.ChoiceField(
        label=_("Mục đích mở"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa nêu mục đích. Chọn một mục đích rồi mở."), "invalid_choice": _("Mục đích này không dùng để mở được. Chọn một mục đích trong danh sách; thống kê không cần họ tên.")},
    )
    reason = CleanCharField(
        label=_("Cần xem để làm gì?"),
        help_text=_("Khoảng mười lần mở thì một lần hỏi thêm một câu, để người mở dừng lại cân nhắc. Câu này được khóa cùng lịch sử mở của bạn."),
        required=False,
        max_length=300,
    )

    def __init__(self, data: Any = None, *args: Any, purposes: Iterable[tuple[str, Any]], asks: bool = False, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.asks = asks
        self.fields["purpose"].choices = list(purposes)

    def clean_reason(self) -> str:
        """A sentence, when this opening asks for one."""
        reason = self.cleaned_data["reason"]
        if self.asks and len(reason) < SHORTEST_SENTENCE:
            raise ValidationError(_("Lần mở này cần thêm một câu. Viết ngắn gọn cần xem để làm gì."))
        return reason


class PersonForm(StrictForm):
    """A person of the case; the name goes into the sealed table."""

    role = forms.ChoiceField(label=_("Là ai trong vụ việc?"), choices=PersonRole.choices, widget=forms.RadioSelect, error_messages={"required": _("Chưa chọn vai trò.")})
    age_band = forms.ChoiceField(label=_("Độ tuổi"), choices=AgeBand.choices, widget=forms.RadioSelect, error_messages={"required": _("Chưa chọn độ tuổi. Chưa biết thì chọn “Chưa rõ”.")})
    full_name = CleanCharField(label=_("Họ và tên"), max_length=80, error_messages={"required": _("Chưa có họ tên. Chưa biết thì ghi “Chưa rõ”.")})
    class_name = CleanCharField(label=_("Lớp, bộ phận"), required=False, max_length=40)
    contact = CleanCharField(label=_("Liên hệ (gia đình, số điện thoại)"), required=False, max_length=160)


def count_field(label: Any) -> forms.IntegerField:
    """A number of persons."""
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=5000,
        localize=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": _("Chưa có số. Không có thì ghi 0."),
            "invalid": _("Chỉ nhập số, ví dụ 3."),
            "min_value": _("Số không được âm."),
            "max_value": _("Số quá lớn. Kiểm tra lại."),
        },
    )


class FullReportForm(StrictForm):
    """Báo cáo đầy đủ: the kind once more, now that more is known; the counts of Appendix I; the story."""

    kind = forms.ChoiceField(
        label=_("Loại vụ việc"), help_text=_("Sửa nếu lúc báo nhanh chọn chưa đúng."), required=False, error_messages={"invalid_choice": _("Loại vụ việc này không có trong danh mục. Chọn lại.")}
    )
    session = forms.ChoiceField(label=_("Xảy ra vào buổi nào?"), choices=SessionOfDay.choices, widget=forms.RadioSelect, error_messages={"required": _("Chưa chọn buổi.")})
    pupils = count_field(_("Số học sinh có liên quan, bị ảnh hưởng"))
    pupils_female = count_field(_("Trong đó nữ"))
    victims_under_16 = count_field(_("Người bị ảnh hưởng dưới 16 tuổi"))
    injured = count_field(_("Số người bị thương"))
    deaths = count_field(_("Số người tử vong"))
    handling = forms.ChoiceField(label=_("Đã giải quyết thế nào?"), choices=Handling.choices, widget=forms.RadioSelect, error_messages={"required": _("Chưa chọn cách giải quyết.")})
    family_told_at = PastDateTimeField(
        label=_("Đã thông báo cho cha mẹ/người giám hộ lúc"),
        required=False,
        widget=forms.DateTimeInput(attrs={"placeholder": _("giờ:phút ngày/tháng/năm")}, format="%H:%M %d/%m/%Y"),
        error_messages={"invalid": _("Giờ báo gia đình không đúng. Nhập ví dụ 11:15 21/11/2026.")},
    )
    family_not_told_reason = CleanCharField(label=_("Tạm chưa báo gia đình – lý do"), required=False, max_length=300)
    in_press = forms.BooleanField(label=_("Báo chí, mạng xã hội đã đăng"), required=False)
    narrative = CleanCharField(
        label=_("Diễn biến"),
        help_text=_("Kể theo thứ tự thời gian. Gọi người trong cuộc là HS-1, HS-2; họ tên ghi ở “Người liên quan”."),
        max_length=5000,
        lines=True,
        widget=forms.Textarea(attrs={"rows": 8, "data-guard": ""}),
        error_messages={"required": _("Chưa có diễn biến. Kể ngắn gọn việc đã xảy ra.")},
    )
    measures = CleanCharField(label=_("Nhà trường đã làm gì, đề nghị gì"), required=False, max_length=3000, lines=True, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, data: Any = None, *args: Any, kinds: Iterable[Kind], **kwargs: Any) -> None:
        self.kinds = {kind.code: kind for kind in kinds}
        super().__init__(data, *args, **kwargs)
        self.fields["kind"].choices = [(code, kind.words) for code, kind in self.kinds.items()]

    def answers(self) -> dict[str, Any]:
        """What the action stores; the kind apart, None when it was not sent."""
        return {name: value for name, value in self.cleaned_data.items() if name != "kind"}

    def corrected_kind(self) -> Kind | None:
        """The kind as the school knows it now."""
        return self.kinds.get(self.cleaned_data.get("kind", ""))

    def clean(self) -> dict[str, Any]:
        """Female pupils are among the pupils; the family is told, or there is a reason (domain/practice.md 2.3)."""
        given = super().clean()
        if (given.get("pupils_female") or 0) > (given.get("pupils") or 0):
            self.add_error("pupils_female", ValidationError(_("Số nữ lớn hơn tổng số học sinh. Kiểm tra lại hai số này.")))
        if not given.get("family_told_at") and not given.get("family_not_told_reason") and "family_told_at" not in self.errors:
            self.add_error("family_told_at", ValidationError(_("Ghi giờ đã báo gia đình, hoặc lý do tạm chưa báo.")))
        return given


class ForwardForm(StrictForm):
    """Chuyển đơn vị có thẩm quyền: to whom, and why."""

    to = forms.ModelChoiceField(label=_("Chuyển đến đơn vị"), queryset=Organisation.objects.none(), to_field_name="code", empty_label=_("Chọn đơn vị"), error_messages={"required": _("Chưa chọn đơn vị nhận."), "invalid_choice": _("Đơn vị này không nhận được vụ việc. Chọn lại.")})
    text = CleanCharField(label=_("Lý do chuyển"), max_length=1000, lines=True, widget=forms.Textarea(attrs={"rows": 3}), error_messages={"required": _("Chưa có lý do chuyển. Viết một câu.")})

    def __init__(self, data: Any = None, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.fields["to"].queryset = units


class StepForm(StrictForm):
    """A follow-up in one tap: the button's value is the step."""

    step = forms.ChoiceField(choices=Step.choices, error_messages={"required": _("Chưa chọn việc đã làm."), "invalid_choice": _("Việc này không có trong danh mục.")})


class OutcomeForm(StrictForm):
    """Báo kết quả: one of the fixed list."""

    outcome = forms.ChoiceField(label=_("Kết quả"), choices=Outcome.choices, widget=forms.RadioSelect, error_messages={"required": _("Chưa chọn kết quả. Chọn một kết quả trong danh mục.")})
    text = CleanCharField(
        label=_("Lời nhắn cho nhà trường"), required=False, max_length=1000, lines=True, help_text=_("Không ghi nội dung điều tra, tên trẻ em khác."), widget=forms.Textarea(attrs={"rows": 3})
    )
