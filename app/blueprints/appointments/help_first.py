"""Who has told us of something that can't wait: nothing is booked online within the day, whatever it is; the advice is said again."""

from flask import url_for

from app import clock
from app.actions.answered import service_cried_about
from app.blueprints.appointments.again import known_client
from app.blueprints.appointments.booking_query import BookingQuery
from app.blueprints.appointments.outcome import outcome_page
from app.domain.emergency import emergency_numbers
from app.domain.practice import Service
from app.domain.screening import Outcome
from app.store.practice import load_practice
from app.web.visitor import known_visitor


def help_first(query: BookingQuery) -> str | None:
    """The page that stands in the way of any booking by this browser, or by the client whose link it opened; none for anybody else.

    It leads back to the questions: who chose an answer by mistake may take it back, and a therapist looks at it then. Whose link
    was opened stays known on the way there.
    """
    known, now = known_client(query.service), clock.now()
    asked = service_cried_about(known_visitor(), known.client_ids if known else (), now)
    if asked is None:
        return None
    practice = load_practice()
    numbers = emergency_numbers(practice, practice.location(query.location))
    is_theirs = known is not None and asked.id == query.service.id
    again = query.address("appointments.questions") if is_theirs else _choosing(asked)
    return outcome_page(query.service, Outcome.URGENT, {}, now, emergency=numbers, again=again)


def _choosing(service: Service) -> str:
    return url_for("appointments.choose", slug=service.slug)
