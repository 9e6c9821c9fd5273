"""What was booked or moved against the rule, and why."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.slots import Refusal
from app.extensions import db
from app.models import Override


@dataclass(frozen=True, slots=True)
class OverrideLine:
    """One refusal that somebody set aside; the reason stays sealed."""

    refusal: Refusal
    sealed_why: bytes
    by: str
    at: datetime


def add_overrides(
    appointment_id: int, refusals: Iterable[Refusal], sealed_why: bytes, by: str, now: datetime
) -> None:
    """Write down each refusal that was set aside for an appointment, in the transaction that does it."""
    db.session.add_all(
        Override(
            appointment_id=appointment_id,
            refusal=refusal.value,
            sealed_why=sealed_why,
            overridden_by=by,
            overridden_at=now,
        )
        for refusal in sorted(refusals)
    )


def list_overrides(appointment_id: int) -> list[OverrideLine]:
    """All of an appointment, oldest first."""
    rows = db.session.execute(
        select(Override).where(Override.appointment_id == appointment_id).order_by(Override.id)
    ).scalars()
    return [
        OverrideLine(Refusal(row.refusal), row.sealed_why, row.overridden_by, row.overridden_at)
        for row in rows
    ]


def overridden(appointment_ids: Collection[int]) -> dict[int, frozenset[Refusal]]:
    """By appointment what was set aside for it; those for which nothing was are left out. One query."""
    found: dict[int, set[Refusal]] = defaultdict(set)
    wanted = select(Override.appointment_id, Override.refusal).where(
        Override.appointment_id.in_(appointment_ids)
    )
    for appointment_id, refusal in db.session.execute(wanted):
        found[appointment_id].add(Refusal(refusal))
    return {appointment_id: frozenset(refusals) for appointment_id, refusals in found.items()}
