"""Practice files: judging one, loading one into the database, writing the stored practice as one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from app.actions.keeping import SHORTENED, would_forget
from app.actions.settings import WouldForget
from app.domain.appointments import Actor
from app.domain.practice_file import PracticeFile
from app.domain.practice_file_approvals import without_stale_approvals
from app.domain.practice_file_changes import changes
from app.domain.practice_file_document import (
    LARGEST_FILE,
    BadPracticeFile,
    FileError,
    Node,
    example_of,
    joined,
    laid_over,
    placed,
    read_toml,
    shown,
)
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_preview import preview
from app.domain.practice_file_toml import toml_text
from app.domain.practice_file_writing import document_of
from app.domain.readiness import Missing, missing, remarks
from app.domain.retention import KEEPING
from app.store.audit import add_audit_line
from app.store.practice import NoPractice, get_practice_row, raise_revision
from app.store.practice_file import find_practice_file, has_appointments, settings_are_from_pages
from app.store.practice_file_rows import save_practice_file
from app.store.settings import PRACTICE_LOADED
from app.store.transactions import take_booking_lock, transaction

_COMMAND = Actor("command", "flask clinic load")


class CannotLoad(Exception):
    """The file is right, but this database can't take it; the message says why, in a sentence."""


class CannotRead(Exception):
    """The file can't be read; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Documents:
    """A practice file and what it includes: its facts alone, and with its examples merged in."""

    facts: Node
    with_examples: Node
    has_examples: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """What there is to say about a file: every error, or what its practice still lacks and what is good to know."""

    errors: tuple[FileError, ...] = ()
    missing: tuple[Missing, ...] = ()
    missing_with_examples: tuple[Missing, ...] = ()
    remarks: tuple[Missing, ...] = ()
    has_examples: bool = False


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file has changed, line by line; nothing when everything was so already."""

    name: str
    changes: tuple[str, ...]
    missing: tuple[Missing, ...]
    remarks: tuple[Missing, ...]
    demonstration: bool


@dataclass(frozen=True, slots=True)
class _Compared:
    """What is stored, none before the first time; how it would be, and what that changes."""

    stored: PracticeFile | None
    target: PracticeFile
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """The file has errors; nothing was changed."""

    errors: tuple[FileError, ...]


def judge(path: Path) -> Judgement:
    """All errors of a practice file, its examples' too, or what is missing before it can be published. Raises CannotRead."""
    try:
        documents = read_documents(path)
    except BadPracticeFile as bad:
        return Judgement(bad.errors)
    facts, alone = _parsed(documents.facts)
    merged, together = _parsed(documents.with_examples)
    if facts is None or merged is None:
        return Judgement(tuple(dict.fromkeys((*alone, *together))))
    practice, demonstration = preview(facts), preview(merged)
    return Judgement(
        missing=missing(practice),
        missing_with_examples=missing(demonstration) if documents.has_examples else (),
        remarks=remarks(demonstration),
        has_examples=documents.has_examples,
    )


def load(
    path: Path, now: datetime, with_examples: bool = False, force: bool = False, shorter: bool = False
) -> Loaded | Rejected | WouldForget:
    """Create or update the practice from a file, in one transaction; what the file does not name is left alone.

    A file with errors is rejected with all of them; one that keeps things for less long is not loaded before that is meant
    (``shorter``). Raises CannotRead and CannotLoad; nothing is changed then.
    """
    try:
        documents = read_documents(path)
        going = _going(_compared(documents, with_examples, force), now)
        if going and not shorter:
            return WouldForget(going)
        with transaction():
            take_booking_lock()
            compared = _compared(documents, with_examples, force)
            if compared.changed:
                _save(compared, going, with_examples, now)
    except BadPracticeFile as bad:
        return Rejected(bad.errors)
    practice, head = preview(compared.target), compared.target.practice
    name = head.name or head.slug
    return Loaded(name, compared.changed, missing(practice), remarks(practice), practice.demonstration)


def exported() -> str:
    """The stored practice as a file; loading it changes nothing. Raises NoPractice."""
    stored = find_practice_file()
    if stored is None:
        raise NoPractice("no practice has been loaded")
    return toml_text(document_of(stored))


def read_documents(path: Path) -> Documents:
    """A file and what it includes, read but not judged. Raises CannotRead and BadPracticeFile."""
    document = read_toml(_bytes_of(path))
    facts = _with_included(document.without("example"), path)
    example = _with_included(example_of(document), path)
    together = laid_over(facts, example) if example else facts
    if example and isinstance(practice := together.get("practice"), Node):
        practice.put("demonstration", value=True, place="practice.demonstration")
    return Documents(facts, together, bool(example))


def _compared(documents: Documents, with_examples: bool, force: bool) -> _Compared:
    """The practice as it would be, and what that changes. Raises BadPracticeFile and CannotLoad."""
    stored = find_practice_file()
    before = document_of(stored) if stored else {}
    below = placed(before, "the stored practice")
    _refuse_errors(laid_over(documents.facts, below), laid_over(documents.with_examples, below))
    chosen = documents.with_examples if with_examples else documents.facts
    target = without_stale_approvals(parse_practice_file(laid_over(chosen, below)), stored)
    changed = changes(before, document_of(target))
    _refuse_wrong(stored, target, changed, force)
    return _Compared(stored, target, changed)


def _going(compared: _Compared, now: datetime) -> Mapping[str, int]:
    """Of what it shortens: how many things the next sweep would let go of. Only reads."""
    if compared.stored is None:
        return {}
    policy = compared.target.practice.policy
    return would_forget({name: getattr(policy, name) for name in KEEPING}, now)


def _save(compared: _Compared, going: Mapping[str, int], with_examples: bool, now: datetime) -> None:
    stored, target = compared.stored, compared.target
    save_practice_file(target, now)
    raise_revision()
    detail = {"changes": len(compared.changed), "examples": with_examples}
    add_audit_line(_COMMAND, PRACTICE_LOADED, "practice", target.practice.slug, detail, now)
    if stored is not None and going:
        was, becomes = stored.practice.policy, target.practice.policy
        told = {
            name: {"from": getattr(was, name), "to": getattr(becomes, name), "gone": gone}
            for name, gone in going.items()
        }
        add_audit_line(_COMMAND, SHORTENED, "practice", get_practice_row().id, told, now)


def _refuse_errors(*documents: Node) -> None:
    errors = [error for document in documents for error in _parsed(document)[1]]
    if errors:
        raise BadPracticeFile(errors)


def _parsed(document: Node) -> tuple[PracticeFile | None, tuple[FileError, ...]]:
    try:
        return parse_practice_file(document), ()
    except BadPracticeFile as bad:
        return None, bad.errors


def _with_included(document: Node, path: Path) -> Node:
    included = [
        read_toml(_bytes_of(path.parent / name, f"{name}, which {path.name} includes"), name)
        for name in _included(document)
    ]
    return joined(document.without("include"), included)


def _included(document: Node) -> Iterator[str]:
    listed, place = document.get("include", []), document.places.get("include", "include")
    if not isinstance(listed, list):
        raise BadPracticeFile([FileError(place, "must be a list of files")])
    for index, name in enumerate(listed):
        if not isinstance(name, str) or not name.isprintable() or _leaves_the_folder(name):
            reason = f"{shown(name)} is not a file beside this one, such as library/self-massage.toml"
            raise BadPracticeFile([FileError(f"{place}[{index}]", reason)])
        yield name


def _leaves_the_folder(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or path.suffix != ".toml"


def _bytes_of(path: Path, called: str | None = None) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise CannotRead(f"There is no file {called or path}.") from error
    except (OSError, ValueError) as error:
        raise CannotRead(
            f"{called or path} can't be read: {getattr(error, 'strerror', None) or error}."
        ) from error


def _refuse_wrong(
    stored: PracticeFile | None, target: PracticeFile, changed: tuple[str, ...], force: bool
) -> None:
    if stored is None:
        return
    was, becomes = stored.practice, target.practice
    if was.slug != becomes.slug:
        raise CannotLoad(
            f"This database holds the practice {was.slug}, and the file is about {becomes.slug}: one installation is one practice."
        )
    if was.demonstration and not becomes.demonstration:
        raise CannotLoad("A demonstration can't become a real practice: begin with an empty database.")
    if becomes.demonstration and not was.demonstration and has_appointments():
        raise CannotLoad("This practice has real appointments, so it can't become a demonstration.")
    if changed and settings_are_from_pages() and not force:
        raise CannotLoad(
            "Settings were changed on the pages since the file was loaded, and loading it would overwrite them:\n"
            + "\n".join(f"  {line}" for line in changed)
            + "\nUse --force to load it all the same, or `clinic export` to keep what is stored."
        )
