"""What every template may speak of: the practice, as far as it is known."""

from typing import Any

from flask import Flask, current_app, g

from app.domain.practice import text_in
from app.domain.readiness import is_published
from app.store.practice import NoPractice, load_practice
from app.store.transactions import ANY_DATABASE_ERROR


def register_context(app: Flask) -> None:
    """Make it known."""
    app.context_processor(_practice)


def _practice() -> dict[str, Any]:
    """The practice's public face. Never fails: error pages are rendered with it, too."""
    if g.get("database_rests"):
        return {"practice": None, "language": "en"}
    try:
        practice = load_practice()
    except (NoPractice, ANY_DATABASE_ERROR) as reason:
        current_app.logger.debug("no practice for this page: %s", type(reason).__name__)
        return {"practice": None, "language": "en"}
    face = {
        "name": practice.name,
        "tagline": text_in(practice.tagline, practice.language),
        "phone": practice.phone,
        "email": practice.email,
        "demonstration": practice.demonstration,
        "published": is_published(practice),
        "currency": practice.currency,
        "language": practice.language,
        "is_solo": practice.is_solo,
    }
    return {"practice": face, "language": practice.language}
