"""Staff members: taking one on, ending their sessions."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.actions.leaving import end_feeds_of, take_back_invitations_of
from app.domain.appointments import Actor
from app.domain.passwords import password_problem
from app.domain.said import said
from app.domain.staff import Member, StaffRole, role_problem
from app.store import invitations as invitation_store
from app.store import staff as staff_store
from app.store import staff_sessions
from app.store.audit import add_audit_line
from app.store.practice import NoPractice, load_practice
from app.store.staff import RIGHTS_CHANGED, MemberFacts, Person, Rights, version_of
from app.store.transactions import Stale, transaction

#: The roles that can be given.
ROLES = tuple(role.value for role in StaffRole)


class CannotAdd(Exception):
    """A staff member can't be added; the message says why, in a sentence."""


class CannotChange(Exception):
    """An account can't be changed so; the message says why, in a sentence."""


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


def change_rights(member_id: int, rights: Rights, by: Member, now: datetime, seen: int | None) -> None:
    """Give a member another name, other roles, another diary. Raises CannotChange, LookupError.

    ``seen``: the version of the rights that whoever decides had before them; Stale where they have been changed since.
    """
    problem = role_problem(rights.roles, rights.therapist_id)
    if problem:
        raise CannotChange(problem)
    with transaction():
        person = _locked(member_id, by, now)
        if version_of(person.rights) != seen:
            raise Stale
        if person.active and StaffRole.OWNER in person.roles and StaffRole.OWNER not in rights.roles:
            _keep_an_owner(member_id)
        _refuse_others_diary(member_id, person.therapist_id, rights.therapist_id, now)
        staff_store.set_rights(member_id, rights)
        changes = _differences(person, rights) | _ended_with_rights(person, rights, _actor(by), now)
        if changes:
            add_audit_line(_actor(by), RIGHTS_CHANGED, "staff_member", member_id, changes, now)


def close_account(member_id: int, by: Member, now: datetime) -> None:
    """Nobody signs in with it from now on; its browsers, feeds and invitations end. Raises CannotChange, LookupError."""
    with transaction():
        person = _locked(member_id, by, now)
        if member_id == by.id:
            raise CannotChange(said("You can't close your own account. Another owner can."))
        if not person.active:
            return
        if StaffRole.OWNER in person.roles:
            _keep_an_owner(member_id)
        staff_store.set_active(member_id, False)
        ended = staff_sessions.end_sessions(member_id, now)
        detail = {
            "account": {"from": "open", "to": "closed"},
            "sessions_ended": ended,
            "feeds_ended": end_feeds_of(person, None, _actor(by), now),
            "invitations_taken_back": take_back_invitations_of(person, _actor(by), now),
        }
        add_audit_line(_actor(by), "account closed", "staff_member", member_id, detail, now)


def reopen_account(member_id: int, by: Member, now: datetime) -> None:
    """The account works again, with its old password. Raises CannotChange, LookupError."""
    with transaction():
        if _locked(member_id, by, now).active:
            return
        staff_store.set_active(member_id, True)
        detail = {"account": {"from": "closed", "to": "open"}}
        add_audit_line(_actor(by), "account reopened", "staff_member", member_id, detail, now)


def forget_second_step(member_id: int, by: Member | None, now: datetime) -> None:
    """For somebody whose telephone is lost: codes and passkeys are gone, the password stays. Raises CannotChange, LookupError.

    Without a member it is the command line: the way back of an owner who is alone.
    """
    with transaction():
        person = _locked(member_id, by, now)
        if by is not None and member_id == by.id:
            raise CannotChange(said("Change how you sign in yourself on your account's page."))
        staff_store.forget_second_step(member_id)
        staff_sessions.end_sessions(member_id, now)
        detail = {
            "codes": {"from": "on" if person.codes_on else "off", "to": "off"},
            "passkeys": {"from": list(person.passkeys), "to": []},
        }
        who = _actor(by) if by else Actor("command", "flask staff forget-second-step")
        add_audit_line(who, "second step removed", "staff_member", member_id, detail, now)


def end_one_session(
    member_id: int, session_id: str, actor: Actor, now: datetime, act: str = "session ended"
) -> bool:
    """Sign one of the member's browsers out; whether there was such a one."""
    with transaction():
        ended = staff_sessions.end_sessions(member_id, now, only=session_id)
        if ended:
            add_audit_line(actor, act, "staff_member", member_id, {}, now)
        return bool(ended)


def end_other_sessions(member_id: int, keep: str | None, actor: Actor, now: datetime) -> int:
    """Sign all of the member's browsers out but the one in use; how many those were."""
    with transaction():
        ended = staff_sessions.end_sessions(member_id, now, but=keep)
        if ended:
            act = "other sessions ended" if keep else "all sessions ended"
            add_audit_line(actor, act, "staff_member", member_id, {"count": ended}, now)
        return ended


def _actor(by: Member) -> Actor:
    return Actor("staff", by.email)


def refuse_no_owner(by: Member, now: datetime) -> None:
    """Whose account was closed, or who lost the role, since the page let them in. Under the members' lock; raises CannotChange."""
    person = staff_store.find_person(by.id, now)
    if person is None or not person.active or StaffRole.OWNER not in person.roles:
        raise CannotChange(said("Only an owner may do that, and you are none any more."))


def _locked(member_id: int, by: Member | None, now: datetime) -> Person:
    """The member as they stand, while nobody else changes anybody's rights. Raises LookupError.

    CannotChange where ``by`` may not change anybody's any more; none is the command line.
    """
    staff_store.lock_members()
    if by is not None:
        refuse_no_owner(by, now)
    person = staff_store.find_person(member_id, now)
    if person is None:
        raise LookupError(f"no staff member {member_id}")
    return person


def _keep_an_owner(member_id: int) -> None:
    if not staff_store.count_other_owners(member_id):
        raise CannotChange(
            said("The practice needs an owner whose account is open. Make somebody else an owner first.")
        )


def _refuse_others_diary(member_id: int, now_has: int | None, wanted: int | None, now: datetime) -> None:
    if wanted is None or wanted == now_has:
        return
    if staff_store.find_diary_owner(wanted) not in (None, member_id):
        raise CannotChange(said("Somebody signs in as that therapist already."))
    if invitation_store.is_diary_promised(wanted, now):
        raise CannotChange(said("Somebody else has been invited as that therapist."))


def _ended_with_rights(person: Person, rights: Rights, actor: Actor, now: datetime) -> dict[str, object]:
    """What ends with the rights that are taken away: how many of what."""
    loses_owner = StaffRole.OWNER in person.roles and StaffRole.OWNER not in rights.roles
    ended = {
        "feeds_ended": end_feeds_of(person, rights, actor, now),
        "invitations_taken_back": take_back_invitations_of(person, actor, now) if loses_owner else 0,
    }
    return {name: count for name, count in ended.items() if count}


def _differences(person: Person, rights: Rights) -> dict[str, object]:
    """What changes, by field: from and to."""
    diaries = {number: name for number, name, _ in staff_store.list_diaries()}
    was = (person.name, [role.value for role in person.roles], person.therapist)
    becomes = (
        rights.name,
        [role.value for role in rights.roles],
        diaries.get(rights.therapist_id) if rights.therapist_id else None,
    )
    fields = ("name", "roles", "therapist")
    return {
        field: {"from": old, "to": new}
        for field, old, new in zip(fields, was, becomes, strict=True)
        if old != new
    }


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
