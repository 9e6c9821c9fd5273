"""Whether it is worth trying: after several network failures in a row, only now and then."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_LIMIT = 5
_PROBE_EVERY = timedelta(seconds=30)


@dataclass(slots=True)
class Circuit:
    """Open (nothing flows) after ``limit`` failures in a row; then one probe each ``probe_every``, until one works."""

    limit: int = _LIMIT
    probe_every: timedelta = _PROBE_EVERY
    _failures: int = 0
    _failed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether only probes are allowed."""
        return self._failures >= self.limit

    def allows(self, now: datetime) -> bool:
        """Whether an attempt may be made at ``now``. A clock that was put back makes nobody wait longer."""
        if not self.is_open or self._failed_at is None:
            return True
        return not timedelta(0) <= now - self._failed_at < self.probe_every

    def failed(self, now: datetime) -> bool:
        """Another failure; true when it is the one that opens the circuit."""
        self._failures += 1
        self._failed_at = now
        return self._failures == self.limit

    def worked(self) -> bool:
        """The server has answered; true when the circuit was open until now."""
        was_open = self.is_open
        self._failures, self._failed_at = 0, None
        return was_open
