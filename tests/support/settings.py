"""The settings tests run with: a development installation that says everything out loud."""

import os


def environment(database_url: str, **changes: str) -> dict[str, str]:
    """The environment for a program under test; `changes` are settings by name."""
    inherited = ("PATH", "HOME", "LANG", "TMPDIR")
    return {name: os.environ[name] for name in inherited if name in os.environ} | settings(
        database_url, **changes
    )


def settings(database_url: str, **changes: str) -> dict[str, str]:
    """The settings alone, by their names in the environment."""
    return {
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a-signing-key-for-tests-that-is-long-enough",
        "DATA_KEY": "another-key-for-tests-that-is-long-enough",
        "PUBLIC_URL": "http://localhost",
        "MAIL_SERVER": "127.0.0.1",
        "MAIL_PORT": "9",  # discard: a test that sends asks for the sink
        "MAIL_SECURITY": "none",
        "MAIL_FROM": "bookings@example.com",
        "RATE_LIMITS": "off",
    } | changes
