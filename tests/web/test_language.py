"""In which language a page is: chosen, agreed upon, asked for by the browser, or the practice's."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app import languages
from app.domain.contacts import languages_offered
from app.languages import Speech, forget_catalogues, known_as, known_languages, own_name
from app.models import Practice
from app.store.transactions import transaction
from app.web.language import Lazy, _, lazy, ngettext, speaking
from app.web.local_words import in_words, text_words
from tests.support.rows import make_practice


@pytest.fixture
def backend() -> str:
    """A language is found without much of the database."""
    return "sqlite"


@pytest.fixture
def practice(app: Flask) -> Flask:
    """A practice whose own language is English."""
    with app.app_context():
        make_practice()
    return app


@pytest.fixture
def third_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A catalogue that somebody has laid into the folder, and nothing else."""
    place = tmp_path / "es" / "LC_MESSAGES"
    place.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Language: es\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    known = {
        "For staff": "Para el equipo",
        "About you": "Sobre usted",
        "the address was refused": "la dirección fue rechazada",
    }
    said = "".join(f'msgid "{one}"\nmsgstr "{other}"\n\n' for one, other in known.items())
    (place / "messages.po").write_text(head + said, "utf-8")
    (place / "staff.po").write_text(head + 'msgid "Sign in"\nmsgstr "Entrar"\n', "utf-8")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    forget_catalogues()
    yield "es"
    monkeypatch.undo()
    forget_catalogues()


def language_of(client: FlaskClient, path: str = "/services/", **headers: str) -> str:
    """What the page says of itself; its head says the same."""
    page = client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    said = page.text.partition('<html lang="')[2].partition('"')[0]
    assert page.headers["Content-Language"] == said
    return said


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("fr", "fr"),
        ("fr-CA,fr;q=0.8,en;q=0.5", "fr"),
        ("en-US,en;q=0.9,fr;q=0.2", "en"),
        ("de,fr;q=0.4", "fr"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        ("fr;q=abc, %%", "en"),
    ],
)
def test_a_page_is_in_what_the_browser_likes_best_of_what_is_spoken_here(
    practice: Flask, asked: str, spoken: str
) -> None:
    assert language_of(practice.test_client(), Accept_Language=asked) == spoken


def test_a_browser_that_asks_for_nothing_known_gets_the_practices_language(practice: Flask) -> None:
    with practice.app_context(), transaction() as rows:
        rows.execute(update(Practice).values(language="fr", revision=Practice.revision + 1))
    assert language_of(practice.test_client()) == "fr"
    assert language_of(practice.test_client(), Accept_Language="de, *;q=0.1") == "fr"
    assert language_of(practice.test_client(), Accept_Language="en") == "en"


def test_a_choice_holds_from_then_on_for_that_browser_only(practice: Flask) -> None:
    chooser, other = practice.test_client(), practice.test_client()
    assert language_of(chooser, "/services/?lang=fr", Accept_Language="en") == "fr"
    assert language_of(chooser, Accept_Language="en") == "fr"
    assert language_of(other, Accept_Language="en") == "en"
    assert language_of(chooser, "/?lang=en") == "en"
    assert language_of(chooser, Accept_Language="fr") == "en"


@pytest.mark.parametrize("unknown", ["de", "FR", "", "../../etc", "fr\u0301", "e" * 5000])
def test_a_language_that_is_not_known_is_no_choice(practice: Flask, unknown: str) -> None:
    client = practice.test_client()
    answer = client.get("/services/", query_string={"lang": unknown}, headers={"Accept-Language": "fr"})
    assert '<html lang="fr"' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_a_choice_outlives_a_redirect(practice: Flask) -> None:
    client = practice.test_client()
    assert client.get("/book/psoas-release/time?lang=fr").status_code == 302
    assert language_of(client) == "fr"


def test_who_chooses_nothing_gets_no_cookie_for_it(practice: Flask) -> None:
    assert "Set-Cookie" not in practice.test_client().get("/services/").headers


def test_a_page_says_that_others_may_get_it_in_another_language(practice: Flask) -> None:
    assert {"Accept-Language", "Cookie"} <= set(practice.test_client().get("/services/").vary)


def test_every_language_is_a_link_that_keeps_the_rest_of_the_address(practice: Flask) -> None:
    page = practice.test_client().get("/services/?location=main&src=card").text
    assert (
        'href="/services/?location=main&amp;src=card&amp;lang=fr" lang="fr" hreflang="fr">Français</a>'
        in page
    )
    assert '<span aria-current="true">English</span>' in page


def test_a_page_that_can_not_be_loaded_again_offers_no_other_language(practice: Flask) -> None:
    answer = practice.test_client().post("/book/psoas-release/hold", data={})
    assert "site-languages" not in answer.text


def test_errors_are_said_in_the_visitors_language(practice: Flask) -> None:
    client = practice.test_client()
    client.get("/?lang=fr")
    assert '<html lang="fr"' in client.get("/nothing-here").text
    assert "Il n’y a rien à cette adresse" in client.get("/nothing-here").text


def test_programs_are_answered_in_english(practice: Flask) -> None:
    client = practice.test_client()
    client.get("/?lang=fr")
    problem = client.get("/api/v1/nothing", headers={"Accept-Language": "fr"})
    assert problem.json is not None
    assert problem.json["title"] == "There is nothing at that address"


def test_outside_of_a_request_all_is_said_as_it_is_written(app: Flask) -> None:
    with app.app_context():
        assert (speaking(), _("Services")) == ("en", "Services")


def test_what_is_said_later_is_said_in_the_language_of_then(practice: Flask) -> None:
    label = lazy("Your name")
    with practice.test_request_context("/", headers={"Accept-Language": "fr"}):
        assert (str(label), f"{label}!", label == "Votre nom") == ("Votre nom", "Votre nom!", True)
    with practice.test_request_context("/"):
        assert str(label) == "Your name"
    with pytest.raises(TypeError):
        ", ".join([label])  # type: ignore[list-item]
    assert isinstance(label, Lazy)


def test_places_and_numbers_are_filled_in(practice: Flask) -> None:
    with practice.test_request_context("/", headers={"Accept-Language": "fr"}):
        assert _("with %(therapist)s", therapist="100 % Dana") == "avec 100 % Dana"
        assert [ngettext("%(num)d time", "%(num)d times", number) for number in (0, 1, 2)] == [
            "0 heure",
            "1 heure",
            "2 heures",
        ]
    with practice.test_request_context("/"):
        assert ngettext("%(num)d time", "%(num)d times", 0) == "0 times"


def test_a_third_language_needs_a_catalogue_and_nothing_else(practice: Flask, third_language: str) -> None:
    assert known_languages() == ("en", "es")
    client = practice.test_client()
    page = client.get("/services/?lang=es").text
    assert '<html lang="es"' in page
    assert ">Para el equipo</a>" in page
    assert ">English</a>" in page
    assert "Español" in client.get("/services/?lang=en").text
    times = client.get("/book/psoas-release/time?visit=returning&minutes=60&lang=es").text
    assert "lunes" in times
    assert Speech("es").gettext("Sign in") == "Entrar"
    assert languages_offered("en", known_languages()) == ["en", "es"]


def test_a_third_language_says_what_the_product_wrote_but_leaves_a_practices_own_words(
    practice: Flask, third_language: str
) -> None:
    with practice.test_request_context("/?lang=es"):
        practice.preprocess_request()
        assert text_words({"en": "About you", "fr": "À propos de vous"}) == "Sobre usted"
        assert text_words({"en": "About you", "es": "De usted"}) == "De usted"
        assert text_words({"en": "Our room is upstairs."}) == "Our room is upstairs."
        assert text_words({"fr": "En haut"}) == "En haut"
        assert text_words({"en": ""}) == text_words({}) == ""


@pytest.mark.parametrize("detail", [": 550 5.1.1 unknown: 100 %", " (OSError)"])
def test_what_a_mail_server_said_stays_and_our_words_before_it_are_told_in_the_reader_s_language(
    practice: Flask, third_language: str, detail: str
) -> None:
    with practice.test_request_context("/?lang=es"):
        practice.preprocess_request()
        assert in_words(f"the address was refused{detail}") == f"la dirección fue rechazada{detail}"
        assert in_words(f"something else{detail}") == f"something else{detail}"


@pytest.mark.parametrize(
    ("asked", "known"), [("fr", "fr"), ("fr-CA", "fr"), ("en_GB", "en"), ("de", None), ("", None)]
)
def test_a_language_of_a_country_is_known_as_the_language(asked: str, known: str | None) -> None:
    assert known_as(asked) == known


def test_a_catalogue_for_one_country_is_known_as_pages_say_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pt_BR" / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "pt_BR" / "LC_MESSAGES" / "messages.po").write_text('msgid "With"\nmsgstr "Com"\n', "utf-8")
    monkeypatch.setattr(languages, "FOLDER", tmp_path)
    forget_catalogues()
    try:
        assert known_languages() == ("en", "pt-BR")
        assert [known_as(code) for code in ("pt-BR", "pt_BR", "pt")] == ["pt-BR", "pt-BR", None]
        assert Speech("pt-BR").gettext("With") == "Com"
    finally:
        monkeypatch.undo()
        forget_catalogues()


def test_languages_are_called_what_their_speakers_call_them() -> None:
    assert [own_name(code) for code in ("en", "fr", "es")] == ["English", "Français", "Español"]


def test_what_is_flashed_to_be_said_later_is_kept_as_it_is_said_now_and_escaped(practice: Flask) -> None:
    signer = practice.session_interface.get_signing_serializer(practice)  # type: ignore[attr-defined]
    with practice.test_request_context():
        kept = signer.loads(signer.dumps({"said": lazy("Rest & <b>water</b>")}))
    assert kept == {"said": "Rest &amp; &lt;b&gt;water&lt;/b&gt;"}
    assert hasattr(kept["said"], "__html__")
