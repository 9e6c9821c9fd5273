"""The settings pages: overview, what is in use and what is not. The other pages stand in the modules named here."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from app.actions.setting_up import settle
from app.actions.settings import NotPossible, NotThere, Outcome, OutOfDate, Saved, WouldHit
from app.actions.settings_places import bring_back, retire
from app.blueprints.admin import (
    embed_views,
    guidance_views,
    guide_views,
    look_views,
    offer_views,
    place_views,
    practice_views,
    safety_views,
    site_question_views,
    therapist_views,
    try_out_views,
)
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, edit_of
from app.blueprints.admin.forms import SettingsForm
from app.blueprints.admin.onboarding import checklist_of
from app.blueprints.admin.owners import is_owner
from app.blueprints.admin.place_forms import EmptyForm
from app.blueprints.admin.words import impact_words, in_use_words, stale_words
from app.domain.onboarding import Step
from app.domain.practice import text_in
from app.store import settings
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, staff_only
from app.web.language import _
from app.web.local_words import in_words, list_words

__all__ = [
    "blueprint",
    "embed_views",
    "guidance_views",
    "guide_views",
    "look_views",
    "offer_views",
    "place_views",
    "practice_views",
    "safety_views",
    "site_question_views",
    "therapist_views",
    "try_out_views",
]
_PAGE_OF = {
    "location": "admin.location",
    "room": "admin.room",
    "service": "admin.service",
    "therapist": "admin.therapist",
}
_KIND = "<any(location, room, service, therapist):kind>"


@blueprint.get("/")
@staff_only(OWNER, DESK)
def overview() -> str:
    """Everything that is set, in a few lines, and what is still missing."""
    practice = load_practice()
    return render_template(
        "pages/admin/overview.html",
        values=practice,
        checklist=checklist_of(practice, is_owner=is_owner()),
        version=settings.version_of(settings.find_thing("practice", "")),
        plans=settings.list_things("guidance_plan"),
        guides=settings.list_things("guide"),
    )


@blueprint.post("/settled/<any(rooms, look, share):step>")
@staff_only(OWNER)
def settle_stop(step: str) -> Answer:
    """It is good as it is: the owner's word closes a stop of the checklist."""
    outcome = settle(Step(step), edit_of(SettingsForm().seen_version))
    if isinstance(outcome, OutOfDate):
        flash(_stale(outcome), "warning")
    return redirect(url_for("admin.overview"), 303)


@blueprint.post(f"/{_KIND}/<slug>/retire")
@staff_only(OWNER, DESK)
def retire_thing(kind: str, slug: str) -> Answer:
    """Take something out of use."""
    return _turned(kind, slug, back=False)


@blueprint.post(f"/{_KIND}/<slug>/bring-back")
@staff_only(OWNER, DESK)
def bring_thing_back(kind: str, slug: str) -> Answer:
    """Bring something into use."""
    return _turned(kind, slug, back=True)


def _turned(kind: str, slug: str, *, back: bool) -> Answer:
    form = SettingsForm()
    turn = bring_back if back else retire
    outcome = turn(kind, slug, edit_of(form.seen_version))
    if isinstance(outcome, WouldHit):
        return _ask_first(kind, slug, outcome, back=back), 409
    return _after_turn(kind, slug, outcome, back=back)


def _ask_first(kind: str, slug: str, outcome: WouldHit, *, back: bool) -> str:
    row = settings.find_thing(kind, slug) or abort(404)
    return render_template(
        "pages/admin/retire.html",
        form=EmptyForm(),
        kind=kind,
        slug=slug,
        name=_name(row),
        version=settings.version_of(row),
        impact=impact_words(outcome),
        back=back,
        page=url_for(_PAGE_OF[kind], slug=slug),
    )


def _after_turn(kind: str, slug: str, outcome: Outcome, *, back: bool) -> Answer:
    if isinstance(outcome, NotThere):
        abort(404)
    if isinstance(outcome, OutOfDate):
        flash(_stale(outcome), "warning")
    elif isinstance(outcome, NotPossible):
        flash(in_words(outcome.sentence), "warning")
    elif isinstance(outcome, Saved):
        flash(
            in_use_words(kind, slug)
            if back
            else _("It is out of use. Nothing that is booked was cancelled."),
            "success",
        )
        if back and kind == "therapist":
            _tell_what_waits()
    return redirect(url_for(_PAGE_OF[kind], slug=slug), 303)


def _tell_what_waits() -> None:
    """While a practice is set up, sessions mostly come before those who give them: now they may go on the list."""
    waiting = [_name(row) for row in settings.list_things("service") if row.retired_at is not None]
    if waiting and load_practice().try_out_email:
        flash(_("Not on the list yet: %(names)s. Put them there now.", names=list_words(waiting)), "info")


def _stale(outcome: OutOfDate) -> str:
    return _("%(stale)s in the meantime. Nothing was changed; please look again.", stale=stale_words(outcome))


def _name(row: Any) -> str:
    return text_in(row.name, load_practice().language) if isinstance(row.name, dict) else row.name
