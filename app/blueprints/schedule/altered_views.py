"""A request accepted with a change: shorter, lighter, or with another therapist, if the rule has no objection."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app import clock
from app.actions import approving
from app.actions.managing import Change
from app.actions.outcomes import Accepted, Refused
from app.actions.previewing import preview_altered
from app.blueprints.schedule import words
from app.blueprints.schedule.act_forms import AsideForm, refusals_of
from app.blueprints.schedule.refusals import refusal_words
from app.blueprints.schedule.safety_views import decided
from app.blueprints.schedule.telling import somebody_was_faster, told_words
from app.domain.appointments import State
from app.domain.practice import Practice, Service, Texts, text_in
from app.domain.reviews import Altered, alternatives
from app.domain.slots import Refusal
from app.store.appointment_facts import AppointmentFacts
from app.store.practice import load_practice
from app.store.transactions import Stale
from app.web.access import actor, signed_in
from app.web.filters import minutes_words
from app.web.language import _, lazy
from app.web.rule_names import rule_name
from app.web.typed import version_typed

Answer = str | Response | tuple[str, int]
_AS_ASKED, _APART = "as-asked", " "


class AlteredForm(AsideForm):
    """Which session, and with whom; and why a rule that stands against just that is set aside."""

    wanted = RadioField(lazy("Which session?"), [InputRequired(lazy("Choose a session."))])
    therapist = SelectField(lazy("With"))
    row_version = HiddenField()
    aside_for = HiddenField()

    @property
    def about(self) -> str:
        """What the rules were named for: another choice has other rules against it."""
        return f"{self.wanted.data}|{self.therapist.data}"

    def offer(self, seen: AppointmentFacts, practice: Practice) -> None:
        """Everything that this request can become."""
        language = practice.language
        found = alternatives(practice.services, seen.service_id, seen.minutes, seen.visit)
        self.wanted.choices = [
            SelectChoice(
                _AS_ASKED,
                _("As asked for: %(session)s", session=_session(seen.service, seen.minutes, language)),
            ),
            *(
                SelectChoice(
                    f"{one.service.slug}{_APART}{one.variant.minutes}",
                    _session(one.service.name, one.variant.minutes, language),
                )
                for one in found
            ),
        ]
        services = {seen.service_id, *(one.service.id for one in found)}
        self.therapist.choices = [(one, name) for one, name in _who(seen, practice, services)]

    @property
    def altered(self) -> Altered:
        """What was chosen."""
        slug, _, minutes = (self.wanted.data or "").partition(_APART)
        if not minutes.isdigit():
            return Altered(therapist_slug=self.therapist.data)
        return Altered(slug, int(minutes), self.therapist.data)

    def is_as_asked(self, seen: AppointmentFacts) -> bool:
        """Whether nothing would be another."""
        altered = self.altered
        return altered.service_slug is None and altered.therapist_slug == seen.therapist_slug


def ask_altered(reference: str) -> Answer:
    """What could it be instead?"""
    seen = decided(reference)
    if seen.state is not State.REQUESTED:
        flash(_("It is %(state)s: it can't be answered any more.", state=words.STATES[seen.state]), "error")
        return redirect(url_for("schedule.appointment", reference=reference))
    form = AlteredForm(
        formdata=None,
        data={"row_version": seen.row_version, "wanted": _AS_ASKED, "therapist": seen.therapist_slug},
    )
    form.offer(seen, load_practice())
    return _page(seen, form)


def accept_altered(reference: str) -> Answer:
    """Promise what was chosen; the client reads what is different, and may call it off without a fee."""
    seen, form = decided(reference), AlteredForm()
    form.offer(seen, load_practice())
    if form.aside_for.data != form.about:
        form.aside.data = ""
    if not form.validate() or not form.says_why():
        return _page(seen, form), 422
    change = Change(seen.id, actor(), version_typed(form.row_version.data), by_staff=True)
    try:
        answer = _answer(form, seen, change)
    except Stale:
        return somebody_was_faster(seen)
    if isinstance(answer, Refused):
        return _refused(seen, form, answer.refusal), 409
    if isinstance(answer, Accepted):
        flash(
            _("Accepted: %(client)s has the session. %(told)s", client=seen.client, told=told_words(seen)),
            "success",
        )
    else:
        flash(
            _(
                "It is %(state)s, or has begun: it can't be answered any more.",
                state=words.STATES[seen.state],
            ),
            "error",
        )
    return redirect(url_for("schedule.appointment", reference=reference))


def _answer(form: AlteredForm, seen: AppointmentFacts, change: Change) -> object:
    """Without any change it is simply accepted."""
    if form.is_as_asked(seen):
        return approving.accept(change, clock.now())
    return approving.accept_changed(change, form.altered, clock.now(), form.override)


def _refused(seen: AppointmentFacts, form: AlteredForm, refusal: Refusal) -> str:
    """What stands against it: named for who may set all of it aside, with a reason; else said, and that is all."""
    if form.is_as_asked(seen):
        return _page(seen, form, refusal_words(refusal))
    found = preview_altered(seen.id, form.altered, clock.now(), signed_in().roles)
    form.aside.data, form.aside_for.data = refusals_of(found.to_set_aside), form.about
    if found.to_set_aside:
        return _page(seen, form)
    return _page(seen, form, refusal_words(found.refusal or refusal, _name(form)))


def _session(service: Texts, minutes: int, language: str) -> str:
    return f"{text_in(service, language)}, {minutes_words(minutes)}"


def _who(seen: AppointmentFacts, practice: Practice, service_ids: set[int]) -> Sequence[tuple[str, str]]:
    """Who gives any of these; who is asked first."""
    services: list[Service] = [one for one in practice.services if one.id in service_ids]
    able = {one.slug: one.name for service in services for one in practice.therapists_for(service)}
    others = [(slug, name) for slug, name in able.items() if slug != seen.therapist_slug]
    return [(seen.therapist_slug, seen.therapist), *others]


def _name(form: AlteredForm) -> str:
    return str(dict(form.therapist.choices).get(form.therapist.data, ""))


def _page(seen: AppointmentFacts, form: AlteredForm, refusal: str | None = None) -> str:
    against = [(rule_name(one), refusal_words(one, _name(form))) for one in Refusal if one in form.named]
    return render_template(
        "pages/schedule/accept_changed.html",
        section="schedule",
        a=seen,
        form=form,
        refusal=refusal,
        against=against,
    )
