"""What stands above every staff page: where one can go, by role."""

from typing import Any

from flask import Flask, current_app, g, url_for

from app.domain.staff import StaffRole
from app.store.transactions import DATABASE_TROUBLE
from app.web.access import is_signed_in, signed_in
from app.web.language import lazy

#: key, what it is called, endpoint, who sees it (nobody named: everybody).
_WAYS = (
    ("schedule", lazy("Schedule"), "schedule.today", ()),
    ("clients", lazy("Clients"), "clients.index", ()),
    ("messages", lazy("Messages"), "messages.index", ()),
    ("numbers", lazy("Numbers"), "numbers.index", ()),
    ("settings", lazy("Settings"), "admin.overview", (StaffRole.OWNER, StaffRole.DESK)),
    ("hours", lazy("My hours"), "availability.mine", (StaffRole.THERAPIST,)),
    ("guides", lazy("Guides"), "admin.guides", (StaffRole.THERAPIST,)),
)


def register_staff_nav(app: Flask) -> None:
    """Make it known to all templates."""
    app.context_processor(_staff_nav)


def _staff_nav() -> dict[str, Any]:
    """Nothing for strangers, and nothing where the database can't be asked: error pages are rendered with it, too."""
    if g.get("database_rests"):
        return {}
    try:
        if not is_signed_in():
            return {}
        ways = [
            _way(*way)
            for way in _WAYS
            if way[2] in current_app.view_functions and signed_in().has_any(way[3])
        ]
    except DATABASE_TROUBLE as trouble:
        current_app.logger.debug("no navigation for this page: %s", type(trouble).__name__)
        return {}
    return {
        "staff_nav": ways,
        "find_url": url_for("clients.index"),
        "account_url": url_for("accounts.account"),
        "sign_out_url": url_for("security.logout"),
    }


def _way(key: str, label: str, endpoint: str, _roles: tuple[StaffRole, ...]) -> dict[str, str]:
    return {"key": key, "label": label, "href": url_for(endpoint)}
