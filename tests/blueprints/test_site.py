"""The public pages: what people read there, what is not there, and what programs are told."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.models import AddressPeriod, Closure, Location, Practice, Qualification, Service, Therapist
from app.store.practice import get_practice_row, raise_revision
from app.store.transactions import transaction
from tests.support.desk import Desk
from tests.support.faces import give_a_face
from tests.support.filled_form import fields_of, send
from tests.support.guides import a_guide
from tests.support.rows import NOW

PAGES = [
    "/",
    "/services/",
    "/services/psoas-release",
    "/therapists/",
    "/therapists/therapist-1",
    "/where",
    "/accessibility",
]
ASKED = "/staff/settings/site-questions"
HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture
def visitor(desk: Desk) -> FlaskClient:
    """Somebody from outside, at an open practice."""
    return desk.app.test_client()


@contextmanager
def rows_of(app: Flask) -> Iterator[Any]:
    """Rows to be changed; all processes read anew afterwards."""
    with app.app_context(), transaction() as rows:
        yield rows
        raise_revision()


def of_slug(rows: Any, model: Any, slug: str) -> Any:
    return rows.execute(select(model).where(model.slug == slug)).scalar_one()


def facts_on(page: str) -> list[dict[str, Any]]:
    """The objects for programs, as a program reads them."""
    return [
        json.loads(text) for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    ]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_says_what_it_is_and_where(visitor: FlaskClient, path: str) -> None:
    page = visitor.get(path)
    assert page.status_code == 200
    assert len(re.findall("<h1", page.text)) == 1
    assert re.search(r"<title>[^<]+ · Example Bodywork</title>", page.text)
    assert re.search(r'<meta name="description" content="[^"]{10,}">', page.text)
    assert re.search(rf'<link rel="canonical" href="http[^"]+{re.escape(path)}">', page.text)
    assert 'hreflang="x-default"' in page.text
    assert re.search(r'<meta property="og:image" content="http[^"]+/card\.png\?v=\d+">', page.text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_has_not_changed_is_not_sent_again(visitor: FlaskClient, path: str) -> None:
    first = visitor.get(path)
    again = visitor.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert (again.status_code, again.data) == (304, b"")


def test_a_page_that_has_changed_is_sent(desk: Desk, visitor: FlaskClient) -> None:
    known = visitor.get("/where").headers["ETag"]
    with rows_of(desk.app) as rows:
        of_slug(rows, Location, "main").phone = "902-555-0199"
    assert visitor.get("/where", headers={"If-None-Match": known}).status_code == 200


def test_a_service_tells_what_it_is_and_who_should_talk_first(visitor: FlaskClient) -> None:
    page = visitor.get("/services/psoas-release").text
    for said in ("When to talk to us first", "How to prepare", "Afterwards", "Who gives it", "60 minutes"):
        assert said in page
    assert "/therapists/therapist-1" in page


def test_a_light_service_warns_of_nothing(visitor: FlaskClient) -> None:
    page = visitor.get("/services/back-massage").text
    assert "When to talk to us first" not in page
    assert "Afterwards" not in page


def test_who_is_not_qualified_is_not_listed_there(desk: Desk, visitor: FlaskClient) -> None:
    assert "Nell New" not in visitor.get("/services/psoas-release").text
    assert "Nell New" in visitor.get("/services/back-massage").text
    with rows_of(desk.app) as rows:
        for held in rows.execute(select(Qualification)).scalars():
            if held.therapist_id == of_slug(rows, Therapist, "therapist-2").id:
                held.valid_until = NOW.date() - timedelta(days=1)
    assert "Therapist 2" not in visitor.get("/services/psoas-release").text
    assert "Psoas release" not in visitor.get("/therapists/therapist-2").text.split("<footer")[0]


def test_a_therapist_is_booked_by_a_link_that_names_both(visitor: FlaskClient) -> None:
    page = visitor.get("/therapists/therapist-1").text
    assert "/book/back-massage?therapist=therapist-1" in page
    assert "Qualified in" in page


@pytest.mark.parametrize(
    "path",
    ["/services/nothing", "/therapists/nobody", "/questions", "/self-care/", "/self-care/breathing", "/logo"],
)
def test_what_is_not_there_is_not_found(visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_what_is_out_of_use_is_gone_everywhere(desk: Desk, visitor: FlaskClient) -> None:
    with rows_of(desk.app) as rows:
        of_slug(rows, Service, "back-massage").retired_at = NOW
        of_slug(rows, Therapist, "therapist-2").retired_at = NOW
    assert visitor.get("/services/back-massage").status_code == 404
    assert visitor.get("/therapists/therapist-2").status_code == 404
    for path in ("/", "/services/", "/therapists/", "/sitemap.xml"):
        page = visitor.get(path).text
        assert "back-massage" not in page
        assert "therapist-2" not in page


def test_where_and_when_tells_the_move_and_the_days_off(desk: Desk, visitor: FlaskClient) -> None:
    with rows_of(desk.app) as rows:
        place = of_slug(rows, Location, "main")
        place.arrival = {"en": "Ring twice.", "fr": "Sonnez deux fois."}
        place.address_periods.append(
            AddressPeriod(
                valid_from=date(2027, 3, 1), lines="9 Example Lane", announced=True, note={"en": "Same bus."}
            )
        )
        place.closures.append(
            Closure(starts_on=date(2026, 12, 25), ends_on=date(2026, 12, 26), label="Winter")
        )
        place.closures.append(Closure(starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 1), label="Past"))
    page = visitor.get("/where").text
    for said in ("1 Example Street", "9 Example Lane", "1 March 2027", "Same bus.", "Winter", "Ring twice."):
        assert said in page
    assert "Past" not in page
    assert "9 Example Lane" in visitor.get("/").text
    assert "Sonnez deux fois." in visitor.get("/where?lang=fr").text


def test_only_guides_for_everybody_are_in_the_library(desk: Desk, visitor: FlaskClient) -> None:
    with rows_of(desk.app) as rows:
        rows.add(a_guide("breathing", approved_at=NOW))
        rows.add(a_guide("waiting"))
        rows.add(a_guide("ball", "abdominal", approved_at=NOW))
        rows.add(a_guide("tool", "tool_coached", approved_at=NOW))
        rows.add(a_guide("lunges", "surgery", approved_at=NOW))
        rows.add(a_guide("after", approved_at=NOW, wait_minutes=60))
    page = visitor.get("/self-care/").text
    assert "Breathing" in page
    for hidden in ("waiting", "ball", "tool", "lunges", "after"):
        assert f"/self-care/{hidden}" not in page
        assert visitor.get(f"/self-care/{hidden}").status_code == 404
    assert "Pain means stop." in visitor.get("/self-care/breathing").text
    assert "/self-care/" in visitor.get("/").text


def test_the_head_leads_only_to_what_there_is(desk: Desk, visitor: FlaskClient) -> None:
    def menu() -> str:
        return visitor.get("/").text.split("<main")[0]

    assert "/where" in menu()
    assert "/questions" not in menu()
    with rows_of(desk.app):
        give_a_face()
    assert "/questions" in menu()


def test_questions_are_answered_in_the_language_of_who_reads(desk: Desk, visitor: FlaskClient) -> None:
    with rows_of(desk.app):
        give_a_face()
    english, french = visitor.get("/questions").text, visitor.get("/questions?lang=fr").text
    assert "What do I wear?" in english
    assert "<strong>loose</strong>" in english
    assert "Que dois-je porter?" in french
    assert "Does it hurt?" in french  # there in one language only
    assert '<html lang="fr">' in french


def test_a_practice_that_is_not_open_shows_nothing_of_itself(desk: Desk, visitor: FlaskClient) -> None:
    with rows_of(desk.app) as rows:
        rows.execute(select(Practice)).scalar_one().demonstration = False
        of_slug(rows, Location, "main").phone = None
    for path in (
        "/services/psoas-release",
        "/therapists/",
        "/therapists/therapist-1",
        "/where",
        "/questions",
    ):
        assert visitor.get(path).status_code == 404
    assert "is getting ready" in visitor.get("/").text
    assert "Disallow: /\n" in visitor.get("/robots.txt").text
    assert visitor.get("/sitemap.xml").text.count("<url>") == 0
    assert visitor.get("/accessibility").status_code == 200


def opened(desk: Desk) -> None:
    """No demonstration any more."""
    with rows_of(desk.app) as rows:
        rows.execute(select(Practice)).scalar_one().demonstration = False


def test_a_demonstration_asks_to_be_listed_nowhere(desk: Desk, visitor: FlaskClient) -> None:
    with rows_of(desk.app) as rows:
        rows.execute(select(Practice)).scalar_one().demonstration = True
    assert '<meta name="robots" content="noindex">' in visitor.get("/").text
    assert "Disallow: /\n" in visitor.get("/robots.txt").text
    opened(desk)
    assert 'content="noindex"' not in visitor.get("/").text


def test_private_pages_are_listed_nowhere(desk: Desk, visitor: FlaskClient) -> None:
    opened(desk)
    for path in ("/book/back-massage", "/staff/login"):
        assert '<meta name="robots" content="noindex">' in visitor.get(path).text
    robots = visitor.get("/robots.txt").text
    for path in ("/staff/", "/appointment/", "/book/"):
        assert f"Disallow: {path}\n" in robots
    assert re.search(r"^Sitemap: http.+/sitemap\.xml$", robots, re.MULTILINE)


def test_the_site_map_names_every_public_page_in_every_language(desk: Desk, visitor: FlaskClient) -> None:
    opened(desk)
    answer = visitor.get("/sitemap.xml")
    assert answer.content_type.startswith("application/xml")
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    tree = ElementTree.fromstring(answer.data)  # noqa: S314 - our own answer
    found = [str(each.text) for each in tree.findall("s:url/s:loc", names)]
    assert [visitor.get(re.sub(r"^https?://[^/]+", "", each)).status_code for each in found] == [200] * len(
        found
    )
    assert {re.sub(r"^https?://[^/]+", "", each) for each in found} >= set(PAGES)
    alternates = tree.findall("s:url/x:link", names)
    assert {each.get("hreflang") for each in alternates} >= {"en", "fr"}


def test_what_head_and_foot_lead_to_stands_in_the_site_map(desk: Desk, visitor: FlaskClient) -> None:
    opened(desk)
    listed = set(re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", visitor.get("/sitemap.xml").text))
    home = visitor.get("/").text
    nav, foot = home.partition('class="site-nav"')[2], home.partition('class="foot-links"')[2]
    linked = re.findall(r'href="(/[^"?]*)"', nav.partition("</nav>")[0] + foot.partition("</ul>")[0])
    assert len(linked) > 5
    assert set(linked) <= listed


def test_programs_read_the_same_facts(desk: Desk, visitor: FlaskClient) -> None:
    opened(desk)
    business = facts_on(visitor.get("/").text)[0]
    assert business["@type"] == "HealthAndBeautyBusiness"
    assert business["telephone"] == "902-555-0100"
    assert business["address"]["streetAddress"] == "1 Example Street, Halifax, NS"
    assert business["openingHoursSpecification"][0]["opens"] == "08:00"
    assert len(business["openingHoursSpecification"][0]["dayOfWeek"]) == 7
    service = facts_on(visitor.get("/services/psoas-release").text)[0]
    assert [(each["price"], each["priceCurrency"]) for each in service["offers"]] == [
        ("95.00", "CAD"),
        ("115.00", "CAD"),
    ]
    assert facts_on(visitor.get("/therapists/therapist-1").text)[0]["@type"] == "Person"


def test_what_is_not_known_is_not_told_to_programs_either(desk: Desk, visitor: FlaskClient) -> None:
    with rows_of(desk.app) as rows:
        rows.execute(select(Practice)).scalar_one().email = None
        of_slug(rows, Location, "main").address_periods = []
    business = facts_on(visitor.get("/").text)[0]
    assert not {"email", "address", "logo", "sameAs"} & business.keys()


def test_no_text_of_the_practice_breaks_out_of_its_place(desk: Desk, visitor: FlaskClient) -> None:
    with rows_of(desk.app):
        row = get_practice_row()
        row.name, row.tagline, row.about = HOSTILE, {"en": HOSTILE}, {"en": HOSTILE}
        give_a_face(questions=[{"question": {"en": HOSTILE}, "answer": {"en": HOSTILE}}])
    for path in [*PAGES, "/questions", "/sitemap.xml", "/site.webmanifest"]:
        page = visitor.get(path).text
        if path != "/site.webmanifest":  # JSON that nobody embeds
            assert HOSTILE not in page, path
            assert "<script>alert" not in page, path
    assert facts_on(visitor.get("/questions").text)[0]["mainEntity"][0]["name"] == HOSTILE
    assert visitor.get("/card.png").status_code == 200


def test_questions_are_added_put_in_order_and_removed(desk: Desk, visitor: FlaskClient) -> None:
    owner = desk.member("owner")
    send(owner, ASKED, {"asked-0-question_en": "First?", "asked-0-answer_en": "One."})
    typed = {
        "asked-1-question_en": "Second?",
        "asked-1-answer_en": "Two.",
        "asked-1-place": "1",
        "asked-0-place": "2",
    }
    assert send(owner, ASKED, typed).status_code == 303
    page = visitor.get("/questions").text
    assert page.index("Second?") < page.index("First?")
    assert fields_of(owner.get(ASKED))["asked-0-question_en"] == "Second?"
    assert send(owner, ASKED, {"asked-0-remove": "y"}).status_code == 303
    assert "Second?" not in visitor.get("/questions").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"asked-0-question_en": "Why?"}, "Write the answer in English, too."),
        ({"asked-0-answer_fr": "Parce que."}, "Write the question in French, too."),
        (
            {"asked-0-question_en": "?" * 161, "asked-0-answer_en": "x"},
            "That is too long: at most 160 characters",
        ),
        (
            {"asked-0-question_en": "A?", "asked-0-answer_en": "x", "asked-0-place": "first"},
            "Type a whole number",
        ),
    ],
)
def test_half_a_question_is_refused(desk: Desk, typed: dict[str, str], said: str) -> None:
    answer = send(desk.member("owner"), ASKED, typed)
    assert answer.status_code == 422
    assert said in answer.text


def test_the_statement_tells_whom_to_tell(visitor: FlaskClient) -> None:
    page = visitor.get("/accessibility").text
    assert "WCAG" in page
    assert "902-555-0100" in page
    assert "hello@example.com" in page
