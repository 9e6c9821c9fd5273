"""What became of a session, as other systems say it. Raises BadCell."""

from dataclasses import dataclass

from app.domain.appointments import State
from app.domain.imports import Problem, same_name
from app.domain.imports_values import BadCell

_STATES = {
    State.CANCELLED: "cancelled|canceled|annule|annulee|deleted|archived|declined|rejected",
    State.NO_SHOW: "no show|noshow|missed|absent|absente|did not attend|dna",
    State.COMPLETED: "completed|complete|arrived|attended|done|checked out|finished|show|termine|terminee|honore",
    State.BOOKED: (
        "booked|confirmed|scheduled|pending|accepted|active|upcoming|unconfirmed|rebooked|reserve|confirme|reservee|"
        "paid|paye|payee"  # that says nothing of whether it took place
    ),
}
_CALLED = {word: state for state, words in _STATES.items() for word in words.split("|")}
#: What stands in a column of its own for cancellations.
_YES, _NO = frozenset({"yes", "true", "oui", "1", "x", "y"}), frozenset({"no", "false", "non", "0", "n"})
_MOVED = "rescheduled"
_LATE = frozenset(
    {"late cancellation", "late cancel", "cancelled late", "late cancelled", "annulation tardive"}
)


@dataclass(frozen=True, slots=True)
class StateTold:
    """What became of a session; a cancellation may have been late."""

    state: State | None
    late: bool = False


def state_of(text: str, *, says_cancelled: bool = False, moved_is_booked: bool = False) -> StateTold:
    """What a cell says of it; nothing where it is empty.

    ``says_cancelled``: the column says by yes and no whether it was. ``moved_is_booked``: a session that was rescheduled stands
    there once, at its new time; elsewhere nobody knows which of its two times that is.
    """
    word = same_name(text)
    if not word or (says_cancelled and word in _NO):
        return StateTold(None)
    if word in _LATE:
        return StateTold(State.CANCELLED, late=True)
    if word.startswith(("cancel", "annul")) or (says_cancelled and word in _YES):
        return StateTold(State.CANCELLED)
    if word == _MOVED and moved_is_booked:
        return StateTold(State.BOOKED)
    if word in _CALLED:
        return StateTold(_CALLED[word])
    raise BadCell(Problem.UNKNOWN_STATE)
