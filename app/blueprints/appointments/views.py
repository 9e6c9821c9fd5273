"""The clients' pages: booking step by step, the manage link, and the answers behind it. A table of contents."""

from app.blueprints.appointments import (
    again_views,
    answer_views,
    booking_felt_views,
    booking_views,
    changed_views,
    confirming_views,
    consent_views,
    manage_views,
    question_views,
    record_views,
)
from app.blueprints.appointments.blueprint import blueprint

__all__ = [
    "again_views",
    "answer_views",
    "blueprint",
    "booking_felt_views",
    "booking_views",
    "changed_views",
    "confirming_views",
    "consent_views",
    "manage_views",
    "question_views",
    "record_views",
]
