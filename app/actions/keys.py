"""Changing DATA_KEY: everything that hangs on it is sealed under the newest key, a batch at a time, while the program runs."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.actions.contention import retrying
from app.actions.kept_forms import kept_form_context
from app.actions.letter_facts import account_context
from app.actions.sending import copy_context
from app.domain.appointments import Actor
from app.store.audit import add_audit_line
from app.store.imports import rows_context
from app.store.seal_contexts import typed_context
from app.store.sealed_rows import WRAPPED, Kind, SealedRow, list_sealed, replace_sealed
from app.store.transactions import end_reading, transaction
from app.vault import CannotOpen, resealed_for_practice, rewrapped

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is with one kind: how many were looked at, changed, and open with none of the keys given."""

    kind: Kind
    seen: int
    changed: int
    unopened: int


def rotate(now: datetime, told: Callable[[Progress], object] = bool) -> list[Progress]:
    """Seal all under the newest DATA_KEY; ``told`` hears after each batch. May be stopped and begun again at any time."""
    done = [_rotate(kind, told) for kind in Kind]
    _note(done, now)
    return done


def _rotate(kind: Kind, told: Callable[[Progress], object]) -> Progress:
    counts: Counter[str] = Counter()
    after = 0
    while rows := list_sealed(kind, after, _AT_ONCE):
        end_reading()
        counts["seen"] += len(rows)
        counts.update(_renew(kind, rows))
        after = rows[-1].id
        told(Progress(kind, counts["seen"], counts["changed"], counts["unopened"]))
    end_reading()
    return Progress(kind, counts["seen"], counts["changed"], counts["unopened"])


@retrying
def _renew(kind: Kind, rows: Sequence[SealedRow]) -> Counter[str]:
    counts: Counter[str] = Counter()
    renewed = []
    for row in rows:
        try:
            by = _again(kind, row)
        except CannotOpen:
            counts["unopened"] += 1
            continue
        if by is not None:
            renewed.append((row, by))
    if renewed:
        with transaction():
            counts["changed"] = sum(replace_sealed(kind, row, by) for row, by in renewed)
    return counts


def _again(kind: Kind, row: SealedRow) -> bytes | None:
    if kind in WRAPPED:
        return rewrapped(row.stored)
    if kind is Kind.KEPT_FORM:
        return resealed_for_practice(row.stored, kept_form_context(int(row.about)))
    if kind is Kind.IMPORT_ROWS:
        return resealed_for_practice(row.stored, rows_context(row.id))
    if kind is Kind.TYPED:
        return resealed_for_practice(row.stored, typed_context(row.about))
    context = account_context(row.about) if kind is Kind.ACCOUNT_MESSAGE else copy_context(row.about)
    return resealed_for_practice(row.stored, context)


@retrying
def _note(done: Sequence[Progress], now: datetime) -> None:
    changed = sum(one.changed for one in done)
    if changed:
        with transaction():
            add_audit_line(Actor("command"), "keys renewed", "practice", 1, {"changed": changed}, now)
