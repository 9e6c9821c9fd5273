"""When others were faster: try again a few times, each after a short random pause."""

import functools
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from app.store.transactions import Busy

_P = ParamSpec("_P")
_T = TypeVar("_T")
_TRIES = 4
_SHORTEST, _LONGEST = 0.01, 0.3  # seconds
_PATIENCE = 3.0


def retrying(action: Callable[_P, _T]) -> Callable[_P, _T]:
    """Run the action up to four times, for about three seconds, while it raises Busy; the last Busy goes to the caller."""

    @functools.wraps(action)
    def tried(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        give_up_at = time.monotonic() + _PATIENCE
        for _ in range(_TRIES - 1):
            try:
                return action(*args, **kwargs)
            except Busy:
                if time.monotonic() > give_up_at:  # the database itself has waited: more would only pile up
                    raise
                time.sleep(random.uniform(_SHORTEST, _LONGEST))  # noqa: S311 - jitter, no secret
        return action(*args, **kwargs)

    return tried
