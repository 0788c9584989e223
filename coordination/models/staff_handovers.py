"""Staff handover: what is open passes from whoever leaves a post to whoever takes it over, in writing (ORG-5)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now

from coordination.codes import new_code
from coordination.models.organisations import Organisation
from coordination.models.people import HEADS_OF_UNITS, Appointment
from coordination.scope import ScopedManager


class StaffHandover(models.Model):
    """From one appointment to another of the same unit, on a day. Its list holds codes and kinds, never a name: it is the receipt and is not changed."""

    OPEN_TEXT = {"code", "reason"}

    code = models.CharField(max_length=13, unique=True, default=new_code, editable=False)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    leaver = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    successor = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    on = models.DateField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Appointment, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    passed = models.JSONField(default=list, help_text="Groups of lines in words: what was open, and what went over by name.")
    parties = ArrayField(models.BigIntegerField(), default=list, help_text="The body of the post: the wall in the database.")

    objects = ScopedManager()

    class Meta:
        constraints = [models.CheckConstraint(name="staff_handover_goes_to_another", condition=~Q(leaver=F("successor")))]
        indexes = [models.Index(name="staff_handover_by_time", fields=["-recorded_at", "-id"]), GinIndex(name="staff_handover_parties", fields=["parties"])]

    def __str__(self) -> str:
        return self.duty_words

    def get_absolute_url(self) -> str:
        return reverse("coordination:staff_handover", args=[self.code])

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Those of one's own post; for the head of a unit, each of the unit's."""
        own = Q(leaver__post_id=actor.post_id) | Q(successor__post_id=actor.post_id)
        return Q(parties__contains=[actor.body_id]) & (Q() if actor.role in HEADS_OF_UNITS else own)

    def relations_to(self, actor: Any) -> set[str]:
        """The unit's own, and one's own post's."""
        if actor.body_id not in self.parties:
            return set()
        return {"unit", "own"} if actor.post_id in (self.leaver.post_id, self.successor.post_id) else {"unit"}

    @property
    def duty_words(self) -> str:
        """What a notice may say: a post."""
        return _now("Bàn giao công việc: %(post)s") % {"post": self.leaver.post_label}
