"""What a file leaves in notes can be read back, whoever reads it; what people wrote stays as it is."""

from datetime import date

import pytest

from app.domain.imports_notes import author_of_file, birthday_told, imported_by, note_of

BORN = date(1980, 4, 3)


def test_who_wrote_a_note_is_read_back() -> None:
    assert imported_by(author_of_file(3, "owner@example.com")) == (3, "owner@example.com")
    assert imported_by("dana@example.com") is None
    assert len(author_of_file(3, "x" * 300)) == 254


@pytest.mark.parametrize("notes", ["", "Likes it warm", "Two\n\nparagraphs"])
def test_a_birthday_is_read_back(notes: str) -> None:
    assert birthday_told(note_of(BORN, notes)) == (BORN, notes)
    assert birthday_told(note_of(None, notes)) == (None, notes)


def test_what_is_no_birthday_stays() -> None:
    for text in ("Date of birth: 1980-13-41", "Date of birth: 1980-04-03, she says", "Born 1980-04-03"):
        assert birthday_told(text) == (None, text)
