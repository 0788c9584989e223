"""The sweep looks at the whole portal, running: real processes, real broker, real commits."""

from tests.live import live

__all__ = ["live"]
