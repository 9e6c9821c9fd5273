"""How the installation is doing, for operators."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select

from app.extensions import db
from app.models import Appointment, Notification, WorkerHeartbeat


@dataclass(frozen=True, slots=True)
class Condition:
    """``oldest_due`` is how long the oldest due message has been waiting."""

    schema_is_current: bool
    worker_seen_at: datetime | None
    oldest_due: timedelta
    messages_by_state: Mapping[str, int]
    upcoming: int


def load_condition(now: datetime) -> Condition:
    """What is true at ``now``."""
    oldest = db.session.execute(
        select(func.min(Notification.due_at)).where(Notification.state.in_(("planned", "leased")))
    ).scalar()
    counts = db.session.execute(select(Notification.state, func.count()).group_by(Notification.state))
    upcoming = select(func.count(Appointment.id)).where(
        Appointment.starts_at > now, Appointment.state == "booked"
    )
    return Condition(
        schema_is_current=schema_revision() == newest_revision(),
        worker_seen_at=db.session.execute(select(func.max(WorkerHeartbeat.seen_at))).scalar(),
        oldest_due=max(timedelta(0), now - oldest) if oldest else timedelta(0),
        messages_by_state={state: int(count) for state, count in counts},
        upcoming=db.session.execute(upcoming).scalar_one(),
    )


def schema_revision() -> str | None:
    """The revision that the database has."""
    return MigrationContext.configure(db.session.connection()).get_current_revision()


def newest_revision() -> str | None:
    """The revision that the program's migrations end with."""
    directory = current_app.extensions["migrate"].directory
    return ScriptDirectory(directory).get_current_head()
