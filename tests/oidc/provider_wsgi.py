"""The provider as a web application: two people and one client; what it says can be spoilt by a file in its folder."""

import json
import os
from typing import Any

import django
from django.conf import settings

django.setup()

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

PEOPLE = ("mot", "hai")
PASSWORD = "mat-khau-o-noi-cap"


def spoilt(what: str) -> dict[str, Any]:
    """What the test wants to be said instead: of "token" or "metadata"."""
    file = settings.FOLDER / "spoilt.json"
    return json.loads(file.read_text()).get(what, {}) if file.exists() else {}


class Spoilt(DefaultOIDCAdapter):
    """allauth's provider, which can be made to lie; what is spoilt with null is left out."""

    def populate_id_token(self, id_token: dict[str, Any], client: Client, scopes: Any, **kwargs: Any) -> None:
        spoil(id_token, "token")

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        spoil(data, "metadata")


def spoil(data: dict[str, Any], what: str) -> None:
    """Replace, add, leave out."""
    for name, value in spoilt(what).items():
        if value is None:
            data.pop(name, None)
        else:
            data[name] = value


call_command("migrate", verbosity=0)
for number, name in enumerate(PEOPLE, 1):
    User.objects.create_user(name, password=PASSWORD, pk=number)
client = Client(id=os.environ["PROVIDER_CLIENT"], name="Portal", skip_consent=True, redirect_uris=os.environ["PROVIDER_REDIRECT"])
client.set_secret(os.environ["PROVIDER_SECRET"])
client.save()
application = get_wsgi_application()
