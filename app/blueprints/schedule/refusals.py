"""What a refusal says to staff: whom or what it is about; the rule's name is in app/web/rule_names.py."""

from app.domain.slots import Refusal
from app.web.language import _, lazy
from app.web.sentences import refusal_sentence

_SENTENCES = {
    Refusal.OFF_STEP: lazy("Sessions begin at full five minutes, such as 9:05."),
    Refusal.CLOSED: lazy("The place is closed then."),
    Refusal.NOT_QUALIFIED: lazy("%(who)s is not qualified for this session."),
    Refusal.NOT_WORKING: lazy("%(who)s does not work then."),
    Refusal.TIME_OFF: lazy("%(who)s is off then."),
    Refusal.TAKEN: lazy("%(who)s has another session then, or needs the time around one."),
    Refusal.NO_ROOM: lazy("%(where)s is not free then."),
    Refusal.DAY_FULL: lazy("%(who)s has as many sessions that day as may be."),
    Refusal.DEEP_DAY_FULL: lazy(
        "%(who)s has as many deep sessions that day as may be. Lighter ones still fit."
    ),
    Refusal.DEEP_IN_A_ROW: lazy(
        "%(who)s would give too many deep sessions in a row, with neither a lighter one nor a break between."
    ),
    Refusal.HANDS_ON_FULL: lazy("%(who)s would treat people for longer that day than may be."),
    Refusal.NEEDS_BREAK: lazy("%(who)s would work too long there without a break."),
    Refusal.TOO_CLOSE: lazy("The client has deep work on the same region too few days before or after."),
    Refusal.NO_CHAPERONE: lazy("Nobody else is free then to be the second person in the room."),
    Refusal.NOT_WISHED: lazy(
        "The client does not want to be treated by %(who)s. Ask them before you change that."
    ),
    Refusal.PLEASE_CALL: lazy("By what was answered, a therapist has to talk it over with the client first."),
    Refusal.NOT_ANSWERED: lazy("The questions that come before this session are not answered yet."),
    Refusal.NEEDS_CONSENT: lazy("The client has not agreed yet to how this session is given."),
    Refusal.NEEDS_PRIOR_VISIT: lazy("This session is for clients who were here before."),
    Refusal.NO_SUCH_TIME: lazy("The clocks go forward over that time: it does not exist on that day."),
    Refusal.BOOKED_ALREADY: lazy("This form has booked that date already, at another time."),
    Refusal.NOT_OFFERED: lazy("The session, the place or the therapist is no longer on offer."),
}
#: Where no therapist was named.
_OF_NOBODY = {
    Refusal.NOT_WISHED: lazy(
        "The client wants to be treated by somebody else. Ask them before you change that."
    ),
    Refusal.NOT_QUALIFIED: lazy("Nobody is qualified for this session then."),
    Refusal.NOT_WORKING: lazy("Nobody who gives this session works then."),
    Refusal.TIME_OFF: lazy("Whoever gives this session is off then."),
    Refusal.TAKEN: lazy("Everybody who gives this session has another one then."),
    Refusal.DAY_FULL: lazy("Whoever gives this session has as many that day as may be."),
    Refusal.DEEP_DAY_FULL: lazy(
        "Whoever gives this session has as many deep ones that day as may be. Lighter ones still fit."
    ),
    Refusal.DEEP_IN_A_ROW: lazy(
        "Whoever gives this session would have too many deep ones in a row, with neither a lighter one nor a break."
    ),
    Refusal.HANDS_ON_FULL: lazy(
        "Whoever gives this session would treat people for longer that day than may be."
    ),
    Refusal.NEEDS_BREAK: lazy("Whoever gives this session would work too long then without a break."),
}


def refusal_words(refusal: Refusal, who: str | None = None, where: str | None = None) -> str:
    """The sentence, with the name of the therapist and of the room where one was named."""
    if refusal is Refusal.NO_ROOM and where is None:
        return _("No room that would do is free then.")
    if who is None and refusal in _OF_NOBODY:
        return str(_OF_NOBODY[refusal])
    sentence = _SENTENCES.get(refusal)
    return sentence.filled(who=who, where=where) if sentence else refusal_sentence(refusal)
