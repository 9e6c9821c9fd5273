"""How the desk's pages say times and states."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.domain.appointments import State
from app.domain.impact import Trouble
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
}
MESSAGES = {
    "appointment_booked": "Confirmation",
    "appointment_reminder": "Reminder",
    "appointment_moved": "Notice of the move",
    "appointment_cancelled": "Notice of the cancellation",
    "therapist_booked": "Notice of the booking",
    "therapist_moved": "Notice of the move",
    "therapist_cancelled": "Notice of the cancellation",
}


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


def trouble_words(trouble: Trouble, therapist: str) -> str:
    """Why an appointment no longer fits the settings, as half a sentence."""
    return TROUBLES[trouble].format(therapist=therapist)


def message_words(kind: str, step: str) -> str:
    """What a message is; a reminder with how many days before."""
    days = step.removeprefix("reminder_").removesuffix("d").partition(":")[0]
    if kind == "appointment_reminder" and days.isdigit():
        return "Reminder, the day before" if days == "1" else f"Reminder, {days} days before"
    return MESSAGES.get(kind, kind.replace("_", " ").capitalize())
