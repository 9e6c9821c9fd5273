"""How the audit log is read: one table of words for what was done, to what, by whom."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.blueprints.audit.fields import FIELDS, VALUES
from app.domain.slots import Refusal
from app.web.language import _, lazy
from app.web.local_words import when_words
from app.web.rule_names import rule_name
from app.wording import capital

#: What was done; what is missing here is shown as the log calls it.
ACTS = {
    "booked": lazy("Booked"),
    "moved": lazy("Moved"),
    "cancelled": lazy("Cancelled"),
    "accepted": lazy("Request accepted"),
    "accepted with a change": lazy("Request accepted with a change"),
    "declined": lazy("Request declined"),
    "lapsed": lazy("Request lapsed: nobody answered in time"),
    "kept as booked": lazy("Let stand after new answers"),
    "review reason opened": lazy("Why it was declined was opened"),
    "questions read aloud": lazy("Questions about health read aloud"),
    "asked whether anything has changed": lazy("Asked on the telephone: nothing has changed"),
    "questions answered again": lazy("Questions about health answered again by the client"),
    "nothing has changed": lazy("The client said that nothing has changed"),
    "screening opened": lazy("Answers before the session opened"),
    "wishes opened": lazy("Wishes opened"),
    "consent given": lazy("Consent given"),
    "consent written down": lazy("Consent written down, given to staff"),
    "consent withdrawn": lazy("Consent withdrawn"),
    "consent opened": lazy("Consent opened"),
    "verbal consent": lazy("Asked in the room, and agreed"),
    "verbal consent taken back": lazy("Consent in the room taken back"),
    "arrived": lazy("Marked as arrived"),
    "completed": lazy("Marked as done"),
    "no_show": lazy("Marked as no-show"),
    "mark undone": lazy("Last mark taken back"),
    "lateness": lazy("Minutes late noted"),
    "rule set aside": lazy("Rule set aside"),
    "override reason opened": lazy("Why the rule was set aside was opened"),
    "note opened": lazy("Note to the therapist opened"),
    "message sent again": lazy("Message sent again"),
    "test mail sent": lazy("Test mail sent"),
    "handed over": lazy("Handed over to another client"),
    "sending held": lazy("All sending stopped"),
    "sending released": lazy("Sending goes on again"),
    "message opened": lazy("Message opened as it was sent"),
    "messages made good": lazy("Forgotten messages made good"),
    "called instead": lazy("Called instead of a message"),
    "confirmed": lazy("Confirmed by the client"),
    "can't come": lazy("The client said they can't come"),
    "checked in": lazy("The client said how they feel"),
    "check-in opened": lazy("What the client answered was opened"),
    "reason opened": lazy("The client's reason was opened"),
    "messages chosen": lazy("The client chose how to be written to"),
    "messages after sessions stopped": lazy("The client stopped messages after sessions"),
    "task settled": lazy("Noted as done"),
    "client changed": lazy("Client changed"),
    "client merged": lazy("Merged with another client"),
    "client merge undone": lazy("Merge taken back"),
    "client blocked": lazy("Blocked from booking online"),
    "client unblocked": lazy("May book online again"),
    "desk note written": lazy("Note for the desk written"),
    "treatment note written": lazy("Treatment note written"),
    "treatment notes opened": lazy("Treatment notes opened"),
    "preferences written": lazy("Preferences written"),
    "preferences opened": lazy("Preferences opened"),
    "intake answered": lazy("Part of the intake form answered"),
    "intake confirmed": lazy("Intake form said to be true still"),
    "intake opened": lazy("Intake form opened"),
    "erasure asked for": lazy("The client asked to be forgotten"),
    "copy asked for": lazy("The client asked for a copy of their record"),
    "record exported": lazy("A copy of the record was made"),
    "record closed": lazy("Record closed, kept for the law"),
    "record opened again": lazy("Closed record opened again"),
    "erased": lazy("Erased"),
    "kept for less long": lazy("Things are kept for less long"),
    "restored": lazy("Backup brought back"),
    "keys renewed": lazy("Sealed anew under another DATA_KEY"),
    "settings added": lazy("Added"),
    "settings changed": lazy("Settings changed"),
    "look changed": lazy("Colour or logo changed"),
    "what people ask changed": lazy("What people ask changed"),
    "settings retired": lazy("Taken out of use"),
    "settings brought into use": lazy("Brought into use"),
    "practice loaded": lazy("Practice file loaded"),
    "try-out begun": lazy("Try-out begun"),
    "try-out ended": lazy("Try-out ended"),
    "sites for frames changed": lazy("Sites that may show the frame changed"),
    "practice set up": lazy("Practice set up"),
    "questions changed": lazy("Questions about health changed"),
    "questions approved": lazy("Questions about health approved"),
    "consent text changed": lazy("Consent text changed"),
    "consent text approved": lazy("Consent text approved"),
    "guide approved": lazy("Self-care guide approved"),
    "guide approval taken back": lazy("Self-care guide's approval taken back"),
    "import sent in": lazy("File from another system sent in"),
    "import begun": lazy("Bringing in from another system begun"),
    "import finished": lazy("Brought in from another system"),
    "import rows opened": lazy("Rows of a file from another system opened"),
    "import dropped": lazy("Rows of a file from another system dropped"),
    "import undone": lazy("Taking back what a file brought in begun"),
    "import taken back": lazy("What a file brought in taken back"),
    "time off taken": lazy("Time off entered"),
    "time off given back": lazy("Time off given back"),
    "language chosen": lazy("Chose a language"),
    "notices chosen": lazy("Chose what to be told of"),
    "staff member added": lazy("Taken on"),
    "staff member changed": lazy("Name, rights or diary changed"),
    "account closed": lazy("Account closed"),
    "account reopened": lazy("Account opened again"),
    "invited": lazy("Invited"),
    "invitation sent again": lazy("Invitation sent again"),
    "invitation taken back": lazy("Invitation taken back"),
    "invitation used": lazy("Invitation used"),
    "signed in": lazy("Signed in"),
    "session ended": lazy("Signed out elsewhere"),
    "other sessions ended": lazy("Signed out everywhere else"),
    "all sessions ended": lazy("Signed out everywhere"),
    "second step removed": lazy("Codes and passkeys removed"),
    "recovery codes made": lazy("Recovery codes made"),
    "recovery code used": lazy("Recovery code used"),
    "password changed": lazy("Password changed"),
    "password chosen anew": lazy("Password chosen anew"),
    "codes turned on": lazy("Codes turned on"),
    "codes turned off": lazy("Codes turned off"),
    "passkey added": lazy("Passkey added"),
    "passkey removed": lazy("Passkey removed"),
    "token added": lazy("Program let in"),
    "token ended": lazy("Program shut out"),
    "feed added": lazy("Calendar address made"),
    "feed ended": lazy("Calendar address ended"),
}
#: The kinds of things.
SUBJECTS = {
    "appointment": lazy("Appointment"),
    "client": lazy("Client"),
    "practice": lazy("Practice"),
    "location": lazy("Location"),
    "room": lazy("Room"),
    "service": lazy("Service"),
    "technique": lazy("Techniques"),
    "therapist": lazy("Therapist"),
    "guidance_plan": lazy("Guidance"),
    "guide": lazy("Self-care guide"),
    "screening_set": lazy("Questions about health"),
    "consent_text": lazy("Consent text"),
    "staff_member": lazy("Staff"),
    "staff_invitation": lazy("Invitation"),
    "api_token": lazy("Program"),
    "calendar_feed": lazy("Calendar address"),
    "notification": lazy("Message"),
    "import_batch": lazy("File from another system"),
}
#: Who may have done it, beside staff.
ACTORS = {
    "client": lazy("Clients"),
    "program": lazy("Programs"),
    "worker": lazy("The program itself"),
    "command": lazy("Commands"),
}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_LONGEST = 160
_RULES = frozenset(Refusal)


def act_words(act: str) -> str:
    """What was done."""
    return str(ACTS.get(act) or capital(act.replace("_", " ")))


def subject_words(subject: str) -> str:
    """What kind of thing it was done to."""
    return str(SUBJECTS.get(subject) or capital(subject.replace("_", " ")))


def actor_words(actor_type: str, actor: str | None) -> str:
    """Who did it."""
    if actor_type == "client":
        return _("the client")
    if actor_type == "worker":
        return _("the program itself")
    if actor_type == "program":
        return _("%(actor)s (a program)", actor=actor or _("another program"))
    return actor or (_("a command") if actor_type == "command" else _("staff"))


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
    return _("%(name)s: %(value)s", name=_named(name), value=_value(name, value, zone, names))


def _change(name: str, was: Any, becomes: Any, zone: ZoneInfo, names: Mapping[tuple[str, str], str]) -> str:
    before, after = _value(name, was, zone, names), _value(name, becomes, zone, names)
    return _("%(name)s: %(value)s", name=_named(name), value=f"{before} \u2192 {after}")


def _named(name: str) -> str:
    known = FIELDS.get(name) or FIELDS.get(name.removesuffix("_id"))
    return str(known or capital(name.replace("_", " ").removesuffix(" id").strip()))


def _value(name: str, value: Any, zone: ZoneInfo, names: Mapping[tuple[str, str], str]) -> str:
    kind = name.removesuffix("_id")
    if isinstance(value, int) and not isinstance(value, bool) and (kind, str(value)) in names:
        return names[kind, str(value)]
    if kind == "refusals" and isinstance(value, list):
        return "; ".join(rule_name(Refusal(one)) if one in _RULES else str(one) for one in value)
    return _short(_plain(value, zone))


def _plain(value: Any, zone: ZoneInfo) -> str:
    if value is None or value in ("", [], {}):
        return _("nothing")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Mapping):
        return ", ".join(f"{_named(str(key))} {_plain(one, zone)}" for key, one in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_plain(one, zone) for one in value)
    text = str(value)
    if _INSTANT.fullmatch(text):
        with suppress(ValueError, OverflowError):  # it only looked like one: somebody's words
            return when_words(datetime.fromisoformat(text), zone)
    if text in VALUES:
        return str(VALUES[text])
    return text.replace("_", " ") if text.isidentifier() else text


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "\u2026"
