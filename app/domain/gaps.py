"""Gaps: which sessions leave a therapist a free stretch that is too short for any session."""

from dataclasses import dataclass
from functools import cached_property

from app.domain import cells, hours
from app.domain.practice import Therapist, Variant
from app.domain.questions import Diary, Question


def begins_without_gap(free: int, occupied: int, shortest: int) -> int:
    """Where a span of ``occupied`` cells may begin so that none of the free cells beside it are left unsellable.

    Before it and after it there is then nothing free, or at least ``shortest`` cells in one stretch. Whether the span itself
    is free is not asked. The answer may have bits without end above the highest cell: cut it to a grid.
    """
    long_enough = cells.runs(free, shortest)
    before = ~(free << 1) | long_enough << shortest
    after = ~free | long_enough
    return before & after >> occupied


@dataclass(frozen=True)
class Gaps:
    """What a session would leave of the time that a therapist can still sell.

    A gap is too short when the therapist's shortest session does not fit with its buffers; of those only what the location's
    hours leave room for counts, where clearing up may go on after closing time.
    """

    question: Question
    therapist: Therapist
    diary: Diary

    @cached_property
    def gapless(self) -> int:
        """The starts, possible or not, that leave no gap."""
        asked = self.question
        occupied = asked.lead + asked.length + asked.tail
        begins = begins_without_gap(self._sellable, occupied, cells.cells_in(self._shortest.occupied))
        return begins << asked.lead & asked.grid.all

    def unavoidable(self, possible: int) -> int:
        """The starts in stretches where each of the ``possible`` ones leaves a gap."""
        without = possible & self.gapless
        return cells.union(stretch for stretch in cells.stretches(self._sellable) if not stretch & without)

    @cached_property
    def _shortest(self) -> Variant:
        return self.question.practice.shortest_sessions.get(self.therapist.id, self.question.variant)

    @cached_property
    def _sellable(self) -> int:
        """The cells that some session may still occupy."""
        asked = self.question
        working = hours.working_cells(asked.grid, asked.location, self.therapist)
        if asked.practice.policy.may_overrun_closing:
            working = self._with_clearing_up(working)
        return working & self.diary.untaken(asked.grid) & self.diary.not_off(asked.grid) & ~self._gone

    def _with_clearing_up(self, working: int) -> int:
        before = self._shortest.buffer_before // cells.MINUTES
        after = self._shortest.buffer_after // cells.MINUTES
        earlier = cells.union(working >> shift for shift in range(before + 1))
        return earlier | cells.union(working << shift for shift in range(after + 1))

    @cached_property
    def _gone(self) -> int:
        """The cells before the first session that can still be had."""
        asked = self.question
        ahead = asked.on_step & ~asked.grid.cells(asked.grid.first, cells.cell_at_or_after(asked.not_before))
        first = (ahead & -ahead).bit_length() - 1
        return (1 << max(0, first - asked.lead)) - 1 if ahead else asked.grid.all
