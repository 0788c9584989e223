"""The questions about accounts: who should hold what, why it is shut or reset, until which hour, and the code of an invitation."""

from datetime import datetime, time
from typing import Any

from allauth.account.forms import ResetPasswordForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination import clocks
from coordination.folding import fold
from coordination.importing.accounts import USERNAME
from coordination.importing.places import reach_of, within
from coordination.models import Organisation, Role, User
from coordination.models.people import Suspension
from coordination.people import account_lists, account_requests
from coordination.web.forms import DAY, WRONG_DAY, CleanCharField, FutureDateField, StrictForm


def a_day(label: Any, *, required: bool = True, **more: Any) -> FutureDateField:
    """A day from today on."""
    return FutureDateField(label=label, required=required, widget=forms.DateInput(attrs=DAY), error_messages={"required": _("Chưa có ngày. Nhập ngày/tháng/năm."), "invalid": WRONG_DAY}, **more)


def a_name(label: Any = _("Tên đăng nhập")) -> CleanCharField:
    """A user name."""
    return CleanCharField(label=label, max_length=80, widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}), error_messages={"required": _("Chưa có tên đăng nhập.")})


def a_reason(label: Any, help_text: Any = "") -> CleanCharField:
    """Why, in a sentence."""
    return CleanCharField(label=label, help_text=help_text, max_length=300, widget=forms.Textarea(attrs={"rows": 2}), error_messages={"required": _("Chưa ghi lý do. Ghi một câu.")})


class FilterForm(forms.Form):
    """What the list can be narrowed by; it stays in the address."""

    q = forms.CharField(label=_("Tên đăng nhập, tên đơn vị"), help_text=_("Không cần gõ dấu."), required=False)
    state = forms.ChoiceField(label=_("Tình trạng"), required=False, choices=[("", _("Tất cả")), *account_lists.State.choices])


class ProposeForm(StrictForm):
    """Who should hold which post of which unit; the head of a unit proposes for his own."""

    username = a_name()
    email = forms.EmailField(label=_("Thư điện tử"), max_length=254, error_messages={"required": _("Chưa có địa chỉ thư điện tử."), "invalid": _("Địa chỉ thư điện tử không đúng.")})
    body = CleanCharField(label=_("Đơn vị"), help_text=_("Mã hoặc tên đầy đủ của cơ quan, cơ sở giáo dục."), max_length=200, error_messages={"required": _("Chưa ghi đơn vị.")})
    role = forms.ChoiceField(label=_("Vị trí"), error_messages={"required": _("Chưa chọn vị trí."), "invalid_choice": _("Chọn một vị trí trong danh sách.")})
    starts = a_day(_("Từ ngày"), required=False, help_text=_("Để trống: từ hôm nay."))
    ends = a_day(_("Đến hết ngày"), required=False, help_text=_("Để trống: chưa định."))
    reason = a_reason(_("Căn cứ, lý do"), _("Ví dụ: số, ngày quyết định phân công."))

    def __init__(self, data: Any = None, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(None, *args, **kwargs)
        self.actor, self.organisation = actor, None
        if not account_requests.chooses_the_unit(actor):
            del self.fields["body"]
            self.organisation = actor.organisation
        offered = account_requests.offered_to(actor)
        self.fields["role"].choices = [("", _("Chọn vị trí")), *(choice for choice in Role.choices if choice[0] in offered)]
        if data is not None:
            self.data, self.is_bound = data, True
            self.refuse_strange(data)

    def clean_username(self) -> str:
        """Letters that can be typed anywhere."""
        name = self.cleaned_data["username"].lower()
        if not USERNAME.fullmatch(name):
            raise ValidationError(_("Chỉ dùng chữ thường không dấu, số, dấu chấm, gạch nối, gạch dưới; từ 3 ký tự."), code="letters")
        return name

    def clean_body(self) -> Organisation:
        """The one body of that code or name within reach."""
        said = self.cleaned_data["body"]
        found = list(within(reach_of(self.actor)).filter(Q(register__code=said.upper()) | Q(folded=fold(said)))[:2])
        if len(found) != 1:
            raise ValidationError(_("Không thấy đơn vị này trong phạm vi quản trị. Ghi mã hoặc tên đầy đủ."), code="body")
        return found[0]

    def clean(self) -> dict[str, Any]:
        """A post that the body has and that may be proposed; an end after the beginning."""
        given = super().clean()
        organisation = self.organisation or given.get("body")
        if organisation and given.get("role") and given["role"] not in account_requests.roles_for(self.actor, organisation):
            self.add_error("role", _("Đơn vị này không có vị trí đó, hoặc không do bạn đề nghị."))
        starts, ends = given.get("starts") or clocks.today(), given.get("ends")
        if ends and ends < starts:
            self.add_error("ends", _("Ngày kết thúc sớm hơn ngày bắt đầu."))
        return given | {"organisation": organisation, "starts": starts}

    def wanted(self) -> account_requests.Wanted:
        """As the action takes it: the end is the first day on which no longer."""
        given = self.cleaned_data
        ends = given["ends"] + clocks.ONE_DAY if given["ends"] else None
        return account_requests.Wanted(given["username"], given["email"].lower(), given["organisation"], given["role"], given["starts"], ends, given["reason"])


class ResetForm(StrictForm):
    """Whose account, and what was lost."""

    username = a_name(_("Tên đăng nhập của người cần cấp lại"))
    reason = a_reason(_("Lý do"), _("Ví dụ: mất điện thoại, quên mật khẩu; đã gặp trực tiếp lúc mấy giờ. Không ghi mật khẩu, mã."))

    def __init__(self, data: Any = None, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.actor = actor

    def clean_username(self) -> User:
        """An account that the asker may name; whatever he may not name looks absent."""
        user = User.objects.filter(username=self.cleaned_data["username"].lower()).first()
        if user is None or not account_requests.may_name(user, self.actor):
            raise ValidationError(_("Không thấy tài khoản này trong đơn vị của bạn. Tự đổi mật khẩu, bước xác thực thứ hai của mình trong mục Tài khoản."), code="name")
        return user


class SuspendForm(StrictForm):
    """Why an account is shut."""

    why = forms.ChoiceField(
        label=_("Lý do"),
        choices=[choice for choice in Suspension.choices if choice[0] != Suspension.IDLE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chưa chọn lý do."), "invalid_choice": _("Chọn một lý do trong danh sách.")},
    )


class ReasonForm(StrictForm):
    """One sentence."""

    reason = a_reason(_("Lý do"))


class EndForm(StrictForm):
    """Which of somebody's posts ends, on which day, at which hour."""

    held = forms.ChoiceField(label=_("Vị trí"), error_messages={"required": _("Chưa chọn vị trí."), "invalid_choice": _("Chọn một vị trí trong danh sách.")})
    day = a_day(_("Thôi giữ từ ngày"), required=False, help_text=_("Để trống: ngay bây giờ."))
    hour = forms.TimeField(
        label=_("Từ giờ"), required=False, help_text=_("Ví dụ 12:00. Để trống: từ đầu ngày."), widget=forms.TimeInput(attrs={"autocomplete": "off"}), error_messages={"invalid": _("Giờ không đúng. Nhập ví dụ 12:00.")}
    )

    def __init__(self, data: Any = None, *args: Any, held: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.held = {str(each.pk): each for each in held}
        self.fields["held"].choices = [(key, str(each)) for key, each in self.held.items()]

    def clean(self) -> dict[str, Any]:
        """The instant: now when nothing is said; never one that has passed, but the day may begin today."""
        given = super().clean()
        if given.get("hour") and not given.get("day") and "day" not in self.errors:
            self.add_error("day", _("Ghi cả ngày khi đã ghi giờ."))
        return given

    def instant(self) -> datetime:
        """From when on it is over."""
        given, now = self.cleaned_data, clocks.now()
        if not given["day"]:
            return now
        return max(now, clocks.at(given["day"], given["hour"] or time()))

    def appointment(self) -> Any:
        """The appointment chosen."""
        return self.held[self.cleaned_data["held"]]


class ApartForm(StrictForm):
    """Before a code is made: how it will reach its holder."""

    apart = forms.BooleanField(
        label=_("Tôi báo mã cho đúng người bằng cách khác thư điện tử: gặp trực tiếp, hoặc gọi số điện thoại của đơn vị."),
        error_messages={"required": _("Đánh dấu trước khi cấp mã. Mã không được gửi cùng đường với thư mời.")},
    )


class ReviewForm(StrictForm):
    """That the list was gone through."""

    seen = forms.BooleanField(label=_("Tôi đã xem hết danh sách: ai giữ vị trí nào, dùng lần cuối khi nào."), error_messages={"required": _("Đánh dấu sau khi xem hết danh sách.")})


class InvitationForm(StrictForm):
    """User name, code and the first password, twice."""

    username = CleanCharField(label=_("Tên đăng nhập"), max_length=80, widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "username"}), error_messages={"required": _("Chưa có tên đăng nhập.")})
    code = CleanCharField(
        label=_("Mã mời"), help_text=_("16 chữ và số do quản trị báo. Chữ hoa, chữ thường, gạch nối đều được."), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}), error_messages={"required": _("Chưa có mã mời.")}
    )
    password1 = forms.CharField(label=_("Mật khẩu mới"), help_text=_("Từ 14 ký tự. Một câu dễ nhớ là tốt."), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), error_messages={"required": _("Chưa có mật khẩu mới.")})
    password2 = forms.CharField(label=_("Nhập lại mật khẩu mới"), max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), error_messages={"required": _("Chưa nhập lại mật khẩu mới.")})

    def clean(self) -> dict[str, Any]:
        """The same twice, and not one that is guessed at once."""
        given = super().clean()
        first, second = given.get("password1"), given.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("Hai lần nhập không giống nhau."))
        elif first:
            self.judge(first, User(username=given.get("username", "")))
        return given

    def judge(self, password: str, user: User) -> None:
        """The rules of every password, as errors of its field."""
        try:
            validate_password(password, user)
        except ValidationError as wrong:
            self.add_error("password1", wrong)


class MailResetForm(ResetPasswordForm):
    """Quên mật khẩu by mail (settings.ACCOUNT_FORMS): a new password for an account that is in use. It never touches the second factor, and it never
    opens an account that waits for its code: the mailbox alone is one way, the code is the other (security.md 2.4 row 54)."""

    def clean_email(self) -> str:
        """As allauth has it; what is not open gets no link, and the page says the same."""
        email = super().clean_email()
        self.users = [user for user in self.users if user.is_open]
        return email
