"""The clients' pages: booking step by step, and the manage link. A table of contents."""

from app.blueprints.appointments import booking_views, manage_views
from app.blueprints.appointments.blueprint import blueprint

__all__ = ["blueprint", "booking_views", "manage_views"]
