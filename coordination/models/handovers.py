"""Handover: the recorded act by which a territory's schools, and what is open about them, pass to other bodies (ORG-5, ground.md 13)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _now

from coordination.codes import new_code
from coordination.models.organisations import Organisation
from coordination.models.people import Appointment, Role
from coordination.models.territory import Unit
from coordination.scope import ScopedManager


class Handover(models.Model):
    """From one unit and its body to another, on a day. Recorded by SYSTEM (`by` empty) at a whole succession, by a person at a split."""

    OPEN_TEXT = {"code", "reason"}

    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    from_body = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    to_body = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    schools = ArrayField(models.BigIntegerField(), default=list)
    moved = models.JSONField(default=dict, help_text="How many of each thing went over.")
    parties = ArrayField(models.BigIntegerField(), default=list, help_text="The bodies on both sides: the wall in the database.")

    objects = ScopedManager()

    class Meta:
        constraints = [models.CheckConstraint(name="handover_goes_somewhere", condition=~Q(from_unit=models.F("to_unit")))]
        indexes = [models.Index(name="handover_by_time", fields=["-recorded_at", "-id"]), GinIndex(name="handover_parties", fields=["parties"])]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("coordination:handover", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """The Sở on either side."""
        return Q(parties__contains=[actor.body_id]) if actor.role in (Role.DOET_OFFICER, Role.DOET_LEADER) else Q(pk__in=[])

    def relations_to(self, actor: Any) -> set[str]:
        """Whether it concerns the actor's province."""
        return {"province"} if actor.body_id in self.parties else set()

    @property
    def duty_words(self) -> str:
        """What a notice may say: two names of the map."""
        return _now("Bàn giao địa bàn: %(old)s → %(new)s") % {"old": self.from_unit.in_sentence, "new": self.to_unit.in_sentence}
