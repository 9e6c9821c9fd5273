"""What the pages about files from other systems say: fields, systems, states, what stands against a row or a file."""

from collections.abc import Mapping

from app.domain.imports import BatchState, CannotRead, Field, Kind, LineState, Problem, Source, Unreadable
from app.domain.slots import Refusal
from app.web.language import Lazy, _, lazy

KINDS: Mapping[Kind, Lazy] = {Kind.CLIENTS: lazy("Clients"), Kind.APPOINTMENTS: lazy("Appointments")}
SOURCES: Mapping[Source, str] = {
    Source.EASYAPPOINTMENTS: "Easy!Appointments",
    Source.JANE: "Jane",
    Source.ACUITY: "Acuity",
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
    Problem.LEFT_OUT: lazy("You chose to leave such rows out."),
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
    Unreadable.TOO_LARGE: lazy("The file is larger than 20 MB. Cut it into several."),
    Unreadable.TOO_MANY_ROWS: lazy("The file has more than 50,000 rows. Cut it into several."),
    Unreadable.TOO_MANY_COLUMNS: lazy("The file has more than 200 columns."),
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


def problem_words(problem: str) -> str:
    """What stands against a row."""
    return str(PROBLEMS[problem]) if problem in PROBLEMS else _("The appointment can't be booked here.")


def unreadable_words(trouble: CannotRead) -> str:
    """Why a file can't be read at all."""
    return _UNREADABLE[trouble.why].filled(row=trouble.row or 1)


def source_words(source: Source) -> str:
    """The system that a file comes from."""
    return SOURCES.get(source) or _("another system")
