"""Settings from the environment: one frozen value that refuses what makes no sense and names the variable."""

import contextlib
import logging
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

INSTANCE = Path(__file__).resolve().parent / "instance"
_MAIL_SECURITY = ("none", "starttls", "tls")
_DOMAIN = re.compile(r"(?i)[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_SHORTEST_KEY = 1024  # bits; verifiers refuse shorter ones


class BadSetting(Exception):
    """A setting is missing or makes no sense; the message names the variable and says what it should be."""


@dataclass(frozen=True, slots=True)
class Dkim:
    """What mails are signed with: whose key it is, which of theirs, and the key itself (PEM)."""

    domain: str
    selector: str
    key: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that is told from outside. What each one means stands in docs/operations.md."""

    database_url: str
    secret_keys: tuple[str, ...]  # the first signs; all are accepted
    data_keys: tuple[str, ...]  # the first seals, any of them opens; the last is the founding key
    public_url: str
    queue_url: str
    mail_server: str | None
    mail_port: int
    mail_username: str | None
    mail_password: str | None
    mail_security: str
    mail_from: str | None
    dkim: "Dkim | None"
    trusted_proxies: int
    rate_limits: bool
    rate_limit_storage: str
    metrics_token: str | None
    log_format: str
    erasures_file: (
        Path  # who was forgotten, outside the database, so that no restored backup brings them back
    )
    testing: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read them. Raises BadSetting. In development missing keys are made once and kept in instance/."""
        read = _Reader(environ)
        public_url = read.url("PUBLIC_URL", "http://127.0.0.1:8000")
        production = public_url.startswith("https://")
        database_url = _with_driver(read.text("DATABASE_URL") or f"sqlite:///{INSTANCE / 'stillpoint.db'}")
        return cls(
            database_url=database_url,
            secret_keys=read.secret_keys("SECRET_KEY", production),
            data_keys=read.secret_keys("DATA_KEY", production),
            public_url=public_url.rstrip("/"),
            queue_url=read.text("QUEUE_URL") or _queue_beside(database_url),
            mail_server=read.required_in("MAIL_SERVER", production) or "127.0.0.1",
            mail_port=read.number("MAIL_PORT", 587 if production else 1025, 1, 65535),
            mail_username=read.text("MAIL_USERNAME"),
            mail_password=read.text("MAIL_PASSWORD"),
            mail_security=read.choice("MAIL_SECURITY", _MAIL_SECURITY, "starttls" if production else "none"),
            mail_from=read.text("MAIL_FROM"),
            dkim=_dkim(read, read.text("MAIL_FROM")),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, 0, 10),
            rate_limits=read.choice("RATE_LIMITS", ("on", "off"), "on") == "on",
            rate_limit_storage=read.text("RATE_LIMIT_STORAGE") or "memory://",
            metrics_token=read.text("METRICS_TOKEN"),
            log_format=read.choice("LOG_FORMAT", ("text", "json"), "text"),
            erasures_file=Path(read.text("ERASURES_FILE") or INSTANCE / "erasures.jsonl"),
        )

    @property
    def production(self) -> bool:
        """Whether clients reach it by https: then nothing may be left to chance."""
        return self.public_url.startswith("https://")

    @property
    def founding_key(self) -> str:
        """The oldest DATA_KEY: digests and second steps are made with it, whatever has replaced it for health text."""
        return self.data_keys[-1]

    @property
    def host(self) -> str:
        """The host in the public address; message ids and calendar entries carry it."""
        return urlsplit(self.public_url).hostname or "localhost"


class _Reader:
    """Reads variables, each also from the file that ``NAME_FILE`` names."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, name: str) -> str | None:
        """The value, trimmed; none when it is missing or empty."""
        path = self._environ.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip() or None
            except (OSError, UnicodeDecodeError) as error:
                raise BadSetting(f"{name}_FILE: {path!r} can't be read") from error
        return self._environ.get(name, "").strip() or None

    def number(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most):
            raise BadSetting(f"{name}: must be a whole number from {least} to {most}")
        return int(value)

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self.text(name) or default
        if value not in choices:
            raise BadSetting(f"{name}: must be one of {', '.join(choices)}")
        return value

    def url(self, name: str, default: str) -> str:
        """A web address without path."""
        value = self.text(name) or default
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
            raise BadSetting(f"{name}: must be an address such as https://book.example.com")
        return value

    def required_in(self, name: str, production: bool) -> str | None:
        """A value that production can't do without."""
        value = self.text(name)
        if value is None and production:
            raise BadSetting(f"{name}: must be set, since PUBLIC_URL is https (production)")
        return value

    def secret(self, name: str, production: bool) -> str:
        """A secret of at least 32 characters; development makes its own once."""
        value = self.required_in(name, production) or _made_once(name)
        if len(value) < 32 or len(set(value)) < 8:
            raise BadSetting(f"{name}: must be at least 32 random characters")
        return value

    def secret_keys(self, name: str, production: bool) -> tuple[str, ...]:
        """The newest key, and after commas older ones that are still accepted."""
        keys = tuple(key.strip() for key in self.secret(name, production).split(","))
        if any(len(key) < 32 for key in keys):
            raise BadSetting(f"{name}: each key must have at least 32 characters")
        return keys


def _dkim(read: _Reader, mail_from: str | None) -> Dkim | None:
    """None when mails are not signed here; most mail servers do it themselves."""
    key = read.text("DKIM_KEY")
    if key is None:
        return None
    _check_dkim_key(key)
    domain = read.text("DKIM_DOMAIN") or parseaddr(mail_from or "")[1].rpartition("@")[2]
    if not _DOMAIN.fullmatch(domain):
        raise BadSetting("DKIM_DOMAIN: must be the domain that signs, such as example.com")
    selector = read.text("DKIM_SELECTOR") or ""
    if not _DOMAIN.fullmatch(selector):
        raise BadSetting("DKIM_SELECTOR: must name the key, as it stands in the DNS before ._domainkey")
    return Dkim(domain, selector, key)


def _check_dkim_key(key: str) -> None:
    try:
        loaded = load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadSetting("DKIM_KEY: must be an RSA private key in PEM, without a password") from error
    if not isinstance(loaded, RSAPrivateKey) or loaded.key_size < _SHORTEST_KEY:
        raise BadSetting(f"DKIM_KEY: must be an RSA key of at least {_SHORTEST_KEY} bits")


def _with_driver(url: str) -> str:
    """PostgreSQL is spoken through psycopg 3, whatever the address says."""
    for scheme in ("postgres://", "postgresql://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL: must begin with sqlite:/// or postgresql://")
    return url


def _queue_beside(database_url: str) -> str:
    if database_url.startswith("sqlite:///"):
        return database_url.removesuffix(".db") + "-queue.db"
    return f"sqlite:///{INSTANCE / 'queue.db'}"


def _made_once(name: str) -> str:
    """A key for development, kept for the next start; of several processes that start at once one makes it."""
    path = INSTANCE / f"development-{name.lower().replace('_', '-')}"
    INSTANCE.mkdir(exist_ok=True)
    if not path.exists():
        fresh = INSTANCE / f".{path.name}-{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
            _say_made(name, path)
        fresh.unlink()
    return path.read_text(encoding="utf-8").strip()


def _say_made(name: str, path: Path) -> None:
    logging.getLogger(__name__).warning("%s was not set; development made its own: %s", name, path)
