"""The rows with problems as comma-separated values, as they were sent in, with what stands against each."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from app.actions.imports import ProblemRow
from app.blueprints.imports.words import problem_words
from app.domain.spreadsheets import harmless
from app.web.language import _

_BYTE_ORDER_MARK = "\ufeff"


def problems_written(header: Sequence[str], rows: Iterable[ProblemRow]) -> Iterator[str]:
    """Line by line; no cell is taken for a formula. The last column says what is wrong, and is passed over when sent in again."""
    yield _BYTE_ORDER_MARK + _line([*header, _("Row"), _("What is wrong")])
    for row in rows:
        yield _line([*row.cells, str(row.number), problem_words(row.problem)])


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()
