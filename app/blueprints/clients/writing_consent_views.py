"""Writing down a consent that was given to staff: on paper, on the telephone or in person; it holds like one given online."""

from datetime import date
from typing import Any, cast

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app import clock
from app.actions.consenting import Written, needs_guardian, write_down
from app.actions.screening import today
from app.blueprints.appointments.consent_form import ConsentForm, consent_form
from app.blueprints.appointments.forms import NAME_LIMIT, line
from app.blueprints.clients.asked import Seen, seen_client
from app.domain.consent import Given, GivenHow
from app.store.consents import TextVersion, find_version
from app.store.practice import load_practice
from app.web.access import actor
from app.web.language import _, lazy

Answer = str | Response | tuple[str, int]
_CLOSED = lazy("This record is closed: nothing is written into it.")
_TOO_OLD = lazy(
    "They took their consent back on that day, or later, so only one given after it counts. Who agrees again on the very day does"
    " so on their own page, behind the link in their mails; or ask them again on the next day, and write that down."
)
_OLDEST = date(1990, 1, 1)
_LARGEST = 2**31 - 1


class WrittenConsentForm(ConsentForm):
    """The same as clients fill in, and how and when it was given."""

    how = RadioField(
        lazy("How was it given?"),
        [InputRequired(lazy("Say how it was given."))],
        choices=[
            SelectChoice(GivenHow.PAPER.value, lazy("On paper, signed")),
            SelectChoice(GivenHow.PHONE.value, lazy("By telephone")),
            SelectChoice(GivenHow.IN_PERSON.value, lazy("In person, by word of mouth")),
        ],
    )
    given_on = DateField(
        lazy("On which date?"), [InputRequired(lazy("Enter the date on which it was given."))]
    )
    guardian = StringField(lazy("Parent or guardian who agreed"), [line(NAME_LIMIT)])
    agreed = BooleanField(
        lazy("They read this text, or it was read to them, and they agreed to it"),
        [InputRequired(lazy("Tick the box if they agreed."))],
    )

    def validate_agreed(self, _field: BooleanField) -> None:
        """Any version may be written down, and the page's address names it."""

    def validate_given_on(self, field: DateField) -> None:
        """Nobody has agreed tomorrow."""
        if field.data is not None and not _OLDEST <= field.data <= today(clock.now()):
            raise ValidationError(_("Enter a date that has come, on which it was given."))

    @property
    def given(self) -> Given:
        """How and when."""
        return Given(GivenHow(self.how.data), self.given_on.data)


def write_consent(client_id: int, version_id: int) -> Answer:
    """What was agreed to, and how?"""
    seen, found = _asked(client_id, version_id)
    if seen.who.erased_at or seen.who.restricted_at:
        return _to_client(seen, str(_CLOSED))
    return _page(seen, found, _form(seen, found, is_empty=True))


def save_consent(client_id: int, version_id: int) -> Answer:
    """Keep it with the client."""
    seen, found = _asked(client_id, version_id)
    form = _form(seen, found)
    if not form.validate():
        return _page(seen, found, form), 422
    row = seen.note_row if seen.health_rows else seen.id
    written = write_down(row, found.text.id, form.terms, form.given, actor(), clock.now())
    if written is Written.TOO_OLD:
        form.given_on.errors = [_TOO_OLD]
        return _page(seen, found, form), 422
    if written is Written.CLOSED:
        return _to_client(seen, str(_CLOSED))
    flash(_("The consent is written down."), "success")
    if not found.is_newest:
        flash(_("The text has changed since that version: they are asked again before deep work."), "warning")
    return redirect(url_for("clients.show", client_id=seen.id, _anchor="consent"))


def _asked(client_id: int, version_id: int) -> tuple[Seen, TextVersion]:
    found = find_version(version_id) if version_id <= _LARGEST else None
    return seen_client(client_id), found or abort(404)


def _form(seen: Seen, found: TextVersion, *, is_empty: bool = False) -> WrittenConsentForm:
    is_minor = needs_guardian(seen.group, clock.now())
    made = consent_form(
        found.text, load_practice().language, is_minor=is_minor, is_empty=is_empty, kind=WrittenConsentForm
    )
    return cast("WrittenConsentForm", made)


def _page(seen: Seen, found: TextVersion, form: WrittenConsentForm) -> str:
    more: dict[str, Any] = {"minor_until": load_practice().policy.minor_until}
    return render_template(
        "pages/clients/write_consent.html", section="clients", who=seen.who, found=found, form=form, **more
    )


def _to_client(seen: Seen, problem: str) -> Response:
    flash(problem, "error")
    return redirect(url_for("clients.show", client_id=seen.id))
