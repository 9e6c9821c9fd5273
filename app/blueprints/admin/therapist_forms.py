"""Forms for therapists: who they are, and what they are qualified for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, FormField, HiddenField

from app.blueprints.admin.fields import Block, Day, Line, OneOf, Rows, email_line
from app.blueprints.admin.forms import RowForm, SettingsForm
from app.blueprints.admin.limit_fields import limit_field
from app.blueprints.admin.offer_forms import number
from app.domain.policy_numbers import LIMITS
from app.domain.wishes import Gender
from app.web.language import lazy

_GENDERS = [("", lazy("Not told")), (Gender.FEMALE.value, lazy("Woman")), (Gender.MALE.value, lazy("Man"))]


class QualificationRow(RowForm):
    """A technique, and whether the therapist holds it."""

    tells = ("key",)
    key = HiddenField()
    held = BooleanField(lazy("Qualified"))
    valid_until = Day(lazy("Until"))


class TherapistForm(SettingsForm):
    """A therapist."""

    name = Line(lazy("Name"), 120, needed=lazy("The therapist needs a name."))
    role_title = Line(lazy("Role"), 80)
    email = email_line(lazy("E-mail"))
    about = Block(lazy("About"), 2000)
    gender = OneOf(lazy("Gender"), _GENDERS)
    may_chaperone = BooleanField(lazy("May be the second person in the room"))
    sessions_a_day = limit_field("sessions_a_day")
    deep_a_day = limit_field("deep_a_day")
    deep_in_a_row = limit_field("deep_in_a_row")
    hands_on_minutes = limit_field("hands_on_minutes")
    break_after_minutes = limit_field("break_after_minutes")
    break_minutes = limit_field("break_minutes")
    qualifications = Rows(FormField(QualificationRow), lazy("Qualified in"), max_entries=200)

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "role_title": self.role_title.data,
            "email": self.email.data or None,
            "about": self.about.data,
            "gender": self.gender.data or None,
            "may_chaperone": self.may_chaperone.data,
            **{name: self[name].value for name in LIMITS if name in self},
        }

    def held(self, known: Sequence[int]) -> dict[int, date | None] | None:
        """Techniques held, and until when; ids that are no technique's are not listened to. None: not the member's to set."""
        if "qualifications" not in self:
            return None
        rows = [entry.form for entry in self.qualifications.entries]
        return {
            technique_id: row.valid_until.value
            for row in rows
            if row.held.data and (technique_id := number(row.key.data)) in known and technique_id is not None
        }


class NewTherapistForm(SettingsForm):
    """A therapist who is to be."""

    name = Line(lazy("Name"), 120, needed=lazy("The therapist needs a name."))
    role_title = Line(lazy("Role"), 80)
    email = email_line(lazy("E-mail"))

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "role_title": self.role_title.data,
            "email": self.email.data or None,
        }
