"""Where the benchmarks keep what they build, and which keys their clinics are sealed with."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "instance" / "bench"
BACKENDS = ("sqlite", "postgresql")
KEYS = {
    "SECRET_KEY": "a-signing-key-for-benchmarks-only-long",
    "DATA_KEY": "another-key-for-benchmarks-only-long",
}
_INHERITED = ("PATH", "HOME", "LANG", "TMPDIR")


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The settings of Stillpoint for a benchmark: limits off, mail to nobody."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return inherited | settings(database_url) | more


def settings(database_url: str, **more: str) -> dict[str, str]:
    """The settings alone, by their names in the environment."""
    return (
        KEYS
        | more
        | {
            "DATABASE_URL": database_url,
            "PUBLIC_URL": "http://localhost",
            "RATE_LIMITS": "off",
            "MAIL_SERVER": "127.0.0.1",
            "MAIL_PORT": "9",  # discard: nothing is sent, no worker runs
            "MAIL_FROM": "bookings@example.com",
        }
    )
