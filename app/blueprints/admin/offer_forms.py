"""Forms for techniques and services with their durations."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import StopValidation

from app.blueprints.admin.fields import Block, Line, OneOf, OneOfFew, Price, SomeOf, Whole
from app.blueprints.admin.forms import RowForm, SettingsForm, blame, counting, rows_of
from app.blueprints.admin.place_forms import features_typed
from app.domain.practice import ANY_VISIT, FIRST_VISIT, RETURNING_VISIT
from app.domain.slugs import slug_for
from app.web.language import _, lazy

VISITS = [
    (ANY_VISIT, lazy("Any visit")),
    (FIRST_VISIT, lazy("First visits")),
    (RETURNING_VISIT, lazy("Returning visits")),
]
DEPTHS = [("light", lazy("Light")), ("deep", lazy("Deep"))]


class TechniqueRow(RowForm):
    """A technique."""

    tells = ("name", "key")
    key = HiddenField()
    name = Line(lazy("Name"), 120, needed=lazy("A technique needs a name."))
    retired = BooleanField(lazy("No longer used"))

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {"id": number(self.key.data), "name": self.name.data, "retired": self.retired.data}


class TechniquesForm(SettingsForm):
    """All techniques."""

    techniques = rows_of(TechniqueRow)

    def fits_together(self) -> bool:
        """Each name once."""
        return each_once(
            self.techniques,
            "name",
            lambda row: row.name.data.casefold(),
            _("That technique stands here twice."),
        )

    def values(self) -> list[dict[str, Any]]:
        """As columns."""
        return [row.values() for row in counting(self.techniques)]


class ServiceForm(SettingsForm):
    """What a service is."""

    name = Line(lazy("Name"), 120, needed=lazy("The service needs a name."))
    summary = Line(lazy("In one sentence"), 300)
    what_happens = Block(lazy("What happens"), 4000)
    who_it_suits = Block(lazy("Who it suits"), 4000)
    depth = OneOfFew(lazy("Depth"), DEPTHS)
    region = Line(lazy("Body region"), 40)
    techniques = SomeOf(lazy("Techniques it needs"))
    room_features = Line(lazy("What the room must have"), 300)
    guidance_plan = OneOf(lazy("Guidance"))
    screening_set = OneOf(lazy("Questions about health"))
    consent_text = OneOf(lazy("Consent text"))
    needs_prior_visit = BooleanField(lazy("Only for clients who were here before"))
    coaches_tools = BooleanField(lazy("Shows how to use a tool at home"))

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "summary": self.summary.data,
            "what_happens": self.what_happens.data,
            "who_it_suits": self.who_it_suits.data,
            "room_features": features_typed(self.room_features.data),
            "guidance_plan_id": number(self.guidance_plan.data),
            **self._of_the_owner(),
        }

    @property
    def chosen_techniques(self) -> list[str] | None:
        """What it needs; none where that is left to the owner."""
        return None if self.told else list(self.techniques.data or ())

    def _of_the_owner(self) -> dict[str, Any]:
        """What decides on safety; nothing where it is left to the owner."""
        if self.told:
            return {}
        return {
            "depth": self.depth.data,
            "region": slug_for(self.region.data, (), "") or None,
            "screening_set_id": number(self.screening_set.data),
            "consent_text_id": number(self.consent_text.data),
            "needs_prior_visit": self.needs_prior_visit.data,
            "coaches_tools": self.coaches_tools.data,
        }


class Depth(OneOfFew):
    """How deep a session goes; nobody has decided it for the owner."""

    def pre_validate(self, form: Any) -> None:
        """One of them, said in words of its own where none was chosen."""
        if self.data is None:
            raise StopValidation(_("Say how deep it goes. In doubt: deep."))
        super().pre_validate(form)


class NewServiceForm(SettingsForm):
    """A service that is to be."""

    name = Line(lazy("Name"), 120, needed=lazy("The service needs a name."))
    needs_screening = BooleanField(lazy("Belly, psoas or groin: clients answer questions about health first"))
    depth = Depth(lazy("How deep does it go?"), DEPTHS)

    def validate(self, extra_validators: Any = None) -> bool:
        """What is asked about health first counts as deep, whatever else was chosen."""
        if self.needs_screening.data:
            self.depth.data = "deep"
        return super().validate(extra_validators)

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "needs_screening": self.needs_screening.data,
            "depth": self.depth.data,
        }


class VariantRow(RowForm):
    """A duration."""

    tells = ("minutes", "price", "key")
    key = HiddenField()
    minutes = Whole(lazy("Minutes"), 5, 720, step=5, needed=lazy("Type how many minutes it lasts."))
    visit = OneOf(lazy("For"), VISITS, default=ANY_VISIT)
    price = Price(lazy("Price"))
    buffer_before = Whole(lazy("Before"), 0, 240, step=5, default=0)
    buffer_after = Whole(lazy("After"), 0, 240, step=5, default=15)

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "id": number(self.key.data),
            "minutes": self.minutes.value,
            "visit": self.visit.data,
            "price_minor": self.price.value,
            "buffer_before": self.buffer_before.value or 0,
            "buffer_after": self.buffer_after.value or 0,
        }


class VariantsForm(SettingsForm):
    """A service's durations."""

    variants = rows_of(VariantRow)

    def show_prices(self, prices: dict[str, int | None], currency: str | None) -> None:
        """Tell every price its currency, and write stored prices into the fields."""
        for entry in self.variants.entries:
            entry.form.price.currency = currency
            if entry.form.key.data in prices and entry.form.price.raw_data is None:
                entry.form.price.show(prices[entry.form.key.data], currency)

    def fits_together(self) -> bool:
        """Each duration once for each kind of visit."""
        sentence = _("That duration stands here twice for the same visits.")
        return each_once(self.variants, "minutes", lambda row: (row.minutes.value, row.visit.data), sentence)

    def values(self) -> list[dict[str, Any]]:
        """As columns."""
        return [row.values() for row in counting(self.variants)]


def each_once(rows: Any, name: str, key: Any, sentence: str) -> bool:
    """Refuse a second row that says the same."""
    seen = set()
    for row in counting(rows):
        if not row.errors and key(row) in seen:
            blame(row[name], sentence)
            rows.errors = [entry.errors for entry in rows.entries]
        seen.add(key(row) if not row.errors else None)
    return not any(row.errors for row in counting(rows))


def number(typed: str | None) -> int | None:
    """The id in a hidden field, if it is one."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 10 else None
