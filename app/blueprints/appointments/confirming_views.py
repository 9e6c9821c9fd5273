"""Booking without an account, its second half: who is coming, what is agreed to, check, confirm.

Each page has an address of its own that can be loaded again: what is sent is kept, sealed with the time, and answered by
the way to the next page. A page that lacks something leads back to the first one that does (docs/decisions/0035).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from app import clock
from app.actions.answered import Answers, answers_for, chaperone_of
from app.actions.booking import Order, book
from app.actions.filling_in import Typed, digest_of, keep_typed
from app.actions.holding import extend_hold
from app.actions.outcomes import KeyReused, Refused
from app.blueprints.appointments.again import forget, known_client
from app.blueprints.appointments.blueprint import Answer, blueprint
from app.blueprints.appointments.consent_form import ConsentForm, consent_form, terms_sent
from app.blueprints.appointments.forms import DETAILS, DetailsForm
from app.blueprints.appointments.help_first import help_first
from app.blueprints.appointments.kept import Kept, kept_or_404
from app.domain.appointments import Actor
from app.domain.choices import Choice
from app.domain.clients import Pressure
from app.domain.slots import Refusal
from app.domain.text import folded
from app.domain.wishes import Chaperone, Wishes
from app.links import done_token
from app.store.consents import holds
from app.store.returning import Returning
from app.web.language import _, chosen_now, speaking
from app.web.limits import limit
from app.web.sentences import refusal_sentence
from app.web.times import groups_by_day
from app.web.visitor import known_visitor

_DETAILS, _CONSENT, _CHECK = "details", "consent", "check"


@dataclass(frozen=True, slots=True)
class Filled:
    """Everything that has been typed so far, and for whom this browser books if that is known."""

    details: DetailsForm
    consent: ConsentForm | None
    answers: Answers | None
    known: Returning | None
    said: Typed  # by the pages that have been sent

    @property
    def typed(self) -> dict[str, dict[str, str]]:
        """As it is kept: what nobody has sent yet is left out."""
        kept = {_DETAILS: self.details.sent} if _DETAILS in self.said else {}
        return kept | ({_CONSENT: self.consent.sent} if self.consent and _CONSENT in self.said else {})

    @property
    def lacking(self) -> str | None:
        """The first page that has to be filled in yet."""
        if not _is_right(self.details):
            return _DETAILS
        return _CONSENT if self.consent is not None and not _is_right(self.consent) else None

    @property
    def chaperone(self) -> Chaperone:
        """Whether a second person is wanted."""
        return chaperone_of(self.answers, self.known.wishes if self.known else None)

    @property
    def areas_before(self) -> str:
        """What was named last time and is to be left alone again. The pages say that it is, and never what."""
        if self.known is None or not self.details.same_areas.data or not is_same(self.known, self.details):
            return ""
        return self.known.wishes.avoid


@blueprint.get("/book/<slug>/details/<token>")
def details(slug: str, token: str) -> Answer:
    """Who is coming."""
    kept = kept_or_404(slug, token)
    return _page(_DETAILS, kept, _filled(kept, kept.typed))


@blueprint.get("/book/<slug>/consent/<token>")
def agreeing(slug: str, token: str) -> Answer:
    """What is agreed to before such a session."""
    kept = kept_or_404(slug, token)
    filled = _filled(kept, kept.typed)
    if filled.lacking == _DETAILS or filled.consent is None:
        return redirect(_next(kept, filled))
    return _page(_CONSENT, kept, _with_newest_text(_filled(kept, kept.typed)))


@blueprint.get("/book/<slug>/check/<token>")
def check(slug: str, token: str) -> Answer:
    """Check your answers."""
    kept = kept_or_404(slug, token)
    filled = _filled(kept, kept.typed)
    if filled.lacking:
        return redirect(_next(kept, filled))
    return _page(_CHECK, kept, filled, key=secrets.token_urlsafe(16), seen=_shown(kept, filled))


@blueprint.post("/book/<slug>/check/<token>")
@limit("240 per hour")
def fill_in(slug: str, token: str) -> Answer:
    """Keep what was typed on the page before, and go on; the same form also keeps the time longer, or goes back."""
    kept, wants = kept_or_404(slug, token), request.form
    if "keep" in wants or "change" in wants:
        _keep(kept, _filled(kept, _with_what_was_sent(kept)))
        if "keep" in wants:
            extend_hold(token, clock.now())
        return redirect(_address(kept, wants.get("keep") or wants["change"]), 303)
    filled = _filled(kept, _with_what_was_sent(kept))
    wrong = filled.lacking
    _keep(kept, filled)
    if wrong and wrong in _sent_now():
        return _page(wrong, kept, filled), 422
    return redirect(_next(kept, filled), 303)


@blueprint.post("/book/<slug>/confirm/<token>")
@limit("30 per hour")
def confirm(slug: str, token: str) -> Answer:
    """Book what the page showed. The same rendered form books once, however often it is sent."""
    kept = kept_or_404(slug, token)
    filled = _filled(kept, kept.typed)
    if filled.lacking or request.form.get("seen") != _shown(kept, filled):
        return _look_again(kept, filled)
    answer = book(_order(kept, filled, request.form.get("key") or token), clock.now())
    if isinstance(answer, KeyReused):
        flash(_("This form has been sent before with other answers. Please check them once more."), "warning")
        return redirect(kept.address_of("appointments.check"), 303)
    if isinstance(answer, Refused):
        return _refused(kept, filled, answer)
    return redirect(url_for("appointments.done", token=done_token(answer.public_id)), 303)


def first_page(kept: Kept) -> str:
    """The address of the page that follows a time; who came by a link of ours has typed nothing, and goes on to what is lacking."""
    known = known_client(kept.service)
    if known is None or not known.email or kept.typed:
        return kept.address_of("appointments.details")
    return _next(kept, _filled(kept, kept.typed))


def keep_for_the_next(kept: Kept) -> None:
    """What was typed goes along to the next time that is picked, whatever was begun in another window meanwhile."""
    typed = _filled(kept, _with_what_was_sent(kept)).typed
    if typed:
        keep_typed(kept.token, typed, clock.now())


def _keep(kept: Kept, filled: Filled) -> None:
    """As it was typed, whether or not it is right: it stands there again when the page is next shown."""
    if _sent_now() and filled.typed != kept.typed:
        keep_typed(kept.token, filled.typed, clock.now())


def _sent_now() -> list[str]:
    """Which pages the form of this request is of; what it chooses beside them changes the details."""
    marks = {"name": _DETAILS, "stop_word": _CONSENT}
    sent = [page for field, page in marks.items() if field in request.form]
    return sent if sent or chosen_now() is None else [_DETAILS]


def _with_what_was_sent(kept: Kept) -> Typed:
    """What was typed on the pages before, and on this one. Nobody agrees for another: a new name or address is asked anew."""
    said, sent = request.form, dict(kept.typed)
    if "name" in said:
        sent[_DETAILS] = {name: said[name] for name in DETAILS if name in said}
        known = known_client(kept.service)
        if _person(_details_form(sent, known)) != _person(_details_form(kept.typed, known)):
            sent.pop(_CONSENT, None)
    if "stop_word" in said:
        sent[_CONSENT] = terms_sent(said)
    return sent


def _filled(kept: Kept, said: Typed) -> Filled:
    known = known_client(kept.service)
    form = _details_form(said, known)
    if request.method == "POST":
        form.follow_page(chosen_now())
    return Filled(form, _consent_asked(kept, known, form, said.get(_CONSENT)), _answers(kept), known, said)


def _details_form(said: Typed, known: Returning | None) -> DetailsForm:
    if _DETAILS in said:
        return DetailsForm(MultiDict(said[_DETAILS]))
    if known is None:
        return DetailsForm(None)
    return DetailsForm(None, data=_known_details(known) | _known_wishes(known.wishes))


def _answers(kept: Kept) -> Answers | None:
    return answers_for(kept.service, known_visitor(), clock.now())


def _consent_asked(
    kept: Kept, known: Returning | None, form: DetailsForm, typed: Mapping[str, str] | None
) -> ConsentForm | None:
    """What has to be agreed to; nothing by whom we know, as long as what they agreed to holds."""
    text, answers = kept.service.consent, _answers(kept)
    if text is None:
        return None
    if known and is_same(known, form) and typed is None and holds(known.client_ids, text):
        return None
    is_minor = bool(answers and answers.is_minor)
    return consent_form(text, speaking(), is_minor=is_minor, is_empty=typed is None, typed=typed)


def _with_newest_text(filled: Filled) -> Filled:
    """Whoever agreed to an older text reads the new one, and agrees to that."""
    form = filled.consent
    if form is not None and _CONSENT in filled.said and form.read_version.data != str(form.text.id):
        flash(_("The text has changed since you opened this page. Please read it again."), "warning")
        form.agreed.data = False
    return filled


def _is_right(form: FlaskForm) -> bool:
    """Whether everything in it may be booked with. What was kept has no token any more, and needs none: its form had one."""
    form.validate()
    if "csrf_token" in form:
        form["csrf_token"].errors = ()
    return not form.errors


def is_same(known: Returning, form: DetailsForm) -> bool:
    """Whether the form still names the client whose link was opened: another name or address means somebody else."""
    return _person(form) == (folded(known.name), (known.email or "").lower())


def _person(form: DetailsForm) -> tuple[str, str]:
    """Whom it names, however that is spelled."""
    return folded(form.name.data or ""), (form.email.data or "").strip().lower()


def _shown(kept: Kept, filled: Filled) -> str:
    """Of everything that the check page shows and is booked; another window may have changed it since."""
    order, answers = replace(_order(kept, filled, ""), screening_token=None), filled.answers
    return digest_of((order, answers is not None and answers.is_review))


def _known_details(known: Returning) -> dict[str, object]:
    return {
        "name": known.name,
        "email": known.email,
        "phone": known.phone,
        "language": known.language,
        "detail": known.detail,
    }


def _known_wishes(before: Wishes) -> dict[str, object]:
    """What was wished for last time, as the form says it; the areas to leave alone only by whether there were any."""
    said = before != Wishes()
    return {
        "pressure": before.pressure or Pressure.UNKNOWN.value,
        "tools": ("tools" if before.tools else "hands") if said else "",
        "companion": before.companion,
        "same_areas": bool(before.avoid),
    }


def _next(kept: Kept, filled: Filled) -> str:
    return _address(kept, filled.lacking or _CHECK)


def _address(kept: Kept, page: str) -> str:
    """The address of one of these pages; anything else that a form might say is the first."""
    pages = {_CONSENT: "appointments.agreeing", _CHECK: "appointments.check"}
    return kept.address_of(pages.get(page, "appointments.details"))


def _page(name: str, kept: Kept, filled: Filled, **more: Any) -> str:
    return render_template(
        f"pages/appointments/{name}.html", kept=kept, filled=filled, form=filled.details, **more
    )


def _refused(kept: Kept, filled: Filled, refused: Refused) -> Answer:
    if refused.refusal is Refusal.NOT_ANSWERED:
        if filled.known and not is_same(filled.known, filled.details):
            forget()  # it is for somebody else, who answers for themselves
        flash(_("Please answer the questions once more: they belong to one person and one booking."), "info")
        address = kept.query.address("appointments.questions")
        return redirect(f"{address}{'&' if '?' in address else '?'}again=same", 303)
    if refused.refusal is Refusal.PLEASE_CALL and (page := help_first(kept.query)):
        return page, 409
    keep_for_the_next(kept)
    choice = kept.query.choice
    nearest = groups_by_day(refused.alternatives, choice) if isinstance(choice, Choice) else []
    said = refusal_sentence(refused.refusal)
    return _page("lost", kept, filled, problem=said, nearest=nearest), 409


def _look_again(kept: Kept, filled: Filled) -> Answer:
    """Not what the page showed, or not all of it; whoever has told of something grave is helped first."""
    if page := help_first(kept.query):
        return page, 409
    flash(_("Something is missing, or has been open for too long. Please look at it once more."), "info")
    return redirect(_next(kept, filled), 303)


def _order(kept: Kept, filled: Filled, key: str) -> Order:
    form, known = filled.details, filled.known
    # What is agreed to before deep work speaks of hands; tools come in only if the client says so.
    usual_tools = kept.service.consent is None
    wishes = form.wishes(kept.query.gender, filled.chaperone, filled.areas_before, usual_tools=usual_tools)
    return Order(
        wish=kept.query.wish(kept.starts_at),
        name=form.name.data,
        email=form.email.data,
        phone=form.phone.data or None,
        note=form.note.data or None,
        actor=Actor("client", form.email.data),
        principal="web",
        key=key[:64],
        language=form.language.data,
        detail=form.detail.data,
        hold_token=kept.token,
        client_id=known.client_id if known and is_same(known, form) else None,
        screening_token=filled.answers.token if filled.answers else None,
        visitor=known_visitor(),
        consent=filled.consent.terms if filled.consent else None,
        read_version=filled.consent.text.id if filled.consent else None,
        wishes=None if wishes == Wishes() else wishes,
    )
