"""What programs are told when the actions on appointments say no."""

from collections.abc import Mapping
from typing import Any

from app.actions.outcomes import Refused
from app.actions.permitting import NEVER_SAID
from app.blueprints.api.asked import cannot_be_had, wrong_names
from app.blueprints.api.shapes import slot_shapes
from app.domain.choices import Choice
from app.domain.practice import Practice
from app.domain.slots import Refusal
from app.store.practice import load_practice
from app.web.problems import Problem, invalid
from app.web.sentences import refusal_sentence

#: What a client has to do first; no other time would mend it.
_COMES_FIRST = {Refusal.NOT_ANSWERED: "not-answered", Refusal.NEEDS_CONSENT: "needs-consent"}
#: Why is not said: it would tell of somebody's past.
_BY_TELEPHONE = NEVER_SAID | {Refusal.PLEASE_CALL}
_AN_HOUR = {"Retry-After": "3600"}


def not_booked(
    refused: Refused, choice: Choice | Refusal, practice: Practice, said: Mapping[str, Any]
) -> Problem:
    """The problem of a booking that was refused."""
    if refused.refusal is Refusal.TOO_MANY:
        return Problem("too-many-requests", refusal_sentence(refused.refusal), headers=_AN_HOUR)
    if refused.refusal in _COMES_FIRST:
        return Problem(_COMES_FIRST[refused.refusal], refusal_sentence(refused.refusal))
    if refused.refusal in _BY_TELEPHONE:
        return Problem("not-online", refusal_sentence(refused.refusal), phone=practice.phone)
    if refused.refusal is Refusal.NOT_OFFERED:
        wrong = wrong_names(practice, practice.service(said["service"]), said)
        return invalid(**(wrong or {"service": refusal_sentence(refused.refusal)}))
    return _no_seat(refused, choice, said["therapist"])


def not_moved(refused: Refused, choice: Choice | Refusal, therapist: str | None) -> Problem:
    """The problem of a move that was refused."""
    if refused.refusal is Refusal.NOT_OFFERED and therapist and load_practice().therapist(therapist) is None:
        return invalid(therapist="There is no such therapist for this service.")
    if refused.refusal in _BY_TELEPHONE:
        return Problem("not-online", refusal_sentence(refused.refusal), phone=load_practice().phone)
    return _no_seat(refused, choice, therapist)


def _no_seat(refused: Refused, choice: Choice | Refusal, therapist: str | None) -> Problem:
    if isinstance(choice, Refusal):
        return cannot_be_had(choice)
    if refused.refusal is Refusal.NOT_QUALIFIED and therapist is not None:
        return invalid(therapist=refusal_sentence(refused.refusal))
    return Problem(
        "slot-gone",
        refusal_sentence(refused.refusal),
        reason=refused.refusal.value,
        alternatives=slot_shapes(refused.alternatives, choice),
    )
