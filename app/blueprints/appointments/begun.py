"""When somebody last began a booking at this browser: nothing of whoever sat there before goes along to another time."""

from datetime import UTC, datetime

from flask import session

from app.blueprints.appointments.again import forget
from app.web.visitor import known_visitor

_BEGUN = "begun"


def somebody_begins(now: datetime) -> None:
    """Every way into a booking comes by here. Who sits there now may be somebody else: whose link was opened, and what was typed, is over.

    A browser that has picked nothing yet has nothing typed to forget.
    """
    forget()
    if known_visitor() is not None:
        session[_BEGUN] = now.timestamp()


def begun_at() -> datetime | None:
    """None where it has begun but once."""
    since = session.get(_BEGUN)
    return datetime.fromtimestamp(since, UTC) if isinstance(since, float) else None
