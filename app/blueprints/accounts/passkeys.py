"""Passkeys: each signs a member in by itself, and stands in as the second step after a password.

Flask-Security tells keys for the one from keys for the other; people do not. All of ours are registered as the first kind,
verified by the device (finger, face, PIN), and let in as a second step as well.
"""

from typing import Any

from flask import current_app, request
from flask import session as cookie
from flask_security.webauthn import (
    WebAuthnRegisterForm,
    WebAuthnRegisterResponseForm,
    WebAuthnSigninForm,
    WebAuthnSigninResponseForm,
    WebAuthnTfPlugin,
)
from flask_security.webauthn_util import WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from wtforms import HiddenField

from app.store.transactions import allow_writes_in_this_request
from app.web.language import _

_FIRST = "first"


class PasskeyRules(WebauthnUtil):
    """What we ask of devices."""

    def origin(self) -> str:
        """Where our pages are, as browsers see it: in production never what a request says."""
        settings = current_app.config["SETTINGS"]
        return str(settings.public_url if settings.production else request.host_url.rstrip("/"))

    def authenticator_selection(self, user: Any, usage: str) -> Any:  # noqa: ARG002 - the signature is Flask-Security's
        """Any device that knows its owner and finds the key without being told whose it is."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: Any, usage: list[str]) -> Any:  # noqa: ARG002
        """Always: that is what makes a key more than something that was found."""
        return UserVerificationRequirement.REQUIRED

    def authentication_options(
        self, user: Any, usage: list[str], existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        """Offer all keys of somebody who has entered the password; nobody's where we do not know yet who it is."""
        options = super().authentication_options(user, usage, existing_options)
        options["allow_credentials"] = [_described(key) for key in user.webauthn] if user else None
        return dict(options)


def _described(key: Any) -> PublicKeyCredentialDescriptor:
    transports = [AuthenticatorTransport(one) for one in key.transports or ()]
    return PublicKeyCredentialDescriptor(id=key.credential_id, transports=transports or None)


class PasskeyStep(WebAuthnTfPlugin):
    """A passkey as the second step after a password."""

    def get_setup_methods(self, user: Any) -> list[tuple[str, str]]:
        """The way that somebody with a passkey has."""
        return [("webauthn", _("Passkey"))] if user.webauthn else []


class RegisterForm(WebAuthnRegisterForm):
    """How the new passkey is called."""

    usage = HiddenField()

    def validate(self, **kwargs: Any) -> bool:
        """The name is asked for, the kind is not."""
        self.usage.data = _FIRST
        return bool(super().validate(**kwargs))


class RegisteredForm(WebAuthnRegisterResponseForm):
    """What the device answered."""

    def validate(self, **kwargs: Any) -> bool:
        """Devices' remarks beyond the key itself are not kept."""
        valid = bool(super().validate(**kwargs))
        self.extensions = ""
        return valid


class PasskeySignInForm(WebAuthnSigninForm):
    """Asks the device for any of our passkeys."""

    def validate(self, **kwargs: Any) -> bool:
        """Nobody is remembered beyond the session."""
        self.remember.data = False
        return bool(super().validate(**kwargs))


class PasskeySignedForm(WebAuthnSigninResponseForm):
    """What the device answered when somebody signs in, or shows again that it is them."""

    def validate(self, **kwargs: Any) -> bool:
        """Any passkey will do, but after a password only one of the same member. Writing begins only afterwards."""
        self.remember.data = ""
        after_password, self.is_secondary = self.is_secondary, False
        valid = bool(super().validate(**kwargs))
        self.is_secondary = after_password
        if not valid or self.user is None or not self.user.is_active:
            return False
        if after_password and self.user.fs_uniquifier != cookie.get("tf_user_id"):
            self.credential.errors = [_("That passkey belongs to somebody else.")]
            return False
        allow_writes_in_this_request()
        return True
