"""A full day at the desk: many therapists with ten sessions each, written straight into the tables."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from app.domain.cells import cell_at_or_before
from app.models import Appointment, Claim, Client, Contact, Room, Therapist, table_of
from app.store.transactions import transaction
from app.vault import new_wrapped_key
from tests.support.rows import NOW, at

SESSIONS, MINUTES, BUFFER = 10, 45, 15
_NAMES = ("Mina Cole", "Theo Ruiz", "Ana Diaz", "Sol Berg", "Bernadette Featherstonehaugh", "Iris Vale")


def fill_the_day(therapists: int = 12, minutes: Sequence[int] = (MINUTES,)) -> None:
    """Each has ten sessions from eight o'clock on, of these lengths in turn, in a room of their own."""
    with transaction() as rows:
        people = rows.execute(select(Therapist).order_by(Therapist.id).limit(therapists)).scalars().all()
        rooms = rows.execute(select(Room).order_by(Room.id).limit(therapists)).scalars().all()
        rows.execute(insert(table_of(Contact)), list(map(_contact, range(1, len(_NAMES) + 1))))
        rows.execute(insert(table_of(Client)), [_client(*one) for one in enumerate(_NAMES, 1)])
        for place, (person, room) in enumerate(zip(people, rooms, strict=True)):
            for number in range(SESSIONS):
                row = _appointment(
                    place * SESSIONS + number + 1,
                    number,
                    (person.id, room.id),
                    minutes[number % len(minutes)],
                )
                rows.execute(insert(table_of(Appointment)), row)
                claims = list(_claims(row, person.resource_id, room.resource_id))
                rows.execute(insert(table_of(Claim)), claims)


def _contact(number: int) -> dict[str, Any]:
    email = f"client-{number}@example.com"
    return {"id": number, "email": email, "language": "en", "detail": "full", "created_at": NOW}


def _client(number: int, name: str) -> dict[str, Any]:
    key = {"name_key": name.casefold(), "wrapped_key": new_wrapped_key(), "row_version": 1}
    return {"id": number, "contact_id": number, "name": name, "created_at": NOW, **key}


def _appointment(number: int, nth: int, where: tuple[int, int], minutes: int) -> dict[str, Any]:
    starts_at = at("08:00") + timedelta(hours=nth)
    client = number % len(_NAMES)
    return {
        "id": number,
        "public_id": f"public-{number}",
        "reference": f"EX-{number:05}",
        "service_id": 1,
        "variant_id": 1,
        "therapist_id": where[0],
        "location_id": 1,
        "room_id": where[1],
        "client_id": client + 1,
        "state": "booked",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=minutes),
        "zone": "America/Halifax",
        "wall_time": f"2026-11-23T{8 + nth:02}:00",
        "visit": "first" if number % 3 else "returning",
        "minutes": minutes,
        "buffer_before": 0,
        "buffer_after": min(BUFFER, 60 - minutes),
        "language": "en",
        "typed_name": _NAMES[client],
        "sealed_note": b"sealed" if number % 2 else None,
        "created_at": NOW,
        "row_version": 1,
        "revision": 0,
        "token_version": 1,
        "change_is_free": False,
        "any_therapist": False,
    }


def _claims(row: dict[str, Any], *resources: int) -> Iterator[dict[str, Any]]:
    first = cell_at_or_before(row["starts_at"])
    for resource in resources:
        kept = {"resource_id": resource, "appointment_id": row["id"], "active": True}
        yield kept | {"from_cell": first, "to_cell": first + (row["minutes"] + row["buffer_after"]) // 5}
