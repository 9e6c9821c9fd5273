"""The numbers as pictures that the server draws: columns over time, bars side by side, each with the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.blueprints.numbers.tables import Column, Kind, Table
from app.blueprints.numbers.wording import cell_words, tick_words
from app.domain.numbers import Every, Stretch
from app.web.language import _
from app.web.local_words import number_words

_STEP, _WIDE, HIGH = 20, 14, 100
_SMALLEST = 1.5  # what there is at all can be seen
_MOST_TICKS = 6
_BEST = 5.0  # the best that people can say


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a column or bar; its name chooses the colour."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Columns:
    """A column for each stretch, of one part or several on top of each other."""

    width: int
    parts: tuple[Part, ...]
    top: str  # what the upper edge stands for
    half: str
    ticks: tuple[tuple[float, str], ...]  # how far to the right, of a hundred
    legend: tuple[tuple[str, str], ...]
    said: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One line with its bar."""

    name: str
    width: float  # of a hundred
    words: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """How the words and edges of pictures are written."""

    every: Every
    year: int

    def columns(self, table: Table, drawn: Sequence[tuple[str, int]]) -> Columns:
        """The named columns of a table (a colour and a place each), stacked in that order from the floor."""
        kind = table.columns[drawn[0][1]]
        heights = [[_number(row[place]) for _, place in drawn] for row in table.rows]
        tallest = max((sum(one) for one in heights), default=0.0)
        top = _round_top(tallest, kind.kind)
        parts = [
            part
            for number, one in enumerate(heights)
            for part in _stack(number, one, [name for name, _ in drawn], top)
        ]
        return Columns(
            width=len(table.rows) * _STEP,
            parts=tuple(parts),
            top=self._edge(top, kind),
            half=self._edge(top / 2, kind),
            ticks=self._ticks([row[0] for row in table.rows if isinstance(row[0], Stretch)]),
            legend=tuple((name, table.columns[place].name) for name, place in drawn) if drawn[1:] else (),
            said=self._said(table, drawn),
        )

    def bars(self, table: Table, place: int) -> tuple[Bar, ...]:
        """A bar for each row, as long as the number at that place."""
        longest = max([1.0 if table.columns[place].kind is Kind.PERCENT else 0.0, *_column(table, place)])
        return tuple(
            Bar(
                str(row[0]),
                round(100 * _number(row[place]) / longest, 1) if longest else 0.0,
                cell_words(row[place], table.columns[place], self.every, self.year),
            )
            for row in table.rows
        )

    def _edge(self, value: float, column: Column) -> str:
        whole = int(value) if value == int(value) else value
        if column.kind in (Kind.COUNT, Kind.DAYS, Kind.MEAN):
            return number_words(whole)
        return cell_words(value, column, self.every, self.year)

    def _ticks(self, stretches: Sequence[Stretch]) -> tuple[tuple[float, str], ...]:
        """As many as there is room for, evenly spread: the first always. Each begins under its column."""
        step, inset = max(1, -(-len(stretches) // _MOST_TICKS)), (_STEP - _WIDE) / 2 / _STEP
        return tuple(
            (round(100 * (number + inset) / len(stretches), 2), tick_words(one, self.every))
            for number, one in list(enumerate(stretches))[::step]
        )

    def _said(self, table: Table, drawn: Sequence[tuple[str, int]]) -> str:
        """What the picture shows, in a sentence or two: of each colour the whole, and where it is highest."""
        return " ".join(sentence for _, place in drawn if (sentence := self._column_said(table, place))) or _(
            "Nothing was counted."
        )

    def _column_said(self, table: Table, place: int) -> str:
        column, numbers = table.columns[place], _column(table, place)
        if not any(numbers):
            return _("%(name)s: none.", name=column.name)
        highest = max(range(len(numbers)), key=numbers.__getitem__)
        when = cell_words(table.rows[highest][0], table.columns[0], self.every, self.year)
        most = cell_words(table.rows[highest][place], column, self.every, self.year)
        told = {"name": column.name, "when": when, "most": most}
        if table.total is None or table.each_once:  # beside the most of a week a smaller whole would puzzle
            return _("%(name)s: most in %(when)s: %(most)s.", **told)
        whole = cell_words(table.total[place], column, self.every, self.year)
        if column.kind is Kind.COUNT:
            return _("%(name)s: %(whole)s in all, most in %(when)s: %(most)s.", **told, whole=whole)
        return _("%(name)s: %(whole)s over all, most in %(when)s: %(most)s.", **told, whole=whole)


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _column(table: Table, place: int) -> list[float]:
    return [_number(row[place]) for row in table.rows]


def _round_top(tallest: float, kind: Kind) -> float:
    """The upper edge: a round number at or above the tallest column; of percentages at least the whole."""
    if kind is Kind.PERCENT:
        return max(1.0, -(-tallest // 0.5) * 0.5)
    if kind is Kind.MEAN:
        return _BEST
    top = 2.0
    while top < tallest:
        top = next((top * factor for factor in (2, 2.5, 5) if top * factor >= tallest), top * 10)
    return top


def _stack(number: int, heights: Sequence[float], names: Sequence[str], top: float) -> list[Part]:
    left, floor, parts = number * _STEP + (_STEP - _WIDE) / 2, float(HIGH), []
    for name, height in zip(names, heights, strict=True):
        if height:
            tall = max(_SMALLEST, height / top * HIGH)
            floor -= tall
            parts.append(Part(name, left, round(floor, 1), _WIDE, round(tall, 1)))
    return parts
