"""Columns by their names, as the systems write them; how a file is read, kept as texts; who is who."""

from app.domain.imports import DayOrder, Field, FileKind, OldSystem, Problem, Reading, match_key
from app.domain.imports_columns import guess_columns, guess_source
from app.domain.imports_people import KnownPerson, People
from app.domain.imports_rows import Person

ACUITY = (
    *("Start Time", "End Time", "First Name", "Last Name", "Phone", "Email", "Type", "Calendar"),
    *("Appointment Price", "Paid?", "Amount Paid Online", "Certificate Code", "Notes", "Date Scheduled"),
    *("Label", "Scheduled By", "Appointment ID"),
)
EASYAPPOINTMENTS = (
    *("id", "first_name", "last_name", "email", "mobile_number", "phone_number", "address", "city"),
    *("state", "zip_code", "notes", "timezone", "language"),
)
JANE = (
    *("Patient GUID", "Patient Number", "First Name", "Preferred Name", "Last Name", "Email"),
    *("Home Phone", "Mobile Phone", "Work Phone", "Birth Date", "Sex"),
)


def named(header: tuple[str, ...], kind: FileKind) -> dict[str, str]:
    return {one.value: header[number] for one, number in guess_columns(header, kind).items()}


def test_acuitys_appointments() -> None:
    assert guess_source(ACUITY) is OldSystem.ACUITY
    assert named(ACUITY, FileKind.APPOINTMENTS) == {
        "service": "Type",
        "therapist": "Calendar",
        "starts": "Start Time",
        "ends": "End Time",
        "first_name": "First Name",
        "last_name": "Last Name",
        "email": "Email",
        "phone": "Phone",
        "notes": "Notes",
    }


def test_easyappointments_customers() -> None:
    assert guess_source(EASYAPPOINTMENTS) is OldSystem.EASYAPPOINTMENTS
    assert named(EASYAPPOINTMENTS, FileKind.CLIENTS) == {
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "phone": "mobile_number",
        "other_phone": "phone_number",
        "language": "language",
        "notes": "notes",
    }


def test_janes_patients() -> None:
    assert guess_source(JANE) is OldSystem.JANE
    found = named(JANE, FileKind.CLIENTS)
    assert (found["phone"], found["other_phone"], found["born"]) == (
        "Mobile Phone",
        "Home Phone",
        "Birth Date",
    )


def test_a_file_of_nobodys() -> None:
    assert guess_source(("A", "B")) is OldSystem.OTHER
    assert guess_columns(("A", "B"), FileKind.CLIENTS) == {}


def test_a_last_name_alone_is_a_whole_name() -> None:
    assert named(("Nom", "Courriel"), FileKind.CLIENTS) == {"name": "Nom", "email": "Courriel"}
    assert named(("Prénom", "Nom"), FileKind.CLIENTS) == {"first_name": "Prénom", "last_name": "Nom"}


def test_how_a_file_is_read_comes_back_as_it_was() -> None:
    reading = Reading(
        {Field.NAME: 0, Field.BORN: 3},
        {Field.BORN: DayOrder.MONTH_FIRST},
        "main",
        {match_key(Field.SERVICE, "Deep work"): "psoas-release"},
        tells_clients=True,
    )
    assert Reading.from_stored(reading.stored()) == reading
    assert reading.match(Field.SERVICE, " DÉEP   work!") == "psoas-release"
    assert "deep" not in str(reading.stored()).lower()


def person(name: str, email: str | None = None, phone: str | None = None) -> Person:
    return Person(name, email, phone, "en")


def test_who_is_known_by_name_and_one_way_to_reach_them() -> None:
    people = People([("Jo Park", KnownPerson(1, "jo@example.com", "902-555-0101"))])
    assert people.find(person("JO  park", "jo@example.com")) == 1
    assert people.find(person("Jo Park", "other@example.com", "+1 (902) 555-0101")) == 1
    assert people.find(person("Jo Park", "other@example.com")) is None
    assert people.find(person("Mina Park", "jo@example.com")) is None
    assert people.find(person("Jo Park")) == 1


def test_namesakes_are_told_apart_or_told() -> None:
    known = [
        ("Jo Park", KnownPerson(1, "a@example.com", None)),
        ("Jo Park", KnownPerson(2, "b@example.com", None)),
    ]
    assert People(known).find(person("Jo Park", "b@example.com")) == 2
    assert People(known).find(person("Jo Park")) is Problem.NAMESAKES


def test_a_closed_record_stays_closed() -> None:
    people = People([("Jo Park", KnownPerson(1, "jo@example.com", None, closed=True))])
    assert people.find(person("Jo Park", "jo@example.com")) is Problem.CLOSED_RECORD
