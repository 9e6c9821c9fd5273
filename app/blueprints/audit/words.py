"""How the audit log is read: one table of words for what was done, to what, by whom."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.wording import when_words

#: What was done; what is missing here is shown as the log calls it.
ACTS = {
    "booked": "Booked",
    "moved": "Moved",
    "cancelled": "Cancelled",
    "accepted": "Request accepted",
    "accepted with a change": "Request accepted with a change",
    "declined": "Request declined",
    "lapsed": "Request lapsed: nobody answered in time",
    "kept as booked": "Let stand after new answers",
    "review reason opened": "Why it was declined was opened",
    "questions read aloud": "Questions about health read aloud",
    "asked whether anything has changed": "Asked on the telephone: nothing has changed",
    "questions answered again": "Questions about health answered again by the client",
    "nothing has changed": "The client said that nothing has changed",
    "screening opened": "Answers before the session opened",
    "wishes opened": "Wishes opened",
    "consent given": "Consent given",
    "consent written down": "Consent written down, given to staff",
    "consent withdrawn": "Consent withdrawn",
    "consent opened": "Consent opened",
    "verbal consent": "Asked in the room, and agreed",
    "verbal consent taken back": "Consent in the room taken back",
    "arrived": "Marked as arrived",
    "completed": "Marked as done",
    "no_show": "Marked as no-show",
    "mark undone": "Last mark taken back",
    "lateness": "Minutes late noted",
    "rule set aside": "Rule set aside",
    "override reason opened": "Why the rule was set aside was opened",
    "note opened": "Note to the therapist opened",
    "message sent again": "Message sent again",
    "message opened": "Message opened as it was sent",
    "messages made good": "Forgotten messages made good",
    "called instead": "Called instead of a message",
    "confirmed": "Confirmed by the client",
    "can't come": "The client said they can't come",
    "checked in": "The client said how they feel",
    "check-in opened": "What the client answered was opened",
    "reason opened": "The client's reason was opened",
    "messages chosen": "The client chose how to be written to",
    "messages after sessions stopped": "The client stopped messages after sessions",
    "task settled": "Noted as done",
    "client changed": "Client changed",
    "client merged": "Merged with another client",
    "client merge undone": "Merge taken back",
    "client blocked": "Blocked from booking online",
    "client unblocked": "May book online again",
    "desk note written": "Note for the desk written",
    "treatment note written": "Treatment note written",
    "treatment notes opened": "Treatment notes opened",
    "preferences written": "Preferences written",
    "preferences opened": "Preferences opened",
    "intake answered": "Part of the intake form answered",
    "intake confirmed": "Intake form said to be true still",
    "intake opened": "Intake form opened",
    "erasure asked for": "The client asked to be forgotten",
    "copy asked for": "The client asked for a copy of their record",
    "record exported": "A copy of the record was made",
    "record closed": "Record closed, kept for the law",
    "record opened again": "Closed record opened again",
    "erased": "Erased",
    "kept for less long": "Things are kept for less long",
    "restored": "Backup brought back",
    "keys renewed": "Sealed anew under another DATA_KEY",
    "settings added": "Added",
    "settings changed": "Settings changed",
    "settings retired": "Taken out of use",
    "settings brought into use": "Brought into use",
    "practice loaded": "Practice file loaded",
    "questions changed": "Questions about health changed",
    "questions approved": "Questions about health approved",
    "consent text changed": "Consent text changed",
    "consent text approved": "Consent text approved",
    "guide approved": "Self-care guide approved",
    "guide approval taken back": "Self-care guide's approval taken back",
    "time off taken": "Time off entered",
    "time off given back": "Time off given back",
    "notices chosen": "Chose what to be told of",
    "staff member added": "Taken on",
    "staff member changed": "Name, rights or diary changed",
    "account closed": "Account closed",
    "account reopened": "Account opened again",
    "invited": "Invited",
    "invitation sent again": "Invitation sent again",
    "invitation taken back": "Invitation taken back",
    "invitation used": "Invitation used",
    "signed in": "Signed in",
    "session ended": "Signed out elsewhere",
    "other sessions ended": "Signed out everywhere else",
    "all sessions ended": "Signed out everywhere",
    "second step removed": "Codes and passkeys removed",
    "recovery codes made": "Recovery codes made",
    "recovery code used": "Recovery code used",
    "password changed": "Password changed",
    "password chosen anew": "Password chosen anew",
    "codes turned on": "Codes turned on",
    "codes turned off": "Codes turned off",
    "passkey added": "Passkey added",
    "passkey removed": "Passkey removed",
    "token added": "Program let in",
    "token ended": "Program shut out",
    "feed added": "Calendar address made",
    "feed ended": "Calendar address ended",
}
#: The kinds of things.
SUBJECTS = {
    "appointment": "Appointment",
    "client": "Client",
    "practice": "Practice",
    "location": "Location",
    "room": "Room",
    "service": "Service",
    "technique": "Techniques",
    "therapist": "Therapist",
    "guidance_plan": "Guidance",
    "guide": "Self-care guide",
    "screening_set": "Questions about health",
    "consent_text": "Consent text",
    "staff_member": "Staff",
    "staff_invitation": "Invitation",
    "api_token": "Program",
    "calendar_feed": "Calendar address",
    "notification": "Message",
}
#: Who may have done it, beside staff.
ACTORS = {"client": "Clients", "program": "Programs", "worker": "The program itself", "command": "Commands"}
_NOTHING = "nothing"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_LONGEST = 160


def act_words(act: str) -> str:
    """What was done."""
    return ACTS.get(act, act[:1].upper() + act[1:].replace("_", " "))


def subject_words(subject: str) -> str:
    """What kind of thing it was done to."""
    return SUBJECTS.get(subject, subject.replace("_", " ").capitalize())


def actor_words(actor_type: str, actor: str | None) -> str:
    """Who did it."""
    if actor_type == "client":
        return "the client"
    if actor_type == "worker":
        return "the program itself"
    if actor_type == "program":
        return f"{actor or 'another program'} (a program)"
    return actor or ("a command" if actor_type == "command" else "staff")


def detail_words(
    detail: Mapping[str, Any], zone: ZoneInfo, names: Mapping[tuple[str, str], str]
) -> list[str]:
    """What the log says besides, a line for each field; changes as from what to what. ``names`` of numbered things."""
    if "from" in detail and "to" in detail and not isinstance(detail["from"], Mapping):
        return [_change("time", detail["from"], detail["to"], zone, names)]  # as moves were written at first
    return [_field(name, value, zone, names) for name, value in detail.items()]


def _field(name: str, value: Any, zone: ZoneInfo, names: Mapping[tuple[str, str], str]) -> str:
    if isinstance(value, Mapping) and set(value) == {"from", "to"}:
        return _change(name, value["from"], value["to"], zone, names)
    return f"{_named(name)}: {_value(name, value, zone, names)}"


def _change(name: str, was: Any, becomes: Any, zone: ZoneInfo, names: Mapping[tuple[str, str], str]) -> str:
    before, after = _value(name, was, zone, names), _value(name, becomes, zone, names)
    return f"{_named(name)}: {before} \u2192 {after}"


def _named(name: str) -> str:
    words = name.replace("_", " ").removesuffix(" id").strip()
    return words[:1].upper() + words[1:]


def _value(name: str, value: Any, zone: ZoneInfo, names: Mapping[tuple[str, str], str]) -> str:
    kind = name.removesuffix("_id")
    if isinstance(value, int) and not isinstance(value, bool) and (kind, str(value)) in names:
        return names[kind, str(value)]
    return _short(_plain(value, zone))


def _plain(value: Any, zone: ZoneInfo) -> str:
    if value is None or value in ("", [], {}):
        return _NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{_named(str(key))} {_plain(one, zone)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_plain(one, zone) for one in value)
    text = str(value)
    if _INSTANT.fullmatch(text):
        with suppress(ValueError, OverflowError):  # it only looked like one: somebody's words
            return when_words(datetime.fromisoformat(text), zone)
    return text.replace("_", " ") if text.isidentifier() else text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"
