"""The tables of what happened, by the thing they hold."""

from incidents.models.attachments import Attachment, AttachmentBytes, AttachmentOpening
from incidents.models.cases import Addendum, FullReport, Incident, Origin, PhoneCall, PlaceKind
from incidents.models.grants import BreakGlass, IdentityRequest
from incidents.models.keeping import CaseLife
from incidents.models.people import Informant, Opening, Person, Purpose
from incidents.models.referrals import FollowUp, PoliceNote, Question, Referral
from incidents.models.taxonomy import ClockRule, Kind, Severity

__all__ = [
    "Addendum",
    "Attachment",
    "AttachmentBytes",
    "AttachmentOpening",
    "CaseLife",
    "BreakGlass",
    "ClockRule",
    "FollowUp",
    "FullReport",
    "IdentityRequest",
    "Incident",
    "Informant",
    "Kind",
    "Opening",
    "Origin",
    "Person",
    "PhoneCall",
    "PlaceKind",
    "PoliceNote",
    "Purpose",
    "Question",
    "Referral",
    "Severity",
]
