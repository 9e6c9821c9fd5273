"""Past appointments of another system: written as they would stand here, with their notes. No time is taken, nobody is written to."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from app.actions.imports_opened import OpenedFile
from app.domain.appointments import State, new_reference
from app.domain.imports import LineState
from app.domain.imports_rows import AppointmentRow, zone_of
from app.domain.practice import RETURNING_VISIT, Variant
from app.domain.sources import IMPORTED
from app.domain.wallclock import local_time
from app.models import ImportLine
from app.store import imports_made as made
from app.store.imports import Became
from app.store.imports_made import NewNote

_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Placed:
    """An appointment's row with its line, and whose it is."""

    line: ImportLine
    row: AppointmentRow
    client_id: int


def write_history(file: OpenedFile, history: Sequence[Placed], now: datetime) -> list[Became]:
    """What became of the rows; for whoever is in a transaction."""
    references = _new_references(file.practice.short_code, len(history))
    numbers = made.add_history(
        [_past(file, one, reference, now) for one, reference in zip(history, references, strict=True)]
    )
    written = list(zip(history, numbers, strict=True))
    notes = [NewNote(one.client_id, one.row.notes, number) for one, number in written if one.row.notes]
    made.add_notes(notes, file.author, now)
    return [
        Became(one.line.id, LineState.MADE, None, number, one.line.made_client_id) for one, number in written
    ]


def _new_references(prefix: str, how_many: int) -> list[str]:
    found: set[str] = set()
    while len(found) < how_many:
        more = {new_reference(prefix, _random) for _ in range(how_many - len(found))}
        found |= more - made.find_taken_references(more)
    return sorted(found)


def _past(file: OpenedFile, placed: Placed, reference: str, now: datetime) -> dict[str, object]:
    """An appointment that is over, as it would stand here had it been booked here: without claim, price and message."""
    row, practice, zone = placed.row, file.practice, zone_of(file.practice, file.reading)
    service, therapist = practice.service(row.service), practice.therapist(row.therapist)
    assert service is not None and therapist is not None  # noqa: S101, PT018 - the row was matched with them
    return _became_of_it(row, now) | {
        "public_id": secrets.token_urlsafe(16),
        "reference": reference,
        "service_id": service.id,
        "variant_id": _nearest(service.variants, row.minutes).id,
        "therapist_id": therapist.id,
        "location_id": file.location.id,
        "client_id": placed.client_id,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "zone": zone.key,
        "wall_time": f"{local_time(row.starts_at, zone):%Y-%m-%dT%H:%M}",
        "visit": RETURNING_VISIT,
        "minutes": row.minutes,
        "buffer_before": 0,
        "buffer_after": 0,
        "language": row.person.language,
        "source": IMPORTED,
        "typed_name": row.person.name,
        "typed_email": row.person.email,
        "typed_phone": row.person.phone,
        "created_at": now,
    }


def _became_of_it(row: AppointmentRow, now: datetime) -> dict[str, object]:
    """Whether it took place, as far as the other system says; else it did."""
    state = row.state.state if row.state.state in (State.CANCELLED, State.NO_SHOW) else State.COMPLETED
    is_cancelled = state is State.CANCELLED
    return {
        "state": (state or State.COMPLETED).value,
        "cancelled_by": ("late" if row.state.late else "client") if is_cancelled else None,
        "cancelled_at": min(now, row.starts_at) if is_cancelled else None,
        "completed_at": row.ends_at if state is State.COMPLETED else None,
    }


def _nearest(variants: Sequence[Variant], minutes: int) -> Variant:
    return min(variants, key=lambda one: (abs(one.minutes - minutes), one.id))
