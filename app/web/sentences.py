"""What a refusal says to the person who wanted the time; the one place for these words."""

from app.domain.slots import Refusal

_PLEASE_CALL = "We can't take this booking online. Please call us, and we find a time together."
_SENTENCES = {
    Refusal.PAST: "That time has already passed.",
    Refusal.TOO_SOON: "That is too soon to book online. Please call us, or choose a later time.",
    Refusal.TOO_FAR: "That is further ahead than we take bookings for.",
    Refusal.OFF_STEP: "We don't start sessions at that minute. Please choose one of the times shown.",
    Refusal.CLOSED: "We are closed at that time.",
    Refusal.NOT_QUALIFIED: "This therapist does not give this session. Please choose somebody who is qualified for it.",
    Refusal.NOT_WORKING: "Nobody who gives this session works at that time.",
    Refusal.TIME_OFF: "The therapist is away at that time.",
    Refusal.TAKEN: "That time has just been taken.",
    Refusal.NO_ROOM: "There is no room free at that time.",
    Refusal.LEAVES_GAP: "That time would leave a gap that nobody could use. Please choose one of the times shown.",
    Refusal.DAY_FULL: "No further session fits into that day. Please choose another day.",
    Refusal.DEEP_DAY_FULL: "This session can't be had any more on that day. Please choose another day, or a lighter session.",
    Refusal.DEEP_IN_A_ROW: "There has to be a pause beside this session. Please choose one of the times shown.",
    Refusal.HANDS_ON_FULL: "No session of that length fits into that day. Please choose another day, or a shorter session.",
    Refusal.NEEDS_BREAK: "Whoever gives this session needs a break then. Please choose one of the times shown.",
    Refusal.TOO_CLOSE: _PLEASE_CALL,  # says nothing of what anybody has had
    Refusal.NO_CHAPERONE: "Nobody is free then to be the second person in the room. Please choose another time.",
    Refusal.NOT_WISHED: "Nobody whom you would like to be treated by is free then. Please choose another time.",
    Refusal.NO_SUCH_TIME: "There is no such time. Please choose one of those shown.",
    Refusal.NOT_OFFERED: "That session is not on offer in this form. Please choose again.",
    Refusal.NEEDS_SCREENING: "This session can't be booked online yet. Please call us: we ask a few questions first.",
    Refusal.TOO_MANY: "That e-mail address has booked several times within the hour. Please call us for more.",
    Refusal.BOOKED_ALREADY: "This form has booked an appointment already. The link in its e-mail changes it, or call us.",
    Refusal.PLEASE_CALL: _PLEASE_CALL,
    Refusal.NOT_ANSWERED: "A few questions come before this session. Please answer them first.",
    Refusal.NEEDS_CONSENT: "Before this session we need your agreement to how it is given. Please go through it first.",
    Refusal.NEEDS_PRIOR_VISIT: _PLEASE_CALL,  # nor whether somebody was ever here
    Refusal.NOT_PUBLISHED: "Online booking is not open yet. Please call us.",
}


def refusal_sentence(refusal: Refusal) -> str:
    """The sentence for a refusal."""
    return _SENTENCES[refusal]
