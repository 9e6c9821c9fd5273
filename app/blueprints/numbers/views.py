"""The practice's numbers on a page and as files for spreadsheets; a therapist's own for a therapist."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, render_template, send_file

from app import clock
from app.blueprints.numbers.asked import Asked, asked
from app.blueprints.numbers.counting import Counting
from app.blueprints.numbers.export import appointments_written
from app.blueprints.numbers.plots import Drawing
from app.blueprints.numbers.tables import Table
from app.blueprints.numbers.wording import cell_words, stretch_words, written
from app.domain.numbers import Every
from app.store.practice import load_practice
from app.web.access import staff_only
from app.web.language import lazy

blueprint = Blueprint("numbers", __name__, url_prefix="/staff/numbers")
#: What is drawn as columns: a colour and the place of the number in its row.
_COLUMNS = {
    "utilisation": [("given", 4)],
    "missed": [("no-show", 2), ("late", 4), ("other", 6), ("clinic", 7)],
    "lead_time": [("given", 2)],
    "clients": [("returning", 3), ("new", 2)],
    "felt": [("given", 2)],
    "messages": [("sent", 1), ("failed", 2)],
}
#: What is drawn as bars: the place of the number.
_BARS = {"therapists": 4, "rooms": 4, "services": 1, "sources": 1}
_EVERY = [(Every.DAY, lazy("Day")), (Every.WEEK, lazy("Week")), (Every.MONTH, lazy("Month"))]


def index() -> str:
    """All numbers."""
    practice, now = load_practice(), clock.now()
    wanted = asked(practice, now)
    counting, year = Counting(practice, wanted, now), wanted.today.year
    tables, drawing = counting.tables(), Drawing(wanted.every, year)
    return render_template(
        "pages/numbers/index.html",
        section="numbers",
        asked=wanted,
        practice_value=practice,
        whole=stretch_words(wanted.whole, Every.DAY, year),
        every_choices=_EVERY,
        tables=tables,
        unmarked=counting.unmarked,
        columns={key: drawing.columns(tables[key], drawn) for key, drawn in _COLUMNS.items()},
        bars={key: drawing.bars(tables[key], place) for key, place in _BARS.items()},
        own_only=wanted.own_id is not None,
        **_words(wanted),
    )


def table(key: str) -> Response:
    """One table for a spreadsheet."""
    practice, now = load_practice(), clock.now()
    wanted = asked(practice, now)
    found = Counting(practice, wanted, now).table(key)
    if found is None:
        abort(404)
    return _file(key, wanted, written(found))


def appointments() -> Response:
    """Every appointment of the days for a spreadsheet, without anything about health and without names of clients."""
    practice = load_practice()
    wanted = asked(practice, clock.now())
    return _file("appointments", wanted, appointments_written(wanted.chosen, practice.language))


def _words(wanted: Asked) -> dict[str, Any]:
    """How the page writes cells."""
    year = wanted.today.year
    return {
        "cell_words": lambda cell, column: cell_words(cell, column, wanted.every, year),
        "shown_columns": lambda found: _shown(found, wanted),
    }


def _shown(found: Table, wanted: Asked) -> list[int]:
    """The places of the columns that the page has room for: a few stretches are shown one by one."""
    few = len(wanted.chosen.stretches) <= _FEW
    return [place for place, column in enumerate(found.columns) if few or not column.wide]


_FEW = 13


def _file(name: str, wanted: Asked, text: Iterable[str]) -> Response:
    """To be kept, not shown. It is written out before the first byte goes: nothing waits for a slow reader."""
    first, last = wanted.whole.first.isoformat(), wanted.whole.last.isoformat()
    out = BytesIO("".join(text).encode())
    file_name = f"{name}-{first}-to-{last}.csv"
    answer = send_file(out, "text/csv", as_attachment=True, download_name=file_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _add(path: str, name: str, view: Callable[..., Any]) -> None:
    blueprint.add_url_rule(path, name, staff_only()(view), methods=["GET"])


_add("", "index", index)
_add("/appointments.csv", "appointments", appointments)
_add("/<key>.csv", "table", table)
