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

_GENDERS = [("", "Not told"), (Gender.FEMALE.value, "Woman"), (Gender.MALE.value, "Man")]


class QualificationRow(RowForm):
    """A technique, and whether the therapist holds it."""

    tells = ("key",)
    key = HiddenField()
    held = BooleanField("Qualified")
    valid_until = Day("Until")


class TherapistForm(SettingsForm):
    """A therapist."""

    name = Line("Name", 120, needed="The therapist needs a name.")
    role_title = Line("Role", 80)
    email = email_line("E-mail")
    about = Block("About", 2000)
    gender = OneOf("Gender", _GENDERS)
    may_chaperone = BooleanField("May be the second person in the room")
    sessions_a_day = limit_field("sessions_a_day")
    deep_a_day = limit_field("deep_a_day")
    deep_in_a_row = limit_field("deep_in_a_row")
    hands_on_minutes = limit_field("hands_on_minutes")
    break_after_minutes = limit_field("break_after_minutes")
    break_minutes = limit_field("break_minutes")
    qualifications = Rows(FormField(QualificationRow), "Qualified in", max_entries=200)

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "role_title": self.role_title.data or None,
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

    name = Line("Name", 120, needed="The therapist needs a name.")
    role_title = Line("Role", 80)
    email = email_line("E-mail")

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "role_title": self.role_title.data or None,
            "email": self.email.data or None,
        }
