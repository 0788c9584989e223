"""The ground's tables, by the thing they hold."""

from coordination.models.calendar import CalendarDay
from coordination.models.duties import Duty
from coordination.models.jobs import Job
from coordination.models.notices import Notice, NoticeMail, SampleMail
from coordination.models.organisations import LearnerCount, Organisation, OrganisationSymbol, School, SpokenCounter
from coordination.models.people import SYSTEM, Appointment, Post, Role, User
from coordination.models.territory import Unit, UnitSuccession
from coordination.models.trail import TrailLine, TrailSeal

__all__ = [
    "SYSTEM",
    "Appointment",
    "CalendarDay",
    "Duty",
    "Job",
    "LearnerCount",
    "Notice",
    "NoticeMail",
    "Organisation",
    "OrganisationSymbol",
    "Post",
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
