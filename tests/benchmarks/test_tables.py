"""Tables on the terminal and in the document."""

from pathlib import Path

from benchmarks.document import BEGIN, END, write
from benchmarks.measure import Cell, RaceResult
from benchmarks.report import tables, unmet
from benchmarks.rows import DAY, NOTHING
from benchmarks.run import Result
from benchmarks.tables import Table, number

_TABLE = Table("Fruit", ("name", "count"), [("pear", "1"), ("apple | red", "20")], "Ripe.")


def test_a_terminal_gets_columns_in_line() -> None:
    assert _TABLE.text().splitlines() == [
        "Fruit",
        "  name         count",
        "  pear             1",
        "  apple | red     20",
        "  Ripe.",
    ]


def test_a_document_gets_markdown() -> None:
    assert _TABLE.markdown().splitlines() == [
        "### Fruit",
        "",
        "| name | count |",
        "| --- | ---: |",
        "| pear | 1 |",
        "| apple \\| red | 20 |",
        "",
        "Ripe.",
    ]


def test_a_missing_figure_is_a_dash() -> None:
    assert [number(None), number(1234.56), number(0.5, 2)] == ["-", "1,234.6", "0.50"]


def test_what_people_wrote_is_kept_and_the_rest_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    facts = {"Date": "2027-03-01", "method": "How."}
    write(page, [("First", [_TABLE])], facts, ["a question: too dear"])
    page.write_text(page.read_text().replace("Nothing has been written here yet.", "Our own words."))
    write(page, [("Second", [_TABLE])], facts, [])
    text = page.read_text()
    assert f"{BEGIN}\nOur own words.\n{END}" in text
    assert "## Second" in text
    assert "## First" not in text
    assert "Every aim was met." in text


def test_aims_are_named_where_they_are_not_met() -> None:
    result = Result("sqlite", _cells(day=2.6), {"Stillpoint": RaceResult(50, [1, 1], {201: 2, 409: 98}, 5.0)})
    assert unmet(result, [DAY, NOTHING]) == [
        "SQLite: day slots, one therapist: 2.60 ms, aim 2.5",
        "SQLite: day slots, one therapist: 1.92 times as dear in Stillpoint, sister, aim 1.2",
    ]
    aims, growth, _, races = tables(result, [DAY, NOTHING])
    assert [cell for cell in aims.rows[0] if "met" in cell] == ["not met", "met"]
    assert growth.rows[0][3:5] == ("1.92", "not met")
    assert races.rows == [("Stillpoint", "50", "2", "1 1", "2 x 201, 98 x 409", "5")]


def test_a_question_within_its_aim_is_met() -> None:
    assert unmet(Result("sqlite", _cells(day=2.5) | _same_at_the_sister(2.5)), [DAY]) == []


def _cells(day: float) -> dict[tuple[str, str], Cell]:
    floor, ours = Cell(cpu=[1.0], alone=[1.0]), Cell(cpu=[day], alone=[2.0, 4.0], statements=2)
    return {("day", "floor"): floor, ("day", "Stillpoint"): ours} | _same_at_the_sister(5.0)


def _same_at_the_sister(day: float) -> dict[tuple[str, str], Cell]:
    house = Cell(cpu=[2.5], alone=[2.0])
    return {
        ("day", "Stillpoint, sister"): Cell(cpu=[day], alone=[2.0]),
        ("day", "Stillpoint, one house"): house,
    }
