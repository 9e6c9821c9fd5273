"""A client's way through the site in French: pages, what is wrong with a form, dates, prices, numbers, the mail that follows."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.actions.letters import as_mail
from app.extensions import db
from app.models import Appointment, Location, Notification, Service
from app.store.transactions import transaction
from tests.support.answers import link
from tests.support.desk import Desk, form_of, text_of
from tests.support.french import english_in
from tests.support.questioned import Walk
from tests.support.rows import MONDAY, NOW, at, make_practice
from tests.support.safety import ask_before

BOOK = "/book/psoas-release"
TIMES = f"{BOOK}/time?visit=returning&minutes=60&date={MONDAY.isoformat()}"
JO = {"name": "Jo Park", "email": "jo@example.com", "phone": "", "note": "Un vieux genou."}


@pytest.fixture
def french(desk: Desk) -> FlaskClient:
    """A browser that asks for Canadian French."""
    client = desk.app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr-CA,fr;q=0.9,en;q=0.3"
    return client


def plain(text: str) -> str:
    """With ordinary spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def details(client: FlaskClient, clock: str = "10:00") -> tuple[str, dict[str, str]]:
    """The address of the check page and the fields of the details page, a time picked."""
    fields = form_of(client.get(TIMES), f"{BOOK}/hold") | {"start": at(clock).isoformat()}
    held = client.post(f"{BOOK}/hold", data=fields)
    page = client.get(held.headers["Location"])
    action = re.findall(r'<form[^>]*action="([^"]*)"[^>]*id="details"', page.text)[0]
    return unescape(action), form_of(page, unescape(action))


def book(client: FlaskClient) -> str:
    """Through all pages; the address of the done page."""
    action, fields = details(client)
    check = client.post(action, data=fields | JO, follow_redirects=True)
    confirm = action.replace("/check/", "/confirm/")
    return client.post(confirm, data=form_of(check, confirm)).headers["Location"]


def test_a_booking_in_french_from_the_times_to_the_mail(desk: Desk, french: FlaskClient) -> None:
    times = plain(text_of(french.get(TIMES)))
    assert "Quand cela vous convient-il?" in times
    assert "lundi 23 novembre 2026" in times
    assert "8 h 30" in times
    assert "heure de l’Atlantique" in times
    action, fields = details(french)
    assert fields["language"] == "fr"
    check = plain(text_of(french.post(action, data=fields | JO, follow_redirects=True)))
    assert "de 10 h à 11 h, heure de l’Atlantique" in check
    assert "60 minutes" in check
    done = plain(text_of(french.get(book(french))))
    assert "Votre rendez-vous est réservé" in done
    with desk.app.app_context():
        assert db.session.execute(select(Appointment.language)).scalars().all() == ["fr"]
        told = db.session.execute(select(Notification).where(Notification.kind == "appointment_booked"))
        assert "Votre rendez-vous est réservé" in as_mail(told.scalars().all()[0], NOW).text


def test_prices_and_opening_hours_are_written_in_french(desk: Desk, french: FlaskClient) -> None:
    assert "95 $" in plain(text_of(french.get("/services/psoas-release")))
    assert "$95" in text_of(desk.app.test_client().get("/services/psoas-release"))


def test_what_is_wrong_with_a_form_is_said_in_french(french: FlaskClient) -> None:
    action, fields = details(french)
    wrong = french.post(action, data=fields | {"name": "", "email": "nobody", "phone": "12"})
    said = plain(text_of(wrong))
    assert wrong.status_code == 422
    for sentence in (
        "Il y a un problème",
        "Entrez votre nom.",
        "Entrez une adresse courriel, par exemple nom@example.com.",
        "Entrez un numéro de téléphone avec l’indicatif régional",
    ):
        assert sentence in said
    assert "<title>Erreur : " in plain(wrong.text)
    too_long = french.post(action, data=fields | JO | {"name": "J" * 500})
    assert "C’est trop long : au plus 120 caractères, s’il vous plaît." in plain(text_of(too_long))


def test_a_forged_choice_is_refused_in_french(french: FlaskClient) -> None:
    action, fields = details(french)
    assert "Not a valid choice" not in french.post(action, data=fields | JO | {"language": "xx"}).text


def test_another_language_is_chosen_without_losing_what_was_typed(desk: Desk) -> None:
    client = desk.app.test_client()
    action, fields = details(client)
    assert fields["language"] == "en"
    page = client.get(action.replace("/check/", "/details/"))
    switch = re.search(
        r'<button[^>]*formaction="([^"]*lang=fr)"[^>]*name="change" value="details"', page.text
    )
    assert switch is not None
    typed = fields | JO | {"change": "details"}
    again = client.post(unescape(switch[1]), data=typed, follow_redirects=True)
    assert again.status_code == 200
    assert '<html lang="fr"' in again.text
    kept = form_of(again, action)
    assert (kept["name"], kept["email"], kept["language"]) == ("Jo Park", "jo@example.com", "fr")
    assert "Un vieux genou." in again.text


def test_the_switch_of_a_form_is_not_what_the_enter_key_presses(desk: Desk) -> None:
    client = desk.app.test_client()
    action, _ = details(client)
    page = client.get(action.replace("/check/", "/details/")).text
    first = re.findall(r'<button[^>]*form="details"[^>]*>', page)[0]
    assert "formaction" not in first


@pytest.mark.parametrize(
    "said", ["_anchor=x", "endpoint=x", "_scheme=x", "_method=x", "_external=1", "slug=zzz", "a=1&a=2"]
)
def test_whatever_an_address_says_the_switch_leads_to_the_same_page(desk: Desk, said: str) -> None:
    client = desk.app.test_client()
    page = client.get(f"/services/psoas-release?{said}", headers={"Host": "elsewhere.example"})
    assert page.status_code == 200
    ways = {unescape(way) for way in re.findall(r'href="([^"]*lang=fr)"', page.text) if "hreflang" not in way}
    assert f"/services/psoas-release?{said}&lang=fr" in ways
    assert "elsewhere.example" not in page.text
    assert client.get(f"/services/psoas-release?{said}&lang=fr").status_code == 200


def test_the_manage_link_speaks_the_language_that_was_booked_in(desk: Desk) -> None:
    reference = desk.booked("10:00", name="Jo Park", email="jo@example.com", language="fr")
    stranger = desk.app.test_client()
    english = {"Accept-Language": "en"}
    page = plain(text_of(stranger.get(link(desk, reference), headers=english)))
    assert "Votre rendez-vous" in page
    assert "lundi 23 novembre 2026, 10 h" in page
    chosen = stranger.get(link(desk, reference), query_string={"lang": "en"}, headers=english)
    assert "Your appointment" in text_of(chosen)
    with desk.app.app_context():
        assert db.session.execute(select(Appointment.language)).scalars().all() == ["fr"]


@pytest.mark.parametrize(
    "page", ["", "/move", "/cancel", "/cannot-come", "/confirm", "/messages", "/record", "/check-in"]
)
def test_no_english_is_left_behind_the_manage_link(desk: Desk, page: str) -> None:
    reference = desk.booked("10:00", name="Jo Park", email="jo@example.com", language="fr")
    shown = desk.app.test_client().get(link(desk, reference, page))
    assert shown.status_code == 200
    assert english_in(shown) == []


@pytest.mark.parametrize("path", [BOOK, f"{BOOK}?visit=returning", TIMES, "/messages/stop/x", "/nothing"])
def test_no_english_is_left_on_the_way_to_a_booking(french: FlaskClient, path: str) -> None:
    assert english_in(french.get(path)) == []


def test_no_english_is_left_on_the_pages_of_a_form(french: FlaskClient) -> None:
    action, fields = details(french)
    check = french.post(action, data=fields | JO, follow_redirects=True)
    for page in (french.get(action.replace("/check/", "/details/")), check):
        assert english_in(page) == []


def test_a_lost_time_is_told_in_french(
    desk: Desk, french: FlaskClient, clock: time_machine.Traveller
) -> None:
    action, fields = details(french)
    check = french.post(action, data=fields | JO, follow_redirects=True)
    clock.shift(3600)
    for therapist in ("therapist-1", "therapist-2"):
        desk.booked("10:00", now=NOW + timedelta(hours=1), therapist=therapist, name=f"Client of {therapist}")
    confirm = action.replace("/check/", "/confirm/")
    lost = french.post(confirm, data=form_of(check, confirm))
    assert lost.status_code == 409
    said = plain(text_of(lost))
    assert "Cette heure vient d’être prise." in said
    assert "lundi 23 novembre" in said


def test_texts_of_the_practice_are_shown_in_french_where_there_are_any(
    desk: Desk, french: FlaskClient
) -> None:
    with desk.app.app_context(), transaction() as rows:
        both = {"en": "Psoas release", "fr": "Détente du psoas"}
        rows.execute(update(Service).where(Service.slug == "psoas-release").values(name=both))
        rows.execute(update(Location).values(arrival={"en": "Ring twice.", "fr": "Sonnez deux fois."}))
    reference = desk.booked("10:00", name="Jo Park", email="jo@example.com")
    page = text_of(french.get(link(desk, reference), query_string={"lang": "fr"}))
    assert "Détente du psoas" in page
    assert "Sonnez deux fois." in page
    assert "Psoas release" in text_of(desk.app.test_client().get(link(desk, reference)))


@pytest.fixture
def walk(app: Flask, clock: time_machine.Traveller) -> Walk:
    """A browser that likes French, at a practice that asks before psoas release and wants consent."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_before()
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "fr"
    return Walk(client)


def test_questions_and_consent_are_asked_in_french(walk: Walk) -> None:
    assert english_in(walk.choose()) == []
    questions = walk.questions()
    assert english_in(questions) == []
    incomplete = walk.client.post(f"{BOOK}/questions", data=walk.answers(questions) | {"q-pulse": ""})
    assert "Veuillez répondre à cette question." in text_of(incomplete)
    assert english_in(incomplete) == []
    assert english_in(walk.answer()) == []
    done = walk.book()
    assert english_in(done) == []
    assert walk.pages[-3:-1] == ["Ce dont nous convenons", "Vérifiez vos réponses"]


@pytest.mark.parametrize(
    ("said", "heading"),
    [({"pregnant": "yes"}, "Parlons-en d’abord"), ({"pulse": "yes"}, "Demandez de l’aide maintenant")],
)
def test_who_has_to_call_first_reads_it_in_french(walk: Walk, said: dict[str, str], heading: str) -> None:
    page = walk.answer(**said)
    assert walk.pages[-1] == heading
    assert english_in(page) == []
