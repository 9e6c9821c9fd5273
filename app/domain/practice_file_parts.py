"""The practice, its techniques, services and self-care guides in a practice file."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from app.domain.money import CURRENCIES
from app.domain.practice_file import (
    DurationEntry,
    GuideEntry,
    GuideStep,
    PracticeEntry,
    ServiceEntry,
    TechniqueEntry,
)
from app.domain.practice_file_fields import each, email_of, key_of, keys_of, matching
from app.domain.practice_file_guidance import VISITS
from app.domain.practice_file_policy import policy_in
from app.domain.practice_file_public import accent_of, embed_origins_of, questions_of
from app.domain.practice_file_reader import MISSING, Table
from app.domain.practice_file_words import offset_named, price_named

DEPTHS = ("light", "deep")
_EMERGENCY = re.compile(r"[0-9+ -]{2,16}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_SHORT_CODE = re.compile(r"[A-Z0-9]{2,4}")
_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>\\]+")


def practice_of(table: Table) -> PracticeEntry:
    """[practice]"""
    slug, name = table.slug(), table.line("name", 120)
    entry = PracticeEntry(
        slug=slug,
        name=name,
        short_code=matching(table, "short_code", 4, _SHORT_CODE, "must be 2 to 4 capital letters or digits")
        or short_code_for(name or slug),
        language=table.language,
        currency=_currency(table),
        email=email_of(table),
        emergency_number=matching(
            table, "emergency_number", 16, _EMERGENCY, "must be a telephone number such as 911"
        ),
        demonstration=table.flag("demonstration", default=False),
        tagline=table.texts("tagline", 200),
        about=table.texts("about", 4000),
        reasons=table.list_of_texts("reasons", 80),
        channels=tuple(each(table, "channels", _channel)),
        accent=accent_of(table),
        embed_origins=embed_origins_of(table),
        questions=questions_of(table),
        policy=policy_in(table),
    )
    table.close()
    return entry


def language_of(table: Table) -> str:
    """The language that texts are in where the file doesn't say."""
    language = matching(table, "language", 8, _LANGUAGE, "must be a language such as en or fr-CA")
    return language or "en"


def short_code_for(name: str) -> str:
    """The initials of a name, where the file gives no short code."""
    words = re.findall(r"[A-Za-z0-9]+", name)
    initials = "".join(word[0] for word in words).upper()[:4]
    return initials if len(initials) > 1 else (words[0].upper()[:3] if words and len(words[0]) > 1 else "ST")


def technique_of(table: Table) -> TechniqueEntry:
    """[[technique]]"""
    entry = TechniqueEntry(
        table.slug(), table.texts("name", 120, required=True), table.flag("retired", default=False)
    )
    table.close()
    return entry


def service_of(currency: str | None) -> Callable[[Table], ServiceEntry]:
    """[[service]], its prices in that currency."""

    def read(table: Table) -> ServiceEntry:
        entry = ServiceEntry(
            slug=table.slug(),
            name=table.texts("name", 120, required=True),
            summary=table.texts("summary", 300),
            what_happens=table.texts("what_happens", 4000),
            who_it_suits=table.texts("who_it_suits", 4000),
            depth=table.choice("depth", DEPTHS, "light"),
            region=key_of(table, "region"),
            needs_screening=table.flag("needs_screening", default=False),
            techniques=table.slugs("techniques"),
            room_features=table.words("room_features", 80),
            guidance_plan=table.slug("guidance_plan", required=False) or None,
            screening_set=table.slug("screening_set", required=False) or None,
            consent_text=table.slug("consent_text", required=False) or None,
            needs_prior_visit=table.flag("needs_prior_visit", default=False),
            coaches_tools=table.flag("coaches_tools", default=False),
            retired=table.flag("retired", default=False),
            durations=tuple(
                sorted(_durations(table, currency), key=lambda entry: (entry.minutes, entry.visit))
            ),
        )
        table.close()
        return entry

    return read


def guide_of(table: Table) -> GuideEntry:
    """[[guide]]"""
    approved_at = table.moment("approved_at")
    if approved_at is not None and not isinstance(approved_at, datetime):
        table.refuse("approved_at", "must be a date with time and offset such as 2027-02-01T13:00:00-05:00")
    entry = GuideEntry(
        slug=table.slug(),
        title=table.texts("title", 120, required=True),
        source=table.line("source", 120),
        steps=tuple(each(table, "steps", _guide_step)),
        stop_rules=table.list_of_texts("stop_rules", 300),
        gate=keys_of(table, "gate"),
        equipment=table.texts("equipment", 200),
        approved_by=table.line("approved_by", 120),
        retired=table.flag("retired", default=False),
        approved_at=approved_at if isinstance(approved_at, datetime) else None,
        wait=_wait(table),
        goes_with=tuple(table.words("goes_with", 130)),
    )
    if (entry.approved_by is None) != (entry.approved_at is None):
        table.refuse("approved_by", "and approved_at belong together")
    table.close()
    return entry


def _wait(table: Table) -> timedelta | None:
    told = table.line("allowed_after", 40)
    try:
        return offset_named(told) if told else None
    except ValueError as error:
        table.refuse("allowed_after", str(error))
        return None


def _currency(table: Table) -> str | None:
    currency = table.line("currency", 80)
    if currency and currency not in CURRENCIES:
        table.refuse("currency", "must be the three letters of a currency, such as USD")
        return None
    return currency


def _channel(table: Table) -> dict[str, str]:
    kind = key_of(table, "kind")
    url = matching(table, "url", 300, _WEB_ADDRESS, "must be a web address that begins with https://")
    if not kind and "kind" not in table.node:
        table.refuse("kind", MISSING)
    return {"kind": kind or ""} | ({"url": url} if url else {})


def _or(value: int | None, usual: int) -> int:
    return usual if value is None else value


def _durations(table: Table, currency: str | None) -> Iterator[DurationEntry]:
    for inner in table.tables("duration"):
        minutes = inner.whole("minutes", 5, 720, 5)
        if minutes is None and not inner.has("minutes"):
            inner.refuse("minutes", MISSING)
        entry = DurationEntry(
            minutes=minutes or 0,
            visit=inner.choice("visit", VISITS, "any"),
            price_minor=_price(inner, currency),
            buffer_before=_or(inner.whole("buffer_before", 0, 240, 5), 0),
            buffer_after=_or(inner.whole("buffer_after", 0, 240, 5), 15),
        )
        inner.close()
        yield entry


def _price(table: Table, currency: str | None) -> int | None:
    if table.has("price") and not isinstance(table.node["price"], str):
        table.value("price")
        table.refuse("price", 'must be text such as "95.00", so that no cent gets lost')
        return None
    text = table.line("price", 20)
    if text is None:
        return None
    try:
        if currency is None:
            raise ValueError("needs practice.currency")
        return price_named(text, currency)
    except ValueError as error:
        table.refuse("price", str(error))
        return None


def _guide_step(table: Table) -> GuideStep:
    step = GuideStep(
        text=table.texts("text", 600, required=True),
        seconds=table.whole("seconds", 1, 3600),
        up_to_seconds=table.whole("up_to_seconds", 1, 3600),
        per_side=table.flag("per_side", default=False),
        reps=table.whole("reps", 1, 100),
        sets=table.whole("sets", 1, 20),
    )
    if step.up_to_seconds is not None and (step.seconds is None or step.up_to_seconds <= step.seconds):
        table.refuse("up_to_seconds", "must be more than seconds")
    return step
