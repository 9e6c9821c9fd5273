"""What the pages about files from other systems say: fields, systems, states, what stands against a row or a file."""

from collections.abc import Mapping

from app.domain.imports import (
    MOST_AHEAD,
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    BatchState,
    CannotRead,
    Field,
    FileKind,
    LineState,
    OldSystem,
    Problem,
    Unreadable,
)
from app.domain.slots import Refusal
from app.web.language import Lazy, _, lazy
from app.web.local_words import number_words

KINDS: Mapping[FileKind, Lazy] = {
    FileKind.CLIENTS: lazy("Clients"),
    FileKind.APPOINTMENTS: lazy("Appointments"),
}
SOURCES: Mapping[OldSystem, str] = {
    OldSystem.EASYAPPOINTMENTS: "Easy!Appointments",
    OldSystem.JANE: "Jane",
    OldSystem.ACUITY: "Acuity",
}
STATES: Mapping[BatchState, Lazy] = {
    BatchState.PREVIEW: lazy("not brought in yet"),
    BatchState.RUNNING: lazy("being brought in"),
    BatchState.DONE: lazy("brought in"),
    BatchState.UNDOING: lazy("being taken back"),
    BatchState.UNDONE: lazy("taken back"),
    BatchState.DROPPED: lazy("dropped"),
}
LINES: Mapping[LineState, Lazy] = {
    LineState.NEW: lazy("new"),
    LineState.KNOWN: lazy("already known"),
    LineState.PROBLEM: lazy("with a problem"),
    LineState.MADE: lazy("brought in"),
    LineState.UNDONE: lazy("taken back"),
    LineState.KEPT: lazy("kept, because used since"),
}
FIELDS: Mapping[Field, Lazy] = {
    Field.NAME: lazy("Whole name"),
    Field.FIRST_NAME: lazy("First name"),
    Field.LAST_NAME: lazy("Last name"),
    Field.EMAIL: lazy("E-mail"),
    Field.PHONE: lazy("Telephone"),
    Field.OTHER_PHONE: lazy("Another telephone, where the first is empty"),
    Field.BORN: lazy("Date of birth"),
    Field.LANGUAGE: lazy("Language"),
    Field.SERVICE: lazy("Service"),
    Field.THERAPIST: lazy("Therapist"),
    Field.STARTS: lazy("Begins (the day, or day and time)"),
    Field.TIME: lazy("Begins at, where the time has a column of its own"),
    Field.ENDS: lazy("Ends"),
    Field.MINUTES: lazy("How long"),
    Field.STATE: lazy("What became of it (cancelled, no show)"),
    Field.NOTES: lazy("Notes"),
}
PROBLEMS: Mapping[str, Lazy] = {
    Problem.TOO_MANY_CELLS: lazy("The row has more cells than the first row has names."),
    Problem.NO_NAME: lazy("There is no name."),
    Problem.BAD_NAME: lazy("The name is too long, or has characters that can't be stored."),
    Problem.BAD_EMAIL: lazy("The e-mail address can't be right."),
    Problem.BAD_PHONE: lazy("The telephone number can't be right."),
    Problem.BAD_BIRTHDAY: lazy("The date of birth can't be read."),
    Problem.BAD_NOTES: lazy("The notes are too long, or have characters that can't be stored."),
    Problem.NAMESAKES: lazy("Several clients have this name, and no e-mail or telephone tells them apart."),
    Problem.NAME_ALONE: lazy(
        "It has a note, and nothing but the name says whose: a client with that name has an e-mail address or telephone, which this row lacks."
    ),
    Problem.CLOSED_RECORD: lazy("The record of this person has been closed."),
    Problem.NO_START: lazy("There is no day or no time."),
    Problem.BAD_START: lazy("The day or time can't be read."),
    Problem.BAD_END: lazy("The end can't be read."),
    Problem.SKIPPED_TIME: lazy("That time does not exist: the clocks go forward over it."),
    Problem.DOUBLED_TIME: lazy("That time comes twice, because the clocks go back."),
    Problem.NO_LENGTH: lazy("Nothing says how long it takes."),
    Problem.BAD_LENGTH: lazy("The length can't be right."),
    Problem.NO_SUCH_LENGTH: lazy(
        "The service is not offered for so long. Add that duration to it, then read the file again."
    ),
    Problem.UNKNOWN_SERVICE: lazy("Nobody has said which service this is."),
    Problem.UNKNOWN_THERAPIST: lazy("Nobody has said which therapist this is."),
    Problem.UNKNOWN_STATE: lazy("What became of it is said in a word that we don't know."),
    Problem.NOT_OVER: lazy("It is said to be over, and its day is still to come."),
    Problem.TOO_MANY_AHEAD: lazy(
        "The file has more than %(most)s sessions to come. Bring in what came before this row, then this one in a file of its own."
    ),
    Problem.LEFT_OUT: lazy("You chose to leave such rows out."),
    Problem.ROW_GONE: lazy("It was not brought in before the file's time was over."),
    Problem.USED_SINCE: lazy("It was changed or used since it was brought in, so it stays."),
    Problem.CLIENT_USED: lazy("The appointment was removed; its client was used since, so the client stays."),
    Refusal.PAST: lazy("It began while the file was brought in."),
    Refusal.OFF_STEP: lazy("It does not begin on a full five minutes."),
    Refusal.TOO_FAR: lazy("It is too far ahead."),
    Refusal.NOT_QUALIFIED: lazy("The therapist is not qualified for this service."),
    Refusal.TAKEN: lazy("The therapist's time is taken by another appointment."),
    Refusal.NO_ROOM: lazy("No suitable room is free then."),
    Refusal.NOT_OFFERED: lazy("The therapist does not offer this service at this location."),
    Refusal.NEEDS_SCREENING: lazy("The service's questions about health are not approved yet."),
    Refusal.NOT_PUBLISHED: lazy(
        "Sessions to come need a complete practice. The settings' overview says what is missing."
    ),
    Refusal.PLEASE_CALL: lazy("The client's answers about health stand against it: speak with them first."),
}
_UNREADABLE: Mapping[Unreadable, Lazy] = {
    Unreadable.EMPTY: lazy("The file is empty."),
    Unreadable.ONLY_HEADER: lazy("The file has names of columns and no rows under them."),
    Unreadable.TOO_LARGE: lazy("The file is larger than %(most)s MB. Cut it into several."),
    Unreadable.TOO_MANY_ROWS: lazy("The file has more than %(most)s rows. Cut it into several."),
    Unreadable.TOO_MANY_COLUMNS: lazy("The file has more than %(most)s columns."),
    Unreadable.TOO_MANY_CELLS: lazy(
        "The file has more than %(most)s cells. Leave out columns that nobody needs, or cut it into several."
    ),
    Unreadable.SPREADSHEET: lazy(
        "That is a spreadsheet or a document. Open it, and save it as CSV (comma-separated values)."
    ),
    Unreadable.NOT_TEXT: lazy("That is no text file. Save it as CSV (comma-separated values)."),
    Unreadable.OPEN_QUOTE: lazy(
        "A quotation mark is opened and never closed. Look at the row %(row)s or one before."
    ),
    Unreadable.CELL_TOO_LONG: lazy(
        "A cell is longer than any text. Is a quotation mark missing near the row %(row)s?"
    ),
}
_MOST: Mapping[Unreadable, int] = {
    Unreadable.TOO_LARGE: MOST_BYTES // 1024**2,
    Unreadable.TOO_MANY_ROWS: MOST_ROWS,
    Unreadable.TOO_MANY_COLUMNS: MOST_COLUMNS,
    Unreadable.TOO_MANY_CELLS: MOST_CELLS,
}


def problem_words(problem: str) -> str:
    """What stands against a row."""
    if problem not in PROBLEMS:
        return _("The appointment can't be booked here.")
    return PROBLEMS[problem].filled(most=number_words(MOST_AHEAD))


def unreadable_words(trouble: CannotRead) -> str:
    """Why a file can't be read at all."""
    most = number_words(_MOST.get(trouble.why, 0))
    return _UNREADABLE[trouble.why].filled(row=trouble.row or 1, most=most)


def source_words(source: OldSystem) -> str:
    """The system that a file comes from."""
    return SOURCES.get(source) or _("another system")
