"""Settings: what people ask, and the answers, for the public pages."""

from flask import abort, url_for

from app.actions.settings_look import save_site_questions
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer
from app.blueprints.admin.forms import spare
from app.blueprints.admin.site_question_forms import asked_rows, site_question_form
from app.domain.site_questions import FrequentQuestion
from app.store import settings
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, staff_only
from app.web.local_words import languages_with


@blueprint.route("/site-questions", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def site_questions() -> Answer:
    """All of them on one page."""
    return answer(
        Page(
            template="pages/admin/site_questions.html",
            form_class=site_question_form(load_practice().language),
            read=_shown,
            save=lambda form, edit: save_site_questions(form.in_order(), edit),
            done=lambda _saved: url_for("admin.site_questions"),
            spare=lambda form: spare(form.asked),
        )
    )


def _shown() -> Shown:
    row = settings.find_thing("practice", "") or abort(404)
    languages = languages_with(row.language)
    stored = [FrequentQuestion(**one) for one in row.questions]
    return Shown({"asked": asked_rows(stored, languages)}, settings.version_of(row), {"languages": languages})
