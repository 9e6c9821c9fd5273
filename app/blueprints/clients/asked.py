"""Whom a request is about, as far as the member may see them."""

from dataclasses import dataclass

from flask import abort, redirect, url_for

from app.blueprints.schedule.asked import own_therapist_id
from app.domain.staff import StaffRole
from app.store.client_pages import Who, find_who
from app.store.clients import group_of, is_client_of
from app.web.access import signed_in

_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Seen:
    """A client whom the member may see: who, all rows that are this person, and the one therapist that it is limited to."""

    who: Who
    group: tuple[int, ...]
    therapist_id: int | None

    @property
    def id(self) -> int:
        """The number of the row that is kept."""
        return self.who.id

    @property
    def may_be_treated_by_member(self) -> bool:
        """Whether health text about the client opens for the member: for the owner, and for who treats them."""
        member = signed_in()
        if StaffRole.OWNER in member.roles:
            return True
        return member.treats and is_client_of(self.who.id, member.therapist_id or 0)


def seen_client(client_id: int) -> Seen:
    """The client of that number; 404 where there is none, or it is another therapist's. Who was merged leads to who is kept."""
    who = find_who(client_id) if client_id <= _LARGEST else None
    therapist_id = own_therapist_id()
    if who is None or (therapist_id is not None and not is_client_of(client_id, therapist_id)):
        abort(404)
    if who.merged_into_id is not None:
        abort(redirect(url_for("clients.show", client_id=who.merged_into_id)))
    return Seen(who, tuple(group_of(client_id)), therapist_id)


def treated_client(client_id: int) -> Seen:
    """The same for who may open health text about them, else 403."""
    seen = seen_client(client_id)
    if not seen.may_be_treated_by_member:
        abort(403)
    return seen
