"""What ends with an account or a right: the addresses of diaries that the member made, the invitations that they sent."""

from datetime import datetime

from app.domain.appointments import Actor
from app.domain.staff import Member
from app.store import feeds as feed_store
from app.store import invitations as invitation_store
from app.store.audit import add_audit_line
from app.store.staff import Person, Rights


def end_feeds_of(person: Person, rights: Rights | None, actor: Actor, now: datetime) -> int:
    """End the feeds that the member made and that are no longer theirs; how many. Without rights: all. Inside a transaction."""
    ended = [
        row
        for row in feed_store.list_feeds_made_by(person.email)
        if rights is None or _is_lost(row.therapist_id, person, rights)
    ]
    for row in ended:
        row.ended_at = now
        detail = {"name": row.name, "therapist": row.therapist_id}
        add_audit_line(actor, "feed ended", "calendar_feed", row.id, detail, now)
    return len(ended)


def take_back_invitations_of(person: Person, actor: Actor, now: datetime) -> int:
    """The links that the member sent open nothing from now on; how many. Inside a transaction."""
    open_ones = invitation_store.list_invitations_of(person.email)
    for one in open_ones:
        invitation_store.take_back(one.id, now)
        detail = {"email": one.email}
        add_audit_line(actor, "invitation taken back", "staff_invitation", one.id, detail, now)
    return len(open_ones)


def _is_lost(therapist_id: int, person: Person, rights: Rights) -> bool:
    """Whether that diary was the member's own and is no more, or is none that they may still see."""
    was_own = therapist_id == person.therapist_id and therapist_id != rights.therapist_id
    becomes = Member(person.id, person.email, rights.name, frozenset(rights.roles), rights.therapist_id)
    return was_own or not becomes.may_see(therapist_id)
