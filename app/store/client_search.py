"""Finding clients by what is typed of them: the rows that share most with it by one index, then ranked exactly."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.appointments import AHEAD, State
from app.domain.names import Asked, Person, asked, fit, grams_asked, is_whole
from app.extensions import db
from app.models import Appointment, Client, ClientGram, Contact
from app.store.clients import ROOT, members_of
from app.store.practice import load_practice

#: So many rows that share most with what was typed are looked at; of a therapist's search more, since most are others' clients.
_RANKED, _RANKED_OF_MANY = 100, 600
#: Of what was typed the rarest letters lead the way, until so many rows of the index are read.
_READ, _FEWEST_GRAMS = 5_000, 1
_RECENT = 250  # appointments that are looked at for who was here last
_BEEN = (State.BOOKED.value, State.ARRIVED.value, State.COMPLETED.value)


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be meant. ``also``: another name under which they are stored, where that is what fits."""

    id: int
    name: str
    email: str | None
    phone: str | None
    blocked: bool
    last_visit_at: datetime | None = None
    next_visit_at: datetime | None = None
    next_reference: str | None = None
    also: str | None = None


@dataclass(frozen=True, slots=True)
class _Stored:
    """A row of the table as the ranking sees it."""

    id: int
    root: int
    person: Person
    blocked: bool


def search(text: str, now: datetime, limit: int = 20, therapist_id: int | None = None) -> list[Found]:
    """Who fits what was typed of a name, telephone, address or reference, best first; of a therapist's own clients if named."""
    wanted = asked(text, load_practice().short_code)
    by_reference = _with_reference(wanted.reference, therapist_id)
    scores = {} if wanted.is_too_short else _ranked(wanted, therapist_id)
    best = sorted(scores, key=lambda root: (-scores[root][0], -root))
    numbers = list(dict.fromkeys([*by_reference, *best]))[:limit]
    names = {root: one.person.name for root, (_, one) in scores.items() if one.id != root}
    found = with_visits(_load(numbers), now, therapist_id)
    return [replace(one, also=_other(names.get(one.id), one.name)) for one in found]


def list_recent(now: datetime, limit: int = 20, therapist_id: int | None = None) -> list[Found]:
    """Who was here last."""
    wanted = (
        select(Appointment.client_id)
        .where(Appointment.starts_at <= now, Appointment.state.in_(_BEEN), *_of(therapist_id))
        .order_by(Appointment.starts_at.desc())
        .limit(_RECENT)
        .subquery()
    )
    rows = db.session.execute(select(ROOT).join(wanted, wanted.c.client_id == Client.id)).scalars()
    return with_visits(_load(list(dict.fromkeys(rows))[:limit]), now, therapist_id)


def with_visits(found: Sequence[Found], now: datetime, therapist_id: int | None) -> list[Found]:
    """The same with when they were here last and when they come next."""
    visits = _visits([one.id for one in found], now, therapist_id)
    references = _references({root: following for root, (_, following) in visits.items() if following})
    nothing = (None, None)
    return [
        replace(one, last_visit_at=last, next_visit_at=following, next_reference=references.get(one.id))
        for one in found
        for last, following in [visits.get(one.id, nothing)]
    ]


def _references(following: Mapping[int, datetime]) -> dict[int, str]:
    """What the next session of each is called."""
    if not following:
        return {}
    members = members_of(list(following))
    wanted = select(Appointment.client_id, Appointment.starts_at, Appointment.reference).where(
        Appointment.client_id.in_(members),
        Appointment.starts_at.in_(following.values()),
        Appointment.state.in_(AHEAD),
    )
    return {
        members[number]: reference
        for number, starts_at, reference in db.session.execute(wanted)
        if following[members[number]] == starts_at
    }


def _other(name: str | None, shown: str) -> str | None:
    return name if name and name != shown else None


def _of(therapist_id: int | None) -> tuple[Any, ...]:
    """Only that therapist's; said so that the client's index is used, which leads to few rows."""
    return () if therapist_id is None else (Appointment.therapist_id + 0 == therapist_id,)


def _ranked(wanted: Asked, therapist_id: int | None) -> Mapping[int, tuple[float, _Stored]]:
    """How well each person fits, by the row that fits best; who fits in part only where nobody fits as a whole."""
    stored = _sharing(wanted, therapist_id)
    if therapist_id is not None:
        own = own_of({one.root for one in stored}, therapist_id)
        stored = [one for one in stored if one.root in own]
    scores: dict[int, tuple[float, _Stored]] = {}
    for one in stored:
        score = fit(wanted, one.person)
        if score is not None and (one.root not in scores or _better(score, one, scores[one.root])):
            scores[one.root] = (score, one)
    whole = {root: told for root, told in scores.items() if is_whole(told[0])}
    return whole or scores


def _better(score: float, one: _Stored, known: tuple[float, _Stored]) -> bool:
    """Of the same fit the kept row counts."""
    return (score, one.id == one.root) > (known[0], known[1].id == known[1].root)


def _sharing(wanted: Asked, therapist_id: int | None) -> list[_Stored]:
    """The rows that share most with what was typed; of a therapist those that may be an own client's."""
    shared = func.count()
    sharing = (
        select(ClientGram.client_id)
        .where(ClientGram.gram.in_(_rarest(grams_asked(wanted))))
        .group_by(ClientGram.client_id)
        .order_by(shared.desc(), ClientGram.client_id.desc())
        .limit(_RANKED if therapist_id is None else _RANKED_OF_MANY)
        .subquery()
    )
    columns = (Client.id, ROOT, Client.name, Contact.email, Contact.phone, Client.blocked_at.is_not(None))
    rows = db.session.execute(
        select(*columns)
        .join(sharing, sharing.c.client_id == Client.id)
        .join(Contact, Contact.id == Client.contact_id)
        .where(*_maybe_own(therapist_id))
    )
    return [_Stored(row[0], row[1], Person(*row[2:5]), bool(row[5])) for row in rows]


def _maybe_own(therapist_id: int | None) -> tuple[Any, ...]:
    """Who has an appointment with the therapist, and who is stored more than once: that is looked at closer."""
    if therapist_id is None:
        return ()
    own = exists().where(Appointment.client_id == Client.id, *_of(therapist_id))
    gone = aliased(Client)
    others = select(gone.merged_into_id).where(gone.merged_into_id.is_not(None))  # few; found once
    return (or_(own, Client.merged_into_id.is_not(None), Client.id.in_(others)),)


def _rarest(grams: Collection[str]) -> list[str]:
    """Those that few people have, as many of them as can be read at once."""
    counted = select(ClientGram.gram, func.count()).where(ClientGram.gram.in_(sorted(grams)))
    rows = db.session.execute(counted.group_by(ClientGram.gram)).all()
    chosen: list[str] = []
    read = 0
    for gram, count in sorted(rows, key=lambda row: (row[1], row[0])):
        read += count
        if read > _READ and len(chosen) >= _FEWEST_GRAMS:
            break
        chosen.append(gram)
    return chosen


def own_of(roots: Collection[int], therapist_id: int) -> set[int]:
    """Which of them have any appointment with that therapist, under whichever of their stored rows."""
    members = members_of(roots)
    known = select(Appointment.client_id).where(Appointment.client_id.in_(members), *_of(therapist_id))
    return {members[number] for number in db.session.execute(known.distinct()).scalars()}


def _with_reference(reference: str | None, therapist_id: int | None) -> list[int]:
    if reference is None:
        return []
    wanted = select(ROOT).join(Appointment, Appointment.client_id == Client.id)
    wanted = wanted.where(Appointment.reference == reference, *_of(therapist_id))
    return list(db.session.execute(wanted).scalars())


def _load(numbers: Sequence[int]) -> list[Found]:
    columns = (Client.id, Client.name, Contact.email, Contact.phone, Client.blocked_at.is_not(None))
    of = select(*columns).join(Contact, Contact.id == Client.contact_id).where(Client.id.in_(numbers))
    rows = {row[0]: Found(*row[:4], blocked=bool(row[4])) for row in db.session.execute(of)}
    return [rows[number] for number in numbers if number in rows]


def _visits(
    roots: Sequence[int], now: datetime, therapist_id: int | None
) -> dict[int, tuple[datetime | None, datetime | None]]:
    members, at = members_of(roots), Appointment.starts_at
    last = func.max(case(((at <= now) & Appointment.state.in_(_BEEN), at)))
    following = func.min(case(((at > now) & Appointment.state.in_(AHEAD), at)))
    counted = (
        select(Appointment.client_id, last, following)
        .where(Appointment.client_id.in_(members), *_of(therapist_id))
        .group_by(Appointment.client_id)
    )
    found: dict[int, tuple[datetime | None, datetime | None]] = {}
    for number, been, coming in db.session.execute(counted):
        before = found.get(members[number], (None, None))
        found[members[number]] = (_chosen(max, before[0], been), _chosen(min, before[1], coming))
    return found


def _chosen(choose: Any, *moments: datetime | None) -> datetime | None:
    known = [moment for moment in moments if moment is not None]
    return choose(known) if known else None
