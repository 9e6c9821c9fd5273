"""What a refusal says to staff: the rule by its name, and whom or what it is about."""

from app.domain.slots import Refusal
from app.web.sentences import refusal_sentence

#: How people of the practice call the rules.
RULES = {
    Refusal.PAST: "In the past",
    Refusal.TOO_FAR: "Too far ahead",
    Refusal.OFF_STEP: "Steps of five minutes",
    Refusal.CLOSED: "Opening hours",
    Refusal.NOT_QUALIFIED: "Qualification",
    Refusal.NOT_WORKING: "Working time",
    Refusal.TIME_OFF: "Time off",
    Refusal.TAKEN: "Overlap",
    Refusal.NO_ROOM: "Room",
    Refusal.LEAVES_GAP: "Gap",
    Refusal.DAY_FULL: "Sessions a day",
    Refusal.DEEP_DAY_FULL: "Deep sessions a day",
    Refusal.DEEP_IN_A_ROW: "Deep sessions in a row",
    Refusal.HANDS_ON_FULL: "Hands-on time a day",
    Refusal.NEEDS_BREAK: "Break",
    Refusal.TOO_CLOSE: "Days between deep sessions",
    Refusal.NO_CHAPERONE: "Second person",
    Refusal.NOT_WISHED: "Treated by whom",
    Refusal.PLEASE_CALL: "To be talked over",
    Refusal.NOT_ANSWERED: "Questions about health",
    Refusal.NEEDS_CONSENT: "Consent",
    Refusal.NEEDS_PRIOR_VISIT: "A visit before",
    Refusal.NO_SUCH_TIME: "No such time",
    Refusal.NOT_OFFERED: "Not on offer",
    Refusal.NEEDS_SCREENING: "Screening",
    Refusal.NOT_PUBLISHED: "Not open yet",
}
_SENTENCES = {
    Refusal.OFF_STEP: "Sessions begin at full five minutes, such as 9:05.",
    Refusal.CLOSED: "The place is closed then.",
    Refusal.NOT_QUALIFIED: "{who} is not qualified for this session.",
    Refusal.NOT_WORKING: "{who} does not work then.",
    Refusal.TIME_OFF: "{who} is off then.",
    Refusal.TAKEN: "{who} has another session then, or needs the time around one.",
    Refusal.NO_ROOM: "{where} is not free then.",
    Refusal.DAY_FULL: "{who} has as many sessions that day as may be.",
    Refusal.DEEP_DAY_FULL: "{who} has as many deep sessions that day as may be. Lighter ones still fit.",
    Refusal.DEEP_IN_A_ROW: "{who} would give too many deep sessions in a row, with neither a lighter one nor a break between.",
    Refusal.HANDS_ON_FULL: "{who} would treat people for longer that day than may be.",
    Refusal.NEEDS_BREAK: "{who} would work too long there without a break.",
    Refusal.TOO_CLOSE: "The client has deep work on the same region too few days before or after.",
    Refusal.NO_CHAPERONE: "Nobody else is free then to be the second person in the room.",
    Refusal.NOT_WISHED: "The client does not want to be treated by {who}. Ask them before you change that.",
    Refusal.PLEASE_CALL: "By what was answered, a therapist has to talk it over with the client first.",
    Refusal.NOT_ANSWERED: "The questions that come before this session are not answered yet.",
    Refusal.NEEDS_CONSENT: "The client has not agreed yet to how this session is given.",
    Refusal.NEEDS_PRIOR_VISIT: "This session is for clients who were here before.",
    Refusal.NO_SUCH_TIME: "The clocks go forward over that time: it does not exist on that day.",
    Refusal.BOOKED_ALREADY: "This form has booked that date already, at another time.",
    Refusal.NOT_OFFERED: "The session, the place or the therapist is no longer on offer.",
}
#: Where no therapist was named.
_OF_NOBODY = {
    Refusal.NOT_WISHED: "The client wants to be treated by somebody else. Ask them before you change that.",
    Refusal.NOT_QUALIFIED: "Nobody is qualified for this session then.",
    Refusal.NOT_WORKING: "Nobody who gives this session works then.",
    Refusal.TIME_OFF: "Whoever gives this session is off then.",
    Refusal.TAKEN: "Everybody who gives this session has another one then.",
    Refusal.DAY_FULL: "Whoever gives this session has as many that day as may be.",
    Refusal.DEEP_DAY_FULL: "Whoever gives this session has as many deep ones that day as may be. Lighter ones still fit.",
    Refusal.DEEP_IN_A_ROW: "Whoever gives this session would have too many deep ones in a row, with neither a lighter one nor a break.",
    Refusal.HANDS_ON_FULL: "Whoever gives this session would treat people for longer that day than may be.",
    Refusal.NEEDS_BREAK: "Whoever gives this session would work too long then without a break.",
}


def refusal_words(refusal: Refusal, who: str | None = None, where: str | None = None) -> str:
    """The sentence, with the name of the therapist and of the room where one was named."""
    if refusal is Refusal.NO_ROOM and where is None:
        return "No room that would do is free then."
    if who is None and refusal in _OF_NOBODY:
        return _OF_NOBODY[refusal]
    sentence = _SENTENCES.get(refusal)
    return sentence.format(who=who, where=where) if sentence else refusal_sentence(refusal)


def rule_name(refusal: Refusal) -> str:
    """The rule's name."""
    return RULES.get(refusal, refusal.value.replace("_", " ").capitalize())
