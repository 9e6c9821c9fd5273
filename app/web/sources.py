"""Where a visitor came from: what a link's `?src=` said last, kept in the session until the browser is closed."""

from flask import Flask, request, session

from app.domain.sources import source_of
from app.web.addresses import FRAMED, PROGRAMS, STAFF, STATIC, is_below

_ARGUMENT, _KEPT = "src", "source"


def register_sources(app: Flask) -> None:
    """Let every public page that a link may lead to remember it."""
    app.before_request(_keep)


def kept_source() -> str | None:
    """The source of this visitor, if a link named one."""
    kept = session.get(_KEPT)
    return source_of(kept) if isinstance(kept, str) else None


def _keep() -> None:
    if request.method != "GET" or is_below(STAFF, FRAMED, PROGRAMS, STATIC):
        return
    said = source_of(request.args.get(_ARGUMENT))
    if said is not None and session.get(_KEPT) != said:
        session[_KEPT] = said
