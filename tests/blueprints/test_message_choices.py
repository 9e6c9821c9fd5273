"""How clients choose what is written to them: on booking, behind the manage link, and by the one click of a mail program."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.extensions import db
from app.models import Appointment, Contact
from tests.support.answers import checksum, follow, link, press, stop_link
from tests.support.desk import Desk, form_of, text_of
from tests.support.rows import MONDAY, NOW, at


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The practice has an emergency number."""
    follow(desk, emergency_number="911")
    return desk


def test_choices_about_messages_are_kept_and_shown_again(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    path = link(desk, reference, "/messages")
    fields = form_of(client.get(path), path)
    assert (fields["detail"], fields["language"], fields["aftercare"]) == ("full", "en", "y")
    changed = {name: value for name, value in fields.items() if name != "aftercare"}
    answer = client.post(path, data=changed | {"detail": "page", "language": "fr"})
    assert answer.headers["Location"] == link(desk, reference)
    after = form_of(client.get(path), path)
    assert (after["detail"], after["language"], "aftercare" in after) == ("page", "fr", False)
    with desk.app.app_context():
        assert db.session.execute(select(Contact.detail, Contact.language)).one() == ("page", "fr")


@pytest.mark.parametrize("forged", [{"detail": "nothing"}, {"language": "xx"}, {"language": ""}])
def test_choices_that_are_not_on_offer_are_refused(
    desk: Desk, client: FlaskClient, reference: str, forged: dict[str, str]
) -> None:
    before = checksum(desk)
    assert press(client, link(desk, reference, "/messages"), **forged).status_code == 422
    assert checksum(desk) == before


def test_one_click_of_a_mail_program_stops_messages_after_sessions(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    answer = client.post(stop_link(desk, reference), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "Reminders, and news of your appointments, still come" in text_of(answer)
    with desk.app.app_context():
        assert db.session.execute(select(Contact.aftercare_stopped_at)).scalar_one() == NOW
        assert db.session.execute(select(Appointment.state)).scalar_one() == "booked"


def test_the_one_click_counts_from_wherever_the_mail_program_posts(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    answer = client.post(
        stop_link(desk, reference),
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example.com"},
    )
    assert answer.status_code == 200


def test_the_page_of_that_link_has_one_button_and_sets_no_cookie(
    desk: Desk, client: FlaskClient, reference: str
) -> None:
    path = stop_link(desk, reference)
    page = client.get(path)
    assert "Set-Cookie" not in page.headers
    assert page.text.count('type="submit"') == 1
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_a_booking_asks_how_much_mails_may_say_and_keeps_it(desk: Desk, client: FlaskClient) -> None:
    book = "/book/psoas-release"
    times = client.get(f"{book}/time?visit=returning&minutes=60&date={MONDAY.isoformat()}")
    held = client.post(
        f"{book}/hold", data=form_of(times, f"{book}/hold") | {"start": at("10:00").isoformat()}
    )
    page = client.get(held.headers["Location"])
    check = held.headers["Location"].replace("/details/", "/check/")
    fields = form_of(page, check)
    assert (fields["detail"], fields["language"]) == ("full", "en")
    typed = {"name": "Ada Moss", "email": "ada@example.com", "detail": "page", "language": "fr"}
    asked = client.post(check, data=fields | typed, follow_redirects=True)
    assert "Say only when and where" in text_of(asked)
    assert "Français" in text_of(asked)
    confirm = check.replace("/check/", "/confirm/")
    assert client.post(confirm, data=form_of(asked, confirm)).status_code == 303
    with desk.app.app_context():
        assert db.session.execute(select(Contact.detail, Contact.language)).one() == ("page", "fr")


def test_the_desk_asks_the_same(desk: Desk) -> None:
    times = desk.member("desk").get(f"/staff/book?day={MONDAY.isoformat()}")
    assert 'name="detail"' in times.text
    assert 'name="language"' in times.text
    answer = desk.post(
        "desk",
        "/staff/book",
        treatment="psoas-release:60",
        visit="returning",
        therapist="therapist-1",
        location="main",
        day=MONDAY.isoformat(),
        start=at("10:00").isoformat(),
        name="Ada Moss",
        email="ada@example.com",
        detail="page",
        language="fr",
        key="a-key",
        book="1",
    )
    assert answer.status_code == 302, text_of(answer)
    with desk.app.app_context():
        assert db.session.execute(select(Contact.detail, Contact.language)).one() == ("page", "fr")
