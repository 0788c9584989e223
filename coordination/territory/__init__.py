"""The map of Việt Nam as dated data: loading it and finding a unit by a name of today or of the past."""

from coordination.territory.loading import load_territory
from coordination.territory.search import Found, find_units

__all__ = ["Found", "find_units", "load_territory"]
