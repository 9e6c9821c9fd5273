"""What a practice file may say of the public site."""

import pytest

from app.domain.practice_file_document import BadPracticeFile, read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_toml import toml_text
from app.domain.practice_file_writing import document_of
from app.domain.site_questions import MOST_QUESTIONS, FrequentQuestion

FACE = """
[practice]
slug = "a-practice"
accent = "7A1F4B"
embed_origins = ["https://www.example.com", "https://www.example.com/"]
questions = [
  {question = "What do I wear?", answer = {en = "Something **loose**.", fr = "Des vêtements amples."}},
  {question = {fr = "Combien?"}, answer = {fr = "Voir les prix."}},
]
"""


def test_a_practice_file_holds_the_public_face() -> None:
    entry = parse_practice_file(read_toml(FACE.encode())).practice
    assert entry.accent == "#7a1f4b"
    assert entry.embed_origins == ("https://www.example.com",)
    assert entry.questions == (
        FrequentQuestion(
            {"en": "What do I wear?"}, {"en": "Something **loose**.", "fr": "Des vêtements amples."}
        ),
        FrequentQuestion({"fr": "Combien?"}, {"fr": "Voir les prix."}),
    )


def test_what_is_written_can_be_read_again() -> None:
    entry = parse_practice_file(read_toml(FACE.encode()))
    assert parse_practice_file(read_toml(toml_text(document_of(entry)).encode())) == entry


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('accent = "pink"', "must be a colour such as #2c6753"),
        (
            'accent = "#ffff00"',
            "has a contrast of 1.0:1 and needs 4.5:1, so that people can read it; #6f6f00 has that",
        ),
        ('embed_origins = ["*"]', "Name each site in full: a * would let in sites that are not yours."),
        ("embed_origins = [7]", "Type one address, such as https://www.example.com."),
        ('questions = [{question = "Why?"}]', "is missing"),
        (f"questions = {[{}] * (MOST_QUESTIONS + 1)}", "may hold 40 at most"),
    ],
)
def test_a_face_that_will_not_do_is_refused_in_a_sentence(line: str, said: str) -> None:
    with pytest.raises(BadPracticeFile) as refused:
        parse_practice_file(read_toml(f'[practice]\nslug = "a-practice"\n{line}\n'.encode()))
    assert any(said in str(error) for error in refused.value.errors)
