"""What all settings forms have: a version, repeating rows that work without script, and problems that can be found."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from flask import request
from wtforms import BooleanField, Form, FormField, HiddenField

from app.blueprints.admin.fields import Day, Rows, WallTime, Weekdays
from app.domain.practice import WeeklyWindow
from app.domain.weekly import Group, first_overlap, grouped, is_backwards
from app.web.language import Lazy, _, lazy
from app.web.spoken_form import SpokenForm

#: Empty rows under the filled ones, and the most that a page takes.
SPARE, MOST = 1, 80


class RowForm(Form):  # type: ignore[misc]
    """One of several rows. It counts unless it is empty or marked for removal."""

    remove = BooleanField(lazy("Remove"))
    #: The fields whose being empty makes the row empty.
    tells: ClassVar[tuple[str, ...]] = ()

    @property
    def counts(self) -> bool:
        """Whether the row is to be kept."""
        return not self.remove.data and any(self[name].data for name in self.tells)

    def validate(self, extra_validators: Any = None) -> bool:
        """Look at rows that count only."""
        if not self.counts:
            return True
        return all([super().validate(extra_validators), self.fits_together()])

    def fits_together(self) -> bool:
        """Refuse fields that contradict each other; for subclasses."""
        return True


class SettingsForm(SpokenForm):
    """A form of the settings pages. ``told``: what is not the member's to change, as label and value."""

    version = HiddenField()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.told: dict[str, tuple[str, str]] = {}

    @property
    def seen_version(self) -> int | None:
        """The version that the page showed, if it is one."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 11 else None

    @property
    def row_lists(self) -> dict[str, Any]:
        """The lists of rows, by name."""
        return {name: field for name, field in self._fields.items() if isinstance(field, Rows)}

    def add_wanted_row(self) -> bool:
        """Whether "add another row" was pressed; then there is one, and everything typed is still there."""
        wanted = self.row_lists.get(request.form.get("add", ""))
        if wanted is None:
            return False
        if len(wanted.entries) < MOST:
            wanted.append_entry()
        return True

    def validate(self, extra_validators: Any = None) -> bool:
        """Every field, then what must fit together."""
        return all([super().validate(extra_validators), self.fits_together()])

    def fits_together(self) -> bool:
        """Refuse fields that contradict each other; for subclasses."""
        return True


class WindowRow(RowForm):
    """Times on some weekdays, perhaps between two dates only."""

    tells = ("days", "opens", "closes", "valid_from", "valid_until")
    days = Weekdays()
    opens = WallTime(lazy("From"), needed=lazy("Type when it begins, such as 9:00 am."))
    closes = WallTime(lazy("Until"), ends=True, needed=lazy("Type when it ends, such as 5:30 pm."))
    valid_from = Day(lazy("First day"))
    valid_until = Day(lazy("Last day"))

    def fits_together(self) -> bool:
        """Some day, forwards in time and in dates."""
        if not self.days.data:
            blame(self.days, _("Tick at least one day."))
        mean_the_afternoon(self.opens, self.closes)
        if self.opens.value and self.closes.value and is_backwards(self.opens.value, self.closes.value):
            blame(self.closes, _("That ends before it begins. Did you mean am and pm the other way round?"))
        if (
            self.valid_from.value
            and self.valid_until.value
            and self.valid_until.value < self.valid_from.value
        ):
            blame(self.valid_until, _("The last day lies before the first."))
        return not self.errors

    @property
    def group(self) -> Group:
        """What the row says; only of a row without errors."""
        return Group(
            self.days.value,
            self.opens.value,
            self.closes.value,
            self.valid_from.value,
            self.valid_until.value,
        )


def mean_the_afternoon(begins: WallTime, ends: WallTime) -> None:
    """9 to 6 is from nine in the morning to six in the evening: nobody works from 9 am to 6 am."""
    later = ends.reads_as_afternoon()
    if (
        begins.value
        and later
        and is_backwards(begins.value, ends.value)
        and not is_backwards(begins.value, later)
    ):
        ends.value = later


def rows_of(row_form: type[RowForm]) -> Any:
    """A list of such rows."""
    return Rows(FormField(row_form), max_entries=MOST)


def counting(rows: Any) -> list[Any]:
    """The rows that are to be kept."""
    return [entry.form for entry in rows.entries if entry.form.counts]


def spare(rows: Any, at_least: int = 1) -> None:
    """Put empty rows under the filled ones."""
    for _number in range(max(SPARE, at_least - len(rows.entries))):
        rows.append_entry()


def window_rows(windows: Sequence[WeeklyWindow]) -> list[dict[str, Any]]:
    """Stored windows as rows: equal times together."""
    return [
        {
            "days": [str(weekday) for weekday in group.weekdays],
            "opens": group.opens,
            "closes": group.closes,
            "valid_from": group.valid_from,
            "valid_until": group.valid_until,
        }
        for group in grouped(windows)
    ]


def without_overlap(rows: Any) -> bool:
    """Refuse windows that share time on some day."""
    kept = counting(rows)
    if any(row.errors for row in kept):
        return False
    found = first_overlap([row.group for row in kept])
    if found:
        blame(
            kept[found[1]].opens,
            _("These hours overlap other hours on the same day. Join them, or end one earlier."),
        )
        rows.errors = [entry.errors for entry in rows.entries]
    return not found


def window_columns(row: Any, opens: str, closes: str) -> list[dict[str, Any]]:
    """A row as columns, once per weekday."""
    return [
        {
            "weekday": window.weekday,
            opens: window.opens,
            closes: window.closes,
            "valid_from": window.valid_from,
            "valid_until": window.valid_until,
        }
        for window in row.group.windows()
    ]


def blame(field: Any, sentence: str) -> None:
    """Say at a field what is wrong with it."""
    field.errors = [*field.errors, sentence]


def problems(form: Any) -> list[dict[str, str]]:
    """What is wrong with a form, in its order, each with the field it is about: the list at the top of the page."""
    return [{"text": text, "href": f"#{field.id}"} for field, text in _problems(form)]


def _problems(form: Any) -> Iterator[tuple[Any, str]]:
    for field in form:
        if isinstance(field, Rows):
            for entry in field.entries:
                yield from _problems(entry.form)
            yield from ((field, str(text)) for text in field.errors if isinstance(text, str | Lazy))
        elif field.errors:
            yield field, str(field.errors[0])


def said(form: Any) -> list[tuple[str, str]]:
    """What a form says, as label and text: to show two people where they differ."""
    lines = []
    for field in form:
        if isinstance(field, Rows):
            lines.append((field.label.text, "\n".join(_row_words(row) for row in counting(field))))
        elif field.type not in ("CSRFTokenField", "HiddenField"):
            lines.append((field.label.text, _words(field)))
    return lines


def _row_words(row: Any) -> str:
    shown = (field for field in row if field.type != "HiddenField" and field.short_name != "remove")
    return ", ".join(words for field in shown if (words := _words(field)))


def _words(field: Any) -> str:
    if hasattr(field, "choices"):
        chosen = field.data if isinstance(field.data, list) else [field.data]
        return ", ".join(str(choice.label) for choice in field.choices if choice.value in chosen)
    if isinstance(field.data, bool):
        return _("yes") if field.data else _("no")
    return str(field.data or "")
