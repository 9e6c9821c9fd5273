"""Forms for techniques, services with their durations, and guidance plans."""

from datetime import timedelta
from typing import Any

from wtforms import BooleanField, HiddenField

from app.blueprints.admin.fields import Block, Line, OneOf, OneOfFew, Price, SomeOf, Whole
from app.blueprints.admin.forms import RowForm, SettingsForm, blame, counting, rows_of
from app.blueprints.admin.place_forms import features_typed
from app.domain.guidance import AFTER, BEFORE
from app.domain.practice import ANY_VISIT, FIRST_VISIT, RETURNING_VISIT
from app.domain.practice_file_words import LONGEST_OFFSET, named_offset
from app.domain.slugs import slug_for

VISITS = [(ANY_VISIT, "Any visit"), (FIRST_VISIT, "First visits"), (RETURNING_VISIT, "Returning visits")]
DEPTHS = [("light", "Light"), ("deep", "Deep")]


class TechniqueRow(RowForm):
    """A technique."""

    tells = ("name", "key")
    key = HiddenField()
    name = Line("Name", 120, needed="A technique needs a name.")
    retired = BooleanField("No longer used")

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {"id": number(self.key.data), "name": self.name.data, "retired": self.retired.data}


class TechniquesForm(SettingsForm):
    """All techniques."""

    techniques = rows_of(TechniqueRow)

    def fits_together(self) -> bool:
        """Each name once."""
        return each_once(
            self.techniques, "name", lambda row: row.name.data.casefold(), "That technique stands here twice."
        )

    def values(self) -> list[dict[str, Any]]:
        """As columns."""
        return [row.values() for row in counting(self.techniques)]


class ServiceForm(SettingsForm):
    """What a service is."""

    name = Line("Name", 120, needed="The service needs a name.")
    summary = Line("In one sentence", 300)
    what_happens = Block("What happens", 4000)
    who_it_suits = Block("Who it suits", 4000)
    depth = OneOfFew("Depth", DEPTHS)
    region = Line("Body region", 40)
    techniques = SomeOf("Techniques it needs")
    room_features = Line("What the room must have", 300)
    guidance_plan = OneOf("Guidance")

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "summary": self.summary.data,
            "what_happens": self.what_happens.data,
            "who_it_suits": self.who_it_suits.data,
            "depth": self.depth.data,
            "region": slug_for(self.region.data, (), "") or None,
            "room_features": features_typed(self.room_features.data),
            "guidance_plan_id": number(self.guidance_plan.data),
        }


class NewServiceForm(SettingsForm):
    """A service that is to be."""

    name = Line("Name", 120, needed="The service needs a name.")
    needs_screening = BooleanField("Clients must be screened before it")

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {"name": self.name.data, "needs_screening": self.needs_screening.data}


class VariantRow(RowForm):
    """A duration."""

    tells = ("minutes", "price", "key")
    key = HiddenField()
    minutes = Whole("Minutes", 5, 720, step=5, needed="Type how many minutes it lasts.")
    visit = OneOf("For", VISITS, default=ANY_VISIT)
    price = Price("Price")
    buffer_before = Whole("Before", 0, 240, step=5, default=0)
    buffer_after = Whole("After", 0, 240, step=5, default=15)

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
        sentence = "That duration stands here twice for the same visits."
        return each_once(self.variants, "minutes", lambda row: (row.minutes.value, row.visit.data), sentence)

    def values(self) -> list[dict[str, Any]]:
        """As columns."""
        return [row.values() for row in counting(self.variants)]


class StepRow(RowForm):
    """A piece of advice and when it is given."""

    tells = ("label", "text", "key")
    key = HiddenField()
    label = Line("Heading", 80, needed="Give the step a heading, such as: The day before.")
    moment = OneOf("When", [(BEFORE, "before the session"), (AFTER, "after the session")], default=BEFORE)
    amount = Whole("How long", 0, 9999)
    unit = OneOf("Unit", [("days", "days"), ("hours", "hours"), ("minutes", "minutes")], default="days")
    visit = OneOf("For", VISITS, default=ANY_VISIT)
    text = Block("Text", 2000, needed="Write what the client should know or do.")

    @property
    def offset(self) -> timedelta:
        """How long before the start, or after the end."""
        return timedelta(**{self.unit.data: self.amount.value or 0})

    def fits_together(self) -> bool:
        """On the five-minute grid, and not in another year."""
        if not self.errors and (self.offset % timedelta(minutes=5) or self.offset > LONGEST_OFFSET):
            blame(
                self.amount, f"That must be a multiple of 5 minutes, and {LONGEST_OFFSET.days} days at most."
            )
        return not self.errors


class NewGuidanceForm(SettingsForm):
    """A plan that is to be."""

    name = Line("Name", 120, needed="The plan needs a name.")


class GuidanceForm(SettingsForm):
    """A guidance plan: its name and steps."""

    name = Line("Name", 120, needed="The plan needs a name.")
    steps = rows_of(StepRow)

    def fits_together(self) -> bool:
        """A plan says something, and not one thing twice."""
        if not counting(self.steps):
            blame(self.steps, "A plan needs at least one step.")
            return False
        sentence = "Another step has the same heading for the same visits."
        return each_once(
            self.steps, "label", lambda row: (row.label.data.casefold(), row.visit.data), sentence
        )

    def stored_steps(self, newest: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
        """As the version's list, in the order in which the steps apply; other languages of known steps are kept."""
        before = {step["key"]: step for step in newest}
        taken = {row.key.data for row in counting(self.steps)}
        steps = []
        for row in counting(self.steps):
            known = before.get(row.key.data, {})
            key = row.key.data if known else slug_for(row.label.data, taken, "step")
            taken.add(key)
            steps.append(
                {
                    "key": key,
                    "moment": row.moment.data,
                    "offset_minutes": row.offset // timedelta(minutes=1),
                    "label": {**known.get("label", {}), language: row.label.data},
                    "text": {**known.get("text", {}), language: row.text.data},
                    "visit": row.visit.data,
                }
            )
        return sorted(steps, key=_order)


def step_row(step: dict[str, Any], language: str) -> dict[str, Any]:
    """A stored step as a row."""
    amount, unit = named_offset(timedelta(minutes=step["offset_minutes"])).split()
    return {
        "key": step["key"],
        "label": step["label"].get(language, ""),
        "text": step["text"].get(language, ""),
        "moment": step["moment"],
        "amount": int(amount),
        "unit": unit.removesuffix("s") + "s",
        "visit": step.get("visit", ANY_VISIT),
    }


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


def _order(step: dict[str, Any]) -> tuple[bool, int]:
    after = step["moment"] == AFTER
    return after, step["offset_minutes"] if after else -step["offset_minutes"]
