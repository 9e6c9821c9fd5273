"""Changing a setting: seen by nobody before it is whole, told what it hits, never over somebody else's change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from app.actions.contention import retrying
from app.domain.appointments import Actor
from app.domain.impact import Configured, Hit, impact
from app.domain.readiness import Missing, missing
from app.domain.said import said
from app.store import settings
from app.store.audit import add_audit_line
from app.store.planned import Planned, list_planned, read_configured
from app.store.practice import get_practice_row, raise_revision
from app.store.transactions import take_booking_lock, transaction

_LONGEST_IN_LOG = 300
_NO_LISTS: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({})
#: Without hours, durations and the like these would make a published practice incomplete at once.
_BEGIN_OUT_OF_USE = frozenset({"location", "service", "therapist"})


@dataclass(frozen=True, slots=True)
class Edit:
    """Who changes something, and what they had before them: the version of the form, what they were warned of."""

    actor: Actor
    now: datetime
    version: int | None = None
    confirmed: frozenset[int] = field(default_factory=frozenset)
    #: How much they were told would be let go of, by setting.
    forgets: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saved:
    """It is kept. ``changed`` is false where everything was so already."""

    kind: str
    slug: str | None
    changed: bool = True


@dataclass(frozen=True, slots=True)
class OutOfDate:
    """Somebody else has saved since the form was read; nothing was changed."""

    by: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Struck:
    """An appointment that the change would hit, and why."""

    planned: Planned
    hit: Hit


@dataclass(frozen=True, slots=True)
class WouldHit:
    """Nothing was changed: these appointments would be hit, and these facts would be missing to stay published."""

    struck: tuple[Struck, ...]
    missing: tuple[Missing, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """What a confirmation names; 0 stands for what would be missing."""
        told = tuple(each.planned.booked.appointment_id for each in self.struck)
        return (*told, 0) if self.missing else told


@dataclass(frozen=True, slots=True)
class WouldForget:
    """Nothing was changed: so many things would be let go of for good, by the name of the setting that is shortened."""

    going: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class NotPossible:
    """Nothing was changed; the sentence belongs to a field of the form, if one is named."""

    sentence: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class NotThere:
    """There is no such thing (any more)."""


Outcome = Saved | OutOfDate | WouldHit | WouldForget | NotPossible | NotThere


class Stop(Exception):
    """Ends the transaction with nothing changed; carries what is answered."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


@retrying
def change(kind: str, slug: str, act: str, edit: Edit, write: Callable[[Any, str], None]) -> Outcome:
    """Change one thing: ``write(row, language)`` sets columns. Compares versions first and the impact afterwards."""
    try:
        with transaction():
            take_booking_lock()
            row = settings.find_thing(kind, slug)
            if row is None:
                return NotThere()
            if settings.version_of(row) != edit.version:
                return OutOfDate(*(settings.last_change(kind, row.id) or (None, None)))
            return _changed(row, act, edit, write)
    except Stop as stop:
        return stop.outcome


@retrying
def add(
    kind: str,
    name: str,
    values: Mapping[str, Any],
    edit: Edit,
    lists: Mapping[str, Sequence[Mapping[str, Any]]] = _NO_LISTS,
) -> Outcome:
    """Add a thing, ``lists`` with what belongs to it; what needs more before it can be booked begins out of use.

    A second one of the same name (a room: at the same location) is refused, so that a repeated click adds nothing twice.
    """
    begins = {"retired_at": edit.now} if kind in _BEGIN_OUT_OF_USE else {}
    with transaction():
        take_booking_lock()
        if settings.find_by_name(kind, name, values.get("location_id")) is not None:
            return NotPossible(said("There is one of that name already."), "name")
        row = settings.add_thing(kind, name, {**values, **begins}, get_practice_row().language)
        for of_it, wanted in lists.items():
            settings.replace_list(row, of_it, wanted, get_practice_row().language)
        record(edit, "settings added", kind, row.id, {"slug": row.slug})
        return Saved(kind, row.slug)


def record(edit: Edit, act: str, kind: str, row_id: int, detail: Mapping[str, Any]) -> None:
    """What every change of a setting ends with: all processes read anew, and the log says who did what."""
    get_practice_row().settings_source = "pages"
    raise_revision()
    add_audit_line(edit.actor, act, kind, row_id, detail, edit.now)


def refuse_unconfirmed(before: Configured, edit: Edit) -> WouldHit:
    """Compare with what is set now: what is hit. Raises Stop where appointments are hit of which the person was not told."""
    settings.settle()
    after = read_configured(edit.now)
    planned = {each.booked.appointment_id: each for each in list_planned(edit.now)}
    hits = impact(before, after, [each.booked for each in planned.values()])
    struck = tuple(Struck(planned[hit.booked.appointment_id], hit) for hit in hits)
    lost = _lost(before, after)
    found = WouldHit(struck, lost)
    if not edit.confirmed.issuperset(found.ids):
        raise Stop(found)
    return found


def _changed(row: Any, act: str, edit: Edit, write: Callable[[Any, str], None]) -> Outcome:
    kind, row_id, slug = settings.kind_of(row), row.id, row.slug
    before, was = read_configured(edit.now), settings.facts(row)
    write(row, get_practice_row().language)
    becomes = settings.facts(row)
    if becomes == was:
        return Saved(kind, slug, changed=False)
    if hasattr(row, "row_version"):
        row.row_version += 1
    refuse_unconfirmed(before, edit)
    record(edit, act, kind, row_id, _difference(was, becomes))
    return Saved(kind, slug)


def _lost(before: Configured, after: Configured) -> tuple[Missing, ...]:
    """What a published practice would lack afterwards; then the public no longer sees it."""
    if after.practice.demonstration or missing(before.practice):
        return ()
    return missing(after.practice)


def _difference(was: Mapping[str, Any], becomes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: {"from": _short(was.get(name)), "to": _short(value)}
        for name, value in becomes.items()
        if was.get(name) != value
    }


def _short(value: Any) -> Any:
    """Long texts are cut in the log; what they were is not its business."""
    if isinstance(value, str) and len(value) > _LONGEST_IN_LOG:
        return value[: _LONGEST_IN_LOG - 1] + "…"
    if isinstance(value, list):
        return [_short(item) for item in value]
    return {key: _short(item) for key, item in value.items()} if isinstance(value, dict) else value
