"""TABLES. Columns, constraints, relations; no rules, no commits. Importing this package makes all tables known."""

from typing import cast

from sqlalchemy import Table

from app.extensions import Row
from app.models.appointment import Appointment, Claim, Hold, Idempotency, Override
from app.models.audit import AuditLine
from app.models.care import CheckIn, Task
from app.models.client import Client, ClientGram, ClientMerge, ClientNote, Contact
from app.models.guidance import GuidancePlan, GuidancePlanVersion, SelfCareGuide
from app.models.imports import ImportBatch, ImportLine
from app.models.location import AddressPeriod, Closure, Location, OpeningHours, Resource, Room
from app.models.notification import Delivery, MessageCopy, Notification, WorkerHeartbeat
from app.models.practice import Practice
from app.models.safety import (
    Consent,
    ConsentText,
    ConsentTextVersion,
    Erasure,
    IntakeForm,
    OldVersions,
    Review,
    Screening,
    ScreeningSet,
    ScreeningSetVersion,
)
from app.models.service import Service, ServiceVariant, Technique, service_technique
from app.models.staff import KeptForm, Passkey, Role, StaffInvitation, StaffMember, StaffSession, staff_role
from app.models.therapist import AvailabilityRule, CalendarFeed, Qualification, Therapist, TimeOff
from app.models.token import ApiToken


def table_of(model: type[Row]) -> Table:
    """The table behind a class: statements on it skip the ORM and cost half, for what is asked at every click."""
    return cast("Table", model.__table__)


__all__ = [
    "AddressPeriod",
    "ApiToken",
    "Appointment",
    "AuditLine",
    "AvailabilityRule",
    "CalendarFeed",
    "CheckIn",
    "Claim",
    "Client",
    "ClientGram",
    "ClientMerge",
    "ClientNote",
    "Closure",
    "Consent",
    "ConsentText",
    "ConsentTextVersion",
    "Contact",
    "Delivery",
    "Erasure",
    "GuidancePlan",
    "GuidancePlanVersion",
    "Hold",
    "Idempotency",
    "ImportBatch",
    "ImportLine",
    "IntakeForm",
    "KeptForm",
    "Location",
    "MessageCopy",
    "Notification",
    "OldVersions",
    "OpeningHours",
    "Override",
    "Passkey",
    "Practice",
    "Qualification",
    "Resource",
    "Review",
    "Role",
    "Room",
    "Screening",
    "ScreeningSet",
    "ScreeningSetVersion",
    "SelfCareGuide",
    "Service",
    "ServiceVariant",
    "StaffInvitation",
    "StaffMember",
    "StaffSession",
    "Task",
    "Technique",
    "Therapist",
    "TimeOff",
    "WorkerHeartbeat",
    "service_technique",
    "staff_role",
    "table_of",
]
