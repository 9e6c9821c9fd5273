"""The clients' pages and who may open them: a table of contents. Therapists see their own clients only."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from app.blueprints.clients import (
    client_views,
    consent_views,
    list_views,
    merge_views,
    record_views,
    writing_consent_views,
)
from app.domain.staff import StaffRole
from app.web.access import DESK, OWNER, THERAPIST, staff_only

blueprint = Blueprint("clients", __name__, url_prefix="/staff/clients")


def _page(path: str, name: str, view: Callable[..., Any], *roles: StaffRole, method: str = "GET") -> None:
    blueprint.add_url_rule(path, name, staff_only(*roles)(view), methods=[method])


_page("", "index", list_views.index)
_page("/suggest", "suggest", list_views.suggest)
_page("/<int:client_id>", "show", client_views.show)

_page("/<int:client_id>/edit", "edit", client_views.edit, OWNER, DESK)
_page("/<int:client_id>/edit", "save", client_views.save, OWNER, DESK, method="POST")
_page("/<int:client_id>/block", "block", client_views.block, OWNER, DESK, method="POST")
_page("/<int:client_id>/unblock", "unblock", client_views.unblock, OWNER, DESK, method="POST")

_page("/<int:client_id>/notes", "write_note", client_views.write_note, method="POST")
_page(
    "/<int:client_id>/treatment-notes",
    "treatment_notes",
    client_views.treatment_notes,
    OWNER,
    THERAPIST,
    method="POST",
)
_page(
    "/<int:client_id>/preferences", "preferences", client_views.preferences, OWNER, THERAPIST, method="POST"
)
_page(
    "/<int:client_id>/preferences/save",
    "save_preferences",
    client_views.save_preferences,
    OWNER,
    THERAPIST,
    method="POST",
)

_page("/<int:client_id>/intake", "intake", client_views.intake, OWNER, THERAPIST, method="POST")
_page(
    "/<int:client_id>/consents/<int:consent_id>",
    "consent",
    client_views.consent,
    OWNER,
    THERAPIST,
    method="POST",
)
_page(
    "/<int:client_id>/consents/<int:consent_id>/withdraw",
    "withdraw_consent",
    consent_views.withdraw,
    method="POST",
)
_page(
    "/<int:client_id>/consents/write/<int:version_id>",
    "write_consent",
    writing_consent_views.write_consent,
)
_page(
    "/<int:client_id>/consents/write/<int:version_id>",
    "save_consent",
    writing_consent_views.save_consent,
    method="POST",
)
_page("/<int:client_id>/merge", "choose_merge", merge_views.choose, OWNER, DESK)
_page("/<int:client_id>/merge/<int:other_id>", "preview_merge", merge_views.preview, OWNER, DESK)
_page("/<int:client_id>/merge/<int:other_id>", "merge", merge_views.merge, OWNER, DESK, method="POST")
_page(
    "/<int:client_id>/merges/<int:merge_id>/undo", "undo_merge", merge_views.undo, OWNER, DESK, method="POST"
)

_page("/<int:client_id>/record", "record", record_views.record, OWNER, THERAPIST)
_page("/<int:client_id>/record/copy", "export_record", record_views.export, OWNER, THERAPIST, method="POST")
_page("/<int:client_id>/record/forget", "forget", record_views.forget, OWNER, method="POST")
_page("/<int:client_id>/record/reopen", "reopen", record_views.reopen, OWNER, method="POST")
