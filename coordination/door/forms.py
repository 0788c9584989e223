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
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.door import accounts, devices, factors
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
        if wait := accounts.wait_left(request, {"username": name}):
            raise ValidationError(_("Đã nhập sai nhiều lần. Tài khoản không bị khóa; trên máy này hãy chờ %(minutes)s phút rồi thử lại.") % {"minutes": ceil(wait / timedelta(minutes=1))}, code="wait")
        code = factors.digits_of(self.cleaned_data["code"])
        found = next((one for one in Authenticator.objects.filter(user=self.user).exclude(type=Authenticator.Type.WEBAUTHN).order_by("-type") if factors.opens(one, code)), None)
        if found is None:
            failures = accounts.count_failure(request, name)
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


class RemovalForm(StrictForm):
    """Which passkey goes."""

    key = forms.IntegerField(min_value=1, max_value=2**62)


class LinkForm(StrictForm):
    """The account of the provider is linked, or the link ended."""

    act = forms.ChoiceField(choices=[("link", "link"), ("unlink", "unlink")])


class EndForm(StrictForm):
    """The sessions of which device end; of all others, when none is named."""

    device = CleanCharField(max_length=16, required=False)
