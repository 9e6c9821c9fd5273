"""On other sites: the script, the pages for a frame, who may frame what, and links that name what they are for."""

import re

import pytest
from sqlalchemy import update

from app.extensions import db
from app.models import Practice
from app.store.practice import load_practice, raise_revision
from app.store.transactions import transaction
from tests.support.desk import Desk
from tests.support.filled_form import send

SITES = ("https://www.example.com", "http://localhost:8765")
PAGE = "/staff/settings/embed"


def allow(desk: Desk, *origins: str) -> None:
    with desk.app.app_context(), transaction():
        db.session.execute(update(Practice).values(embed_origins=list(origins)))
        raise_revision()


def ancestors(policy: str) -> list[str]:
    (found,) = re.findall(r"frame-ancestors ([^;]*)", policy)
    return str(found).split()


def test_only_the_embed_pages_may_be_framed_and_only_by_the_sites_that_are_named(desk: Desk) -> None:
    allow(desk, *SITES)
    browser, told = desk.app.test_client(), {}
    for address in ("/embed/", "/embed/psoas-release", "/embed/back-massage?visit=first&minutes=30"):
        told[address] = ancestors(browser.get(address).headers["Content-Security-Policy"])
    assert all(sites == list(SITES) for sites in told.values()), told
    for address in (
        "/",
        "/book",
        "/services/",
        "/book/psoas-release",
        "/embed/nothing",
        "/staff/login",
        "/embed.js",
    ):
        policy = browser.get(address).headers["Content-Security-Policy"]
        assert ancestors(policy) == ["'none'"], address


def test_every_other_page_is_framed_by_nobody(desk: Desk) -> None:
    """Each address that needs no name, as a stranger and as the owner; whatever else is built later is asked, too."""
    allow(desk, *SITES)
    plain = {
        rule.rule
        for rule in desk.app.url_map.iter_rules()
        if not rule.arguments and "GET" in (rule.methods or ())
    }
    for browser in (desk.app.test_client(), desk.member("owner")):
        for address in sorted(plain - {"/embed/"}):
            with browser.get(address) as answer:
                assert ancestors(answer.headers["Content-Security-Policy"]) == ["'none'"], address


def test_nobody_frames_anything_while_no_site_is_named(desk: Desk) -> None:
    answer = desk.app.test_client().get("/embed/")
    assert answer.status_code == 200
    assert ancestors(answer.headers["Content-Security-Policy"]) == ["'none'"]


def test_a_frame_sets_no_cookie_and_holds_nothing_that_acts(desk: Desk) -> None:
    allow(desk, *SITES)
    for address in (
        "/embed/?src=flyer",
        "/embed/?lang=fr",
        "/embed/back-massage?visit=returning&minutes=30&lang=fr",
    ):
        answer = desk.app.test_client().get(address)
        assert "Set-Cookie" not in answer.headers
        assert "<form" not in answer.text
        assert "<button" not in answer.text
        assert answer.headers["Content-Language"] == ("fr" if "lang=fr" in address else "en")


def test_a_time_in_a_frame_leads_out_of_it_to_a_page_that_keeps_it_by_a_click(desk: Desk) -> None:
    browser = desk.app.test_client()
    frame = browser.get("/embed/back-massage?visit=returning&minutes=30&src=flyer")
    found = re.search(r'<a class="time" target="_top" href="([^"]+)"', frame.text)
    assert found is not None
    page = browser.get(found[1].replace("&amp;", "&"))
    assert page.status_code == 200
    assert "Take this time" in page.text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
    held = browser.post("/book/back-massage/hold", data=fields)
    assert (held.status_code, "/details/" in held.location) == (303, True)


def test_what_asks_questions_first_leaves_the_frame_at_once(desk: Desk) -> None:
    with desk.app.app_context():
        screened = [one.slug for one in load_practice().services if one.screening]
    for slug in screened:
        assert f'target="_top" href="/book/{slug}' in desk.app.test_client().get(f"/embed/{slug}").text


def test_the_script_is_kept_and_asked_for_again_by_its_mark(desk: Desk) -> None:
    first = desk.app.test_client().get("/embed.js")
    assert first.headers["Content-Type"].startswith("text/javascript")
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert len(first.data) < 4096
    assert "Set-Cookie" not in first.headers
    again = desk.app.test_client().get("/embed.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with desk.app.app_context(), transaction():
        db.session.execute(update(Practice).values(accent="#7a1f4b"))
        raise_revision()
    other = desk.app.test_client().get("/embed.js", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert b"#7a1f4b" in other.data


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("?service=psoas-release", "/book/psoas-release"),
        (
            "?service=psoas-release&therapist=therapist-2&src=Flyer",
            "/book/psoas-release?therapist=therapist-2&src=flyer",
        ),
        ("?service=psoas-release&therapist=nobody&src=a+b", "/book/psoas-release"),
    ],
)
def test_a_link_leads_to_what_it_names(desk: Desk, asked: str, leads: str) -> None:
    answer = desk.app.test_client().get(f"/book{asked}")
    assert (answer.status_code, answer.location) == (302, leads)


def test_a_link_to_a_therapist_shows_what_that_one_gives(desk: Desk) -> None:
    page = desk.app.test_client().get("/book?therapist=therapist-new&service=gone").text
    assert "Nell New" in page
    assert "/book/psoas-release" not in page


@pytest.mark.parametrize("said", ["flyer", "desk", "a b", "x" * 41])
def test_where_a_visitor_came_from_is_kept_and_written_on_the_appointment(desk: Desk, said: str) -> None:
    browser = desk.app.test_client()
    browser.get("/", query_string={"src": said})
    page = browser.get("/book/back-massage/time?visit=returning&minutes=30&therapist=therapist-1").text
    found = re.search(r'name="src" value="([^"]*)"', page)
    assert (found[1] if found else None) == ("flyer" if said == "flyer" else None)


def test_the_sites_are_typed_by_the_owner_and_looked_at(desk: Desk) -> None:
    owner = desk.member("owner")
    answer = send(
        owner, PAGE, {"origins": "www.example.com/\nhttps://www.example.com\nhttp://localhost:8000"}
    )
    assert answer.status_code == 303
    with desk.app.app_context():
        assert load_practice().embed_origins == ("https://www.example.com", "http://localhost:8000")
    assert "data-stillpoint=&#34;frame&#34;" in owner.get(PAGE).text
    for typed in (
        "http://www.example.com",
        "https://*.example.com",
        "https://www.example.com/book",
        "javascript:alert(1)",
    ):
        refused = send(owner, PAGE, {"origins": typed})
        assert refused.status_code == 422, typed
    assert desk.member("desk").get(PAGE).status_code == 403
