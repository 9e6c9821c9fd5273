"""The questions that are measured, and what performance aims were set for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """A question: its aims in CPU milliseconds by backend and in SQL statements, and how often it may be asked a round."""

    key: str
    title: str
    aims: Mapping[str, float] = field(default_factory=dict)
    most_statements: int | None = None
    most_acts: int = 400

    @property
    def writes(self) -> bool:
        """Whether each act uses up a free time."""
        return self.most_acts <= _WRITES


_WRITES = 20

NOTHING = Row("nothing", "nothing (a route that answers)")
DAY = Row("day", "day slots, one therapist", {"sqlite": 2.5, "postgresql": 3.5}, 4)
NEXT = Row("next", "next free date, worst", {"sqlite": 3, "postgresql": 4}, 4)
NEXT_OF_ALL = Row("next-of-all", "next free date of each of ten and of anyone", most_statements=4)
MONTH_DAYS = Row("month-days", "month, any of 10: days with space", {"sqlite": 4, "postgresql": 5}, 6)
MONTH_SLOTS = Row("month-slots", "month, any of 10: every slot listed", most_statements=6)
PAGE = Row("page", "booking page, HTML", {"sqlite": 5, "postgresql": 6})
SERVICES = Row("services", "services page with next free times, HTML")
BOOKING = Row(
    "booking", "booking, the writing request (API)", {"sqlite": 8, "postgresql": 10}, most_acts=_WRITES
)
CONFIRM = Row(
    "confirm", "booking, the writing request (HTML)", {"sqlite": 8, "postgresql": 10}, most_acts=_WRITES
)
JOURNEY = Row("journey", "whole anonymous journey", {"sqlite": 40, "postgresql": 50}, most_acts=8)

ROWS = (
    NOTHING,
    DAY,
    NEXT,
    NEXT_OF_ALL,
    MONTH_DAYS,
    MONTH_SLOTS,
    PAGE,
    SERVICES,
    BOOKING,
    CONFIRM,
    JOURNEY,
)
#: How much dearer a question may be with a hundred therapists and three years of history.
GROWTH_AIM = 1.2
