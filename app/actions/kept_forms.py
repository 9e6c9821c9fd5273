"""Forms that a session's end interrupted: kept sealed for the one who typed them, and given back once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.staff import FORM_IS_KEPT_FOR
from app.store import kept_forms as store
from app.store.transactions import transaction
from app.vault import CannotOpen, open_for_practice, seal_for_practice

#: How many of one member are kept: the latest.
MOST_KEPT = 3


@dataclass(frozen=True, slots=True)
class TypedForm:
    """Where a form was going, and what it said, field by field in its order."""

    target: str
    fields: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A kept form, opened for the one who typed it."""

    id: int
    kept_at: datetime
    form: TypedForm


def keep_form(member_id: int, form: TypedForm, now: datetime) -> int:
    """Seal it and keep it for half a day."""
    plain = json.dumps({"target": form.target, "fields": [list(pair) for pair in form.fields]})
    sealed = seal_for_practice(plain, kept_form_context(member_id))
    with transaction():
        store.forget_expired(now)
        number = store.add_kept_form(member_id, sealed, now, now + FORM_IS_KEPT_FOR)
        store.forget_all_but(member_id, MOST_KEPT)
        return number


def kept_forms(member_id: int, now: datetime) -> list[GivenBack]:
    """What is kept for a member, the latest first."""
    found = []
    for row in store.list_kept_forms(member_id, now):
        try:
            said = json.loads(open_for_practice(row.sealed, kept_form_context(member_id)))
        except CannotOpen:
            continue  # sealed under a key that is no longer ours: of no use to anybody
        fields = [(str(name), str(value)) for name, value in said["fields"]]
        found.append(GivenBack(row.id, row.kept_at, TypedForm(said["target"], fields)))
    return found


def forget_form(member_id: int, kept_id: int) -> bool:
    """It was given back, or is not wanted; whether there was such a one."""
    with transaction():
        return store.forget_kept_form(member_id, kept_id)


def kept_form_context(member_id: int) -> str:
    """What a member's interrupted form is sealed for."""
    return f"kept_form|{member_id}"
