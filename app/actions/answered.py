"""What a browser has answered to a service's questions, as far as the pages after them have to know it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.actions.screening import questions_of, today
from app.domain.practice import Service
from app.domain.screening import Outcome, Round, advices, gate_keys, is_not_today
from app.domain.wishes import Chaperone, Wishes
from app.models import Screening
from app.store.practice import load_practice
from app.store.screenings import (
    find_cry,
    find_screening,
    is_usable,
    newest_screening,
    open_answers,
    open_wishes,
)
from app.vault import CannotOpen

#: The question whose answer says that a parent or guardian has to agree as well.
MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Answers:
    """What follows from the answers, without what they are. ``is_current``: they have neither been booked with nor aged.

    ``advices`` are for who gave them, as long as they speak with us.
    """

    token: str
    outcome: Outcome
    wishes: Wishes
    not_today: bool
    is_minor: bool
    is_current: bool
    advices: tuple[Mapping[str, str], ...] = ()
    is_repeated: bool = False  # nothing was asked this time but whether anything has changed

    @property
    def may_book(self) -> bool:
        """Whether the pages go on to the times."""
        return self.is_current and self.outcome in (Outcome.OK, Outcome.REVIEW)

    @property
    def is_review(self) -> bool:
        """Whether a therapist looks first."""
        return self.outcome is Outcome.REVIEW


def answers_for(service: Service, visitor: str | None, now: datetime) -> Answers | None:
    """What this browser answered last within the visit; none where it has not been asked.

    Also what has been booked with: a form that is sent twice says the same twice.
    """
    if service.screening is None or visitor is None:
        return None
    found = newest_screening(visitor, service.id, now)
    return _answers(service, found, now) if found is not None else None


def read_aloud(service: Service, token: str | None, now: datetime) -> Answers | None:
    """What a caller answered to the desk, under the token that its page carries; nobody else's answers."""
    found = find_screening(token) if token and service.screening else None
    mine = found is not None and found.asked_by is not None and found.service_id == service.id
    return _answers(service, found, now) if found is not None and mine else None


def told_desk(token: str | None, client_ids: Collection[int]) -> str:
    """The token, if it stands for what a caller answered to the desk, about whatever session; else nothing.

    ``client_ids``: whom the desk books for, none while nobody is chosen: what a known client has told is nobody else's.
    """
    found = find_screening(token) if token else None
    if found is None or found.asked_by is None:
        return ""
    return found.token if found.client_id is None or found.client_id in client_ids else ""


def cry_told_desk(token: str | None, client_ids: Collection[int], now: datetime) -> Round | None:
    """What a caller, or the client whom the desk books for, has answered to whatever questions, if it was a cry for help that
    still stands.
    """
    return find_cry(None, client_ids, now, told_desk(token, client_ids) or None)


def service_cried_about(visitor: str | None, client_ids: Collection[int], now: datetime) -> Service | None:
    """The service about which this browser, or this client, cried for help within the day, without having taken it back since."""
    cry = find_cry(visitor, client_ids, now) if visitor or client_ids else None
    return next((one for one in load_practice().services if cry and one.id == cry.service_id), None)


def wants_chaperone(
    service: Service, visitor: str | None, now: datetime, before: Wishes | None = None
) -> bool:
    """Whether a second person is asked for; ``before``: what a client who comes again wished for."""
    return chaperone_of(answers_for(service, visitor, now), before) is Chaperone.WANTED


def chaperone_of(answers: Answers | None, before: Wishes | None) -> Chaperone:
    """What was said about a second person: at the end of the questions if they were asked this time, else last time."""
    asked = answers.wishes.chaperone if answers else Chaperone.NOT_ASKED
    is_fresh = answers is not None and not answers.is_repeated and asked is not Chaperone.NOT_ASKED
    if is_fresh or before is None or before.chaperone is Chaperone.NOT_ASKED:
        return asked
    return before.chaperone


def says_minor(service: Service, found: Screening, now: datetime) -> bool:
    """Whether who gave these answers is under age."""
    try:
        return _is_minor(service, open_answers(found), now)
    except CannotOpen:
        return False


def _is_minor(service: Service, said: Mapping[str, str], now: datetime) -> bool:
    return MINOR in gate_keys(questions_of(service), said, today(now))


def _answers(service: Service, found: Screening, now: datetime) -> Answers | None:
    """None of a client who was forgotten meanwhile: nothing opens what they said."""
    asked = questions_of(service)
    try:
        said, wishes = open_answers(found), open_wishes(found)
    except CannotOpen:
        return None
    return Answers(
        token=found.token,
        outcome=Outcome(found.outcome),
        wishes=wishes,
        not_today=is_not_today(asked, said),
        is_minor=_is_minor(service, said, now),
        is_current=is_usable(found, now),
        advices=advices(asked, said, today(now)),
        is_repeated=found.since is not None,
    )
