"""The style guide shows every kind of part that pages are made of, as it is drawn now."""

import re

from tests.support.desk import Desk, text_of
from tests.support.run import ROOT

#: Parts of the day and of the public site, which are looked at there; words without a look of their own.
ELSEWHERE = {
    "schedule.html",
    "column.html",
    "card.html",
    "head.html",
    "places.html",
    "people.html",
    "words.html",
    "passkeys.html",
}


def test_every_file_of_components_is_shown(desk: Desk) -> None:
    page = (ROOT / "templates/pages/styleguide/index.html").read_text()
    shown = set(re.findall(r'from "components/([a-z]+\.html)"', page))
    there = {path.name for path in (ROOT / "templates/components").glob("*.html")}
    assert there - ELSEWHERE == shown


def test_whoever_works_here_may_look(desk: Desk) -> None:
    for role in ("owner", "desk", "therapist"):
        page = desk.member(role).get("/staff/styleguide")
        assert page.status_code == 200
        assert "Everything chosen stays in view" in text_of(page)


def test_it_does_not_call_itself_wrong_for_the_sample_of_an_error(desk: Desk) -> None:
    page = desk.member("owner").get("/staff/styleguide").text
    assert "There is a problem" in page
    assert not re.search(r"<title>\s*Error", page)
    assert "data-focus" not in page
