"""What the actions on appointments answer: values, since a refusal is no error."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.slots import Refusal, Slot


@dataclass(frozen=True, slots=True)
class Held:
    """The time is kept until ``expires_at`` for whoever has the token."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """It can't be had, and why; ``alternatives`` are the free times nearest to the one that was wanted."""

    refusal: Refusal
    alternatives: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Booked:
    """The appointment that was made, or that the same form had made before (``repeated``)."""

    appointment_id: int
    public_id: str
    reference: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The same key came with another request."""


@dataclass(frozen=True, slots=True)
class Moved:
    """It was moved."""

    appointment_id: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """It was cancelled (now, or already before)."""

    appointment_id: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """The request is promised now."""

    appointment_id: int


@dataclass(frozen=True, slots=True)
class Declined:
    """The request was declined; its time is free again."""

    appointment_id: int


@dataclass(frozen=True, slots=True)
class TooLate:
    """The time in which the client may change it is over, or its state does not allow it any more."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The client has said that they will come (now, or already before)."""

    appointment_id: int


@dataclass(frozen=True, slots=True)
class Reported:
    """The client can't come and may choose another time; the practice knows."""

    appointment_id: int


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The answer is kept; ``is_alarming``: somebody of the practice has been asked to call."""

    is_alarming: bool


@dataclass(frozen=True, slots=True)
class NotCompleted:
    """There is nothing to answer yet: the session is not marked as given."""
