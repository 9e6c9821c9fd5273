"""Where and when: addresses, the move that is announced, opening hours, closures, how to arrive."""

from flask import Response

from app import wording
from app.blueprints.site.answers import page
from app.blueprints.site.blueprint import blueprint
from app.blueprints.site.facts import business_facts
from app.blueprints.site.head import head_of
from app.blueprints.site.opened import opened
from app.blueprints.site.places import places_of
from app.web.language import _


@blueprint.get("/where")
def where() -> Response:
    """Every place."""
    practice = opened()
    places = places_of(practice)
    lines = "; ".join(wording.address_line(each.address.lines) for each in places if each.address.lines)
    said = _("Where to find %(practice)s and when it is open.", practice=practice.name)
    head = head_of(practice, f"{said} {lines}", business_facts(practice))
    return page("pages/site/where.html", whole=practice, places=places, head=head)
