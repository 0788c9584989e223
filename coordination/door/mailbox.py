"""The demo's post office: keeps every mail for the page "Hộp thư mẫu" instead of sending it."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from coordination.models.notices import SampleMail


class SampleMailbox(BaseEmailBackend):
    """An e-mail backend that writes rows."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep each message once per recipient."""
        kept = [SampleMail(recipient=address, subject=message.subject[:200], body=message.body) for message in email_messages for address in message.recipients()]
        return len(SampleMail.objects.bulk_create(kept))
