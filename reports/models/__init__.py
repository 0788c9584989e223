"""The tables of what goes up the line, by the thing they hold."""

from reports.models.covering import QUARTER, offered_periods
from reports.models.reports import Audience, Report, Signing
from reports.models.returns import EXPECTED, IN_STATE, Return, ReturnState

__all__ = ["EXPECTED", "IN_STATE", "QUARTER", "Audience", "Report", "Return", "ReturnState", "Signing", "offered_periods"]
