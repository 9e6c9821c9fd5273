"""Flask-Mail's connection with what it lacks: time-outs, verified TLS, an end that can't fail."""

import contextlib
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from typing import Any

from flask_mail import Connection

_START_OF_MESSAGE, _FINE = 354, 250
#: Errors that are the server's answer (smtplib makes them OSErrors too), not a broken line.
_ANSWERS = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)
_RESTED = 5.0  # seconds after which a connection is asked whether it still lives


class NotHandedOver(Exception):
    """The line broke before the message was asked for: on another connection it can go at once, and only once."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for an answer, and for the answer to a whole message.

    The last must be long: whoever gives up while the server is still storing the message sends it twice.
    """

    connect: float = 10
    command: float = 60
    message: float = 600


class _Patient(smtplib.SMTP):
    """Waits longer from the moment when the server asks for the message until it has taken it."""

    patience = Patience()
    asked_for_message = False  # from then on nobody can tell whether the server has it

    def getreply(self) -> tuple[int, bytes]:
        code, answer = super().getreply()
        self.asked_for_message = self.asked_for_message or code == _START_OF_MESSAGE
        self._wait_at_most(self.patience.message if code == _START_OF_MESSAGE else self.patience.command)
        return code, answer

    def be_patient(self, patience: Patience) -> None:
        self.patience = patience
        self._wait_at_most(patience.command)

    def _wait_at_most(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)


class _PatientTls(_Patient, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


class SafeConnection(Connection):
    """A connection to the mail server; opened by ``with``, good for many messages."""

    host: _Patient | None

    def __init__(self, mail: Any, patience: Patience) -> None:
        super().__init__(mail)
        self._patience = patience
        self._used_at = time.monotonic()

    def __enter__(self) -> "SafeConnection":
        self.host = self.configure_host()
        return self

    def __exit__(self, *_error: object) -> None:
        """Whatever happens at the farewell: what was taken before stays taken."""
        host, self.host = self.host, None
        if host is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                host.quit()
            host.close()

    def configure_host(self) -> _Patient:
        """Connected, encrypted and signed in. Raises OSError (also for TLS) or SMTPException."""
        host = self._connected()
        try:
            host.be_patient(self._patience)
            if self.mail.use_tls:
                host.starttls(context=ssl.create_default_context())
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host

    def is_alive(self) -> bool:
        """Whether the server still answers on this connection; one that worked a moment ago is not asked."""
        if self.host is None:
            return False
        if time.monotonic() - self._used_at < _RESTED:
            return True
        try:
            return bool(self.host.noop()[0] == _FINE)
        except (OSError, smtplib.SMTPException):
            return False

    def hand_over(self, sender: str, recipient: str, message: bytes) -> None:
        """Give one message for one recipient to the server; returns when it has been taken.

        Raises NotHandedOver, OSError or SMTPException.
        """
        if self.host is None:
            raise NotHandedOver
        self.host.asked_for_message = False
        try:
            refused = self.host.sendmail(sender, [recipient], message)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            if isinstance(error, _ANSWERS) or self.host.asked_for_message:
                raise
            raise NotHandedOver from error
        finally:
            self._used_at = time.monotonic()
        if refused:
            raise smtplib.SMTPRecipientsRefused(refused)

    def _connected(self) -> _Patient:
        server, port, wait = self.mail.server, self.mail.port, self._patience.connect
        if self.mail.use_ssl:
            context = ssl.create_default_context()
            return _PatientTls(server, port, _own_name(), timeout=wait, context=context)
        return _Patient(server, port, _own_name(), timeout=wait)


def _own_name() -> str:
    """What we call ourselves; smtplib alone would ask the name service, which can take very long."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
