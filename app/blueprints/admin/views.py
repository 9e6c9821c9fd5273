"""The settings pages: overview, the practice itself, what is only shown. The other pages stand in the modules named here."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from app.actions.settings import NotPossible, NotThere, Outcome, OutOfDate, Saved, WouldHit
from app.actions.settings_places import bring_back, retire, save_practice
from app.blueprints.admin import (
    embed_views,
    guidance_views,
    guide_views,
    look_views,
    offer_views,
    place_views,
    safety_views,
    site_question_views,
    therapist_views,
    try_out_views,
)
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer, edit_of
from app.blueprints.admin.forms import SettingsForm
from app.blueprints.admin.onboarding import checklist_of
from app.blueprints.admin.owners import OF_PRACTICE, is_owner, leave_to_owner
from app.blueprints.admin.place_forms import EmptyForm
from app.blueprints.admin.practice_forms import PracticeForm
from app.blueprints.admin.words import impact_words, stale_words
from app.domain.policy_numbers import POLICY_NUMBERS
from app.domain.practice import text_in
from app.domain.retention import KEEPING
from app.store import settings
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, staff_only
from app.web.language import _
from app.web.local_words import in_words

__all__ = [
    "blueprint",
    "embed_views",
    "guidance_views",
    "guide_views",
    "look_views",
    "offer_views",
    "place_views",
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
        plans=settings.list_things("guidance_plan"),
        guides=settings.list_things("guide"),
    )


@blueprint.route("/practice", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def practice() -> Answer:
    """Name, texts and policy. How long things are kept, and what makes a session safe, is the owner's to say."""
    if not is_owner() and any(name in request.form for name in KEEPING):
        abort(403)
    return answer(
        Page(
            template="pages/admin/practice.html",
            form_class=PracticeForm,
            read=_practice_shown,
            save=lambda form, edit: save_practice(form.values(), edit),
            done=lambda _saved: url_for("admin.practice"),
            prepare=_leave_what_is_the_owners,
        )
    )


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
        flash(
            _(
                "%(stale)s in the meantime. Nothing was changed; please look again.",
                stale=stale_words(outcome),
            ),
            "warning",
        )
    elif isinstance(outcome, NotPossible):
        flash(in_words(outcome.sentence), "warning")
    elif isinstance(outcome, Saved):
        flash(
            _("It is in use.") if back else _("It is out of use. Nothing that is booked was cancelled."),
            "success",
        )
    return redirect(url_for(_PAGE_OF[kind], slug=slug), 303)


def _practice_shown() -> Shown:
    row = settings.find_thing("practice", "") or abort(404)
    values: dict[str, Any] = {column: getattr(row, column) for column in _PRACTICE_COLUMNS}
    values |= {"tagline": text_in(row.tagline, row.language), "about": text_in(row.about, row.language)}
    kept = {name: values[name] for name in KEEPING}
    return Shown({**values, "currency": row.currency or ""}, settings.version_of(row), {"kept": kept})


def _leave_what_is_the_owners(form: PracticeForm, shown: Shown) -> None:
    if not is_owner() and not form.told:
        form.leave_out_keeping()
        leave_to_owner(form, shown, OF_PRACTICE)


_PRACTICE_COLUMNS = ("name", "email", *POLICY_NUMBERS)


def _name(row: Any) -> str:
    return text_in(row.name, load_practice().language) if isinstance(row.name, dict) else row.name
