"""Forms for guidance plans: steps with a time, a condition, and a text in every language."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from wtforms import BooleanField, HiddenField
from wtforms.validators import StopValidation

from app.blueprints.admin.fields import Block, Line, OneOf, SomeOf, Whole, options
from app.blueprints.admin.forms import RowForm, SettingsForm, blame, counting, rows_of
from app.blueprints.admin.offer_forms import VISITS, each_once
from app.domain.guidance import AFTER, BEFORE, FEELS_WRONG, Condition, GuidanceStep
from app.domain.placeholders import mistakes_in
from app.domain.practice import ANY_VISIT
from app.domain.practice_file_guidance import LONGEST_LABEL, LONGEST_TEXT
from app.domain.practice_file_words import ARRIVAL, LONGEST_OFFSET, named_offset
from app.domain.slugs import slug_for
from app.web.language import _, lazy
from app.web.local_words import in_words, languages_with, offset_words

MOMENTS = [
    (BEFORE, lazy("before the session")),
    (ARRIVAL, lazy("on arrival")),
    (AFTER, lazy("after the session")),
]
UNITS = [("days", lazy("days")), ("hours", lazy("hours")), ("minutes", lazy("minutes"))]
CONDITIONS = [
    (Condition.ALWAYS, lazy("Always")),
    (Condition.BOOKED_AHEAD, lazy("Only if booked at least a day before this is due")),
    (Condition.NO_NEXT_SESSION, lazy("Only if no further session comes by then")),
]


class ToldLine(Line):
    """A line that clients read: its placeholders exist, and it promises nothing."""

    def inspect(self, text: str) -> None:
        """Say every mistake."""
        refuse_mistakes(text)


class ToldBlock(Block):
    """Several lines that clients read."""

    def inspect(self, text: str) -> None:
        """Say every mistake."""
        refuse_mistakes(text)


class StepRow(RowForm):
    """A piece of advice, when it is given and to whom. Heading and text have a field per language."""

    key = HiddenField()
    moment = OneOf(lazy("When"), MOMENTS, default=BEFORE)
    amount = Whole(lazy("How long"), 0, 9999)
    unit = OneOf(lazy("Unit"), UNITS, default="days")
    visit = OneOf(lazy("For"), VISITS, default=ANY_VISIT)
    lengths = SomeOf(lazy("Only sessions of"))
    condition = OneOf(lazy("Condition"), CONDITIONS, default=Condition.ALWAYS)
    check_in = BooleanField(lazy("Ask with one tap how they feel"))
    guides = SomeOf(lazy("Self-care guides that go with it"))
    feels_wrong = BooleanField(lazy("This is what to do when something feels wrong"))
    languages: ClassVar[Mapping[str, str]] = {}

    @property
    def offset(self) -> timedelta:
        """How long before the start, or after the end; nothing on arrival."""
        return timedelta(0) if self.moment.data == ARRIVAL else self._typed_offset

    @property
    def when_words(self) -> str:
        """When it is told, as far as that can be understood: 3 days before, on arrival."""
        if self.moment.data == ARRIVAL:
            return _("On arrival")
        if not self.offset:
            return _("Right after") if self.moment.data == AFTER else _("Before")
        number, unit = named_offset(self.offset).split()
        return offset_words(int(number), unit[0], is_after=self.moment.data == AFTER)

    @property
    def heading_words(self) -> str:
        """Its heading in the practice's own language, and for whom, if not for all."""
        heading = str(self[f"label_{next(iter(self.languages))}"].data or "")
        whom = str(dict(VISITS).get(self.visit.data, ""))
        return heading if self.visit.data == ANY_VISIT or not whom else f"{heading} ({whom.lower()})"

    @property
    def _typed_offset(self) -> timedelta:
        return (
            timedelta(**{self.unit.data: self.amount.value or 0}) if _is_offered(self.unit) else timedelta(0)
        )

    @property
    def is_understood(self) -> bool:
        """Whether it can be said when the step goes and to whom, whatever is wrong with its texts."""
        chosen = (self.moment, self.unit, self.visit, self.lengths, self.condition, self.guides)
        return (
            all(_is_offered(field) and not field.errors for field in chosen)
            and not self.amount.errors
            and (bool(self.offset) or self.moment.data != BEFORE)
        )

    def fits_together(self) -> bool:
        """A time that can be planned, a condition that can come true, all of a text or nothing."""
        if not self.errors:
            self._look_at_time()
            self._look_at_condition()
        for code, language in list(self.languages.items())[1:]:
            label, text = self[f"label_{code}"], self[f"text_{code}"]
            if bool(label.data) != bool(text.data):
                blame(
                    text if label.data else label,
                    _(
                        "Write this in %(language)s too, or empty both %(language)s fields.",
                        language=language,
                    ),
                )
        return not self.errors

    def _look_at_time(self) -> None:
        if self.moment.data == ARRIVAL:
            return
        if self.amount.value is None:
            blame(self.amount, _("Type how long, such as 1 day."))
        elif self.moment.data == BEFORE and not self.amount.value:
            blame(self.amount, _("Type how long before, or choose: on arrival."))
        elif self.offset % timedelta(minutes=5) or self.offset > LONGEST_OFFSET:
            blame(
                self.amount,
                _(
                    "That must be a multiple of 5 minutes, and %(days)s days at most.",
                    days=LONGEST_OFFSET.days,
                ),
            )

    def _look_at_condition(self) -> None:
        if self.moment.data == AFTER:
            return
        if self.condition.data == Condition.NO_NEXT_SESSION:
            blame(self.condition, _("That can be asked only of what goes out after the session."))
        if self.check_in.data:
            blame(self.check_in, _("Only after a session can we ask how it went."))
        if self.guides.data:
            blame(self.guides, _("Guides can go only with what is told after the session."))
        if self.feels_wrong.data:
            blame(
                self.feels_wrong,
                _("That belongs after the session; clients get it with the confirmation too."),
            )

    def step(self, key: str, known: GuidanceStep | None) -> GuidanceStep:
        """What the row says; languages that the page does not show stay as they were."""
        return GuidanceStep(
            key=key,
            moment=AFTER if self.moment.data == AFTER else BEFORE,
            offset=self.offset,
            label=self._texts("label", known.label if known else {}),
            text=self._texts("text", known.text if known else {}),
            visit=self.visit.data,
            minutes=tuple(sorted(int(length) for length in self.lengths.data or ())),
            condition=Condition(self.condition.data),
            check_in=self.check_in.data,
            guides=tuple(sorted(self.guides.data or ())),
        )

    def _texts(self, name: str, known: Mapping[str, str]) -> dict[str, str]:
        others = {code: text for code, text in known.items() if code not in self.languages}
        typed = {code: self[f"{name}_{code}"].data for code in self.languages}
        return {code: text for code, text in typed.items() if text} | others


class NewGuidanceForm(SettingsForm):
    """A plan that is to be."""

    name = Line(lazy("Name"), 120, needed=lazy("The plan needs a name."))


class GuidanceForm(SettingsForm):
    """A guidance plan: its name and steps. ``guidance_form`` gives it rows."""

    name = Line(lazy("Name"), 120, needed=lazy("The plan needs a name."))
    steps: Any
    language: ClassVar[str]

    @property
    def heading(self) -> str:
        """The field of a row that every step fills: the heading in the practice's own language."""
        return f"label_{self.language}"

    def offer_lengths(self, minutes: Iterable[int]) -> None:
        """Which lengths of session a step may be narrowed to."""
        offered = [(str(each), _("%(each)s minutes", each=each)) for each in sorted(set(minutes))]
        for entry in self.steps.entries:
            entry.form.lengths.choices = options(offered)

    def offer_guides(self, guides: Iterable[tuple[str, str]]) -> None:
        """Which self-care guides can go with a step: slug and what it is called."""
        offered = list(guides)
        for entry in self.steps.entries:
            entry.form.guides.choices = options(offered)

    def fits_together(self) -> bool:
        """A plan says something, and not one thing twice."""
        if not counting(self.steps):
            blame(self.steps, _("A plan needs at least one step."))
            return False
        help_twice = _("Another step is already what to do when something feels wrong.")
        same_twice = _("Another step has the same heading at the same time for the same sessions.")
        return each_once(self.steps, "feels_wrong", _feels_wrong, help_twice) and each_once(
            self.steps, self.heading, self._advice, same_twice
        )

    def typed_steps(self, known: Sequence[GuidanceStep]) -> list[GuidanceStep]:
        """The steps. New ones get a key made of their heading; that of what feels wrong is always the same."""
        before = {step.key: step for step in known}
        rows = counting(self.steps)
        taken, used = {row.key.data for row in rows} | {FEELS_WRONG}, set[str]()
        steps = []
        for row in rows:
            key = FEELS_WRONG if row.feels_wrong.data else row.key.data
            if (key not in before or key in used or key == FEELS_WRONG) and not row.feels_wrong.data:
                key = slug_for(row[self.heading].data, taken, "step")
            taken.add(key)
            used.add(key)
            steps.append(row.step(key, before.get(row.key.data)))
        return steps

    def _advice(self, row: Any) -> tuple[object, ...]:
        when = (row.moment.data, row.offset)
        return row[self.heading].data.casefold(), *when, row.visit.data, tuple(row.lengths.data or ())


def _is_offered(field: Any) -> bool:
    """Whether what was chosen could be chosen."""
    chosen = field.data if isinstance(field.data, list) else [field.data]
    return set(chosen) <= {choice.value for choice in field.choices}


def _feels_wrong(row: Any) -> object:
    return FEELS_WRONG if row.feels_wrong.data else row


def guidance_form(language: str) -> type[GuidanceForm]:
    """The form, with fields for every language; the practice's own comes first and must be filled."""
    languages = languages_with(language)
    fields: dict[str, Any] = {"languages": languages}
    for code, name in languages.items():
        own = code == language
        needed = (
            _("Give the step a heading, such as: The day before."),
            _("Write what the client should know or do."),
        )
        fields[f"label_{code}"] = ToldLine(
            _("Heading in %(name)s", name=name), LONGEST_LABEL, needed[0] if own else None
        )
        fields[f"text_{code}"] = ToldBlock(
            _("Text in %(name)s", name=name), LONGEST_TEXT, needed[1] if own else None
        )
    fields["tells"] = ("key", *(name for name in fields if name.startswith(("label_", "text_"))))
    row: Any = type("LanguageStepRow", (StepRow,), fields)
    return type("LanguageGuidanceForm", (GuidanceForm,), {"steps": rows_of(row), "language": language})


def step_row(step: GuidanceStep, languages: Iterable[str]) -> dict[str, Any]:
    """A step as a row."""
    on_arrival = step.moment == BEFORE and not step.offset
    amount, unit = named_offset(step.offset).split()
    texts = {f"label_{code}": step.label.get(code, "") for code in languages}
    texts |= {f"text_{code}": step.text.get(code, "") for code in languages}
    return texts | {
        "key": step.key,
        "moment": ARRIVAL if on_arrival else step.moment,
        "amount": None if on_arrival else int(amount),
        "unit": "days" if on_arrival else unit.removesuffix("s") + "s",
        "visit": step.visit,
        "lengths": [str(minutes) for minutes in step.minutes],
        "condition": step.condition,
        "check_in": step.check_in,
        "guides": list(step.guides),
        "feels_wrong": step.key == FEELS_WRONG,
    }


def refuse_mistakes(text: str) -> None:
    """Say every mistake in a text that clients read. Raises StopValidation."""
    found = [in_words(mistake) for mistake in mistakes_in(text)]
    if found:
        raise StopValidation(" ".join(found))
