"""Settings: what makes no sense is refused, and the variable is named."""

from pathlib import Path

import pytest

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
