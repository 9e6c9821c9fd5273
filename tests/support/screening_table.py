"""What the default questions must lead to, row by row: the table that the domain and every way into the program are tested with.

A row: the question's key, the answer, how many days ago it was (if that is asked), and what follows.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import product

from sqlalchemy import update

from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_preview import screening_preview
from app.domain.screening import Outcome, QuestionKind, ScreeningQuestion, ScreeningSet, day_key
from app.models import ScreeningSet as ScreeningSetRow
from app.models import ScreeningSetVersion, Service
from app.store.practice import raise_revision
from app.store.safety_texts import stored_questions
from app.store.transactions import transaction
from tests.support.rows import NOW
from tests.support.run import ROOT

OK, REVIEW, CALL, URGENT = Outcome.OK, Outcome.REVIEW, Outcome.CALL, Outcome.URGENT
Row = tuple[str, str, int | None, Outcome]
ROWS: tuple[Row, ...] = (
    ("pregnant", "yes", None, CALL),
    ("pregnant", "fertility", None, CALL),
    ("postpartum", "birth", 0, CALL),
    ("postpartum", "birth", 41, CALL),
    ("postpartum", "birth", 43, REVIEW),
    ("postpartum", "birth", 300, REVIEW),
    ("postpartum", "birth", 400, OK),
    ("postpartum", "caesarean", 30, CALL),
    ("postpartum", "caesarean", 60, REVIEW),
    ("diastasis", "yes", None, REVIEW),
    ("diastasis", "not_sure", None, REVIEW),
    ("aaa", "yes", None, CALL),
    ("aaa", "not_sure", None, CALL),
    ("pulse_pain", "yes", None, URGENT),
    ("pulse_pain", "not_sure", None, CALL),
    ("surgery", "yes", 5, CALL),
    ("surgery", "yes", 41, CALL),
    ("surgery", "yes", 43, REVIEW),
    ("surgery", "yes", 180, REVIEW),
    ("surgery", "yes", 190, OK),
    ("surgery", "yes", 4000, OK),
    ("surgery", "not_sure", None, REVIEW),
    ("hip_replacement", "yes", 83, CALL),
    ("hip_replacement", "yes", 86, REVIEW),
    ("hip_replacement", "yes", 190, OK),
    ("hip_replacement", "not_sure", None, REVIEW),
    ("hernia", "yes", None, CALL),
    ("hernia", "hiatal", None, REVIEW),
    ("hernia", "not_sure", None, REVIEW),
    ("clot", "yes", None, URGENT),
    ("clot", "past", None, CALL),
    ("clot", "not_sure", None, CALL),
    ("chest", "yes", None, URGENT),
    ("chest", "not_sure", None, CALL),
    ("thinners", "yes", None, CALL),
    ("thinners", "aspirin", None, REVIEW),
    ("thinners", "not_sure", None, CALL),
    ("bowel", "flare", None, CALL),
    ("bowel", "quiet", None, REVIEW),
    ("bowel", "not_sure", None, REVIEW),
    ("right_low_pain", "yes", None, URGENT),
    ("right_low_pain", "not_sure", None, CALL),
    ("kidney", "yes", None, CALL),
    ("kidney", "past", None, OK),
    ("kidney", "not_sure", None, REVIEW),
    ("flank_pain", "yes", None, URGENT),
    ("flank_pain", "not_sure", None, CALL),
    ("fever", "yes", None, REVIEW),
    ("fever", "not_sure", None, REVIEW),
    ("unexplained", "yes", None, CALL),
    ("unexplained", "not_sure", None, REVIEW),
    ("neuro", "yes", None, URGENT),
    ("neuro", "not_sure", None, CALL),
    ("cancer", "now", None, CALL),
    ("cancer", "past", None, REVIEW),
    ("cancer", "not_sure", None, REVIEW),
    ("iud", "yes", None, REVIEW),
    ("iud", "not_sure", None, REVIEW),
    ("endo", "yes", None, REVIEW),
    ("endo", "flare", None, REVIEW),
    ("endo", "not_sure", None, REVIEW),
    ("pessary", "yes", None, REVIEW),
    ("pessary", "not_sure", None, REVIEW),
    ("bone", "yes", None, REVIEW),
    ("bone", "severe", None, CALL),
    ("bone", "not_sure", None, REVIEW),
    ("heart", "yes", None, CALL),
    ("heart", "not_sure", None, REVIEW),
    ("organ", "enlarged", None, CALL),
    ("organ", "stoma", None, REVIEW),
    ("organ", "not_sure", None, REVIEW),
    ("spine", "yes", None, CALL),
    ("spine", "not_sure", None, REVIEW),
    ("skin", "yes", None, REVIEW),
    ("skin", "wide", None, REVIEW),
    ("skin", "not_sure", None, REVIEW),
    ("minor", "yes", None, REVIEW),
    ("touch", "Please not the belly.", None, OK),
)
#: Better on another day: later times are offered, without a fee.
NOT_TODAY = {("fever", "yes"), ("fever", "not_sure"), ("endo", "flare"), ("skin", "wide")}


def row_name(row: Row) -> str:
    """How a test calls it."""
    key, answer, ago, outcome = row
    return f"{key} {answer}{f' {ago} days ago' if ago is not None else ''} is {outcome}"


@cache
def default_set() -> ScreeningSet:
    """The questions that the library comes with, as they are asked."""
    document = tomllib.loads((ROOT / "clinics" / "library" / "screening.toml").read_text("utf-8"))
    read = parse_practice_file({"practice": {"slug": "a", "name": "A"}, **document})
    return screening_preview(read.screening_sets[0], 18)


def well() -> dict[str, str]:
    """Nothing stands against the session."""
    return {question.key: "no" for question in default_set().questions if question.answers}


def said_in(row: Row, on: date) -> dict[str, str]:
    """That one answer, on that day."""
    key, answer, ago, _ = row
    return {key: answer} | ({day_key(key): (on - timedelta(days=ago)).isoformat()} if ago is not None else {})


def pairs() -> Iterator[tuple[Row, Row]]:
    """Every row with every row of another question."""
    return ((one, other) for one, other in product(ROWS, ROWS) if one[0] != other[0])


def every_answer() -> Iterator[tuple[ScreeningQuestion, str]]:
    """Each answer that the questions know."""
    for question in default_set().questions:
        if question.kind is QuestionKind.CHOICE:
            yield from ((question, answer.key) for answer in question.answers)


def ask_default_questions(*slugs: str) -> None:
    """Before those services the library's questions, approved, and no consent text."""
    with transaction() as rows:
        version = ScreeningSetVersion(
            version=1, questions=stored_questions(default_set().questions), created_at=NOW, approved_at=NOW
        )
        asked = ScreeningSetRow(slug="whole", name="Whole", versions=[version])
        rows.add(asked)
        rows.flush()
        values = {"screening_set_id": asked.id, "consent_text_id": None}
        rows.execute(update(Service).where(Service.slug.in_(slugs)).values(**values))
        raise_revision()
