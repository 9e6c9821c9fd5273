"""Free times as the pages' buttons: by part of the day, with who could give them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.blueprints.schedule import words
from app.domain.choices import Choice
from app.domain.slots import Slot
from app.domain.wallclock import local_time

_PARTS = (("Morning", 0, 12), ("Afternoon", 12, 17), ("Evening", 17, 24))


def grouped(slots: Sequence[Slot], choice: Choice, *, named: bool = True) -> list[dict[str, Any]]:
    """What the times macro draws; ``named`` says who is free then."""
    zone = zone_of(choice)
    names = {one.id: one.name.split()[0] for one in choice.therapists} if named else {}
    groups = []
    for label, first, end in _PARTS:
        inside = [slot for slot in slots if first <= local_time(slot.starts_at, zone).hour < end]
        if inside:
            groups.append({"label": label, "times": [_time(slot, zone, names) for slot in inside]})
    return groups


def zone_of(choice: Choice) -> ZoneInfo:
    """The zone of the place; a choice always has one."""
    if choice.location.zone is None:
        raise ValueError("the location has no time zone yet")
    return choice.location.zone


def stated(starts_at: datetime, zone: ZoneInfo) -> str:
    """An instant as forms and addresses carry it: with the offset of the place."""
    return local_time(starts_at, zone).isoformat(timespec="seconds")


def _time(slot: Slot, zone: ZoneInfo, names: dict[int, str]) -> dict[str, Any]:
    free = [names[one] for one in slot.therapist_ids if one in names]
    note = ", ".join(free[:2]) + (f" +{len(free) - 2}" if len(free) > 2 else "")
    return {
        "value": stated(slot.starts_at, zone),
        "label": words.clock(slot.starts_at, zone),
        "note": note or None,
        "recommended": False,
    }
