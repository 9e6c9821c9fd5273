"""Forms about members: what they are to the practice, and the password of somebody who was invited."""

from typing import Any

from wtforms import HiddenField, PasswordField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation
from wtforms.widgets import CheckboxInput

from app.blueprints.admin.fields import Line, email_line
from app.domain.staff import ROLE_MEANINGS, StaffRole, role_problem
from app.store.invitations import Offer
from app.store.staff import Rights, list_diaries
from app.web.language import _, lazy
from app.web.local_words import in_words
from app.web.spoken_form import SpokenForm
from app.web.typed import number_typed

NOBODY = ""
_ROLE_WORDS = {
    StaffRole.OWNER: lazy("Owner"),
    StaffRole.DESK: lazy("Desk"),
    StaffRole.THERAPIST: lazy("Therapist"),
}
_CHOICES = [SelectChoice(role.value, word) for role, word in _ROLE_WORDS.items()]


def role_notes() -> dict[str, str]:
    """What stands under each role's name."""
    said = {role.value: in_words(meaning) for role, meaning in ROLE_MEANINGS.items()}
    return {role: f"{meaning[0].upper()}{meaning[1:]}." for role, meaning in said.items()}


class RightsForm(SpokenForm):
    """What a member is to the practice."""

    name = Line(lazy("Name"), 120, needed=lazy("Type the name that colleagues know."))
    roles = SelectMultipleField(
        lazy("Roles"), choices=_CHOICES, option_widget=CheckboxInput(), validate_choice=True
    )
    therapist = SelectField(lazy("Whose diary"), default=NOBODY, validate_choice=True)

    def offer_diaries(self, member_id: int | None) -> None:
        """Diaries that are nobody's, and the member's own."""
        free = [(number, name) for number, name, owner in list_diaries() if owner in (None, member_id)]
        self.therapist.choices = [
            SelectChoice(NOBODY, _("Nobody's")),
            *(SelectChoice(str(number), name) for number, name in free),
        ]

    def rights(self) -> Rights:
        """What was chosen."""
        return Rights(self.name.data or None, self.chosen_roles, self.therapist_id)

    @property
    def chosen_roles(self) -> tuple[StaffRole, ...]:
        """The roles, in their order."""
        return tuple(role for role in StaffRole if role.value in (self.roles.data or ()))

    @property
    def therapist_id(self) -> int | None:
        """The therapist whose diary is the member's own."""
        return int(self.therapist.data) if self.therapist.data else None

    def validate_roles(self, _field: Any) -> None:
        """At least one."""
        problem = None if self.chosen_roles else role_problem((), None)
        if problem:
            raise StopValidation(in_words(problem))

    def validate_therapist(self, field: Any) -> None:
        """A therapist has a diary, and nobody else."""
        may_be_asked = self.chosen_roles and not field.errors
        problem = role_problem(self.chosen_roles, self.therapist_id) if may_be_asked else None
        if problem:
            raise StopValidation(in_words(problem))


class ChangeForm(RightsForm):
    """The same of somebody who is a member already, and how they stood when the form was read."""

    version = HiddenField()

    @property
    def seen_version(self) -> int | None:
        """The version that the page showed, if it said one: what is stored now is no answer."""
        return number_typed((self.version.raw_data or [""])[0])

    def said(self) -> list[tuple[str, str]]:
        """What it says, as label and words."""
        diaries = {choice.value: str(choice.label) for choice in self.therapist.choices}
        roles = [str(_ROLE_WORDS[role]) for role in self.chosen_roles]
        words = (self.name.data or "", ", ".join(roles), diaries.get(self.therapist.data or NOBODY, ""))
        fields = (self.name, self.roles, self.therapist)
        return [(str(field.label.text), word) for field, word in zip(fields, words, strict=True)]


class InviteForm(RightsForm):
    """Whom to ask in, as what."""

    email = email_line(lazy("E-mail address"))

    def validate_email(self, field: Any) -> None:
        """Needed: the invitation is a mail."""
        if not field.data:
            raise StopValidation(_("Type the address that the invitation goes to."))

    def offer(self) -> Offer:
        """What was chosen."""
        return Offer(self.email.data.lower(), self.name.data or None, self.chosen_roles, self.therapist_id)


class PasswordForm(SpokenForm):
    """The password of a new member, twice."""

    password = PasswordField(lazy("Your password"), [InputRequired(lazy("Choose a password."))])
    password_confirm = PasswordField(
        lazy("The same again"), [InputRequired(lazy("Type the password once more."))]
    )

    def validate_password_confirm(self, field: Any) -> None:
        """Nobody sees what is typed, so it is typed twice."""
        if field.data != self.password.data:
            raise StopValidation(_("The two passwords differ."))
