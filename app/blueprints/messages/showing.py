"""One message: who may see it, and all that its page says."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort

from app.actions.letters import NotNow
from app.actions.notices import Words, words_now
from app.blueprints.messages import listing
from app.domain.notifications import OPEN_FATES, Audience, Fate, Kind
from app.domain.wallclock import zone_named
from app.store.ledger import Attempt, MessageFacts, find_message
from app.web.access import signed_in
from app.web.language import _, lazy
from app.web.local_words import in_words, when_words

_LARGEST = 2**31 - 1
_OUTCOMES = {
    "sent": lazy("taken by the mail server"),
    "again": lazy("not taken, tried again later"),
    "failed": lazy("refused"),
}
#: States of which there is no copy, and that may still become a mail.
_UNSENT = (*OPEN_FATES, Fate.SKIPPED, Fate.FAILED)


def seen_message(message_id: int) -> MessageFacts:
    """The message of that number; 404 where there is none, or it is about another therapist's appointment."""
    facts = find_message(message_id) if message_id <= _LARGEST else None
    if facts is None or not _may_see(facts):
        abort(404)
    return facts


def openable_message(message_id: int) -> MessageFacts:
    """The same for reading the words. Nobody reads what was written about somebody's account: links in it sign people in.

    A therapist's mail may say why a client can't come: it is for who may read what clients write.
    """
    facts = seen_message(message_id)
    if facts.line.kind == Kind.ACCOUNT_MESSAGE:
        abort(404)
    if facts.line.audience == Audience.THERAPIST and not signed_in().may_read_note(facts.therapist_id or 0):
        abort(403)
    return facts


def may_go_again(facts: MessageFacts) -> bool:
    """Whether sending it (again) could help: it failed or was left out, and is about an appointment."""
    return facts.appointment_id is not None and facts.line.state in (Fate.FAILED, Fate.SKIPPED)


def everything(facts: MessageFacts, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """What the page shows, but a copy."""
    line = facts.line
    own_zone = zone_named(line.zone) if line.zone else zone
    shown = listing.shown(line, zone)
    says = _words(facts, now)
    return {
        "facts": facts,
        "shown": shown,
        "title": _("%(what)s to %(whom)s", what=shown["what"], whom=shown["whom"]),
        "times": _times(facts, own_zone),
        "session": when_words(facts.starts_at, own_zone) if facts.starts_at else None,
        "attempts": [_attempt(one, own_zone) for one in facts.attempts],
        "has_copy": facts.has_copy and line.kind != Kind.ACCOUNT_MESSAGE,
        "says": says if isinstance(says, Words) else None,
        "says_nothing": in_words(says.reason) if isinstance(says, NotNow) else None,
        "to_call": shown["state"] == "call" or (line.state == Fate.FAILED and line.audience == "client"),
    }


def _may_see(facts: MessageFacts) -> bool:
    member = signed_in()
    whose = facts.appointment_therapist_id if facts.appointment_id is not None else facts.therapist_id
    return member.sees_everyone or (whose is not None and member.may_see(whose))


def _words(facts: MessageFacts, now: datetime) -> Words | NotNow | None:
    """What it would say to a client. Not of what was sent, of which there is a copy; what staff are told is opened only there."""
    if facts.line.audience != Audience.CLIENT or facts.line.state not in _UNSENT or facts.line.settled_at:
        return None
    return words_now(facts.line.id, now)


def _times(facts: MessageFacts, zone: ZoneInfo) -> list[tuple[str, str | None]]:
    line = facts.line
    waits = line.state in OPEN_FATES
    settled = (
        _("%(when)s, by %(settled_by)s", when=when_words(line.settled_at, zone), settled_by=facts.settled_by)
        if line.settled_at
        else None
    )
    return [
        (_("Decided"), when_words(facts.created_at, zone)),
        (_("Goes") if waits else _("Due"), when_words(line.due_at, zone)),
        (_("Of use until"), when_words(facts.expires_at, zone) if line.state != Fate.SENT else None),
        (_("Sent"), when_words(line.sent_at, zone) if line.sent_at else None),
        (_("Called instead"), settled),
    ]


def _attempt(one: Attempt, zone: ZoneInfo) -> dict[str, str | None]:
    return {
        "when": when_words(one.at, zone),
        "what": str(_OUTCOMES[one.outcome]),
        "detail": in_words(one.detail) if one.detail else None,
    }
