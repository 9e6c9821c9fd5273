"""Staff members and their sessions."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.domain.staff import StaffRole
from app.extensions import db
from app.models import AuditLine
from app.models.staff import Passkey, Role, StaffMember, StaffSession
from app.models.therapist import Therapist

#: What the audit log calls a change of a member's name, roles or diary.
RIGHTS_CHANGED = "staff member changed"


@dataclass(frozen=True, slots=True)
class Person:
    """A member as the owner's page shows them."""

    id: int
    email: str
    name: str | None
    roles: tuple[StaffRole, ...]
    therapist_id: int | None
    therapist: str | None
    active: bool
    last_signed_in: datetime | None
    codes_on: bool
    passkeys: tuple[str, ...]
    browsers: int

    @property
    def called(self) -> str:
        """The name, or the address where no name is known."""
        return self.name or self.email

    @property
    def rights(self) -> "Rights":
        """What of it an owner may change."""
        return Rights(self.name, self.roles, self.therapist_id)


@dataclass(frozen=True, slots=True)
class Rights:
    """What of a member may be changed by the owner."""

    name: str | None
    roles: tuple[StaffRole, ...]
    therapist_id: int | None


def version_of(rights: Rights) -> int:
    """What the form remembers, to notice that somebody else has saved since: a sum over what it shows."""
    said = (rights.name, sorted(role.value for role in rights.roles), rights.therapist_id)
    return zlib.crc32(json.dumps(said).encode()) & 0x7FFFFFFF  # as numbers are typed


def last_changed_by(member_id: int) -> str | None:
    """Who changed a member's name, rights or diary last; none where the log does not know."""
    theirs = (AuditLine.subject == "staff_member", AuditLine.subject_id == str(member_id))
    wanted = select(AuditLine.actor).where(*theirs, AuditLine.act == RIGHTS_CHANGED)
    return db.session.scalar(wanted.order_by(AuditLine.id.desc()).limit(1))


def find_by_email(email: str) -> StaffMember | None:
    """The member of that address, whatever its case."""
    return db.session.scalar(select(StaffMember).where(func.lower(StaffMember.email) == email.lower()))


def list_people(now: datetime) -> list[Person]:
    """Everybody with an account: open ones first, by name."""
    return _people(select(StaffMember), now)


def find_person(member_id: int, now: datetime) -> Person | None:
    """One of them."""
    found = _people(select(StaffMember).where(StaffMember.id == member_id), now)
    return found[0] if found else None


def _people(wanted: Select[StaffMember], now: datetime) -> list[Person]:
    loading = (selectinload(StaffMember.roles), joinedload(StaffMember.therapist))
    rows = db.session.scalars(wanted.options(*loading, selectinload(StaffMember.webauthn))).all()
    last, browsers = _signed_in([row.id for row in rows], now)
    people = [_person(row, last.get(row.id), browsers.get(row.id, 0)) for row in rows]
    return sorted(people, key=lambda one: (not one.active, one.called.casefold()))


def _signed_in(member_ids: Sequence[int], now: datetime) -> tuple[dict[int, datetime], dict[int, int]]:
    """When each of them signed in last, and in how many browsers they are signed in now."""
    theirs = StaffSession.staff_member_id
    ever = select(theirs, func.max(StaffSession.created_at)).where(theirs.in_(member_ids)).group_by(theirs)
    alive = (
        select(theirs, func.count())
        .where(theirs.in_(member_ids), StaffSession.ended_at.is_(None), StaffSession.expires_at > now)
        .group_by(theirs)
    )
    last = {row[0]: row[1] for row in db.session.execute(ever)}
    return last, {row[0]: row[1] for row in db.session.execute(alive)}


def _person(row: StaffMember, last_signed_in: datetime | None, browsers: int) -> Person:
    return Person(
        id=row.id,
        email=row.email,
        name=row.name,
        roles=tuple(role for role in StaffRole if role.value in {one.name for one in row.roles}),
        therapist_id=row.therapist_id,
        therapist=row.therapist.name if row.therapist else None,
        active=row.active,
        last_signed_in=last_signed_in,
        codes_on=bool(row.tf_primary_method),
        passkeys=tuple(sorted(one.name for one in row.webauthn)),
        browsers=browsers,
    )


def lock_members() -> None:
    """Whoever changes rights queues here: two owners can't close each other at the same moment."""
    db.session.execute(select(StaffMember.id).order_by(StaffMember.id).with_for_update()).all()
    db.session.expire_all()


def any_member() -> bool:
    """Whether anybody at all has an account, closed ones included."""
    return db.session.execute(select(StaffMember.id).limit(1)).first() is not None


def count_other_owners(member_id: int) -> int:
    """How many open accounts of owners there are besides that one."""
    wanted = (
        select(func.count(StaffMember.id))
        .join(StaffMember.roles)
        .where(StaffMember.active, StaffMember.id != member_id, Role.name == StaffRole.OWNER.value)
    )
    return db.session.scalar(wanted) or 0


def set_rights(member_id: int, rights: Rights) -> None:
    """Keep name, roles and diary; inside a transaction."""
    member = db.session.get_one(StaffMember, member_id)
    member.name, member.therapist_id = rights.name, rights.therapist_id
    member.roles = [_role(role) for role in rights.roles]


def set_active(member_id: int, active: bool) -> None:
    """Open or close an account; inside a transaction."""
    db.session.get_one(StaffMember, member_id).active = active


def forget_second_step(member_id: int) -> None:
    """Codes, recovery codes and passkeys are gone; inside a transaction."""
    member = db.session.get_one(StaffMember, member_id)
    member.tf_primary_method = member.tf_totp_secret = member.tf_last_counter = None
    member.mf_recovery_codes = None
    db.session.execute(delete(Passkey).where(Passkey.user_id == member_id))


def has_passkey(member_id: int) -> bool:
    """Whether the member has registered one."""
    return db.session.scalar(select(Passkey.id).where(Passkey.user_id == member_id).limit(1)) is not None


def list_diaries() -> list[tuple[int, str, int | None]]:
    """Every therapist in use or taken by a member: number, name, and the member who signs in as that therapist."""
    wanted = (
        select(Therapist.id, Therapist.name, StaffMember.id)
        .outerjoin(StaffMember, StaffMember.therapist_id == Therapist.id)
        .where(Therapist.retired_at.is_(None) | StaffMember.id.is_not(None))
        .order_by(Therapist.name)
    )
    return [(number, name, member_id) for number, name, member_id in db.session.execute(wanted)]


def find_diary_owner(therapist_id: int) -> int | None:
    """The member who signs in as that therapist."""
    return db.session.scalar(select(StaffMember.id).where(StaffMember.therapist_id == therapist_id))


def find_therapist_id(slug: str) -> int | None:
    """The number of the therapist of that slug."""
    return db.session.scalar(
        select(Therapist.id).where(Therapist.slug == slug, Therapist.retired_at.is_(None))
    )


def is_a_members_diary(therapist_id: int) -> bool:
    """Whether a member signs in as that therapist already."""
    return bool(db.session.scalar(select(StaffMember.id).where(StaffMember.therapist_id == therapist_id)))


@dataclass(frozen=True, slots=True)
class MemberFacts:
    """What is kept of a new member."""

    email: str
    name: str | None
    password_hash: str
    uniquifier: str
    roles: Sequence[StaffRole]
    therapist_id: int | None


def add_member(facts: MemberFacts, now: datetime) -> int:
    """Keep a new member and return the number; inside a transaction."""
    member = StaffMember(
        email=facts.email,
        name=facts.name,
        password=facts.password_hash,
        active=True,
        fs_uniquifier=facts.uniquifier,
        therapist_id=facts.therapist_id,
        roles=[_role(name) for name in facts.roles],
        created_at=now,
    )
    db.session.add(member)
    db.session.flush()
    return member.id


def set_notices(member_id: int, notices: Sequence[str]) -> str:
    """Keep what a member wants to be told of; answers their address. Raises LookupError."""
    member = db.session.get(StaffMember, member_id)
    if member is None:
        raise LookupError("no such member")
    member.notices = list(notices)
    return member.email


def set_language(member_id: int, language: str | None) -> tuple[str, str | None]:
    """Keep which language a member wants; answers their address, and what they had. Raises LookupError."""
    member = db.session.get(StaffMember, member_id)
    if member is None:
        raise LookupError("no such member")
    before, member.language = member.language, language
    return member.email, before


def find_language_of(therapist_id: int | None, email: str) -> str | None:
    """The language that a member has chosen: whose diary it is, else who has that address; none where nobody has."""
    of_diary = select(StaffMember.language).where(
        StaffMember.therapist_id == therapist_id, StaffMember.active, StaffMember.language.is_not(None)
    )
    of_address = select(StaffMember.language).where(StaffMember.email == email, StaffMember.active)
    found = db.session.scalar(of_diary.limit(1)) if therapist_id else None
    return found or db.session.scalar(of_address.limit(1))


def _role(name: StaffRole) -> Role:
    role = db.session.scalar(select(Role).where(Role.name == name.value))
    if role is None:
        role = Role(name=name.value)
        db.session.add(role)
    return role
