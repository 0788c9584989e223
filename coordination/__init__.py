"""The ground: who acts, who sees, what changes status, what is remembered; also the project package."""

from coordination.celery import app as celery_app

__all__ = ["celery_app"]
