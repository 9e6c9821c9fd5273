"""How Flask-Security is set up: what it may do, where, and in whose words."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any, Protocol

from app import clock
from app.domain.passwords import SHORTEST
from app.web.language import lazy

SIGNED_IN_FOR = timedelta(hours=8)
LINK_WORKS_FOR = timedelta(minutes=30)
_PASSKEY_MILLISECONDS = 4 * 60 * 1000


_SAID = {
    "GENERIC_AUTHN_FAILED": (
        lazy("E-mail address and password do not belong together. Please try again."),
        "error",
    ),
    "GENERIC_RECOVERY": (
        lazy("If that address belongs to a staff member, a link is on its way to it."),
        "info",
    ),
    "UNAUTHENTICATED": (lazy("Please sign in first."), "info"),
    "UNAUTHORIZED": (lazy("That page is not for your role."), "error"),
    "REAUTHENTICATION_REQUIRED": (
        lazy("Please enter your password once more before you change this."),
        "info",
    ),
    "REAUTHENTICATION_SUCCESSFUL": (lazy("Thank you. You can go on now."), "success"),
    "PASSWORD_RESET_REQUEST": (
        lazy(
            "If %(email)s belongs to a staff member, a link to choose a new password is on its way. It works for 30 minutes."
        ),
        "success",
    ),
    "PASSWORD_RESET_EXPIRED": (
        lazy("That link was good for %(within)s, which are over. Ask for a new one."),
        "error",
    ),
    "INVALID_RESET_PASSWORD_TOKEN": (
        lazy("That link does not work any more: it was used or replaced. Ask for a new one."),
        "error",
    ),
    "PASSWORD_RESET_NO_LOGIN": (lazy("Your new password is set. Sign in with it."), "success"),
    "PASSWORD_CHANGE": (lazy("Your password is changed. Other browsers were signed out."), "success"),
    "PASSWORD_IS_THE_SAME": (lazy("That is the password you have now. Choose another."), "error"),
    "PASSWORD_NOT_PROVIDED": (lazy("Enter your password."), "error"),
    "PASSWORD_MISMATCH": (lazy("That is not your password."), "error"),
    "INVALID_PASSWORD": (lazy("That is not your password."), "error"),
    "RETYPE_PASSWORD_MISMATCH": (lazy("The two passwords differ."), "error"),
    "EMAIL_NOT_PROVIDED": (lazy("Enter your e-mail address."), "error"),
    "INVALID_EMAIL_ADDRESS": (lazy("Enter an e-mail address, such as name@example.com."), "error"),
    "DISABLED_ACCOUNT": (lazy("This account is closed. Ask the owner of the practice."), "error"),
    "INVALID_REDIRECT": (lazy("That address leads away from here."), "error"),
    "TWO_FACTOR_INVALID_TOKEN": (
        lazy("That code is not right, or was used already. Wait for the next one."),
        "error",
    ),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (lazy("You are signed in."), "success"),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": (
        lazy("Codes are on. From now on you sign in with password and code."),
        "success",
    ),
    "TWO_FACTOR_PERMISSION_DENIED": (lazy("Please sign in with your password first."), "error"),
    "TWO_FACTOR_DISABLED": (lazy("Codes are off. Your password alone signs you in."), "success"),
    "TWO_FACTOR_SETUP_EXPIRED": (lazy("That took longer than %(within)s. Please start again."), "error"),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (lazy("Choose what to do."), "error"),
    "INVALID_RECOVERY_CODE": (lazy("That recovery code is not right, or was used already."), "error"),
    "NO_RECOVERY_CODES_SETUP": (lazy("You have no recovery codes yet."), "info"),
    "WEBAUTHN_EXPIRED": (lazy("That took longer than %(within)s. Please start again."), "error"),
    "WEBAUTHN_NAME_REQUIRED": (lazy("Give the passkey a name, such as the device it is on."), "error"),
    "WEBAUTHN_NAME_INUSE": (
        lazy("You have a passkey called %(name)s already. Choose another name."),
        "error",
    ),
    "WEBAUTHN_NAME_NOT_FOUND": (lazy("You have no passkey called %(name)s."), "error"),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (lazy("Use letters, digits, spaces and - only."), "error"),
    "WEBAUTHN_CREDENTIAL_DELETED": (lazy("The passkey %(name)s is removed."), "success"),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (
        lazy("The passkey %(name)s is added. It signs you in from now on."),
        "success",
    ),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (lazy("That passkey is registered already."), "error"),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (
        lazy("That passkey is not known here. It may have been removed."),
        "error",
    ),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (
        lazy("That passkey is not known here. It may have been removed."),
        "error",
    ),
    "WEBAUTHN_NO_VERIFY": (lazy("The passkey could not be checked. Please try again."), "error"),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (lazy("That passkey can't be used here."), "error"),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (lazy("That passkey belongs to somebody else."), "error"),
    "API_ERROR": (lazy("The device's answer could not be read. Please try again."), "error"),
    "INVALID_INPUT_LENGTH": (lazy("Use at most %(length)s characters."), "error"),
    "ANONYMOUS_USER_REQUIRED": (lazy("You are signed in already."), "info"),
}


class AccountSettings(Protocol):
    """What of the program's settings matters here."""

    @property
    def founding_key(self) -> str:
        """The key that others are made from; it stays when DATA_KEY is changed."""

    @property
    def production(self) -> bool:
        """Whether cookies travel by https only."""

    @property
    def testing(self) -> bool:
        """Whether passwords may be hashed cheaply."""


def security_options(settings: AccountSettings) -> dict[str, Any]:
    """Everything that Flask-Security reads from the configuration."""
    return (
        _pages()
        | _passwords(settings)
        | _second_factor(settings)
        | _passkeys()
        | _sessions(settings)
        | _mails()
        | _words()
    )


def _pages() -> dict[str, Any]:
    return {
        "SECURITY_URL_PREFIX": "/staff",
        "SECURITY_LOGIN_URL": "/login",
        "SECURITY_LOGOUT_URL": "/logout",
        "SECURITY_LOGOUT_METHODS": ["POST"],
        "SECURITY_LOGOUT_CSRF": True,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_RESET_URL": "/reset",
        "SECURITY_CHANGEABLE": True,
        "SECURITY_CHANGE_URL": "/password",
        "SECURITY_VERIFY_URL": "/verify",
        "SECURITY_POST_LOGIN_VIEW": "schedule.today",
        "SECURITY_POST_LOGOUT_VIEW": "security.login",
        "SECURITY_POST_CHANGE_VIEW": "accounts.account",
        "SECURITY_POST_VERIFY_VIEW": "accounts.account",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_CLI_USERS_NAME": None,
        "SECURITY_CLI_ROLES_NAME": None,
        "SECURITY_SCRIPT_NONCE_KEY": "csp_nonce",
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": _address, "case_insensitive": True}}],
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "allow_smtputf8": False},
    }


def _address(typed: str) -> str:
    return typed.strip().lower()


def _passwords(settings: AccountSettings) -> dict[str, Any]:
    """argon2id of the library's own strength; tests hash cheaply, since they do it hundreds of times."""
    cheap = {"argon2__time_cost": 1, "argon2__memory_cost": 8, "argon2__parallelism": 1}
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_PASSWORD_SINGLE_HASH": True,
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": cheap if settings.testing else {},
        "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST,
        "SECURITY_PASSWORD_NORMALIZE_FORM": "NFKC",
        "SECURITY_RESET_PASSWORD_WITHIN": LINK_WORKS_FOR,
    }


def _second_factor(settings: AccountSettings) -> dict[str, Any]:
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_SETUP_URL": "/second-step",
        "SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL": "/login/code",
        "SECURITY_TWO_FACTOR_RESCUE_URL": "/login/no-code",
        "SECURITY_TWO_FACTOR_SELECT_URL": "/login/method",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "accounts.account",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL": "/recovery-codes",
        "SECURITY_MULTI_FACTOR_RECOVERY_URL": "/login/recovery-code",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS": [
            base64.urlsafe_b64encode(_key(settings, "recovery codes"))
        ],
        "SECURITY_TOTP_SECRETS": {"1": _key(settings, "one-time codes").hex()},
        "SECURITY_TOTP_ISSUER": "Stillpoint",
        "SECURITY_TWO_FACTOR_IMPLEMENTATIONS": {
            "code": "flask_security.twofactor.CodeTfPlugin",
            "webauthn": "app.blueprints.accounts.passkeys.PasskeyStep",
        },
    }


def _passkeys() -> dict[str, Any]:
    """Each signs in alone; nobody is asked for an address first, so that nobody learns who works here."""
    return {
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Stillpoint",
        "SECURITY_WAN_REGISTER_URL": "/passkeys",
        "SECURITY_WAN_SIGNIN_URL": "/login/passkey",
        "SECURITY_WAN_DELETE_URL": "/passkeys/remove",
        "SECURITY_WAN_VERIFY_URL": "/verify/passkey",
        "SECURITY_WAN_POST_REGISTER_VIEW": "accounts.account",
        "SECURITY_WAN_ALLOW_AS_FIRST_FACTOR": True,
        "SECURITY_WAN_ALLOW_AS_MULTI_FACTOR": True,
        "SECURITY_WAN_ALLOW_AS_VERIFY": ["first"],
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_WAN_REGISTER_WITHIN": timedelta(minutes=5),
        "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "SECURITY_WAN_REGISTER_TIMEOUT": _PASSKEY_MILLISECONDS,
        "SECURITY_WAN_SIGNIN_TIMEOUT": _PASSKEY_MILLISECONDS,
        "SECURITY_DATETIME_FACTORY": clock.now,
    }


def _key(settings: AccountSettings, purpose: str) -> bytes:
    return hmac.new(settings.founding_key.encode(), purpose.encode(), hashlib.sha256).digest()


def _sessions(settings: AccountSettings) -> dict[str, Any]:
    """A session is a row of ours (see sign_in.py); nothing remembers anybody beyond it, and no token stands in for it."""
    return {
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_FRESHNESS": timedelta(minutes=20),
        "SECURITY_FRESHNESS_GRACE_PERIOD": timedelta(minutes=10),
        "SECURITY_FRESHNESS_ALLOW_AUTH_TOKEN": False,
        "REMEMBER_COOKIE_SECURE": settings.production,
        "REMEMBER_COOKIE_HTTPONLY": True,
        "SESSION_PROTECTION": None,
    }


def _mails() -> dict[str, Any]:
    """Texts only: our own layout is put around them when they are sent."""
    return {
        "SECURITY_EMAIL_HTML": False,
        "SECURITY_EMAIL_SUBJECT_PASSWORD_RESET": lazy("Choose a new password"),
        "SECURITY_EMAIL_SUBJECT_PASSWORD_NOTICE": lazy("Your password was changed"),
        "SECURITY_EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": lazy("Your password was changed"),
    }


def _words() -> dict[str, Any]:
    """What its messages say, in our words."""
    return {f"SECURITY_MSG_{key}": value for key, value in _SAID.items()}
