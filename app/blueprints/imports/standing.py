"""The file that an address is about, and how it stands."""

from collections import Counter
from dataclasses import dataclass

from flask import abort

from app.actions.imports import open_file, problem_states
from app.domain.imports import BatchState, FileKind, LineState, Progress, Reading, SheetOfRows
from app.store.imports import BatchFacts, count_lines, count_problems, find_facts, list_problems

_LARGEST = 2**31 - 1
#: Rows with problems on a page; all of them stand in the file that can be had.
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is still to be brought in, with its rows."""

    facts: BatchFacts
    sheet: SheetOfRows
    reading: Reading

    @property
    def kind(self) -> FileKind:
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
    def has_more(self) -> bool:
        """Whether more rows have such a problem than are shown."""
        having = self.problems[self.chosen] if self.chosen else sum(self.problems.values())
        return having > len(self.rows)

    @property
    def progress(self) -> Progress:
        """How far that is."""
        return Progress.of(self.state, self.counted)

    @property
    def is_taken_back(self) -> bool:
        """Whether the problems are about what was kept of it."""
        return self.state.is_taken_back


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
    _, sheet, reading = open_file(facts.id)
    return Opened(facts, sheet, reading)


def standing(facts: BatchFacts, problem: str | None) -> Standing:
    """How it stands, with the first rows that have that problem (or any)."""
    states = problem_states(facts.state)
    found = count_problems(facts.id, states)
    chosen = problem if problem in found else None
    rows = list_problems(facts.id, states, chosen, SHOWN)
    return Standing(count_lines(facts.id), found, rows, chosen, facts.state)
