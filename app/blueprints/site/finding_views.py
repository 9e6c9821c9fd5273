"""For those who list pages: what they may read, and which pages there are since when."""

from collections.abc import Iterator

from flask import Response, render_template

from app.blueprints.site.answers import document
from app.blueprints.site.blueprint import blueprint
from app.blueprints.site.contents import open_guides
from app.blueprints.site.head import outside
from app.domain.practice import Practice
from app.domain.readiness import is_published
from app.languages import known_languages
from app.store.practice import load_practice
from app.store.settings import settings_changed_at

#: What is of use to one person only, or to staff.
_PRIVATE = ("/staff/", "/appointment/", "/book/", "/messages/", "/calendar/", "/api/", "/embed/")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What may be read. A demonstration, and a practice that is not open yet, ask to be left alone."""
    practice = load_practice()
    if practice.demonstration or not is_published(practice):
        lines = ["User-agent: *", "Disallow: /"]
    else:
        barred = [f"Disallow: {path}" for path in _PRIVATE]
        lines = ["User-agent: *", *barred, "", f"Sitemap: {outside('site.sitemap')}"]
    return document("\n".join(lines) + "\n", "text/plain; charset=utf-8")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """Every public page, in every language, and when what it says was last changed."""
    practice = load_practice()
    pages = list(_pages(practice)) if is_published(practice) else []
    codes = known_languages()
    drawn = render_template(
        "pages/site/sitemap.xml",
        pages=pages,
        codes=codes if len(codes) > 1 else (),
        changed=settings_changed_at(),
    )
    return document(drawn, "application/xml; charset=utf-8")


def _pages(practice: Practice) -> Iterator[str]:
    yield outside("site.home")
    yield outside("services.index")
    yield from (outside("services.show", slug=service.slug) for service in practice.services)
    if len(practice.therapists) > 1:
        yield outside("site.therapists")
    yield from (outside("site.therapist", slug=one.slug) for one in practice.therapists)
    yield outside("site.where")
    if practice.questions:
        yield outside("site.questions")
    guides = open_guides()
    if guides:
        yield outside("site.library")
    yield from (outside("site.guide", slug=one.slug) for one in guides)
    yield outside("site.accessibility")
