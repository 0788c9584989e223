"""The second factor: codes of an app, recovery codes, passkeys; each code opens once, guessing slows down, secrets lie sealed.

The rows, the login stage and the mathematics are django-allauth's (`allauth.mfa`); what is ours is what they leave to the
per-process cache or to the clear text (security.md 2.4 rows 9, 10 and 12).
"""

import secrets
import time
import unicodedata
from base64 import b64decode, b64encode
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy

from coordination.door import devices
from coordination.fields import open_sealed, seal
from coordination.models.notices import NoticeKind
from coordination.models.people import User
from coordination.models.signins import FactorSecret
from coordination.workflow import Stale

STEP = 30  # seconds that one code stands (RFC 6238)
STEPS_TRIED = (0, -1, 1)  # a telephone's clock may be half a minute off; no further (RFC 6238 5.2)
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes alone are none
ISSUER = "Phối hợp An toàn học đường"
ENROLMENT, NEW_CODES = "enrolment", "recovery_codes"  # what waits in a session, sealed
MOST_CODES, LENGTH_OF_CODE = 10, 8
BY_PROVIDER = "both_by_provider"  # in the record of a sign-in: the provider of single sign-on saw both factors, and is believed

# What a session with one factor may ask for: the way to the second, the way out, and what is open to strangers too.
OPEN_TO_ONE_FACTOR = frozenset({"account_logout", "set_language", "coordination:healthy"})
ENROL = ("coordination:enrol_code", "coordination:enrol_passkey")
PROVE = ("coordination:proof",)


class Factors(DefaultMFAAdapter):
    """Secrets sealed, words in Vietnamese, the host of passkeys from the configured origin alone."""

    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": gettext_lazy("Chưa xác thực được. Thử lại với mã đang hiện trên ứng dụng; mã đã dùng rồi thì chờ mã mới.")}

    def encrypt(self, text: str) -> str:
        """A row of its own, sealed like every other text; what allauth keeps is the row's name."""
        return str(FactorSecret.objects.create(secret=text).uid)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret behind the name."""
        return FactorSecret.objects.get(uid=encrypted_text).secret

    def get_totp_label(self, user: User) -> str:
        """The account, not the mailbox."""
        return user.username

    def get_totp_issuer(self) -> str:
        """What the app writes above the code."""
        return ISSUER

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Whose passkeys these are: the configured host, whatever a request says of itself."""
        return {"id": settings.ALLOWED_HOSTS[0], "name": ISSUER}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Under which name a key keeps it."""
        return super().get_public_key_credential_user_entity(user) | {"name": user.username}


# What a session has proved


def proofs(request: HttpRequest) -> list[float]:
    """When this session proved a second factor, as allauth recorded it."""
    return [record["at"] for record in get_authentication_records(request, request.user) if record.get("method") == "mfa"]


def passed(request: HttpRequest) -> bool:
    """Whether the session has passed both factors, here or at the provider; a fresh proof is given here alone."""
    return any(record.get("method") == "mfa" or record.get(BY_PROVIDER) for record in get_authentication_records(request, request.user))


def is_fresh(request: HttpRequest, minutes: int) -> bool:
    """Whether the latest proof is no older than so many minutes."""
    return any(time.time() - at < minutes * 60 for at in proofs(request))


def password_is_fresh(request: HttpRequest, minutes: int) -> bool:
    """Whether the password was given no longer ago than so many minutes."""
    return any(record.get("method") == "password" and time.time() - record["at"] < minutes * 60 for record in get_authentication_records(request, request.user))


def waited_for(request: HttpRequest) -> bool:
    """Whether a stranger has given the right password and owes the second factor."""
    return get_pending_stage(request) is not None


def has_one(user: User) -> bool:
    """Whether somebody has a second factor; recovery codes alone are none."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists()


def way_to_the_second(user: User) -> tuple[str, ...]:
    """The views that a session with one factor is led to: to prove the second, or to get one."""
    return PROVE if has_one(user) else ENROL


# Codes


def new_secret(user: User, secret: str, step: int = -1) -> Authenticator:
    """The code generator of somebody, in place of an older one; `step` is the code that proved it, already spent."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).delete()
    made = TOTP.activate(user, secret).instance
    spend(made, step)
    return made


def code_at(secret: str, step: int) -> str:
    """The six digits of a step."""
    return format_hotp_value(hotp_value(secret, step))


def step_now() -> int:
    """The step that runs now."""
    return int(time.time()) // STEP


def step_of(secret: str, code: str) -> int | None:
    """The step whose code this is, among those that are tried."""
    now = step_now()
    return next((now + shift for shift in STEPS_TRIED if constant_time_compare(code_at(secret, now + shift), code)), None)


def spend(authenticator: Authenticator, step: int) -> bool:
    """Compare and set in PostgreSQL: a step opens once, whoever asks at the same time; an older one never again."""
    unspent = Q(data__last_step__isnull=True) | Q(data__last_step__lt=step)
    return Authenticator.objects.filter(unspent, pk=authenticator.pk).update(data=authenticator.data | {"last_step": step}) == 1


def opens(authenticator: Authenticator, code: str) -> bool:
    """Whether a code is right and was not used before; from here on it was."""
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        return opens_instead(authenticator, code)
    step = step_of(get_adapter().decrypt(authenticator.data["secret"]), code)
    return step is not None and spend(authenticator, step)


def new_recovery_codes(request: HttpRequest) -> None:
    """Ten codes in place of those there were, kept as hashes (ASVS 5.0 V6.5.2); in clear they wait in the session, sealed, for the one page that shows them.

    The first digit of a code is its place, so that a guess costs one hash; the seven after it are random.
    """
    codes = [f"{place}{secrets.randbelow(10**7):07d}" for place in range(MOST_CODES)]
    Authenticator.objects.filter(user=request.user, type=Authenticator.Type.RECOVERY_CODES).delete()
    Authenticator.objects.create(user=request.user, type=Authenticator.Type.RECOVERY_CODES, data={"codes": [make_password(code) for code in codes]})
    request.session[NEW_CODES] = b64encode(seal(" ".join(codes), bound_codes(request.user))).decode()


def bound_codes(user: User) -> str:
    """What sealed new codes are bound to."""
    return f"portal|recovery|{user.pk}"


def has_new_codes(request: HttpRequest) -> bool:
    """Whether codes have just been made and were not seen yet."""
    return NEW_CODES in request.session


def take_new_codes(request: HttpRequest) -> list[str]:
    """The codes that have just been made, once."""
    lying = request.session.pop(NEW_CODES, None)
    return open_sealed(b64decode(lying), bound_codes(request.user)).split() if lying else []


def codes_left(user: User) -> int:
    """How many recovery codes were not used yet."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return sum(map(bool, row.data.get("codes", []))) if row else 0


@transaction.atomic
def opens_instead(authenticator: Authenticator, code: str) -> bool:
    """Whether a recovery code is right; its place is empty from here on."""
    if len(code) != LENGTH_OF_CODE:
        return False
    row = Authenticator.objects.select_for_update().get(pk=authenticator.pk)
    codes = row.data.get("codes", [])
    place = int(code[0])
    if place >= len(codes) or not codes[place] or not check_password(code, codes[place]):
        return False
    codes[place] = ""
    Authenticator.objects.filter(pk=row.pk).update(data={"codes": codes})
    return True


def digits_of(code: str) -> str:
    """What somebody typed, without the spaces and dashes that codes are read with."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", code) if letter.isdecimal())


# A secret on its way into the app: it waits in the session, sealed


def secret_in(session: SessionBase, user: User) -> str:
    """The secret that is being set up."""
    bound_to = f"portal|enrolment|{user.pk}"
    if ENROLMENT not in session:
        session[ENROLMENT] = b64encode(seal(generate_totp_secret(), bound_to)).decode()
    return open_sealed(b64decode(session[ENROLMENT]), bound_to)


# Acts


def prove_password(request: HttpRequest) -> None:
    """The password was given again: recorded in the session, which gets a new key."""
    record_authentication(request, request.user, "password", reauthenticated=True)
    request.session.cycle_key()
    devices.write_down(request, "signin.factor_proved", request.user, kind="password")


def prove(request: HttpRequest, form: Any) -> bool:
    """A fresh proof: recorded in the session, which gets a new key."""
    if not form.is_valid():
        return False
    form.save()
    request.session.cycle_key()
    devices.write_down(request, "signin.factor_proved", request.user)
    return True


@transaction.atomic
def added(request: HttpRequest, authenticator: Authenticator) -> bool:
    """A factor was added, and by that proved; True when recovery codes were made with it."""
    user = request.user
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
    request.session.pop(ENROLMENT, None)
    request.session.cycle_key()
    devices.write_down(request, "signin.factor_added", user, kind=authenticator.type)
    devices.tell(user, NoticeKind.FACTOR_CHANGED)
    if Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).exists():
        return False
    new_recovery_codes(request)
    return True


def removable(user: User) -> bool:
    """Whether one factor may go: the last one stays."""
    return Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).count() > 1


@transaction.atomic
def remove(request: HttpRequest, authenticator: Authenticator) -> None:
    """A factor of the reader goes; the last one stays."""
    User.objects.select_for_update().get(pk=request.user.pk)
    if not removable(request.user):
        raise Stale("signin.remove_factor")
    authenticator.delete()
    devices.write_down(request, "signin.factor_removed", request.user, kind=authenticator.type)
    devices.tell(request.user, NoticeKind.FACTOR_CHANGED)


@transaction.atomic
def renew_recovery_codes(request: HttpRequest) -> None:
    """Ten new recovery codes; the old ones open nothing from here on."""
    User.objects.select_for_update().get(pk=request.user.pk)
    new_recovery_codes(request)
    devices.write_down(request, "signin.recovery_codes_renewed", request.user)


@receiver(post_delete, sender=Authenticator)
def forget_secret(sender: Any, instance: Authenticator, **kwargs: Any) -> None:
    """A secret does not outlive its factor."""
    FactorSecret.objects.filter(uid__in=[instance.data[name] for name in ("secret",) if name in instance.data]).delete()
