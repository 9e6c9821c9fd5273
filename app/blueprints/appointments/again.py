"""Whose "book again" link this browser has opened: kept in its signed session for a day, and for that client's session only."""

from dataclasses import replace
from datetime import datetime

from flask import session

from app import clock
from app.domain.practice import Service
from app.domain.wishes import Chaperone, Wishes
from app.links import read_again_token
from app.store.returning import Returning, find_returning

_AGAIN = "again"
_FOR = 24 * 3600  # seconds


def remember(token: str, now: datetime, chaperone: Chaperone) -> None:
    """From now on this browser books for that client; with or without a second person, as they have just said."""
    session[_AGAIN] = [token, int(now.timestamp()), chaperone.value]


def forget() -> None:
    """It books for whom it likes."""
    session.pop(_AGAIN, None)


def returning(token: str) -> Returning | None:
    """Who stands behind the link."""
    key = read_again_token(token)
    return find_returning(key.public_id, key.token_version) if key else None


def known_client(service: Service) -> Returning | None:
    """The client for whom this browser books that service; none for anybody else, or another service."""
    token, opened_at, *said = session.get(_AGAIN) or (None, 0)
    if not token or clock.now().timestamp() - opened_at > _FOR:
        return None
    found = returning(token)
    if found is None or found.service != service.slug:
        return None
    return replace(found, wishes=replace(found.wishes, chaperone=Chaperone(said[0]))) if said else found


def wishes_before(service: Service) -> Wishes | None:
    """What the client for whom this browser books that service wished for last time."""
    known = known_client(service)
    return known.wishes if known else None
