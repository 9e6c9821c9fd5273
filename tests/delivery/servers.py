"""Mail servers that misbehave below the level of answers: silent, without a farewell, with a certificate nobody signed."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
Talk = Callable[[socket.socket], None]


@contextmanager
def talking(talk: Talk) -> Iterator[int]:
    """A server on a free port that does this with each connection; answers the port."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        threading.Thread(target=_accept, args=(listener, talk), daemon=True).start()
        yield int(listener.getsockname()[1])


def _accept(listener: socket.socket, talk: Talk) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_talk, args=(connection, talk), daemon=True).start()


def _talk(connection: socket.socket, talk: Talk) -> None:
    with connection:
        try:
            talk(connection)
        except OSError:
            return


def silent(connection: socket.socket) -> None:
    """Accepts and never says a word."""
    connection.recv(1)


def without_farewell(taken: list[bytes]) -> Talk:
    """Takes messages, then cuts the line instead of answering QUIT."""

    def talk(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 ready\r\n")
        for line in lines:
            word = line.split(b" ")[0].strip().upper()
            if word == b"QUIT":
                return
            if word == b"DATA":
                connection.sendall(b"354 go on\r\n")
                taken.append(b"".join(iter(lambda: lines.readline(), b".\r\n")))
            connection.sendall(b"250 OK\r\n")

    return talk


def tls_talk(folder: Path) -> Talk:
    """Encrypted from the first byte, with a certificate that nobody has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_self_signed(folder))

    def talk(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as encrypted:
            encrypted.sendall(b"220 ready\r\n")
            encrypted.recv(1)

    return talk


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LOOPBACK)])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "self-signed.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def turning_away(code: int) -> Talk:
    """Wants a name and a password, and refuses both."""

    def talk(connection: socket.socket) -> None:
        lines = connection.makefile("rb")
        connection.sendall(b"220 ready\r\n")
        for line in lines:
            word = line.split(b" ")[0].strip().upper()
            if word == b"EHLO":
                connection.sendall(b"250-ready\r\n250 AUTH PLAIN\r\n")
            elif word == b"AUTH":
                connection.sendall(f"{code} 5.7.8 No\r\n".encode())
            else:
                connection.sendall(b"250 OK\r\n")

    return talk
