"""Diaries: what is claimed, and who is off, in a window; two queries whatever the history."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select

from app.domain.cells import cell_at_or_after, cell_at_or_before
from app.domain.slots import Diaries, Diary
from app.domain.spans import Span
from app.extensions import db
from app.models import Claim, Hold, Therapist, TimeOff

_LONGEST_CLAIM = 288  # cells; the table refuses longer ones


def load_diaries(
    span: Span,
    now: datetime,
    *,
    ignoring_appointment: int | None = None,
    ignoring_holds: Collection[int] = (),
) -> Diaries:
    """The diary of every therapist and room within ``span``; holds that have ended by ``now`` don't count.

    What is being moved, or was held by the very person who books, can be left out of account.
    """
    taken = _taken(span, now, ignoring_appointment, ignoring_holds)
    off = _time_off(span)
    return {
        key: Diary(tuple(taken.get(key, ())), tuple(off.get(key, ()))) for key in taken.keys() | off.keys()
    }


def _taken(
    span: Span, now: datetime, appointment_id: int | None, hold_ids: Collection[int]
) -> dict[int, list[tuple[int, int]]]:
    first, end = cell_at_or_before(span.starts_at), cell_at_or_after(span.ends_at)
    wanted = (
        select(Claim.resource_id, Claim.from_cell, Claim.to_cell)
        .outerjoin(Hold, Hold.id == Claim.hold_id)
        .where(
            Claim.active,
            Claim.from_cell < end,
            Claim.from_cell > first - _LONGEST_CLAIM,
            Claim.to_cell > first,
        )
        .where(or_(Claim.hold_id.is_(None), Hold.expires_at > now))
    )
    if appointment_id is not None:
        wanted = wanted.where(or_(Claim.appointment_id.is_(None), Claim.appointment_id != appointment_id))
    if hold_ids:
        wanted = wanted.where(or_(Claim.hold_id.is_(None), Claim.hold_id.not_in(hold_ids)))
    taken: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for resource_id, from_cell, to_cell in db.session.execute(wanted):
        taken[resource_id].append((from_cell, to_cell))
    return taken


def _time_off(span: Span) -> dict[int, list[Span]]:
    wanted = (
        select(Therapist.resource_id, TimeOff.starts_at, TimeOff.ends_at)
        .join(Therapist, Therapist.id == TimeOff.therapist_id)
        .where(TimeOff.starts_at < span.ends_at, TimeOff.ends_at > span.starts_at)
    )
    off: dict[int, list[Span]] = defaultdict(list)
    for resource_id, starts_at, ends_at in db.session.execute(wanted):
        off[resource_id].append(Span(starts_at, ends_at))
    return off
