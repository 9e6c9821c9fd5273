"""API tokens: letting another program in, and out again."""

import re
import secrets
from datetime import datetime

from app.domain.appointments import Actor
from app.domain.text import BadText, clean_line
from app.store import tokens as token_store
from app.store.audit import add_audit_line
from app.store.tokens import Program
from app.store.transactions import transaction
from app.vault import keyed_digest

_NAME_LIMIT = 80
_TOKEN = re.compile(r"sp_[A-Za-z0-9_-]{43}", re.ASCII)


class CannotChange(Exception):
    """A token can't be added or ended; the message says why, in a sentence."""


def add_token(name: str, now: datetime) -> str:
    """Let a program in and return its token, which is kept nowhere. Raises CannotChange."""
    known_as = _name(name)
    token = "sp_" + secrets.token_urlsafe(32)
    with transaction():
        if token_store.find_token(known_as) is not None:
            raise CannotChange(f"There has been a token called {known_as!r} already; take another name.")
        row = token_store.add_token(known_as, _digest(token), now)
        actor = Actor("command", "flask token add")
        add_audit_line(actor, "token added", "api_token", row.id, {"name": known_as}, now)
    return token


def end_token(name: str, now: datetime) -> None:
    """From now on that token opens nothing. Raises CannotChange."""
    with transaction():
        row = token_store.find_token(name)
        if row is None:
            raise CannotChange(f"There is no token called {name!r}; `flask token list` shows all.")
        if row.ended_at is not None:
            raise CannotChange(f"The token {name!r} was ended already, on {row.ended_at:%Y-%m-%d}.")
        row.ended_at = now
        actor = Actor("command", "flask token end")
        add_audit_line(actor, "token ended", "api_token", row.id, {"name": row.name}, now)


def program_of(token: str) -> Program | None:
    """Whose token that is; none for whatever is no token of ours, or was ended. One query at most."""
    return token_store.find_program(_digest(token)) if _TOKEN.fullmatch(token) else None


def _name(typed: str) -> str:
    try:
        name = clean_line(typed, _NAME_LIMIT)
    except BadText as problem:
        raise CannotChange(str(problem)) from problem
    if not name:
        raise CannotChange("A token needs a name: what the program is called that will use it.")
    return name


def _digest(token: str) -> str:
    return keyed_digest("api-token", token.encode())
