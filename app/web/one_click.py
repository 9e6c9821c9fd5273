"""Addresses that mail programs call by themselves (RFC 8058): no page of ours is before them, so they carry no form's token."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from app.extensions import csrf

_MARK = "_without_form_token"
_P = ParamSpec("_P")
_R = TypeVar("_R")


def without_form_token(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a view act on any post: its address must be all the proof it needs, and all it can do must be harmless."""
    csrf.exempt(view)
    setattr(view, _MARK, True)
    return view


def takes_any_origin(view: object) -> bool:
    """Whether a view may be posted to from anywhere."""
    return getattr(view, _MARK, False)
