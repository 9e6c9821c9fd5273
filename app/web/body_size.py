"""How much a form may send: little, except where a view takes a file, and who sends it may open that view."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import current_app, request

from app.web.access import is_signed_in, lacks_second_step, roles_of_view, signed_in

_MARK = "_takes_up_to"
_AROUND = 64 * 1024  # the form's other fields, and what stands between its parts
_P = ParamSpec("_P")
_R = TypeVar("_R")


def takes_up_to(size: int) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Let a view's form send a file of so many bytes."""

    def mark(view: Callable[_P, _R]) -> Callable[_P, _R]:
        setattr(view, _MARK, size + _AROUND)
        return view

    return mark


def let_in_files() -> None:
    """Before anything reads the form: take as much as the view that will answer says it takes."""
    view = current_app.view_functions.get(request.endpoint or "")
    size: int | None = getattr(view, _MARK, None)
    if view and size is not None and request.method == "POST" and _may_open(view):
        request.max_content_length = size


def _may_open(view: Callable[..., Any]) -> bool:
    return is_signed_in() and not lacks_second_step() and signed_in().has_any(roles_of_view(view) or ())
