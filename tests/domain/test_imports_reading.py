"""Files as spreadsheets and other systems write them: whatever is between the cells, whatever the bytes mean."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.imports import MOST_BYTES, MOST_CELLS, MOST_ROWS, CannotRead, Unreadable
from app.domain.imports_reading import read_rows
from tests.domain.naive_csv import naive_records

CELLS = st.text(alphabet=st.sampled_from(list("ab é\"\n,;\t'")), max_size=6)
DELIMITERS = st.sampled_from([",", ";", "\t"])
WORDS = st.text(alphabet="abcdefg", min_size=1, max_size=5)


def cells_of(raw: bytes) -> list[tuple[str, ...]]:
    return [row.cells for row in read_rows(raw).rows]


def why(raw: bytes) -> Unreadable:
    with pytest.raises(CannotRead) as refused:
        read_rows(raw)
    return refused.value.why


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6),
    delimiter=DELIMITERS,
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_what_a_program_writes_is_read_as_it_was(
    rows: list[list[str]], delimiter: str, ending: str, encoding: str
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(["one", "two", "three"])
    writer.writerows(rows)
    kept = [tuple(cell.strip() for cell in row) for row in rows if any(cell.strip() for cell in row)]
    raw = out.getvalue().encode(encoding)
    if kept:
        assert cells_of(raw) == kept
    else:
        assert why(raw) is Unreadable.ONLY_HEADER


@given(text=st.text(alphabet=st.sampled_from(list('ab",\r\n')), max_size=30))
def test_anything_is_read_as_the_naive_reader_does(text: str) -> None:
    """The header has two columns in any case, so that what stands between cells is known."""
    raw = f"x,y\r\n{text}"
    model = [cells for cells in naive_records(raw, ",") if any(cell.strip() for cell in cells)]
    try:
        found = read_rows(raw.encode()).rows
    except CannotRead as refused:
        unclosed = raw.count('"') > 0 and refused.why is Unreadable.OPEN_QUOTE
        assert unclosed or len(model) == 1
        return
    assert [row.cells for row in found] == [
        tuple(cell.strip() for cell in (*cells, "", "")[:2]) for cells in model[1:]
    ]
    assert [row.has_too_many for row in found] == [
        any(cell.strip() for cell in cells[2:]) for cells in model[1:]
    ]


@given(raw=st.binary(max_size=60))
def test_no_bytes_make_it_stumble(raw: bytes) -> None:
    try:
        read_rows(raw)
    except CannotRead:
        return


@given(rows=st.lists(st.lists(WORDS, min_size=2, max_size=4), min_size=1, max_size=5))
def test_short_rows_are_filled_and_long_ones_told(rows: list[list[str]]) -> None:
    raw = "\n".join(["x;y;z", *(";".join(row) for row in rows)]).encode()
    for row, found in zip(rows, read_rows(raw).rows, strict=True):
        assert found.cells == (*row, "")[:3]
        assert found.has_too_many == (len(row) > 3)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them() -> None:
    sheet = read_rows(b'Name,Notes\nJo,"two\nlines"\n\n,\nAna,x\n')
    assert [row.number for row in sheet.rows] == [2, 5]


def test_names_of_columns_are_told_apart() -> None:
    assert read_rows(b"Notes,,notes, Name \na,b,c,d\n").header == ("Notes", "(2)", "notes (2)", "Name")


def test_excels_hint_is_taken() -> None:
    assert cells_of(b"sep=;\r\na;b\r\n1,2;3\r\n") == [("1,2", "3")]


def test_a_single_column_is_a_file_too() -> None:
    assert cells_of(b"Name\nJo Park\n") == [("Jo Park",)]


def test_nul_bytes_are_left_out() -> None:
    assert cells_of(b"Name,Email\nJ\x00o,x\n") == [("Jo", "x")]


def test_bytes_that_are_no_utf_8_are_what_windows_writes() -> None:
    assert cells_of("Name,Note\nZoë,– “x”\n".encode("cp1252")) == [("Zoë", "– “x”")]
    assert cells_of(b"Name,Note\nA\x81b,x\n") == [("A\x81b", "x")]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", Unreadable.EMPTY),
        (b"\xef\xbb\xbf\r\n , ;\n", Unreadable.EMPTY),
        (b"Name,Email\n,\n", Unreadable.ONLY_HEADER),
        (b"PK\x03\x04...", Unreadable.SPREADSHEET),
        (b"%PDF-1.7", Unreadable.SPREADSHEET),
        (b"\x00" * 50, Unreadable.NOT_TEXT),
        (b'Name,Email\n"Jo,x\nAna,y\n', Unreadable.OPEN_QUOTE),
        (b'Name\n"' + b"x" * 140_000 + b'"\n', Unreadable.CELL_TOO_LONG),
        (b"," * 200 + b"a\nb\n", Unreadable.TOO_MANY_COLUMNS),
        (b"x" * (MOST_BYTES + 1), Unreadable.TOO_LARGE),
    ],
)
def test_what_can_not_be_read_is_said(raw: bytes, expected: Unreadable) -> None:
    assert why(raw) is expected


def test_more_rows_than_the_limit_are_refused() -> None:
    most = b"Name\n" + b"a\n" * MOST_ROWS
    assert len(cells_of(most)) == MOST_ROWS
    assert why(most + b"b\n") is Unreadable.TOO_MANY_ROWS


def test_more_cells_than_the_limit_are_refused_whatever_they_hold() -> None:
    wide = 100
    head = ",".join(f"c{number}" for number in range(wide)).encode()
    with pytest.raises(CannotRead) as told:
        read_rows(head + b"\n" + b"a\n" * (MOST_CELLS // wide + 1))
    assert told.value.why is Unreadable.TOO_MANY_CELLS
