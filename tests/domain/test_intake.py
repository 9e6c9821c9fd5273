"""The intake form's rules: who is asked what, what an answer must be, how old somebody is, when it is asked again."""

from datetime import UTC, date, datetime

import pytest

from app.domain.intake import Lack, Standing, Treatment, age_on, is_old, kept_answers, parts_for, read_out
from app.domain.intake_questions import PARTS, Kind, Need, Part

TODAY = date(2026, 11, 20)


def part(key: str) -> Part:
    """The part of that name."""
    return next(one for one in PARTS if one.key == key)


LIGHT, DEEP, SCREENED = Treatment(), Treatment(deep=True), Treatment(deep=True, screened=True)


def asked(*sessions: Treatment, screened: tuple[str, ...] = ()) -> set[str]:
    """The questions that somebody with such sessions gets."""
    return {question.key for one in parts_for(sessions, screened) for question in one.questions}


def test_every_text_stands_there_in_every_language() -> None:
    texts = [text for one in PARTS for text in (one.title, one.lead)]
    texts += [text for one in PARTS for question in one.questions for text in (question.text, question.why)]
    texts += [label for one in PARTS for question in one.questions for _, label in question.choices]
    assert all(text.get(code) for text in texts for code in ("en", "fr"))


def test_no_two_questions_share_a_key() -> None:
    keys = [question.key for one in PARTS for question in one.questions]
    assert len(set(keys)) == len(keys)


def test_who_has_booked_nothing_is_asked_nothing() -> None:
    assert parts_for((), ()) == ()


def test_who_comes_for_light_work_is_not_asked_what_only_deep_work_needs() -> None:
    deep_only = {question.key for one in PARTS if one.need is Need.DEEP for question in one.questions}
    assert deep_only
    assert not asked(LIGHT) & deep_only
    assert deep_only <= asked(DEEP) == asked(DEEP, LIGHT)
    assert deep_only <= asked(SCREENED) == asked(SCREENED, LIGHT, DEEP)


def test_nobody_is_asked_what_the_screening_has_asked_already() -> None:
    everything = asked(SCREENED)
    left = asked(SCREENED, screened=("pregnant", "clot", "bone"))
    assert everything - left == {"pregnant", "clots", "bones"}


def test_wishes_that_are_asked_with_the_screening_stand_in_the_form_of_others_only() -> None:
    assert {"pressure", "avoid"} <= asked(LIGHT) & asked(DEEP)
    assert not {"pressure", "avoid"} & asked(SCREENED)


def test_yes_and_no_want_an_answer_and_everything_else_may_stay_empty() -> None:
    kept, faults = kept_answers(part("health"), {}, TODAY)
    assert kept == {}
    assert set(faults) == {one.key for one in part("health").questions if one.kind is Kind.YES_NO}
    assert kept_answers(part("reason"), {}, TODAY) == ({}, {})


@pytest.mark.parametrize("said", ["yes", "no", "in_person"])
def test_any_of_the_offered_answers_is_kept_and_details_only_with_a_yes(said: str) -> None:
    typed = {one.key: "no" for one in part("health").questions if one.kind is Kind.YES_NO}
    kept, faults = kept_answers(part("health"), typed | {"heart": said, "heart.more": "High"}, TODAY)
    assert (kept["heart"], faults) == (said, {})
    assert ("heart.more" in kept) is (said == "yes")


@pytest.mark.parametrize("said", ["maybe", "YES", "\ud800", "x" * 5000])
def test_an_answer_that_was_not_offered_is_refused(said: str) -> None:
    assert "numb" in kept_answers(part("health"), {"numb": said}, TODAY)[1]


def test_what_is_too_long_or_broken_is_refused_with_a_sentence() -> None:
    _, faults = kept_answers(part("reason"), {"goal": "x" * 9000, "where": "\udc00"}, TODAY)
    assert set(faults) == {"goal", "where"}
    assert all(sentence.endswith(("please.", "again.")) for sentence in faults.values())


@pytest.mark.parametrize("born", ["", "yesterday", "2026-11-21", "1900-01-01", "2026-02-30"])
def test_a_birthday_that_cannot_be_is_refused(born: str) -> None:
    assert "born" in kept_answers(part("you"), {"born": born}, TODAY)[1]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 11, 20), date(2026, 11, 19), 17),
        (date(2008, 11, 20), date(2026, 11, 20), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
    ],
)
def test_somebody_is_a_year_older_on_the_birthday_and_not_before(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize(
    ("confirmed", "now", "old"),
    [
        (None, datetime(2026, 11, 20, tzinfo=UTC), True),
        (datetime(2025, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 20, 8, tzinfo=UTC), False),
        (datetime(2025, 11, 20, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC), True),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 2, 28, tzinfo=UTC), False),
        (datetime(2028, 2, 29, tzinfo=UTC), datetime(2029, 3, 1, tzinfo=UTC), True),
    ],
)
def test_after_so_many_months_it_is_asked_again(confirmed: datetime | None, now: datetime, old: bool) -> None:
    assert is_old(confirmed, now, 12) is old


def test_a_form_with_parts_missing_is_not_stale_but_missing() -> None:
    standing = Standing(parts_for((SCREENED,), ()), frozenset({"you"}))
    assert [one.key for one in standing.missing] == ["reason", "health", "history"]
    assert not standing.is_stale(datetime(2027, 1, 1, tzinfo=UTC), 12)
    assert Standing().is_complete
    assert not Standing().is_stale(datetime(2027, 1, 1, tzinfo=UTC), 12)


def test_who_treats_reads_answers_in_words_and_in_their_language() -> None:
    said = {
        "born": "1987-03-14",
        "heart": "yes",
        "heart.more": "High",
        "numb": "in_person",
        "pressure": "firm",
    }
    told = dict(read_out(said, "en"))
    assert told["Your health"] == [
        ("Anything with your heart or blood pressure?", "Yes: High"),
        ("Are there places where you feel less, or nothing?", "I'd rather say it in person"),
    ]
    assert told["How you like it"] == [("How firm should it be?", "Firm")]
    assert "Votre santé" in dict(read_out(said, "fr-CA"))


def test_what_the_screening_asks_narrows_parts_and_takes_none_away() -> None:
    """store/intake.py reads a day's forms without it."""
    screened = {one.screened_as for part in PARTS for one in part.questions if one.screened_as}
    for session in (LIGHT, DEEP, SCREENED):
        narrowed, whole = parts_for([session], screened), parts_for([session], ())
        assert [part.key for part in narrowed] == [part.key for part in whole]


def test_the_form_is_missing_until_it_was_complete_once_and_then_parts_of_it() -> None:
    parts = parts_for([LIGHT], ())
    every = frozenset(part.key for part in parts)
    moment = datetime(2026, 11, 20, tzinfo=UTC)
    assert Standing(parts).lack is Lack.FORM
    assert Standing(parts, frozenset({"you"})).lack is Lack.FORM
    assert Standing(parts, frozenset({"you"}), moment).lack is Lack.PARTS
    assert Standing(parts, every, moment).lack is None
    assert Standing().lack is None
