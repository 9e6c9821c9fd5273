"""Changing what is on offer: techniques, services with their durations, guidance plans."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.contention import retrying
from app.actions.settings import (
    Edit,
    NotPossible,
    Outcome,
    OutOfDate,
    Saved,
    Stop,
    add,
    change,
    record,
    refuse_unconfirmed,
)
from app.domain.guidance import GuidanceStep
from app.domain.said import said
from app.domain.screening import must_be_screened
from app.store import settings
from app.store.planned import read_configured
from app.store.practice import get_practice_row
from app.store.transactions import take_booking_lock, transaction

_CHANGED = "settings changed"
#: What the library calls the plan for deep work (clinics/library/guidance.toml).
_DEEP_GUIDANCE = "deep-work"
Values = Mapping[str, Any]


def save_service(slug: str, values: Values, techniques: Sequence[str] | None, edit: Edit) -> Outcome:
    """A service's texts, depth and region, guidance plan, the techniques (None: as they are) and room features it needs.

    Deep work where screening is a must is marked so by itself; no page takes the mark back.
    """

    def write(row: Any, language: str) -> None:
        settings.write_columns(row, values, language)
        if must_be_screened(row.depth, row.region):
            settings.write_columns(row, {"needs_screening": True}, language)
        if techniques is not None:
            settings.write_techniques_of(row, techniques)

    return change("service", slug, _CHANGED, edit, write)


def add_service(values: Values, edit: Edit) -> Outcome:
    """A new service; out of use until it has durations and is brought into use.

    One that asks about health first is deep, and begins with the questions, the consent text and the guidance there are for it.
    """
    chosen = _for_screened() if values.get("needs_screening") else {}
    return add("service", values["name"], {**values, **chosen}, edit)


def _for_screened() -> Values:
    """What is asked and agreed to, where there is only one; and how to prepare, by the name that the library gives it."""
    chosen: dict[str, Any] = {"depth": "deep"}
    for kind in ("screening_set", "consent_text"):
        there = settings.list_things(kind)
        if len(there) == 1:
            chosen[f"{kind}_id"] = there[0].id
    plan = settings.find_thing("guidance_plan", _DEEP_GUIDANCE)
    return chosen | ({"guidance_plan_id": plan.id} if plan else {})


def save_variants(slug: str, variants: Sequence[Values], edit: Edit) -> Outcome:
    """A service's durations with prices and buffers. What is booked keeps what it was booked with."""
    return change(
        "service",
        slug,
        _CHANGED,
        edit,
        lambda row, _language: settings.write_variants(row, variants, edit.now),
    )


@retrying
def save_techniques(wanted: Sequence[Values], edit: Edit) -> Outcome:
    """All techniques at once: names, new ones, retired ones; ``wanted`` holds id (or none), name and retired."""
    try:
        with transaction():
            take_booking_lock()
            rows = settings.list_things("technique")
            if settings.version_of_all(rows) != edit.version:
                return OutOfDate(*(settings.last_change("technique", 0) or (None, None)))
            before, was = read_configured(edit.now), [settings.facts(row) for row in rows]
            _write_techniques({row.id: row for row in rows}, wanted, edit)
            becomes = [settings.facts(row) for row in settings.list_things("technique")]
            if becomes == was:
                return Saved("technique", None, changed=False)
            refuse_unconfirmed(before, edit)
            record(edit, _CHANGED, "technique", 0, {"techniques": {"from": was, "to": becomes}})
            return Saved("technique", None)
    except Stop as stop:
        return stop.outcome


def save_guidance(slug: str, name: str, steps: Sequence[GuidanceStep], edit: Edit) -> Outcome:
    """A plan's name, and its steps as a new version; the versions before stay as they are."""

    def write(row: Any, language: str) -> None:
        settings.write_columns(row, {"name": name}, language)
        settings.add_plan_version(row, steps, edit.now)

    return change("guidance_plan", slug, _CHANGED, edit, write)


def add_guidance(name: str, edit: Edit) -> Outcome:
    """A new guidance plan without steps."""
    return add("guidance_plan", name, {"name": name}, edit)


def _write_techniques(there: Mapping[int, Any], wanted: Sequence[Values], edit: Edit) -> None:
    language = get_practice_row().language
    for values in wanted:
        row = there.get(values["id"]) if values["id"] else None
        if row is None:
            row = settings.add_thing("technique", values["name"], {"name": values["name"]}, language)
        settings.write_columns(row, {"name": values["name"]}, language)
        if (row.retired_at is not None) != values["retired"]:
            settings.write_columns(row, {"retired_at": edit.now if values["retired"] else None}, language)
    names = [next(iter(row.name.values()), "").casefold() for row in settings.list_things("technique")]
    if len(set(names)) < len(names):
        raise Stop(NotPossible(said("Two techniques have the same name.")))
