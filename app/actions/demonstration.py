"""Fills a demonstration with a week of appointments, through the same actions that people use."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from app.actions.answering import check_in, confirm
from app.actions.booking import Order, book
from app.actions.consenting import tick_verbal
from app.actions.day import Click, mark_arrived, mark_completed, mark_no_show, needs_tick
from app.actions.demonstration_desk import write_down
from app.actions.demonstration_intake import fill_in_forms
from app.actions.demonstration_messages import count_old_messages_as_sent
from app.actions.demonstration_safety import brought
from app.actions.holding import Wish
from app.actions.managing import Change, cancel, choice_of, move
from app.actions.outcomes import Booked, Cancelled, Moved
from app.domain.appointments import Actor
from app.domain.care import CheckInAnswer
from app.domain.choices import choose
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, Location, Practice, Service, Therapist
from app.domain.slots import Refusal, Slot
from app.domain.wallclock import day_span, local_date
from app.store.appointments import get_appointment
from app.store.openings import look
from app.store.practice import load_practice
from app.store.practice_file import has_appointments

FIRST_DAY, LAST_DAY = -1, 8
DESK = Actor("staff", "desk@example.com")
_SEED = 4127
_REQUESTS, _REVIEWED_FROM = 2, timedelta(days=4)  # so many wait for a therapist, for a day so far ahead
_OFTENEST = 3  # sessions of one person within the ten days
_NO_SHOWS, _LATE = 0.05, 0.06  # of the sessions of earlier weeks
_NAMES = (
    "Jo Park, Mina Cole, Iris Vale, Sol Berg, Nia Osei, Max Hill, Ana Diaz, Kit Noor, Remy Dahl, Una Frost, Ira Stone,"
    " Bea Lund, Gus Wray, Liv Aster, Owen Pike, Zoe Marsh, Ned Rook, Ada Fenn, Kai Lowe, Eve Tarn, Abe Quill, Fay Orme,"
    " Hal Voss, Joy Beck, Lou Kerr, Mae Dunn, Rui Sala, Tess Moor"
).split(", ")
_NOTES = (
    "Please leave the left shoulder out.",
    "First time at a place like this, so I may have questions.",
    "I would like less pressure than last time.",
    "I may be five minutes late, the bus decides.",
)
_SOURCES = (None, None, None, "instagram", "facebook")


class CannotFill(Exception):
    """The demonstration can't be filled; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Person:
    """An example client. Nobody has these addresses and numbers."""

    name: str
    email: str | None
    phone: str
    is_regular: bool


#: The local mail server refuses this one's messages, and that one has no address: both happen at a real desk.
_NO_SUCH_MAILBOX = "bounce@example.com"
_REFUSED = Person("Theo Ruiz", _NO_SUCH_MAILBOX, "412-555-0142", is_regular=True)
_BY_PHONE = Person("Pat Lin", None, "412-555-0164", is_regular=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """One booking that is to be made: whose, for which day, with whom, and when it is typed in."""

    booked_at: datetime
    day: date
    therapist: Therapist
    person: Person
    visit: str
    number: int
    doubtful: bool = False  # an answer is such that a therapist looks at it first


@dataclass(frozen=True, slots=True)
class Made:
    """An appointment that was made, and when its session is."""

    id: int
    person: Person
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    waits: bool = False  # requested: a therapist has still to look at it


@dataclass(frozen=True, slots=True)
class Filled:
    """What there is now."""

    appointments: int
    clients: int
    moved: int
    cancelled: int
    first_day: date
    last_day: date


def fill(now: datetime, weeks: int = 0) -> Filled:
    """Book, move, cancel and mark a week around ``now``, and so many earlier weeks; the same every time.

    Raises CannotFill and NoPractice.
    """
    practice = load_practice()
    location = _location_to_fill(practice)
    random = Random(_SEED)  # noqa: S311 - the same example every time is what is wanted
    today = local_date(now, location.zone) if location.zone else now.date()
    days = range(FIRST_DAY - 7 * weeks, LAST_DAY + 1)
    thought_of = list(_plans(practice, location, today, now, random, days))
    plans = _with_requests(practice, thought_of, today, now)
    made = [appointment for plan in plans if (appointment := _book(practice, location, plan, random))]
    # What lies two days ahead or more can still be moved or cancelled by the client.
    two_days_on = now + timedelta(days=2)
    later = [one for one in made if one.starts_at > two_days_on and one.person.email and not one.waits]
    chosen = random.sample(later, min(len(later), 8))
    moved = sum(_move(one, now, random) for one in chosen[0::2])
    cancelled = sum(_cancel(one, now, random, by_clinic=place == 0) for place, one in enumerate(chosen[1::2]))
    lately = day_span(today + timedelta(days=FIRST_DAY), location.zone).starts_at if location.zone else now
    _mark_earlier([one for one in made if one.starts_at < lately], random)
    _mark_all([one for one in made if lately <= one.starts_at <= now], now)
    _answer([one for one in made if one.starts_at >= lately], now)
    write_down([one.id for one in made], now)
    regulars = {one.person.name for one in made if one.person.is_regular and one.person.email}
    fill_in_forms([one.id for one in made], regulars - {_REFUSED.name}, now, today)
    count_old_messages_as_sent(now, refused=_NO_SUCH_MAILBOX)
    first, last = today + timedelta(days=days[0]), today + timedelta(days=LAST_DAY)
    return Filled(len(made), len({one.person.name for one in made}), moved, cancelled, first, last)


def _location_to_fill(practice: Practice) -> Location:
    if not practice.demonstration:
        raise CannotFill("This is a real practice: only a demonstration can be filled with examples.")
    if has_appointments():
        raise CannotFill("This demonstration has appointments already; it is filled only once.")
    if not practice.places:
        raise CannotFill("This demonstration has no location with a time zone.")
    return practice.places[0]


def _plans(
    practice: Practice, location: Location, today: date, now: datetime, random: Random, days: range
) -> Iterator[Plan]:
    """Day by day, so that a person's first visit is the earliest one."""
    people, visits = _people(), Counter[Person]()
    number = 0
    for ahead in days:
        if ahead == FIRST_DAY:
            visits = Counter({person: min(times, 1) for person, times in visits.items()})
        day = today + timedelta(days=ahead)
        seen = {_BY_PHONE, _REFUSED}
        for place, therapist in enumerate(_working(practice, location, day, random, ahead)):
            person = _special(ahead, place) or _next_person(people, visits, seen, random)
            visit = RETURNING_VISIT if person.is_regular or visits[person] else FIRST_VISIT
            visits[person] += 1
            seen.add(person)
            number += 1
            yield Plan(_typed_in(day, location, now, random), day, therapist, person, visit, number)


def _with_requests(practice: Practice, plans: Sequence[Plan], today: date, now: datetime) -> list[Plan]:
    """In the order they came in; a few within the last hours, with an answer that a therapist looks at first."""
    asking = {
        therapist.id
        for service in practice.services
        if service.screening is not None
        for therapist in practice.therapists_for(service)
    }
    may = [
        plan
        for plan in plans
        if plan.day >= today + _REVIEWED_FROM
        and plan.therapist.id in asking
        and plan.person not in (_BY_PHONE, _REFUSED)
    ]
    asked = list({plan.person: plan for plan in may}.values())[:_REQUESTS]
    late = {
        plan.number: replace(plan, doubtful=True, booked_at=now - timedelta(minutes=50 * place))
        for place, plan in enumerate(asked, 1)
    }
    changed = (late.get(plan.number, plan) for plan in plans)
    return sorted(changed, key=lambda plan: (plan.booked_at, plan.number))


def _people() -> list[Person]:
    return [
        Person(
            name,
            f"{name.lower().replace(' ', '.')}@example.com",
            f"412-555-01{place:02}",
            is_regular=place % 3 > 0,
        )
        for place, name in enumerate(_NAMES)
    ]


def _special(ahead: int, place: int) -> Person | None:
    return {(1, 0): _BY_PHONE, (2, 0): _REFUSED, (6, 1): _REFUSED}.get((ahead, place))


def _next_person(
    people: Sequence[Person], visits: Counter[Person], seen: set[Person], random: Random
) -> Person:
    """Somebody who isn't there that day yet, sooner those who came less often."""
    free = [person for person in people if person not in seen]
    rested = [person for person in free if visits[person] < _OFTENEST]
    return random.choice(rested or free)


def _working(
    practice: Practice, location: Location, day: date, random: Random, ahead: int
) -> list[Therapist]:
    """Everybody who works that day, as often as they shall be booked: today is fuller than next week."""
    there = [
        therapist
        for therapist in practice.therapists
        if any(
            rule.location_id == location.id and rule.window.holds_on(day)
            for rule in therapist.availability_rules
        )
    ]
    most = 4 if ahead in (0, 1) else 3
    fewer = random.randint(0, 1) + max(ahead, 0) // 5
    sessions = [therapist for therapist in there for _ in range(max(1, most - fewer))]
    random.shuffle(sessions)
    return sessions[: len(_NAMES)]


def _typed_in(day: date, location: Location, now: datetime, random: Random) -> datetime:
    """Some hours to twelve days before, in whole minutes; of what lies ahead a part within the last hours."""
    begins = day_span(day, location.zone).starts_at if location.zone else now
    just_now = begins > now + timedelta(days=1) and random.random() < 0.2
    ago = random.randint(5, 300) if just_now else random.randint(6 * 60, 12 * 24 * 60)
    return (min(now, begins) - timedelta(minutes=ago)).replace(second=0, microsecond=0)


def _book(practice: Practice, location: Location, plan: Plan, random: Random) -> Made | None:
    """The first service that still fits, in a random order."""
    services = [
        service
        for service in practice.services
        if plan.therapist in practice.therapists_for(service) and (service.screening or not plan.doubtful)
    ]
    for service in random.sample(services, len(services)):
        slot_and_wish = _wish(practice, location, plan, service, random)
        if slot_and_wish is None:
            continue
        answer = book(_order(plan, slot_and_wish, service, random), plan.booked_at)
        if isinstance(answer, Booked):
            appointment = get_appointment(answer.appointment_id)
            span = (appointment.starts_at, appointment.ends_at)
            return Made(appointment.id, plan.person, *span, plan.booked_at, plan.doubtful)
    return None


def _wish(
    practice: Practice, location: Location, plan: Plan, service: Service, random: Random
) -> Wish | None:
    minutes = random.choice([variant.minutes for variant in service.variants_for(plan.visit)] or [0])
    choice = choose(
        practice,
        service_slug=service.slug,
        minutes=minutes,
        visit=plan.visit,
        location_slug=location.slug,
        therapist_slug=plan.therapist.slug,
    )
    if isinstance(choice, Refusal):
        return None
    slot = _pick(look(choice, plan.day, plan.day, plan.booked_at).slots(), random)
    if slot is None:
        return None
    source = "desk" if plan.person.email is None else random.choice(_SOURCES)
    return Wish(service.slug, minutes, plan.visit, slot.starts_at, location.slug, plan.therapist.slug, source)


def _pick(slots: Sequence[Slot], random: Random) -> Slot | None:
    """Rather on the half hour, as people choose."""
    round_ones = [slot for slot in slots if slot.starts_at.minute in (0, 30)]
    return random.choice(round_ones or list(slots)) if slots else None


def _order(plan: Plan, wish: Wish, service: Service, random: Random) -> Order:
    person = plan.person
    with_it = brought(service, plan.booked_at, random, doubtful=plan.doubtful)
    return Order(
        wish=wish,
        name=person.name,
        email=person.email,
        phone=person.phone,
        actor=Actor("client", person.email) if person.email else DESK,
        principal="demonstration",
        key=f"example-{plan.number}",
        note=random.choice(_NOTES) if random.random() < 0.2 else None,
        by_staff=person.email is None,
        screening_token=with_it.screening_token,
        consent=with_it.consent,
        wishes=with_it.wishes,
    )


def _move(one: Made, now: datetime, random: Random) -> bool:
    """The client takes another time within the following days."""
    changed_at = _between(one.booked_at, now, random)
    choice = choice_of(get_appointment(one.id))
    if isinstance(choice, Refusal) or choice.location.zone is None:
        return False
    day = local_date(one.starts_at, choice.location.zone)
    free = look(choice, day, day + timedelta(days=3), changed_at, moving=one.id).slots()
    slot = _pick([slot for slot in free if slot.starts_at != one.starts_at], random)
    change = Change(one.id, Actor("client", one.person.email))
    return slot is not None and isinstance(move(change, slot.starts_at, changed_at), Moved)


def _cancel(one: Made, now: datetime, random: Random, *, by_clinic: bool) -> bool:
    actor = DESK if by_clinic else Actor("client", one.person.email)
    return isinstance(
        cancel(Change(one.id, actor, by_staff=by_clinic), _between(one.booked_at, now, random)), Cancelled
    )


def _between(earlier: datetime, later: datetime, random: Random) -> datetime:
    return earlier + (later - earlier) * random.random()


def _mark_earlier(begun: Sequence[Made], random: Random) -> None:
    """Of earlier weeks most came; some did not, some called it off on the day."""
    for one in begun:
        chance = random.random()
        if chance < _NO_SHOWS:
            mark_no_show(_click(one), one.starts_at + timedelta(minutes=20))
        elif chance < _NO_SHOWS + _LATE:
            called = Change(one.id, DESK, by_staff=True, for_client=True)
            cancel(called, max(one.booked_at, one.starts_at - timedelta(hours=3)))
        else:
            _done(one)


def _mark_all(begun: Sequence[Made], now: datetime) -> None:
    """Who came is marked; one did not come, and one nobody has marked: that is the desk's to find out."""
    ended = sorted((one for one in begun if one.ends_at <= now), key=lambda one: one.starts_at)
    absent, forgotten = (ended[1].id, ended[-1].id) if len(ended) > 3 else (0, 0)
    for one in begun:
        if one.id == absent:
            mark_no_show(_click(one), min(now, one.starts_at + timedelta(minutes=20)))
        elif one.id != forgotten:
            mark_arrived(_click(one), one.starts_at)
            if one.ends_at <= now:
                _done(one)


def _done(one: Made) -> None:
    """Given; where consent is asked in the room, it was."""
    if needs_tick(get_appointment(one.id)):
        tick_verbal(_click(one), one.starts_at)
    mark_completed(_click(one), one.ends_at)


def _answer(made: Sequence[Made], now: datetime) -> None:
    """Some clients have used their mails: two say how they feel, one of them wants a call; two confirm that they come."""
    by_mail = [one for one in made if one.person.email not in (None, _NO_SUCH_MAILBOX)]
    over = [one for one in by_mail if one.ends_at <= now - timedelta(hours=1)]
    for one, answer in zip(over, (CheckInAnswer.BETTER, CheckInAnswer.NEED_HELP), strict=False):
        check_in(one.id, answer, Actor("client", one.person.email), now - timedelta(minutes=30))
    soon = [one for one in by_mail if now + timedelta(hours=1) < one.starts_at]
    for one in sorted(soon, key=lambda one: one.starts_at)[:2]:
        confirm(Change(one.id, Actor("client", one.person.email)), now - timedelta(minutes=20))


def _click(one: Made) -> Click:
    return Click(one.id, get_appointment(one.id).row_version, DESK)
