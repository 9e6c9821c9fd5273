"""How every settings page is edited: shown, typed, looked at, saved; or told why not, with everything typed still there."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from app import clock
from app.actions.settings import Edit, NotPossible, NotThere, Outcome, OutOfDate, Saved, WouldForget, WouldHit
from app.blueprints.admin.forms import SettingsForm, blame, problems, said
from app.blueprints.admin.words import forget_words, impact_words, stale_words
from app.web.access import actor
from app.web.language import Lazy, _, lazy
from app.web.local_words import in_words

Answer = Response | str | tuple[str, int]
_MOST_CONFIRMED = 20_000
_SAVED = lazy("Saved.")


@dataclass(frozen=True)
class Shown:
    """What is stored now: the form's values, their version, and whatever else the page shows."""

    values: Mapping[str, Any]
    version: int | None
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """A page with a form. ``prepare`` gives the form its choices and spare rows; ``save`` calls the action."""

    template: str
    form_class: type[SettingsForm]
    read: Callable[[], Shown]
    save: Callable[[Any, Edit], Outcome]
    done: Callable[[Saved], str]
    prepare: Callable[[Any, Shown], None] = lambda _form, _shown: None
    spare: Callable[[Any], None] = lambda _form: None
    said: str | Lazy = _SAVED


def answer(page: Page) -> Answer:
    """The page, or what came of sending its form."""
    shown = page.read()
    if request.method != "POST":
        return _render(page, _stored_form(page, shown, with_spare=True), shown)
    form = page.form_class()
    page.prepare(form, shown)
    if form.add_wanted_row():
        page.prepare(form, shown)
        return _render(page, form, shown)
    if not form.validate():
        return _render(page, form, shown), 422
    outcome = page.save(form, edit_of(form.seen_version))
    return _said(page, form, outcome)


def edit_of(version: int | None) -> Edit:
    """Who sends this request, and what they have confirmed."""
    return Edit(actor(), clock.now(), version, _confirmed(), _forgets())


def _said(page: Page, form: SettingsForm, outcome: Outcome) -> Answer:
    if isinstance(outcome, Saved):
        flash(
            str(page.said) if outcome.changed else _("Nothing was changed: it was so already."),
            "success" if outcome.changed else "info",
        )
        return redirect(page.done(outcome), 303)
    if isinstance(outcome, NotThere):
        abort(404)
    shown = page.read()
    page.prepare(form, shown)
    if isinstance(outcome, NotPossible):
        named = getattr(form, outcome.field or "", None)
        if named is not None:
            blame(named, in_words(outcome.sentence))
        return _render(
            page, form, shown, also=() if named is not None else (in_words(outcome.sentence),)
        ), 422
    if isinstance(outcome, WouldForget):
        return _render(page, form, shown, forgetting=forget_words(outcome)), 409
    if isinstance(outcome, WouldHit):
        said_already = ",".join(f"{name}={count}" for name, count in _forgets().items())
        return _render(page, form, shown, impact=impact_words(outcome), forgets=said_already), 409
    return _out_of_date(page, form, shown, outcome), 409


def _out_of_date(page: Page, form: SettingsForm, shown: Shown, outcome: OutOfDate) -> str:
    """Both versions side by side. Sending again saves what was typed, knowingly."""
    stored = said(_stored_form(page, shown, with_spare=False))
    differences = [
        (label, now, typed)
        for (label, now), (_, typed) in zip(stored, said(form), strict=True)
        if now != typed
    ]
    form.version.data = "" if shown.version is None else str(shown.version)
    return _render(page, form, shown, stale=stale_words(outcome), differences=differences)


def _stored_form(page: Page, shown: Shown, *, with_spare: bool) -> SettingsForm:
    version = "" if shown.version is None else str(shown.version)
    form = page.form_class(formdata=None, data={**shown.values, "version": version})
    if with_spare:
        page.spare(form)
    page.prepare(form, shown)
    return form


def _render(page: Page, form: SettingsForm, shown: Shown, also: tuple[str, ...] = (), **more: Any) -> str:
    found = [*also, *problems(form)]
    return render_template(page.template, form=form, problems=found, **shown.context, **more)


def _confirmed() -> frozenset[int]:
    typed = request.form.get("confirmed", "")
    numbers = re.findall(r"[0-9]{1,9}", typed[: _MOST_CONFIRMED * 10])
    return frozenset(map(int, numbers))


def _forgets() -> dict[str, int]:
    """What they were told would be let go of: a number by setting."""
    typed = request.form.get("forgets", "")[:_MOST_CONFIRMED]
    return {name: int(count) for name, count in re.findall(r"([a-z_]{1,40})=([0-9]{1,9})", typed)}
