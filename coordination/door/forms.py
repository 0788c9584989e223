"""The forms of the door: a code, a passkey, a proof; and what one ends or removes. They refuse alike and break at nothing."""

import json
from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, ReauthenticateWebAuthnForm
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.door import accounts, devices, factors, turns
from coordination.models.notices import NoticeKind
from coordination.models.people import User
from coordination.web.forms import CleanCharField, StrictForm


# How a field for a code behaves on a telephone: digits, and the code offered by the app or the message.
AS_CODE = {"inputmode": "numeric", "autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}


MOST_PARTS = 50


class Patient:
    """A code among those of the user; after five wrong ones this client waits, as at the password (accounts.py)."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        """The code, once."""
        request, name = context.request, accounts.second_of(self.user)
        failures = accounts.take_guess(request, self.user, name)
        if not failures:
            minutes = ceil(accounts.wait_left(request, {"username": name}) / timedelta(minutes=1))
            raise ValidationError(_("Đã nhập sai nhiều lần. Tài khoản không bị khóa; trên máy này hãy chờ %(minutes)s phút rồi thử lại.") % {"minutes": max(1, minutes)}, code="wait")
        code = factors.digits_of(self.cleaned_data["code"])
        found = next((one for one in Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type") if factors.opens(one, code)), None)
        if found is None:
            devices.write_down(request, "signin.factor_refused", self.user, failures=failures)
            if failures == accounts.FREE_FAILURES:
                devices.tell(self.user, NoticeKind.FACTOR_REFUSED)
            raise get_adapter().validation_error("incorrect_code")
        accounts.forget_failures(request, name)
        found.user, self.authenticator = self.user, found
        return code


class Shallow(json.JSONDecoder):
    """What a browser says of a passkey has a handful of parts: text that nests deeper, or a number without end, is no JSON to us."""

    def decode(self, text: str, *args: Any) -> Any:
        """The value, or the one fault that a field knows."""
        try:
            if text.count("[") + text.count("{") > MOST_PARTS:
                raise ValueError("nested too deep")
            return super().decode(text, *args)
        except ValueError as error:
            raise json.JSONDecodeError("no credential", "", 0) from error


class Sturdy:
    """What a browser says of a passkey, or "not proved": whatever it sent, nothing breaks."""

    def clean(self) -> dict[str, Any]:
        """allauth reads the credential here or in clean_credential; a broken one raises what it likes."""
        return sturdy(super().clean)

    def clean_credential(self) -> Any:
        """The same for the forms that read it in their field."""
        return sturdy(getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"]))


def credential_field() -> forms.JSONField:
    """As allauth has it, read by a decoder that nothing breaks."""
    return forms.JSONField(required=True, widget=forms.HiddenInput, decoder=Shallow)


def sturdy(read: Callable[[], Any]) -> Any:
    """A ValidationError for every fault of the CBOR, JSON or signature inside."""
    try:
        return read()
    except (AttributeError, KeyError, IndexError, TypeError, ValueError, InvalidSignature, UnsupportedAlgorithm) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class CodeForm(Patient, AuthenticateForm):
    """At sign-in."""


class ProofForm(Patient, ReauthenticateForm):
    """A fresh proof within a session."""


class PasskeyForm(Sturdy, AuthenticateWebAuthnForm):
    """At sign-in."""

    credential = credential_field()


class PasskeyProofForm(Sturdy, ReauthenticateWebAuthnForm):
    """A fresh proof within a session."""

    credential = credential_field()


class NewPasskeyForm(Sturdy, AddWebAuthnForm):
    """A passkey to be added."""

    credential = credential_field()


class NewCodeForm(StrictForm):
    """The first code of an app that is being set up."""

    code = CleanCharField(label=gettext_lazy("Mã 6 số trên ứng dụng"), max_length=20, widget=forms.TextInput(attrs=AS_CODE))

    def __init__(self, *args: Any, secret: str, **kwargs: Any) -> None:
        self.secret, self.step = secret, None
        super().__init__(*args, **kwargs)

    def clean_code(self) -> str:
        """The app shows what we expect: secret and clock agree."""
        self.step = factors.step_of(self.secret, factors.digits_of(self.cleaned_data["code"]))
        if self.step is None:
            raise get_adapter().validation_error("incorrect_code")
        return self.cleaned_data["code"]


class PasswordProofForm(StrictForm):
    """The password again, by whoever is signed in. A wrong one is counted and delayed as at sign-in (accounts.GrowingDelay)."""

    passing = frozenset({"next"})
    password = forms.CharField(label=gettext_lazy("Mật khẩu đang dùng"), max_length=4096, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}), error_messages={"required": gettext_lazy("Chưa nhập mật khẩu.")})

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        """As somebody who signs in: in his turn, and by the same door."""
        password = self.cleaned_data["password"]
        try:
            with turns.turn():
                right = authenticate(self.request, username=self.request.user.username, password=password) == self.request.user
        except turns.Full as full:
            raise ValidationError(_("Nhiều người đang đăng nhập cùng lúc. Chờ vài giây rồi nhập lại mật khẩu."), code="busy") from full
        if not right:
            raise ValidationError(_("Mật khẩu không đúng. Nhập lại mật khẩu đang dùng để đăng nhập."), code="wrong")
        accounts.forget_failures(self.request, accounts.name_given(self.request, {"username": self.request.user.username}))
        return password


class RemovalForm(StrictForm):
    """Which passkey goes."""

    key = forms.IntegerField(min_value=1, max_value=2**62)


class LinkForm(StrictForm):
    """The account of the provider is linked, or the link ended."""

    act = forms.ChoiceField(choices=[("link", "link"), ("unlink", "unlink")])


class EndForm(StrictForm):
    """The sessions of which device end; of all others, when none is named."""

    device = CleanCharField(max_length=16, required=False)
