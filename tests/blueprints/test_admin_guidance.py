"""The guidance pages: plan and texts in every language, mistakes beside their fields, the plan as a picture and as mails."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.domain.guidance import Condition, GuidanceStep
from app.extensions import db
from app.models import Notification
from app.store import settings
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.desk import Desk, make_desk, text_of
from tests.support.filled_form import Changes, fields_of, send
from tests.support.rows import NOW

PLAN, MAIL = "/staff/settings/guidance/deep", "/staff/settings/guidance/deep/mail"
AFTER = {
    "steps-2-label_en": "The rest of the day",
    "steps-2-text_en": "Walk a little, {first_name}.",
    "steps-2-moment": "after",
    "steps-2-amount": "2",
    "steps-2-unit": "hours",
}
FRENCH = {"steps-2-label_fr": "Le reste de la journée", "steps-2-text_fr": "Marchez un peu, {first_name}."}
HELP = {
    "steps-2-label_en": "If something feels wrong",
    "steps-2-text_en": "Phone us.",
    "steps-2-moment": "after",
    "steps-2-amount": "0",
    "steps-2-feels_wrong": "y",
}


STEPS = (
    GuidanceStep(
        "rest",
        "before",
        timedelta(days=3),
        {"en": "Three days before"},
        {"en": "Has anything changed?", "mi": "Okioki."},
    ),
    GuidanceStep(
        "eat", "before", timedelta(hours=3), {"en": "Three hours before"}, {"en": "Eat lightly, please."}
    ),
)


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """A practice with an account of each role, on the tests' Friday, whose plan has those two steps."""
    with time_machine.travel(NOW, tick=False):
        made = make_desk(app)
        with app.app_context(), transaction():
            settings.add_plan_version(settings.find_thing("guidance_plan", "deep"), STEPS, NOW)
            raise_revision()
        yield made


def save(desk: Desk, changes: Changes, page: TestResponse | None = None) -> TestResponse:
    return send(desk.member("owner"), PLAN, changes, page)


def steps_of(desk: Desk) -> tuple[GuidanceStep, ...]:
    with desk.app.app_context():
        return settings.newest_steps(settings.find_thing("guidance_plan", "deep"))


def test_guidance_is_saved_as_a_new_version(desk: Desk) -> None:
    assert "Version 2." in desk.member("owner").get(PLAN).text
    assert save(desk, AFTER).status_code == 303
    page = desk.member("owner").get(PLAN).text
    assert "Version 3." in page
    assert "Walk a little, {first_name}." in page


def test_a_plan_keeps_at_least_one_step(desk: Desk) -> None:
    answer = save(desk, {"steps-0-remove": "y", "steps-1-remove": "y"})
    assert answer.status_code == 422
    assert "A plan needs at least one step." in answer.text
    assert save(desk, {"steps-0-remove": "y"}).status_code == 303
    assert [step.key for step in steps_of(desk)] == ["eat"]


def test_a_step_is_told_in_every_language_with_its_conditions(desk: Desk) -> None:
    more: Changes = {
        "steps-2-visit": "first",
        "steps-2-lengths": ["60", "75"],
        "steps-2-condition": "no_next_session",
    }
    assert save(desk, {**AFTER, **FRENCH, **more, "steps-2-check_in": "y"}).status_code == 303
    step = steps_of(desk)[-1]
    assert step.label == {"en": "The rest of the day", "fr": "Le reste de la journée"}
    assert step.text == {"en": "Walk a little, {first_name}.", "fr": "Marchez un peu, {first_name}."}
    assert (step.key, step.visit, step.minutes) == ("the-rest-of-the-day", "first", (60, 75))
    assert (step.condition, step.check_in) == (Condition.NO_NEXT_SESSION, True)
    fields = fields_of(desk.member("owner").get(PLAN))
    assert fields["steps-2-text_fr"] == "Marchez un peu, {first_name}."
    assert fields.getlist("steps-2-lengths") == ["60", "75"]


def test_steps_are_kept_in_the_order_of_their_time(desk: Desk) -> None:
    week = {"steps-2-moment": "before", "steps-2-amount": "7", "steps-2-unit": "days"}
    assert save(desk, AFTER | week).status_code == 303
    assert [step.key for step in steps_of(desk)] == ["the-rest-of-the-day", "rest", "eat"]
    assert fields_of(desk.member("owner").get(PLAN))["steps-0-key"] == "the-rest-of-the-day"


def test_a_text_in_a_language_that_the_page_does_not_show_is_kept(desk: Desk) -> None:
    assert save(desk, {"steps-0-text_en": "Rest."}).status_code == 303
    assert steps_of(desk)[0].text == {"en": "Rest.", "mi": "Okioki."}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"steps-2-text_en": "Ask {terapist}."}, "There is no {terapist}. Did you mean {therapist}?"),
        ({"steps-2-label_en": "With {terapist}"}, "There is no {terapist}. Did you mean {therapist}?"),
        ({"steps-2-text_en": "Ask {therapist."}, "A brace stands alone"),
        ({"steps-2-text_en": "It flushes out toxins."}, "toxins"),
        ({"steps-2-text_en": ""}, "Write what the client should know or do."),
        ({"steps-2-label_en": ""}, "Give the step a heading"),
        ({"steps-2-label_fr": "Le reste"}, "Write this in French too, or empty both French fields."),
        ({"steps-2-text_fr": "Marchez."}, "Write this in French too, or empty both French fields."),
        ({"steps-2-text_fr": "Marchez.", "steps-2-label_fr": "Une détox"}, "détox"),
        ({"steps-2-amount": ""}, "Type how long, such as 1 day."),
        ({"steps-2-moment": "before", "steps-2-amount": "0"}, "Type how long before, or choose: on arrival."),
        ({"steps-2-amount": "7", "steps-2-unit": "minutes"}, "That must be a multiple of 5 minutes"),
        ({"steps-2-amount": "91", "steps-2-unit": "days"}, "90 days at most"),
        (
            {"steps-2-moment": "before", "steps-2-condition": "no_next_session"},
            "only of what goes out after the session",
        ),
        (
            {"steps-2-moment": "before", "steps-2-check_in": "y"},
            "Only after a session can we ask how it went.",
        ),
        ({"steps-2-moment": "arrival", "steps-2-feels_wrong": "y"}, "That belongs after the session"),
        ({"steps-2-lengths": "61"}, "Choose from the list only."),
    ],
)
def test_a_mistake_is_shown_beside_its_field_and_nothing_typed_is_lost(
    desk: Desk, changes: dict[str, str], said: str
) -> None:
    typed = {"name": "Another name", "steps-0-text_en": "Typed long ago."} | AFTER | changes
    answer = save(desk, typed)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    fields = fields_of(answer)
    assert {name: fields.get(name) for name in typed if name != "steps-2-lengths"} == {
        name: value for name, value in typed.items() if name != "steps-2-lengths"
    }
    assert [step.key for step in steps_of(desk)] == ["rest", "eat"]


def test_two_steps_can_not_both_be_what_to_do_when_something_feels_wrong(desk: Desk) -> None:
    assert save(desk, HELP).status_code == 303
    assert steps_of(desk)[-1].key == "help"
    second = {name.replace("-2-", "-3-"): value for name, value in HELP.items()}
    answer = save(desk, second | {"steps-3-label_en": "Something else"})
    assert answer.status_code == 422
    assert "Another step is already what to do when something feels wrong." in answer.text


def test_deep_work_without_what_to_do_when_something_feels_wrong_is_marked_and_saved_all_the_same(
    desk: Desk,
) -> None:
    warning = "This plan does not say what to do when something feels wrong"
    owner = desk.member("owner")
    assert warning in owner.get(PLAN).text
    assert "Lacks: what to do when something feels wrong" in owner.get("/staff/settings/guidance").text
    assert save(desk, AFTER).status_code == 303
    assert save(desk, {name.replace("-2-", "-3-"): value for name, value in HELP.items()}).status_code == 303
    assert warning not in owner.get(PLAN).text
    assert save(desk, {"steps-2-feels_wrong": None}).status_code == 303
    assert "help" not in [step.key for step in steps_of(desk)]
    assert warning in owner.get(PLAN).text


def test_on_arrival_needs_no_time(desk: Desk) -> None:
    assert save(desk, AFTER | {"steps-2-moment": "arrival", "steps-2-amount": ""}).status_code == 303
    step = steps_of(desk)[-1]
    assert (step.moment, step.offset.total_seconds()) == ("before", 0)
    assert fields_of(desk.member("owner").get(PLAN))["steps-2-moment"] == "arrival"


def test_the_picture_shows_what_is_typed_before_it_is_saved(desk: Desk) -> None:
    stored = text_of(desk.member("owner").get(PLAN))
    for words in ("When it is booked at once Confirmation", "3 days before Mon 2:00 pm Reminder Three days before",
                  "3 hours before Thu 11:00 am Preparation Three hours before", "The session Thu 2:00 pm"):  # fmt: skip
        assert words in stored
    typed = text_of(save(desk, AFTER | {"steps-2-check_in": "y", "add": "steps"}))
    assert "2 hours after Thu 5:00 pm After-care The rest of the day (asks how they feel)" in typed
    assert len(steps_of(desk)) == 2


@pytest.mark.parametrize("field", ["moment", "unit", "visit", "lengths", "condition", "amount", "key"])
def test_what_no_page_of_ours_has_sent_breaks_nothing(desk: Desk, field: str) -> None:
    for sent in ("nonsense", "²", "", "9" * 400):
        forged = AFTER | {f"steps-2-{field}": sent}
        assert save(desk, forged | {"add": "steps"}).status_code == 200
        assert save(desk, forged).status_code in (303, 422)


def test_every_placeholder_is_listed_with_what_it_becomes(desk: Desk) -> None:
    page = text_of(desk.member("owner").get(PLAN))
    assert "{therapist} the therapist's name" in page
    assert "{address} the address on that day" in page


def test_a_real_appointment_is_seen_as_each_of_its_mails(desk: Desk) -> None:
    save(desk, AFTER | {"steps-2-text_en": "Walk a little with {therapist}."})
    reference = desk.booked("14:00")
    owner = desk.member("owner")
    page = owner.get(MAIL)
    assert f'<option value="{reference}" selected>' in page.text
    assert "Jo Park · Psoas release" in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    with desk.app.app_context():
        before = db.session.execute(select(Notification.id, Notification.state)).all()
    advice = owner.get(MAIL, query_string={"reference": reference.lower(), "step": "after_2h"})
    assert "Walk a little with Therapist 1." in unescape(advice.text)
    assert 'aria-current="true"><strong>2 hours after' in advice.text
    with desk.app.app_context():
        assert db.session.execute(select(Notification.id, Notification.state)).all() == before


def test_the_mail_in_its_frame_loads_nothing_and_is_framed_by_us_only(desk: Desk) -> None:
    body = f"/staff/settings/guidance/mail/{desk.booked('14:00')}/body"
    answer = desk.member("desk").get(body, query_string={"step": "booked"})
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert "Psoas release" in answer.text
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; sandbox; frame-ancestors 'self'"
    )
    elsewhere = desk.member("desk").get(PLAN)
    assert "frame-ancestors 'none'" in elsewhere.headers["Content-Security-Policy"]
    assert "frame-src" not in elsewhere.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in elsewhere.headers


def test_a_reference_that_nobody_has_is_said_to_be_none(desk: Desk) -> None:
    owner = desk.member("owner")
    page = owner.get(MAIL, query_string={"reference": "EX-NONE<b>"})
    assert page.status_code == 200
    assert "There is no appointment EX-NONE&lt;b&gt;." in page.text
    assert owner.get("/staff/settings/guidance/mail/EX-NONE/body").status_code == 404
    assert "No session ahead follows this plan" in owner.get(MAIL).text


def test_therapists_do_not_open_these_pages(desk: Desk) -> None:
    body = f"/staff/settings/guidance/mail/{desk.booked('14:00')}/body"
    assert [desk.member("therapist").get(path).status_code for path in (PLAN, MAIL, body)] == [403] * 3
