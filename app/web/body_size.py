"""How much a form may send: little, except where a view takes a file, and who sends it is signed in."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import current_app, request

from app.web.access import is_signed_in

_MARK = "_takes_up_to"
_P = ParamSpec("_P")
_R = TypeVar("_R")


def takes_up_to(size: int) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Let a view's form send so many bytes."""

    def mark(view: Callable[_P, _R]) -> Callable[_P, _R]:
        setattr(view, _MARK, size)
        return view

    return mark


def let_in_files() -> None:
    """Before anything reads the form: take as much as the view that will answer says it takes."""
    view = current_app.view_functions.get(request.endpoint or "")
    size: int | None = getattr(view, _MARK, None)
    if size is not None and request.method == "POST" and is_signed_in():
        request.max_content_length = size
