"""Wrong passwords in the trail: a line for each, whether the account exists or not, so that neither the answer nor its time tells; never more than a few a minute."""

import logging
import time
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction

from coordination import audit
from coordination.models.people import SYSTEM, User
from coordination.scope import reading_as

logger = logging.getLogger(__name__)
MOST_OF_A_NAME, MOST_OF_ALL = 10, 60  # lines a minute in one process; the rest are counted in the next line


@dataclass
class Minute:
    """What was written since a minute began, by name, and what was not."""

    began: int = 0
    written: dict[str, int] = field(default_factory=dict)
    unwritten: int = 0

    def takes(self, name: str) -> bool:
        """Whether one more line is written; otherwise it is counted."""
        now = int(time.monotonic() // 60)
        if now != self.began:
            self.began, self.written = now, {}
        if self.written.get(name, 0) >= MOST_OF_A_NAME or sum(self.written.values()) >= MOST_OF_ALL:
            self.unwritten += 1
            return False
        self.written[name] = self.written.get(name, 0) + 1
        return True


_minute = Minute()


def tell(name: str) -> None:
    """One line about an account, or about none when the name is nobody's: the same work. The answer waits for it and never depends on it."""
    if not _minute.takes(name):
        return
    unwritten, _minute.unwritten = _minute.unwritten, 0
    try:
        with transaction.atomic(), reading_as(SYSTEM):
            pk, code = User.objects.filter(username=name).values_list("pk", "code").first() or (None, "")
            audit.add("signin.refused", User._meta.label_lower, pk, by=SYSTEM, code=code, detail={"unwritten": unwritten} if unwritten else {})
    except DatabaseError as error:
        logger.warning("a wrong password stayed unwritten: %s", type(error).__name__)
