"""Guidance plans in a practice file."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from app.domain.guidance import AFTER, BEFORE, Condition, GuidanceStep
from app.domain.placeholders import mistakes_in
from app.domain.practice_file import GuideEntry, PlanEntry, PracticeFile
from app.domain.practice_file_document import shown
from app.domain.practice_file_fields import each, key_of
from app.domain.practice_file_reader import MISSING, Table
from app.domain.practice_file_words import offset_named

VISITS = ("any", "first", "returning")
SHORTEST_SESSION, LONGEST_SESSION = 5, 720
LONGEST_LABEL, LONGEST_TEXT = 80, 2000


def plan_of(table: Table) -> PlanEntry:
    """[[guidance_plan]]"""
    entry = PlanEntry(
        table.slug(), table.line("name", 120, required=True) or "", steps_in_order(each(table, "step", _step))
    )
    keys = [step.key for step in entry.steps]
    if len(set(keys)) < len(keys):
        table.refuse("step", "has two steps with one key")
    table.close()
    return entry


def with_guides_at_steps(file: PracticeFile) -> PracticeFile:
    """The same with each guide at the steps that it said it goes with."""
    if not any(guide.goes_with for guide in file.guides):
        return file
    plans = tuple(
        replace(plan, steps=tuple(_with_guides(plan, step, file.guides) for step in plan.steps))
        for plan in file.plans
    )
    return replace(file, plans=plans, guides=tuple(replace(guide, goes_with=()) for guide in file.guides))


def _with_guides(plan: PlanEntry, step: GuidanceStep, guides: Iterable[GuideEntry]) -> GuidanceStep:
    more = {guide.slug for guide in guides if f"{plan.slug}/{step.key}" in guide.goes_with}
    return replace(step, guides=tuple(sorted(more.union(step.guides)))) if more else step


def steps_in_order(steps: Iterable[GuidanceStep]) -> tuple[GuidanceStep, ...]:
    """The steps in the order in which they apply; what applies at one time stays as it is."""
    return tuple(sorted(steps, key=_from_start))


def _from_start(step: GuidanceStep) -> tuple[bool, timedelta]:
    after = step.moment == AFTER
    return after, step.offset if after else -step.offset


def _step(table: Table) -> GuidanceStep | None:
    key = key_of(table, "key", limit=60)
    if not key and not table.has("key"):
        table.refuse("key", MISSING)
    texts = {name: _told(table, name, limit, key or "") for name, limit in _TEXTS.items()}
    visit, minutes = table.choice("visit", VISITS, "any"), _minutes(table)
    condition = Condition(table.choice("condition", list(Condition), Condition.ALWAYS))
    check_in, guides = table.flag("check_in", default=False), table.slugs("guides")
    moment, offset = _when(table)
    if offset is None:
        return None
    if moment == BEFORE and condition is Condition.NO_NEXT_SESSION:
        table.refuse("condition", f"can be {condition.value} only after a session")
    if moment == BEFORE and check_in:
        table.refuse("check_in", "can be true only after a session")
    if moment == BEFORE and guides:
        table.refuse("guides", "can go only with what is told after a session")
    return GuidanceStep(
        key or "", moment, offset, texts["label"], texts["text"], visit, minutes, condition, check_in, guides
    )


_TEXTS: Mapping[str, int] = {"label": LONGEST_LABEL, "text": LONGEST_TEXT}


def _told(table: Table, name: str, limit: int, key: str) -> dict[str, str]:
    """What clients read, with every mistake in it named."""
    texts = table.texts(name, limit, required=True)
    for language, text in texts.items():
        for mistake in mistakes_in(text):
            table.refuse(name, f"in the step {shown(key)} ({language}): {mistake}")
    return texts


def _when(table: Table) -> tuple[str, timedelta | None]:
    before, after = table.line(BEFORE, 40), table.line(AFTER, 40)
    moment = BEFORE if before else AFTER
    if (before is None) == (after is None):
        table.refuse(BEFORE, "or after: exactly one of the two must be given")
        return moment, None
    try:
        return moment, offset_named(before or after or "")
    except ValueError as error:
        table.refuse(moment, str(error))
        return moment, None


def _minutes(table: Table) -> tuple[int, ...]:
    place = table.place("minutes")
    read = [
        table.whole_of(item, f"{place}[{index}]", SHORTEST_SESSION, LONGEST_SESSION, 5)
        for index, item in enumerate(table.listed("minutes"))
    ]
    return tuple(sorted({minutes for minutes in read if minutes is not None}))
