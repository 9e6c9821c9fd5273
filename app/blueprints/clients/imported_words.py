"""Notes that a file from another system has brought, in the reader's language."""

from app.domain.imports_notes import birthday_told, imported_by
from app.web.language import _
from app.web.local_words import pattern_words


def author_words(author: str) -> str:
    """Who wrote a note: somebody of the practice, or nobody here."""
    file = imported_by(author)
    if file is None:
        return author
    return _("from file %(number)s, sent in by %(who)s", number=file.number, who=file.sent_in_by)


def note_words(text: str, author: str) -> str:
    """What a note says; a birthday that came with a file as the reader writes dates."""
    born, rest = birthday_told(text) if imported_by(author) else (None, text)
    if born is None:
        return text
    day = _("Date of birth: %(day)s", day=pattern_words(born, "d MMMM y"))
    return f"{day}\n\n{rest}" if rest else day
