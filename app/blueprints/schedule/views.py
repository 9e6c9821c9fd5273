"""The desk's pages and who may open them: a table of contents."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from app.blueprints.schedule import (
    altered_views,
    appointment_views,
    booking_views,
    cancel_views,
    day_views,
    lateness_views,
    move_views,
    repeat_views,
    safety_views,
    sealed_views,
    sheet_views,
    swap_views,
    week_views,
)
from app.domain.staff import StaffRole
from app.web.access import DESK, OWNER, THERAPIST, staff_only

blueprint = Blueprint("schedule", __name__, url_prefix="/staff")


def _page(path: str, name: str, view: Callable[..., Any], *roles: StaffRole, method: str = "GET") -> None:
    blueprint.add_url_rule(path, name, staff_only(*roles)(view), methods=[method])


_page("/", "today", day_views.today)
_page("/schedule", "jump", day_views.jump)
_page("/schedule/mark", "mark_on_day", day_views.mark_on_day, method="POST")
_page("/schedule/<day>", "day", day_views.day)
_page("/schedule/<day>/print", "day_sheet", sheet_views.day_sheet)
_page(
    "/schedule/<day>/print", "day_sheet_opened", sheet_views.day_sheet_opened, OWNER, THERAPIST, method="POST"
)
_page("/schedule/<day>/sheet.pdf", "day_sheet_pdf", sheet_views.day_sheet_pdf)

_page("/week/<day>", "week", week_views.week)
_page("/unresolved", "unresolved", week_views.unresolved)

_page("/appointments/<reference>", "appointment", appointment_views.appointment)
_page("/appointments/<reference>/mark", "mark", day_views.mark, method="POST")
_page("/appointments/<reference>/undo", "undo", day_views.undo, method="POST")
_page("/appointments/<reference>/note", "note", sealed_views.note, method="POST")
_page("/appointments/<reference>/check-in", "check_in", sealed_views.check_in, method="POST")
_page("/appointments/<reference>/reason", "reason", sealed_views.reason, method="POST")
_page("/appointments/<reference>/override", "override_reason", sealed_views.override_reason, method="POST")
_page("/appointments/<reference>/move", "choose_move", move_views.choose_move)
_page("/appointments/<reference>/move", "move", move_views.save_move, method="POST")
_page("/appointments/<reference>/move/check", "check_move", move_views.check_move)
_page("/appointments/<reference>/move/preview", "move_preview", move_views.move_preview)
_page("/appointments/<reference>/swap", "ask_swap", swap_views.ask_swap, OWNER, DESK)
_page("/appointments/<reference>/swap", "swap", swap_views.save_swap, OWNER, DESK, method="POST")
_page("/appointments/<reference>/cancel", "ask_cancel", cancel_views.ask_cancel)
_page("/appointments/<reference>/cancel", "cancel", cancel_views.save_cancel, method="POST")
_page("/appointments/<reference>/accept", "accept", safety_views.accept, method="POST")
_page("/appointments/<reference>/decline", "decline", safety_views.decline, method="POST")
_page("/appointments/<reference>/accept-changed", "ask_altered", altered_views.ask_altered)
_page(
    "/appointments/<reference>/accept-changed", "accept_altered", altered_views.accept_altered, method="POST"
)
_page("/appointments/<reference>/answers", "screening", safety_views.screening, method="POST")
_page("/appointments/<reference>/wishes", "wishes", safety_views.wishes, method="POST")
_page("/appointments/<reference>/review-reason", "review_reason", safety_views.review_reason, method="POST")
_page("/appointments/<reference>/verbal-consent", "verbal", safety_views.verbal, method="POST")
_page("/appointments/<reference>/lateness", "lateness", lateness_views.lateness, method="POST")
_page("/appointments/<reference>/repeat", "ask_repeat", repeat_views.ask_repeat, OWNER, DESK)
_page("/appointments/<reference>/repeat", "repeat", repeat_views.save_repeat, OWNER, DESK, method="POST")

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
