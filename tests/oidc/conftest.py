"""One provider for all tests of single sign-on, and the portal switched on for it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as plain

from tests.oidc.provider import CLIENT, SECRET, Provider, provider_for


@pytest.fixture(scope="package")
def running_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    """The process."""
    with provider_for(tmp_path_factory.mktemp("provider"), plain.PORTAL_ORIGIN) as provider:
        yield provider


@pytest.fixture
def provider(running_provider: Provider, settings: Any) -> Provider:
    """The provider, honest, and the portal of this very process switched on for it."""
    running_provider.lies("token")
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = running_provider.issuer, CLIENT, SECRET
    settings.ROOT_URLCONF = "tests.oidc.portal_urls"
    return running_provider
