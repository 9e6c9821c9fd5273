"""Appointments of another system that are still to come: booked by the house's own rule, each as if the desk had typed it in."""

from dataclasses import replace
from datetime import datetime

from app.actions.booking import Order, book
from app.actions.holding import Wish
from app.actions.outcomes import Booked, Refused
from app.actions.seats import find_seat
from app.domain.appointments import Actor
from app.domain.choices import Choice
from app.domain.imports import FileKind, LineState, Problem, Reading
from app.domain.imports_notes import BOOKED_BEFORE
from app.domain.imports_rows import AppointmentRow
from app.domain.overriding import DESK_MAY, FREELY, Override
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Practice
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.models import ImportBatch
from app.store import imports as store
from app.store.imports import Became

#: Whose keys those of rows are.
PRINCIPAL = "import"
_ROLES = frozenset({StaffRole.OWNER})


def key_of(batch_id: int, number: int | str) -> str:
    """One per row: whoever books it twice gets the same appointment. With no number: how those of a file begin."""
    return f"{batch_id}-{number}"


def choice_of(row: AppointmentRow, practice: Practice, reading: Reading) -> Choice | Refusal | Problem:
    """What would be booked for the row, or why nothing can be."""
    wish = _wish(row, practice, reading)
    return wish.choice() if wish else Problem.NO_SUCH_LENGTH


def refusal_of(choice: Choice, row: AppointmentRow, now: datetime) -> Refusal | None:
    """What stands against booking it now, beside what the desk may set aside; none where nothing does."""
    seat = find_seat(choice, row.starts_at, now, by_staff=True, setting_aside=FREELY | DESK_MAY)
    return seat.refusal if isinstance(seat, Refused) else None


def book_row(
    row: AppointmentRow,
    practice: Practice,
    reading: Reading,
    client_id: int,
    key: str,
    actor: Actor,
    now: datetime,
) -> int | Problem | Refusal:
    """Book it for that client; answers the appointment's number, or why not. Raises Busy.

    What was promised elsewhere stands here against what the desk may set aside: each such rule is written down as set aside.
    """
    wish = _wish(row, practice, reading)
    if wish is None:
        return Problem.NO_SUCH_LENGTH
    order = _order(row, wish, reading, client_id, key, actor)
    against: set[Refusal] = set()
    while True:
        answer = book(order, now)
        if isinstance(answer, Booked):
            return answer.appointment_id
        refusal = answer.refusal if isinstance(answer, Refused) else Refusal.TAKEN
        if refusal in against or refusal not in DESK_MAY:
            return refusal
        against.add(refusal)
        order = replace(order, override=Override(frozenset(against), BOOKED_BEFORE, _ROLES))


def booked_unnoted(batch: ImportBatch) -> list[Became]:
    """Rows that were booked just before the program was killed, or the file let go of, which nobody has written down: made like the others."""
    if batch.kind != FileKind.APPOINTMENTS:
        return []
    found = store.find_booked_unnoted(batch.id, PRINCIPAL, key_of(batch.id, ""))
    lines = store.list_next_lines(batch.id, [LineState.NEW, LineState.PROBLEM]) if found else []
    by_key = {key_of(batch.id, line.number): line for line in lines}
    return [
        Became(by_key[key].id, LineState.MADE, None, appointment_id, by_key[key].made_client_id)
        for key, appointment_id in found.items()
        if key in by_key
    ]


def _wish(row: AppointmentRow, practice: Practice, reading: Reading) -> Wish | None:
    """None where the service is not given for so long."""
    service = practice.service(row.service)
    offered = [
        visit
        for visit in (RETURNING_VISIT, FIRST_VISIT)
        if service and any(one.minutes == row.minutes for one in service.variants_for(visit))
    ]
    if not offered:
        return None
    return Wish(row.service, row.minutes, offered[0], row.starts_at, reading.location, row.therapist)


def _order(
    row: AppointmentRow, wish: Wish, reading: Reading, client_id: int, key: str, actor: Actor
) -> Order:
    person = row.person
    return Order(
        wish=wish,
        name=person.name,
        email=person.email,
        phone=person.phone,
        actor=actor,
        principal=PRINCIPAL,
        key=key,
        language=person.language,
        client_id=client_id,
        by_staff=True,
        brought_in=True,
        tells_client=reading.tells_clients,
        said=key,  # the same row is the same order, whatever had to be set aside for it
    )
