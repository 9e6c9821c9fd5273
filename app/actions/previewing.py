"""What would come of a move, a swap or the desk's booking: the one rule is asked, nothing is changed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from app.actions.approving import alternative_to, needs_help
from app.actions.holding import Wish
from app.actions.managing import Target, choice_of, room_named
from app.actions.outcomes import Refused
from app.actions.seats import Moving, Seat, find_seat, with_alternatives
from app.domain.choices import Choice
from app.domain.openings import Openings
from app.domain.overriding import FREELY, may_override
from app.domain.reviews import Altered
from app.domain.slots import Refusal, Slot, resources_of
from app.domain.spans import Span
from app.domain.staff import StaffRole
from app.domain.wallclock import day_span, local_date
from app.models import Appointment
from app.store.appointments import get_appointment
from app.store.diaries import load_diaries
from app.store.planned import lacks_second

Ask = Callable[[Collection[Refusal]], Seat | Refused]


@dataclass(frozen=True, slots=True)
class Preview:
    """What the rule says. ``seat``: who and which room, once everything in ``to_set_aside`` is; none where ``refusal`` stands.

    ``same``: nothing would be another; ``is_news``: the client would have something to be told; ``for_second``: somebody else
    is looked for as the second person, and all the rest stays.
    """

    refusal: Refusal | None
    to_set_aside: tuple[Refusal, ...] = ()
    seat: Seat | None = None
    alternatives: tuple[Slot, ...] = ()
    same: bool = False
    is_news: bool = True
    for_second: bool = False

    @property
    def is_free(self) -> bool:
        """Whether nothing at all stands against it."""
        return self.refusal is None and not self.to_set_aside


def preview_move(appointment_id: int, target: Target, now: datetime, roles: Collection[StaffRole]) -> Preview:
    """What would come of moving it, for somebody with these roles. Raises LookupError."""
    appointment = get_appointment(appointment_id)
    choice = choice_of(appointment, target.therapist_slug)
    if isinstance(choice, Refusal):
        return Preview(choice)
    room_id = room_named(choice, target.room_slug)
    if target.room_slug is not None and room_id is None:
        return Preview(Refusal.NO_ROOM)
    is_news = _is_news(appointment, target, choice)
    stays = not is_news and room_id in (None, appointment.room_id)
    if stays and not lacks_second(appointment_id, now):
        return Preview(None, same=True, is_news=False)
    ask = partial(
        _ask,
        choice,
        target.starts_at,
        now,
        room_id,
        appointment.id,
        preferred=appointment.room_id,
        second=appointment.chaperone_id,
    )
    found = replace(_weigh(ask, roles), is_news=is_news, for_second=stays)
    if found.is_free:
        return found
    choose = partial(choice_of, appointment, target.therapist_slug)
    moving = Moving(appointment.id, appointment.starts_at)
    answer = with_alternatives(_refused(found), choose, target.starts_at, now, by_staff=True, moving=moving)
    return replace(found, alternatives=answer.alternatives)


def preview_booking(
    wish: Wish, now: datetime, roles: Collection[StaffRole], room_slug: str | None = None
) -> Preview:
    """What would come of booking it at the desk."""
    choice = wish.choice()
    if isinstance(choice, Refusal):
        return Preview(choice)
    room_id = room_named(choice, room_slug)
    if room_slug is not None and room_id is None:
        return Preview(Refusal.NO_ROOM)
    found = _weigh(partial(_ask, choice, wish.starts_at, now, room_id, None), roles)
    if found.is_free:
        return found
    answer = with_alternatives(_refused(found), wish.choice, wish.starts_at, now, by_staff=True)
    return replace(found, alternatives=answer.alternatives)


def preview_altered(
    appointment_id: int, altered: Altered, now: datetime, roles: Collection[StaffRole]
) -> Preview:
    """What would come of accepting a request with that change. A cry for help is never set aside. Raises LookupError."""
    appointment = get_appointment(appointment_id)
    if needs_help(appointment, now):
        return Preview(Refusal.PLEASE_CALL)
    choice = alternative_to(appointment, altered)
    if isinstance(choice, Refusal):
        return Preview(choice)
    ask = partial(
        _ask, choice, appointment.starts_at, now, None, appointment.id, preferred=appointment.room_id
    )
    return _weigh(ask, roles)


def preview_swap(
    appointment_id: int, partner_id: int, now: datetime, roles: Collection[StaffRole]
) -> tuple[Preview, Preview]:
    """What would come of it for each of the two, were they to exchange their therapists. Raises LookupError."""
    first, second = get_appointment(appointment_id), get_appointment(partner_id)
    return _with_therapist_of(second, first, now, roles), _with_therapist_of(first, second, now, roles)


def next_start(choice: Choice, now: datetime) -> Slot | None:
    """The next five minutes of this day at which somebody could take whoever has just walked in; none where nobody can."""
    zone = choice.location.zone
    assert zone is not None  # noqa: S101 - what can be chosen has a clock
    window = Span(now, day_span(local_date(now, zone), zone).ends_at)
    question = choice.question(window, now, by_staff=True, setting_aside=FREELY)
    diaries = load_diaries(question.span, now, resources_of(question, choice.therapists))
    return Openings(question, choice.therapists, diaries).first()


def _with_therapist_of(
    partner: Appointment, appointment: Appointment, now: datetime, roles: Collection[StaffRole]
) -> Preview:
    choice = choice_of(appointment, partner.therapist.slug)
    if isinstance(choice, Refusal):
        return Preview(choice)
    ask = partial(
        _ask,
        choice,
        appointment.starts_at,
        now,
        None,
        appointment.id,
        preferred=appointment.room_id,
        second=appointment.chaperone_id,
        partner=partner.id,
    )
    return _weigh(ask, roles)


def _is_news(appointment: Appointment, target: Target, choice: Choice) -> bool:
    known = (appointment.starts_at, appointment.therapist_id)
    return (target.starts_at, choice.therapists[0].id) != known


def _ask(
    choice: Choice,
    starts_at: datetime,
    now: datetime,
    room_id: int | None,
    moving: int | None,
    setting_aside: Collection[Refusal],
    *,
    preferred: int | None = None,
    second: int | None = None,
    partner: int | None = None,
) -> Seat | Refused:
    return find_seat(
        choice,
        starts_at,
        now,
        by_staff=True,
        ignoring_appointment=moving,
        ignoring_partner=partner,
        preferred_room_id=preferred,
        preferred_second_id=second,
        only_room_id=room_id,
        setting_aside=setting_aside,
    )


def _weigh(ask: Ask, roles: Collection[StaffRole]) -> Preview:
    """Set aside one refusal after the other, as long as these roles may; what is left decides."""
    aside: list[Refusal] = []
    while True:
        answer = ask(FREELY | set(aside))
        if isinstance(answer, Seat):
            return Preview(None, tuple(aside), answer)
        if not may_override(answer.refusal, roles):
            return Preview(answer.refusal)
        aside.append(answer.refusal)


def _refused(found: Preview) -> Refused:
    return Refused(found.refusal or found.to_set_aside[0])
