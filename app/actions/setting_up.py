"""From an empty program to its first owner: a practice with nothing in it, and one account that may fill it in."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.actions.clinic import load
from app.actions.settings import Edit, Outcome, change
from app.actions.staff import CannotAdd, known_words
from app.domain.appointments import Actor
from app.domain.onboarding import SETTLED_BY_WORD, Step
from app.domain.passwords import password_problem
from app.domain.practice_file_parts import short_code_for
from app.domain.slugs import slug_for
from app.domain.staff import StaffRole
from app.links import setup_url
from app.store import staff as staff_store
from app.store.audit import add_audit_line
from app.store.practice import NoPractice, get_practice_row, load_practice, raise_revision
from app.store.settings import write_columns
from app.store.staff import MemberFacts
from app.store.transactions import end_reading, take_booking_lock, transaction

#: What a new practice begins with.
_BEGINNING = Path(__file__).resolve().parents[2] / "clinics" / "library" / "new-practice.toml"


@dataclass(frozen=True, slots=True)
class FirstOwner:
    """What the first page asks."""

    practice: str
    language: str
    name: str
    email: str
    password: str


def has_nobody() -> bool:
    """Whether nobody can sign in yet: only then may somebody become the owner by a link."""
    return not staff_store.any_member()


def begin_practice(now: datetime) -> bool:
    """Make an empty practice, unless there is one; whether it was made. Raises CannotRead and CannotLoad."""
    try:
        load_practice()
    except NoPractice:
        end_reading()
        load(_BEGINNING, now)
        return True
    return False


def first_link() -> str:
    """Where whoever reads it becomes the owner, as long as nobody can sign in."""
    return setup_url()


def become_owner(first: FirstOwner, hash_password: Callable[[str], str], now: datetime) -> int:
    """Name the practice and make its owner, with the try-out on; answers the member's number.

    Raises CannotAdd (the password) and LookupError where somebody was faster.
    """
    problem = password_problem(first.password, [*known_words(first.email, first.name), first.practice])
    if problem:
        raise CannotAdd(problem)
    hashed = hash_password(first.password)  # takes long: before the transaction, so that nobody waits for it
    with transaction():
        take_booking_lock()
        if not has_nobody():
            raise LookupError("somebody was faster")
        _name_practice(first)
        facts = MemberFacts(first.email, first.name, hashed, secrets.token_hex(32), [StaffRole.OWNER], None)
        member_id = staff_store.add_member(facts, now)
        actor = Actor("staff", first.email)
        add_audit_line(actor, "practice set up", "practice", 1, {"try_out_email": first.email}, now)
        detail = {"roles": [StaffRole.OWNER.value]}
        add_audit_line(actor, "staff member added", "staff_member", member_id, detail, now)
        return member_id


def _name_practice(first: FirstOwner) -> None:
    """A practice that has a name already, from a file, keeps all it has; only one that has none is tried out."""
    row = get_practice_row()
    if row.name is None:
        row.name, row.language, row.try_out_email = first.practice, first.language, first.email
        row.slug, row.short_code = slug_for(first.practice, (), row.slug), short_code_for(first.practice)
        raise_revision()


def settle(step: Step, edit: Edit) -> Outcome:
    """Keep the owner's word that a stop of the checklist is good as it is. Raises ValueError where a word is not enough."""
    if step not in SETTLED_BY_WORD:
        raise ValueError(step)

    def write(row: Any, language: str) -> None:
        write_columns(row, {"settled": sorted({*row.settled, step.value})}, language)

    return change("practice", "", "settings changed", edit, write)
