"""Sessions that a client missed: what counts, and what follows for the next booking."""

from dataclasses import dataclass

from app.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Missed:
    """How often a client did not come, and how often they cancelled after the deadline; counted apart."""

    no_shows: int = 0
    late: int = 0


def needs_approval(missed: Missed, policy: Policy) -> bool:
    """Whether a booking on the web waits for the desk: after as many as the practice says, 0 meaning never."""
    return _reached(missed.no_shows, policy.approval_after_no_shows) or _reached(
        missed.late, policy.approval_after_late
    )


def _reached(count: int, limit: int) -> bool:
    return bool(limit) and count >= limit
