"""The portal and the Chromium of the browser tests."""

from tests.browser.conftest import browser, portal, somebody

__all__ = ["browser", "portal", "somebody"]
