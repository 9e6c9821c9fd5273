"""How public pages and their pictures are answered: asked for anew each time, sent again only if they have changed."""

from typing import Any

from flask import Response, make_response, render_template, request

from app.store.practice import load_practice

#: What an address with the newest revision may be kept for; with another one it may be something else tomorrow.
_A_YEAR = "public, max-age=31536000, immutable"
_ASK_FIRST = "private, no-cache"


def page(template: str, **more: Any) -> Response:
    """A page as it is now; 304 for a browser that has just that."""
    response = make_response(render_template(template, **more))
    return _unless_known(response, _ASK_FIRST)


def document(content: str | bytes, kind: str) -> Response:
    """A text for programs, or a picture at an address without a revision."""
    return _unless_known(Response(content, content_type=kind), "public, no-cache")


def by_revision(content: str | bytes, kind: str, is_rest_newest: bool = True) -> Response:
    """What belongs to a revision of the settings: kept for a year at the address that names the newest one, and all else it is of."""
    is_newest = is_rest_newest and request.args.get("v") == str(load_practice().revision)
    return _unless_known(Response(content, content_type=kind), _A_YEAR if is_newest else "public, no-cache")


def _unless_known(response: Response, keep: str) -> Response:
    response.headers["Cache-Control"] = keep
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response
