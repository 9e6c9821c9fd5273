"""Which address holds on which date, when a location moves."""

import hashlib
from dataclasses import dataclass, field
from datetime import date

from app.domain.practice import AddressPeriod, Location, Texts


@dataclass(frozen=True, slots=True)
class Address:
    """What to print for a date. ``lines`` is none where it is not known; ``note`` speaks of a move that is announced."""

    lines: str | None
    to_be_confirmed: bool = False
    note: Texts = field(default_factory=dict)


def address_on(location: Location, day: date) -> Address:
    """The address on that date: of the latest period that has begun; never an old one once a later period has begun.

    A move that is announced without a date leaves the present address and adds its note; one with a date but without an
    address makes the address "to be confirmed" from that date on.
    """
    begun = [period for period in location.address_periods if _has_begun(period, day)]
    if not begun:
        return Address(None, to_be_confirmed=True, note=_announcement(location))
    latest = max(begun, key=lambda period: period.valid_from or date.min)
    if latest.lines is None:
        return Address(None, to_be_confirmed=True, note=latest.note)
    return Address(latest.lines, note=_announcement(location))


def place_digest(lines: str | None) -> str:
    """Stands for an address that was told: two are equal just when the addresses are. None known counts as one, too."""
    return hashlib.sha256((lines or "").encode()).hexdigest()


def address_step(digest: str) -> str:
    """How the step of a message about that address begins; more follows, since an address may come, go and come again."""
    return f"address_{digest[:12]}"


def _has_begun(period: AddressPeriod, day: date) -> bool:
    if period.valid_from is None:
        return not period.announced
    return period.valid_from <= day


def _announcement(location: Location) -> Texts:
    undated = (
        period for period in location.address_periods if period.announced and period.valid_from is None
    )
    return next((period.note for period in undated), {})
