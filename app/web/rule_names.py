"""How people of the practice call the rules that can stand against a time."""

from app.domain.slots import Refusal
from app.web.language import lazy

RULES = {
    Refusal.PAST: lazy("In the past"),
    Refusal.TOO_SOON: lazy("Notice"),
    Refusal.TOO_FAR: lazy("Too far ahead"),
    Refusal.OFF_STEP: lazy("Steps of five minutes"),
    Refusal.CLOSED: lazy("Opening hours"),
    Refusal.NOT_QUALIFIED: lazy("Qualification"),
    Refusal.NOT_WORKING: lazy("Working time"),
    Refusal.TIME_OFF: lazy("Time off"),
    Refusal.TAKEN: lazy("Overlap"),
    Refusal.NO_ROOM: lazy("Room"),
    Refusal.LEAVES_GAP: lazy("Gap"),
    Refusal.DAY_FULL: lazy("Sessions a day"),
    Refusal.DEEP_DAY_FULL: lazy("Deep sessions a day"),
    Refusal.DEEP_IN_A_ROW: lazy("Deep sessions in a row"),
    Refusal.HANDS_ON_FULL: lazy("Hands-on time a day"),
    Refusal.NEEDS_BREAK: lazy("Break"),
    Refusal.TOO_CLOSE: lazy("Days between deep sessions"),
    Refusal.NO_CHAPERONE: lazy("Second person"),
    Refusal.NOT_WISHED: lazy("Treated by whom"),
    Refusal.PLEASE_CALL: lazy("To be talked over"),
    Refusal.NOT_ANSWERED: lazy("Questions about health"),
    Refusal.NEEDS_CONSENT: lazy("Consent"),
    Refusal.NEEDS_PRIOR_VISIT: lazy("A visit before"),
    Refusal.NO_SUCH_TIME: lazy("No such time"),
    Refusal.NOT_OFFERED: lazy("Not on offer"),
    Refusal.NEEDS_SCREENING: lazy("Screening"),
    Refusal.NOT_PUBLISHED: lazy("Not open yet"),
    Refusal.TOO_MANY: lazy("Too many bookings within the hour"),
    Refusal.BOOKED_ALREADY: lazy("Booked already"),
}


def rule_name(refusal: Refusal) -> str:
    """The rule's name."""
    return str(RULES[refusal])
