"""Who works here and what they may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class StaffRole(StrEnum):
    """What a staff member is to the practice; one person may be several things."""

    OWNER = "owner"
    DESK = "desk"
    THERAPIST = "therapist"


#: What each role may do, as the account page and the command say it.
ROLE_MEANINGS = {
    StaffRole.OWNER: "runs the practice: everything",
    StaffRole.DESK: "runs the day: every therapist's schedule, bookings, settings; no clients' notes",
    StaffRole.THERAPIST: "sees the own schedule and the own clients",
}


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
