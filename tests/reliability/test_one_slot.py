"""Fifty clients want one time at once, over real HTTP: one gets it, the others get a plain answer."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, text

from tests.support.site import Site
from tests.support.visitors import Answer, Visitor, all_at_once

CLIENTS = 50
TIMES = "/book/deep-tissue/time?visit=returning&minutes=60&therapist=dana-reyes"
CHOSEN = {"visit": "returning", "minutes": "60", "therapist": "dana-reyes"}


def first_time(page: Answer) -> str:
    """The first time on the page."""
    found = re.search(r'name="start" value="([^"]+)"', page.body)
    assert found, page.body
    return found.group(1)


def test_one_of_fifty_who_pick_a_time_gets_it(live_site: Site) -> None:
    visitors = [Visitor(live_site.url) for _ in range(CLIENTS)]
    pages = [visitor.get(TIMES) for visitor in visitors]
    start = first_time(pages[0])
    fields = {**CHOSEN, "start": start}
    answers = all_at_once([lambda who=who: who.post("/book/deep-tissue/hold", fields) for who in visitors])  # type: ignore[misc]
    assert Counter(answer.status for answer in answers) == {303: 1, 409: CLIENTS - 1}
    assert all("has just been taken" in answer.body for answer in answers if answer.status == 409)


def test_one_of_fifty_who_confirm_a_time_books_it(live_site: Site) -> None:
    visitors = [Visitor(live_site.url) for _ in range(CLIENTS)]
    start = first_time(visitors[0].get(TIMES))
    forms = [_filled_in(live_site, visitor, start, number) for number, visitor in enumerate(visitors)]
    answers = all_at_once(
        [lambda who=who, form=form: who.post(*form) for who, form in zip(visitors, forms, strict=True)]  # type: ignore[misc]
    )
    assert Counter(answer.status for answer in answers) == {303: 1, 409: CLIENTS - 1}
    assert _count(live_site, "select count(*) from appointment") == 1
    assert _count(live_site, "select count(*) from claim where active") == 2
    visitor, (address, _), _ = next(
        one for one in zip(visitors, forms, answers, strict=True) if one[2].status == 409
    )
    # What was typed is still there.
    assert "Client " in visitor.get(address.replace("/confirm/", "/details/")).body


def _filled_in(site: Site, visitor: Visitor, start: str, number: int) -> tuple[str, dict[str, str]]:
    """The check page of a client whose hold has ended since; the form that it would send."""
    visitor.get(TIMES)
    held = visitor.post("/book/deep-tissue/hold", {**CHOSEN, "start": start})
    assert held.status == 303
    token = held.location.rpartition("/")[2]
    visitor.get(held.location)
    typed = {"name": f"Client {number}", "email": f"client{number}@example.com", "phone": "", "note": ""}
    sent = visitor.post(f"/book/deep-tissue/check/{token}", typed)
    assert sent.status == 303, sent.body
    page = visitor.get(sent.location)
    _end_holds(site)
    return f"/book/deep-tissue/confirm/{token}", {name: page.hidden(name) for name in ("key", "seen")}


def _end_holds(site: Site) -> None:
    engine = create_engine(site.database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(
            text("update hold set expires_at = :past"), {"past": str(past.replace(tzinfo=None))}
        )
        connection.execute(text("update claim set active = false"))
    engine.dispose()


def _count(site: Site, query: str) -> int:
    engine = create_engine(site.database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        found = connection.execute(text(query)).scalar_one()
    engine.dispose()
    return int(found)
