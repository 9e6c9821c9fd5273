"""API tokens: who shows which, who may still use theirs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models import ApiToken


@dataclass(frozen=True, slots=True)
class Program:
    """Another program that was let in by its token."""

    id: int
    name: str


def find_program(digest: str) -> Program | None:
    """The program whose token has that digest and has not been ended."""
    wanted = select(ApiToken.id, ApiToken.name).where(ApiToken.digest == digest, ApiToken.ended_at.is_(None))
    row = db.session.execute(wanted).first()
    return Program(row.id, row.name) if row else None


def find_token(name: str) -> ApiToken | None:
    """The token of that name, ended or not."""
    return db.session.scalar(select(ApiToken).where(ApiToken.name == name))


def list_tokens() -> Sequence[ApiToken]:
    """All that there ever were, by name."""
    return db.session.scalars(select(ApiToken).order_by(ApiToken.name)).all()


def add_token(name: str, digest: str, now: datetime) -> ApiToken:
    """Write it, so that it has a number."""
    token = ApiToken(name=name, digest=digest, created_at=now)
    db.session.add(token)
    db.session.flush()
    return token
