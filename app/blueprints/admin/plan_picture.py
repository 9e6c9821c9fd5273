"""A guidance plan as a picture: what goes out when, around a session like many others."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.blueprints.admin.forms import counting
from app.domain.guidance import AFTER, BEFORE, FEELS_WRONG, Condition, GuidanceStep
from app.domain.moments import Moment, SessionSpan, moments_after, moments_before
from app.domain.policy import Policy
from app.domain.practice import FIRST_VISIT, RETURNING_VISIT, text_in
from app.domain.practice_file_words import LONGEST_OFFSET
from app.domain.wallclock import instant_near
from app.web import local_words
from app.web.language import _, lazy
from app.web.local_words import offset_words

_THURSDAY, _AT, _LASTS = 3, time(14), timedelta(minutes=60)
_STEP = re.compile(r"(?P<moment>before|after)_(?P<count>[0-9]+)(?P<unit>[dhm])")
_FOR = {FIRST_VISIT: lazy("first visits"), RETURNING_VISIT: lazy("returning visits")}
_IF = {
    Condition.BOOKED_AHEAD: lazy("if booked in good time"),
    Condition.NO_NEXT_SESSION: lazy("if no further session comes"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One step in a message, and whom it is for."""

    label: str
    limits: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One message, or the session itself. ``kind``: notice, before, session or after."""

    kind: str
    when: str
    at: str
    what: str
    told: tuple[Told, ...] = ()


def plan_picture(
    steps: Sequence[GuidanceStep], policy: Policy, language: str, zone: ZoneInfo, now: datetime
) -> tuple[Stop, ...]:
    """The messages of a session on a Thursday at 2 pm that was booked in good time."""
    example = _example(zone, now)
    known = {step.key: step for step in steps}
    long_ago = example.starts_at - 2 * LONGEST_OFFSET
    before = moments_before(example, steps, policy, long_ago)
    at_once = [step for step in steps if step.key == FEELS_WRONG]
    if not before:
        at_once += [step for step in steps if step.moment == BEFORE]
    return (
        Stop("notice", _("When it is booked"), _("at once"), _("Confirmation"), _told(at_once, language)),
        *(_stop(moment, known, language, zone) for moment in before),
        Stop("session", _("The session"), _clock(example.starts_at, zone), ""),
        *(_stop(moment, known, language, zone) for moment in moments_after(example, steps, policy)),
    )


def steps_of_rows(rows: object) -> list[GuidanceStep]:
    """The steps of those rows of a form whose time could be understood, whatever is wrong with their texts."""
    kept = [row for row in counting(rows) if row.is_understood]
    return [
        row.step(FEELS_WRONG if row.feels_wrong.data else f"row-{index}", None)
        for index, row in enumerate(kept)
    ]


def step_words(step: str) -> str:
    """What a message is called by its step: 3 days before, 2 hours after; the notice of booking: when it is booked."""
    found = _STEP.fullmatch(step)
    if not found:
        return _("When it is booked") if step == "booked" else step.replace("_", " ").capitalize()
    if found["count"] == "0":
        return _("Right before it") if found["moment"] == BEFORE else _("Right after it")
    return offset_words(int(found["count"]), found["unit"], is_after=found["moment"] == AFTER)


def _example(zone: ZoneInfo, now: datetime) -> SessionSpan:
    today = now.astimezone(zone).date()
    day = today + timedelta(days=(_THURSDAY - today.weekday()) % 7 + 7)
    starts_at = instant_near(day, _AT, zone)
    return SessionSpan(starts_at, starts_at + _LASTS, zone)


def _stop(moment: Moment, known: dict[str, GuidanceStep], language: str, zone: ZoneInfo) -> Stop:
    kind = AFTER if moment.step.startswith(AFTER) else BEFORE
    what = _("After-care") if kind == AFTER else _("Reminder") if moment.reminds else _("Preparation")
    told = _told((known[key] for key in moment.carries), language)
    return Stop(kind, step_words(moment.step), _clock(moment.due_at, zone), what, told)


def _told(steps: Iterable[GuidanceStep], language: str) -> tuple[Told, ...]:
    return tuple(Told(text_in(step.label, language), _limits(step)) for step in steps)


def _limits(step: GuidanceStep) -> str:
    lengths = (
        _("%(list)s minutes", list=local_words.list_words([str(each) for each in step.minutes]))
        if step.minutes
        else ""
    )
    said = [
        str(_FOR.get(step.visit, "")),
        lengths,
        str(_IF.get(step.condition, "")),
        _("asks how they feel") if step.check_in else "",
    ]
    return ", ".join(words for words in said if words)


def _clock(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local_words.pattern_words(local.date(), 'EEE')} {local_words.clock_words(at, zone)}"
