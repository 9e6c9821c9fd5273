"""Staff members: taking one on, ending their sessions."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.appointments import Actor
from app.domain.passwords import password_problem
from app.domain.staff import StaffRole
from app.store import staff as staff_store
from app.store.audit import add_audit_line
from app.store.practice import NoPractice, load_practice
from app.store.staff import MemberFacts
from app.store.transactions import transaction

#: The roles that can be given.
ROLES = tuple(role.value for role in StaffRole)


class CannotAdd(Exception):
    """A staff member can't be added; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class NewMember:
    """Who is to be taken on. ``therapist``: the slug of the diary that is the member's own."""

    email: str
    roles: Sequence[str]
    password: str
    name: str | None = None
    therapist: str | None = None


def add_staff_member(
    new: NewMember, hash_password: Callable[[str], str], actor: Actor | None, now: datetime
) -> int:
    """Take on a staff member and return the number. Without an actor it is the command line. Raises CannotAdd."""
    roles = [StaffRole(role) for role in new.roles]
    _refuse_weak(new)
    hashed = hash_password(new.password)  # takes long: before the transaction, so that nobody waits for it
    with transaction():
        _refuse_known(new)
        facts = MemberFacts(new.email.lower(), new.name, hashed, secrets.token_hex(32), roles, _diary_of(new))
        member_id = staff_store.add_member(facts, now)
        by, detail = actor or Actor("command", "flask staff add"), {"roles": [role.value for role in roles]}
        add_audit_line(by, "staff member added", "staff_member", member_id, detail, now)
        return member_id


def end_one_session(member_id: int, session_id: str, actor: Actor, now: datetime) -> bool:
    """Sign one of the member's browsers out; whether there was such a one."""
    with transaction():
        ended = staff_store.end_sessions(member_id, now, only=session_id)
        if ended:
            add_audit_line(actor, "session ended", "staff_member", member_id, {}, now)
        return bool(ended)


def end_other_sessions(member_id: int, keep: str, actor: Actor, now: datetime) -> int:
    """Sign all of the member's browsers out but the one in use; how many those were."""
    with transaction():
        ended = staff_store.end_sessions(member_id, now, but=keep)
        if ended:
            add_audit_line(actor, "other sessions ended", "staff_member", member_id, {"count": ended}, now)
        return ended


def _refuse_weak(new: NewMember) -> None:
    problem = password_problem(new.password, known_words(new.email, new.name))
    if problem:
        raise CannotAdd(f"The password is too weak. {problem}")


def known_words(email: str, name: str | None) -> list[str]:
    """What a guesser knows about a member: name, address and the practice's name."""
    words = [email, email.partition("@")[0], name or "", *(name or "").split()]
    try:
        practice = load_practice()
    except NoPractice:
        return words
    return [*words, practice.name or ""]


def _refuse_known(new: NewMember) -> None:
    if staff_store.find_by_email(new.email):
        raise CannotAdd(f"{new.email} is a staff member already.")


def _diary_of(new: NewMember) -> int | None:
    """The therapist whose diary is the member's own."""
    if new.therapist is None:
        return None
    therapist_id = staff_store.find_therapist_id(new.therapist)
    if therapist_id is None:
        raise CannotAdd(f"There is no therapist {new.therapist!r}; `clinic export` lists them.")
    if staff_store.is_a_members_diary(therapist_id):
        raise CannotAdd(f"Somebody signs in as {new.therapist} already.")
    return therapist_id
