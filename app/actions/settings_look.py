"""Changing the practice's public face: its colour, its logo, what people ask."""

from collections.abc import Sequence
from typing import Any

from app.actions.settings import Edit, Outcome, change
from app.domain.site_questions import FrequentQuestion
from app.store import settings


def save_look(accent: str | None, logo: bytes | None, edit: Edit, *, keeps_logo: bool) -> Outcome:
    """The colour (none: the house's) and the logo, a PNG (none: none). ``keeps_logo``: whatever logo there is stays."""
    columns: dict[str, Any] = {"accent": accent}
    if not keeps_logo:
        columns |= {"logo": logo, "logo_type": "image/png" if logo else None}
    return change(
        "practice",
        "",
        "look changed",
        edit,
        lambda row, language: settings.write_columns(row, columns, language),
    )


def save_site_questions(asked: Sequence[FrequentQuestion], edit: Edit) -> Outcome:
    """What people ask, in the order of the page."""
    stored = [{"question": dict(one.question), "answer": dict(one.answer)} for one in asked]
    return change(
        "practice",
        "",
        "what people ask changed",
        edit,
        lambda row, language: settings.write_columns(row, {"questions": stored}, language),
    )
