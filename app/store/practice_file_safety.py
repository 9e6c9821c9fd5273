"""Screening sets and consent texts between the tables and a practice file: each change of what clients read is a new version."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app.domain.consent import ConsentArea
from app.domain.practice import Texts
from app.domain.practice_file import ConsentTextEntry, ScreeningSetEntry
from app.domain.screening import ScreeningQuestion
from app.extensions import db
from app.models import ConsentText, ConsentTextVersion, ScreeningSet, ScreeningSetVersion
from app.store.safety_texts import areas_of, every_question, stored_areas, stored_questions


def screening_set_entries() -> tuple[ScreeningSetEntry, ...]:
    """Of every set its newest version."""
    rows = db.session.execute(select(ScreeningSet).order_by(ScreeningSet.id)).scalars()
    return tuple(_set_entry(row) for row in rows)


def consent_text_entries() -> tuple[ConsentTextEntry, ...]:
    """Of every text its newest version."""
    rows = db.session.execute(select(ConsentText).order_by(ConsentText.id)).scalars()
    return tuple(_text_entry(row) for row in rows)


def save_screening_set(row: ScreeningSet, entry: ScreeningSetEntry, now: datetime) -> None:
    """Make the newest version say what the entry says."""
    row.name = entry.name
    version = add_set_version(row, entry.questions, now)
    version.approved_by, version.approved_at = entry.approved_by, entry.approved_at


def save_consent_text(row: ConsentText, entry: ConsentTextEntry, now: datetime) -> None:
    """Make the newest version say what the entry says."""
    row.name = entry.name
    version = add_text_version(row, entry.body, entry.areas, now)
    version.approved_by, version.approved_at = entry.approved_by, entry.approved_at


def add_set_version(
    row: ScreeningSet, questions: Iterable[ScreeningQuestion], now: datetime
) -> ScreeningSetVersion:
    """A new version, not approved yet; the newest one where it says the same already."""
    wanted = tuple(questions)
    if row.versions and every_question(row.versions[-1]) == wanted:
        return row.versions[-1]
    number = row.versions[-1].version + 1 if row.versions else 1
    version = ScreeningSetVersion(version=number, questions=stored_questions(wanted), created_at=now)
    row.versions.append(version)
    return version


def add_text_version(
    row: ConsentText, body: Texts, areas: Iterable[ConsentArea], now: datetime
) -> ConsentTextVersion:
    """A new version, not approved yet; the newest one where it says the same already."""
    wanted = tuple(areas)
    newest = row.versions[-1] if row.versions else None
    if newest is not None and newest.body == dict(body) and areas_of(newest) == wanted:
        return newest
    number = newest.version + 1 if newest else 1
    version = ConsentTextVersion(version=number, body=dict(body), areas=stored_areas(wanted), created_at=now)
    row.versions.append(version)
    return version


def _set_entry(row: ScreeningSet) -> ScreeningSetEntry:
    newest = row.versions[-1]
    return ScreeningSetEntry(
        row.slug, row.name, every_question(newest), newest.approved_by, newest.approved_at
    )


def _text_entry(row: ConsentText) -> ConsentTextEntry:
    newest = row.versions[-1]
    return ConsentTextEntry(
        row.slug, row.name, newest.body, areas_of(newest), newest.approved_by, newest.approved_at
    )
