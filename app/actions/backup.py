"""Backup while the program runs, and restore: whoever was forgotten since stays forgotten, and nothing old is sent."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.actions.cleaning import clean_files
from app.actions.erasing import forget_again
from app.domain.appointments import Actor
from app.store import condition, dumps, outbox
from app.store.audit import add_audit_line, first_broken_line
from app.store.dumps import BadBackup, Manifest
from app.store.erasures import TOUCHED, list_forgotten
from app.store.erasures_file import Entry, Fate, path, read_entries
from app.store.old_versions import mark
from app.store.transactions import end_reading, transaction

_COMMAND = Actor("command", "restore")


@dataclass(frozen=True, slots=True)
class Restored:
    """How many rows came back, how many people were forgotten again, and the first line of the log that is not whole."""

    rows: int
    forgotten_again: int
    broken_line: int | None


def back_up(file: Path, now: datetime) -> Manifest:
    """Write everything into one file. Raises BadBackup and OSError; then there is no such file."""
    return dumps.write_dump(file, now)


def restore(file: Path, now: datetime, *, force: bool = False, erasures: Path | None = None) -> Restored:
    """Bring a backup back in one transaction. Raises BadBackup, CannotWriteDown and OSError: then nothing was changed.

    With ``force`` whatever is in the database is deleted first. ``erasures`` names the list of who was forgotten, if it is not
    where ERASURES_FILE says.
    """
    manifest = dumps.read_manifest(file)
    _check_revision(manifest)
    entries = read_entries(erasures or path())
    is_empty = dumps.is_empty()
    end_reading()
    if not is_empty and not force:
        raise BadBackup("the database is not empty; with --force everything in it is deleted first")
    with transaction():
        if not is_empty:
            dumps.empty_all()
        dumps.take_in(file, manifest)
        outbox.set_held(now)
        _check_known(entries)
        again = forget_again(entries, _COMMAND, now)
        mark(TOUCHED, now)
        detail = {"made_at": manifest.made_at.isoformat(), "forgotten_again": again}
        add_audit_line(_COMMAND, "restored", "practice", 1, detail, now)
    clean_files()
    return Restored(sum(manifest.rows.values()), again, first_broken_line())


def _check_revision(manifest: Manifest) -> None:
    present, newest = condition.schema_revision(), condition.newest_revision()
    if present is None:
        raise BadBackup("the database has no tables yet: run 'flask db upgrade' first")
    if manifest.revision != present:
        raise BadBackup(
            f"the backup is of revision {manifest.revision}, the database of {present}: restore it with the program that"
            f" made it ('flask db upgrade {manifest.revision}' makes such tables), then upgrade"
        )
    if present != newest:
        raise BadBackup(f"the database is of revision {present}, this program needs {newest}")


def _check_known(entries: list[Entry]) -> None:
    """The list must know everybody whom the backup knows as forgotten: else it is not this installation's, or was lost."""
    known = {(one.client_id, one.created_at) for one in entries if one.fate is Fate.ERASED}
    missing = [number for number, stored in list_forgotten() if (number, stored) not in known]
    if missing:
        raise BadBackup(
            f"the list of erasures lacks {len(missing)} that the backup knows of; name the right one with --erasures"
        )
