"""Changing what is asked and agreed to before deep work: each change is a new version, and nobody but the owner approves one."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.contention import retrying
from app.actions.settings import Edit, NotPossible, NotThere, Outcome, OutOfDate, Saved, record
from app.domain.consent import ConsentArea
from app.domain.practice import Texts
from app.domain.said import said
from app.domain.screening import ScreeningQuestion, mistake_in, worst_of_answer
from app.store import settings
from app.store.practice_file_safety import add_set_version, add_text_version
from app.store.safety_texts import every_question
from app.store.transactions import take_booking_lock, transaction

SET, TEXT = "screening_set", "consent_text"


@retrying
def save_question(slug: str, question: ScreeningQuestion, edit: Edit) -> Outcome:
    """Put a question in the place of the one with its key, as a new version of its set, which waits for approval."""
    mistake = mistake_in(question)
    if mistake:
        return NotPossible(said("The answers %(mistake)s.", mistake=mistake))
    with transaction():
        take_booking_lock()
        row = settings.find_thing(SET, slug)
        before = every_question(row.versions[-1]) if row else ()
        old = next((one for one in before if one.key == question.key), None)
        if row is None or old is None:
            return NotThere()
        if row.row_version != edit.version:
            return OutOfDate(*(settings.last_change(SET, row.id) or (None, None)))
        if old == question:
            return Saved(SET, slug, changed=False)
        wanted = [question if one.key == question.key else one for one in before]
        if all(one.retired for one in wanted):
            return NotPossible(
                said("The last question can't be left out: take the set off the service instead.")
            )
        version = add_set_version(row, wanted, edit.now)
        _note(row, "questions changed", {"version": version.version, **_difference(old, question)}, edit)
        return Saved(SET, slug)


@retrying
def save_consent_text(slug: str, body: Texts, areas: Sequence[ConsentArea], edit: Edit) -> Outcome:
    """What a consent text says, and the areas it asks for, as a new version, which waits for approval.

    Whoever agreed to an older one is asked again, once the new one is approved or not.
    """
    with transaction():
        take_booking_lock()
        row = settings.find_thing(TEXT, slug)
        if row is None:
            return NotThere()
        if row.row_version != edit.version:
            return OutOfDate(*(settings.last_change(TEXT, row.id) or (None, None)))
        number = row.versions[-1].version
        version = add_text_version(row, body, areas, edit.now)
        if version.version == number:
            return Saved(TEXT, slug, changed=False)
        _note(row, "consent text changed", {"version": version.version}, edit)
        return Saved(TEXT, slug)


@retrying
def approve(kind: str, slug: str, edit: Edit) -> Outcome:
    """The owner stands for the newest version of a set or text, as they have just read it: from now on the public is asked it."""
    with transaction():
        take_booking_lock()
        row = settings.find_thing(kind, slug)
        if row is None:
            return NotThere()
        if row.row_version != edit.version:
            return OutOfDate(*(settings.last_change(kind, row.id) or (None, None)))
        newest = row.versions[-1]
        if newest.approved_at is not None:
            return Saved(kind, slug, changed=False)
        newest.approved_by, newest.approved_at = edit.actor.name, edit.now
        act = "questions approved" if kind == SET else "consent text approved"
        _note(row, act, {"version": newest.version}, edit)
        return Saved(kind, slug)


def _note(row: Any, act: str, detail: Mapping[str, Any], edit: Edit) -> None:
    row.row_version += 1
    record(edit, act, settings.kind_of(row), row.id, detail)


def _difference(old: ScreeningQuestion, new: ScreeningQuestion) -> dict[str, Any]:
    """For the log: which question, and what follows from which answer now."""
    before = {answer.key: worst_of_answer(answer).value for answer in old.answers}
    after = {answer.key: worst_of_answer(answer).value for answer in new.answers}
    turned = {
        key: {"from": before.get(key), "to": outcome}
        for key, outcome in after.items()
        if before.get(key) != outcome
    }
    asked = {} if old.retired == new.retired else {"asked": {"from": not old.retired, "to": not new.retired}}
    return {"question": new.key, **asked, **turned}
