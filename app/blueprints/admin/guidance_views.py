"""Settings pages of guidance plans: their steps as rows and as a picture, and what becomes of them in a mail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort, render_template, request, url_for

from app import clock
from app.actions import letters
from app.actions import settings_offer as actions
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer
from app.blueprints.admin.forms import spare
from app.blueprints.admin.guidance_forms import GuidanceForm, NewGuidanceForm, guidance_form, step_row
from app.blueprints.admin.plan_picture import plan_picture, step_words, steps_of_rows
from app.domain.guidance import FEELS_WRONG, GuidanceStep
from app.domain.placeholders import PLACEHOLDERS
from app.domain.practice import Practice, text_in
from app.store import settings
from app.store.appointments import find_by_reference
from app.store.practice import load_practice
from app.store.upcoming import Upcoming, list_upcoming
from app.web import local_words
from app.web.access import DESK, OWNER, staff_only
from app.web.headers import framed_mail, framing
from app.web.language import _
from app.web.local_words import languages_with

_LONGEST_REFERENCE = 40


@blueprint.get("/guidance")
@staff_only(OWNER, DESK)
def guidance_plans() -> str:
    """All guidance plans."""
    plans, language = settings.list_things("guidance_plan"), load_practice().language
    unsafe = {plan.id: _unsafe(plan, language) for plan in plans}
    return render_template("pages/admin/guidance_plans.html", plans=plans, unsafe=unsafe)


@blueprint.route("/guidance/new", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def new_guidance() -> Answer:
    """A guidance plan that is to be."""
    return answer(
        Page(
            template="pages/admin/guidance_new.html",
            form_class=NewGuidanceForm,
            read=lambda: Shown({}, None),
            save=lambda form, edit: actions.add_guidance(form.name.data, edit),
            done=lambda saved: url_for("admin.guidance", slug=saved.slug),
            said=_("Added. Now write its steps."),
        )
    )


@blueprint.route("/guidance/<slug>", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def guidance(slug: str) -> Answer:
    """A guidance plan's steps; saving them makes a new version."""
    return answer(
        Page(
            template="pages/admin/guidance.html",
            form_class=guidance_form(load_practice().language),
            read=lambda: _guidance_shown(slug),
            save=lambda form, edit: _save_guidance(slug, form, edit),
            done=lambda _saved: url_for("admin.guidance", slug=slug),
            prepare=_offer,
            spare=lambda form: spare(form.steps),
            said=_("Saved as a new version. It goes into mails that are composed from now on."),
        )
    )


@blueprint.get("/guidance/<slug>/mail")
@staff_only(OWNER, DESK)
def guidance_mail(slug: str) -> Response:
    """What is saved, as the mails of a session that is really booked."""
    plan = settings.find_thing("guidance_plan", slug) or abort(404)
    upcoming, typed = list_upcoming(plan.id, clock.now()), _typed("reference")
    reference = typed or (upcoming[0].reference if upcoming else "")
    seen = _seen(reference, _typed("step")) if reference else None
    return framing(
        render_template(
            "pages/admin/guidance_mail.html",
            name=plan.name,
            slug=slug,
            upcoming=[_upcoming_line(each) for each in upcoming],
            reference=reference,
            unknown=bool(reference) and seen is None,
            seen=seen,
        )
    )


@blueprint.get("/guidance/mail/<reference>/body")
@staff_only(OWNER, DESK)
def guidance_mail_body(reference: str) -> Response:
    """The HTML of such a mail by itself, for the frame."""
    seen = _seen(reference[:_LONGEST_REFERENCE], _typed("step"))
    return framed_mail(seen.mail.html) if seen and seen.mail else abort(404)


def _offer(form: GuidanceForm, shown: Shown) -> None:
    form.offer_lengths(shown.context["lengths"])
    form.offer_guides(shown.context["guides"])


@dataclass(frozen=True, slots=True)
class _Seen:
    """The mails of one session, and the one that is looked at."""

    reference: str
    steps: list[tuple[str, str, str]]  # step, what it is called, when it goes
    step: str
    mail: Any | None


def _seen(reference: str, step: str) -> _Seen | None:
    """The mails of the session that people call so; none where there is no such session."""
    row = find_by_reference(reference)
    if row is None:
        return None
    zone = ZoneInfo(row.zone)
    steps = [
        (each, step_words(each), local_words.short_when_words(goes_at, zone))
        for each, goes_at in letters.steps_to_preview(row.id)
    ]
    chosen = step if step in [each for each, _, _ in steps] else (steps[0][0] if steps else "")
    return _Seen(row.reference, steps, chosen, letters.preview(row.id, chosen) if chosen else None)


def _typed(name: str) -> str:
    return request.args.get(name, "").strip()[:_LONGEST_REFERENCE]


def _upcoming_line(each: Upcoming) -> tuple[str, str]:
    when = local_words.short_when_words(each.starts_at, ZoneInfo(each.zone))
    return each.reference, f"{when} · {each.client} · {text_in(each.service, load_practice().language)}"


def _guidance_shown(slug: str) -> Shown:
    plan = settings.find_thing("guidance_plan", slug) or abort(404)
    practice, steps = load_practice(), settings.newest_steps(plan)
    languages, newest = languages_with(practice.language), plan.versions[-1] if plan.versions else None
    context = {
        "name": plan.name,
        "slug": slug,
        "number": newest.version if newest else None,
        "known": steps,
        "lengths": _lengths(plan, steps),
        "guides": _guides(steps, practice.language),
        "languages": languages,
        "placeholders": PLACEHOLDERS,
        "unsafe": _unsafe(plan, practice.language),
        "lacking": _lacking(steps, languages, practice.language),
        "picture": lambda form: _picture(form, steps, practice),
    }
    values = {"name": plan.name, "steps": [step_row(step, languages) for step in steps]}
    return Shown(values, settings.version_of(plan), context)


def _picture(form: GuidanceForm, stored: tuple[GuidanceStep, ...], practice: Practice) -> Any:
    steps = steps_of_rows(form.steps) if form.is_submitted() else stored
    return plan_picture(steps, practice.policy, practice.language, practice.first_zone, clock.now())


def _save_guidance(slug: str, form: GuidanceForm, edit: Any) -> Any:
    known = _guidance_shown(slug).context["known"]
    return actions.save_guidance(slug, form.name.data, form.typed_steps(known), edit)


def _services_with(plan: Any) -> list[Any]:
    rows = settings.list_things("service")
    return [row for row in rows if row.guidance_plan_id == plan.id and row.retired_at is None]


def _lengths(plan: Any, steps: Iterable[GuidanceStep]) -> set[int]:
    """Minutes of the sessions that follow the plan, and those that its steps name."""
    living = [
        variant for row in _services_with(plan) for variant in row.variants if variant.retired_at is None
    ]
    return {variant.minutes for variant in living} | {each for step in steps for each in step.minutes}


def _guides(steps: Iterable[GuidanceStep], language: str) -> list[tuple[str, str]]:
    """The guides in use, and those that the steps name."""
    named = {slug for step in steps for slug in step.guides}
    offered = [row for row in settings.list_things("guide") if row.retired_at is None or row.slug in named]
    return [(row.slug, text_in(row.title, language)) for row in offered]


def _unsafe(plan: Any, language: str) -> list[str]:
    """Deep work whose clients the plan does not tell what to do when something feels wrong."""
    if any(step.key == FEELS_WRONG for step in settings.newest_steps(plan)):
        return []
    return [text_in(row.name, language) for row in _services_with(plan) if row.depth == "deep"]


def _lacking(steps: Iterable[GuidanceStep], languages: Mapping[str, str], own: str) -> list[tuple[str, int]]:
    """Further languages, and how many steps have no text in them."""
    told = list(steps)
    counts = [
        (name, sum(not step.text.get(code) for step in told))
        for code, name in languages.items()
        if code != own
    ]
    return [(name, count) for name, count in counts if count]
