"""What a file leaves in notes: who wrote them, and a birthday, kept so that they can be said in the language of whoever reads them."""

import re
from datetime import date
from typing import NamedTuple

#: Why a rule was set aside for a session that comes from another system; worded where it is shown.
BOOKED_BEFORE = "booked in another system before"
_LONGEST_AUTHOR = 254
_AUTHOR = re.compile(r"import (\d+) of (.+)", re.ASCII)
_BORN = re.compile(r"Date of birth: (\d{4}-\d{2}-\d{2})(?:\n\n|\Z)", re.ASCII)


class Imported(NamedTuple):
    """Of which file a note is, and who sent that in."""

    number: int
    sent_in_by: str


def author_of_file(number: int, sent_in_by: str) -> str:
    """How a note of a file says who wrote it: nobody of this practice."""
    return f"import {number} of {sent_in_by}"[:_LONGEST_AUTHOR]


def imported_by(author: str) -> Imported | None:
    """The same read back; none for a note that somebody wrote."""
    found = _AUTHOR.fullmatch(author)
    return Imported(int(found[1]), found[2]) if found else None


def note_of(born: date | None, notes: str) -> str:
    """What has no place of its own here: the birthday is told again, by the client, in the intake form."""
    day = f"Date of birth: {born.isoformat()}" if born else ""
    return "\n\n".join(filter(None, (day, notes)))


def birthday_told(note: str) -> tuple[date | None, str]:
    """The birthday at the beginning of such a note, and what follows it."""
    found = _BORN.match(note)
    if found is None:
        return None, note
    try:
        return date.fromisoformat(found[1]), note[found.end() :]
    except ValueError:
        return None, note
