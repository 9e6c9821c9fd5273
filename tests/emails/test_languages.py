"""Mails are in one language from top to bottom."""

import re
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app import languages, wording
from app.domain.notifications import Kind
from app.emails.compose import compose
from app.emails.facts import Price
from app.languages import Speech, forget_catalogues
from development.sample_letters import letter, sample
from tests.emails.cases import cases
from tests.emails.markup import shown_text

ENGLISH = re.compile(
    r"\b(the|your|you|we|with|until|is|and|for|call|appointment|please|what|this|free|before|session|from|at)\b",
    re.IGNORECASE,
)
#: What our French letters hold that is not ours to translate.
NAMES = re.compile(
    r"<?https?://\S+|Kneaded Tranquility|Psoas release|\S+ (?:Road|Avenue)|Lower Level|--- as HTML ---|tel:"
)


def test_plurals_follow_the_language() -> None:
    many = (
        "%(num)d session, from %(first)s to %(last)s (%(zone)s).",
        "%(num)d sessions, from %(first)s to %(last)s (%(zone)s).",
    )
    counted = {
        (language, num): Speech(language).ngettext(*many, num, first="1", last="2", zone="Z").split(",")[0]
        for language in ("en", "fr")
        for num in (0, 1, 2)
    }
    assert counted == {
        ("en", 0): "0 sessions", ("en", 1): "1 session", ("en", 2): "2 sessions",
        ("fr", 0): "0 séance", ("fr", 1): "1 séance", ("fr", 2): "2 séances",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", [name for name in cases() if name.endswith(".fr") and not name.startswith("account")]
)
def test_no_english_is_left_in_a_french_mail(name: str) -> None:
    email = compose(cases()[name])
    for shown in (email.subject, email.text, shown_text(email.html)):
        assert ENGLISH.findall(NAMES.sub("", shown)) == []
    assert '<html lang="fr"' in email.html


@pytest.mark.parametrize("language", ["fr", "fr-CA", "fr_CA"])
def test_dates_and_prices_are_french_too(language: str) -> None:
    email = compose(letter(Kind.APPOINTMENT_BOOKED, language, price=Price(9550, "CAD", "14.975")))
    said = email.text.replace("\u00a0", " ")
    assert "Mardi 24 novembre 2026 à 14 h 30" in said
    assert "jusqu\u2019à 15 h 30 (heure de l\u2019Est" in said
    assert "Prix : 95,50 $ plus 14.975 % de taxes" in said
    assert email.subject == "Mar. 24 nov., 14 h 30 : votre rendez-vous est réservé"


def test_the_calendar_entry_is_in_the_language_of_the_mail() -> None:
    calendar = compose(sample(Kind.APPOINTMENT_BOOKED, "fr")).calendar
    assert calendar is not None
    written = calendar.content.replace(b"\r\n ", b"").decode().replace("\u00a0", " ")
    assert "SUMMARY:Kneaded Tranquility : rendez-vous" in written
    assert "Référence KT-7F3MQ" in written


def test_a_language_without_catalogue_is_english_throughout() -> None:
    for unknown in ("de", "xx", "../../etc"):
        assert compose(letter(Kind.APPOINTMENT_BOOKED, unknown)) == compose(letter(Kind.APPOINTMENT_BOOKED))


def test_a_catalogue_alone_adds_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "es" / "LC_MESSAGES"
    place.mkdir(parents=True)
    (place / "messages.po").write_text(
        'msgid ""\nmsgstr "Language: es\\n"\n\nmsgid "With"\nmsgstr "Con"\n', "utf-8"
    )
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    forget_catalogues()
    try:
        email = compose(letter(Kind.APPOINTMENT_BOOKED, "es"))
    finally:
        monkeypatch.undo()
        forget_catalogues()
    assert "Con: Dana Reyes" in email.text
    assert "martes, 24 de noviembre de 2026" in email.text.lower()


def test_days_are_counted_as_each_language_counts() -> None:
    assert [wording.days_words(days) for days in (0, 1, 1.5, 2)] == ["0 days", "1 day", "1.5 days", "2 days"]
    french = [wording.days_words(days, "fr") for days in (0, 1, 1.5, 2)]
    assert french == ["0 jour", "1 jour", "1,5 jour", "2 jours"]


def test_dates_are_written_as_people_write_them() -> None:
    zone = ZoneInfo("America/Halifax")
    first = datetime(2026, 12, 1, 14, 0, tzinfo=zone).astimezone(UTC)
    assert wording.when_words(first, zone, "fr") == "mardi 1er décembre 2026 à 14\u00a0h"
    assert (
        wording.near_when_words(first + timedelta(days=10, minutes=5), zone, "fr")
        == "vendredi 11 décembre à 14\u00a0h\u00a005"
    )
    assert wording.when_words(first, zone) == "Tuesday 1 December 2026, 2:00 pm"
    assert wording.short_day_words(date(2026, 12, 1), "fr") == "mar. 1er déc."
    assert wording.wall_clock_words(time(9), "fr") == "9\u00a0h"
    assert wording.money_words(950000, "CAD", "fr") == "9\u00a0500\u00a0$"
    assert wording.list_words(["un", "deux", "trois"], "fr") == "un, deux et trois"
    assert wording.list_words(["one", "two", "three"]) == "one, two and three"
    assert wording.either_words(["un", "deux", "trois"], "fr") == "un, deux ou trois"
    assert wording.either_words(["one", "two", "three"]) == "one, two or three"
