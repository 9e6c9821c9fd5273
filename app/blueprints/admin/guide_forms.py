"""Forms for self-care guides: title, steps with their numbers, when to stop, what hides a guide."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from wtforms import BooleanField
from wtforms.validators import StopValidation

from app.blueprints.admin.fields import Block, Line, SomeOf, Whole, options
from app.blueprints.admin.forms import RowForm, SettingsForm, blame, counting, rows_of
from app.domain.placeholders import mistakes_in
from app.domain.practice_file import GuideStep
from app.domain.selfcare import ABDOMINAL, TOOL_COACHED, Guide
from app.web.language import _, lazy
from app.web.local_words import in_words, languages_with

_GATES = {
    ABDOMINAL: lazy("Presses on belly or hip flexors: only after a screening that allows deep work"),
    TOOL_COACHED: lazy("Needs a tool: only after a session in which it was shown"),
}


class PlainLine(Line):
    """A line that clients read; it promises nothing, and nothing is filled in."""

    def inspect(self, text: str) -> None:
        """Say every mistake."""
        _refuse(text)


class PlainBlock(Block):
    """Several such lines."""

    def inspect(self, text: str) -> None:
        """Say every mistake."""
        _refuse(text)


class GuideStepRow(RowForm):
    """A step with its numbers; what is left empty is as the therapist advises. A text in every language."""

    seconds = Whole(lazy("Seconds"), 1, 3600)
    up_to_seconds = Whole(lazy("up to"), 1, 3600)
    per_side = BooleanField(lazy("On each side"))
    reps = Whole(lazy("Times"), 1, 100)
    sets = Whole(lazy("Rounds"), 1, 20)
    languages: ClassVar[Mapping[str, str]] = {}

    def fits_together(self) -> bool:
        """A range goes upwards."""
        least, most = self.seconds.value, self.up_to_seconds.value
        if most is not None and (least is None or most <= least):
            blame(self.up_to_seconds, _("That must be more than the seconds before it."))
        return not self.errors

    @property
    def step(self) -> GuideStep:
        """What the row says; only of a row without errors."""
        return GuideStep(
            text=_texts(self, "text"),
            seconds=self.seconds.value,
            up_to_seconds=self.up_to_seconds.value,
            per_side=bool(self.per_side.data),
            reps=self.reps.value,
            sets=self.sets.value,
        )


class StopRow(RowForm):
    """When to stop, in every language."""

    languages: ClassVar[Mapping[str, str]] = {}


class GuideForm(SettingsForm):
    """A guide. ``guide_form`` gives it its fields in every language."""

    source = Line(lazy("Where it comes from"), 120)
    gate = SomeOf(lazy("Hidden"))
    wait_hours = Whole(lazy("So many hours after a session at the earliest"), 0, 24 * 60)
    retired = BooleanField(lazy("Out of use"))
    steps: Any
    stop_rules: Any
    languages: ClassVar[Mapping[str, str]]

    def offer_gates(self, screened: Mapping[str, str]) -> None:
        """What can hide it: belly work, tools, and the questions of the screening by key."""
        self.gate.choices = options([*_GATES.items(), *screened.items()])

    def fits_together(self) -> bool:
        """A guide has steps, and says when to stop."""
        if not counting(self.steps):
            blame(self.steps, _("A guide needs at least one step."))
        if self.gate.data and not counting(self.stop_rules):
            blame(self.stop_rules, _("Say at least once when to stop: this guide is not for everybody."))
        return not (self.steps.errors or self.stop_rules.errors)

    def guide(self, slug: str) -> Guide:
        """What was typed."""
        hours = self.wait_hours.value
        return Guide(
            slug=slug,
            title=_texts(self, "title"),
            steps=tuple(row.step for row in counting(self.steps)),
            stop_rules=tuple(_texts(row, "text") for row in counting(self.stop_rules)),
            gate=frozenset(self.gate.data or ()),
            equipment=_texts(self, "equipment"),
            source=self.source.data or None,
            wait=timedelta(hours=hours) if hours else None,
        )


def guide_form(language: str) -> type[GuideForm]:
    """The form with fields for every language; the practice's own comes first and must be filled."""
    languages = languages_with(language)
    steps = _row("LanguageGuideStepRow", GuideStepRow, languages, 600, _("Write what to do."))
    stops = _row("LanguageStopRow", StopRow, languages, 300, _("Write when to stop."))
    fields: dict[str, Any] = {"languages": languages, "steps": rows_of(steps), "stop_rules": rows_of(stops)}
    for code, name in languages.items():
        needed = _("The guide needs a title.") if code == language else None
        fields[f"title_{code}"] = PlainLine(_("Title in %(name)s", name=name), 120, needed)
        fields[f"equipment_{code}"] = PlainLine(_("What one needs for it, in %(name)s", name=name), 200)
    return type("LanguageGuideForm", (GuideForm,), fields)


def guide_values(guide: Guide, languages: Mapping[str, str], *, retired: bool) -> dict[str, Any]:
    """A guide as the form shows it."""
    values: dict[str, Any] = {
        "source": guide.source or "",
        "gate": sorted(guide.gate),
        "wait_hours": None if guide.wait is None else guide.wait // timedelta(hours=1),
        "retired": retired,
        "steps": [_step_row(step, languages) for step in guide.steps],
        "stop_rules": [_in_languages("text", rule, languages) for rule in guide.stop_rules],
    }
    return (
        values
        | _in_languages("title", guide.title, languages)
        | _in_languages("equipment", guide.equipment, languages)
    )


def _row(
    name: str, kind: type[RowForm], languages: Mapping[str, str], limit: int, needed: str
) -> type[RowForm]:
    texts = {
        f"text_{code}": PlainBlock(_("Text in %(said)s", said=said), limit, needed if at == 0 else None)
        for at, (code, said) in enumerate(languages.items())
    }
    return type(name, (kind,), texts | {"languages": languages, "tells": tuple(texts)})


def _step_row(step: GuideStep, languages: Mapping[str, str]) -> dict[str, Any]:
    numbers = {
        "seconds": step.seconds,
        "up_to_seconds": step.up_to_seconds,
        "per_side": step.per_side,
        "reps": step.reps,
        "sets": step.sets,
    }
    return numbers | _in_languages("text", step.text, languages)


def _in_languages(name: str, texts: Mapping[str, str], languages: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{code}": texts.get(code, "") for code in languages}


def _texts(form: Any, name: str) -> dict[str, str]:
    typed = {code: form[f"{name}_{code}"].data for code in form.languages}
    return {code: text for code, text in typed.items() if text}


def _refuse(text: str) -> None:
    """Say every mistake in a text that clients read. Raises StopValidation."""
    found = [*map(in_words, mistakes_in(text)), *([_("A brace can't stand here.")] if "{" in text else [])]
    if found:
        raise StopValidation(" ".join(found))
