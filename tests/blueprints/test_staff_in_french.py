"""The desk in French: pages, what is said to forms, the day on paper, the numbers; each member in their own language."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from reportlab.platypus import Paragraph, Table
from sqlalchemy import update

from app.domain.clients import Preferences, Pressure
from app.domain.day_sheets import DaySheet, SheetSession
from app.domain.said import said
from app.domain.spans import Span
from app.extensions import db
from app.languages import STAFF, speech_in
from app.models import Practice, StaffMember
from app.sheets.day_sheet import _story
from app.sheets.fonts import prepare_fonts
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.blueprints.test_admin import PAGES
from tests.support.desk import Desk, text_of, token
from tests.support.guides import add_guides

MONDAY = "2026-11-23"
#: Words of the staff pages that would stand there in English, were they not in the catalogue.
_ENGLISH = re.compile(
    r"\b(the|and|of|with|your|you|they|there|nothing|settings|save|booked|schedule|until|from|who|what|when|which)\b",
    re.IGNORECASE,
)
#: What the example practice has written itself.
_THEIRS = ("The next day", "Main Street")


@pytest.fixture
def french(desk: Desk) -> Desk:
    """A practice whose language is French."""
    desk.booked("10:00", name="Jo Park", email="jo@example.com")
    with desk.app.app_context(), transaction() as rows:
        rows.execute(update(Practice).values(language="fr"))
        raise_revision()
    return desk


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (f"/staff/schedule/{MONDAY}", ["lundi 23 novembre", "réservé", "10 h", "Réserver une séance"]),
        (f"/staff/week/{MONDAY}", ["23 au 29 novembre 2026", "Réserver une séance"]),
        ("/staff/clients", ["Nom, téléphone, courriel ou référence", "Chercher"]),
        ("/staff/messages", ["Liste d\u2019appels", "Les 30 derniers jours"]),
        ("/staff/numbers", ["Occupation", "Clients nouveaux et habitués", "Comment c\u2019est compté"]),
        ("/staff/account", ["Votre compte", "Comme le cabinet", "Se connecter aussi avec un code"]),
        ("/staff/audit", ["Journal", "vendredi 20 novembre 2026"]),
        ("/staff/feeds", ["Adresses de calendrier"]),
        ("/staff/people", ["Équipe", "propriétaire"]),
        ("/staff/settings/", ["Réglages", "Cabinet et politique"]),
        ("/staff/settings/policy", ["Préavis le plus court"]),
        ("/staff/book", ["Réserver une séance", "Une visite auparavant?"]),
    ],
)
def test_a_page_speaks_french(french: Desk, path: str, said: list[str]) -> None:
    answer = french.member("owner").get(path)
    assert answer.status_code == 200, path
    assert '<html lang="fr"' in answer.text
    page = text_of(answer)
    assert [words for words in said if words not in page] == []


def test_no_settings_page_says_anything_in_english(french: Desk) -> None:
    owner = french.member("owner")
    heard = {path: _ENGLISH.findall(_own_words(owner.get(path).text)) for path in PAGES}
    assert {path: words for path, words in heard.items() if words} == {}


def test_an_appointment_is_shown_and_moved_on_in_french(french: Desk) -> None:
    client = french.member("desk")
    page = client.get(f"/staff/schedule/{MONDAY}")
    href = next(
        path for path in re.findall(r"/staff/appointments/[A-Z0-9-]+", page.text) if "REF" not in path
    )
    shown = text_of(client.get(href))
    assert "lundi 23 novembre 2026 à 10 h" in shown
    assert "L\u2019annuler" in shown
    assert "Messages à Jo Park" in shown
    assert "Qui annule?" in text_of(client.get(f"{href}/cancel"))
    wrong = client.post(f"{href}/cancel", data={"csrf_token": token(client.get(f"{href}/cancel"))})
    assert "Dites qui annule" in text_of(wrong) or wrong.status_code == 400


def test_the_sign_in_page_asks_in_the_language_of_the_browser(french: Desk) -> None:
    stranger = french.app.test_client()
    page = stranger.get("/staff/login", headers={"Accept-Language": "fr-CA"})
    assert '<html lang="fr"' in page.text
    assert "Pour les gens qui travaillent ici" in text_of(page)
    data = {"csrf_token": token(page), "email": "owner@example.com", "password": "not this one"}
    refused = stranger.post("/staff/login", data=data, headers={"Accept-Language": "fr-CA"})
    assert "ne vont pas ensemble" in text_of(refused)
    in_english = stranger.get("/staff/login", headers={"Accept-Language": "en-CA"})
    assert "For the people who work here" in text_of(in_english)


def test_a_members_own_choice_beats_the_practices(french: Desk) -> None:
    owner = french.member("owner")
    assert "Votre compte" in text_of(owner.get("/staff/account"))
    french.post("owner", "/staff/account/language", language="en")
    assert "Your account" in text_of(owner.get("/staff/account"))
    assert '<html lang="en"' in owner.get(f"/staff/schedule/{MONDAY}").text
    assert "lundi 23 novembre" in text_of(french.member("desk").get(f"/staff/schedule/{MONDAY}"))
    french.post("owner", "/staff/account/language", language="")
    assert "Votre compte" in text_of(owner.get("/staff/account"))


def test_a_language_that_is_not_known_is_no_choice(french: Desk) -> None:
    french.post("desk", "/staff/account/language", language="tlh")
    with french.app.app_context():
        chosen = db.session.query(StaffMember.language).filter_by(email="desk@example.com").scalar()
    assert chosen is None


def test_a_member_reads_french_in_an_english_practice(desk: Desk) -> None:
    desk.post("therapist", "/staff/account/language", language="fr")
    assert "lundi 23 novembre" in text_of(desk.member("therapist").get(f"/staff/schedule/{MONDAY}"))
    assert "Monday 23 November" in text_of(desk.member("desk").get(f"/staff/schedule/{MONDAY}"))


def test_cards_that_were_drawn_in_one_language_are_not_shown_in_another(french: Desk) -> None:
    assert "réservé" in french.member("desk").get(f"/staff/schedule/{MONDAY}").text
    french.post("owner", "/staff/account/language", language="en")
    page = french.member("owner").get(f"/staff/schedule/{MONDAY}").text
    assert "</svg>booked</span>" in page
    assert "réservé" not in page


@pytest.mark.parametrize(
    ("path", "in_french", "in_english"),
    [
        ("/staff/settings/guides/ball/edit", "Titre en anglais", "Title in English"),
        ("/staff/settings/guidance/deep", "Texte en anglais", "Text in English"),
        ("/staff/settings/site-questions", "Question en anglais", "Question in English"),
    ],
)
def test_a_form_in_many_languages_is_no_memory_of_who_opened_it_first(
    desk: Desk, path: str, in_french: str, in_english: str
) -> None:
    with desk.app.app_context():
        add_guides()
    for language, there, elsewhere in (("fr", in_french, in_english), ("en", in_english, in_french)):
        with desk.app.app_context(), transaction() as rows:
            rows.execute(update(StaffMember).values(language=language))
        page = text_of(desk.member("owner").get(path))
        assert there in page
        assert elsewhere not in page


def test_a_form_says_in_french_what_is_wrong(french: Desk) -> None:
    page = text_of(french.post("owner", "/staff/settings/practice", name=""))
    assert "Le cabinet a besoin d\u2019un nom." in page
    page = text_of(french.post("owner", "/staff/settings/policy", notice_minutes="soon"))
    assert "Entrez un nombre entier de 0 à" in page


def test_the_day_sheet_is_printed_in_french(french: Desk) -> None:
    answer = french.member("desk").get(f"/staff/schedule/{MONDAY}/sheet.pdf")
    assert b"/Lang (fr)" in answer.data
    assert b"(Feuille du jour, lundi 23 novembre 2026)" in answer.data
    assert "Feuille du jour, lundi 23 novembre 2026" in text_of(
        french.member("desk").get(f"/staff/schedule/{MONDAY}/print")
    )


def test_the_words_of_the_day_sheet_are_french() -> None:
    prepare_fonts()
    zone, begins = ZoneInfo("America/Halifax"), datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    session = SheetSession(
        starts_at=begins,
        ends_at=begins + timedelta(hours=1),
        client="Jo Park",
        phone=None,
        service="Massage",
        minutes=60,
        room=None,
        first_visit=True,
        reference="KT-7F3M",
        preferences=Preferences(Pressure.FIRM, "", ""),
        flags=(said("Second person: %(name)s", name="Mina Cole"),),
    )
    sheet = DaySheet(
        therapist="Dana Reyes",
        day=begins.date(),
        zone=zone,
        practice="Example Bodywork",
        place="Main",
        working=(Span(begins, begins + timedelta(hours=8)),),
        sessions=(session,),
        printed_at=begins,
    )
    words = " ".join(" ".join(_words_of(list(_story([sheet], 500, speech_in("fr", STAFF))))).split())
    for expected in (
        "lundi 23 novembre 2026",
        "10 h à 18 h",
        "Heure Client Séance Notes",
        "à 11 h",
        "Première visite",
        "sans salle",
        "Deuxième personne : Mina Cole",
        "Pression : ferme",
    ):
        assert expected in words


def _words_of(parts: list[Any]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Paragraph):
            yield part.getPlainText()
        elif isinstance(part, Table):
            yield from _words_of([cell for row in part._cellvalues for cell in row])


def test_files_for_spreadsheets_have_french_headings(french: Desk) -> None:
    answer = french.member("owner").get("/staff/numbers/appointments.csv")
    head = next(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert head[:4] == ["Référence", "Jour", "Début", "Fin"]
    missed = french.member("owner").get("/staff/numbers/missed.csv")
    assert "Annulations tardives" in missed.text


def test_an_error_page_is_in_french(french: Desk) -> None:
    page = text_of(french.member("desk").get("/staff/appointments/KT-7F3MQ"))
    assert "Il n\u2019y a rien à cette adresse" in page


def _own_words(html: str) -> str:
    """The page without what the practice wrote, and without scripts, values and codes."""
    main = html.partition("<main")[2].partition(">")[2]
    main = re.sub(
        r"<(script|style|textarea|option|code|pre|dd|h1|a|h3|svg)\b.*?</\1>", " ", main, flags=re.DOTALL
    )
    for words in _THEIRS:
        main = main.replace(words, " ")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", main))
