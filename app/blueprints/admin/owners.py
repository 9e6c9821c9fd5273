"""What only the owner sets, since it makes sessions safe: others read it, and what they send of it changes nothing."""

from collections.abc import Collection
from typing import Any

from flask import flash, request
from wtforms import BooleanField, Field, SelectField, SelectMultipleField

from app.blueprints.admin.editing import Shown
from app.blueprints.admin.forms import SettingsForm
from app.domain.policy_numbers import LIMITS
from app.web.access import OWNER, signed_in
from app.web.language import _, lazy

#: Of the practice: how much is given in a day, how near to each other, and what stands before deep work.
OF_PRACTICE = (
    *LIMITS,
    "spacing_days",
    "screening_months",
    "review_hours",
    "review_before_hours",
    "minor_until",
    "guardian_present_until",
)
#: Of what clients read of the practice: whom they are told to call, at every place.
OF_FACTS = ("emergency_number",)
#: Of a service: what decides on what is asked and agreed to before it, who may give it, and which limits count.
OF_SERVICE = (
    "depth",
    "region",
    "techniques",
    "screening_set",
    "consent_text",
    "needs_prior_visit",
    "coaches_tools",
)
#: Of a therapist: what they are qualified for until when, and limits of their own.
OF_THERAPIST = ("qualifications", *LIMITS)
_KEPT = lazy("What makes a session safe is set by the owner. That part stayed as it was.")


def is_owner() -> bool:
    """Whether the member who is signed in owns the practice."""
    return signed_in().has_any((OWNER,))


def leave_to_owner(form: SettingsForm, shown: Shown, names: Collection[str]) -> None:
    """For everybody else: the fields become text (``form.told``), and whoever sends them all the same reads that they stayed.

    What no words can be made of here the page has put into words itself: ``in_words`` of what it shows, by field.
    """
    if is_owner():
        return
    if any(key.partition("-")[0] in names for key in request.form):
        flash(str(_KEPT), "warning")
    in_words = shown.context.get("in_words", {})
    form.told = {
        name: (form[name].label.text, in_words.get(name) or _words(form[name], shown.values[name]))
        for name in names
    }
    for name in names:
        del form[name]


def _words(field: Field, value: Any) -> str:
    if isinstance(field, BooleanField):
        return _("yes") if value else _("no")
    if isinstance(field, SelectMultipleField):
        return ", ".join(str(label) for key, label, *_ in field.iter_choices() if key in value) or _("none")
    if isinstance(field, SelectField):
        return next(
            (str(label) for key, label, *_ in field.iter_choices() if key == (value or "")), _("none")
        )
    return _("not set") if value in (None, "") else str(value)
