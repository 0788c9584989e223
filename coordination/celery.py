"""Celery is the doorbell: it wakes a worker for a job row that already stands in the database (ground.md 21)."""

import logging.config
import os
import sys
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from coordination import logs
from coordination.startup import refusals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

app = Celery("coordination")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def write_our_lines(**_signal: Any) -> None:
    """The worker writes lines of our form, not of Celery's."""
    logging.config.dictConfig(logs.SETTINGS)
    logging.captureWarnings(True)


@worker_init.connect
def refuse_history(**_signal: Any) -> None:
    """No worker of a production starts in a checkout. Celery notes what a receiver raises and goes on, but for a wish to end."""
    try:
        if settings.PRODUCTION:
            refusals.refuse_history(settings.BASE_DIR)
    except ImproperlyConfigured as refusal:
        sys.exit(str(refusal))
