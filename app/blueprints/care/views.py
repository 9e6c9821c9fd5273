"""The intake form and the guides behind the manage link. A table of contents."""

from app.blueprints.care import guide_views, intake_views
from app.blueprints.care.blueprint import blueprint

__all__ = ["blueprint", "guide_views", "intake_views"]
