"""Lists that an administrator brings in: the code a body has in its own register, and an upload that waits for its confirmation (ORG-4)."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.codes import new_code
from coordination.fields import EncryptedTextField
from coordination.models.organisations import Organisation
from coordination.models.people import Appointment
from coordination.scope import ScopedManager


class RegisterCode(models.Model):
    """The code by which the register of its branch knows a body. It makes a list harmless when it is brought in again."""

    OPEN_TEXT = {"code"}

    organisation = models.OneToOneField(Organisation, models.CASCADE, related_name="register")
    code = models.CharField(max_length=30, unique=True)

    def __str__(self) -> str:
        return self.code


class ListKind(models.TextChoices):
    """What a list holds."""

    SCHOOLS = "schools", _("Cơ sở giáo dục")
    BODIES = "bodies", _("Cơ quan, đơn vị")
    ACCOUNTS = "accounts", _("Tài khoản, vị trí công tác")


class ListImport(models.Model):
    """One uploaded list. Its rows lie sealed until it is confirmed or forgotten, then only the counts and the file's hash stay."""

    OPEN_TEXT = {"code", "kind", "file_hash"}

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    kind = models.CharField(max_length=12, choices=ListKind)
    by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    keep_until = models.DateTimeField()
    file_hash = models.CharField(max_length=64)
    table = EncryptedTextField(data_class="personal")
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0, help_text="Rows that were there before and were left as they are.")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        indexes = [models.Index(name="list_import_by_author", fields=["by", "-uploaded_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """One's own uploads."""
        return Q(by_id=actor.pk)

    def relations_to(self, actor: Any) -> set[str]:
        """Whose upload it is."""
        return {"own"} if self.by_id == actor.pk else set()
