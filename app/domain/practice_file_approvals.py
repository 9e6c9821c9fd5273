"""Approvals hold for what was approved: a text that a file changes loses the approval that it had before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from app.domain.practice_file import ConsentTextEntry, GuideEntry, PracticeFile, ScreeningSetEntry

_Entry = TypeVar("_Entry", ScreeningSetEntry, ConsentTextEntry, GuideEntry)


def without_stale_approvals(target: PracticeFile, stored: PracticeFile | None) -> PracticeFile:
    """The file less the approvals that it only has because what was stored, and said something else, had them."""
    if stored is None:
        return target
    return replace(
        target,
        screening_sets=_less_stale(target.screening_sets, stored.screening_sets),
        consent_texts=_less_stale(target.consent_texts, stored.consent_texts),
        guides=_less_stale(target.guides, stored.guides),
    )


def says_the_same(one: _Entry, other: _Entry) -> bool:
    """Whether clients read the same in both, whoever approved it and whatever it is called."""
    return bool(_bare(one) == _bare(other))


def _bare(entry: _Entry) -> _Entry:
    if isinstance(entry, GuideEntry):
        return replace(entry, approved_by=None, approved_at=None, retired=False)
    return replace(entry, name="", approved_by=None, approved_at=None)


def _less_stale(entries: Sequence[_Entry], stored: Sequence[_Entry]) -> tuple[_Entry, ...]:
    before = {entry.slug: entry for entry in stored}
    return tuple(_kept(entry, before.get(entry.slug)) for entry in entries)


def _kept(entry: _Entry, before: _Entry | None) -> _Entry:
    if before is None or says_the_same(entry, before):
        return entry
    is_old = (entry.approved_by, entry.approved_at) == (before.approved_by, before.approved_at)
    return replace(entry, approved_by=None, approved_at=None) if is_old else entry
