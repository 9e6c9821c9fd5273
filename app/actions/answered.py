"""What a browser has answered to a service's questions, as far as the pages after them have to know it."""

from dataclasses import dataclass
from datetime import datetime

from app.actions.screening import questions_of, today
from app.domain.practice import Service
from app.domain.screening import Outcome, gate_keys, is_not_today
from app.domain.wishes import Chaperone, Wishes
from app.models import Screening
from app.store.screenings import is_usable, newest_screening, open_answers, open_wishes

#: The question whose answer says that a parent or guardian has to agree as well.
MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Answers:
    """What follows from the answers, without what they are. ``is_current``: they have neither been booked with nor aged."""

    token: str
    outcome: Outcome
    wishes: Wishes
    not_today: bool
    is_minor: bool
    is_current: bool

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
    return None if found is None else _answers(service, found, now)


def wants_chaperone(service: Service, visitor: str | None, now: datetime) -> bool:
    """Whether a second person was asked for, at the end of the questions."""
    answers = answers_for(service, visitor, now)
    return answers is not None and answers.wishes.chaperone is Chaperone.WANTED


def _answers(service: Service, found: Screening, now: datetime) -> Answers:
    asked, said = questions_of(service), open_answers(found)
    return Answers(
        token=found.token,
        outcome=Outcome(found.outcome),
        wishes=open_wishes(found),
        not_today=is_not_today(asked, said),
        is_minor=MINOR in gate_keys(asked, said, today(now)),
        is_current=is_usable(found, now),
    )
