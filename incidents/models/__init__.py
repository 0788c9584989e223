"""The tables of what happened, by the thing they hold."""

from incidents.models.cases import Addendum, FullReport, Incident, Origin, PhoneCall, PlaceKind
from incidents.models.people import Opening, Person, Purpose
from incidents.models.referrals import FollowUp, PoliceNote, Question, Referral
from incidents.models.taxonomy import ClockRule, Kind, Severity

__all__ = [
    "Addendum",
    "ClockRule",
    "FollowUp",
    "FullReport",
    "Incident",
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
