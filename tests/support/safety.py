"""What makes the small practice of `rows` ask before deep work: a set of questions, a consent text, limits, a second person."""

import copy
from datetime import datetime, time
from typing import Any

from sqlalchemy import select, update

from app.actions.screening import Answered, answer_questions
from app.domain.consent import ConsentTerms
from app.domain.practice import Service as ServiceValue
from app.models import (
    AddressPeriod,
    ConsentText,
    ConsentTextVersion,
    Location,
    OpeningHours,
    Practice,
    ScreeningSet,
    ScreeningSetVersion,
    Service,
    Therapist,
)
from app.store.practice import load_practice, raise_revision
from app.store.transactions import transaction
from tests.support.rows import NOW

TERMS = ConsentTerms({"belly": True, "groin": False}, "Towel", "Red", "Shorts")
#: What everybody can answer: nothing stands against the session.
WELL = {"pregnant": "no", "thinners": "no", "pulse": "no", "surgery": "no"}
_OF_AGE = {"key": "no", "label": {"en": "No, {minor_until} or older"}, "outcome": "ok"}
_UNDER_AGE = {"key": "yes", "label": {"en": "Yes, younger"}, "outcome": "review"}
MINOR = {
    "key": "minor",
    "text": {"en": "Younger than {minor_until}?", "fr": "Moins de {minor_until} ans?"},
    "why": {"en": "Below {minor_until} a guardian agrees."},
    "answers": [_OF_AGE, _UNDER_AGE],
}


def ask_before(slug: str = "psoas-release", *, consent: bool = True, approved: bool = True) -> None:
    """Four questions before that service: pregnant (CALL), thinners (REVIEW for aspirin), pulse (URGENT), surgery (by its date)."""
    by = {"approved_by": "owner@example.com", "approved_at": NOW} if approved else {}
    with transaction() as rows:
        version = ScreeningSetVersion(version=1, questions=_questions(), created_at=NOW, **by)
        asked = ScreeningSet(slug="deep", name="Before deep work", versions=[version])
        rows.add(asked)
        service = rows.execute(select(Service).where(Service.slug == slug)).scalar_one()
        text = ConsentText(slug="deep", name="Deep work", versions=[_text(1, by)])
        rows.add(text)
        rows.flush()
        service.screening_set_id = asked.id
        service.consent_text_id = text.id if consent else None
        raise_revision()


def ask_for_age() -> None:
    """One question more, after `ask_before`: for who is younger a guardian agrees."""
    with transaction() as rows:
        version = rows.execute(select(ScreeningSetVersion)).scalar_one()
        version.questions = [*copy.deepcopy(version.questions), MINOR]
        raise_revision()


def unasked() -> tuple[ScreeningSet, ConsentText]:
    """A set and a text that no service uses, and that nobody has approved."""
    version = ScreeningSetVersion(version=1, questions=_questions(), created_at=NOW)
    asked = ScreeningSet(slug="unasked", name="Before other work", versions=[version])
    return asked, ConsentText(slug="unasked", name="Other work", versions=[_text(1, {})])


def change_consent_text() -> None:
    """A newer version: who agreed to the old one is asked again."""
    with transaction() as rows:
        text = rows.execute(select(ConsentText)).scalar_one()
        text.versions.append(_text(2, {"approved_by": "owner@example.com", "approved_at": NOW}))
        raise_revision()


def limit(**numbers: int) -> None:
    """Set the practice's own limits, by the names of its columns."""
    with transaction() as rows:
        rows.execute(update(Practice).values(**numbers))
        raise_revision()


def describe(slug: str, **values: Any) -> None:
    """What a therapist is: gender, may_chaperone, limits of their own."""
    with transaction() as rows:
        rows.execute(update(Therapist).where(Therapist.slug == slug).values(**values))
        raise_revision()


def deep_service(slug: str = "psoas-release") -> ServiceValue:
    """The service as the practice in force has it."""
    service = load_practice().service(slug)
    assert service is not None
    return service


def answered(now: datetime, visitor: str | None = "visitor", **said: str) -> Answered:
    """All is well but for what is named."""
    return answer_questions(deep_service(), WELL | said, visitor, now)


def _text(version: int, by: dict[str, Any]) -> ConsentTextVersion:
    areas = [
        {"key": "belly", "label": {"en": "Belly"}},
        {"key": "groin", "label": {"en": "Front of the hip"}},
    ]
    body = {"en": f"You may stop at any time. Version {version}."}
    return ConsentTextVersion(version=version, body=body, areas=areas, created_at=NOW, **by)


def _questions() -> list[dict[str, Any]]:
    weeks = [{"within_days": 42, "outcome": "call"}, {"within_days": 183, "outcome": "review"}]
    return [
        _question("pregnant", _yes("call")),
        _question(
            "thinners",
            {"key": "aspirin", "label": {"en": "Low-dose aspirin"}, "outcome": "review"},
            _yes("call"),
        ),
        _question("pulse", _yes("urgent")),
        _question("surgery", _yes("call") | {"phases": weeks}),
    ]


def _question(key: str, *answers: dict[str, Any]) -> dict[str, Any]:
    no = {"key": "no", "label": {"en": "No"}, "outcome": "ok"}
    unsure = {"key": "not_sure", "label": {"en": "I'm not sure"}, "outcome": "call"}
    return {
        "key": key,
        "text": {"en": f"About {key}?"},
        "why": {"en": f"Because of {key}."},
        "answers": [no, *answers, unsure],
    }


def _yes(outcome: str) -> dict[str, Any]:
    return {"key": "yes", "label": {"en": "Yes"}, "outcome": outcome}


def advise(key: str, answer: str, words: str) -> None:
    """What is said to who gives that answer."""
    with transaction() as rows:
        version = rows.execute(select(ScreeningSetVersion)).scalar_one()
        asked = copy.deepcopy(version.questions)
        answers = next(one for one in asked if one["key"] == key)["answers"]
        next(one for one in answers if one["key"] == answer)["advice"] = {"en": words}
        version.questions = asked
        raise_revision()


def open_in_london() -> int:
    """A second place, in a country with another emergency number; its row's number."""
    with transaction() as rows:
        place = Location(
            slug="london",
            name="Example Lane",
            zone="Europe/London",
            country="GB",
            phone="020-5550-0101",
            position=9,
            address_periods=[AddressPeriod(lines="2 Example Lane\nLondon")],
            opening_hours=[OpeningHours(weekday=day, opens=time(8), closes=time(20)) for day in range(7)],
        )
        rows.add(place)
        rows.flush()
        raise_revision()
        return place.id
