"""Settings pages of what is asked and agreed to before deep work: read, change, and approve by the owner."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for

from app.actions import settings_safety as actions
from app.actions.settings import NotThere, OutOfDate, Saved
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer, edit_of
from app.blueprints.admin.forms import SettingsForm
from app.blueprints.admin.safety_forms import (
    OUTCOMES,
    consent_form,
    consent_values,
    days_name,
    outcome_name,
    question_form,
    question_values,
)
from app.blueprints.admin.words import stale_words
from app.domain.asked_age import question_with_age, speaks_of_age
from app.domain.screening import ScreeningQuestion
from app.store import settings
from app.store.practice import load_practice
from app.store.safety_texts import areas_of, every_question
from app.web.access import DESK, OWNER, staff_only
from app.web.language import _, lazy
from app.web.local_words import languages_with

_WAITS = lazy("Saved as a new version. The public is asked it once the owner has approved it.")
_PAGES = {actions.SET: "admin.questions", actions.TEXT: "admin.consent_text"}


@blueprint.get("/questions")
@staff_only(OWNER, DESK)
def question_sets() -> str:
    """All sets of questions and consent texts, with the services that use them."""
    return render_template(
        "pages/admin/question_sets.html",
        sets=settings.list_things(actions.SET),
        texts=settings.list_things(actions.TEXT),
        services=[row for row in settings.list_things("service") if row.retired_at is None],
    )


@blueprint.get("/questions/<slug>")
@staff_only(OWNER, DESK)
def questions(slug: str) -> str:
    """A set of questions, as clients are asked it, with what follows from each answer."""
    row, practice = settings.find_thing(actions.SET, slug) or abort(404), load_practice()
    years = practice.policy.minor_until
    return render_template(
        "pages/admin/questions.html",
        row=row,
        newest=row.versions[-1],
        questions=[question_with_age(one, years) for one in every_question(row.versions[-1])],
        languages=languages_with(practice.language),
        outcomes=OUTCOMES,
        kind=actions.SET,
    )


@blueprint.route("/questions/<slug>/<question>", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def question(slug: str, question: str) -> Answer:
    """One question: its words, what follows from its answers, whether it is asked."""
    practice, known = load_practice(), _question(slug, question)
    return answer(
        Page(
            template="pages/admin/question.html",
            form_class=question_form(known, practice.language, practice.policy.minor_until),
            read=lambda: _question_shown(slug, question),
            save=lambda form, edit: actions.save_question(slug, form.typed(), edit),
            done=lambda _saved: url_for("admin.questions", slug=slug, _anchor=question),
            said=_WAITS,
        )
    )


@blueprint.route("/consent/<slug>", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def consent_text(slug: str) -> Answer:
    """A consent text: read it, change it, see whether it is approved."""
    row, language = settings.find_thing(actions.TEXT, slug) or abort(404), load_practice().language
    known, areas = row.versions[-1].body, areas_of(row.versions[-1])
    return answer(
        Page(
            template="pages/admin/consent_text.html",
            form_class=consent_form(areas, language),
            read=lambda: _consent_shown(slug),
            save=lambda form, edit: actions.save_consent_text(
                slug, form.typed_body(known), form.typed_areas(), edit
            ),
            done=lambda _saved: url_for("admin.consent_text", slug=slug),
            said=_("%(waits)s Whoever agreed to the one before is asked again.", waits=_WAITS),
        )
    )


@blueprint.post("/<any(screening_set, consent_text):kind>/<slug>/approve")
@staff_only(OWNER)
def approve(kind: str, slug: str) -> Answer:
    """The owner stands for the version on the page."""
    outcome = actions.approve(kind, slug, edit_of(SettingsForm().seen_version))
    if isinstance(outcome, NotThere):
        abort(404)
    if isinstance(outcome, OutOfDate):
        flash(
            _(
                "%(stale)s in the meantime. Nothing was approved; please read it again.",
                stale=stale_words(outcome),
            ),
            "warning",
        )
    elif isinstance(outcome, Saved):
        flash(_("Approved. It is asked from now on."), "success")
    return redirect(url_for(_PAGES[kind], slug=slug), 303)


def _question(slug: str, key: str) -> ScreeningQuestion:
    row = settings.find_thing(actions.SET, slug) or abort(404)
    known = every_question(row.versions[-1])
    found = next((one for one in known if one.key == key), None)
    return found if found is not None else abort(404)


def _question_shown(slug: str, key: str) -> Shown:
    row, known, practice = settings.find_thing(actions.SET, slug), _question(slug, key), load_practice()
    language, years = practice.language, practice.policy.minor_until
    context: dict[str, Any] = {
        "set": row,
        "question": question_with_age(known, years),
        "age": years if speaks_of_age(known) else None,
        "languages": languages_with(language),
        "outcome_name": outcome_name,
        "days_name": days_name,
    }
    return Shown(question_values(known, language), settings.version_of(row), context)


def _consent_shown(slug: str) -> Shown:
    row, language = settings.find_thing(actions.TEXT, slug) or abort(404), load_practice().language
    newest = row.versions[-1]
    areas = areas_of(newest)
    context = {
        "row": row,
        "newest": newest,
        "areas": areas,
        "languages": languages_with(language),
        "kind": actions.TEXT,
    }
    return Shown(consent_values(newest.body, areas, language), settings.version_of(row), context)
