"""Ports on the loopback interface: is it free, find a free one."""

import socket

from development.errors import Problem

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        # As servers do it: a port in TIME_WAIT counts as free, one with a listener does not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def any_free() -> int:
    """A port nobody listens on, chosen by the operating system."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
    return port


def wanted(text: str) -> int:
    """The port a person asked for; a Problem when it is no port, not allowed or taken."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 65_535):
        raise Problem(f"PORT is '{text[:20]}', but must be a number from 1 to 65535.")
    port = int(text)
    if not is_free(port):
        raise Problem(
            f"Port {port} is taken or not allowed: another program listens there, perhaps another Stillpoint. "
            f"'make run PORT={port + 1000 if port < 64_000 else 8000}' chooses another."
        )
    return port


def near(port: int) -> int:
    """The port after this one where it is free, so that addresses can be remembered; else any."""
    following = port + 1
    return following if following <= 65_535 and is_free(following) else any_free()
