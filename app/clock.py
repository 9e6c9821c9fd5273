"""The one place that reads the time; called at the edges only (blueprints, worker, cli)."""

from datetime import UTC, datetime


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)
