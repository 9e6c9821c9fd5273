"""The audit log: lines are added, never changed; each carries an HMAC over itself and the line before."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from app.domain.appointments import Actor
from app.extensions import db
from app.models import AuditLine, table_of
from app.store.transactions import take_audit_lock
from app.vault import keyed_digest

#: What a line's digest vouches for, in this order.
_SAID = ("at", "actor_type", "actor", "act", "subject", "subject_id", "detail")
_audit = table_of(AuditLine)
_LAST_LINE = select(_audit.c.id, _audit.c.digest).order_by(_audit.c.id.desc()).limit(1)
_LAST_DIGEST = select(_audit.c.digest).order_by(_audit.c.id.desc()).limit(1)


def add_audit_line(
    actor: Actor, act: str, subject: str, subject_id: object, detail: Mapping[str, Any], now: datetime
) -> None:
    """Write down who did what, in the transaction of what was done. ``detail`` never holds health text."""
    db.session.flush()  # rows first, the end of the chain last: everybody in the same order
    take_audit_lock()
    line = {
        "at": now,
        "actor_type": actor.kind,
        # A client is known by what the line is about: an address in here would outlive their erasure.
        "actor": None if actor.kind == "client" else actor.name,
        "act": act,
        "subject": subject,
        "subject_id": None if subject_id is None else str(subject_id),
        "detail": dict(detail),
    }
    before = db.session.execute(_LAST_DIGEST).scalar() or ""
    db.session.execute(insert(_audit), line | {"digest": _digest(before, line)})


def list_audit_lines(subject: str, subject_id: object) -> list[AuditLine]:
    """Everything that was done to one thing, oldest first."""
    wanted = select(AuditLine).where(AuditLine.subject == subject, AuditLine.subject_id == str(subject_id))
    return list(db.session.execute(wanted.order_by(AuditLine.id)).scalars())


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at some time: the last line's number, and its digest. Whoever kept one elsewhere notices a cut."""

    number: int
    digest: str


def chain_head() -> Head | None:
    """The last line of all; none while there is no line."""
    row = db.session.execute(_LAST_LINE).first()
    return Head(row[0], row[1]) if row else None


def has_line(head: Head) -> bool:
    """Whether that very line still stands where it stood."""
    wanted = select(AuditLine.id).where(AuditLine.id == head.number, AuditLine.digest == head.digest)
    return db.session.execute(wanted).first() is not None


def first_broken_line() -> int | None:
    """The number of the first line that does not follow from the one before; none when the chain is whole.

    A tail that was cut off leaves a whole chain: ``has_line`` of a head that was logged before finds it.
    """
    before = ""
    lines = select(AuditLine).order_by(AuditLine.id).execution_options(yield_per=1000)
    with closing(db.session.execute(lines)) as found:
        for line in found.scalars():
            if line.digest != _digest(before, {name: getattr(line, name) for name in _SAID}):
                return line.id
            before = line.digest
    return None


def _digest(before: str, line: Mapping[str, Any]) -> str:
    said = [before, line["at"].isoformat(), *(line[name] for name in _SAID[1:])]
    return keyed_digest(
        "audit", json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    )
