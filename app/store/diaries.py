"""Diaries: what is claimed, and who is off, in a window; one query whatever the history."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    bindparam,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)

from app.domain.cells import Stretch, cell_at_or_after, cell_at_or_before
from app.domain.questions import Diaries, Diary, packed
from app.domain.spans import Span
from app.extensions import db
from app.models import Claim, Hold, Therapist, TimeOff, table_of

_LONGEST_CLAIM = 288  # cells; the table refuses longer ones
_NOBODY = -1

_resources: BindParameter[int] = bindparam("resources", expanding=True)
_first: BindParameter[int] = bindparam("first")
_end: BindParameter[int] = bindparam("end")
_claim, _hold, _therapist, _off = map(table_of, (Claim, Hold, Therapist, TimeOff))
#: Few hold anything just now: asked for apart, they cost nothing, while a join made PostgreSQL look up every claim's.
_HELD_NOW = select(_hold.c.id).where(_hold.c.expires_at > bindparam("now"))
_THEIRS = (
    _claim.c.active,
    _claim.c.resource_id.in_(_resources),
    _claim.c.from_cell < _end,
    _claim.c.from_cell > _first - _LONGEST_CLAIM,
    _claim.c.to_cell > _first,
    or_(_claim.c.hold_id.is_(None), _claim.c.hold_id.in_(_HELD_NOW)),
    func.coalesce(_claim.c.appointment_id, 0).not_in(bindparam("appointments", expanding=True)),
    func.coalesce(_claim.c.hold_id, 0).not_in(bindparam("holds", expanding=True)),
)
#: What session is given in it, as `packed` has it: one number is read quicker than three.
_SESSION: ColumnElement[Any] = packed(_claim.c.lead, _claim.c.tail, cast(_claim.c.is_deep, Integer)).label(
    "session"
)


def _lost(*more: ColumnElement[Any]) -> CompoundSelect[Any]:
    """All that is lost to a diary, and ``more`` about what is claimed."""
    claimed = select(
        _claim.c.resource_id, _claim.c.from_cell, _claim.c.to_cell, literal(0).label("off"), *more
    ).where(*_THEIRS)
    nothing = (type_coerce(null(), column.type).label(column.name) for column in more)
    off = (
        select(_therapist.c.resource_id, _off.c.from_cell, _off.c.to_cell, literal(1).label("off"), *nothing)
        .select_from(_therapist.join(_off, _off.c.therapist_id == _therapist.c.id))
        .where(_therapist.c.resource_id.in_(_resources), _off.c.from_cell < _end, _off.c.to_cell > _first)
    )
    return union_all(claimed, off)


#: Put together once: making the statement takes longer than running it.
_LOST, _LOST_AND_SESSIONS = _lost(), _lost(_SESSION)


def load_diaries(
    span: Span,
    now: datetime,
    resource_ids: Collection[int],
    *,
    ignoring_appointment: int | None = None,
    ignoring_partner: int | None = None,
    ignoring_holds: Collection[int] = (),
    counted: bool = True,
) -> Diaries:
    """The diaries of those therapists and rooms within ``span``; holds that have ended by ``now`` don't count.

    What is being moved (and its partner in a swap), or was held by the very person who books, can be left out of account.
    Which sessions are given is looked up only where it is ``counted``.
    """
    asked = {
        "resources": list(resource_ids),
        "first": cell_at_or_before(span.starts_at),
        "end": cell_at_or_after(span.ends_at),
        "now": now,
        "appointments": [ignoring_appointment or _NOBODY, ignoring_partner or _NOBODY],
        "holds": list(ignoring_holds) or [_NOBODY],
    }
    taken: dict[int, list[Stretch]] = defaultdict(list)
    off: dict[int, list[Stretch]] = defaultdict(list)
    sessions: dict[int, list[int | None]] = defaultdict(list)
    if counted:
        for resource_id, from_cell, to_cell, is_off, shape in db.session.execute(_LOST_AND_SESSIONS, asked):
            (off if is_off else taken)[resource_id].append((from_cell, to_cell))
            if not is_off:
                sessions[resource_id].append(shape)
    else:
        for resource_id, from_cell, to_cell, is_off in db.session.execute(_LOST, asked):
            (off if is_off else taken)[resource_id].append((from_cell, to_cell))
    return {
        key: Diary(tuple(taken.get(key, ())), tuple(off.get(key, ())), tuple(sessions.get(key, ())))
        for key in taken.keys() | off.keys()
    }
