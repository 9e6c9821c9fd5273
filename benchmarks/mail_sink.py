"""A mail server that takes everything at once: a process of its own, asked by VRFY how much it has taken."""

import asyncio
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.places import ROOT
from benchmarks.serving import LOOPBACK, free_port

_HELLO = b"250-sink.example\r\n250-SIZE 10000000\r\n250 8BITMIME\r\n"
_MESSAGE_ID = b"message-id:"


@dataclass(frozen=True, slots=True)
class Count:
    """What a sink has taken: messages, different Message-IDs, connections; seconds from the first to the last message."""

    taken: int
    distinct: int
    connections: int
    seconds: float


@dataclass(slots=True)
class _Book:
    """What the server remembers."""

    ids: set[bytes] = field(default_factory=set)
    taken: int = 0
    connections: int = 0
    first: float = 0.0
    last: float = 0.0

    def take(self, message: bytes) -> None:
        """Another message."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.taken += 1
        begins = message.lower().find(_MESSAGE_ID) + len(_MESSAGE_ID)
        self.ids.add(message[begins : message.index(b"\r\n", begins)].strip())

    def words(self) -> str:
        """For whoever asks."""
        return f"{self.taken} {len(self.ids)} {self.connections} {self.last - self.first:.6f}"


class _Talk(asyncio.Protocol):
    """One connection."""

    def __init__(self, book: _Book) -> None:
        self._book = book
        self._seen = b""
        self._reading_message = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - asyncio's streams are
        self._line = transport
        self._book.connections += 1
        transport.write(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        self._seen += data
        while True:
            end = b"\r\n.\r\n" if self._reading_message else b"\r\n"
            part, found, rest = self._seen.partition(end)
            if not found:
                return
            self._seen = rest
            self._line.write(self._took(part) if self._reading_message else self._answer(part))

    def _took(self, message: bytes) -> bytes:
        self._reading_message = False
        self._book.take(message)
        return b"250 OK\r\n"

    def _answer(self, said: bytes) -> bytes:
        word = said[:4].upper()
        if word == b"DATA":
            self._reading_message = True
            return b"354 Go on\r\n"
        if word == b"VRFY":
            self._book.connections -= 1  # who asks is nobody who sends
            return f"252 {self._book.words()}\r\n".encode()
        if word == b"QUIT":
            return b"221 Bye\r\n"
        return _HELLO if word == b"EHLO" else b"250 OK\r\n"


@contextmanager
def running_sink() -> Iterator[int]:
    """Its port, while the block lasts."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.mail_sink", str(port)], cwd=ROOT)
    try:
        for _ in range(100):
            try:
                ask(port)
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def ask(port: int) -> Count:
    """What the sink on that port has taken so far; the asking connection is not counted."""
    with smtplib.SMTP(LOOPBACK, port, "asking.example", timeout=30) as line:
        taken, distinct, connections, seconds = line.verify("all")[1].decode().split()
    return Count(int(taken), int(distinct), int(connections), float(seconds))


async def _serve(port: int) -> None:
    book = _Book()
    server = await asyncio.get_running_loop().create_server(lambda: _Talk(book), LOOPBACK, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
