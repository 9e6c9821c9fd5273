"""Who works here and what they may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.domain.said import said


class StaffRole(StrEnum):
    """What a staff member is to the practice; one person may be several things."""

    OWNER = "owner"
    DESK = "desk"
    THERAPIST = "therapist"


#: What each role may do, as the account page and the command say it.
ROLE_MEANINGS = {
    StaffRole.OWNER: said("runs the practice: everything"),
    StaffRole.DESK: said("runs the day: every therapist's schedule, bookings, settings; no clients' notes"),
    StaffRole.THERAPIST: said("sees the own schedule and the own clients"),
}


#: For how long an invitation's link works.
INVITATION_WORKS_FOR = timedelta(days=7)
#: For how long the form is kept that somebody was filling in when their session ended.
FORM_IS_KEPT_FOR = timedelta(hours=12)
#: Whoever may open what clients wrote about their health shows twice who they are.
_SEES_HEALTH_ANSWERS = frozenset({StaffRole.OWNER, StaffRole.THERAPIST})


def needs_second_step(roles: Iterable[StaffRole]) -> bool:
    """Whether a password alone is too little for these roles: they may see health answers."""
    return not _SEES_HEALTH_ANSWERS.isdisjoint(roles)


def role_problem(roles: Iterable[StaffRole], therapist_id: int | None) -> str | None:
    """What is wrong with these roles and this diary together, as a sentence, or None."""
    chosen = set(roles)
    if not chosen:
        return said("Choose at least one role.")
    if StaffRole.THERAPIST in chosen and therapist_id is None:
        return said("Choose whose diary it is: a therapist sees the own sessions only.")
    if StaffRole.THERAPIST not in chosen and therapist_id is not None:
        return said("Only a therapist has a diary. Tick therapist, or choose nobody's diary.")
    return None


@dataclass(frozen=True, slots=True)
class Member:
    """A staff member who is signed in, as values."""

    id: int
    email: str
    name: str | None
    roles: frozenset[StaffRole]
    therapist_id: int | None

    @property
    def called(self) -> str:
        """The name, or the address where no name is known."""
        return self.name or self.email

    @property
    def sees_everyone(self) -> bool:
        """Whether every therapist's appointments are shown, not only the own ones."""
        return bool(self.roles & {StaffRole.OWNER, StaffRole.DESK})

    def may_see(self, therapist_id: int) -> bool:
        """Whether appointments with that therapist are this member's business."""
        return self.sees_everyone or (self.treats and therapist_id == self.therapist_id)

    def may_read_note(self, therapist_id: int) -> bool:
        """Whether what a client wrote to that therapist may be opened: by the owner and by who treats."""
        return StaffRole.OWNER in self.roles or (self.treats and therapist_id == self.therapist_id)

    @property
    def treats(self) -> bool:
        """Whether the member is a therapist with a diary."""
        return StaffRole.THERAPIST in self.roles and self.therapist_id is not None

    def has_any(self, roles: Sequence[StaffRole]) -> bool:
        """Whether the member has one of the roles; any role will do where none is named."""
        return bool(self.roles & set(roles)) if roles else bool(self.roles)
