"""The file that an address is about, and how it stands."""

from collections import Counter
from dataclasses import dataclass

from flask import abort

from app.actions.imports import open_file, problem_states
from app.domain.imports import BatchState, Kind, LineState, ReadsAs, SheetOfRows
from app.store.imports import BatchFacts, count_lines, count_problems, find_facts, list_problems

_LARGEST = 2**31 - 1
#: Rows with problems on a page; all of them stand in the file that can be had.
SHOWN = 100
_SETTLED = (LineState.MADE, LineState.KNOWN, LineState.PROBLEM)
_TAKEN_BACK = (LineState.UNDONE, LineState.KEPT)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is still to be brought in, with its rows."""

    facts: BatchFacts
    sheet: SheetOfRows
    reads_as: ReadsAs

    @property
    def kind(self) -> Kind:
        """What its rows are."""
        return self.facts.kind


@dataclass(frozen=True, slots=True)
class Standing:
    """How many rows are in which state, which problems there are, and the first rows that have them."""

    counted: Counter[LineState]
    problems: dict[str, int]
    rows: list[tuple[int, str]]
    chosen: str | None
    state: BatchState

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.counted.values())

    @property
    def is_under_way(self) -> bool:
        """Whether something happens just now."""
        return self.state.is_under_way

    @property
    def done(self) -> int:
        """The rows of which it is known what became."""
        states = _TAKEN_BACK if self.state is BatchState.UNDOING else _SETTLED
        return sum(self.counted[one] for one in states)

    @property
    def to_do(self) -> int:
        """The rows that it is about."""
        if self.state is not BatchState.UNDOING:
            return self.total
        return sum(self.counted[one] for one in (LineState.MADE, *_TAKEN_BACK))


def facts_of(batch_id: int) -> BatchFacts:
    """The file of that number, else 404."""
    facts = find_facts(batch_id) if batch_id <= _LARGEST else None
    if facts is None:
        abort(404)
    return facts


def in_preview(batch_id: int) -> Opened:
    """The same with its rows, while it can still be read otherwise; else 409."""
    facts = facts_of(batch_id)
    if facts.state is not BatchState.PREVIEW:
        abort(409)
    _, sheet, reads_as = open_file(facts.id)
    return Opened(facts, sheet, reads_as)


def standing(facts: BatchFacts, problem: str | None) -> Standing:
    """How it stands, with the first rows that have that problem (or any)."""
    states = problem_states(facts.state)
    found = count_problems(facts.id, states)
    chosen = problem if problem in found else None
    rows = list_problems(facts.id, states, chosen, SHOWN)
    return Standing(count_lines(facts.id), found, rows, chosen, facts.state)
