"""A client's page: all that staff know of one person, as far as the member may see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for

from app import clock
from app.actions.consenting import OpenedConsent
from app.actions.intake import Opened
from app.blueprints.clients.asked import Seen
from app.blueprints.clients.consent_views import consent_context
from app.blueprints.clients.forms import PRESSURES, NoteForm, PreferencesForm
from app.blueprints.clients.imported_words import author_words, note_words
from app.blueprints.clients.intake_views import intake_context
from app.blueprints.clients.words import visit_state
from app.blueprints.schedule import words
from app.domain.clients import NoteKind, Preferences
from app.domain.text import folded
from app.domain.wallclock import zone_named
from app.store import client_pages
from app.store.client_messages import ClientMessage, list_messages_to
from app.store.client_pages import Near, Note, Visit
from app.store.client_search import own_of
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, signed_in
from app.web.found_clients import practice_zone
from app.web.language import _
from app.web.local_words import in_words, short_when_words, when_words
from app.web.typed import number_typed

_VISITS, _MESSAGES = 20, 20
_MOST_PAGES = 5000


def client_page(
    seen: Seen,
    *,
    preferences: Preferences | None = None,
    preferences_form: PreferencesForm | None = None,
    treatment: Sequence[Note] | None = None,
    intake: Sequence[Opened] | None = None,
    consent: tuple[int, OpenedConsent] | None = None,
    note_form: NoteForm | None = None,
) -> str:
    """All that is known, and what has just been opened or could not be saved."""
    now, zone, who = clock.now(), practice_zone(), seen.who
    may_read, runs = seen.may_be_treated_by_member, signed_in().has_any((OWNER, DESK))
    since = now - load_practice().policy.missed_within
    return render_template(
        "pages/clients/show.html",
        section="clients",
        seen=seen,
        who=who,
        zone=zone,
        may_read=may_read,
        runs=runs,
        owns=signed_in().has_any((OWNER,)),
        blocked=client_pages.blocked_in(seen.group),
        within_days=(now - since).days,
        counts=client_pages.count_visits(seen.group, since, seen.therapist_id),
        coming=[_visit(one, now) for one in client_pages.list_coming(seen.group, now, seen.therapist_id)],
        notes=[_note(one, zone) for one in client_pages.list_notes(seen.group, NoteKind.DESK, opened=True)],
        treatment=None if treatment is None else [_note(one, zone) for one in treatment],
        **_treatment(seen),
        **intake_context(seen, intake, now),
        **consent_context(seen, consent),
        note_form=note_form or NoteForm(formdata=None),
        form=_with_errors(note_form, preferences_form),
        **_pages(seen, now, zone),
        **_preferences(seen, preferences, preferences_form),
        **_others(seen, zone, runs=runs),
    )


def _treatment(seen: Seen) -> dict[str, int]:
    """How many treatment notes open for the member, and how many do not."""
    return {
        "treatment_count": client_pages.count_notes(seen.health_rows, NoteKind.TREATMENT),
        "treatment_elsewhere": client_pages.count_notes(seen.other_rows, NoteKind.TREATMENT),
    }


def _with_errors(*forms: NoteForm | PreferencesForm | None) -> NoteForm | PreferencesForm | None:
    """The form that was sent and could not be saved; the page's title speaks of it."""
    return next((one for one in forms if one is not None and one.errors), None)


def _pages(seen: Seen, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """History and messages, a page of each."""
    at, told_at = _page_of("history"), _page_of("messages")
    gone_by = client_pages.list_gone_by(seen.group, now, seen.therapist_id, _VISITS + 1, (at - 1) * _VISITS)
    messages = list_messages_to(seen.group, seen.therapist_id, _MESSAGES + 1, (told_at - 1) * _MESSAGES)
    return {
        "history": [_visit(one, now) for one in gone_by[:_VISITS]],
        "history_turns": _turns(seen.id, "history", at, told_at, more=len(gone_by) > _VISITS),
        "messages": [_message(one, zone) for one in messages[:_MESSAGES]],
        "messages_turns": _turns(seen.id, "messages", told_at, at, more=len(messages) > _MESSAGES),
    }


def _page_of(name: str) -> int:
    return min(max(number_typed(request.args.get(name)) or 1, 1), _MOST_PAGES)


def _turns(client_id: int, name: str, at: int, other_at: int, *, more: bool) -> dict[str, str | None]:
    """The addresses of the pages beside it; the other list stays where it is."""
    other = "messages" if name == "history" else "history"
    kept: dict[str, Any] = {other: other_at} if other_at > 1 else {}

    def to(page: int) -> str:
        asked: dict[str, Any] = kept | {name: page}
        return url_for("clients.show", client_id=client_id, _anchor=name, **asked)

    return {"newer": to(at - 1) if at > 1 else None, "older": to(at + 1) if more else None}


def _preferences(seen: Seen, opened: Preferences | None, form: PreferencesForm | None) -> dict[str, Any]:
    if form is None:
        shown = opened or Preferences()
        form = PreferencesForm(formdata=None, data=shown.stored() | {"row_version": seen.who.row_version})
    return {
        "preferences": opened,
        "pressure": PRESSURES[opened.pressure] if opened and opened.pressure else None,
        "has_preferences": client_pages.some_have_preferences(seen.health_rows),
        "preferences_elsewhere": client_pages.some_have_preferences(seen.other_rows),
        "preferences_form": form,
    }


def _others(seen: Seen, zone: ZoneInfo, *, runs: bool) -> dict[str, Any]:
    """Who else is reached the same way, who may be the same person, and who has turned out to be."""
    who = seen.who
    household = client_pages.list_household(seen.group, who.email, who.phone)
    if seen.therapist_id is not None:
        household = _own(household, seen.therapist_id)
    alike = (
        client_pages.list_like(who.name, folded(who.name)[:120], seen.group, who.email, who.phone)
        if runs
        else []
    )
    likely = {one.id for one in alike}
    return {
        "household": [one for one in household if one.id not in likely],
        "alike": alike,
        "merges": [
            {"of": one, "when": short_when_words(one.merged_at, zone)}
            for one in client_pages.list_merges(seen.group)
        ],
    }


def _own(people: Sequence[Near], therapist_id: int) -> list[Near]:
    own = own_of({one.id for one in people}, therapist_id)
    return [one for one in people if one.id in own]


def _visit(one: Visit, now: datetime) -> dict[str, Any]:
    zone = zone_named(one.zone)
    return {
        "of": one,
        "state": visit_state(one, now),
        "when": when_words(one.starts_at, zone),
        "href": url_for("schedule.appointment", reference=one.reference),
    }


def _message(one: ClientMessage, zone: ZoneInfo) -> dict[str, Any]:
    state = words.message_state(one.state, one.attempts, one.why, settled=one.settled_at is not None)
    about = short_when_words(one.starts_at, zone_named(one.zone))
    return {
        "what": words.message_words(one.kind, one.step),
        "to": one.address,
        "state": state,
        "when": _(
            "%(when)s, about %(about)s", when=short_when_words(one.sent_at or one.due_at, zone), about=about
        ),
        "why": in_words(one.why) if one.why else None,
        "href": url_for("messages.show", message_id=one.id),
    }


def _note(one: Note, zone: ZoneInfo) -> dict[str, Any]:
    return {
        "text": note_words(one.text, one.author) if one.text else one.text,
        "author": author_words(one.author),
        "when": when_words(one.written_at, zone),
    }
