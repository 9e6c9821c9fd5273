"""The audit log: lines are added, never changed; each carries an HMAC over itself and the line before."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.appointments import Actor
from app.extensions import db
from app.models import AuditLine
from app.store.transactions import take_audit_lock
from app.vault import keyed_digest


def add_audit_line(
    actor: Actor, act: str, subject: str, subject_id: object, detail: Mapping[str, Any], now: datetime
) -> None:
    """Write down who did what, in the transaction of what was done. ``detail`` never holds health text."""
    db.session.flush()  # rows first, the end of the chain last: everybody in the same order
    take_audit_lock()
    line = AuditLine(
        at=now,
        actor_type=actor.kind,
        actor=actor.name,
        act=act,
        subject=subject,
        subject_id=None if subject_id is None else str(subject_id),
        detail=dict(detail),
        digest="",
    )
    line.digest = _digest(_last_digest(), line)
    db.session.add(line)
    db.session.flush()


def list_audit_lines(subject: str, subject_id: object) -> list[AuditLine]:
    """Everything that was done to one thing, oldest first."""
    wanted = select(AuditLine).where(AuditLine.subject == subject, AuditLine.subject_id == str(subject_id))
    return list(db.session.execute(wanted.order_by(AuditLine.id)).scalars())


def first_broken_line() -> int | None:
    """The number of the first line that does not follow from the one before; none when the chain is whole."""
    before = ""
    for line in db.session.execute(select(AuditLine).order_by(AuditLine.id)).scalars():
        if line.digest != _digest(before, line):
            return line.id
        before = line.digest
    return None


def _last_digest() -> str:
    return db.session.execute(select(AuditLine.digest).order_by(AuditLine.id.desc()).limit(1)).scalar() or ""


def _digest(before: str, line: AuditLine) -> str:
    said = [
        before,
        line.at.isoformat(),
        line.actor_type,
        line.actor,
        line.act,
        line.subject,
        line.subject_id,
        line.detail,
    ]
    return keyed_digest(
        "audit", json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    )
