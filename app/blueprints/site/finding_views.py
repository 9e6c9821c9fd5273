"""For those who list pages: what they may read, and which pages there are since when."""

from flask import Response, render_template

from app.blueprints.site.answers import document
from app.blueprints.site.blueprint import blueprint
from app.blueprints.site.contents import open_guides, public_pages
from app.blueprints.site.head import outside
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
    pages = public_pages(practice, open_guides()) if is_published(practice) else ()
    codes = known_languages()
    drawn = render_template(
        "pages/site/sitemap.xml",
        pages=[outside(page.endpoint, **page.named) for page in pages],
        codes=codes if len(codes) > 1 else (),
        changed=settings_changed_at(),
    )
    return document(drawn, "application/xml; charset=utf-8")
