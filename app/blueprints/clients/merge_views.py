"""Two stored clients who are one person: looked for, looked at side by side, merged, told apart again."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions import merging
from app.actions.merging import Meanwhile, SamePerson
from app.blueprints.clients.asked import Seen, seen_client
from app.blueprints.clients.forms import MergeForm, versions_of
from app.blueprints.clients.list_views import typed
from app.blueprints.clients.parting import PartForm, part_page, parted_words
from app.domain.clients import NoteKind
from app.domain.text import folded
from app.store import client_pages
from app.store.practice import load_practice
from app.store.transactions import Stale
from app.web.access import actor
from app.web.found_clients import lines_for, practice_zone
from app.web.language import _, lazy

Answer = str | Response | tuple[str, int]
_FOUND = 10
_ONE_PERSON = lazy("They count as one person already.")


def choose(client_id: int) -> str:
    """Who may be the same person: proposed, and looked for."""
    seen, said = seen_client(client_id), typed()
    who = seen.who
    alike = client_pages.list_like(who.name, folded(who.name)[:120], seen.group, who.email, who.phone)
    lines = lines_for(said, clock.now(), _FOUND) if said else []
    return render_template(
        "pages/clients/merge_with.html",
        section="clients",
        who=who,
        said=said,
        alike=alike,
        lines=[line for line in lines if line.one.id != who.id],
    )


def preview(client_id: int, other_id: int) -> str | Response:
    """Both side by side, and what will be."""
    one, other = seen_client(client_id), seen_client(other_id)
    if one.id == other.id:
        flash(str(_ONE_PERSON), "info")
        return redirect(url_for("clients.show", client_id=one.id))
    form = MergeForm(formdata=None)
    form.offer(one.who, other.who)
    return _page(one, other, form)


def merge(client_id: int, other_id: int) -> Answer:
    """From now on they count as one."""
    one, other = seen_client(client_id), seen_client(other_id)
    if one.id == other.id:
        flash(str(_ONE_PERSON), "info")
        return redirect(url_for("clients.show", client_id=one.id))
    form = MergeForm()
    form.offer(one.who, other.who)
    if not form.validate():
        return _page(one, other, form), 422
    kept, gone = (one, other) if form.kept.data == str(one.id) else (other, one)
    if form.versions.data != versions_of(one.who, other.who):
        return _changed_meanwhile(one, other, form)
    try:
        versions = (kept.who.row_version, gone.who.row_version)
        answer = merging.merge(kept.id, gone.id, versions, actor(), clock.now())
    except Stale:
        return _changed_meanwhile(seen_client(client_id), seen_client(other_id), form)
    said = (
        _ONE_PERSON
        if isinstance(answer, SamePerson)
        else _("They count as one person now. It can be undone here at any time.")
    )
    flash(str(said), "success")
    return redirect(url_for("clients.show", client_id=kept.id))


def undo(client_id: int, merge_id: int) -> Answer:
    """They are two people after all; what was made meanwhile is looked at first."""
    seen, form = seen_client(client_id), PartForm()
    if merge_id not in {one.id for one in client_pages.list_merges(seen.group)}:
        abort(404)
    done = merging.undo(merge_id, actor(), clock.now(), form.said)
    if isinstance(done, Meanwhile):
        return part_page(seen, done, form), 409
    if done is not None:
        flash(parted_words(done), "success")
    return redirect(url_for("clients.show", client_id=seen.id))


def _changed_meanwhile(one: Seen, other: Seen, form: MergeForm) -> tuple[str, int]:
    form.versions.data = versions_of(one.who, other.who)
    form.form_errors.append(_("One of them was changed meanwhile. Look again, then merge."))
    return _page(one, other, form), 409


def _page(one: Seen, other: Seen, form: MergeForm) -> str:
    return render_template(
        "pages/clients/merge.html",
        section="clients",
        who=one.who,
        both=[_side(one), _side(other)],
        zone=practice_zone(),
        form=form,
    )


def _side(seen: Seen) -> dict[str, Any]:
    """What stands under one of them."""
    now = clock.now()
    since = now - load_practice().policy.missed_within
    coming = client_pages.list_coming(seen.group, now, None)
    return {
        "who": seen.who,
        "counts": client_pages.count_visits(seen.group, since, None),
        "coming": coming,
        "latest": client_pages.list_gone_by(seen.group, now, None, 3),
        "notes": client_pages.count_notes(seen.group, NoteKind.DESK),
        "treatment_notes": client_pages.count_notes(seen.group, NoteKind.TREATMENT),
        "has_preferences": client_pages.some_have_preferences(seen.group),
        "blocked": client_pages.blocked_in(seen.group),
        "merges": client_pages.list_merges(seen.group),
    }
