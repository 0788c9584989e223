"""Whose names neither the words of a report nor its papers may hold: the people of the cases it counts."""

from coordination.sealed.masking import Secrets
from incidents import figures as incidents
from incidents import masks
from reports import areas, figures
from reports.models import Report


def of_report(report: Report) -> Secrets:
    """Those of the cases of its area and window."""
    cases = figures.cases_in(report.area, areas.units_within(report.area))
    return masks.of_cases(cases.filter(incidents.within(report.period.begins, report.period.ends)).values("pk"))
