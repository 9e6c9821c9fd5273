"""Spans of time: half-open, aware UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From ``starts_at`` up to, but not including, ``ends_at``; both aware. Raises ValueError when naive or backwards."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError("a span needs aware instants")
        object.__setattr__(self, "starts_at", self.starts_at.astimezone(UTC))
        object.__setattr__(self, "ends_at", self.ends_at.astimezone(UTC))
        if self.ends_at < self.starts_at:
            raise ValueError("a span can't end before it starts")

    @property
    def length(self) -> timedelta:
        """How long it really lasts (elapsed time, whatever the clocks do)."""
        return self.ends_at - self.starts_at

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share any time; touching is not overlapping."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at

    def contains(self, other: "Span") -> bool:
        """Whether ``other`` lies wholly within."""
        return self.starts_at <= other.starts_at and other.ends_at <= self.ends_at
