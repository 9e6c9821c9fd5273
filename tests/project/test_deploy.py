"""The files an operator copies are true: settings, commands, folders and addresses that they name are the program's."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.cli import FlaskGroup

from app.factory import create_app
from config import Settings
from tests.support.run import ROOT
from tests.support.settings import environment, settings

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
NGINX = (DEPLOY / "nginx.conf").read_text("utf-8")
HOME = "/srv/stillpoint"
_KEYS = {
    "SECRET_KEY": "a-signing-key-that-is-long-enough-for-this",
    "DATA_KEY": "a-master-key-that-is-long-enough-too",
}
_COMMAND = re.compile(r"(?:flask --app wsgi|^stillpoint|`stillpoint) ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)")
#: Flask-Migrate's and flask-smorest's.
_NOT_OURS = {"db", "openapi"}
_FILES = re.findall(
    r"location = (\S+) \{\s+limit_conn [^;]+;\s+client_max_body_size (\d+)m;\s+client_body_buffer_size (\d+)m;",
    NGINX,
)
_PAGES = (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "clinics" / "README.md")


def _lines(name: str) -> dict[str, str]:
    """The settings of the example, those that are commented out included where nothing else says them."""
    text = (DEPLOY / name).read_text("utf-8")
    found = re.findall(r"^(#?)([A-Z_]+)=(.*)$", text, re.MULTILINE)
    return {key: value for _, key, value in sorted(found, reverse=True)}


def _unit(path: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", path.read_text("utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The program, for its commands and addresses; it asks no database anything."""
    place = tmp_path_factory.mktemp("deploy") / "none.db"
    return create_app(Settings.from_environment(settings(f"sqlite:///{place}")))


def test_the_example_of_the_settings_is_one_that_production_starts_with() -> None:
    given = _lines("stillpoint.env") | _KEYS
    read = Settings.from_environment(given)
    assert read.production
    assert read.mail_security == "starttls"


def test_the_example_of_the_settings_names_no_other() -> None:
    source = (ROOT / "config.py").read_text("utf-8")
    assert [name for name in _lines("stillpoint.env") if f'"{name}"' not in source] == []


def test_its_lines_mean_the_same_to_the_shell_and_to_systemd() -> None:
    odd = [value for value in _lines("stillpoint.env").values() if set(value) & set(" \"'$`\\;&")]
    assert odd == []


def test_what_is_written_lies_where_the_units_may_write() -> None:
    given = _lines("stillpoint.env")
    text = (DEPLOY / "stillpoint.env").read_text("utf-8")
    files = [*re.findall(r"sqlite:///(/\S+)", text), given["ERASURES_FILE"]]
    for unit in UNITS:
        folders = [f"/var/lib/{name}" for name in _unit(unit, "StateDirectory")[0].split()]
        assert [file for file in files if str(Path(file).parent) not in folders] == []
    backup = DEPLOY / "stillpoint-backup.service"
    assert all(_unit(backup, "ReadWritePaths")[0] in line for line in _unit(backup, "ExecStart"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_a_unit_starts_programs_that_are_installed(unit: Path) -> None:
    installed = Path(sys.executable).parent
    started = re.findall(rf"(?:{HOME}/)?\.venv/bin/(\S+)", unit.read_text("utf-8"))
    assert [name for name in started if not (installed / name).exists()] == []
    assert _unit(unit, "WorkingDirectory") == [HOME]
    assert _unit(unit, "EnvironmentFile") == ["/etc/stillpoint.env"]


def test_the_web_servers_command_is_one_that_gunicorn_understands(tmp_path: Path) -> None:
    (command,) = _unit(DEPLOY / "stillpoint-web.service", "ExecStart")
    arguments = shlex.split(command)[1:]
    done = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", *arguments],
        cwd=ROOT,
        env=environment(f"sqlite:///{tmp_path / 'none.db'}"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_nginx_leads_to_the_web_server_and_is_counted_as_a_proxy() -> None:
    (command,) = _unit(DEPLOY / "stillpoint-web.service", "ExecStart")
    address = shlex.split(command)[shlex.split(command).index("--bind") + 1]
    assert re.findall(r"proxy_pass http://(\S+);", NGINX)[0] == address
    assert _lines("stillpoint.env")["TRUSTED_PROXIES"] == "1"
    assert f"alias {HOME}/app/static/;" in NGINX
    for header in ("Host $host", "X-Forwarded-For $proxy_add_x_forwarded_for", "X-Forwarded-Proto $scheme"):
        assert f"proxy_set_header {header};" in NGINX


def test_nginx_lets_through_what_the_program_takes(app: Flask) -> None:
    (allowed,) = re.findall(r"^    client_max_body_size (\d+)k;", NGINX, re.MULTILINE)
    assert int(allowed) * 1024 >= app.config["MAX_CONTENT_LENGTH"]
    views = {rule.rule: app.view_functions[rule.endpoint] for rule in app.url_map.iter_rules()}
    take = {rule: view._takes_up_to for rule, view in views.items() if hasattr(view, "_takes_up_to")}
    assert take.keys() == {rule for rule, *_ in _FILES}
    for rule, most, kept in _FILES:
        assert take[rule] <= int(most) * 1024**2 < take[rule] + 2 * 1024**2
        assert kept == most  # in memory: nothing of it is written to a disk
    (zone,) = re.findall(r"^limit_conn_zone \S+ zone=(\w+):", NGINX, re.MULTILINE)
    assert NGINX.count(f"limit_conn {zone} ") == len(_FILES)


def test_nginx_lets_files_be_kept_as_long_as_the_program_does(app: Flask) -> None:
    told = dict(re.findall(r"^    (default|\"\") \"(public[^\"]*)\";", NGINX, re.MULTILINE))
    browser = app.test_client()
    for key, query in (("default", "?v=1"), ('""', "")):
        with browser.get(f"/static/css/stillpoint.css{query}") as answer:
            assert answer.headers["Cache-Control"] == told[key]


def test_the_log_of_nginx_keeps_no_secret_of_an_address(app: Flask) -> None:
    patterns = re.findall(r"^    ~(\S+) \$kept-;", NGINX.replace("?<", "?P<"), re.MULTILINE)
    begins = [re.compile(pattern) for pattern in patterns]
    secret = {rule.rule for rule in app.url_map.iter_rules() if "token" in rule.arguments}
    assert len(secret) > 20
    shown = [rule for rule in secret if not _hidden(rule, begins)]
    assert shown == []
    assert "$request_uri" not in re.findall(r"log_format.*", NGINX)[0]
    assert "referer" not in NGINX.lower().replace("no referer", "")


def _hidden(rule: str, begins: list[re.Pattern[str]]) -> bool:
    """Whether what is kept of such an address ends before its token."""
    address = re.sub(r"<(?!token)[^>]*>", "x", rule)
    kept = (found["kept"] for pattern in begins if (found := pattern.match(address)))
    return any("<token>" in address.removeprefix(one) and "<token>" not in one for one in kept)


def _commands() -> Iterator[tuple[str, str]]:
    for path in (*_PAGES, *sorted(DEPLOY.iterdir())):
        for line in path.read_text("utf-8").splitlines():
            for words in _COMMAND.findall(line):
                yield str(path.relative_to(ROOT)), words


def test_every_command_that_is_written_down_exists(app: Flask) -> None:
    known = FlaskGroup(create_app=lambda: app)
    wrong = [(page, words) for page, words in _commands() if not _exists(known, app, words)]
    assert wrong == []


def test_every_command_of_ours_is_a_promise(app: Flask) -> None:
    promised = (ROOT / "docs" / "interfaces.md").read_text("utf-8")
    ours = {
        f"{name} {under}".strip()
        for name, command in app.cli.commands.items()
        if name not in _NOT_OURS
        for under in (command.commands if isinstance(command, click.Group) else ("",))
    }
    rows = [line.split(" | ")[0] for line in promised.splitlines() if line.startswith("| `flask")]
    missing = [one for one in sorted(ours) if not any(_promises(row, one) for row in rows)]
    assert missing == []


def _promises(row: str, command: str) -> bool:
    first, _, second = command.partition(" ")
    return bool(re.search(rf"wsgi {first}\b", row)) and (not second or bool(re.search(rf"\b{second}\b", row)))


def _exists(known: FlaskGroup, app: Flask, words: str) -> bool:
    first, _, second = words.partition(" ")
    command = app.cli.commands.get(first) or known.get_command(click.Context(known), first)
    if isinstance(command, click.Group) and second:
        return second in command.commands
    return command is not None
