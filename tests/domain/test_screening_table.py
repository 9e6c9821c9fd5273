"""The default questions: each row of the table, all pairs of answers, who is not sure, dates, and words that promise nothing."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.placeholders import mistakes_in
from app.domain.practice_file_document import BadPracticeFile, read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_writing import document_of
from app.domain.screening import (
    NOT_SURE,
    Answer,
    Outcome,
    Phase,
    QuestionKind,
    ScreeningQuestion,
    ScreeningSet,
    advices,
    faults_of,
    gate_keys,
    is_not_today,
    outcome_of,
    settled,
    worst_of,
    worst_of_answer,
)
from tests.support.screening_table import (
    CALL,
    NOT_TODAY,
    OK,
    REVIEW,
    ROWS,
    URGENT,
    Row,
    default_set,
    every_answer,
    pairs,
    row_name,
    said_in,
    well,
)

ON = date(2026, 11, 21)
ASKED = default_set()
NEVER = re.compile(
    r"diagnos|toxi|d[ée]tox|gu[ée]ri|\bheal(s|ing)?\b|miracle|garanti|guarantee|\bcure", re.IGNORECASE
)


@pytest.mark.parametrize("row", ROWS, ids=row_name)
def test_each_row_of_the_table(row: Row) -> None:
    said = well() | said_in(row, ON)
    assert faults_of(ASKED, said, ON) == {}
    assert outcome_of(ASKED, said, ON) is row[3]
    assert gate_keys(ASKED, said, ON) == (frozenset({row[0]}) if row[3] is not OK else frozenset())
    assert is_not_today(ASKED, said) is ((row[0], row[1]) in NOT_TODAY)


def test_no_answer_of_the_set_is_missing_in_the_table() -> None:
    told = {(key, answer) for key, answer, _, _ in ROWS}
    assert [
        (question.key, key)
        for question, key in every_answer()
        if key != "no" and (question.key, key) not in told
    ] == []


def test_who_is_well_books() -> None:
    assert outcome_of(ASKED, well(), ON) is OK


def test_of_all_pairs_of_answers_the_worst_wins() -> None:
    order = [OK, REVIEW, CALL, URGENT]
    checked = 0
    for one, other in pairs():
        said = well() | said_in(one, ON) | said_in(other, ON)
        expected = max(one[3], other[3], key=order.index)
        assert outcome_of(ASKED, said, ON) is expected, (one, other)
        checked += 1
    assert checked > 5000


def test_of_no_answers_at_all_everything_is_missing_and_nothing_is_booked() -> None:
    assert outcome_of(ASKED, {}, ON) is URGENT
    assert set(faults_of(ASKED, {}, ON)) == {
        question.key for question in ASKED.questions if not question.optional
    }
    assert gate_keys(ASKED, {}, ON) == {question.key for question in ASKED.questions if not question.optional}


@pytest.mark.parametrize("question", ASKED.questions, ids=lambda question: question.key)
def test_what_is_missing_counts_as_the_worst_it_could_be(question: ScreeningQuestion) -> None:
    worst = worst_of(worst_of_answer(answer) for answer in question.answers)
    without = {key: answer for key, answer in well().items() if key != question.key}
    assert outcome_of(ASKED, without, ON) is worst
    assert outcome_of(ASKED, without | {question.key: "made-up"}, ON) is (worst if question.answers else OK)


#: What "not sure" means, by the worst that "yes" could mean.
MILDER = {OK: REVIEW, REVIEW: REVIEW, CALL: REVIEW, URGENT: CALL}


@pytest.mark.parametrize(
    "question",
    [one for one in ASKED.questions if any(answer.key == NOT_SURE for answer in one.answers)],
    ids=lambda question: question.key,
)
def test_not_sure_is_one_step_milder_than_yes_and_somebody_always_looks(question: ScreeningQuestion) -> None:
    answers = {answer.key: answer for answer in question.answers}
    strict = {"aaa", "clot", "thinners"}
    yes = worst_of(worst_of_answer(answer) for key, answer in answers.items() if key != NOT_SURE)
    assert answers[NOT_SURE].outcome is (CALL if question.key in strict else MILDER[yes])


@pytest.mark.parametrize("worst", [None, *Outcome])
@pytest.mark.parametrize("outcome", list(Outcome))
def test_who_goes_back_after_call_or_urgent_gets_review_at_best(
    outcome: Outcome, worst: Outcome | None
) -> None:
    stuck = worst in (CALL, URGENT)
    assert settled(outcome, worst) is (REVIEW if stuck and outcome is OK else outcome)


def test_a_date_is_needed_where_it_decides_and_must_be_possible() -> None:
    for day, sentence in (
        (None, "Please say when that was; a guess will do."),
        ("soon", "Please give a date that exists, such as 14 March 2026."),
        ("2026-02-30", "Please give a date that exists, such as 14 March 2026."),
        ("1800-01-01", "Please give a date that exists, such as 14 March 2026."),
        ("2026-11-22", "Please give a date that is not in the future."),
    ):
        said = well() | {"surgery": "yes"} | ({"surgery.on": day} if day else {})
        assert faults_of(ASKED, said, ON) == {"surgery": sentence}
        assert outcome_of(ASKED, said, ON) is (CALL if day != "1800-01-01" else OK)
    assert faults_of(ASKED, well() | {"surgery": "no", "surgery.on": "soon"}, ON) == {}


#: For an operation on 1 November 2026: six weeks, then six months, each day included.
TURNS = {"2026-11-21": CALL, "2026-12-13": CALL, "2026-12-14": REVIEW, "2027-05-03": REVIEW, "2027-05-04": OK}


def test_an_answer_with_a_date_gets_milder_by_itself() -> None:
    said = well() | {"surgery": "yes", "surgery.on": "2026-11-01"}
    told = {day: outcome_of(ASKED, said, date.fromisoformat(day)) for day in TURNS}
    assert told == TURNS
    worse = said | {"thinners": "yes"}
    assert {outcome_of(ASKED, worse, date.fromisoformat(day)) for day in TURNS} == {CALL}


def test_free_words_never_decide() -> None:
    words = ScreeningQuestion(
        "other", QuestionKind.TEXT, {"en": "Anything else?"}, {"en": "So that we know."}
    )
    asked = replace(ASKED, questions=(*ASKED.questions, words))
    assert outcome_of(asked, well() | {"other": "Sudden chest pain!"}, ON) is REVIEW
    assert faults_of(asked, well(), ON) == {"other": "Please answer this question."}
    assert faults_of(asked, well() | {"other": "a" * 1001}, ON) == {
        "other": "Please use at most 1000 characters."
    }
    optional = replace(asked, questions=(replace(words, optional=True),))
    assert outcome_of(optional, {}, ON) is OK
    assert outcome_of(optional, {"other": " "}, ON) is OK


def test_advice_is_told_once_the_worst_first_and_not_about_what_is_over() -> None:
    long_ago = {"surgery": "yes", "surgery.on": (ON - timedelta(days=4000)).isoformat()}
    said = well() | {"thinners": "yes", "neuro": "yes"} | long_ago
    told = advices(ASKED, said, ON)
    assert [text["en"].split(":")[0][:14] for text in told] == ["New numbness b", "Go on taking y"]
    assert len(advices(ASKED, said)) == 3
    assert advices(ASKED, well(), ON) == ()


def test_whatever_forbids_a_booking_comes_with_advice() -> None:
    silent = [
        (question.key, answer.key)
        for question in ASKED.questions
        for answer in question.answers
        if worst_of_answer(answer) in (CALL, URGENT) and answer.key != NOT_SURE and not answer.advice
    ]
    assert silent == []


def test_every_text_is_there_in_english_and_french_and_promises_nothing() -> None:
    for question in ASKED.questions:
        texts = [question.text, question.why, *(answer.label for answer in question.answers)]
        texts += [answer.advice for answer in question.answers if answer.advice]
        for text in texts:
            assert set(text) == {"en", "fr"}, text
            for words in text.values():
                assert mistakes_in(words) == []
                assert not NEVER.search(words), words


def test_periods_are_nobodys_business() -> None:
    words = re.compile(r"\bperiods?\b|menstru|règles", re.IGNORECASE)
    assert not [
        question.key for question in ASKED.questions if words.search(" ".join(question.text.values()))
    ]


def test_touch_leads_to_wishes_only() -> None:
    touch = next(question for question in ASKED.questions if question.key == "touch")
    assert (touch.kind, touch.optional, touch.text_outcome) == (QuestionKind.TEXT, True, OK)


SMALL = """[practice]
slug = "a-practice"
currency = "USD"
[[service]]
slug = "deep"
name = "Deep"
needs_screening = true
screening_set = "set"
consent_text = "text"
[[screening_set]]
slug = "set"
name = "Set"
[[screening_set.question]]
key = "thinners"
text = {en = "Thinners?", fr = "Anticoagulants?"}
why = "Bleeding."
answers = [{key = "no"}, {key = "yes", outcome = "call", phases = [{within_days = 9, outcome = "review"}]}, {key = "not_sure", outcome = "review"}]
[[screening_set.question]]
key = "touch"
kind = "text"
text = "Touch?"
why = "Wishes."
text_outcome = "ok"
optional = true
retired = true
[[consent_text]]
slug = "text"
name = "Text"
body = "You may stop."
areas = [{key = "belly", label = "Belly"}]
"""


def test_what_a_file_asks_survives_being_written() -> None:
    file = parse_practice_file(read_toml(SMALL.encode()))
    first, second = file.screening_sets[0].questions
    assert first.answers[1] == Answer("yes", {"en": "Yes", "fr": "Oui"}, CALL, (Phase(9, REVIEW),))
    assert second.retired
    assert parse_practice_file(document_of(file)) == file
    assert file.consent_texts[0].areas[0].label == {"en": "Belly"}


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (
            'screening_set = "set"',
            'screening_set = "none"',
            "service[0].screening_set: “none” is not in the file",
        ),
        (
            'consent_text = "text"',
            'consent_text = "none"',
            "service[0].consent_text: “none” is not in the file",
        ),
        (
            'outcome = "review"}]\n',
            "outcome = 'ok'}]\n",
            "screening_set[0].question[0].answers: must give not_sure an outcome of review or worse",
        ),
        (
            'text_outcome = "ok"',
            'text_outcome = "call"',
            "screening_set[0].question[1].text_outcome: must be ok or review: free words never decide",
        ),
        ('key = "touch"', 'key = "thinners"', "screening_set[0].question: “thinners” is there twice"),
        (
            'key = "no"}, ',
            'key = "yes"}, ',
            "screening_set[0].question[0].answers: must each have a key of its own",
        ),
        ('"Thinners?"', '"Detox?"', "screening_set[0].question[0].text: (en) We can't promise"),
        (
            '"Thinners?"',
            '"Call {phone}?"',
            "screening_set[0].question[0].text: (en) A brace can't stand here, but for {minor_until}: the age below which a guardian agrees.",
        ),
        (
            'outcome = "call"',
            'outcome = "perhaps"',
            "screening_set[0].question[0].answers[1].outcome: must be one of",
        ),
        (
            "within_days = 9, ",
            "",
            "screening_set[0].question[0].answers[1].phases[0].within_days: is missing",
        ),
        ('why = "Bleeding."', "", "screening_set[0].question[0].why: is missing"),
        ('body = "You may stop."', "", "consent_text[0].body: is missing"),
        (
            'name = "Set"',
            'name = "Set"\napproved_by = "Ana"',
            "screening_set[0].approved_by: and approved_at belong",
        ),
        ('name = "Set"', 'name = "Set"\nsurprise = 1', "screening_set[0].surprise: is not a key"),
    ],
)
def test_what_cannot_be_asked_is_named_by_its_key(old: str, new: str, error: str) -> None:
    with pytest.raises(BadPracticeFile) as refused:
        parse_practice_file(read_toml(SMALL.replace(old, new, 1).encode()))
    assert any(str(each).startswith(error) for each in refused.value.errors), refused.value.errors


def test_a_set_that_asks_nothing_is_refused() -> None:
    nothing = ScreeningSet(1, "set", 1, (), approved=True)
    assert outcome_of(nothing, {}, ON) is OK
    empty = "[practice]\nslug = 'a'\n[[screening_set]]\nslug = 'set'\nname = 'Set'\n"
    with pytest.raises(BadPracticeFile, match="must have at least one that is asked"):
        parse_practice_file(read_toml(empty.encode()))
