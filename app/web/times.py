"""Free times as the pages' buttons: those of a day by its parts, the recommended ones first; those near another by their day."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.choices import Choice
from app.domain.policy import GapRule
from app.domain.slots import Slot
from app.domain.wallclock import local_date, local_time
from app.web.language import Lazy, lazy, ngettext
from app.web.local_words import clock_words, day_words

#: What the times macro draws: label, hint (or none), heading above it (or none), times.
Group = dict[str, Any]

_RECOMMENDED, _OTHERS = lazy("Recommended"), lazy("Other times")
_WHY = lazy("They fit the day best, leaving no gap too short to use.")
_PARTS = ((lazy("Morning"), range(12)), (lazy("Afternoon"), range(12, 17)), (lazy("Evening"), range(17, 24)))
_NAMED = 2


def groups_of_day(slots: Sequence[Slot], choice: Choice, *, by_staff: bool = False) -> list[Group]:
    """The recommended times, if they are worth a group, then the others by morning, afternoon and evening."""
    best = worth_recommending(slots, choice.practice.policy.gap_rule, by_staff=by_staff)
    groups = _by_part_of_day([slot for slot in slots if slot not in best], choice)
    if not best:
        return groups
    groups[0]["heading"] = str(_OTHERS)
    return [_group(_RECOMMENDED, best, choice, hint=_WHY), *groups]


def worth_recommending(slots: Sequence[Slot], rule: GapRule, *, by_staff: bool = False) -> list[Slot]:
    """The recommended ones of a day, unless they are more than two thirds of it: where most are, none is to be preferred.

    Where the public is offered nothing else, marking them says nothing; staff are offered the others, too.
    """
    if rule is GapRule.ONLY and not by_staff:
        return []
    best = [slot for slot in slots if slot.recommended]
    return best if 3 * len(best) <= 2 * len(slots) else []


def groups_by_day(slots: Iterable[Slot], choice: Choice) -> list[Group]:
    """Times near one that can't be had, by their day, since they may lie on several."""
    by_day: dict[str, list[Slot]] = {}
    for slot in sorted(slots, key=lambda slot: slot.starts_at):
        day = day_words(local_date(slot.starts_at, zone_of(choice)))
        by_day.setdefault(day, []).append(slot)
    return [_group(day, same, choice) for day, same in by_day.items()]


def zone_of(choice: Choice) -> ZoneInfo:
    """The zone of the place; a choice always has one."""
    if choice.location.zone is None:
        raise ValueError("the location has no time zone yet")
    return choice.location.zone


def stated(starts_at: datetime, zone: ZoneInfo) -> str:
    """An instant as forms and addresses carry it: with the offset of the place."""
    return local_time(starts_at, zone).isoformat(timespec="minutes")


def _by_part_of_day(slots: Sequence[Slot], choice: Choice) -> list[Group]:
    zone = zone_of(choice)
    parts = {
        label: [slot for slot in slots if local_time(slot.starts_at, zone).hour in hours]
        for label, hours in _PARTS
    }
    return [_group(label, inside, choice) for label, inside in parts.items() if inside]


def _group(label: str | Lazy, slots: Iterable[Slot], choice: Choice, hint: Lazy | None = None) -> Group:
    return {
        "label": str(label),
        "hint": str(hint) if hint else None,
        "heading": None,
        "times": [_time(slot, choice) for slot in slots],
    }


def _time(slot: Slot, choice: Choice) -> dict[str, Any]:
    zone = zone_of(choice)
    return {
        "value": stated(slot.starts_at, zone),
        "label": clock_words(slot.starts_at, zone),
        "note": _who(slot, choice) if len(choice.therapists) > 1 else None,
    }


def _who(slot: Slot, choice: Choice) -> str:
    """The first names of who is free then; of many the first two."""
    names = [one.name.split()[0] for one in choice.therapists if one.id in slot.therapist_ids]
    more = [ngettext("%(num)d more", "%(num)d more", len(names) - _NAMED)] if len(names) > _NAMED else []
    return ", ".join(names[:_NAMED] + more)
