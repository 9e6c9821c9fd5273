"""The public face as values: a logo's size, who gives what today, and what a practice file may say of it."""

from datetime import date

import pytest

from app.domain.offered import gives, services_given, techniques_of, therapists_giving
from app.domain.practice import Policy, Practice, Qualification, Service, Technique, Therapist
from app.domain.practice_file_document import BadPracticeFile, read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_toml import toml_text
from app.domain.practice_file_writing import document_of
from app.domain.site import MOST_QUESTIONS, FrequentQuestion, Look, size_of_png

TODAY = date(2026, 11, 23)
PSOAS, CUPPING = Technique(1, "psoas", {"en": "Psoas"}), Technique(2, "cupping", {"en": "Cupping"})
DEEP = Service(1, "deep", {"en": "Deep"}, techniques=(PSOAS,))
LIGHT = Service(2, "light", {"en": "Light"})


def therapist(number: int, *held: Qualification) -> Therapist:
    return Therapist(number, number, f"t-{number}", f"T {number}", qualifications=held)


HOLDS, LAST_DAY = therapist(1, Qualification(1)), therapist(2, Qualification(1, TODAY))
LAPSED, NEVER = therapist(3, Qualification(1, date(2026, 11, 22))), therapist(4, Qualification(2))
PRACTICE = Practice(
    "p",
    "P",
    "P",
    "en",
    "CAD",
    False,
    1,
    Policy(),
    (),
    (DEEP, LIGHT),
    (HOLDS, LAST_DAY, LAPSED, NEVER),
    (PSOAS, CUPPING),
)


def test_only_who_is_qualified_today_gives_a_service() -> None:
    assert therapists_giving(PRACTICE, DEEP, TODAY) == (HOLDS, LAST_DAY)
    assert not gives(LAPSED, DEEP, TODAY)


def test_a_service_that_needs_nothing_is_given_by_everybody() -> None:
    assert therapists_giving(PRACTICE, LIGHT, TODAY) == PRACTICE.therapists
    assert services_given(PRACTICE, LAPSED, TODAY) == (LIGHT,)


def test_a_qualification_that_has_lapsed_is_not_told() -> None:
    assert techniques_of(PRACTICE, HOLDS, TODAY) == (PSOAS,)
    assert techniques_of(PRACTICE, LAPSED, TODAY) == ()


@pytest.mark.parametrize("content", [b"", b"\x89PNG", b"GIF89a" + bytes(40), b"<svg></svg>"])
def test_what_is_no_png_has_no_size(content: bytes) -> None:
    assert size_of_png(content) == (0, 0)


def test_a_look_is_its_own_by_colour_or_logo() -> None:
    assert not Look().is_own
    assert Look(accent="#7a1f4b").is_own
    assert Look(has_logo=True).is_own


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
