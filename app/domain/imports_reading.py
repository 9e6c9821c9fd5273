"""Reading a file of comma-separated values as other systems and spreadsheets write them, whatever they take for that."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from app.domain.imports import (
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    CannotRead,
    Row,
    SheetOfRows,
    Unreadable,
)

_DELIMITERS = ",;\t"
_LOOKED_AT = 20  # rows, to find out what stands between cells
#: Excel's hint, which it reads and others take for a row.
_SEPARATOR_LINE = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)
#: What files begin with that are no text: zip (Excel, Numbers), old Excel, PDF.
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: Stands after the file's end: whoever finds no such row is still between quotation marks.
_END = "\ue000end of the file\ue000"
_MOST_NULS = 0.1  # of all bytes; more, and it is something else than text


def read_rows(raw: bytes) -> SheetOfRows:
    """The file's header and rows. Raises CannotRead."""
    if len(raw) > MOST_BYTES:
        raise CannotRead(Unreadable.TOO_LARGE)
    text = _text_of(raw)
    hint = _SEPARATOR_LINE.match(text)
    text = text[hint.end() :] if hint else text
    delimiter = hint[1] if hint else _delimiter_of(text)
    records = _records(text, delimiter)
    header = _header(records)
    rows = tuple(_rows(records, len(header)))
    if not rows:
        raise CannotRead(Unreadable.ONLY_HEADER)
    return SheetOfRows(header, rows)


def _text_of(raw: bytes) -> str:
    if raw.startswith(_SPREADSHEETS):
        raise CannotRead(Unreadable.SPREADSHEET)
    text = _decoded(raw)
    if text.count("\0") > len(text) * _MOST_NULS:
        raise CannotRead(Unreadable.NOT_TEXT)
    text = text.replace("\0", "")
    if not text.strip("\r\n\t ,;"):
        raise CannotRead(Unreadable.EMPTY)
    return text


def _decoded(raw: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one; else what Windows writes, or any bytes at all."""
    encodings = ("utf-16",) if raw.startswith(_UTF_16) else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def _delimiter_of(text: str) -> str:
    """What gives the most rows as many cells as the header has; a comma where nothing does."""
    return max(_DELIMITERS, key=lambda one: _evenness(text, one))


def _evenness(text: str, delimiter: str) -> tuple[int, int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first: list[list[str]] = []
    try:
        for row in reader:
            first += [row] if row else []
            if len(first) > _LOOKED_AT:
                break
    except csv.Error:
        return 0, 0
    wide = len(first[0]) if first else 0
    alike = sum(1 for row in first if len(row) == wide)
    return (alike, wide) if wide > 1 else (0, 0)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with its number, blank ones left out. Raises CannotRead where a quotation mark is never closed."""
    ended = text if text.endswith(("\n", "\r")) else f"{text}\n"
    reader = csv.reader(io.StringIO(f"{ended}{_END}\n", newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if cells == [_END]:
                return
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error as error:
        raise CannotRead(Unreadable.CELL_TOO_LONG, number + 1) from error
    raise CannotRead(Unreadable.OPEN_QUOTE, number)


def _header(records: Iterator[tuple[int, list[str]]]) -> tuple[str, ...]:
    """What the columns are called: an empty name gets one, a name that comes twice is numbered."""
    _, cells = next(records, (0, []))
    if not cells:
        raise CannotRead(Unreadable.EMPTY)
    if len(cells) > MOST_COLUMNS:
        raise CannotRead(Unreadable.TOO_MANY_COLUMNS)
    seen: Counter[str] = Counter()
    names = []
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:80] or f"({number})"
        seen[name.casefold()] += 1
        times = seen[name.casefold()]
        names.append(name if times == 1 else f"{name} ({times})")
    return tuple(names)


def _rows(records: Iterator[tuple[int, list[str]]], wide: int) -> Iterator[Row]:
    for count, (number, cells) in enumerate(records, 1):
        if count > MOST_ROWS:
            raise CannotRead(Unreadable.TOO_MANY_ROWS, number)
        if count * wide > MOST_CELLS:
            raise CannotRead(Unreadable.TOO_MANY_CELLS, number)
        yield Row(number, _padded(cells, wide), any(cell.strip() for cell in cells[wide:]))


def _padded(cells: Sequence[str], wide: int) -> tuple[str, ...]:
    return (*(cell.strip() for cell in cells[:wide]), *("" for _ in range(wide - len(cells))))
