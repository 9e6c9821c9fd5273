"""What was done to an appointment, in words: who, when, what, from what to what."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.blueprints.audit.words import act_words
from app.domain.practice import Practice
from app.domain.slots import Refusal
from app.domain.workday import shown_state
from app.store.appointment_facts import AppointmentFacts, HistoryLine, list_history
from app.store.practice import load_practice
from app.web.language import _, lazy, ngettext
from app.web.local_words import list_words, short_when_words
from app.web.rule_names import rule_name

_BY = {
    "late": lazy("by the client, late"),
    "client": lazy("by the client"),
    "clinic": lazy("by the practice"),
}


def history_of(appointment_id: int, zone: ZoneInfo) -> list[dict[str, str]]:
    """Every line, oldest first."""
    practice = load_practice()
    return [_line(one, zone, practice) for one in list_history(appointment_id)]


def _line(one: HistoryLine, zone: ZoneInfo, practice: Practice) -> dict[str, str]:
    who = {"client": _("the client"), "worker": _("the program"), "command": one.actor or _("a command")}
    who["program"] = _("%(actor)s (a program)", actor=one.actor)
    return {
        "when": short_when_words(one.at, zone),
        "what": act_words(one.act),
        "more": _more(one, zone, practice),
        "who": who.get(one.actor_type, one.actor or _("staff")),
    }


def _more(one: HistoryLine, zone: ZoneInfo, practice: Practice) -> str:
    if one.act == "moved":
        return "; ".join(_changes(_by_field(one.detail), zone, practice))
    if one.act == "cancelled":
        return str(_BY.get(str(one.detail.get("by")), ""))
    if one.act == "rule set aside":
        known = set(Refusal)
        return list_words(
            [rule_name(Refusal(name)) for name in one.detail.get("refusals", ()) if name in known]
        )
    if one.act == "lateness":
        minutes = one.detail.get("minutes late", {}).get("to")
        return ngettext("%(num)d minute", "%(num)d minutes", minutes) if minutes else _("in time after all")
    return ""


def _by_field(detail: Any) -> dict[str, Any]:
    """Lines from before rooms and therapists were told apart name the time alone."""
    return {"time": detail} if "from" in detail else dict(detail)


def _changes(detail: dict[str, Any], zone: ZoneInfo, practice: Practice) -> list[str]:
    names: dict[str, Callable[[Any, ZoneInfo, Practice], str]] = {
        "time": _time,
        "therapist": _therapist,
        "room": _room,
        "second person": _second,
    }
    return [
        _(
            "from %(before)s to %(after)s",
            before=say(told["from"], zone, practice),
            after=say(told["to"], zone, practice),
        )
        for name, say in names.items()
        if isinstance(told := detail.get(name), dict)
    ]


def _time(stored: str, zone: ZoneInfo, _practice: Practice) -> str:
    return short_when_words(datetime.fromisoformat(stored), zone)


def _therapist(number: int, _zone: ZoneInfo, practice: Practice) -> str:
    found = practice.therapist_with_id(number)
    return found.name if found else _("a former therapist")


def _second(name: str | None, _zone: ZoneInfo, _practice: Practice) -> str:
    return _("%(name)s as the second person", name=name) if name else _("nobody as the second person")


def _room(number: int | None, _zone: ZoneInfo, practice: Practice) -> str:
    rooms = (room for place in practice.locations for room in place.rooms)
    return next(
        (room.name for room in rooms if room.id == number),
        _("no room") if number is None else _("a former room"),
    )


def state_badge_of(seen: AppointmentFacts, now: datetime) -> str:
    """What the badge of its page goes by."""
    return shown_state(
        seen.state,
        seen.starts_at,
        seen.ends_at,
        now,
        confirmed=seen.confirmed_at is not None,
        cancelled_by=seen.cancelled_by,
    )
