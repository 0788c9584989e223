"""The ground's tables, by the thing they hold."""

from coordination.models.calendar import CalendarDay
from coordination.models.duties import Duty
from coordination.models.handovers import Handover
from coordination.models.imports import ListImport, RegisterCode
from coordination.models.jobs import Job
from coordination.models.notices import Notice, NoticeMail, SampleMail
from coordination.models.organisations import LearnerCount, Location, Organisation, OrganisationSuccession, OrganisationSymbol, School, SpokenCounter
from coordination.models.papers import Paper
from coordination.models.people import SYSTEM, Appointment, Post, Role, User
from coordination.models.territory import Unit, UnitSuccession
from coordination.models.trail import TrailLine, TrailSeal

__all__ = [
    "SYSTEM",
    "Appointment",
    "CalendarDay",
    "Duty",
    "Handover",
    "Job",
    "LearnerCount",
    "ListImport",
    "Location",
    "Notice",
    "NoticeMail",
    "Organisation",
    "OrganisationSuccession",
    "OrganisationSymbol",
    "Paper",
    "Post",
    "RegisterCode",
    "Role",
    "SampleMail",
    "School",
    "SpokenCounter",
    "TrailLine",
    "TrailSeal",
    "Unit",
    "UnitSuccession",
    "User",
]
