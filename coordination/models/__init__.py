"""The ground's tables, by the thing they hold."""

from coordination.models.accounts import AccountRequest, AccountReview, Invitation
from coordination.models.calendar import CalendarDay
from coordination.models.duties import Duty
from coordination.models.handovers import Handover
from coordination.models.imports import ListImport, RegisterCode
from coordination.models.jobs import Job
from coordination.models.keeping import Breach, DataRequest, DisposalBatch, DisposalItem, Hold, SubjectExport
from coordination.models.keys import FieldKey
from coordination.models.notices import Notice, NoticeMail, SampleMail
from coordination.models.organisations import LearnerCount, Location, Organisation, OrganisationSuccession, OrganisationSymbol, School, SpokenCounter
from coordination.models.papers import Paper
from coordination.models.people import SYSTEM, Appointment, Post, Role, User
from coordination.models.signins import Device, FactorSecret, Session
from coordination.models.staff_handovers import StaffHandover
from coordination.models.territory import Unit, UnitSuccession
from coordination.models.trail import TrailCheckpoint, TrailLine, TrailSeal

__all__ = [
    "SYSTEM",
    "AccountRequest",
    "AccountReview",
    "Appointment",
    "Breach",
    "CalendarDay",
    "DataRequest",
    "Device",
    "DisposalBatch",
    "DisposalItem",
    "Duty",
    "FactorSecret",
    "FieldKey",
    "Handover",
    "Hold",
    "Invitation",
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
    "Session",
    "SpokenCounter",
    "StaffHandover",
    "SubjectExport",
    "TrailCheckpoint",
    "TrailLine",
    "TrailSeal",
    "Unit",
    "UnitSuccession",
    "User",
]
