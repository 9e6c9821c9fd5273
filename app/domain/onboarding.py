"""The way of a new owner from an empty program to a practice that is open: what is done, what is next, from facts alone.

What is missing before the public may book stands in ``readiness``; here it is put in the order in which one fills it in, with
what one should look at beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.practice import Practice, text_in
from app.domain.readiness import Missing, missing, remarks
from app.domain.said import said


class Step(StrEnum):
    """One stop on the way."""

    PRACTICE = "practice"
    PLACE = "place"
    HOURS = "hours"
    ROOMS = "rooms"
    SERVICES = "services"
    THERAPISTS = "therapists"
    QUALIFIED = "qualified"
    TEXTS = "texts"
    LOOK = "look"
    MAIL = "mail"
    BOOKING = "booking"
    SHARE = "share"
    LIVE = "live"


#: Where the owner may say that it is good as it is: therapists share no room, the house's colours stay, the way is told.
SETTLED_BY_WORD = frozenset({Step.ROOMS, Step.LOOK, Step.SHARE})


@dataclass(frozen=True, slots=True)
class Waiting:
    """A thing that is there and out of use: new ones begin so."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """What has been done, beside what is set: a mail was sent, somebody booked online, somebody came by a link.

    ``mail_waits``: one to a member of staff is about to leave.
    ``out_of_use``: by kind, a thing that waits to be brought into use. ``settled``: where the owner said it is good as it is.
    """

    mail_sent: bool = False
    booked_online: bool = False
    came_by_link: bool = False
    out_of_use: Mapping[str, Waiting] = field(default_factory=dict)
    mail_waits: bool = False
    settled: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop and what is still open there; nothing, and it is done."""

    step: Step
    open: tuple[Missing, ...] = ()

    @property
    def leads(self) -> str | None:
        """The key of what is open first: its form is where to go."""
        return self.open[0].key if self.open else None

    @property
    def is_done(self) -> bool:
        """Whether nothing is open."""
        return not self.open


def checklist(practice: Practice, deeds: Deeds) -> tuple[Stop, ...]:
    """All stops in order."""
    lacking = (*missing(practice), *remarks(practice))
    by_step: dict[Step, list[Missing]] = {step: [] for step in Step}
    for one in lacking:
        step = _step_of(one.key)
        if step is not None:
            by_step[step].append(one)
    for step, waits in _waiting(practice, deeds):
        by_step[step] = [waits]
    by_step[Step.QUALIFIED] += _for_anybody(practice)
    for step, sentence in _undone(practice, deeds):
        by_step[step].append(Missing(step.value, sentence))
    return tuple(Stop(step, tuple(found)) for step, found in by_step.items())


def count_done(stops: tuple[Stop, ...]) -> int:
    """How many are done."""
    return sum(stop.is_done for stop in stops)


def first_open(stops: tuple[Stop, ...]) -> Stop | None:
    """Where to go on; none when all is done."""
    return next((stop for stop in stops if not stop.is_done), None)


#: By the end of a fact's key, else by its beginning. What waits for nobody (a move that is announced) is no stop.
_BY_END = {
    "opening_hours": Step.HOURS,
    "techniques": Step.QUALIFIED,
    "room_features": Step.ROOMS,
    "screening_set": Step.TEXTS,
    "consent_text": Step.TEXTS,
}
_BY_BEGINNING = {
    "practice": Step.PRACTICE,
    "location": Step.PLACE,
    "service": Step.SERVICES,
    "therapist": Step.THERAPISTS,
}
_IN_USE = {"location": Step.PLACE, "service": Step.SERVICES, "therapist": Step.THERAPISTS}


def _step_of(key: str) -> Step | None:
    """A therapist's `availability` and a service's `duration` belong to what they are of."""
    end = key.rpartition(".")[2]
    return _BY_END.get(end) or _BY_BEGINNING.get(key.partition(".")[0].partition("[")[0])


def _waiting(practice: Practice, deeds: Deeds) -> Iterator[tuple[Step, Missing]]:
    """Where there is none in use, but one that waits to be, that is what to finish."""
    for kind, things in (
        ("location", practice.locations),
        ("service", practice.services),
        ("therapist", practice.therapists),
    ):
        waits = deeds.out_of_use.get(kind)
        if not things and waits is not None:
            sentence = said(
                "%(name)s is not in use yet. Its page says what is missing, and has the button that brings it into use.",
                name=waits.name,
            )
            yield _IN_USE[kind], Missing(f"{kind}[{waits.slug}]", sentence)
            if kind == "location":
                yield Step.HOURS, Missing(f"{kind}[{waits.slug}].opening_hours", sentence)


def _for_anybody(practice: Practice) -> Iterator[Missing]:
    """Work that needs screening and names no technique may be given by whoever works here: rarely what is meant."""
    for service in practice.services:
        if service.is_screened and not service.techniques:
            name = text_in(service.name, practice.language) or service.slug
            yield Missing(
                f"service[{service.slug}].technique",
                said("%(name)s names no technique, so clients can book it with every therapist.", name=name),
            )


def _undone(practice: Practice, deeds: Deeds) -> Iterator[tuple[Step, str]]:
    if not practice.services and not practice.currency:
        yield Step.PRACTICE, said("The currency of the prices is not known yet.")
    if not practice.services:
        yield Step.TEXTS, said("They come with your sessions: deep work asks about health first.")
        yield Step.QUALIFIED, said("It comes with your sessions: deep work needs somebody who has learnt it.")
    if Step.ROOMS not in deeds.settled and not any(place.rooms for place in practice.locations):
        yield (
            Step.ROOMS,
            said(
                "No room is entered. Enter those that therapists share, so that no two sessions get the same one."
            ),
        )
    if Step.LOOK not in deeds.settled and not practice.look.is_own:
        yield Step.LOOK, said("The pages wear the program's own colour. Choose yours, and add your logo.")
    yield from _untried(practice, deeds)
    closed = _why_not_open(practice)
    if closed:
        yield Step.LIVE, closed


def _untried(practice: Practice, deeds: Deeds) -> Iterator[tuple[Step, str]]:
    if not deeds.mail_sent and deeds.mail_waits:
        yield Step.MAIL, said("A mail is on its way. Look into your mail, then load this page again.")
    elif not deeds.mail_sent:
        yield Step.MAIL, said("No mail has been sent yet. Send one to yourself.")
    if not deeds.booked_online:
        yield Step.BOOKING, said("Nobody has booked online yet. Book once yourself, as a client would.")
    if not (practice.embed_origins or deeds.came_by_link or Step.SHARE in deeds.settled):
        yield Step.SHARE, said("Nobody has come by a link of yours yet. Put one on your site or profile.")


def _why_not_open(practice: Practice) -> str | None:
    if practice.demonstration:
        return said("This is a demonstration with example people: nothing booked here is real.")
    if practice.try_out_email is not None:
        return said("You are trying things out: every mail goes to you. End it when all is ready.")
    if missing(practice):
        return said("The booking pages are closed to the public until nothing is missing.")
    return None
