"""The example practices say everything to clients in both languages, and as much in the one as in the other."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import pytest

from app.actions.clinic import read_documents
from app.blueprints.site.places import USUAL_CLOSURES
from app.domain.practice_file import PracticeFile
from app.domain.practice_file_parsing import parse_practice_file
from tests.support.run import ROOT

CLINICS = sorted(path.stem for path in (ROOT / "clinics").glob("*.toml"))
LANGUAGES = frozenset({"en", "fr"})
_CODE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")


def texts_in(value: object, place: str = "") -> Iterator[tuple[str, Mapping[str, str]]]:
    """Every text that is kept by language, with where it stands."""
    if isinstance(value, Mapping):
        if value and all(_CODE.fullmatch(str(key)) for key in value):
            yield place, value
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield from texts_in(one, f"{place}[{getattr(one, 'slug', None) or getattr(one, 'key', number)}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_in(getattr(value, field.name), f"{place}.{field.name}")


@pytest.fixture(scope="module", params=CLINICS)
def practice(request: pytest.FixtureRequest) -> PracticeFile:
    documents = read_documents(ROOT / "clinics" / f"{request.param}.toml")
    return parse_practice_file(documents.with_examples)


def test_everything_is_said_in_both_languages(practice: PracticeFile) -> None:
    found = list(texts_in(practice))
    assert len(found) > 40
    assert [place for place, texts in found if set(texts) != LANGUAGES] == []


def test_why_a_place_is_shut_is_said_in_both_languages(practice: PracticeFile) -> None:
    reasons = {shut.label for place in practice.locations for shut in place.closures if shut.label}
    assert reasons <= set(map(str, USUAL_CLOSURES))


def test_as_much_is_said_in_the_one_as_in_the_other(practice: PracticeFile) -> None:
    assert [
        place
        for place, texts in texts_in(practice)
        for mark in ("\n\n", "\n- ", "**")
        if texts["en"].count(mark) != texts["fr"].count(mark)
    ] == []


def test_french_is_set_as_in_canada(practice: PracticeFile) -> None:
    assert [
        (place, texts["fr"])
        for place, texts in texts_in(practice)
        if "'" in texts["fr"] or re.search(r" [?!;%:]|[^\u00a0\d]:(?:\s|$)", texts["fr"])
    ] == []
