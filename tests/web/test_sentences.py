"""Every refusal has its words, and those that would tell of somebody's past say no more than "please call us"."""

import pytest

from app.actions.permitting import NEVER_SAID
from app.blueprints.schedule.refusals import refusal_words
from app.domain.overriding import DESK_MAY, LOAD, OWNER_MAY
from app.domain.slots import Refusal
from app.web.rule_names import rule_name
from app.web.sentences import refusal_sentence


@pytest.mark.parametrize("refusal", Refusal)
def test_every_refusal_is_a_sentence_for_clients_and_for_staff(refusal: Refusal) -> None:
    for sentence in (
        refusal_sentence(refusal),
        refusal_words(refusal),
        refusal_words(refusal, "Dana", "Room 1"),
    ):
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "None" not in sentence


@pytest.mark.parametrize("refusal", sorted(NEVER_SAID))
def test_what_would_tell_of_a_person_s_past_reads_like_please_call(refusal: Refusal) -> None:
    assert refusal_sentence(refusal) == refusal_sentence(Refusal.PLEASE_CALL)
    assert refusal_words(refusal) != refusal_words(
        Refusal.PLEASE_CALL
    )  # the desk has to know which rule it was


def test_what_staff_may_set_aside_has_a_name_of_its_own() -> None:
    names = [rule_name(refusal) for refusal in sorted(OWNER_MAY | DESK_MAY)]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("refusal", sorted(LOAD - {Refusal.TOO_CLOSE}))
def test_who_has_enough_is_named_where_one_was_chosen(refusal: Refusal) -> None:
    assert refusal_words(refusal, "Dana").startswith("Dana ")
    assert "Dana" not in refusal_words(refusal)
