"""Where Celery finds the ground's tasks."""

from coordination.notices import mail_notice

__all__ = ["mail_notice"]
