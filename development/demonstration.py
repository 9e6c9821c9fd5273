"""What one demonstration consists of: its folder, its settings, its first data."""

import os
import secrets
import shutil
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL

from development.children import run_to_end
from development.errors import Problem
from development.ports import LOOPBACK

ROOT = Path(__file__).resolve().parent.parent
OWNER, DESK, THERAPIST = "owner@example.com", "desk@example.com", "therapist@example.com"
# No secret: it opens example data on a server that only this computer reaches.
PASSWORD = "linen-moss-and-clay"  # noqa: S105
FLASK = ("-m", "flask", "--app", "wsgi")
#: Not an example: a practice of one's own, empty at first.
NEW = "new"


@dataclass(frozen=True)
class Step:
    """One command on the way to a filled demonstration, and what it is called while it runs."""

    says: str
    arguments: tuple[str, ...]
    stdin: str = ""


@dataclass(frozen=True)
class Demonstration:
    """One practice being tried out, in a folder of its own: several can be tried side by side."""

    clinic: str
    instance: Path = ROOT / "instance"

    @property
    def file(self) -> Path:
        return ROOT / "clinics" / f"{self.clinic}.toml"

    @property
    def is_new(self) -> bool:
        """Whether it is nobody's example: then its owner begins by a link."""
        return self.clinic == NEW

    @property
    def folder(self) -> Path:
        return self.instance / self.clinic

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    @property
    def messages(self) -> Path:
        return self.folder / "inbox"

    @property
    def _marker(self) -> Path:
        return self.folder / "ready"

    def environment(self, web_port: int, smtp_port: int) -> dict[str, str]:
        """The settings of a development installation on this computer."""
        database = URL.create("sqlite", database=str(self.folder / "stillpoint.db"))
        queue = URL.create("sqlite", database=str(self.folder / "queue.db"))
        return (
            _inherited(os.environ)
            | self._keys()
            | {
                "DATABASE_URL": database.render_as_string(hide_password=False),
                "QUEUE_URL": queue.render_as_string(hide_password=False),
                "ERASURES_FILE": str(self.folder / "erasures.jsonl"),
                "PUBLIC_URL": f"http://localhost:{web_port}",
                "MAIL_SERVER": LOOPBACK,
                "MAIL_PORT": str(smtp_port),
                "MAIL_SECURITY": "none",
                "MAIL_FROM": "bookings@example.com",
                "PYTHONUNBUFFERED": "1",
            }
        )

    def prepare(self, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        """Brings the schema up to date and, the first time only, fills it."""
        first = not self._marker.exists()
        for step in (_UPGRADE, *(self._first_steps() if first else ())):
            say(step.says)
            ended, output = run_to_end((*FLASK, *step.arguments), environment, ROOT, step.stdin)
            if ended:
                command = " ".join(("flask", "--app", "wsgi", *step.arguments))
                raise Problem(f"'{command}' ended with {ended} and said:\n{output.strip()}")
        if first:
            self._marker.write_text("\n".join(self._people()))

    def sign_ins(self) -> tuple[str, ...]:
        """The addresses that this demonstration has accounts for; one that was filled long ago knows its owner only."""
        kept = self._marker.read_text().split() if self._marker.exists() else []
        return () if self.is_new else tuple(kept) or (OWNER,)

    def setup_link(self, environment: Mapping[str, str]) -> str | None:
        """By which the first owner begins; none once somebody can sign in."""
        ended, output = run_to_end((*FLASK, "setup"), environment, ROOT, "")
        if ended and "can sign in already" not in output:
            raise Problem(f"'flask --app wsgi setup' ended with {ended} and said:\n{output.strip()}")
        return None if ended else output.split()[-1]

    def make_folder(self) -> None:
        """The folder of its data; what an interrupted first run left is dropped."""
        if self.folder.exists() and not self._marker.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)

    def _first_steps(self) -> tuple[Step, ...]:
        if self.is_new:
            return ()
        accounts = tuple(
            Step(f"Making an account for {address} ...", ("staff", "add", address, *options), f"{PASSWORD}\n")
            for address, options in self._people().items()
        )
        return (
            Step(
                f"Loading {self.file.relative_to(ROOT)} with its examples ...",
                ("clinic", "load", str(self.file), "--with-examples"),
            ),
            *accounts,
            Step("Filling some weeks with appointments and messages ...", ("demo", "fill", "--weeks", "3")),
        )

    def _people(self) -> dict[str, tuple[str, ...]]:
        """Who can sign in, by address: one of each role, and what the command that adds them is told."""
        if self.is_new:
            return {}
        slug, name = self._first_therapist()
        return {
            OWNER: ("--role", "owner", "--password-stdin"),
            DESK: ("--role", "desk", "--name", "Desk", "--password-stdin"),
            THERAPIST: ("--role", "therapist", "--name", name, "--therapist", slug, "--password-stdin"),
        }

    def _first_therapist(self) -> tuple[str, str]:
        """Whose diary the therapist's account opens; of examples, if the practice has told nobody."""
        told = tomllib.loads(self.file.read_text(encoding="utf-8"))
        first = [*told.get("therapist", ()), *told.get("example", {}).get("therapist", ())][0]
        return first["slug"], first["name"]

    def _keys(self) -> dict[str, str]:
        """The keys that this demonstration's data is sealed with: made once, kept beside the data."""
        return {name: _kept(self.folder / name.lower()) for name in ("SECRET_KEY", "DATA_KEY")}


_UPGRADE = Step("Bringing the database up to date ...", ("db", "upgrade"))


def chosen(clinic: str, instance: Path) -> Demonstration:
    """The demonstration of a practice, or one's own; a Problem naming those there are."""
    there = sorted(path.stem for path in (ROOT / "clinics").glob("*.toml"))
    if clinic not in (*there, NEW):
        known = ", ".join(there) or "nothing yet"
        raise Problem(
            f"CLINIC is '{clinic}', but clinics/ has only: {known}. '{NEW}' begins one of your own."
        )
    return Demonstration(clinic, instance.resolve())


def _inherited(environ: Mapping[str, str]) -> dict[str, str]:
    """What programs need of the surroundings; settings of another installation must not leak in."""
    wanted = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "USER", "VIRTUAL_ENV")
    return {name: environ[name] for name in wanted if name in environ}


def _kept(path: Path) -> str:
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text()
