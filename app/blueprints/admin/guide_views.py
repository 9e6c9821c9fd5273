"""Self-care guides for staff: read as clients will read them, approved by who treats, changed by who runs the practice."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from app.actions.selfcare import approve_guide, save_guide, take_approval_back
from app.actions.settings import NotPossible, NotThere, Outcome, OutOfDate, Saved
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer, edit_of
from app.blueprints.admin.forms import SettingsForm, spare
from app.blueprints.admin.guide_forms import GuideForm, guide_form, guide_values
from app.blueprints.admin.place_forms import EmptyForm
from app.blueprints.admin.words import stale_words
from app.blueprints.care.timing import timed
from app.domain.practice import text_in
from app.domain.selfcare import ABDOMINAL, TOOL_COACHED
from app.store import settings
from app.store.practice import load_practice
from app.store.safety_texts import screening_sets
from app.store.selfcare import guide_value
from app.web.access import DESK, OWNER, THERAPIST, signed_in, staff_only
from app.web.found_clients import practice_zone
from app.web.language import _
from app.web.local_words import in_words, languages_with


@blueprint.get("/guides")
@staff_only()
def guides() -> str:
    """All self-care guides, and which of them a therapist has approved."""
    rows = settings.list_things("guide")
    return _render("guides.html", guides=[(row, timed(guide_value(row))) for row in rows])


@blueprint.get("/guides/<slug>")
@staff_only()
def guide(slug: str) -> str:
    """A guide as clients read it, and what hides it from whom."""
    row = settings.find_thing("guide", slug) or abort(404)
    return _render(
        "guide.html",
        row=row,
        guide=timed(guide_value(row)),
        gates=_gate_words(row.gate),
        version=settings.version_of(row),
        may_approve=signed_in().treats,
        form=EmptyForm(),
    )


@blueprint.post("/guides/<slug>/approve")
@staff_only(THERAPIST)
def approve_guide_now(slug: str) -> Answer:
    """The therapist stands for what the page showed."""
    outcome = approve_guide(slug, signed_in(), edit_of(SettingsForm().seen_version))
    return _answered(slug, outcome, _("Approved. Clients whose screening allows it may see it from now on."))


@blueprint.post("/guides/<slug>/take-back")
@staff_only(OWNER, THERAPIST)
def take_guide_back(slug: str) -> Answer:
    """No client sees it any more."""
    outcome = take_approval_back(slug, edit_of(SettingsForm().seen_version))
    return _answered(slug, outcome, _("No client sees it any more, until a therapist approves it again."))


@blueprint.route("/guides/<slug>/edit", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def edit_guide(slug: str) -> Answer:
    """What it says; changing that takes the approval back."""
    return answer(
        Page(
            template="pages/admin/guide_edit.html",
            form_class=guide_form(load_practice().language),
            read=lambda: _guide_shown(slug),
            save=lambda form, edit: save_guide(slug, form.guide(slug), edit, retired=form.retired.data),
            done=lambda _saved: url_for("admin.guide", slug=slug),
            prepare=lambda form, shown: form.offer_gates(shown.context["questions"]),
            spare=_spare,
            said=_("Saved. It needs to be approved anew wherever its words or rules were changed."),
        )
    )


def _render(page: str, **more: Any) -> str:
    runs = signed_in().has_any((OWNER, DESK))
    section = "settings" if runs else "guides"
    return render_template(
        f"pages/admin/{page}", runs_practice=runs, section=section, zone=practice_zone(), **more
    )


def _answered(slug: str, outcome: Outcome, done: str) -> Answer:
    if isinstance(outcome, NotThere):
        abort(404)
    if isinstance(outcome, OutOfDate):
        flash(
            _(
                "%(stale)s in the meantime. Nothing was changed; please read it again.",
                stale=stale_words(outcome),
            ),
            "warning",
        )
    elif isinstance(outcome, NotPossible):
        flash(in_words(outcome.sentence), "warning")
    elif isinstance(outcome, Saved):
        flash(done, "success")
    return redirect(url_for("admin.guide", slug=slug), 303)


def _guide_shown(slug: str) -> Shown:
    row = settings.find_thing("guide", slug) or abort(404)
    practice = load_practice()
    languages = languages_with(practice.language)
    context = {
        "name": text_in(row.title, practice.language),
        "slug": slug,
        "languages": languages,
        "questions": _questions() | {key: key for key in row.gate if key not in _own_gates() | _questions()},
        "is_approved": row.approved_at is not None,
    }
    values = guide_values(guide_value(row), languages, retired=row.retired_at is not None)
    return Shown(values, settings.version_of(row), context)


def _spare(form: GuideForm) -> None:
    spare(form.steps)
    spare(form.stop_rules)


def _own_gates() -> dict[str, str]:
    return {
        ABDOMINAL: _(
            "anybody who was never screened, whose last screening said: please call, or waits for a therapist"
        ),
        TOOL_COACHED: _("anybody who was not shown the tool in a session yet"),
    }


def _gate_words(gate: list[str]) -> list[str]:
    """From whom the guide is hidden."""
    own, asked = _own_gates(), _questions()
    nobody_asks = _("everybody, since no screening asks this: {}")
    words = own | {
        key: _("anybody who gave no all-clear to: %(text)s", text=text) for key, text in asked.items()
    }
    return [words.get(key) or nobody_asks.format(key) for key in sorted(gate)]


def _questions() -> dict[str, str]:
    """What the screening sets ask, by key, in the practice's language."""
    practice = load_practice()
    return {
        question.key: text_in(question.text, practice.language)
        for asked in screening_sets(practice.policy.minor_until).values()
        for question in asked.questions
    }
