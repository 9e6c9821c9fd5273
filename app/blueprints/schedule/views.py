"""The desk's pages and who may open them: a table of contents."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from app.blueprints.schedule import appointment_views, booking_views, day_views, sealed_views
from app.domain.staff import StaffRole
from app.web.access import DESK, OWNER, staff_only

blueprint = Blueprint("schedule", __name__, url_prefix="/staff")


def _page(path: str, name: str, view: Callable[..., Any], *roles: StaffRole, method: str = "GET") -> None:
    blueprint.add_url_rule(path, name, staff_only(*roles)(view), methods=[method])


_page("/", "today", day_views.today)
_page("/schedule", "jump", day_views.jump)
_page("/schedule/<day>", "day", day_views.day)
_page("/schedule/<day>/print", "day_sheet", day_views.day_sheet)

_page("/appointments/<reference>", "appointment", appointment_views.appointment)
_page("/appointments/<reference>/mark", "mark", day_views.mark, method="POST")
_page("/appointments/<reference>/undo", "undo", day_views.undo, method="POST")
_page("/appointments/<reference>/note", "note", sealed_views.note, method="POST")
_page("/appointments/<reference>/check-in", "check_in", sealed_views.check_in, method="POST")
_page("/appointments/<reference>/reason", "reason", sealed_views.reason, method="POST")
_page("/appointments/<reference>/move", "choose_move", appointment_views.choose_move)
_page("/appointments/<reference>/move", "move", appointment_views.save_move, method="POST")
_page("/appointments/<reference>/cancel", "ask_cancel", appointment_views.ask_cancel)
_page("/appointments/<reference>/cancel", "cancel", appointment_views.save_cancel, method="POST")

_page(
    "/appointments/<reference>/messages/<int:message_id>/again",
    "send_again",
    appointment_views.send_again,
    OWNER,
    DESK,
    method="POST",
)

_page("/tasks/<int:task_id>/done", "settle_task", sealed_views.settle_task, method="POST")

_page("/book", "book", booking_views.book_for_caller, OWNER, DESK)
_page("/book", "save_booking", booking_views.save_booking, OWNER, DESK, method="POST")
