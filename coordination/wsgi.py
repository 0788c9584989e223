"""The web server's door."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from coordination.startup import refusals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")

application = get_wsgi_application()
if settings.PRODUCTION:
    refusals.refuse_history(settings.BASE_DIR)
