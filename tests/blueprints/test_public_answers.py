"""What anybody may keep a copy of says nothing about who asked for it."""

import pytest

from app.store.transactions import transaction
from tests.support.desk import Desk
from tests.support.faces import give_a_face

_ANYBODYS = (
    "/look.css?v=2",
    "/logo?v=2",
    "/card.png",
    "/icon.svg",
    "/icon-180.png",
    "/site.webmanifest",
    "/robots.txt",
    "/sitemap.xml",
    "/embed.js",
    "/static/css/booking.css",
)


@pytest.mark.parametrize("address", _ANYBODYS)
def test_the_session_goes_with_no_answer_that_a_cache_may_keep(desk: Desk, address: str) -> None:
    with desk.app.app_context(), transaction():
        give_a_face()
    owner, joined = desk.member("owner"), "&" if "?" in address else "?"
    for asked in (address, f"{address}{joined}lang=fr&src=flyer"):
        with owner.get(asked) as answer:
            assert answer.status_code == 200
            assert answer.cache_control.public
            assert "Set-Cookie" not in answer.headers
            assert "cookie" not in answer.headers.get("Vary", "").lower()


def test_a_page_is_kept_by_nobody_else_and_brings_the_session(desk: Desk) -> None:
    answer = desk.app.test_client().get("/services/?lang=fr")
    assert not answer.cache_control.public
    assert "Set-Cookie" in answer.headers
    assert "Cookie" in answer.headers["Vary"]
