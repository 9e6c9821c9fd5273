"""What one document changes of another, in words."""

from collections.abc import Iterator, Mapping

from app.domain.practice_file_reader import shown_moment

#: Kinds whose order people see and can set; of the others only the content counts.
_ORDERED = frozenset({"location", "service", "therapist", "rooms", "question"})
#: Lists of tables that are known by another name than their slug.
_KEYED = {"question": "key", "answers": "key", "areas": "key"}


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """A line for everything that is different, such as ``location[main].phone: “412-555-0100” becomes “412-555-0199”``."""
    return tuple(_changed(before, after, ""))


def _changed(before: Mapping[str, object], after: Mapping[str, object], path: str) -> Iterator[str]:
    for key in (*after, *(key for key in before if key not in after)):
        place = f"{path}.{key}" if path else key
        yield from _one(before.get(key), after.get(key), place, key)


def _one(before: object, after: object, place: str, key: str) -> Iterator[str]:
    if before == after:
        return
    if _is_listed(before, after, _KEYED.get(key, "slug")):
        yield from _listed(_by_name(before, key), _by_name(after, key), place, key)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _changed(before, after, place)
    elif before is None:
        yield (
            f"{place}: added"
            if isinstance(after, list | Mapping) or _is_long(after)
            else f"{place}: {shown_moment(after)}"
        )
    elif after is None:
        yield f"{place}: removed"
    elif (
        isinstance(before, list | Mapping)
        or isinstance(after, list | Mapping)
        or _is_long(before)
        or _is_long(after)
    ):
        yield f"{place}: changed"
    else:
        yield f"{place}: {shown_moment(before)} becomes {shown_moment(after)}"


def _is_listed(before: object, after: object, name: str) -> bool:
    """Whether both are lists of tables that are known by that name (or one is, and the other is not there)."""
    there = [value for value in (before, after) if value is not None]
    return all(
        isinstance(value, list) and all(isinstance(item, Mapping) and name in item for item in value)
        for value in there
    )


def _by_name(items: object, key: str) -> dict[str, Mapping[str, object]]:
    if not isinstance(items, list):
        return {}
    return {str(item[_KEYED.get(key, "slug")]): item for item in items if isinstance(item, Mapping)}


def _listed(
    before: dict[str, Mapping[str, object]], after: dict[str, Mapping[str, object]], place: str, key: str
) -> Iterator[str]:
    for slug, item in after.items():
        if slug in before:
            yield from _changed(before[slug], item, f"{place}[{slug}]")
        else:
            yield f"{place}[{slug}]: added"
    for slug in before:
        if slug not in after:
            yield f"{place}[{slug}]: removed"
    if key in _ORDERED and [slug for slug in before if slug in after] != [
        slug for slug in after if slug in before
    ]:
        yield f"{place}: in a new order"


def _is_long(value: object) -> bool:
    return isinstance(value, str) and (len(value) > 60 or "\n" in value)
