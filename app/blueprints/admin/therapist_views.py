"""Settings pages of therapists; their hours and time off stand in the blueprint availability."""

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, url_for

from app.actions import settings_people as actions
from app.blueprints.admin.beginnings import beginning_of
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer
from app.blueprints.admin.other_languages import left_in_others
from app.blueprints.admin.owners import OF_THERAPIST, leave_to_owner
from app.blueprints.admin.therapist_forms import NewTherapistForm, TherapistForm
from app.domain.policy_numbers import LIMITS
from app.domain.practice import text_in
from app.store import settings
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, staff_only
from app.web.language import _
from app.web.local_words import day_words

_COLUMNS = ("name", "email", "may_chaperone", *LIMITS)


@blueprint.get("/therapists")
@staff_only(OWNER, DESK)
def therapists() -> str:
    """All therapists."""
    return render_template("pages/admin/therapists.html", therapists=settings.list_things("therapist"))


@blueprint.route("/therapists/new", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def new_therapist() -> Answer:
    """A therapist who is to be."""
    return answer(
        Page(
            template="pages/admin/therapist_new.html",
            form_class=NewTherapistForm,
            read=lambda: Shown({}, None),
            save=lambda form, edit: actions.add_therapist(form.values(), edit),
            done=lambda saved: url_for("availability.week", slug=saved.slug),
            said=_("Added. Enter working hours, then bring the therapist into use."),
        )
    )


@blueprint.route("/therapists/<slug>", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def therapist(slug: str) -> Answer:
    """Who a therapist is, and what they are qualified for."""
    return answer(
        Page(
            template="pages/admin/therapist.html",
            form_class=TherapistForm,
            read=lambda: _shown(slug),
            save=lambda form, edit: actions.save_therapist(
                slug, form.values(), form.held(sorted(settings.technique_ids())), edit
            ),
            done=lambda _saved: url_for("admin.therapist", slug=slug),
            prepare=_leave_to_owner,
        )
    )


def _held_words(held: Sequence[Any], language: str) -> str:
    named = sorted((text_in(one.technique.name, language), one.valid_until) for one in held)
    until = (
        _("%(name)s (last day %(day)s)", name=name, day=day_words(day)) if day else name
        for name, day in named
    )
    return ", ".join(until) or _("nothing yet")


def _leave_to_owner(form: TherapistForm, shown: Shown) -> None:
    if not form.told:
        leave_to_owner(form, shown, OF_THERAPIST)


def _shown(slug: str) -> Shown:
    row = settings.find_thing("therapist", slug) or abort(404)
    language = load_practice().language
    held = {qualification.technique_id: qualification.valid_until for qualification in row.qualifications}
    techniques = [
        each for each in settings.list_things("technique") if each.retired_at is None or each.id in held
    ]
    rows = [
        {"key": str(each.id), "held": each.id in held, "valid_until": held.get(each.id)}
        for each in techniques
    ]
    values: dict[str, Any] = {column: getattr(row, column) for column in _COLUMNS}
    context = {
        "name": row.name,
        "kind": "therapist",
        "slug": slug,
        "retired": row.retired_at is not None,
        "current_version": row.row_version,
        "usual": load_practice().policy.limits,
        "beginning": beginning_of("therapist", row),
        **left_in_others(row),
        "technique_names": {str(each.id): text_in(each.name, language) for each in techniques},
        "in_words": {"qualifications": _held_words(row.qualifications, language)},
    }
    values |= {name: text_in(getattr(row, name), language) for name in ("role_title", "about")}
    values |= {"qualifications": rows, "gender": row.gender or ""}
    return Shown(values, settings.version_of(row), context)
