"""Rounds of answers: what one browser or one client was told stays with them, whatever they answer next and for what."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.actions.booking import book
from app.actions.outcomes import Refused
from app.actions.screening import BadAnswers, answer_questions
from app.domain.screening import Outcome
from app.domain.slots import Refusal
from app.models import ScreeningSet, Service
from app.store.practice import raise_revision
from app.store.screenings import find_screening, newest_screening, open_answers
from app.store.transactions import transaction
from tests.support.rows import NOW, at, make_practice, order, wish
from tests.support.safety import TERMS, WELL, answered, ask_before, deep_service

pytestmark = pytest.mark.usefixtures("_asked")


@pytest.fixture(name="_asked")
def _practice_that_asks_twice(context: None) -> None:
    make_practice()
    ask_before()
    with transaction() as rows:
        asked = rows.execute(select(ScreeningSet.id)).scalar_one()
        rows.execute(update(Service).where(Service.slug == "back-massage").values(screening_set_id=asked))
        raise_revision()


def test_answers_for_one_service_do_not_book_another() -> None:
    said = answered(NOW)
    assert newest_screening("visitor", deep_service("back-massage").id, NOW) is None
    other = wish(at("10:00"), service="back-massage", minutes=30)
    answer = book(order(other, screening_token=said.token, consent=TERMS), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NOT_ANSWERED


def test_what_comes_out_for_one_service_counts_for_answers_given_before_for_another() -> None:
    before = answered(NOW)
    answer_questions(deep_service("back-massage"), WELL | {"pregnant": "yes"}, "visitor", NOW)
    kept = find_screening(before.token)
    assert kept is not None
    assert kept.outcome == "review"


def test_another_browser_is_not_touched_by_it() -> None:
    answered(NOW, visitor="somebody", pregnant="yes")
    assert answered(NOW).outcome is Outcome.OK


@pytest.mark.parametrize("worst", [{"pregnant": "yes"}, {"pulse": "yes"}])
def test_it_stays_for_a_day_with_each_answer_anew(worst: dict[str, str]) -> None:
    answered(NOW, **worst)
    for hours in (1, 20, 40):
        assert answered(NOW + timedelta(hours=hours)).outcome is Outcome.REVIEW
    assert answered(NOW + timedelta(hours=65)).outcome is Outcome.OK


def test_it_does_not_get_milder_than_what_was_answered() -> None:
    answered(NOW, pregnant="yes")
    assert answered(NOW, pulse="yes").outcome is Outcome.URGENT
    assert answered(NOW, pregnant="yes").outcome is Outcome.CALL


def test_what_is_missing_is_named_and_nothing_is_kept() -> None:
    with pytest.raises(BadAnswers) as raised:
        answer_questions(deep_service(), {"pregnant": "no"}, "visitor", NOW)
    assert set(raised.value.faults) == {"thinners", "pulse", "surgery"}
    assert newest_screening("visitor", deep_service().id, NOW) is None


def test_answers_open_with_a_key_of_their_own_until_they_belong_to_somebody() -> None:
    kept = find_screening(answered(NOW).token)
    assert kept is not None
    assert kept.wrapped_key is not None
    assert b"pregnant" not in (kept.sealed_answers or b"")
    assert open_answers(kept) == WELL
