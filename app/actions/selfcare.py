"""Self-care guides: approved by who treats, changed (which takes the approval back); tools shown to a client in a session."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from app.actions.settings import Edit, NotPossible, Outcome, Stop, change
from app.domain.appointments import State
from app.domain.said import said
from app.domain.selfcare import Guide
from app.domain.staff import Member
from app.models import Appointment
from app.store.selfcare import guide_value, other_coaching, write_guide


def approve_guide(slug: str, member: Member, edit: Edit) -> Outcome:
    """A therapist stands for it: from now on clients may see it. ``edit.version``: what the therapist has read."""

    def write(row: Any, _language: str) -> None:
        if not guide_value(row).may_be_approved:
            raise Stop(
                NotPossible(said("It has no steps, or does not say when to stop: it can't be approved."))
            )
        if row.approved_at is None:
            row.approved_by, row.approved_at = member.called[:120], edit.now

    return change("guide", slug, "guide approved", edit, write)


def take_approval_back(slug: str, edit: Edit) -> Outcome:
    """No client sees it any more, until it is approved again."""

    def write(row: Any, _language: str) -> None:
        row.approved_by = row.approved_at = None

    return change("guide", slug, "guide approval taken back", edit, write)


def save_guide(slug: str, guide: Guide, edit: Edit, *, retired: bool) -> Outcome:
    """What a guide says. Who has approved it has not seen the new words: any change of them takes the approval back."""

    def write(row: Any, _language: str) -> None:
        before = guide_value(row)
        kept = replace(
            guide, slug=before.slug, approved_by=before.approved_by, approved_at=before.approved_at
        )
        if kept != before:
            write_guide(row, replace(kept, approved_by=None, approved_at=None))
        if (row.retired_at is not None) != retired:
            row.retired_at = edit.now if retired else None

    return change("guide", slug, "settings changed", edit, write)


def note_coaching(appointment: Appointment, now: datetime) -> None:
    """A session in which tools are shown was given: guides that need one open for its client. Inside the caller's transaction."""
    if appointment.service.coaches_tools and appointment.state == State.COMPLETED:
        appointment.client.tool_coached_at = appointment.client.tool_coached_at or now


def forget_coaching(appointment: Appointment) -> None:
    """That session was not given after all, and neither was another one like it. Inside the caller's transaction."""
    if appointment.service.coaches_tools:
        appointment.client.tool_coached_at = other_coaching(appointment)
