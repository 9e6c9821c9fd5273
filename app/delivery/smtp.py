"""One attempt to deliver, and what its end means."""

import logging
import smtplib
import ssl
from datetime import datetime

from flask import current_app

from app.delivery.circuit import Circuit
from app.delivery.connection import NotHandedOver, Patience, SafeConnection
from app.delivery.outcomes import Again, Failed, Outcome, Sent
from app.delivery.recipients import Addressed
from app.delivery.writing import UNWRITABLE, Signature, bare, written
from app.domain.notifications import why_not_this_server
from app.domain.said import said
from app.extensions import mail

_LONGEST_REASON = 180
_FOR_GOOD = range(500, 600)
#: Whatever a network or a mail server can do to us.
_TROUBLE = (OSError, smtplib.SMTPException)
#: What no waiting mends: a person must correct the settings, at one end or the other.
_OUR_FAULT = (smtplib.SMTPAuthenticationError, ssl.SSLCertVerificationError, smtplib.SMTPSenderRefused)
_CERTIFICATE = said("the mail server's certificate is not valid")
_BROKE = said("the connection broke before the message was handed over")
_log = logging.getLogger(__name__)


class Courier:
    """Carries e-mails out of the door, over one connection that is opened when first needed and kept while it works.

    Use it in a ``with`` block, or hang up in the end; works inside an application context. Not for several threads at once.
    ``demonstration`` may be set anew at any time: example data holds addresses that may be real people's.
    """

    def __init__(self, *, demonstration: bool, patience: Patience | None = None) -> None:
        self.demonstration = demonstration
        self._settings = mail.connect().mail
        self._signature = _signature()
        self._patience = patience or Patience()
        self._connection: SafeConnection | None = None
        self._circuit = Circuit()
        self._complained = False

    def __enter__(self) -> "Courier":
        return self

    def __exit__(self, *_error: object) -> None:
        self.hang_up()

    def may_try(self, now: datetime) -> bool:
        """Whether an attempt makes sense: after several failures in a row only now and then."""
        return self._circuit.allows(now)

    @property
    def is_probing(self) -> bool:
        """Whether the server has failed so often that one message must show first that it is back."""
        return self._circuit.is_open

    def deliver(self, letter: Addressed, now: datetime) -> Outcome:
        """One attempt. Nothing is raised for what a mail server or a network can do."""
        email, refused = letter.email, self._refused_server()
        if refused:
            return Failed(refused)
        try:
            message = written(email, now, self._signature)
            sender, recipient = bare(email.sender.address), bare(email.to.address)
        except UNWRITABLE as error:
            return Failed(_of(said("the message can't be written as an e-mail"), error))
        try:
            return self._handed_over(sender, recipient, message, now)
        except NotHandedOver:
            self.hang_up()
            self._note_failure(now)
            return Again(_BROKE)

    def why_no_connection(self) -> str | None:
        """None when the mail server can be reached with these settings, else why not."""
        try:
            self._connected()
        except _TROUBLE as error:
            return _why_no_connection(error)
        return None

    def hang_up(self) -> None:
        """End the connection, if there is one; nothing that was taken is lost by it."""
        if self._connection is not None:
            self._connection.__exit__()
            self._connection = None

    def _handed_over(self, sender: str, recipient: str, message: bytes, now: datetime) -> Outcome:
        """Over the connection there is; where that one broke meanwhile, over a new one. Raises NotHandedOver."""
        was_open = self._connection is not None
        try:
            connection = self._connected()
        except _TROUBLE as error:
            return self._note_trouble(error, now)
        try:
            return self._told(connection, sender, recipient, message, now)
        except NotHandedOver:
            if not was_open:
                raise
        self.hang_up()
        return self._handed_over(sender, recipient, message, now)

    def _told(
        self, connection: SafeConnection, sender: str, recipient: str, message: bytes, now: datetime
    ) -> Outcome:
        """What the server said to the message. Raises NotHandedOver."""
        try:
            connection.hand_over(sender, recipient, message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
            self._note_answer()
            outcome = _refusal(error)
        except smtplib.SMTPSenderRefused as error:
            outcome = Again(_said(said("our sender address was refused"), error.smtp_code, error.smtp_error))
            self._complain(outcome.reason)
            self._note_failure(now)
        except smtplib.SMTPNotSupportedError as error:
            return Failed(_of(said("the message can't be written as an e-mail"), error))
        except _TROUBLE as error:
            outcome = Again(_why_unknown(error))
            self._note_failure(now)
        else:
            self._note_answer()
            return Sent()
        if isinstance(outcome, Again):
            self.hang_up()
        return outcome

    def _connected(self) -> SafeConnection:
        if self._connection is not None and not self._connection.is_alive():
            self.hang_up()
        if self._connection is None:
            self._connection = SafeConnection(self._settings, self._patience).__enter__()
        return self._connection

    def _refused_server(self) -> str | None:
        return why_not_this_server(str(self._settings.server), self.demonstration)

    def _note_trouble(self, error: Exception, now: datetime) -> Again:
        """There is no connection: no message is to blame."""
        reason = _why_no_connection(error)
        if isinstance(error, _OUR_FAULT):
            self._complain(reason)
        self._note_failure(now)
        return Again(reason, server_down=True)

    def _note_failure(self, now: datetime) -> None:
        if self._circuit.failed(now):
            _log.error("the mail server has failed several times in a row; it is tried now and then only")

    def _note_answer(self) -> None:
        self._complained = False
        if self._circuit.worked():
            _log.warning("the mail server is back; all that waits goes now")

    def _complain(self, reason: str) -> None:
        """Once, until it works again: waiting alone won't mend it."""
        if not self._complained:
            _log.error("no mail can be sent until the settings are right: %s", reason)
        self._complained = True


def sender_address() -> str | None:
    """What mails are sent from: MAIL_FROM."""
    address = mail.connect().mail.default_sender
    return str(address) if address else None


def _signature() -> Signature | None:
    settings = current_app.config.get("SETTINGS")
    dkim = settings.dkim if settings is not None else None
    return Signature(dkim.domain, dkim.selector, dkim.key) if dkim is not None else None


def _refusal(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) -> Again | Failed:
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(said("the message was refused"), error.smtp_code, error.smtp_error)
    code, answer = next(iter(error.recipients.values()))
    return _by_code(said("the address was refused"), code, answer)


def _by_code(what: str, code: int, answer: bytes | str) -> Again | Failed:
    reason = _said(what, code, answer)
    return Failed(reason) if code in _FOR_GOOD else Again(reason)


def _why_unknown(error: Exception) -> str:
    """The server was given the message and said nothing clear: it may have it, or not."""
    if isinstance(error, TimeoutError):
        return said("the mail server did not answer in time")
    return _of(said("the connection broke"), error)


def _why_no_connection(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return _said(
                said("the mail server refused our name or password"), error.smtp_code, error.smtp_error
            )
        case ssl.SSLCertVerificationError():
            return f"{_CERTIFICATE}: {error.verify_message}"
        case smtplib.SMTPNotSupportedError():
            return said("the mail server does not offer what the settings ask for (encryption or sign-in)")
        case smtplib.SMTPResponseException():
            return _said(said("the mail server turned us away"), error.smtp_code, error.smtp_error)
        case _:
            return _of(said("no connection to the mail server"), error)


def _said(what: str, code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{what}: {code} {' '.join(words.split())}"[:_LONGEST_REASON]


def _of(what: str, error: Exception) -> str:
    return f"{what} ({type(error).__name__})"
