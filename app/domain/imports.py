"""What is brought over from another system: kinds of files, what a column may be, how a file is to be read, what stands against a row."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

from app.domain.names import plain

#: A file may be so large, and hold so many rows; more is brought over in several files.
MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 20 * 1024 * 1024, 50_000, 200
#: So many cells, since they are all read at once; and so many sessions to come, since a page waits while each is compared with the
#: calendar (a thousandth of a second each).
MOST_CELLS, MOST_AHEAD = 2_000_000, 5_000
#: How many rows a transaction brings in, or takes back.
PORTION = 200


class FileKind(StrEnum):
    """What the rows of a file are."""

    CLIENTS = "clients"
    APPOINTMENTS = "appointments"


class OldSystem(StrEnum):
    """Where a file comes from."""

    EASYAPPOINTMENTS = "easyappointments"
    JANE = "jane"
    ACUITY = "acuity"
    OTHER = "other"


class BatchState(StrEnum):
    """How far a file is."""

    PREVIEW = "preview"
    RUNNING = "running"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"
    DROPPED = "dropped"

    @property
    def is_under_way(self) -> bool:
        """Whether something happens to its rows just now."""
        return self in (BatchState.RUNNING, BatchState.UNDOING)

    @property
    def is_taken_back(self) -> bool:
        """Whether what was made of it is removed again, or just being."""
        return self in (BatchState.UNDOING, BatchState.UNDONE)


class LineState(StrEnum):
    """What becomes, or became, of a row. KEPT: taken back was what nobody has touched, and this somebody has."""

    NEW = "new"
    KNOWN = "known"
    PROBLEM = "problem"
    MADE = "made"
    UNDONE = "undone"
    KEPT = "kept"


_SETTLED = frozenset({LineState.MADE, LineState.KNOWN, LineState.PROBLEM})
_TAKEN_BACK = frozenset({LineState.UNDONE, LineState.KEPT})


@dataclass(frozen=True, slots=True)
class Progress:
    """Of how many rows it is known what became, or what was taken back; and how many it is about."""

    done: int
    all: int

    @classmethod
    def of(cls, state: BatchState, counted: Mapping[LineState, int]) -> Self:
        """Of a file in that state, with so many rows in each."""
        done = _TAKEN_BACK if state is BatchState.UNDOING else _SETTLED
        about = {LineState.MADE, *_TAKEN_BACK} if state is BatchState.UNDOING else set(LineState)
        return cls(sum(counted.get(one, 0) for one in done), sum(counted.get(one, 0) for one in about))


class Field(StrEnum):
    """What we take from a row."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    OTHER_PHONE = "other_phone"
    BORN = "born"
    LANGUAGE = "language"
    SERVICE = "service"
    THERAPIST = "therapist"
    STARTS = "starts"
    TIME = "time"
    ENDS = "ends"
    MINUTES = "minutes"
    STATE = "state"
    NOTES = "notes"


_WHO = (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL, Field.PHONE, Field.OTHER_PHONE)
_WHAT = (Field.SERVICE, Field.THERAPIST, Field.STARTS, Field.TIME, Field.ENDS, Field.MINUTES, Field.STATE)
#: The fields of each kind, in the order in which they are asked.
FIELDS: Mapping[FileKind, tuple[Field, ...]] = {
    FileKind.CLIENTS: (*_WHO, Field.BORN, Field.LANGUAGE, Field.NOTES),
    FileKind.APPOINTMENTS: (*_WHAT, *_WHO, Field.LANGUAGE, Field.NOTES),
}
#: The fields that hold days, each with all the columns that show in which order its numbers stand.
DAYS: Mapping[Field, tuple[Field, ...]] = {
    Field.BORN: (Field.BORN,),
    Field.STARTS: (Field.STARTS, Field.ENDS),
}


class Problem(StrEnum):
    """What stands against a row. Beside these, an appointment to come may meet a refusal of the slot rule."""

    TOO_MANY_CELLS = "too_many_cells"
    NO_NAME = "no_name"
    BAD_NAME = "bad_name"
    BAD_EMAIL = "bad_email"
    BAD_PHONE = "bad_phone"
    BAD_BIRTHDAY = "bad_birthday"
    BAD_NOTES = "bad_notes"
    NAMESAKES = "namesakes"
    NAME_ALONE = "name_alone"
    CLOSED_RECORD = "closed_record"
    NO_START = "no_start"
    BAD_START = "bad_start"
    BAD_END = "bad_end"
    SKIPPED_TIME = "skipped_time"
    DOUBLED_TIME = "doubled_time"
    NO_LENGTH = "no_length"
    BAD_LENGTH = "bad_length"
    NO_SUCH_LENGTH = "no_such_length"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_THERAPIST = "unknown_therapist"
    UNKNOWN_STATE = "unknown_state"
    NOT_OVER = "not_over"
    TOO_MANY_AHEAD = "too_many_ahead"
    LEFT_OUT = "left_out"
    ROW_GONE = "row_gone"
    USED_SINCE = "used_since"
    CLIENT_USED = "client_used"


class Unreadable(StrEnum):
    """Why a file can't be read at all."""

    EMPTY = "empty"
    ONLY_HEADER = "only_header"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_COLUMNS = "too_many_columns"
    TOO_MANY_CELLS = "too_many_cells"
    SPREADSHEET = "spreadsheet"
    NOT_TEXT = "not_text"
    OPEN_QUOTE = "open_quote"
    CELL_TOO_LONG = "cell_too_long"


class CannotRead(Exception):
    """The file can't be read at all; ``row`` is the row, as a spreadsheet counts them, where it was noticed."""

    def __init__(self, why: Unreadable, row: int | None = None) -> None:
        super().__init__(why.value)
        self.why = why
        self.row = row


class DayOrder(StrEnum):
    """Which number of 3/4/2026 is the day."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet counts them (the header is 1), and a cell for each column."""

    number: int
    cells: tuple[str, ...]
    has_too_many: bool = False  # cells beyond the header's, and something in them


@dataclass(frozen=True, slots=True)
class SheetOfRows:
    """A file as it was read: what its columns are called, each name once, and its rows that are not blank."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]


#: Nothing here may stand for a name of the file: leave such rows out.
LEAVE_OUT = "-"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read: the number of each field's column, which number of a date is the day, the location, and what
    the file's services and therapists are called here.
    """

    columns: Mapping[Field, int] = field(default_factory=dict)
    orders: Mapping[Field, DayOrder] = field(default_factory=dict)
    location: str | None = None
    matches: Mapping[str, str] = field(default_factory=dict)  # match_key: slug, or LEAVE_OUT
    tells_clients: bool = False

    def match(self, what: Field, name: str) -> str | None:
        """What somebody chose for a name of the file; none while nobody did."""
        return self.matches.get(match_key(what, name))

    def columns_in(self, header: Sequence[str]) -> dict[Field, int]:
        """The columns that the file has: it may have been said of one that had more."""
        return {one: number for one, number in self.columns.items() if number < len(header)}

    def stored(self) -> dict[str, str]:
        """As texts by name. A name of the file is stored as a digest: who mixes up two columns must not spill the other one."""
        told = {one.value: str(number) for one, number in self.columns.items()}
        told |= {f"order:{one.value}": order.value for one, order in self.orders.items()}
        told |= {"location": self.location} if self.location else {}
        told |= {"tells": "yes"} if self.tells_clients else {}
        return told | dict(self.matches)

    @classmethod
    def from_stored(cls, stored: Mapping[str, str]) -> "Reading":
        """The same back."""
        names = set(Field)
        matches = ("service:", "therapist:")
        return cls(
            {Field(name): int(value) for name, value in stored.items() if name in names},
            {
                Field(name.removeprefix("order:")): DayOrder(value)
                for name, value in stored.items()
                if name.startswith("order:")
            },
            stored.get("location"),
            {name: value for name, value in stored.items() if name.startswith(matches)},
            stored.get("tells") == "yes",
        )


def match_key(what: Field, name: str) -> str:
    """Under which name a choice for a service's or therapist's name is kept; case, accents and spacing do not count."""
    return f"{what.value}:{hashlib.sha256(same_name(name).encode()).hexdigest()[:20]}"


def same_name(name: str) -> str:
    """How names of services and therapists are compared: without case, accents, punctuation and doubled blanks."""
    letters = (sign if sign.isalnum() else " " for sign in plain(name))
    return " ".join("".join(letters).split())
