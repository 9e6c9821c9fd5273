"""Two stored clients are one person after all, or are not: nothing is moved, the one that is gone points to the one that is kept.

Whoever tells them apart again says whose is what was booked meanwhile: only that is handed over.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from app.actions.clients import still_open
from app.actions.contention import retrying
from app.actions.notifications import announce
from app.domain.appointments import Actor
from app.domain.merging import was_booked_by
from app.models import Client, ClientMerge
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.client_messages import plan_unaddressed
from app.store.clients import add_merge, find_merge, get_client, group_of, list_merged_before, rewrite_grams
from app.store.merging import Made, called, count_noted_since, hand_over, list_made_since
from app.store.transactions import Stale, take_booking_lock, transaction


@dataclass(frozen=True, slots=True)
class Merged:
    """They count as one now. ``merge_id`` undoes it; none where they did already."""

    kept_id: int
    merge_id: int | None


@dataclass(frozen=True, slots=True)
class SamePerson:
    """One can't be merged into oneself."""


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """Nothing was changed: what was made while they counted as one.

    ``theirs`` was booked by who becomes a person of their own again, so far as name and address tell it; ``others`` was not.
    """

    name: str
    email: str | None
    kept_name: str
    theirs: tuple[Made, ...]
    others: tuple[Made, ...]
    notes: int

    @property
    def sessions(self) -> tuple[Made, ...]:
        """All of them."""
        return (*self.theirs, *self.others)

    def is_known_to(self, said: "Decided | None") -> bool:
        """Whether whoever decides was told of all of it: nothing needs no telling."""
        seen = said.seen if said else frozenset()
        told_of_notes = bool(said) or not self.notes
        return told_of_notes and seen.issuperset(one.id for one in self.sessions)


@dataclass(frozen=True, slots=True)
class Decided:
    """What whoever tells them apart has seen of what was booked meanwhile, and what of it is given to who goes."""

    seen: frozenset[int]
    given: frozenset[int]


@dataclass(frozen=True, slots=True)
class Parted:
    """They are two again. ``given``: how many sessions booked meanwhile went along; so many and so many notes stay."""

    name: str
    kept_name: str
    given: int
    sessions_left: int
    notes_left: int


@retrying
def merge(
    kept_id: int, gone_id: int, versions: tuple[int, int] | None, actor: Actor, now: datetime
) -> Merged | SamePerson:
    """From now on both are ``kept_id``, with all who were either before. Raises LookupError, Stale and Busy.

    ``versions``: of the kept and of the gone row as whoever decides has seen them.
    """
    with transaction():
        take_booking_lock()
        kept, gone = still_open(_root(kept_id)), still_open(_root(gone_id))
        if kept.id == gone.id:
            return SamePerson() if kept_id == gone_id else Merged(kept.id, None)
        if versions is not None and versions != (kept.row_version, gone.row_version):
            raise Stale
        group = [get_client(number) for number in group_of(gone.id)]
        for one in group:
            one.merged_into_id = kept.id
            one.row_version += 1
        kept.row_version += 1
        row = add_merge(
            ClientMerge(kept_id=kept.id, gone_id=gone.id, merged_at=now, merged_by=actor.name or actor.kind)
        )
        rewrite_grams([kept, *group])
        detail = {"merged": {"from": str(gone.id), "to": str(kept.id)}}
        for one in (kept, gone):
            add_audit_line(actor, "client merged", "client", one.id, detail, now)
        return Merged(kept.id, row.id)


@retrying
def undo(
    merge_id: int, actor: Actor, now: datetime, said: Decided | None = None
) -> Parted | Meanwhile | None:
    """Tell them apart again: who was gone before goes back with whom they had been merged into. None where it is undone already.

    What ``said`` gives them of what was booked meanwhile is handed over; where something was made meanwhile of which whoever
    decides has not been told, nothing is changed. Raises LookupError and Busy.
    """
    with transaction():
        take_booking_lock()
        row = find_merge(merge_id)
        if row is None:
            raise LookupError("no such merge")
        if row.undone_at is not None:
            return None
        gone = get_client(row.gone_id)
        found = _meanwhile(row, gone)
        if not found.is_known_to(said):
            return found
        kept_id = gone.merged_into_id or row.kept_id
        _part(row, gone, actor, now)
        given = [one.id for one in found.sessions if said and one.id in said.given]
        due = _hand_over(given, gone, actor, now)
        parted = Parted(
            gone.name, get_client(kept_id).name, len(given), len(found.sessions) - len(given), found.notes
        )
    announce(due)
    return parted


def _part(row: ClientMerge, gone: Client, actor: Actor, now: datetime) -> None:
    row.undone_at = now
    kept_id = gone.merged_into_id
    gone.merged_into_id = None
    gone.row_version += 1
    for number in list_merged_before(gone.id):
        one = get_client(number)
        one.merged_into_id = gone.id
        one.row_version += 1
    detail = {"merged": {"from": str(kept_id), "to": str(gone.id)}}
    for number in {gone.id, row.kept_id, kept_id or row.kept_id}:
        add_audit_line(actor, "client merge undone", "client", number, detail, now)


def _meanwhile(row: ClientMerge, gone: Client) -> Meanwhile:
    """What was made since then under the rows that stay. Of a record that is erased or closed nothing can be handed over."""
    kept = get_client(gone.merged_into_id or row.kept_id)
    numbers = {gone.id, *list_merged_before(gone.id)}
    back = [get_client(number) for number in sorted(numbers)]
    staying = [get_client(number) for number in group_of(kept.id) if number not in numbers]
    if any(one.is_closed for one in (*back, *staying)):
        return Meanwhile(gone.name, gone.contact.email, kept.name, (), (), 0)
    under = [one.id for one in staying]
    made = list_made_since(under, row.merged_at)
    theirs = tuple(one for one in made if was_booked_by(one.typed, called(back), called(staying)))
    others = tuple(one for one in made if one not in theirs)
    notes = count_noted_since(under, row.merged_at)
    return Meanwhile(gone.name, gone.contact.email, kept.name, theirs, others, notes)


def _hand_over(appointment_ids: Collection[int], to: Client, actor: Actor, now: datetime) -> list[int]:
    """Answers which messages are due now that they have an address."""
    for number in appointment_ids:
        appointment = get_appointment(number)
        detail = {"client": {"from": appointment.client_id, "to": to.id}}
        hand_over(appointment, to)
        add_audit_line(actor, "handed over", "appointment", number, detail, now)
    return plan_unaddressed([to.id], now) if appointment_ids and to.contact.email else []


def _root(client_id: int) -> Client:
    client = get_client(client_id)
    return client if client.merged_into_id is None else get_client(client.merged_into_id)
