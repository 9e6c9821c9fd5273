"""How the desk's pages say times and states."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.appointments import State
from app.domain.care import ILLNESS, CheckInAnswer
from app.domain.impact import Trouble
from app.domain.notifications import EXPIRED, NO_CLIENT_ADDRESS, Fate
from app.domain.wallclock import local_time
from app.wording import clock_words, day_words, full_day_words

#: What a click did, said of the client.
DONE = {
    State.BOOKED: "is booked again",
    State.ARRIVED: "has arrived",
    State.COMPLETED: "is done",
    State.NO_SHOW: "did not come",
}
#: What a click will say.
BUTTONS = {State.ARRIVED: "Arrived", State.COMPLETED: "Done", State.NO_SHOW: "No-show"}
#: Before it can be done: the client was asked in the room, and agreed.
ASKED = "Asked, agreed"
STATES = {
    State.REQUESTED: "waiting for review",
    State.BOOKED: "booked",
    State.ARRIVED: "arrived",
    State.COMPLETED: "done",
    State.NO_SHOW: "a no-show",
    State.CANCELLED: "cancelled",
    State.DECLINED: "declined",
    State.LAPSED: "lapsed",
}
#: Why an appointment no longer fits the settings.
TROUBLES = {
    Trouble.LOCATION_RETIRED: "the location is out of use",
    Trouble.THERAPIST_RETIRED: "{therapist} no longer takes bookings",
    Trouble.SERVICE_RETIRED: "the session is no longer on offer",
    Trouble.ROOM_RETIRED: "the room is out of use",
    Trouble.CLOCK_CHANGED: "the clock there shows another time",
    Trouble.ADDRESS_CHANGED: "the address on that day is another",
    Trouble.CLOSED: "the location is closed then",
    Trouble.NOT_QUALIFIED: "{therapist} is not qualified for it",
    Trouble.NOT_WORKING: "{therapist} does not work then",
    Trouble.TIME_OFF: "{therapist} is off then",
    Trouble.NO_ROOM: "the room does not have what it needs",
    Trouble.NO_CHAPERONE: "the second person, {second}, can't be there then",
}
#: The same on a card, where the therapist's name stands already.
TROUBLES_IN_SHORT = {
    Trouble.LOCATION_RETIRED: "location out of use",
    Trouble.THERAPIST_RETIRED: "takes no bookings",
    Trouble.SERVICE_RETIRED: "not on offer",
    Trouble.ROOM_RETIRED: "room out of use",
    Trouble.CLOCK_CHANGED: "clock changed",
    Trouble.ADDRESS_CHANGED: "address changed",
    Trouble.CLOSED: "closed then",
    Trouble.NOT_QUALIFIED: "not qualified",
    Trouble.NOT_WORKING: "not working then",
    Trouble.TIME_OFF: "off then",
    Trouble.NO_ROOM: "wrong room",
    Trouble.NO_CHAPERONE: "second person away",
}
#: What messages are, by their kind.
MESSAGES = {
    "appointment_requested": "Receipt of the request",
    "appointment_declined": "Notice that it was declined",
    "appointment_lapsed": "Notice that it was not answered in time",
    "appointment_booked": "Confirmation",
    "appointment_moved": "Notice of the move",
    "appointment_address": "Notice of the address",
    "appointment_cancelled": "Notice of the cancellation",
    "appointment_reminder": "Reminder",
    "appointment_preparation": "Advice before",
    "appointment_aftercare": "Advice afterwards",
    "therapist_booked": "Notice of the booking",
    "therapist_moved": "Notice of the move",
    "therapist_cancelled": "Notice of the cancellation",
    "second_booked": "Notice to the second person",
    "second_moved": "Notice of the move, to the second person",
    "second_released": "Notice that no second person is needed",
    "therapist_call_back": "Request to call back",
    "therapist_agenda": "Morning agenda",
    "account_message": "About an account",
}
#: The same where the moment follows: Reminder, the day before.
_WITH_MOMENT = {
    "appointment_reminder": "Reminder",
    "appointment_preparation": "Advice",
    "appointment_aftercare": "After-care",
}
_STEP = re.compile(r"(before|after|reminder)_(\d{1,5})([dhm])", re.ASCII)
_UNITS = {"d": ("day", "days"), "h": ("hour", "hours"), "m": ("minute", "minutes")}
#: How a client feels after the session.
ANSWERS = {
    CheckInAnswer.BETTER: "Better",
    CheckInAnswer.SAME: "The same",
    CheckInAnswer.WORSE: "Worse",
    CheckInAnswer.NEED_HELP: "Asked for help",
}
#: Why a client can't come.
REASONS = {ILLNESS: "Fell ill"}
#: Who is written to.
AUDIENCES = {"client": "the client", "therapist": "the therapist", "staff": "the staff"}


def clock(instant: datetime, zone: ZoneInfo, *, half: bool = True) -> str:
    """The wall time: 2:30 pm; without the half of the day where a grid shows it."""
    text = clock_words(instant, zone)
    return text if half else text.removesuffix(" am").removesuffix(" pm")


def hour_label(instant: datetime, zone: ZoneInfo, *, first: bool) -> str:
    """What stands beside a full hour; the half of the day where it is new."""
    hour = local_time(instant, zone).hour
    half = (" am" if hour < 12 else " pm") if first or hour % 12 == 0 else ""
    return f"{hour % 12 or 12}{half}"


def short_hour(instant: datetime, zone: ZoneInfo) -> str:
    """The hour for a span in few letters: 9, 9:30."""
    local = local_time(instant, zone)
    return f"{local.hour % 12 or 12}" + (f":{local.minute:02d}" if local.minute else "")


def day_title(day: date, today: date) -> str:
    """The day with its weekday; with the year where it is another one."""
    return day_words(day) if day.year == today.year else full_day_words(day)


def counted(number: int, one: str, many: str) -> str:
    """A number with its word."""
    return f"{number} {one if number == 1 else many}"


def trouble_words(trouble: Trouble, therapist: str, second: str | None = None) -> str:
    """Why an appointment no longer fits the settings, as half a sentence."""
    return TROUBLES[trouble].format(therapist=therapist, second=second)


def message_words(kind: str, step: str) -> str:
    """What a message is; one by plan with its moment: Reminder, 3 days before."""
    moment = moment_words(step)
    if moment and kind in _WITH_MOMENT:
        return f"{_WITH_MOMENT[kind]}, {moment}"
    return MESSAGES.get(kind, kind.replace("_", " ").capitalize())


def moment_words(step: str) -> str:
    """When a step by plan goes: a week before, 3 hours before, the day after; empty for other steps."""
    found = _STEP.match(step)
    if found is None:
        return ""
    side = "after" if found[1] == "after" else "before"
    number, unit = int(found[2]), found[3]
    if unit == "d" and number == 1:
        return f"the day {side}"
    if unit == "d" and number % 7 == 0:
        return f"a week {side}" if number == 7 else f"{number // 7} weeks {side}"
    return f"{counted(number, *_UNITS[unit])} {side}"


def message_state(state: str, attempts: int, why: str | None, *, settled: bool) -> str:
    """How a message stands, as staff see it; what its badge goes by."""
    if settled and state in (Fate.SKIPPED, Fate.FAILED):
        return "called"
    if state == Fate.SKIPPED and why in (NO_CLIENT_ADDRESS, EXPIRED):
        return "call" if why == NO_CLIENT_ADDRESS else "expired"
    if state == Fate.PLANNED and attempts:
        return "retrying"
    return "sending" if state == Fate.LEASED else state
