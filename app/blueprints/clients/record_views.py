"""A client's record as a whole: copied for whoever may ask for it, erased, closed where the law keeps it, opened again."""

from datetime import date
from io import BytesIO
from json import dumps
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions import erasing
from app.actions.erasing import AlreadyForgotten, StillExpected
from app.actions.exporting import Purpose, Record, export_record
from app.blueprints.clients.asked import Seen, seen_client, treated_client
from app.blueprints.clients.record_forms import CLOSE, PURPOSES, CopyForm, ForgetForm
from app.blueprints.schedule.asked import health_therapist
from app.domain.retention import kept_until
from app.domain.wallclock import local_date
from app.store.erasures import closed_until, find_open_request, last_entry
from app.store.erasures_file import CannotWriteDown
from app.store.intake import born_on
from app.store.practice import load_practice
from app.web.access import OWNER, actor, signed_in
from app.web.found_clients import practice_zone
from app.web.language import _, lazy

Answer = str | Response | tuple[str, int]
_EXPECTED = lazy("There are sessions to come. Cancel them first, so that nobody stands before a shut door.")
_NOT_WRITTEN = lazy(
    "It could not be written down outside the database, so nothing was erased. Whoever runs the program must look at ERASURES_FILE."
)


def record(client_id: int) -> str:
    """What can be done with it."""
    return _page(treated_client(client_id))


def export(client_id: int) -> Answer:
    """The copy: a file that people read and one that programs read, in one zip that is written nowhere."""
    seen, form = treated_client(client_id), CopyForm()
    if not form.validate():
        return _page(seen, copy_form=form), 422
    made = export_record(seen.id, Purpose(form.purpose.data), actor(), clock.now(), health_therapist())
    return Response(
        _packed(made),
        content_type="application/zip",
        headers={"Content-Disposition": f"attachment; filename=record-{seen.id}.zip"},
    )


def forget(client_id: int) -> Answer:
    """Erase it, or close it until a date."""
    seen, form = seen_client(client_id), ForgetForm(_today())
    if not form.validate():
        return _page(seen, forget_form=form), 422
    until: date | None = form.until.data if form.how.data == CLOSE else None
    try:
        if until is None:
            answer = erasing.erase(seen.id, actor(), clock.now())
        else:
            answer = erasing.close(seen.id, until, actor(), clock.now())
    except CannotWriteDown:
        form.form_errors.append(_NOT_WRITTEN)
        return _page(seen, forget_form=form), 503
    if isinstance(answer, StillExpected):
        form.form_errors.append(_EXPECTED)
        return _page(seen, forget_form=form), 409
    _say(answer)
    return redirect(url_for("clients.show", client_id=seen.id))


def reopen(client_id: int) -> Response:
    """The closed record is needed after all."""
    seen = seen_client(client_id)
    try:
        if erasing.reopen(seen.id, actor(), clock.now()):
            flash(_("The record is open again, as before."), "success")
    except CannotWriteDown:
        flash(str(_NOT_WRITTEN), "error")
    return redirect(url_for("clients.show", client_id=seen.id))


def _say(answer: erasing.Forgotten | AlreadyForgotten) -> None:
    if isinstance(answer, AlreadyForgotten):
        flash(_("This record was erased already."), "info")
    elif answer.closed_until is None:
        flash(_("The record is erased. Only that there were sessions is left."), "success")
    else:
        flash(
            _("The record is closed: nobody opens it. It is erased by itself when its date has come."),
            "success",
        )


def _page(seen: Seen, copy_form: CopyForm | None = None, forget_form: ForgetForm | None = None) -> str:
    is_owner = signed_in().has_any((OWNER,))
    asked = find_open_request(seen.group)
    until = closed_until(seen.group)
    suggested = _suggested(seen)
    forget_form = forget_form or ForgetForm(_today(), formdata=None, data={"until": suggested})
    return render_template(
        "pages/clients/record.html",
        section="clients",
        who=seen.who,
        is_owner=is_owner,
        asked=asked,
        until=until,
        suggested=suggested,
        years=load_practice().policy.keep_health_years,
        copy_form=copy_form or CopyForm(formdata=None),
        forget_form=forget_form,
        form=copy_form or forget_form,
        zone=practice_zone(),
    )


def _suggested(seen: Seen) -> date | None:
    """As the practice's own setting has it, if it has one; what the law says, the owner knows."""
    policy = load_practice().policy
    if not policy.keep_health_years:
        return None
    last = local_date(last_entry(seen.group), practice_zone())
    born = born_on(seen.group)
    return kept_until(last, policy.keep_health_years, born, policy.minor_until)


def _today() -> date:
    return local_date(clock.now(), practice_zone())


def _packed(made: Record) -> bytes:
    told: dict[str, Any] = made.as_json
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("record.json", dumps(told, indent=2, ensure_ascii=False))
        page = render_template(
            "pages/clients/record_file.html", told=told, purpose=PURPOSES[made.purpose], zone=practice_zone()
        )
        archive.writestr("record.html", page)
    return packed.getvalue()
