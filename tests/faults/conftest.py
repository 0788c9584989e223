"""The faults need the whole portal, running."""

from tests.live import live

__all__ = ["live"]
