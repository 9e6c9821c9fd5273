"""One attempt to deliver, and what its end means."""

import smtplib
import ssl
from email import policy

from flask_mail import BadHeaderError, Message

from app.delivery.connection import Patience, SafeConnection
from app.delivery.outcomes import Again, Failed, Outcome, Sent
from app.domain.emails import Email
from app.domain.notifications import why_not_this_server
from app.extensions import mail

_LONGEST_REASON = 180
_FOR_GOOD = range(500, 600)


class Courier:
    """Carries e-mails out of the door, over one connection that is opened when first needed and kept while it works.

    Use it in a ``with`` block; works inside an application context. Not for several threads at once.
    """

    def __init__(self, *, demonstration: bool, patience: Patience | None = None) -> None:
        self._settings = mail.connect().mail
        self._demonstration = demonstration
        self._patience = patience or Patience()
        self._connection: SafeConnection | None = None

    def __enter__(self) -> "Courier":
        return self

    def __exit__(self, *_error: object) -> None:
        self._hang_up()

    def deliver(self, email: Email) -> Outcome:
        """One attempt. Nothing is raised for what a mail server or a network can do."""
        refused = why_not_this_server(str(self._settings.server), self._demonstration)
        if refused:
            return Failed(refused)
        try:
            connection = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            return Again(_why_no_connection(error), server_down=True)
        outcome = _attempt(connection, _as_message(email))
        if isinstance(outcome, Again):
            self._hang_up()
        return outcome

    def why_no_connection(self) -> str | None:
        """None when the mail server can be reached with these settings, else why not."""
        try:
            self._connected()
        except (OSError, smtplib.SMTPException) as error:
            return _why_no_connection(error)
        return None

    def _connected(self) -> SafeConnection:
        if self._connection is not None and not self._connection.is_alive():
            self._hang_up()
        if self._connection is None:
            self._connection = SafeConnection(self._settings, self._patience).__enter__()
        return self._connection

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.__exit__()
            self._connection = None


def sender_address() -> str | None:
    """What mails are sent from: MAIL_FROM."""
    address = mail.connect().mail.default_sender
    return str(address) if address else None


def _attempt(connection: SafeConnection, message: Message) -> Outcome:
    try:
        connection.send(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        return _by_code("the address was refused", code, answer)
    except smtplib.SMTPDataError as error:
        return _by_code("the message was refused", error.smtp_code, error.smtp_error)
    except smtplib.SMTPSenderRefused as error:
        return Again(_said("our sender address was refused", error.smtp_code, error.smtp_error))
    except (BadHeaderError, UnicodeError, smtplib.SMTPNotSupportedError) as error:
        return Failed(f"the message can't be written as an e-mail ({type(error).__name__})")
    except TimeoutError:
        return Again("the mail server did not answer in time", server_down=True)
    except (OSError, smtplib.SMTPException) as error:
        return Again(f"the connection broke ({type(error).__name__})")
    return Sent()


class _Message(Message):
    """Python's newer mail policies fold long encoded names anew and put blanks into them: headers stay as they are."""

    def as_bytes(self) -> bytes:
        built = self._message()
        built.policy = policy.SMTP.clone(refold_source="none")
        return built.as_bytes()


def _as_message(email: Email) -> Message:
    to: str | tuple[str, str] = (email.to.name, email.to.address) if email.to.name else email.to.address
    message = _Message(
        subject=email.subject,
        recipients=[to],
        sender=email.sender.address,
        reply_to=email.reply_to,
        body=email.text,
        html=email.html,
        extra_headers=email.headers,
    )
    if email.sender.name:
        message.sender = (email.sender.name, email.sender.address)  # the constructor would join them unquoted
    message.msgId = email.message_id
    if email.calendar is not None:
        content_type = f"text/calendar; method={email.calendar.method}; charset=UTF-8"
        message.attach("appointment.ics", content_type, email.calendar.content)
    return message


def _by_code(what: str, code: int, answer: bytes | str) -> Outcome:
    reason = _said(what, code, answer)
    return Failed(reason) if code in _FOR_GOOD else Again(reason)


def _why_no_connection(error: Exception) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return _said("the mail server refused our name or password", error.smtp_code, error.smtp_error)
        case ssl.SSLCertVerificationError():
            return f"the mail server's certificate is not valid: {error.verify_message}"
        case smtplib.SMTPNotSupportedError():
            return "the mail server does not offer what the settings ask for (encryption or sign-in)"
        case smtplib.SMTPResponseException():
            return _said("the mail server turned us away", error.smtp_code, error.smtp_error)
        case _:
            return f"no connection to the mail server ({type(error).__name__})"


def _said(what: str, code: int, answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{what}: {code} {' '.join(words.split())}"[:_LONGEST_REASON]
