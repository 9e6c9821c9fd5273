"""What could be done with a session whose therapist will be off: who could take it, and which times are near."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.actions.managing import choice_of
from app.domain import cells
from app.domain.choices import Choice
from app.domain.openings import Openings
from app.domain.overriding import FREELY
from app.domain.practice import Therapist
from app.domain.questions import occupied_cells
from app.domain.slots import Refusal, Slot, resources_of
from app.domain.spans import Span
from app.models import Appointment
from app.store.appointments import get_appointment
from app.store.diaries import load_diaries

_REACHES = (timedelta(days=1), timedelta(days=7))
_STAND_INS, _NEAREST = 4, 3


@dataclass(frozen=True, slots=True)
class Offer:
    """Another therapist, another time, or both."""

    starts_at: datetime
    therapist: Therapist
    same_time: bool


def offers_for(appointment_id: int, off: Span, now: datetime) -> list[Offer]:
    """First who is free at the very time, then the nearest times; the therapist's own only outside that time off."""
    appointment = get_appointment(appointment_id)
    choice = choice_of(appointment)
    if isinstance(choice, Refusal):
        return []
    able = choice.practice.therapists_at(choice.location, choice.service)
    others = tuple(one for one in able if one.id != appointment.therapist_id)
    here = list(_at_that_time(replace(choice, therapists=others), appointment, now)) if others else []
    everyone = replace(choice, therapists=(*choice.therapists, *others))
    return [*here, *_near(everyone, appointment, off, now)]


def _at_that_time(choice: Choice, appointment: Appointment, now: datetime) -> Iterator[Offer]:
    window = Span(appointment.starts_at, appointment.starts_at + cells.CELL)
    for slot in _openings(choice, window, appointment, now).slots():
        for therapist in _named(choice, slot)[:_STAND_INS]:
            yield Offer(slot.starts_at, therapist, same_time=True)


def _near(choice: Choice, appointment: Appointment, off: Span, now: datetime) -> list[Offer]:
    """The session's own therapist is asked first, since that is whom the client chose."""
    found: list[Offer] = []
    for reach in _REACHES:
        window = Span(max(now, appointment.starts_at - reach), max(now, appointment.starts_at + reach))
        slots = _openings(choice, window, appointment, now).slots()
        found = [offer for slot in slots if (offer := _offer(choice, slot, appointment, off)) is not None]
        if len(found) >= _NEAREST:
            break
    found.sort(key=lambda offer: abs(offer.starts_at - appointment.starts_at))
    return sorted(found[:_NEAREST], key=lambda offer: offer.starts_at)


def _offer(choice: Choice, slot: Slot, appointment: Appointment, off: Span) -> Offer | None:
    if slot.starts_at == appointment.starts_at:
        return None
    first, end = occupied_cells(slot.starts_at, choice.variant)
    is_off = Span(cells.instant_of_cell(first), cells.instant_of_cell(end)).overlaps(off)
    own = appointment.therapist_id
    able = [one for one in _named(choice, slot) if not (is_off and one.id == own)]
    return Offer(slot.starts_at, able[0], same_time=False) if able else None


def _named(choice: Choice, slot: Slot) -> list[Therapist]:
    return [one for one in choice.therapists if one.id in slot.therapist_ids]


def _openings(choice: Choice, window: Span, appointment: Appointment, now: datetime) -> Openings:
    aside = FREELY if window.length <= cells.CELL else ()
    question = choice.question(window, now, by_staff=True, setting_aside=aside)
    resources = resources_of(question, choice.therapists)
    diaries = load_diaries(question.span, now, resources, ignoring_appointment=appointment.id)
    return Openings(question, choice.therapists, diaries)
