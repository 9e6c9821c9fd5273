"""Settings: what makes no sense is refused, and the variable is named."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from config import BadSetting, Settings

KEYS = {
    "SECRET_KEY": "a-signing-key-for-tests-that-is-long-enough",
    "DATA_KEY": "another-key-for-tests-that-is-long-enough",
}
PRODUCTION = KEYS | {"PUBLIC_URL": "https://book.example.com", "MAIL_SERVER": "mail.example.com"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://localhost/x"),
        ("PUBLIC_URL", "book.example.com"),
        ("PUBLIC_URL", "https://book.example.com/path"),
        ("MAIL_PORT", "0"),
        ("MAIL_PORT", "25a"),
        ("MAIL_PORT", "9" * 5000),
        ("MAIL_PORT", "２５"),
        ("MAIL_SECURITY", "ssl"),
        ("TRUSTED_PROXIES", "-1"),
        ("RATE_LIMITS", "maybe"),
        ("LOG_FORMAT", "xml"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 40),
        ("SECRET_KEY", KEYS["SECRET_KEY"] + ",short"),
        ("DATA_KEY", "secret"),
        ("MAIL_PASSWORD_FILE", "/nowhere/at/all"),
    ],
)
def test_a_bad_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name}"):
        Settings.from_environment(KEYS | {name: value})


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATA_KEY", "MAIL_SERVER"])
def test_production_leaves_nothing_to_chance(name: str) -> None:
    assert Settings.from_environment(PRODUCTION).production
    with pytest.raises(BadSetting, match=f"^{name}: must be set"):
        Settings.from_environment({key: value for key, value in PRODUCTION.items() if key != name})


def test_a_setting_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEYS["SECRET_KEY"] + "\n", encoding="utf-8")
    chosen = Settings.from_environment(
        {"SECRET_KEY_FILE": str(tmp_path / "key"), "DATA_KEY": KEYS["DATA_KEY"]}
    )
    assert chosen.secret_keys == (KEYS["SECRET_KEY"],)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_is_spoken_through_one_driver(scheme: str) -> None:
    chosen = Settings.from_environment(KEYS | {"DATABASE_URL": f"{scheme}://u@localhost/x"})
    assert chosen.database_url == "postgresql+psycopg://u@localhost/x"


def test_mail_is_encrypted_in_production_unless_told_otherwise() -> None:
    assert Settings.from_environment(PRODUCTION).mail_security == "starttls"
    assert Settings.from_environment(KEYS).mail_security == "none"


def private_key(bits: int = 2048) -> str:
    """An RSA key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()


SIGNING = KEYS | {"DKIM_KEY": private_key(), "DKIM_SELECTOR": "desk", "MAIL_FROM": "Desk <desk@example.com>"}


def test_mails_are_signed_for_the_senders_domain_unless_told_otherwise(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(SIGNING["DKIM_KEY"], encoding="utf-8")
    chosen = Settings.from_environment(SIGNING)
    assert chosen.dkim is not None
    assert (chosen.dkim.domain, chosen.dkim.selector) == ("example.com", "desk")
    from_file = SIGNING | {
        "DKIM_KEY": "",
        "DKIM_KEY_FILE": str(tmp_path / "key.pem"),
        "DKIM_DOMAIN": "other.example",
    }
    chosen = Settings.from_environment(from_file)
    assert chosen.dkim is not None
    assert chosen.dkim.domain == "other.example"
    assert Settings.from_environment(KEYS).dkim is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DKIM_KEY", "-----BEGIN RSA PRIVATE KEY-----\nnonsense\n-----END RSA PRIVATE KEY-----"),
        ("DKIM_KEY", "not a key"),
        ("DKIM_SELECTOR", ""),
        ("DKIM_SELECTOR", "a b"),
        ("DKIM_DOMAIN", "https://example.com"),
    ],
)
def test_a_signature_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name}"):
        Settings.from_environment(SIGNING | {name: value})
