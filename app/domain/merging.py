"""Two who were taken for one person are told apart again: whose is what was booked meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass

from app.domain.text import folded


@dataclass(frozen=True, slots=True)
class Called:
    """A name and an e-mail address, as they are stored or were typed."""

    name: str
    email: str | None


def was_booked_by(typed: Called, theirs: Collection[Called], others: Collection[Called]) -> bool:
    """Whether what was typed is a name or an address that only ``theirs`` have: what ``others`` have, too, proves nothing."""
    names = {folded(one.name) for one in theirs} - {folded(one.name) for one in others}
    return folded(typed.name) in names or _address(typed) in _addresses(theirs) - _addresses(others)


def _addresses(people: Collection[Called]) -> set[str | None]:
    return {_address(one) for one in people} - {None}


def _address(one: Called) -> str | None:
    return one.email.lower() if one.email else None
