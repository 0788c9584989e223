"""Job: work to do after the commit, as a row (ground.md 21). Its state is read from its times."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """One piece of work for a worker. Not a record: it holds an id and times, no content."""

    OPEN_TEXT = {"kind", "key", "fault"}

    kind = models.CharField(max_length=40)
    target = models.BigIntegerField()
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    publish_after = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=200, blank=True)
    asked_by = models.ForeignKey("coordination.Appointment", models.PROTECT, null=True, blank=True, related_name="+", help_text="Whose rights the work is done by; empty for what the portal does by itself.")

    class Meta:
        indexes = [models.Index(name="job_waiting", fields=["publish_after", "id"], condition=Q(done_at=None, parked_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} {self.target}"

    @property
    def state(self) -> str:
        """waiting, running, done or parked."""
        if self.done_at:
            return "done"
        if self.parked_at:
            return "parked"
        return "running" if self.claimed_at else "waiting"

    @property
    def state_words(self) -> str:
        """The state in words for a progress line."""
        return {"waiting": _("Đang chờ đến lượt"), "running": _("Đang tạo"), "done": _("Đã xong"), "parked": _("Không tạo được")}[self.state]
