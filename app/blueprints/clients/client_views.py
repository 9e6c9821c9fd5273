"""One client: shown, edited, blocked from booking on the web, noted about."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions import client_notes, clients
from app.actions.clients import SaysForWhom
from app.blueprints.clients.asked import Seen, seen_client, treated_client
from app.blueprints.clients.consent_views import opened_consent
from app.blueprints.clients.forms import DetailsForm, NoteForm, PreferencesForm
from app.blueprints.clients.intake_views import opened_intake
from app.blueprints.clients.page import client_page
from app.blueprints.clients.words import FIELDS
from app.blueprints.schedule.asked import health_therapist
from app.domain.clients import NoteKind, Preferences
from app.store.client_pages import Who
from app.store.transactions import Stale
from app.web.access import actor
from app.web.language import Lazy, _, lazy
from app.web.typed import number_typed

Answer = str | Response | tuple[str, int]
_FASTER = lazy("Somebody else has changed this client meanwhile")
_MERGED = lazy("This client was merged meanwhile")
_UNSAID = lazy("The page did not say what it was based on")
_BESIDE = lazy(
    "What is stored now stands above. What you typed is below and not saved yet: check, and save again."
)
_NOT_YOURS = lazy(
    "What you typed is not saved: this client was merged with one you don't treat. The owner can note it."
)
_FOR_WHOM = lazy("Others are reached there, too. Say whether it changes for them as well.")


def show(client_id: int) -> str:
    """Everything known of them."""
    return client_page(seen_client(client_id))


def edit(client_id: int) -> str:
    """The form with what is stored."""
    seen = seen_client(client_id)
    return _editing(seen, DetailsForm(seen.who, formdata=None))


def save(client_id: int) -> Answer:
    """Save it, or say what is wrong; who comes second sees what the first has changed, and keeps what they typed."""
    seen = seen_client(client_id)
    if seen.id != client_id:
        return _beside(client_id, _MERGED), 409
    form = DetailsForm(seen.who)
    if not form.validate():
        return _beside(client_id, _UNSAID, form) if form.row_version.errors else _editing(seen, form), 422
    whose = form.whose.data if form.whose.data in ("person", "everybody") else None
    version = number_typed(form.row_version.data)
    try:
        answer = clients.edit(seen.id, form.details, version, actor(), clock.now(), whose)
    except Stale:
        return _beside(client_id, _FASTER), 409
    if isinstance(answer, SaysForWhom):
        form.whose.errors = [_FOR_WHOM]
        return _editing(seen, form), 422
    flash(
        _("Saved.") if answer.changed else _("Nothing was changed."), "success" if answer.changed else "info"
    )
    return redirect(url_for("clients.show", client_id=seen.id))


def block(client_id: int) -> Response:
    """They book by telephone only from now on."""
    seen = seen_client(client_id)
    if clients.block(seen.id, actor(), clock.now()):
        flash(
            _("%(name)s can no longer book online: the page asks them to phone.", name=seen.who.name),
            "success",
        )
    return redirect(url_for("clients.show", client_id=seen.id))


def unblock(client_id: int) -> Response:
    """They may book online again."""
    seen = seen_client(client_id)
    if clients.unblock(seen.id, actor(), clock.now()):
        flash(_("%(name)s can book online again.", name=seen.who.name), "success")
    return redirect(url_for("clients.show", client_id=seen.id))


def write_note(client_id: int) -> Answer:
    """Keep a note; one about the treatment only of who treats."""
    form = NoteForm()
    is_treatment = form.kind.data == NoteKind.TREATMENT.value
    seen = treated_client(client_id) if is_treatment else seen_client(client_id)
    if not is_treatment and form.kind.data != NoteKind.DESK.value:
        abort(400)
    if not form.validate():
        return client_page(seen, note_form=form), 422
    kind = NoteKind(form.kind.data)
    row = seen.note_row if is_treatment else seen.id
    client_notes.write_note(row, kind, form.text.data, actor(), clock.now())
    flash(_("The note is kept."), "success")
    return redirect(url_for("clients.show", client_id=seen.id, _anchor="notes"))


def treatment_notes(client_id: int) -> str:
    """Open what who treats wrote down; that is written down."""
    seen = treated_client(client_id)
    opened = client_notes.open_treatment_notes(seen.id, actor(), clock.now(), health_therapist())
    return client_page(seen, treatment=opened)


def preferences(client_id: int) -> str:
    """Open how they like to be treated; that is written down."""
    seen = treated_client(client_id)
    return client_page(seen, preferences=_opened(seen))


def save_preferences(client_id: int) -> Answer:
    """Keep how they like to be treated; nothing is written over that who writes has not seen."""
    seen, form = treated_client(client_id), PreferencesForm()
    if not seen.may_write_preferences:
        form.form_errors.append(_NOT_YOURS)
        return client_page(seen, preferences_form=form), 403
    if not form.validate():
        page = _preferences_beside(seen, form, _UNSAID) if form.lacks_something else None
        return page or client_page(seen, preferences_form=form), 422
    if seen.id != client_id:
        return _preferences_beside(seen, form, _MERGED), 409
    try:
        version = number_typed(form.row_version.data)
        clients.write_preferences(
            seen.id, form.preferences, version, actor(), clock.now(), health_therapist()
        )
    except Stale:
        return _preferences_beside(treated_client(client_id), form, _FASTER), 409
    flash(_("The preferences are kept."), "success")
    return redirect(url_for("clients.show", client_id=seen.id, _anchor="preferences"))


def intake(client_id: int) -> str:
    """Open the intake form; that is written down."""
    seen, opened = opened_intake(client_id)
    return client_page(seen, intake=opened)


def consent(client_id: int, consent_id: int) -> str:
    """Open what they agreed to; that is written down."""
    seen, number, opened = opened_consent(client_id, consent_id)
    return client_page(seen, consent=(number, opened))


def _editing(seen: Seen, form: DetailsForm, **more: Any) -> str:
    return render_template("pages/clients/edit.html", section="clients", who=seen.who, form=form, **more)


def _beside(client_id: int, why: Lazy, form: DetailsForm | None = None) -> str:
    """What was typed stays; beside it stands what is stored now, of who is kept where they were merged."""
    seen = seen_client(client_id)
    form = form or DetailsForm(seen.who)
    form.row_version.data = str(seen.who.row_version)
    to = url_for("clients.save", client_id=seen.id) if seen.id != client_id else ""
    return _editing(seen, form, why=why, theirs=_differing(seen.who, form), to=to)


def _preferences_beside(seen: Seen, form: PreferencesForm, why: Lazy) -> str:
    """The same of the preferences; what is stored is opened for it, and that is written down."""
    form.row_version.data = str(seen.who.row_version)
    form.form_errors.append(f"{why}. {_BESIDE}")
    return client_page(seen, preferences=_opened(seen), preferences_form=form)


def _opened(seen: Seen) -> Preferences:
    return clients.open_preferences(seen.id, actor(), clock.now(), health_therapist())


def _differing(who: Who, form: DetailsForm) -> list[tuple[str, str]]:
    stored = DetailsForm(who, formdata=None)
    names = {
        choice.value: choice.label for field in (stored.detail, stored.language) for choice in field.choices
    }
    return [
        (str(words), str(names.get(stored[name].data, stored[name].data) or _("nothing")))
        for name, words in FIELDS.items()
        if (stored[name].data or "") != (form[name].data or "")
    ]
