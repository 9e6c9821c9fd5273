"""Each row of the table of questions and outcomes, through the form on the web."""

from datetime import date

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.screening import Outcome, ScreeningQuestion
from tests.support.filled_form import fields_of
from tests.support.questioned import BOOK, Walk
from tests.support.rows import active_claims, at, make_practice
from tests.support.screening_table import (
    ROWS,
    Row,
    ask_default_questions,
    default_set,
    row_name,
    said_in,
    well,
)

TODAY = date(2026, 11, 20)
HEADINGS = {Outcome.CALL: "Let us talk first", Outcome.URGENT: "Please get help now"}
LOOKS = "A therapist looks at your answers first"


@pytest.fixture
def asking(app: Flask, clock: time_machine.Traveller) -> Flask:
    """A practice that asks the library's questions before psoas release."""
    with app.app_context():
        make_practice(therapists=2, rooms=2)
        ask_default_questions("psoas-release")
    return app


def sent(walk: Walk, row: Row) -> TestResponse:
    """That one answer, all else being well, as a browser sends it."""
    page = walk.questions()
    fields = fields_of(page, "questions").to_dict()
    for name, value in (well() | said_in(row, TODAY)).items():
        key = name.removesuffix(".on")
        fields[f"on-{key}" if key != name else f"q-{key}"] = value
    return walk.client.post(f"{BOOK}/questions", data=fields)


@pytest.mark.parametrize("row", ROWS, ids=row_name)
def test_each_row_of_the_table_on_the_web(asking: Flask, row: Row) -> None:
    walk, outcome = Walk(asking.test_client()), row[3]
    answer = sent(walk, row)
    if outcome in HEADINGS:
        assert answer.status_code == 200
        assert HEADINGS[outcome] in answer.text
        assert "902-555-0100" in answer.text
        assert ("Emergency" in answer.text) is (outcome is Outcome.URGENT)
        advice = next(one.advice for one in _question(row).answers if one.key == row[1])
        assert advice is None or advice["en"].replace("'", "&#39;") in answer.text
        assert _held(asking, walk.client) == 0
    else:
        assert answer.status_code == 303
        times = walk.client.get(answer.headers["Location"])
        assert times.status_code == 200
        assert (LOOKS in times.text) is (outcome is Outcome.REVIEW)
        assert row[1] not in answer.headers["Location"]


def test_every_question_of_the_library_stands_on_the_page(asking: Flask) -> None:
    page = Walk(asking.test_client()).questions().text.replace("&#39;", "'")
    missing = [question.key for question in default_set().questions if question.text["en"] not in page]
    assert missing == []
    assert [question.key for question in default_set().questions if question.why["en"] not in page] == []


def _question(row: Row) -> ScreeningQuestion:
    return next(one for one in default_set().questions if one.key == row[0])


def _held(app: Flask, client: FlaskClient) -> int:
    """What a direct request for a time gets in spite of it."""
    page = Walk(client).questions()
    fields = {
        "csrf_token": fields_of(page, "questions")["csrf_token"],
        "start": at("10:00").isoformat(),
        "session": "returning.60",
    }
    assert "/questions" in client.post(f"{BOOK}/hold", data=fields).headers["Location"]
    with app.app_context():
        return len(active_claims())
