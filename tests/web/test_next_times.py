"""The next free time, wherever the practice has a place."""

import re
from datetime import time
from html import unescape

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from app.domain.wallclock import zone_named
from app.models import AvailabilityRule, Location, OpeningHours, Practice, Therapist
from app.store.practice import load_practice
from app.store.transactions import transaction
from app.web.offers import offer_of, offers
from tests.support.rows import NOW, at, make_practice

pytestmark = pytest.mark.usefixtures("context")


def open_second_place() -> None:
    """Main Street works on Mondays only; in Boston the first therapist works every day."""
    with transaction() as rows:
        rows.execute(delete(OpeningHours).where(OpeningHours.weekday != 0))
        hours = [OpeningHours(weekday=day, opens=time(8), closes=time(20)) for day in range(7)]
        boston = Location(slug="boston", name="Boston", zone="America/New_York", opening_hours=hours)
        rows.add(boston)
        rows.flush()
        first = rows.execute(select(Therapist).where(Therapist.slug == "therapist-1")).scalar_one()
        first.availability_rules += [
            AvailabilityRule(location_id=boston.id, weekday=day, starts=time(8), ends=time(20))
            for day in range(7)
        ]
        practice = rows.execute(select(Practice)).scalar_one()
        practice.revision += 1


def test_the_next_free_time_is_the_earliest_of_all_places_in_the_time_of_that_place() -> None:
    make_practice(therapists=2)
    open_second_place()
    practice = load_practice()
    service = practice.service("psoas-release")
    assert service is not None
    offer = offer_of(practice, service, NOW)
    first, second = (practice.therapist(f"therapist-{number}") for number in (1, 2))
    assert first is not None
    assert second is not None
    assert offer.next_with[first.id].zone == zone_named("America/New_York")
    assert offer.next_with[first.id].starts_at < offer.next_with[second.id].starts_at == at("08:00")
    assert offer.next_with[first.id].location == "boston"
    assert offer.next_time == offer.next_with[first.id]
    assert offers(practice, NOW)[0].next_time == offer.next_time


def test_its_link_leads_to_that_place_and_therapist(client: FlaskClient) -> None:
    make_practice(therapists=2)
    open_second_place()
    with time_machine.travel(NOW, tick=False):
        page = client.get("/services/psoas-release")
        assert "/book/psoas-release?therapist=therapist-1&amp;location=boston" in page.text
        visit = client.get("/book/psoas-release?therapist=therapist-1&location=boston")
        times = re.search(r'href="(/book/psoas-release/time[^"]*visit=returning[^"]*)"', visit.text)
        assert times
        assert "Friday 20 November 2026" in client.get(unescape(times[1])).text
