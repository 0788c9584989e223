"""What returns and reports share: the period they cover, and who reads them."""

from django.db import models

from coordination import clocks, periods
from coordination.models import Role
from coordination.periods import SCHEMES, Period

QUARTER = "nd09_quarter"
OFFERED = 4
READERS = frozenset({Role.COMMUNE_EDUCATION, Role.COMMUNE_LEADER, Role.DOET_OFFICER, Role.DOET_LEADER})


def offered_periods() -> list[Period]:
    """The running quarter and the three before it, newest first."""
    found = [periods.period_at(QUARTER, clocks.now())]
    while len(found) < OFFERED:
        found.append(periods.previous(found[-1]))
    return found


class Covering(models.Model):
    """A row that belongs to one period of one scheme."""

    scheme = models.CharField(max_length=20, choices=[(name, name) for name in SCHEMES])
    period_key = models.CharField(max_length=12)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        abstract = True

    @property
    def period(self) -> Period:
        """The period with its window and its words."""
        return periods.period_by_key(self.scheme, self.period_key)

    @property
    def is_over(self) -> bool:
        """Whether the data window has closed."""
        return clocks.now() >= self.period.ends
