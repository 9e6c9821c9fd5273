"""Forms about files from other systems: which file, which column is what, what its services and therapists are called here."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FileField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation

from app.blueprints.imports.words import FIELDS, KINDS, SOURCES
from app.domain.imports import (
    DAYS,
    LEAVE_OUT,
    DayOrder,
    Field,
    FileKind,
    OldSystem,
    Reading,
    SheetOfRows,
    match_key,
)
from app.domain.imports import FIELDS as FIELDS_OF
from app.domain.practice import Practice, text_in
from app.web.language import _, lazy, ngettext, speaking
from app.web.spoken_form import SpokenForm

_GUESS = ""
_ORDERS = (
    (DayOrder.DAY_FIRST, lazy("The day: 3/4 is 3 April")),
    (DayOrder.MONTH_FIRST, lazy("The month: 3/4 is 4 March")),
)


class FileForm(SpokenForm):
    """A file to bring over."""

    kind = RadioField(
        lazy("What is in it?"), choices=[SelectChoice(one.value, words) for one, words in KINDS.items()]
    )
    source = SelectField(
        lazy("Where does it come from?"),
        choices=[
            SelectChoice(_GUESS, lazy("I don't know: look at the columns")),
            *(SelectChoice(one.value, name) for one, name in SOURCES.items()),
            SelectChoice(OldSystem.OTHER.value, lazy("Another system")),
        ],
    )
    file = FileField(lazy("The file (CSV)"))

    def validate_file(self, field: Any) -> None:
        """There has to be one."""
        if not getattr(field.data, "filename", ""):
            raise StopValidation(_("Choose a file."))

    @property
    def chosen_source(self) -> OldSystem | None:
        """The system; none where the columns are to say it."""
        return OldSystem(self.source.data) if self.source.data else None


class BeginForm(SpokenForm):
    """Bring it in; whether clients get a confirmation of what was booked elsewhere."""

    tells_clients = BooleanField(lazy("Send each client a confirmation of their sessions to come"))


def columns_form(kind: FileKind, sheet: SheetOfRows, reading: Reading, practice: Practice) -> SpokenForm:
    """A select for each field, filled with how the file is read now; for days also which number comes first."""
    none = SelectChoice("", _("not in the file"))
    columns = [none, *(SelectChoice(str(number), name) for number, name in enumerate(sheet.header))]
    fields: dict[str, Any] = {
        f"column_{one.value}": SelectField(FIELDS[one], choices=columns) for one in FIELDS_OF[kind]
    }
    fields |= {f"order_{one.value}": _order_field(one) for one in FIELDS_OF[kind] if one in DAYS}
    places = [SelectChoice(one.slug, one.name) for one in practice.places]
    if kind is FileKind.APPOINTMENTS and len(places) > 1:
        fields["location"] = SelectField(lazy("Where are these sessions?"), choices=places)
    chosen = {f"column_{one.value}": str(number) for one, number in reading.columns.items()}
    chosen |= {f"order_{one.value}": order.value for one, order in reading.orders.items()}
    return _made(fields, chosen | {"location": reading.location or ""})


def _order_field(one: Field) -> RadioField:
    label = _("Dates in “%(field)s”: which number comes first?", field=str(FIELDS[one]))
    return RadioField(
        label, choices=[SelectChoice(order.value, words) for order, words in _ORDERS], validate_choice=False
    )


def names_form(names: Mapping[Field, Counter[str]], reading: Reading, practice: Practice) -> SpokenForm:
    """A select for each name of the file that is called otherwise here."""
    fields: dict[str, Any] = {}
    for what, counted in names.items():
        choices = [
            SelectChoice("", _("Choose …")),
            *(SelectChoice(slug, name) for slug, name in _offered(what, practice)),
            SelectChoice(LEAVE_OUT, _("Leave these rows out")),
        ]
        for name, count in counted.items():
            called = name or _("no name")
            label = ngettext("%(name)s (%(num)s row)", "%(name)s (%(num)s rows)", count, name=called)
            fields[_field_of(what, name)] = SelectField(label, choices=choices, validators=[_needed])
    chosen = {
        _field_of(what, name): reading.match(what, name) or ""
        for what, counted in names.items()
        for name in counted
    }
    return _made(fields, chosen)


def columns_chosen(form: SpokenForm, kind: FileKind) -> dict[Field, int]:
    """The columns by field."""
    found = {one: form[f"column_{one.value}"].data for one in FIELDS_OF[kind]}
    return {one: int(number) for one, number in found.items() if number}


def orders_chosen(form: SpokenForm, kind: FileKind) -> dict[Field, DayOrder]:
    """Which number comes first, for those columns of days of which it was said."""
    found = {one: form[f"order_{one.value}"].data for one in FIELDS_OF[kind] if one in DAYS}
    known = set(DayOrder)
    return {one: DayOrder(order) for one, order in found.items() if order in known}


def matches_chosen(form: SpokenForm, names: Mapping[Field, Counter[str]]) -> dict[str, str]:
    """What the file's names stand for."""
    return {
        match_key(what, name): form[_field_of(what, name)].data
        for what, counted in names.items()
        for name in counted
    }


def _field_of(what: Field, name: str) -> str:
    return match_key(what, name).replace(":", "_")


def _offered(what: Field, practice: Practice) -> list[tuple[str, str]]:
    if what is Field.SERVICE:
        return [(one.slug, text_in(one.name, speaking())) for one in practice.services]
    return [(one.slug, one.name) for one in practice.therapists]


def _needed(_form: Any, field: Any) -> None:
    if not field.data:
        raise StopValidation(_("Choose what this is here, or leave its rows out."))


def _made(fields: dict[str, Any], chosen: Mapping[str, str]) -> SpokenForm:
    made: SpokenForm = type("ChoicesForm", (SpokenForm,), fields)(data=dict(chosen))
    return made
