"""How the desk's pages say times and states."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.domain.appointments import State
from app.domain.care import ILLNESS, CheckInAnswer
from app.domain.impact import Trouble
from app.domain.imports_notes import BOOKED_BEFORE
from app.domain.notifications import EXPIRED, NO_CLIENT_ADDRESS, Fate, Kind
from app.domain.wallclock import local_time
from app.web.language import _, lazy, speaking
from app.web.local_words import clock_words, day_words, full_day_words, offset_words

#: What a click did, said of the client.
DONE = {
    State.BOOKED: lazy("is booked again"),
    State.ARRIVED: lazy("has arrived"),
    State.COMPLETED: lazy("is done"),
    State.NO_SHOW: lazy("did not come"),
}
#: What a click will say.
BUTTONS = {State.ARRIVED: lazy("Arrived"), State.COMPLETED: lazy("Done"), State.NO_SHOW: lazy("No-show")}
#: Before it can be done: the client was asked in the room, and agreed.
ASKED = lazy("Asked, agreed")
STATES = {
    State.REQUESTED: lazy("waiting for review"),
    State.BOOKED: lazy("booked"),
    State.ARRIVED: lazy("arrived"),
    State.COMPLETED: lazy("done"),
    State.NO_SHOW: lazy("a no-show"),
    State.CANCELLED: lazy("cancelled"),
    State.DECLINED: lazy("declined"),
    State.LAPSED: lazy("lapsed"),
}
#: Why an appointment no longer fits the settings.
TROUBLES = {
    Trouble.LOCATION_RETIRED: lazy("the location is out of use"),
    Trouble.THERAPIST_RETIRED: lazy("%(therapist)s no longer takes bookings"),
    Trouble.SERVICE_RETIRED: lazy("the session is no longer on offer"),
    Trouble.ROOM_RETIRED: lazy("the room is out of use"),
    Trouble.CLOCK_CHANGED: lazy("the clock there shows another time"),
    Trouble.ADDRESS_CHANGED: lazy("the address on that day is another"),
    Trouble.CLOSED: lazy("the location is closed then"),
    Trouble.NOT_QUALIFIED: lazy("%(therapist)s is not qualified for it"),
    Trouble.NOT_WORKING: lazy("%(therapist)s does not work then"),
    Trouble.TIME_OFF: lazy("%(therapist)s is off then"),
    Trouble.NO_ROOM: lazy("the room does not have what it needs"),
    Trouble.NO_CHAPERONE: lazy("the second person, %(second)s, can't be there then"),
}
#: The same on a card, where the therapist's name stands already.
TROUBLES_IN_SHORT = {
    Trouble.LOCATION_RETIRED: lazy("location out of use"),
    Trouble.THERAPIST_RETIRED: lazy("takes no bookings"),
    Trouble.SERVICE_RETIRED: lazy("not on offer"),
    Trouble.ROOM_RETIRED: lazy("room out of use"),
    Trouble.CLOCK_CHANGED: lazy("clock changed"),
    Trouble.ADDRESS_CHANGED: lazy("address changed"),
    Trouble.CLOSED: lazy("closed then"),
    Trouble.NOT_QUALIFIED: lazy("not qualified"),
    Trouble.NOT_WORKING: lazy("not working then"),
    Trouble.TIME_OFF: lazy("off then"),
    Trouble.NO_ROOM: lazy("wrong room"),
    Trouble.NO_CHAPERONE: lazy("second person away"),
}
#: What messages are, by their kind.
MESSAGES = {
    Kind.APPOINTMENT_REQUESTED: lazy("Receipt of the request"),
    Kind.APPOINTMENT_DECLINED: lazy("Notice that it was declined"),
    Kind.APPOINTMENT_LAPSED: lazy("Notice that it was not answered in time"),
    Kind.APPOINTMENT_BOOKED: lazy("Confirmation"),
    Kind.APPOINTMENT_MOVED: lazy("Notice of the move"),
    Kind.APPOINTMENT_ADDRESS: lazy("Notice of the address"),
    Kind.APPOINTMENT_CANCELLED: lazy("Notice of the cancellation"),
    Kind.APPOINTMENT_REMINDER: lazy("Reminder"),
    Kind.APPOINTMENT_PREPARATION: lazy("Advice before"),
    Kind.APPOINTMENT_AFTERCARE: lazy("Advice afterwards"),
    Kind.THERAPIST_BOOKED: lazy("Notice of the booking"),
    Kind.THERAPIST_MOVED: lazy("Notice of the move"),
    Kind.THERAPIST_CANCELLED: lazy("Notice of the cancellation"),
    Kind.SECOND_BOOKED: lazy("Notice to the second person"),
    Kind.SECOND_MOVED: lazy("Notice of the move, to the second person"),
    Kind.SECOND_RELEASED: lazy("Notice that no second person is needed"),
    Kind.THERAPIST_CALL_BACK: lazy("Request to call back"),
    Kind.THERAPIST_AGENDA: lazy("Morning agenda"),
    Kind.ACCOUNT_MESSAGE: lazy("About an account"),
}
#: The same where the moment follows: Reminder, the day before.
_WITH_MOMENT = {
    Kind.APPOINTMENT_REMINDER: lazy("Reminder"),
    Kind.APPOINTMENT_PREPARATION: lazy("Advice"),
    Kind.APPOINTMENT_AFTERCARE: lazy("After-care"),
}
_UTC = ZoneInfo("UTC")
_STEP = re.compile(r"(before|after|reminder)_(\d{1,5})([dhm])", re.ASCII)
#: How a client feels after the session.
ANSWERS = {
    CheckInAnswer.BETTER: lazy("Better"),
    CheckInAnswer.SAME: lazy("The same"),
    CheckInAnswer.WORSE: lazy("Worse"),
    CheckInAnswer.NEED_HELP: lazy("Asked for help"),
}
#: Why a client can't come.
REASONS = {ILLNESS: lazy("Fell ill")}
#: Why a rule was set aside, where nobody typed it.
WHYS = {BOOKED_BEFORE: lazy("It was booked in another system before.")}
#: Who is written to.
AUDIENCES = {"client": lazy("the client"), "therapist": lazy("the therapist"), "staff": lazy("the staff")}


def clock(instant: datetime, zone: ZoneInfo, *, half: bool = True) -> str:
    """The wall time: 2:30 pm; without the half of the day where a grid shows it."""
    text = clock_words(instant, zone)
    return text if half else text.removesuffix(" am").removesuffix(" pm")


def hours_for_scripts() -> list[tuple[str, str]]:
    """How wall times are written on the grid (static/js/clock.js): for each hour the full one, and one with {} for minutes."""
    full = [datetime(2000, 1, 1, hour, tzinfo=UTC) for hour in range(24)]
    return [(_on_grid(one), _on_grid(one.replace(minute=59)).replace("59", "{}")) for one in full]


def _on_grid(instant: datetime) -> str:
    return clock(instant, _UTC, half=False)


def hour_label(instant: datetime, zone: ZoneInfo, *, first: bool) -> str:
    """What stands beside a full hour; the half of the day where it is new."""
    if not _has_halves():
        return clock_words(instant, zone)
    hour = local_time(instant, zone).hour
    half = (" am" if hour < 12 else " pm") if first or hour % 12 == 0 else ""
    return f"{hour % 12 or 12}{half}"


def short_hour(instant: datetime, zone: ZoneInfo) -> str:
    """The hour for a span in few letters: 9, 9:30."""
    if not _has_halves():
        return clock_words(instant, zone)
    local = local_time(instant, zone)
    return f"{local.hour % 12 or 12}" + (f":{local.minute:02d}" if local.minute else "")


def _has_halves() -> bool:
    """Whether the reader counts hours twice to twelve."""
    return speaking().startswith("en")


def day_title(day: date, today: date) -> str:
    """The day with its weekday; with the year where it is another one."""
    return day_words(day) if day.year == today.year else full_day_words(day)


def trouble_words(trouble: Trouble, therapist: str, second: str | None = None) -> str:
    """Why an appointment no longer fits the settings, as half a sentence."""
    return TROUBLES[trouble].filled(therapist=therapist, second=second)


def message_words(kind: str, step: str) -> str:
    """What a message is; one by plan with its moment: Reminder, 3 days before."""
    known, moment = Kind(kind), moment_words(step)
    if moment and known in _WITH_MOMENT:
        return _("%(what)s, %(moment)s", what=_WITH_MOMENT[known], moment=moment)
    return str(MESSAGES[known])


def moment_words(step: str) -> str:
    """When a step by plan goes: a week before, 3 hours before, the day after; empty for other steps."""
    found = _STEP.match(step)
    if found is None:
        return ""
    number, unit, is_after = int(found[2]), found[3], found[1] == "after"
    if unit == "d" and number == 1:
        return _("the day after") if is_after else _("the day before")
    if unit == "d" and number % 7 == 0:
        return _weeks(number // 7, is_after=is_after)
    return offset_words(number, unit, is_after=is_after)


def _weeks(number: int, *, is_after: bool) -> str:
    if number == 1:
        return _("a week after") if is_after else _("a week before")
    return (
        _("%(number)s weeks after", number=number)
        if is_after
        else _("%(number)s weeks before", number=number)
    )


def message_state(state: str, attempts: int, why: str | None, *, settled: bool) -> str:
    """How a message stands, as staff see it; what its badge goes by."""
    if settled and state in (Fate.SKIPPED, Fate.FAILED):
        return "called"
    if state == Fate.SKIPPED and why in (NO_CLIENT_ADDRESS, EXPIRED):
        return "call" if why == NO_CLIENT_ADDRESS else "expired"
    if state == Fate.PLANNED and attempts:
        return "retrying"
    return "sending" if state == Fate.LEASED else state
