"""A claim says since when; that its worker lives is said by a lock. A mail is one person's, and its job knows when it went."""

from django.db import migrations


class Migration(migrations.Migration):
    """A claim says since when; that its worker lives is said by a lock. A mail is one person's, and its job knows when it went."""

    dependencies = [("coordination", "0006_handovers")]

    operations = [
        migrations.RenameField("job", "lease_until", "claimed_at"),
        migrations.RemoveField("noticemail", "sent_at"),
    ]
