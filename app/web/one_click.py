"""Addresses that mail programs call by themselves (RFC 8058): no page of ours is before them, so they carry no form's token."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from app.extensions import csrf

_P = ParamSpec("_P")
_R = TypeVar("_R")


def without_form_token(view: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a view act on any post: its address must be all the proof it needs, and all it can do must be harmless."""
    csrf.exempt(view)
    return view
