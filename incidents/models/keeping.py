"""What becomes of a case after its end: when its proceedings ended, and when its words were taken out."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef, Q

from coordination.scope import ScopedManager
from incidents.models.cases import Incident


class CaseLife(models.Model):
    """One row beside a case, only where there is something to say; walled in the database by its case."""

    OPEN_TEXT: ClassVar[set[str]] = set()

    incident = models.OneToOneField(Incident, models.CASCADE, related_name="+")
    proceedings_ended_on = models.DateField(null=True, blank=True, help_text="Entered by the police; empty: no proceedings, or not over.")
    emptied_at = models.DateTimeField(null=True, blank=True, help_text="When names were destroyed and texts replaced.")

    objects = ScopedManager()

    class Meta:
        constraints = [models.CheckConstraint(name="case_life_says_something", condition=Q(proceedings_ended_on__isnull=False) | Q(emptied_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.incident_id}"

    @classmethod
    def scope_for(cls, actor: Any) -> Q:
        """Those of the cases the actor sees."""
        return Q(Exists(Incident.objects.visible_to(actor).filter(pk=OuterRef("incident_id"))))

    def relations_to(self, actor: Any) -> set[str]:
        """As the case stands."""
        return self.incident.relations_to(actor)
