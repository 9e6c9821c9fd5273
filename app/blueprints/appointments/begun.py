"""When this browser last began a booking anew: nothing that was typed before goes along to another time."""

from datetime import UTC, datetime

from flask import session

from app.web.visitor import known_visitor

_BEGUN = "begun"


def begin_anew(now: datetime) -> None:
    """Who sits there now may be somebody else; a browser that has picked nothing yet has nothing to forget."""
    if known_visitor() is not None:
        session[_BEGUN] = now.timestamp()


def begun_at() -> datetime | None:
    """None where it has begun but once."""
    since = session.get(_BEGUN)
    return datetime.fromtimestamp(since, UTC) if isinstance(since, float) else None
