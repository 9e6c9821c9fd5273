"""What may be seen on a locked screen, in a shared calendar or over a shoulder says nothing of the session."""

import re

import pytest

from app.domain.emails import Email
from app.domain.notifications import Kind
from app.emails.compose import compose
from development.sample_letters import letter, sample
from tests.emails.markup import parsed, shown_text

#: Technique, region, complaint, and what gives them away, in both languages.
TELLING = re.compile(
    r"psoas|relâche|release|massage|abdom|belly|ventre|hips?\b|hanche|pain|douleur|alcohol|alcool|\bill\b|malad|worse|help",
    re.IGNORECASE,
)
ABOUT_APPOINTMENTS = [kind for kind in Kind if kind not in (Kind.ACCOUNT_MESSAGE, Kind.THERAPIST_AGENDA)]
TO_CLIENTS = [kind for kind in Kind if kind.startswith("appointment")]
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


def preview(email: Email) -> str:
    (hidden,) = (element for element in parsed(email.html).walk() if "hidden" in element.classes)
    return "".join(hidden.texts())


@LANGUAGES
@pytest.mark.parametrize("kind", Kind)
def test_no_subject_names_technique_region_service_or_complaint(kind: Kind, language: str) -> None:
    subject = compose(sample(kind, language)).subject
    assert not TELLING.search(subject)
    assert len(subject) <= 70


@LANGUAGES
@pytest.mark.parametrize("kind", [kind for kind in TO_CLIENTS if kind is not Kind.APPOINTMENT_AFTERCARE])
def test_a_subject_begins_with_date_and_time(kind: Kind, language: str) -> None:
    begins = {"en": "Tue 24 Nov, 2:30 pm: ", "fr": "Mar. 24 nov., 14 h 30 : "}[language]
    assert compose(sample(kind, language)).subject.startswith(begins)


@LANGUAGES
@pytest.mark.parametrize("kind", Kind)
def test_the_preview_in_a_list_of_mails_is_neutral_and_nothing_shows_behind_it(
    kind: Kind, language: str
) -> None:
    shown = preview(compose(sample(kind, language)))
    assert not TELLING.search(shown)
    assert shown.strip("\u034f\u200c\u00a0").strip()
    assert shown.endswith("\u034f\u200c\u00a0" * 60)


@LANGUAGES
@pytest.mark.parametrize("kind", TO_CLIENTS)
def test_a_text_begins_with_nothing_but_time_and_place(kind: Kind, language: str) -> None:
    if kind is not Kind.APPOINTMENT_AFTERCARE:
        assert not TELLING.search(compose(sample(kind, language)).text[:150])


@LANGUAGES
@pytest.mark.parametrize("kind", ABOUT_APPOINTMENTS)
def test_a_calendar_entry_says_nothing_of_the_session(kind: Kind, language: str) -> None:
    calendar = compose(sample(kind, language)).calendar
    if calendar is not None:
        written = calendar.content.replace(b"\r\n ", b"").decode()
        assert not TELLING.search(written)
        assert "/appointment/" not in written


@pytest.mark.parametrize("kind", Kind)
def test_the_practice_is_the_sender(kind: Kind) -> None:
    assert compose(sample(kind)).sender.name == "Kneaded Tranquility"


@LANGUAGES
@pytest.mark.parametrize("kind", TO_CLIENTS)
def test_who_wants_no_detail_gets_neither_the_session_nor_advice(kind: Kind, language: str) -> None:
    email = compose(letter(kind, language, may_say_all=False))
    for shown in (email.text, shown_text(email.html)):
        assert not re.search("psoas|alcohol|alcool|15 minutes|stretch|étirez|chest|poitrine", shown.lower())
        if kind not in (Kind.APPOINTMENT_CANCELLED, Kind.APPOINTMENT_DECLINED, Kind.APPOINTMENT_LAPSED):
            assert {"en": "your appointment's page", "fr": "la page de votre rendez-vous"}[
                language
            ] in shown.lower()
            assert "https://book.example.com/appointment/" in shown
    if kind in (Kind.APPOINTMENT_BOOKED, Kind.APPOINTMENT_AFTERCARE):
        assert "911" in email.text
