"""What the public pages begin with: the practice, if it is open to the public."""

from flask import abort

from app.domain.practice import Practice
from app.domain.readiness import is_published
from app.store.practice import load_practice


def opened() -> Practice:
    """The practice in force; 404 while it is not open to the public."""
    practice = load_practice()
    if not is_published(practice):
        abort(404)
    return practice
