"""The services and therapists that a file names, and what they are called here."""

import re
from collections import Counter
from collections.abc import Iterable

from app.domain.imports import LEAVE_OUT, Field, Reading, SheetOfRows, same_name
from app.domain.imports_values import is_nothing
from app.domain.practice import Practice, Service, Therapist

#: What calendars add to a service's name.
_LENGTH_IN_NAME = re.compile(r"\b\d{1,3} ?(?:m|min|mins|minute|minutes|h|hr|hour|hours|heure|heures)\b")


class Matching:
    """What the file's services and therapists are called here: the same name, else what somebody chose."""

    def __init__(self, practice: Practice, reading: Reading) -> None:
        self._reading = reading
        self._practice = practice
        self._names = {
            Field.SERVICE: _by_name((_names_of(one), one.slug) for one in practice.services),
            Field.THERAPIST: _by_name((_names_of_therapist(one), one.slug) for one in practice.therapists),
        }
        self._known = {
            Field.SERVICE: {one.slug for one in practice.services},
            Field.THERAPIST: {one.slug for one in practice.therapists},
        }
        self._found: dict[tuple[Field, str], str | None] = {}

    def slug_of(self, what: Field, name: str) -> str | None:
        """The slug; LEAVE_OUT where somebody chose so; none where nobody knows."""
        if (what, name) not in self._found:
            self._found[what, name] = self._looked_up(what, name)
        return self._found[what, name]

    def by_name(self, what: Field, name: str) -> str | None:
        """The slug of whatever is called so here, whoever chose what."""
        known, plainly = self._names[what], same_name(name)
        bare = " ".join(_LENGTH_IN_NAME.sub(" ", plainly).split())
        return known.get(plainly) or known.get(bare) or self._only_one(what, name)

    def _looked_up(self, what: Field, name: str) -> str | None:
        chosen = self._reading.match(what, name)
        if chosen == LEAVE_OUT or chosen in self._known[what]:
            return chosen
        return self.by_name(what, name)

    def _only_one(self, what: Field, name: str) -> str | None:
        """Where the file says nothing, and there is nobody to choose between."""
        known = self._known[what]
        return next(iter(known)) if is_nothing(name) and len(known) == 1 else None


def names_in(sheet: SheetOfRows, reading: Reading) -> dict[Field, Counter[str]]:
    """Every service and therapist of the file, as it is written first, with how many rows have it."""
    found: dict[Field, Counter[str]] = {Field.SERVICE: Counter(), Field.THERAPIST: Counter()}
    columns = reading.columns_in(sheet.header)
    for what, counted in found.items():
        number = columns.get(what)
        written: dict[str, str] = {}
        for row in sheet.rows:
            name = row.cells[number] if number is not None else ""
            counted[written.setdefault(same_name(name), name)] += 1
    return found


def _by_name(pairs: Iterable[tuple[Iterable[str], str]]) -> dict[str, str]:
    """Slugs by name; a name that several have is nobody's."""
    found: dict[str, set[str]] = {}
    for names, slug in pairs:
        for name in names:
            found.setdefault(same_name(name), set()).add(slug)
    return {name: slugs.pop() for name, slugs in found.items() if name and len(slugs) == 1}


def _names_of(service: Service) -> list[str]:
    return [service.slug, *service.name.values()]


def _names_of_therapist(therapist: Therapist) -> list[str]:
    """Also the first name alone, which is enough where nobody else has it."""
    return [therapist.slug, therapist.name, therapist.name.partition(" ")[0]]
