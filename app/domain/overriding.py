"""Which refusals staff may set aside, and who of them: a rule is there for people, not the other way round."""

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.slots import Refusal
from app.domain.staff import StaffRole

#: Staff may begin on any 5 minutes, without a reason.
FREELY = frozenset({Refusal.OFF_STEP})
#: How much is given in a day, and how near to each other deep work lies.
LOAD = frozenset(
    {
        Refusal.DAY_FULL,
        Refusal.DEEP_DAY_FULL,
        Refusal.DEEP_IN_A_ROW,
        Refusal.HANDS_ON_FULL,
        Refusal.NEEDS_BREAK,
        Refusal.TOO_CLOSE,
    }
)
#: What was not asked yet, or was answered so that a person has to decide.
BEFORE_DEEP_WORK = frozenset(
    {Refusal.NOT_ANSWERED, Refusal.NEEDS_CONSENT, Refusal.NEEDS_PRIOR_VISIT, Refusal.PLEASE_CALL}
)
#: What depends on who is treated: only a booking knows it, no look at the times.
OF_THE_CLIENT = BEFORE_DEEP_WORK | {Refusal.TOO_CLOSE}
#: The desk may, with a reason that is kept.
DESK_MAY = (
    frozenset({Refusal.CLOSED, Refusal.NOT_WORKING, Refusal.TIME_OFF, Refusal.NOT_WISHED})
    | LOAD
    | BEFORE_DEEP_WORK
)
#: So may the owner; who is qualified is the owner's to answer for. Nobody may make two claims overlap, book the past, or
#: leave out a second person whom a client has asked for.
OWNER_MAY = DESK_MAY | {Refusal.NOT_QUALIFIED}


@dataclass(frozen=True, slots=True)
class Override:
    """The refusals that somebody with these roles sets aside, and why; the reason may speak of health, so it is kept sealed."""

    refusals: frozenset[Refusal]
    why: str
    roles: frozenset[StaffRole]

    @property
    def in_force(self) -> frozenset[Refusal]:
        """What it does set aside: what its roles may, and nothing without a reason."""
        if not self.why.strip():
            return frozenset()
        return frozenset(one for one in self.refusals if may_override(one, self.roles))


def may_override(refusal: Refusal, roles: Collection[StaffRole]) -> bool:
    """Whether somebody with these roles may book or move against that refusal, giving a reason."""
    if StaffRole.OWNER in roles:
        return refusal in OWNER_MAY
    return StaffRole.DESK in roles and refusal in DESK_MAY


def set_aside(override: Override | None, *, by_staff: bool) -> frozenset[Refusal]:
    """All that is not asked about when a time is claimed: nothing for the public."""
    if not by_staff:
        return frozenset()
    return FREELY | (override.in_force if override else frozenset())
