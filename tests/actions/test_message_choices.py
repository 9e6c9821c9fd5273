"""How somebody wants to be written to: kept with the contact; what is stopped stays stopped, and reminders go on."""

from datetime import timedelta

import pytest

from app.actions.answering import Choices, choose_messages, stop_aftercare
from app.domain.appointments import State
from app.domain.contacts import Detail
from app.store.appointments import get_appointment
from tests.support.answers import CLIENT, acts, booked, completed, messages, told_appointment
from tests.support.rows import NOW


@pytest.fixture
def number(context: None) -> int:
    """An appointment on Monday at ten, of which everybody has been told."""
    return told_appointment()


def test_choices_about_messages_hold_for_the_contact(number: int) -> None:
    choose_messages(number, Choices(Detail.PAGE, "fr", wants_aftercare=False), CLIENT, NOW)
    row = get_appointment(number)
    contact = row.client.contact
    assert (contact.detail, contact.language, row.language) == ("page", "fr", "fr")
    assert contact.aftercare_stopped_at == NOW
    assert acts(number)[-1] == "messages chosen"


def test_stopping_what_comes_after_sessions_leaves_reminders_alone(number: int) -> None:
    done_at = completed(number)
    again, somebody_else = booked("14:00").appointment_id, booked("16:00", name="Ada Moss").appointment_id
    stop_aftercare(get_appointment(somebody_else).public_id, done_at)
    assert {one.state for one in messages(number, "appointment_aftercare")} == {"planned"}
    stop_aftercare(get_appointment(again).public_id, done_at)  # any of the client's own links will do
    assert {one.state for one in messages(number, "appointment_aftercare")} == {"skipped"}
    assert {one.state for one in messages(again, "appointment_reminder")} >= {"planned"}


def test_what_was_dropped_is_not_sent_when_messages_come_again(number: int) -> None:
    done_at = completed(number)
    stop_aftercare(get_appointment(number).public_id, done_at)
    choose_messages(number, Choices(Detail.FULL, "en", wants_aftercare=True), CLIENT, done_at)
    assert get_appointment(number).client.contact.aftercare_stopped_at is None
    assert {one.state for one in messages(number, "appointment_aftercare")} == {"skipped"}


def test_stopping_twice_is_stopping_once(number: int) -> None:
    public_id = get_appointment(number).public_id
    assert stop_aftercare(public_id, NOW)
    assert stop_aftercare(public_id, NOW + timedelta(days=1))
    assert get_appointment(number).client.contact.aftercare_stopped_at == NOW
    assert acts(number).count("messages after sessions stopped") == 1
    assert not stop_aftercare("nobody", NOW)


def test_a_new_contact_is_written_to_as_the_form_says_and_a_stored_one_as_before(number: int) -> None:
    assert State(get_appointment(number).state) is State.BOOKED
    known = booked("14:00", detail="page", language="fr").appointment_id
    stranger = booked("16:00", name="Ada Moss", detail="page", language="fr").appointment_id
    contacts = [get_appointment(one).client.contact for one in (known, stranger)]
    assert [(one.detail, one.language) for one in contacts] == [("full", "en"), ("page", "fr")]
    assert get_appointment(known).language == "fr"  # this one is written about as they chose now
