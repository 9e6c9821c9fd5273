"""What waits for somebody of the staff: messages that failed, sessions of which nobody said how they went, those to approve."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, literal_column, or_, select, union_all

from app.domain.appointments import State
from app.domain.notifications import NO_CLIENT_ADDRESS
from app.domain.workday import STILL_THERE
from app.models import Appointment, Client, Delivery, Notification, Service, Therapist
from app.store.plain_rows import plain_rows

#: Just as the partial indexes say it, with no values bound: SQLite uses one only for the very words of its condition.
UNSETTLED: ColumnElement[bool] = literal_column(
    "(notification.settled_at is null and (notification.state = 'failed'"
    f" or (notification.state = 'skipped' and notification.why = '{NO_CLIENT_ADDRESS}')))"
)
_OPEN: ColumnElement[bool] = literal_column("appointment.state in ('requested', 'booked', 'arrived')")
_REQUESTED: ColumnElement[bool] = literal_column("appointment.state = 'requested'")
_FAILED_WITHIN = timedelta(days=2)
_DUE_WITHIN = timedelta(days=120)
_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """A message that did not get through."""

    id: int
    reference: str
    client: str
    phone: str | None
    kind: str
    audience: str
    why: str | None
    starts_at: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A session that is over and of which nobody has said how it went, or one that waits for approval."""

    id: int
    reference: str
    client: str
    phone: str | None
    service: Mapping[str, str]
    therapist: str
    therapist_id: int
    state: State
    starts_at: datetime
    ends_at: datetime
    zone: str
    row_version: int
    needs_tick: bool  # consent has still to be asked by word of mouth


def list_failed_messages(now: datetime, therapist_id: int | None) -> list[FailedMessage]:
    """Messages that failed and nobody has seen to, the next session first: about sessions still to come or just over, and,
    whatever they are about, those of which it was learned in the last two days (a mail may come back long after it was sent).
    """
    asked = {
        "now": now,
        "since": now - _DUE_WITHIN,
        "lately": now - _FAILED_WITHIN,
        "therapist": therapist_id,
    }
    rows = plain_rows(_failed(therapist_id is not None), asked)
    return [FailedMessage(*row) for row in rows]


def list_waiting(now: datetime, therapist_id: int | None, at_most: int = _AT_MOST) -> list[Waiting]:
    """Of both kinds so many at most: sessions to approve, the next first; then those that are over and
    still stand as booked, or as arrived since another day, the latest first.
    """
    asked = {
        "now": now,
        "over": now - STILL_THERE,
        "most": at_most,
        "therapist": therapist_id,
    }
    rows = plain_rows(_waiting(therapist_id is not None), asked).mappings().all()
    found = [Waiting(**{**row, "state": State(row["state"])}) for row in rows]
    requested = sorted(
        (one for one in found if one.state is State.REQUESTED), key=lambda one: (one.starts_at, one.id)
    )
    unresolved = [one for one in found if one.state is not State.REQUESTED]
    return requested + sorted(unresolved, key=lambda one: (one.starts_at, one.id), reverse=True)


@cache
def _failed(of_therapist: bool) -> Select[*tuple[Any, ...]]:
    learned = exists().where(
        Delivery.notification_id == Notification.id,
        Delivery.at > bindparam("lately"),
        Delivery.outcome.not_in(("sent", "again")),
    )
    wanted = (
        select(
            Notification.id,
            Appointment.reference,
            Client.name,
            Appointment.typed_phone,
            Notification.kind,
            Notification.audience,
            Notification.why,
            Appointment.starts_at,
            Appointment.zone,
        )
        .join(Appointment, Appointment.id == Notification.appointment_id)
        .join(Client, Client.id == Appointment.client_id)
        .where(UNSETTLED, Notification.state == "failed")
        .where(Notification.due_at <= bindparam("now"), Notification.due_at > bindparam("since"))
        .where(or_(Appointment.starts_at > bindparam("lately"), learned))
        .order_by(Appointment.starts_at, Notification.id)
        .limit(_AT_MOST)
    )
    return _of(wanted, of_therapist)


@cache
def _waiting(of_therapist: bool) -> Any:
    """Both kinds in one statement, each by its own index."""
    begins, ends = Appointment.starts_at, Appointment.ends_at
    stands = or_(Appointment.state == "booked", (Appointment.state == "arrived") & (ends < bindparam("over")))
    unresolved = (
        _of(_sessions().where(_OPEN, stands), of_therapist)
        .where(begins < bindparam("now"), ends <= bindparam("now"))
        .order_by(begins.desc())
        .limit(bindparam("most"))
    )
    requested = (
        _of(_sessions().where(_REQUESTED, ends > bindparam("now")), of_therapist)
        .order_by(begins)
        .limit(bindparam("most"))
    )
    parts = (select(one.subquery()) for one in (requested, unresolved))
    return union_all(*parts)


def _sessions() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Appointment.id,
            Appointment.reference,
            Client.name.label("client"),
            Appointment.typed_phone.label("phone"),
            Service.name.label("service"),
            Therapist.name.label("therapist"),
            Appointment.therapist_id,
            Appointment.state,
            Appointment.starts_at,
            Appointment.ends_at,
            Appointment.zone,
            Appointment.row_version,
            and_(Service.consent_text_id.is_not(None), Appointment.verbal_consent_at.is_(None)).label(
                "needs_tick"
            ),
        )
        .join(Client, Client.id == Appointment.client_id)
        .join(Service, Service.id == Appointment.service_id)
        .join(Therapist, Therapist.id == Appointment.therapist_id)
    )


def _of(wanted: Select[*tuple[Any, ...]], of_therapist: bool) -> Select[*tuple[Any, ...]]:
    return wanted.where(Appointment.therapist_id == bindparam("therapist")) if of_therapist else wanted
