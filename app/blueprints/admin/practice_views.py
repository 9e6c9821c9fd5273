"""Settings pages of the practice itself: what clients read of it, and its policy."""

from typing import Any

from flask import abort, request, url_for

from app.actions.settings_places import save_practice
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer
from app.blueprints.admin.fields import options
from app.blueprints.admin.other_languages import left_in_others
from app.blueprints.admin.owners import OF_FACTS, OF_PRACTICE, is_owner, leave_to_owner
from app.blueprints.admin.practice_forms import PolicyForm, PracticeForm
from app.domain.money import CURRENCIES
from app.domain.policy_numbers import POLICY_NUMBERS
from app.domain.practice import text_in
from app.domain.retention import KEEPING
from app.store import settings
from app.web.access import DESK, OWNER, staff_only
from app.web.language import _
from app.web.local_places import currency_choices


@blueprint.route("/practice", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def practice() -> Answer:
    """Name, currency, how to reach it, texts. Whom to call in an emergency is the owner's to say."""
    return answer(
        Page(
            template="pages/admin/practice.html",
            form_class=PracticeForm,
            read=_practice_shown,
            save=lambda form, edit: save_practice(form.values(), edit),
            done=lambda _saved: url_for("admin.practice"),
            prepare=_prepare_practice,
        )
    )


@blueprint.route("/policy", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def policy() -> Answer:
    """The policy. How long things are kept, and what makes a session safe, is the owner's to say."""
    if not is_owner() and any(name in request.form for name in KEEPING):
        abort(403)
    return answer(
        Page(
            template="pages/admin/policy.html",
            form_class=PolicyForm,
            read=_policy_shown,
            save=lambda form, edit: save_practice(form.values(), edit),
            done=lambda _saved: url_for("admin.policy"),
            prepare=_leave_what_is_the_owners,
        )
    )


def _practice_shown() -> Shown:
    row = settings.find_thing("practice", "") or abort(404)
    texts = {name: text_in(getattr(row, name), row.language) for name in ("tagline", "about")}
    facts = {"name": row.name, "email": row.email, "currency": row.currency or ""}
    facts["emergency_number"] = row.emergency_number
    return Shown({**facts, **texts}, settings.version_of(row), left_in_others(row))


def _policy_shown() -> Shown:
    row = settings.find_thing("practice", "") or abort(404)
    values: dict[str, Any] = {name: getattr(row, name) for name in POLICY_NUMBERS}
    return Shown(values, settings.version_of(row), {"kept": {name: values[name] for name in KEEPING}})


def _prepare_practice(form: PracticeForm, shown: Shown) -> None:
    form.currency.choices = options([("", _("Not known yet")), *currency_choices(sorted(CURRENCIES))])
    if not form.told:
        leave_to_owner(form, shown, OF_FACTS)


def _leave_what_is_the_owners(form: PolicyForm, shown: Shown) -> None:
    if not is_owner() and not form.told:
        form.leave_out_keeping()
        leave_to_owner(form, shown, OF_PRACTICE)
