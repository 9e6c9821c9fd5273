"""What every template may speak of: the practice, as far as it is known."""

from dataclasses import asdict
from typing import Any

from flask import Flask, current_app, g

from app.domain.practice import text_in
from app.domain.readiness import is_published
from app.store.practice import NoPractice, load_practice
from app.store.transactions import ANY_DATABASE_ERROR
from app.web.language import speaking


def register_context(app: Flask) -> None:
    """Make it known."""
    app.context_processor(_practice)


def _practice() -> dict[str, Any]:
    """The practice's public face. Never fails: error pages are rendered with it, too."""
    if g.get("database_rests"):
        return {"practice": None}
    try:
        practice = load_practice()
    except (NoPractice, ANY_DATABASE_ERROR) as reason:
        current_app.logger.debug("no practice for this page: %s", type(reason).__name__)
        return {"practice": None}
    face = {
        "name": practice.name,
        "tagline": text_in(practice.tagline, speaking()),
        "phone": practice.phone,
        "email": practice.email,
        "demonstration": practice.demonstration,
        "try_out": practice.try_out_email is not None,
        "published": is_published(practice),
        "currency": practice.currency,
        "language": practice.language,
        "is_solo": practice.is_solo,
        "look": {"revision": practice.revision, **asdict(practice.look)},
    }
    return {"practice": face}
