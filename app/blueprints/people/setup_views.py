"""The first page of an empty program: whoever opens the link that the command printed names the practice and becomes its owner."""

import unicodedata

from flask import current_app, flash, redirect, render_template, url_for
from flask_security import login_user
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.validators import StopValidation

from app import clock
from app.actions.setting_up import FirstOwner, become_owner, has_nobody
from app.actions.staff import CannotAdd
from app.blueprints.admin.fields import Line, email_line
from app.blueprints.people.blueprint import blueprint
from app.blueprints.people.forms import PasswordForm
from app.languages import known_languages
from app.links import is_setup_token
from app.store.practice import NoPractice, load_practice
from app.store.transactions import transaction
from app.web.language import _, lazy, speaking
from app.web.limits import PUBLIC_READS, limit
from app.web.local_words import language_words

Answer = str | Response | tuple[str, int]


class SetupForm(PasswordForm):
    """The practice's name and who owns it."""

    practice = Line(lazy("Name of the practice"), 120, needed=lazy("The practice needs a name."))
    language = SelectField(lazy("Language of the practice"))
    name = Line(lazy("Your name"), 120, needed=lazy("Type your name, as your colleagues know you."))
    email = email_line(lazy("Your e-mail address"))

    def validate_email(self, field: Line) -> None:
        """Needed: one signs in with it."""
        if not field.data:
            raise StopValidation(_("Type your address: you sign in with it."))

    def first_owner(self) -> FirstOwner:
        """What was typed; the password as the sign-in form reads it."""
        return FirstOwner(
            self.practice.data if "practice" in self else "",
            self.language.data if "language" in self else "",
            self.name.data,
            self.email.data.lower(),
            unicodedata.normalize("NFKC", self.password.data),
        )


@blueprint.route("/setup/<token>", methods=["GET", "POST"])
@limit(PUBLIC_READS)
def setup(token: str) -> Answer:
    """Become the owner; once, and only by the link."""
    if not is_setup_token(token) or not has_nobody() or _practice_name() is None:
        return render_template("pages/people/setup_gone.html"), 410
    form = _form()
    if not form.is_submitted():
        return render_template("pages/people/setup.html", form=form)
    if not form.validate():
        return render_template("pages/people/setup.html", form=form), 422
    try:
        hasher = current_app.extensions["security"].pwd_context
        member_id = become_owner(form.first_owner(), hasher.hash, clock.now())
    except CannotAdd as problem:
        form.password.errors = [str(problem)]
        return render_template("pages/people/setup.html", form=form), 422
    except LookupError:
        return render_template("pages/people/setup_gone.html"), 410
    return _welcome(member_id)


def _form() -> SetupForm:
    """A practice that came from a file has told its name and language."""
    form = SetupForm()
    form.language.choices = [(code, language_words(code)) for code in known_languages()]
    if not form.is_submitted():
        form.language.data = speaking()
    if _practice_name():
        del form.practice, form.language
    return form


def _practice_name() -> str | None:
    """Empty while it has none; none where there is no practice at all."""
    try:
        return load_practice().name
    except NoPractice:
        return None


def _welcome(member_id: int) -> Response:
    security = current_app.extensions["security"]
    with transaction():
        login_user(security.datastore.find_user(id=member_id), authn_via=["invitation"])
    flash(_("Welcome. Your practice begins here: go down the list, one form after the other."), "success")
    return redirect(url_for("admin.overview"))
