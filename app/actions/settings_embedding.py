"""Changing which other sites may show the booking pages in a frame."""

from collections.abc import Sequence

from app.actions.settings import Edit, Outcome, change
from app.store import settings


def save_embed_origins(origins: Sequence[str], edit: Edit) -> Outcome:
    """These sites, and no others."""
    return change(
        "practice",
        "",
        "sites for frames changed",
        edit,
        lambda row, language: settings.write_columns(row, {"embed_origins": list(origins)}, language),
    )
