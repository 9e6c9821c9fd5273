"""A line per step, with the time since the start: so that one sees it move."""

import time

_BEGAN = time.monotonic()


def say(text: str) -> None:
    """One line, at once."""
    print(f"{elapsed():6.0f} s  {text}", flush=True)


def elapsed() -> float:
    """Seconds since the start."""
    return time.monotonic() - _BEGAN
