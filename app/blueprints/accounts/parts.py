"""Flask-Security's parts where ours are stricter: the store, the sign-in form, passwords, one-time codes."""

import io
import unicodedata
from typing import Any

import qrcode
import qrcode.image.svg
from flask_security import SQLAlchemyUserDatastore
from flask_security.forms import ForgotPasswordForm, LoginForm, TwoFactorRescueForm, TwoFactorSetupForm
from flask_security.password_util import PasswordUtil
from flask_security.totp import Totp
from markupsafe import Markup
from wtforms import EmailField, RadioField
from wtforms.fields.choices import SelectChoice

from app.actions.staff import known_words
from app.blueprints.accounts import account_log
from app.domain.passwords import password_problem
from app.store.transactions import allow_writes_in_this_request
from app.web.language import _, lazy
from app.web.local_words import in_words


class StaffDatastore(SQLAlchemyUserDatastore):
    """Staff members in our tables."""

    def create_webauthn(self, *of_user: Any, **facts: Any) -> None:
        """Keep a passkey; the library's names for kinds of devices become plain text."""
        facts["device_type"] = str(getattr(facts["device_type"], "value", facts["device_type"]))
        facts["transports"] = [str(getattr(one, "value", one)) for one in facts.get("transports") or ()]
        super().create_webauthn(*of_user, **facts)

    def mf_set_recovery_codes(self, user: Any, rcs: list[str] | None) -> None:
        """Keep new recovery codes, and that there are new ones."""
        super().mf_set_recovery_codes(user, rcs)
        if rcs:
            account_log.note(user, "recovery codes made")

    def mf_delete_recovery_code(self, user: Any, idx: int) -> bool:
        """Use a recovery code up. A list changed in place would not be noticed, and the code would work again."""
        codes = list(user.mf_recovery_codes or ())
        if not 0 <= idx < len(codes):
            return False
        user.mf_recovery_codes = codes[:idx] + codes[idx + 1 :]
        self.put(user)  # type: ignore[no-untyped-call]
        account_log.note(user, "recovery code used")
        return True


def _trimmed(value: str | None) -> str | None:
    return value.strip() if value else value


class SignInForm(LoginForm):
    """E-mail and password. Nobody is remembered: the desk's computer has many users."""

    email = EmailField(
        lazy("E-mail address"), filters=[_trimmed], validators=LoginForm.email.kwargs["validators"]
    )
    remember = None

    def validate(self, **kwargs: Any) -> bool:
        """Check both. Writing begins only afterwards: hashing takes long, and a writer keeps others waiting."""
        if not super().validate(**kwargs) or self.user is None:
            return False
        hashed = self.user.password
        allow_writes_in_this_request()
        if self.user.password != hashed:
            self.user.password = hashed  # it was hashed anew, with today's strength
        return True


class ForgottenForm(ForgotPasswordForm):
    """Who wants to choose a new password. What can be no address is said so; whether one is known never is."""

    def validate(self, **kwargs: Any) -> bool:
        """Whether it is a member's. The library takes a field's own errors away, for they would tell who is known."""
        is_members = bool(super().validate(**kwargs))
        if "@" not in (self.email.data or ""):
            self.form_errors.append(_("Enter an e-mail address, such as name@example.com."))
        return is_members


class CodesForm(TwoFactorSetupForm):
    """Codes on, for another telephone, or off."""

    setup = RadioField(
        lazy("Codes"),
        choices=[SelectChoice("authenticator", lazy("On")), SelectChoice("disable", lazy("Off"))],
        validate_choice=False,
    )


class NoCodeForm(TwoFactorRescueForm):
    """What to do without the telephone: use a recovery code, if there are any left."""

    help_setup = RadioField(
        lazy("Without the telephone"), choices=[SelectChoice("recovery_code", lazy("Recovery code"))]
    )


class Passwords(PasswordUtil):
    """Long enough and not among the first that are tried."""

    def validate(self, password: str, is_register: bool, **kwargs: Any) -> tuple[list[str] | None, str]:  # noqa: ARG002
        """What is wrong with a new password, and its normal form."""
        normal = unicodedata.normalize("NFKC", password)
        user = kwargs.get("user")
        problem = password_problem(normal, known_words(user.email, user.name) if user else ())
        return ([in_words(problem)] if problem else None), normal


class OneTimeCodes(Totp):
    """Codes of an authenticator app, each good once."""

    def get_last_counter(self, user: Any) -> int | None:
        """The step of the code that was used last."""
        last: int | None = user.tf_last_counter
        return last

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember the step, so that the same code does not work again."""
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture as part of the page: our Content-Security-Policy lets no data address in."""
        picture = qrcode.make(
            self.get_totp_uri(username, totp),
            image_factory=qrcode.image.svg.SvgPathImage,
            border=2,
            box_size=12,
        )
        written = io.BytesIO()
        picture.save(written)
        svg = written.getvalue().decode().partition("?>")[2]
        return Markup(svg)  # noqa: S704 - drawn by us from our own address, holds nothing that was typed
