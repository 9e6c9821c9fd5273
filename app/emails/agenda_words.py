"""A therapist's day in words, and as a picture: how full it is."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app import wording
from app.domain.agenda import AgendaChanged, AgendaFlag
from app.domain.spans import Span
from app.emails.appointment_words import leaf_of
from app.emails.facts import AgendaBeside, AgendaChange, AgendaLetter, AgendaSession
from app.languages import Speech


@dataclass(frozen=True, slots=True)
class Flag:
    """A word beside a session; its name chooses the colour."""

    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """A session, one of a colleague's in which the therapist is the second person, or a gap between them."""

    starts: str
    ends: str
    length: str
    booked: AgendaSession | None = None
    flags: tuple[Flag, ...] = ()
    beside: AgendaBeside | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the day's bar: busy, free or neither, and how much of the bar it takes."""

    name: str
    percent: int


def agenda_words(letter: AgendaLetter, speech: Speech) -> dict[str, object]:
    """All that the template of the agenda needs."""
    language = speech.language
    day = wording.day_words(letter.day, language)
    return {
        "day": wording.capital(day),
        "leaf": leaf_of(letter.day, language),
        "summary": _summary(letter, speech),
        "first": _clock(letter.sessions[0].starts_at, letter, speech) if letter.sessions else "",
        "lines": _lines(letter, speech),
        "pieces": _pieces(letter),
        "changed": [_change(change, letter, speech) for change in letter.changes],
    }


def _summary(letter: AgendaLetter, speech: Speech) -> str:
    if not letter.sessions and letter.beside:
        return speech.gettext(
            "No session of your own on this day; you are the second person in a colleague's."
        )
    if not letter.sessions:
        return speech.gettext("No session is booked on this day.")
    last = max(one.ends_at for one in letter.sessions)
    return speech.ngettext(
        "%(num)d session, from %(first)s to %(last)s (%(zone)s).",
        "%(num)d sessions, from %(first)s to %(last)s (%(zone)s).",
        len(letter.sessions),
        first=_clock(letter.sessions[0].starts_at, letter, speech),
        last=_clock(last, letter, speech),
        zone=wording.zone_words(letter.zone, speech.language),
    )


def _lines(letter: AgendaLetter, speech: Speech) -> list[Line]:
    sessions = [
        (one.starts_at, _line(one.starts_at, one.ends_at, letter, speech, one)) for one in letter.sessions
    ]
    gaps = [(gap.starts_at, _line(gap.starts_at, gap.ends_at, letter, speech)) for gap in letter.gaps]
    beside = [
        (one.starts_at, replace(_line(one.starts_at, one.ends_at, letter, speech), beside=one))
        for one in letter.beside
    ]
    return [line for _, line in sorted(sessions + gaps + beside, key=lambda dated: dated[0])]


def _line(
    starts_at: datetime,
    ends_at: datetime,
    letter: AgendaLetter,
    speech: Speech,
    booked: AgendaSession | None = None,
) -> Line:
    minutes = int((ends_at - starts_at) / timedelta(minutes=1))
    return Line(
        starts=_clock(starts_at, letter, speech),
        ends=_clock(ends_at, letter, speech),
        length=speech.ngettext("%(num)d minute", "%(num)d minutes", minutes),
        booked=booked,
        flags=tuple(Flag(flag.value, _flag(flag, speech)) for flag in booked.flags) if booked else (),
    )


def _flag(flag: AgendaFlag, speech: Speech) -> str:
    _ = speech.gettext
    words = {
        AgendaFlag.FIRST_VISIT: _("first visit"),
        AgendaFlag.NOTE: _("has left a note"),
        AgendaFlag.CONFIRMED: _("confirmed"),
        AgendaFlag.MESSAGE_FAILED: _("a mail did not arrive"),
    }
    return words[flag]


def _change(change: AgendaChange, letter: AgendaLetter, speech: Speech) -> str:
    _ = speech.gettext
    said = {"at": _clock(change.at, letter, speech), "client": change.client}
    words = {
        AgendaChanged.NEW: _("New: %(at)s, %(client)s", **said),
        AgendaChanged.MOVED_HERE: _("Moved to this day: %(at)s, %(client)s", **said),
        AgendaChanged.MOVED_AWAY: _("Moved away: %(at)s, %(client)s", **said),
        AgendaChanged.CANCELLED: _("Cancelled: %(at)s, %(client)s", **said),
    }
    return words[change.change]


def _clock(instant: datetime, letter: AgendaLetter, speech: Speech) -> str:
    return wording.clock_words(instant, letter.zone, speech.language)


def _pieces(letter: AgendaLetter) -> list[Piece]:
    """The day from its first to its last minute, as parts of a hundred; what is neither busy nor free is a pause."""
    named = [("busy", Span(one.starts_at, one.ends_at)) for one in letter.sessions]
    named += [("busy", Span(one.starts_at, one.ends_at)) for one in letter.beside]
    named += [("free", gap) for gap in letter.gaps]
    parts: list[tuple[str, timedelta]] = []
    reached: datetime | None = None
    for name, span in sorted(named, key=lambda one: one[1]):
        if reached is not None and span.starts_at > reached:
            parts.append(("pause", span.starts_at - reached))
        parts.append((name, span.length))
        reached = max(span.ends_at, reached or span.ends_at)
    whole = sum((length for _, length in parts), timedelta())
    return [Piece(name, round(100 * (length / whole))) for name, length in parts if length]
