"""What a refusal says to the person who wanted the time; the one place for these words."""

from app.domain.slots import Refusal
from app.web.language import lazy

_PLEASE_CALL = lazy("We can't take this booking online. Please call us, and we find a time together.")
_SENTENCES = {
    Refusal.PAST: lazy("That time has already passed."),
    Refusal.TOO_SOON: lazy("That is too soon to book online. Please call us, or choose a later time."),
    Refusal.TOO_FAR: lazy("That is further ahead than we take bookings for."),
    Refusal.OFF_STEP: lazy("We don't start sessions at that minute. Please choose one of the times shown."),
    Refusal.CLOSED: lazy("We are closed at that time."),
    Refusal.NOT_QUALIFIED: lazy(
        "This therapist does not give this session. Please choose somebody who is qualified for it."
    ),
    Refusal.NOT_WORKING: lazy("Nobody who gives this session works at that time."),
    Refusal.TIME_OFF: lazy("The therapist is away at that time."),
    Refusal.TAKEN: lazy("That time has just been taken."),
    Refusal.NO_ROOM: lazy("There is no room free at that time."),
    Refusal.LEAVES_GAP: lazy(
        "That time would leave a gap that nobody could use. Please choose one of the times shown."
    ),
    Refusal.DAY_FULL: lazy("No further session fits into that day. Please choose another day."),
    Refusal.DEEP_DAY_FULL: lazy(
        "This session can't be had any more on that day. Please choose another day, or a lighter session."
    ),
    Refusal.DEEP_IN_A_ROW: lazy(
        "There has to be a pause beside this session. Please choose one of the times shown."
    ),
    Refusal.HANDS_ON_FULL: lazy(
        "No session of that length fits into that day. Please choose another day, or a shorter session."
    ),
    Refusal.NEEDS_BREAK: lazy(
        "Whoever gives this session needs a break then. Please choose one of the times shown."
    ),
    Refusal.TOO_CLOSE: _PLEASE_CALL,  # says nothing of what anybody has had
    Refusal.NO_CHAPERONE: lazy(
        "Nobody is free then to be the second person in the room. Please choose another time."
    ),
    Refusal.NOT_WISHED: lazy(
        "Nobody whom you would like to be treated by is free then. Please choose another time."
    ),
    Refusal.NO_SUCH_TIME: lazy("There is no such time. Please choose one of those shown."),
    Refusal.NOT_OFFERED: lazy("That session is not on offer in this form. Please choose again."),
    Refusal.NEEDS_SCREENING: lazy(
        "This session can't be booked online yet. Please call us: we ask a few questions first."
    ),
    Refusal.TOO_MANY: lazy(
        "That e-mail address has booked several times within the hour. Please call us for more."
    ),
    Refusal.BOOKED_ALREADY: lazy(
        "This form has booked an appointment already. The link in its e-mail changes it, or call us."
    ),
    Refusal.PLEASE_CALL: _PLEASE_CALL,
    Refusal.NOT_ANSWERED: lazy("A few questions come before this session. Please answer them first."),
    Refusal.NEEDS_CONSENT: lazy(
        "Before this session we need your agreement to how it is given. Please go through it first."
    ),
    Refusal.NEEDS_PRIOR_VISIT: _PLEASE_CALL,  # nor whether somebody was ever here
    Refusal.NOT_PUBLISHED: lazy("Online booking is not open yet. Please call us."),
}


def refusal_sentence(refusal: Refusal) -> str:
    """The sentence for a refusal."""
    return str(_SENTENCES[refusal])
