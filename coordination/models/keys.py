"""Which keys have sealed something, and how far their rotation came. The keys themselves lie in FIELD_KEYS_FILE, never here."""

from django.db import models


class FieldKey(models.Model):
    """One key by its name: made, every value moved to it, replaced by the next one, taken out of the file."""

    OPEN_TEXT = {"name"}

    name = models.CharField(max_length=20, unique=True)
    made_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When a whole pass found no value under another key.")
    retired_at = models.DateTimeField(null=True, blank=True, help_text="When the key was taken out of the file.")

    def __str__(self) -> str:
        return self.name
