"""Opening what a client answered before a session and wished for it: never without a line in the audit log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from app.actions.screening import today
from app.domain.appointments import Actor
from app.domain.screening import Outcome, Said, ScreeningSet
from app.domain.wishes import Wishes
from app.store.appointments import get_appointment
from app.store.audit import add_audit_line
from app.store.practice import load_practice
from app.store.safety_texts import screening_set_of_version
from app.store.screenings import latest_of_appointment, open_answers
from app.store.transactions import transaction
from app.store.wishes import wishes_of


@dataclass(frozen=True, slots=True)
class OpenedAnswers:
    """What a client answered to which questions, and when; ``asked_by``: who of the staff read them aloud.

    ``repeated_at``: when they last said that nothing had changed since; the outcome is as of then.
    """

    asked: ScreeningSet
    said: Said
    outcome: Outcome
    answered_at: datetime
    asked_by: str | None
    repeated_at: datetime | None = None

    @property
    def weighed_at(self) -> datetime:
        """As of when the answers were weighed."""
        return self.repeated_at or self.answered_at

    @property
    def weighed_on(self) -> date:
        """The day of that, on the clock by which answers are weighed."""
        return today(self.weighed_at)


def open_screening(appointment_id: int, actor: Actor, now: datetime) -> OpenedAnswers | None:
    """What was answered last for a session; none where nothing was, or it is forgotten. The line is written first."""
    with transaction():
        found = latest_of_appointment(appointment_id)
        if found is None or found.sealed_answers is None:
            return None
        add_audit_line(actor, "screening opened", "appointment", appointment_id, {}, now)
        years = found.minor_until or load_practice().policy.minor_until
        asked = screening_set_of_version(found.version_id, years)
        said = open_answers(found)
        outcome, at, by = Outcome(found.outcome), found.asked_at, found.asked_by
        repeated_at = found.answered_at if found.since else None
    return OpenedAnswers(asked, said, outcome, at, by, repeated_at)


def open_wishes(appointment_id: int, actor: Actor, now: datetime) -> Wishes | None:
    """What the client wishes for a session; none where nothing is kept. The line is written first."""
    return open_wishes_of([appointment_id], actor, now).get(appointment_id)


def open_wishes_of(
    appointment_ids: Collection[int], actor: Actor, now: datetime, on_behalf_of: str | None = None
) -> dict[int, Wishes]:
    """The same of several at once, a line for each; ``on_behalf_of`` says what for: a day sheet, say."""
    opened: dict[int, Wishes] = {}
    with transaction():
        for number in sorted(appointment_ids):
            appointment = get_appointment(number)
            if appointment.sealed_wishes is not None:
                about = {"for": on_behalf_of} if on_behalf_of else {}
                add_audit_line(actor, "wishes opened", "appointment", number, about, now)
                opened[number] = wishes_of(appointment)
    return opened
