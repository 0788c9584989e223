"""Where somebody is signed in: sessions that know their user, the devices he came from, and the sealed secrets of his second factors."""

import uuid

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models.people import User


class Device(models.Model):
    """A browser that somebody signed in from. It is known again by a random mark in a cookie, of which only the hash is kept; no address is."""

    OPEN_TEXT = {"code", "mark", "words"}

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    code = models.CharField(max_length=16, unique=True, default=new_code, editable=False)
    mark = models.CharField(max_length=64)
    words = models.CharField(max_length=80)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "mark"], name="one_device_per_user_and_mark")]

    def __str__(self) -> str:
        return self.words


class Session(AbstractBaseSession):
    """Django's session, with whose it is: so that it can be listed and ended from elsewhere."""

    OPEN_TEXT = {"session_key", "session_data"}

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    device = models.ForeignKey(Device, models.CASCADE, null=True, related_name="+")
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"session of {self.user_id}"


class FactorSecret(models.Model):
    """The secret behind a code generator or behind recovery codes, sealed; allauth's row names it by its uid."""

    OPEN_TEXT: set[str] = set()

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    secret = EncryptedTextField(data_class="personal")

    def __str__(self) -> str:
        return str(self.uid)
