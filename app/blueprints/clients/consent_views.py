"""Consent on the client's page: what stands, for all; to what exactly, for who treats; withdrawn when the client says so."""

from typing import Any

from flask import abort, flash, redirect, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.consenting import OpenedConsent, open_consent, withdraw_text
from app.blueprints.clients.asked import Seen, seen_client
from app.blueprints.schedule.safety_words import HOW, consent_lines
from app.store.consents import KeptConsent, list_consents, texts_asked
from app.store.practice import load_practice
from app.web.access import actor
from app.web.language import _


def opened_consent(client_id: int, consent_id: int) -> tuple[Seen, int, OpenedConsent]:
    """Open the terms; only those under a row that the member may read. That is written down."""
    seen, kept = _kept(client_id, consent_id)
    if kept.client_id not in seen.health_rows:
        abort(403)
    return seen, kept.id, open_consent(kept.id, actor(), clock.now())


def withdraw(client_id: int, consent_id: int) -> Response:
    """The client told somebody of the staff."""
    seen, kept = _kept(client_id, consent_id)
    if withdraw_text(seen.id, kept.text_id, actor(), clock.now()):
        flash(
            _("Withdrawn. Sessions of %(name)s that need it are flagged from now on.", name=seen.who.name),
            "success",
        )
    else:
        flash(_("It was withdrawn already."), "info")
    return redirect(url_for("clients.show", client_id=seen.id, _anchor="consent"))


def consent_context(seen: Seen, opened: tuple[int, OpenedConsent] | None) -> dict[str, Any]:
    """For the client's page: every consent, newest first; the terms of the one that was just opened."""
    number, found = opened or (None, None)
    return {
        "consents": [
            {
                "of": one,
                "state": _state(one),
                "how": HOW[one.given_how] if one.given_how else None,
                "may_open": one.client_id in seen.health_rows,
            }
            for one in list_consents(seen.group)
        ],
        "consent_texts": texts_asked(),
        "consent_opened": number,
        "consent_terms": consent_lines(found, load_practice().language) if found else None,
    }


def _state(one: KeptConsent) -> tuple[str, str]:
    """In a word or two, and its tint."""
    if one.withdrawn_at is not None:
        return _("withdrawn"), "red"
    return (_("in force"), "moss") if one.holds else (_("the text has changed since"), "amber")


def _kept(client_id: int, consent_id: int) -> tuple[Seen, KeptConsent]:
    seen = seen_client(client_id)
    kept = next((one for one in list_consents(seen.group) if one.id == consent_id), None)
    return seen, kept or abort(404)
