"""What the tests of the looks share: the project's folders and a template engine without context processors."""
from pathlib import Path

import pytest
from django.template import Engine

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def engine() -> Engine:
    libraries = {name: f"django.templatetags.{name}" for name in ("i18n", "static")}
    return Engine(dirs=[ROOT / "templates"], libraries=libraries)
