"""The practice's home page. The other public pages stand in the modules named here."""

from flask import Response

from app import clock
from app.blueprints.site import finding_views, look_views, people_views, reading_views, where_views
from app.blueprints.site.answers import page
from app.blueprints.site.blueprint import blueprint
from app.blueprints.site.contents import foot_entries, head_entries, open_guides
from app.blueprints.site.facts import business_facts
from app.blueprints.site.head import head_of
from app.blueprints.site.places import places_of
from app.domain.readiness import is_published
from app.store.practice import load_practice
from app.web.offers import offers

__all__ = ["blueprint", "finding_views", "look_views", "people_views", "reading_views", "where_views"]
#: How many questions the home page shows before it leads to all of them.
_ASKED_FIRST = 4

blueprint.add_app_template_global(head_entries)
blueprint.add_app_template_global(foot_entries)


@blueprint.get("/")
def home() -> Response:
    """Who we are, what we do, the next free times, where and when."""
    practice, now = load_practice(), clock.now()
    if not is_published(practice):
        return page("pages/site/not_open.html", whole=practice)
    return page(
        "pages/site/home.html",
        whole=practice,
        offers=offers(practice, now),
        places=places_of(practice),
        asked=practice.questions[:_ASKED_FIRST],
        has_guides=bool(open_guides()),
        head=head_of(practice, facts=business_facts(practice)),
    )
