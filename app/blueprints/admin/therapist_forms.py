"""Forms for therapists: who they are, and what they are qualified for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, FormField, HiddenField

from app.blueprints.admin.fields import Block, Day, Line, Rows, email_line
from app.blueprints.admin.forms import RowForm, SettingsForm
from app.blueprints.admin.offer_forms import number


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
    qualifications = Rows(FormField(QualificationRow), max_entries=200)

    def values(self) -> dict[str, Any]:
        """As columns."""
        return {
            "name": self.name.data,
            "role_title": self.role_title.data or None,
            "email": self.email.data or None,
            "about": self.about.data,
        }

    def held(self, known: Sequence[int]) -> dict[int, date | None]:
        """Techniques held, and until when; ids that are no technique's are not listened to."""
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
