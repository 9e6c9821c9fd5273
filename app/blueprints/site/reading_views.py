"""Pages to read: what people ask, exercises for at home, how accessible the pages are."""

from flask import Response, abort

from app.blueprints.care.timing import timed
from app.blueprints.site.answers import page
from app.blueprints.site.blueprint import blueprint
from app.blueprints.site.contents import open_guides
from app.blueprints.site.facts import question_facts
from app.blueprints.site.head import head_of
from app.blueprints.site.opened import opened
from app.domain.emergency import emergency_numbers, emergency_words
from app.domain.practice import text_in
from app.store.practice import load_practice
from app.web.language import _, speaking


@blueprint.get("/questions")
def questions() -> Response:
    """What people ask; 404 while nothing is told."""
    practice = opened()
    if not practice.questions:
        abort(404)
    asked = " ".join(text_in(one.question, speaking()) for one in practice.questions)
    return page(
        "pages/site/questions.html", whole=practice, head=head_of(practice, asked, question_facts(practice))
    )


@blueprint.get("/self-care/")
def library() -> Response:
    """The exercises that are for everybody; 404 while there are none."""
    practice, guides = opened(), [timed(guide) for guide in open_guides()]
    if not guides:
        abort(404)
    head = head_of(
        practice, _("Small exercises that you can do yourself. Each says how long, and when to stop.")
    )
    return page("pages/site/library.html", whole=practice, guides=guides, head=head)


@blueprint.get("/self-care/<slug>")
def guide(slug: str) -> Response:
    """One of them; those that are not for everybody do not exist here."""
    practice = opened()
    found = next((one for one in open_guides() if one.slug == slug), None) or abort(404)
    first = text_in(found.steps[0].text, speaking()) if found.steps else ""
    return page(
        "pages/site/guide.html",
        whole=practice,
        guide=timed(found),
        emergency_number=emergency_words(emergency_numbers(practice, None)),
        head=head_of(practice, f"{text_in(found.title, speaking())}. {first}"),
    )


@blueprint.get("/accessibility")
def accessibility() -> Response:
    """The statement: what conforms, what we know of, whom to tell. Also there before the practice opens."""
    practice = load_practice()
    head = head_of(
        practice, _("How accessible these pages are, and whom to tell if something is in your way.")
    )
    return page("pages/site/accessibility.html", whole=practice, head=head)
