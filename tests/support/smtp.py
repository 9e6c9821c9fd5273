"""A real SMTP server that keeps what it is given and can be told to misbehave."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


class Fault(StrEnum):
    """Ways to misbehave beyond an answer code."""

    HANG = "hang"  # never answers the final dot
    DROP_AFTER_TAKING = "drop after taking"  # keeps the message, then closes before saying 250


@dataclass(frozen=True)
class Taken:
    """One message that the server has taken responsibility for."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    raw: bytes = b""

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    def text(self) -> str:
        """The plain text part."""
        return self._part("plain")

    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    def calendar(self) -> bytes | None:
        """The calendar file, or None."""
        found = (part for part in self.message.walk() if part.get_content_type() == "text/calendar")
        payload = next((part.get_payload(decode=True) for part in found), None)
        return payload if isinstance(payload, bytes) else None

    def _part(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if isinstance(part, EmailMessage) else ""


Answer = str | Fault | None
Script = Callable[[Envelope, int], Answer]


def _takes(envelope: Envelope, attempt: int) -> Answer:
    return None


@dataclass
class Sink:
    """The server as a test sees it: what was taken, and how it shall behave from now on."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    attempts: int = 0
    connections: int = 0
    #: (envelope, number of the attempt from 1) -> an SMTP answer such as "451 later", a Fault, or None to take it.
    at_recipient: Script = _takes
    at_message: Script = _takes
    #: Waited between keeping a message and saying so: the time in which a sender can be killed.
    pause: float = 0.0
    _news: threading.Condition = field(default_factory=threading.Condition)

    def refuse_recipient(self, answer: str) -> None:
        """From now on every recipient gets this answer, such as "550 5.1.1 Unknown"."""
        self.at_recipient = lambda envelope, attempt: answer

    def refuse_message(self, answer: str | Fault) -> None:
        """From now on every message gets this answer or fault."""
        self.at_message = lambda envelope, attempt: answer

    def behave(self) -> None:
        """Takes everything again."""
        self.at_recipient = self.at_message = _takes
        self.pause = 0.0

    def keep(self, envelope: Envelope) -> None:
        """Takes a message."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        message = message_from_bytes(raw, policy=policy.default)
        with self._news:
            self.taken.append(Taken(envelope.mail_from or "", tuple(envelope.rcpt_tos), message, raw))
            self._news.notify_all()

    def wait_for(self, count: int, seconds: float = 20.0) -> list[Taken]:
        """The messages taken so far, as soon as there are `count`; an AssertionError if they do not come."""
        give_up_at = time.monotonic() + seconds
        with self._news:
            self._news.wait_for(lambda: len(self.taken) >= count, give_up_at - time.monotonic())
            assert len(self.taken) >= count, f"{len(self.taken)} of {count} messages within {seconds} s"
            return list(self.taken)

    def to(self, address: str) -> list[Taken]:
        """What was taken for one recipient."""
        return [each for each in self.taken if address in each.recipients]


class _Handler:
    """What aiosmtpd asks."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self._sink.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._sink.attempts += 1
        answer = self._sink.at_recipient(envelope, self._sink.attempts)
        if answer is not None:
            return await self._misbehave(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self._sink.at_message(envelope, self._sink.attempts)
        if answer is Fault.DROP_AFTER_TAKING or answer is None:
            self._sink.keep(envelope)
            await asyncio.sleep(self._sink.pause)
        return "250 OK" if answer is None else await self._misbehave(server, answer)

    async def _misbehave(self, server: SMTP, answer: str | Fault) -> str:
        if answer is Fault.HANG:
            await asyncio.sleep(3600)
        if answer is Fault.DROP_AFTER_TAKING and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        return str(answer) if not isinstance(answer, Fault) else "421 Closing"


@contextmanager
def running_sink() -> Iterator[Sink]:
    """A sink that listens on a free port of the loopback interface."""
    sink = Sink(port=free_port())
    controller = Controller(
        _Handler(sink),
        hostname=LOOPBACK,
        port=sink.port,
        server_hostname="sink.example",
        enable_SMTPUTF8=True,
    )
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port
