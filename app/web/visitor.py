"""Who is at the other end, as far as holds need to know: a random mark in the session cookie, kept only as a keyed hash."""

import secrets

from flask import session

from app.vault import keyed_digest

_MARK = "visitor"


def visitor() -> str:
    """The hash that stands for this browser."""
    if _MARK not in session:
        session[_MARK] = secrets.token_urlsafe(12)
    return keyed_digest("visitor", session[_MARK].encode())


def visitor_of_program(program_id: int, client: str) -> str:
    """The hash that stands for a client on whose behalf a program asks: the same through the same program."""
    return keyed_digest("visitor", f"api:{program_id}:{client}".encode())


def known_visitor() -> str | None:
    """The same, of a browser that has a mark already; looking something up gives none."""
    return visitor() if _MARK in session else None
