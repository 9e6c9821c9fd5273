"""Whom a request is about, as far as the member may see them."""

from dataclasses import dataclass

from flask import abort, redirect, request, url_for

from app.blueprints.schedule.asked import health_therapist, own_therapist_id
from app.store.client_pages import Who, find_who
from app.store.clients import group_of, is_client_of, treated_by

_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A client whom the member may see: who, all rows that are this person, and the one therapist that it is limited to.

    ``health_rows``: those rows whose health text opens for the member. All for the owner; for a therapist those with an own session,
    since a merge must open nothing.
    """

    who: Who
    group: tuple[int, ...]
    therapist_id: int | None
    health_rows: tuple[int, ...]

    @property
    def id(self) -> int:
        """The number of the row that is kept."""
        return self.who.id

    @property
    def may_be_treated_by_member(self) -> bool:
        """Whether health text about the client opens for the member: for the owner, and for who treats them."""
        return bool(self.health_rows)

    @property
    def may_write_preferences(self) -> bool:
        """They are kept under the row that is kept: whoever may not open that one does not write over it."""
        return self.id in self.health_rows

    @property
    def note_row(self) -> int:
        """Where the member's treatment notes go, so that they open for them again: the kept row if it may be."""
        return self.id if self.may_write_preferences else self.health_rows[0]

    @property
    def other_rows(self) -> tuple[int, ...]:
        """Rows whose health text does not open for the member."""
        return tuple(number for number in self.group if number not in self.health_rows)


def seen_client(client_id: int) -> Seen:
    """The client of that number; 404 where there is none, or it is another therapist's. Who was merged leads to who is kept.

    What is posted about somebody who was merged is about who is kept: a redirect would lose it.
    """
    therapist_id = own_therapist_id()
    who = find_who(client_id, therapist_id) if client_id <= _LARGEST else None
    if who is None or (therapist_id is not None and not is_client_of(client_id, therapist_id)):
        abort(404)
    if who.merged_into_id is not None:
        if request.method in ("GET", "HEAD"):
            abort(redirect(url_for("clients.show", client_id=who.merged_into_id)))
        who = find_who(who.merged_into_id, therapist_id) or abort(404)
    group = tuple(group_of(who.id))
    return Seen(who, group, therapist_id, _health_rows(group))


def _health_rows(group: tuple[int, ...]) -> tuple[int, ...]:
    therapist_id = health_therapist()
    if therapist_id is None:
        return group
    return tuple(treated_by(group, therapist_id)) if therapist_id else ()


def treated_client(client_id: int) -> Seen:
    """The same for who may open health text about them, else 403."""
    seen = seen_client(client_id)
    if not seen.may_be_treated_by_member:
        abort(403)
    return seen
