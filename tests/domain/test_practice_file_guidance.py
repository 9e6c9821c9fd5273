"""Guidance plans in practice files: texts by language, conditions, and mistakes that are named before anything is sent."""

from datetime import timedelta

import pytest

from app.domain.guidance import Condition, GuidanceStep
from app.domain.practice_file_document import BadPracticeFile, read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_toml import toml_text
from app.domain.practice_file_writing import document_of

PLAN = '[practice]\nslug = "a-practice"\n[[guidance_plan]]\nslug = "deep"\nname = "Deep"\n'
STEP = '[[guidance_plan.step]]\nkey = "rest"\nlabel = "Rest"\ntext = "Rest well."\n'
FULL = (
    PLAN
    + """
[[guidance_plan.step]]
key = "week-after"
after = "7 days"
visit = "returning"
minutes = [90, 60]
condition = "no_next_session"
check_in = true
label = {en = "A week later", fr = "Une semaine plus tard"}
text = {en = "How was it, {first_name}?", fr = "Comment ça va, {first_name} ?"}
[[guidance_plan.step]]
key = "arrival"
before = "arrival"
label = "When you arrive"
text = "Ring twice at {address}."
[[guidance_plan.step]]
key = "week"
before = "7 days"
condition = "booked_ahead"
label = "The week before"
text = "Think of it."
"""
)


def steps_of(text: str) -> tuple[GuidanceStep, ...]:
    return parse_practice_file(read_toml(text.encode())).plans[0].steps


def refusals_of(step: str) -> list[str]:
    with pytest.raises(BadPracticeFile) as refused:
        steps_of(PLAN + step)
    return [str(error) for error in refused.value.errors]


def test_a_step_says_for_whom_and_on_what_condition() -> None:
    last = steps_of(FULL)[-1]
    assert last == GuidanceStep(
        key="week-after",
        moment="after",
        offset=timedelta(days=7),
        label={"en": "A week later", "fr": "Une semaine plus tard"},
        text={"en": "How was it, {first_name}?", "fr": "Comment ça va, {first_name} ?"},
        visit="returning",
        minutes=(60, 90),
        condition=Condition.NO_NEXT_SESSION,
        check_in=True,
    )


def test_steps_stand_in_the_order_in_which_they_apply() -> None:
    assert [step.key for step in steps_of(FULL)] == ["week", "arrival", "week-after"]


def test_what_is_written_reads_as_the_same_steps() -> None:
    file = parse_practice_file(read_toml(FULL.encode()))
    text = toml_text(document_of(file))
    assert parse_practice_file(read_toml(text.encode())) == file
    assert toml_text(document_of(parse_practice_file(read_toml(text.encode())))) == text


def test_a_usual_step_is_written_without_what_is_usual() -> None:
    text = toml_text(
        document_of(parse_practice_file(read_toml((PLAN + STEP + 'before = "1 day"\n').encode())))
    )
    assert not any(word in text for word in ("visit", "minutes = []", "condition", "check_in"))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (
            'before = "1 day"\ncondition = "no_next_session"',
            "condition: can be no_next_session only after a session",
        ),
        ('before = "1 day"\ncheck_in = true', "check_in: can be true only after a session"),
        (
            'before = "1 day"\ncondition = "sometimes"',
            "condition: must be one of always, booked_ahead, no_next_session",
        ),
        ('before = "1 day"\nminutes = [61]', "minutes[0]: must be a multiple of 5, not 61"),
        ('before = "1 day"\nminutes = 60', "minutes: must be a list, not 60"),
        ('before = "1 day"\ncheck_in = "yes"', "check_in: must be true or false"),
        ('before = "1 day"\nafter = "1 day"', "before: or after: exactly one of the two must be given"),
    ],
)
def test_what_a_step_may_not_say(lines: str, said: str) -> None:
    assert any(f"guidance_plan[0].step[0].{said}" in each for each in refusals_of(STEP + lines))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("text", "Ask {terapist}.", "There is no {terapist}. Did you mean {therapist}?"),
        ("label", "With {terapist}", "There is no {terapist}. Did you mean {therapist}?"),
        ("text", "Ask {therapist.", "A brace stands alone"),
        ("text", "It flushes out toxins.", "toxins"),
        ("text", "A real detox.", "detox"),
        ("text", "The cure for your back.", "a cure"),
    ],
)
def test_a_mistake_in_a_text_names_key_step_and_language(name: str, text: str, said: str) -> None:
    texts = {"label": "Rest", "text": "Rest well."} | {name: text}
    step = '[[guidance_plan.step]]\nkey = "rest"\nbefore = "1 day"\n'
    errors = refusals_of(step + "".join(f'{key} = {{fr = "{value}"}}\n' for key, value in texts.items()))
    assert len(errors) == 1
    assert errors[0].startswith(f"guidance_plan[0].step[0].{name}: in the step “rest” (fr): ")
    assert said in errors[0]
