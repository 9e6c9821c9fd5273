"""The clients' pages: booking step by step, the manage link, and the answers behind it. A table of contents."""

from app.blueprints.appointments import answer_views, booking_views, manage_views
from app.blueprints.appointments.blueprint import blueprint

__all__ = ["answer_views", "blueprint", "booking_views", "manage_views"]
