"""Notices that the machine's clock was set, or that the machine slept: then nothing is sent until things are as usual."""

from datetime import datetime, timedelta

_MOST = timedelta(seconds=60)


class Jumps:
    """Compares the wall clock with one that only runs forward."""

    def __init__(self) -> None:
        self._before: tuple[datetime, float] | None = None

    def jumped(self, wall: datetime, steady: float) -> timedelta | None:
        """By how much the clocks have drifted apart since the last look, if that is more than a minute."""
        before, self._before = self._before, (wall, steady)
        if before is None:
            return None
        drift = wall - before[0] - timedelta(seconds=steady - before[1])
        return drift if abs(drift) > _MOST else None
