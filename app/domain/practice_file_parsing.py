"""From a document to a practice file: all values, or all errors at once."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.domain.practice_file import LocationEntry, PracticeFile
from app.domain.practice_file_checks import (
    check_asked,
    check_guide,
    check_location,
    check_plan,
    check_rooms,
    check_service,
    check_slugs,
    check_therapist,
)
from app.domain.practice_file_document import BadPracticeFile, FileError, Node, placed
from app.domain.practice_file_guidance import plan_of, with_guides_at_steps
from app.domain.practice_file_parts import guide_of, language_of, practice_of, service_of, technique_of
from app.domain.practice_file_people import therapist_of
from app.domain.practice_file_places import location_of
from app.domain.practice_file_reader import MISSING, Table
from app.domain.practice_file_safety import consent_text_of, screening_set_of

Entry = TypeVar("Entry")


def parse_practice_file(document: Mapping[str, object]) -> PracticeFile:
    """The values that a document (without ``include`` and ``[example]``) stands for. Raises BadPracticeFile with every error."""
    errors: list[FileError] = []
    top = Table(document if isinstance(document, Node) else placed(document), errors)
    practice_table = top.table("practice")
    if practice_table is None:
        if not top.has("practice"):
            top.refuse("practice", MISSING)
        practice_table = Table(Node("practice"), [])
    top.language = practice_table.language = language_of(practice_table)
    file = _parts(top, practice_table)
    top.close()
    if errors:
        raise BadPracticeFile(errors)
    return file


def _parts(top: Table, practice_table: Table) -> PracticeFile:
    practice = practice_of(practice_table)
    locations = _read(top, "location", location_of)
    techniques = _read(top, "technique", technique_of)
    plans = _read(top, "guidance_plan", plan_of)
    services = _read(top, "service", service_of(practice.currency))
    places = tuple(entry for _, entry in locations)
    therapists = _read(top, "therapist", therapist_of(places[0] if places else None, zones_of(places)))
    guides = _read(top, "guide", guide_of)
    sets = _read(top, "screening_set", screening_set_of)
    texts = _read(top, "consent_text", consent_text_of)
    for read in (locations, techniques, plans, services, therapists, guides, sets, texts):
        check_slugs(read)
    file = PracticeFile(
        practice,
        places,
        tuple(entry for _, entry in techniques),
        tuple(entry for _, entry in plans),
        tuple(entry for _, entry in services),
        tuple(entry for _, entry in therapists),
        tuple(entry for _, entry in guides),
        tuple(entry for _, entry in sets),
        tuple(entry for _, entry in texts),
    )
    check_rooms(locations)
    for table, location in locations:
        check_location(table, location)
    for table, plan in plans:
        check_plan(table, plan, file.guides)
    for table, guide in guides:
        check_guide(table, guide, file.plans)
    file = with_guides_at_steps(file)
    for table, service in services:
        check_service(table, service, file.techniques, file.plans, file.locations)
        check_asked(table, service, file.screening_sets, file.consent_texts)
    for table, therapist in therapists:
        check_therapist(table, therapist, file.techniques, file.locations)
    return file


def zones_of(locations: tuple[LocationEntry, ...]) -> dict[str, ZoneInfo]:
    """The zones that are known, by location."""
    return {location.slug: ZoneInfo(location.zone) for location in locations if location.zone}


def _read(top: Table, key: str, read: Callable[[Table], Entry]) -> list[tuple[Table, Entry]]:
    return [(table, read(table)) for table in top.tables(key)]
