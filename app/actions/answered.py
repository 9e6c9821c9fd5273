"""What a browser has answered to a service's questions, as far as the pages after them have to know it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.actions.screening import questions_of, today
from app.domain.practice import Service
from app.domain.screening import Outcome, advices, gate_keys, is_not_today
from app.domain.wishes import Chaperone, Wishes
from app.models import Screening
from app.store.screenings import find_screening, is_usable, newest_screening, open_answers, open_wishes
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


def wants_chaperone(service: Service, visitor: str | None, now: datetime) -> bool:
    """Whether a second person was asked for, at the end of the questions."""
    answers = answers_for(service, visitor, now)
    return answers is not None and answers.wishes.chaperone is Chaperone.WANTED


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
        is_minor=MINOR in gate_keys(asked, said, today(now)),
        is_current=is_usable(found, now),
        advices=advices(asked, said, today(now)),
    )
