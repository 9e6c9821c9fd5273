"""The owner's pages about people: who works here, as what, signed in where; whoever is invited stands in invitation_views.py."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions import staff as actions
from app.actions.staff import CannotChange
from app.blueprints.people import invitation_views, setup_views
from app.blueprints.people.blueprint import blueprint
from app.blueprints.people.forms import NOBODY, ChangeForm, role_notes
from app.blueprints.people.fresh import freshly_signed_in
from app.domain.staff import needs_second_step
from app.store.invitations import list_invitations
from app.store.practice import load_practice
from app.store.staff import Person, find_person, last_changed_by, list_people, version_of
from app.store.staff_sessions import list_sessions
from app.store.transactions import Stale
from app.web.access import OWNER, actor, signed_in, staff_only
from app.web.language import _
from app.web.local_words import in_words

__all__ = ["blueprint", "invitation_views", "setup_views"]
_LARGEST = 2**31 - 1
_LONGEST_ID = 64
Answer = str | Response | tuple[str, int]


@blueprint.get("/people")
@staff_only(OWNER)
def index() -> str:
    """Everybody with an account, and who has been invited."""
    now = clock.now()
    return render_template(
        "pages/people/index.html",
        people=list_people(now),
        invitations=list_invitations(),
        now=now,
        me=signed_in().id,
        needs_second_step=needs_second_step,
        zone=load_practice().first_zone,
    )


@blueprint.get("/people/<int:member_id>")
@staff_only(OWNER)
def show(member_id: int) -> Answer:
    """One member: rights, how they sign in, where they are signed in."""
    person = _person(member_id)
    return _page(person, _form(person))


@blueprint.post("/people/<int:member_id>")
@staff_only(OWNER)
@freshly_signed_in
def change(member_id: int) -> Answer:
    """Another name, other roles, another diary."""
    person = _person(member_id)
    form = _form(person)
    if not form.validate():
        return _page(person, form), 422
    try:
        actions.change_rights(person.id, form.rights(), signed_in(), clock.now(), form.seen_version)
    except CannotChange as problem:
        return _page(person, form, in_words(str(problem))), 422
    except Stale:
        return _out_of_date(_person(person.id), form), 409
    flash(_("Saved. %(data)s has these roles from the next click on.", data=form.name.data), "success")
    return _back(person.id)


@blueprint.post("/people/<int:member_id>/close")
@staff_only(OWNER)
@freshly_signed_in
def close(member_id: int) -> Answer:
    """Nobody signs in with the account from now on."""
    person = _person(member_id)
    try:
        actions.close_account(person.id, signed_in(), clock.now())
    except CannotChange as problem:
        return _page(person, _form(person), in_words(str(problem))), 422
    flash(
        _("The account of %(called)s is closed, and signed out everywhere.", called=person.called), "success"
    )
    return _back(person.id)


@blueprint.post("/people/<int:member_id>/reopen")
@staff_only(OWNER)
@freshly_signed_in
def reopen(member_id: int) -> Answer:
    """The account works again."""
    person = _person(member_id)
    try:
        actions.reopen_account(person.id, signed_in(), clock.now())
    except CannotChange as problem:
        return _page(person, _form(person), in_words(str(problem))), 422
    flash(
        _("The account of %(called)s is open again, with the old password.", called=person.called), "success"
    )
    return _back(person.id)


@blueprint.post("/people/<int:member_id>/second-step/remove")
@staff_only(OWNER)
@freshly_signed_in
def remove_second_step(member_id: int) -> Answer:
    """For somebody whose telephone is lost."""
    person = _person(member_id)
    try:
        actions.forget_second_step(person.id, signed_in(), clock.now())
    except CannotChange as problem:
        return _page(person, _form(person), in_words(str(problem))), 422
    flash(
        _(
            "%(called)s signs in with the password alone, and can set up codes or a passkey anew.",
            called=person.called,
        ),
        "success",
    )
    return _back(person.id)


@blueprint.post("/people/<int:member_id>/sessions/<session_id>/end")
@staff_only(OWNER)
def end_session(member_id: int, session_id: str) -> Response:
    """Sign one of a member's browsers out."""
    person = _person(member_id)
    ended = len(session_id) <= _LONGEST_ID and actions.end_one_session(
        person.id, session_id, actor(), clock.now()
    )
    flash(_("That browser is signed out.") if ended else _("That browser was signed out already."), "success")
    return _back(person.id)


@blueprint.post("/people/<int:member_id>/sessions/end-all")
@staff_only(OWNER)
def end_sessions(member_id: int) -> Response:
    """Sign a member out everywhere."""
    person = _person(member_id)
    actions.end_other_sessions(person.id, None, actor(), clock.now())
    flash(_("%(called)s is signed out everywhere.", called=person.called), "success")
    return _back(person.id)


def _person(member_id: int) -> Person:
    return find_person(min(member_id, _LARGEST), clock.now()) or abort(404)


def _form(person: Person) -> ChangeForm:
    form = ChangeForm(data=_stored(person))
    form.offer_diaries(person.id)
    return form


def _stored(person: Person) -> dict[str, object]:
    return {
        "name": person.name or "",
        "roles": [role.value for role in person.roles],
        "therapist": str(person.therapist_id or NOBODY),
        "version": str(version_of(person.rights)),
    }


def _out_of_date(person: Person, form: ChangeForm) -> str:
    """What was typed stays; above it stands what is saved now. Saving again saves what was typed, knowingly."""
    stored = ChangeForm(formdata=None, data=_stored(person))
    for one in (stored, form):
        one.offer_diaries(person.id)
    differences = [
        (label, now, typed)
        for (label, now), (_label, typed) in zip(stored.said(), form.said(), strict=True)
        if now != typed
    ]
    form.version.data = stored.version.data
    by = last_changed_by(person.id)
    stale = _("%(by)s saved this page", by=by) if by else _("Somebody else saved this page")
    return _page(person, form, stale=stale, differences=differences)


def _page(person: Person, form: ChangeForm, problem: str | None = None, **more: object) -> str:
    return render_template(
        "pages/people/show.html",
        person=person,
        form=form,
        problem=problem,
        notes=role_notes(),
        sessions=list_sessions(person.id, clock.now()),
        is_me=person.id == signed_in().id,
        needed=needs_second_step(person.roles),
        zone=load_practice().first_zone,
        **more,
    )


def _back(member_id: int) -> Response:
    return redirect(url_for("people.show", member_id=member_id))
