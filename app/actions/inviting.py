"""Invitations: somebody becomes a staff member by a link in a mail, and chooses the password alone."""

import json
import secrets
from collections.abc import Callable
from datetime import datetime

from app.actions.letter_facts import account_context
from app.actions.notifications import announce, new_message_id
from app.actions.staff import CannotAdd, CannotChange, known_words, refuse_no_owner
from app.domain.appointments import Actor
from app.domain.notifications import Audience, Kind
from app.domain.passwords import password_problem
from app.domain.said import said
from app.domain.staff import INVITATION_WORKS_FOR, Member, role_problem
from app.links import site_url
from app.models import Notification
from app.store import invitations as invitation_store
from app.store import outbox
from app.store import staff as staff_store
from app.store.audit import add_audit_line
from app.store.invitations import Invitation, Offer
from app.store.practice import NoPractice, load_practice
from app.store.staff import MemberFacts
from app.store.transactions import transaction
from app.vault import keyed_digest, seal_for_practice

_LONGEST_TOKEN = 100


def invite(offer: Offer, by: Member, now: datetime) -> int:
    """Ask somebody in, by e-mail; an older invitation of the same address ends. Raises CannotChange."""
    problem = role_problem(offer.roles, offer.therapist_id)
    if problem:
        raise CannotChange(problem)
    token = secrets.token_urlsafe(32)
    with transaction():
        staff_store.lock_members()
        refuse_no_owner(by, now)
        _refuse_member(offer.email)
        _refuse_taken_diary(offer, now)
        invitation_store.take_back_all_of(offer.email, now)
        expires_at = now + INVITATION_WORKS_FOR
        number = invitation_store.add_invitation(offer, _digest(token), by.email, now, expires_at)
        detail = {"email": offer.email, "roles": [role.value for role in offer.roles]}
        add_audit_line(Actor("staff", by.email), "invited", "staff_invitation", number, detail, now)
        message = _write(offer.email, token, by, now)
    announce([message])
    return number


def invite_again(invitation_id: int, by: Member, now: datetime) -> str:
    """Send a new link; the old one opens nothing any more. Answers the address. Raises CannotChange, LookupError."""
    token = secrets.token_urlsafe(32)
    with transaction():
        staff_store.lock_members()
        refuse_no_owner(by, now)
        found = _found(invitation_id)
        _refuse_member(found.email)
        _refuse_taken_diary(Offer(found.email, found.name, found.roles, found.therapist_id), now)
        invitation_store.renew(invitation_id, _digest(token), by.email, now + INVITATION_WORKS_FOR)
        detail = {"email": found.email}
        actor = Actor("staff", by.email)
        add_audit_line(actor, "invitation sent again", "staff_invitation", invitation_id, detail, now)
        message = _write(found.email, token, by, now)
    announce([message])
    return found.email


def take_invitation_back(invitation_id: int, by: Member, now: datetime) -> str:
    """Its link opens nothing from now on. Answers the address. Raises LookupError."""
    with transaction():
        found = _found(invitation_id)
        invitation_store.take_back(invitation_id, now)
        detail = {"email": found.email}
        actor = Actor("staff", by.email)
        add_audit_line(actor, "invitation taken back", "staff_invitation", invitation_id, detail, now)
        return found.email


def open_invitation(token: str, now: datetime) -> Invitation | None:
    """The invitation that this link opens; none when it never did or does no longer."""
    if len(token) > _LONGEST_TOKEN or not token.isascii():
        return None
    return invitation_store.find_by_digest(_digest(token), now)


def accept(token: str, password: str, hash_password: Callable[[str], str], now: datetime) -> int:
    """Make the member and return the number; the link is used up. Raises CannotAdd (the password), LookupError (the link)."""
    found = open_invitation(token, now)
    if found is None:
        raise LookupError("no such invitation")
    problem = password_problem(password, known_words(found.email, found.name))
    if problem:
        raise CannotAdd(problem)
    hashed = hash_password(password)  # takes long: before the transaction, so that nobody waits for it
    with transaction():
        staff_store.lock_members()
        if not invitation_store.use_up(_digest(token), now) or staff_store.find_by_email(found.email):
            raise LookupError("somebody was faster")
        if found.therapist_id and staff_store.is_a_members_diary(found.therapist_id):
            raise LookupError("somebody else has the diary")
        facts = MemberFacts(
            found.email, found.name, hashed, secrets.token_hex(32), found.roles, found.therapist_id
        )
        member_id = staff_store.add_member(facts, now)
        actor = Actor("staff", found.email)
        add_audit_line(actor, "invitation used", "staff_invitation", found.id, {}, now)
        detail = {"roles": [role.value for role in found.roles], "invited_by": found.invited_by}
        add_audit_line(actor, "staff member added", "staff_member", member_id, detail, now)
        return member_id


def _digest(token: str) -> str:
    return keyed_digest("staff invitation", token.encode())


def _found(invitation_id: int) -> Invitation:
    found = invitation_store.find_invitation(invitation_id)
    if found is None:
        raise LookupError(f"no open invitation {invitation_id}")
    return found


def _refuse_member(email: str) -> None:
    known = staff_store.find_by_email(email)
    if known is not None:
        raise CannotChange(
            said("%(email)s is a staff member already.", email=email)
            if known.active
            else said(
                "%(email)s is a staff member already, whose account is closed; you can open it again.",
                email=email,
            )
        )


def _refuse_taken_diary(offer: Offer, now: datetime) -> None:
    if offer.therapist_id is None:
        return
    if staff_store.is_a_members_diary(offer.therapist_id):
        raise CannotChange(said("Somebody signs in as that therapist already."))
    if invitation_store.is_diary_promised(offer.therapist_id, now, but=offer.email):
        raise CannotChange(said("Somebody else has been invited as that therapist."))


def _write(address: str, token: str, by: Member, now: datetime) -> int:
    """The mail with the link, in the transaction of the invitation; its words are sealed."""
    message_id = new_message_id()
    words = {"subject": f"Your account at {_practice_name()}", "text": _text(token, by)}
    row = Notification(
        step=Kind.ACCOUNT_MESSAGE.value,
        kind=Kind.ACCOUNT_MESSAGE.value,
        audience=Audience.STAFF.value,
        address=address,
        sealed_content=seal_for_practice(json.dumps(words), account_context(message_id)),
        due_at=now,
        expires_at=now + INVITATION_WORKS_FOR,
        message_id=message_id,
        created_at=now,
    )
    outbox.add_notification(row)
    return row.id


def _text(token: str, by: Member) -> str:
    return (
        f"{by.called} asks you to work with the bookings of {_practice_name()}.\n\n"
        f"Choose your password here:\n\n{site_url(f'/staff/invitation/{token}')}\n\n"
        f"The link works once, for {INVITATION_WORKS_FOR.days} days. "
        "If you did not expect this, you need do nothing."
    )


def _practice_name() -> str:
    try:
        return load_practice().name or "the practice"
    except NoPractice:
        return "the practice"
