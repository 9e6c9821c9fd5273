"""What was worked out and holds as long as what it is made of is the same: the desk looks at the same day every minute."""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from flask import current_app

_Made = TypeVar("_Made")


class Remembered(Generic[_Made]):
    """A thing by all that it is made of; when there are ``most``, all are forgotten and made anew as they are asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._known: dict[Hashable, _Made] = {}

    def get(self, facts: Hashable, make: Callable[[], _Made]) -> _Made:
        """What was made of equal facts before, else what ``make`` makes of them now."""
        known = self._known.get(facts)
        if known is None:
            if len(self._known) >= self._most:
                self._known = {}
            known = self._known[facts] = make()
        return known


def remembered(name: str, most: int) -> Remembered[Any]:
    """What this application remembers under that name, ``most`` things of it; another application has other settings."""
    kept: Remembered[Any] = current_app.extensions.setdefault(f"stillpoint-{name}", Remembered(most))
    return kept
