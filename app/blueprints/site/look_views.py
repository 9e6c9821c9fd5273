"""The practice's own colour, logo and pictures, each at an address that names the revision of the settings."""

import json
from typing import Any

from flask import Response, abort, render_template, request, url_for

from app.blueprints.site.answers import by_revision, document
from app.blueprints.site.blueprint import blueprint
from app.domain.colours import HOUSE, PAPER, light_shades, mixed, stylesheet
from app.domain.practice import text_in
from app.pictures.card import app_icon, share_card
from app.store.practice import find_logo, load_practice
from app.web.static_files import file_of, version_of

_SIDES = (180, 192, 512)
_SHEET = "css/stillpoint.css"


@blueprint.url_defaults
def _name_the_sheet(endpoint: str, values: dict[str, Any]) -> None:
    """The look's address changes with our own stylesheet, which is in it, as well."""
    if endpoint == "site.look":
        values["of"] = version_of(_SHEET)


@blueprint.get("/look.css")
def look() -> Response:
    """The stylesheet of all pages, in the practice's colour where it has one: one file, since each costs a visitor time."""
    accent = load_practice().look.accent
    text = file_of(_SHEET).read_text("utf-8") + (stylesheet(accent) if accent else "")
    return by_revision(text, "text/css; charset=utf-8", request.args.get("of") == version_of(_SHEET))


@blueprint.get("/logo")
def logo() -> Response:
    """The logo; 404 where there is none."""
    content, kind = find_logo() or abort(404)
    return by_revision(content, kind)


@blueprint.get("/card.png")
def card() -> Response:
    """The picture that others show beside a link."""
    practice = load_practice()
    line = text_in(practice.tagline, practice.language)
    return by_revision(share_card(practice.name, line, practice.look.accent), "image/png")


@blueprint.get("/icon.svg")
def icon() -> Response:
    """The picture in a browser's tab."""
    accent = load_practice().look.accent or HOUSE
    drawn = render_template("pages/site/icon.svg", accent=accent, softer=mixed(accent, PAPER, 0.45))
    return by_revision(drawn, "image/svg+xml")


@blueprint.get("/icon-<int:side>.png")
def app_picture(side: int) -> Response:
    """The picture on a telephone's first page."""
    if side not in _SIDES:
        abort(404)
    return by_revision(app_icon(load_practice().look.accent, side), "image/png")


@blueprint.get("/site.webmanifest")
def manifest() -> Response:
    """What a telephone needs to keep the site among its programs."""
    practice = load_practice()
    drawn = [
        {
            "src": url_for("site.app_picture", side=side, v=practice.revision),
            "sizes": f"{side}x{side}",
            "type": "image/png",
        }
        for side in _SIDES[1:]
    ]
    accent = practice.look.accent or HOUSE
    described = {
        "name": practice.name,
        "short_name": practice.name[:24],
        "start_url": url_for("site.home"),
        "display": "browser",
        "background_color": PAPER,
        "theme_color": light_shades(accent).deep,
        "icons": drawn,
    }
    return document(json.dumps(described, ensure_ascii=False), "application/manifest+json")
