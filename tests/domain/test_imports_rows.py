"""Rows of other systems as clients and appointments: what is found by its name, what is asked, what stands against a row."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.domain.appointments import State
from app.domain.imports import LEAVE_OUT, Field, FileKind, Problem, Reading, match_key
from app.domain.imports_columns import guess_columns
from app.domain.imports_matching import Matching, names_in
from app.domain.imports_reading import read_rows
from app.domain.imports_rows import AppointmentRow, BadRow, ClientRow, RowReader
from app.domain.practice import Practice
from tests.domain.builders import location, practice, service, therapist

TODAY = date(2026, 11, 20)
HEAD = "Start Time,End Time,Name,Phone,Type,Calendar,Status,Duration"


@pytest.fixture
def place() -> Practice:
    """Two services, two therapists."""
    deep = service()
    light = replace(deep, id=2, slug="back-massage", name={"en": "Back massage", "fr": "Massage du dos"})
    both = (therapist(1, name="Dana Reyes"), therapist(2, name="Lee Ng"))
    return replace(practice(location(), deep, *both), services=(deep, light))


def read(place: Practice, head: str, *cells: str, **said: str) -> ClientRow | AppointmentRow | BadRow:
    """A row under that head, its columns guessed."""
    sheet = read_rows("\n".join((head, ",".join(cells))).encode())
    kind = FileKind.APPOINTMENTS if "Start" in head else FileKind.CLIENTS
    matches = {match_key(Field.SERVICE, name): slug for name, slug in said.items()}
    reading = Reading(guess_columns(sheet.header, kind), {}, "main", matches)
    return RowReader(kind, sheet.header, reading, place, TODAY, ("en", "fr", "es")).read(sheet.rows[0])


def appointment(place: Practice, **more: str) -> AppointmentRow | BadRow:
    told = {
        "start": "2026-11-24 09:00",
        "end": "10:00",
        "name": "Jo Park",
        "phone": "",
        "type": "back massage",
        "calendar": "dana",
        "status": "",
        "length": "",
    } | more
    row = read(place, HEAD, *told.values())
    assert not isinstance(row, ClientRow)
    return row


def test_a_row_is_an_appointment_on_the_locations_clock(place: Practice) -> None:
    row = appointment(place)
    assert isinstance(row, AppointmentRow)
    assert (row.starts_at, row.minutes) == (datetime(2026, 11, 24, 13, 0, tzinfo=UTC), 60)
    assert (row.service, row.therapist, row.person.name) == ("back-massage", "therapist-1", "Jo Park")


@pytest.mark.parametrize(
    "name",
    ["Back Massage", "MASSAGE DU DOS", "back-massage", "Back massage (60 min)", "Back  massage 1 hour"],
)
def test_services_are_found_by_name(place: Practice, name: str) -> None:
    row = appointment(place, type=name)
    assert isinstance(row, AppointmentRow)
    assert row.service == "back-massage"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"start": ""}, Problem.NO_START),
        ({"start": "2026-11-24"}, Problem.NO_START),
        ({"start": "tomorrow"}, Problem.BAD_START),
        ({"start": "3/4/2026 9:00"}, Problem.BAD_START),
        ({"end": "later"}, Problem.BAD_END),
        ({"end": "08:00"}, Problem.BAD_LENGTH),
        ({"type": "Yoga"}, Problem.UNKNOWN_SERVICE),
        ({"calendar": "Somebody"}, Problem.UNKNOWN_THERAPIST),
        ({"calendar": ""}, Problem.UNKNOWN_THERAPIST),
        ({"status": "perhaps"}, Problem.UNKNOWN_STATE),
        ({"name": ""}, Problem.NO_NAME),
        ({"phone": "1"}, Problem.BAD_PHONE),
    ],
)
def test_the_first_thing_against_a_row_is_named(
    place: Practice, changed: dict[str, str], problem: Problem
) -> None:
    assert appointment(place, **changed) == BadRow(2, problem)


def test_who_works_alone_need_not_be_named(place: Practice) -> None:
    alone = replace(place, therapists=place.therapists[:1])
    row = appointment(alone, calendar="")
    assert isinstance(row, AppointmentRow)
    assert row.therapist == "therapist-1"


def test_a_length_in_words_counts_before_the_end(place: Practice) -> None:
    row = appointment(place, length="1 h 30", end="10:00")
    assert isinstance(row, AppointmentRow)
    assert row.minutes == 90


def test_a_column_of_cancellations_says_it_by_yes_and_no(place: Practice) -> None:
    head = "Start,End,Name,Type,Calendar,Canceled"
    row = read(place, head, "2026-11-24 09:00", "2026-11-24 10:00", "Jo", "Back massage", "Lee Ng", "Yes")
    assert isinstance(row, AppointmentRow)
    assert row.state.state is State.CANCELLED
    assert not row.is_ahead(datetime(2026, 11, 20, tzinfo=UTC))


def test_what_was_chosen_for_a_name_holds_before_everything(place: Practice) -> None:
    reading = Reading(
        {},
        {},
        None,
        {
            match_key(Field.SERVICE, "Back massage"): "psoas-release",
            match_key(Field.SERVICE, "Yoga"): LEAVE_OUT,
            match_key(Field.SERVICE, "Gone"): "retired-meanwhile",
        },
    )
    place = replace(place, services=(replace(place.services[0], slug="psoas-release"), place.services[1]))
    matching = Matching(place, reading)
    assert matching.slug_of(Field.SERVICE, "BACK massage") == "psoas-release"
    assert matching.slug_of(Field.SERVICE, "yoga") == LEAVE_OUT
    assert matching.slug_of(Field.SERVICE, "Gone") is None
    assert matching.by_name(Field.SERVICE, "Back massage") == "back-massage"


def test_names_are_counted_once_however_they_are_written() -> None:
    sheet = read_rows(b"Type,x\nDeep Work,\ndeep  work,\nYoga,\n")
    counted = names_in(sheet, Reading({Field.SERVICE: 0}))
    assert dict(counted[Field.SERVICE]) == {"Deep Work": 2, "Yoga": 1}
    assert dict(counted[Field.THERAPIST]) == {"": 3}


@pytest.mark.parametrize(("said", "kept"), [("es", "es"), ("Deutsch", "en"), ("", "en")])
def test_a_client_keeps_a_language_in_which_we_can_write(place: Practice, said: str, kept: str) -> None:
    row = read(place, "Name,Language", "Jo Park", said)
    assert isinstance(row, ClientRow)
    assert row.person.language == kept


def test_a_client_is_told_with_what_the_row_says(place: Practice) -> None:
    row = read(
        place,
        "First Name,Last Name,Mobile Phone,Home Phone,Language,DOB,Notes",
        *("Jo", "Park", "", "902-555-0101", "Français", "1980-04-03", "x"),
    )
    assert isinstance(row, ClientRow)
    assert (row.person.phone, row.person.language, row.born, row.notes) == (
        "902-555-0101",
        "fr",
        date(1980, 4, 3),
        "x",
    )
