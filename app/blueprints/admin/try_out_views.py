"""Settings: trying the practice out, with every mail to oneself, and ending that. And a mail that shows that mails work."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions.outbox import add_account_message
from app.actions.settings import OutOfDate, WouldForget
from app.actions.trying_out import MAILS, begin_try_out, end_try_out
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer, edit_of
from app.blueprints.admin.fields import email_line
from app.blueprints.admin.forms import SettingsForm, blame
from app.blueprints.admin.words import stale_words
from app.store import settings
from app.store.practice import load_practice
from app.store.try_out import load_waiting
from app.web.access import OWNER, actor, signed_in, staff_only
from app.web.language import _, lazy
from app.web.limits import limit


class TryOutForm(SettingsForm):
    """Where all mails go."""

    try_out_email = email_line(lazy("Send every mail to"))

    def fits_together(self) -> bool:
        """It needs an address."""
        if not self.try_out_email.data and not self.try_out_email.errors:
            blame(self.try_out_email, _("Type the address at which you read what clients would get."))
        return not self.errors


@blueprint.route("/try-out", methods=["GET", "POST"])
@staff_only(OWNER)
def try_out() -> Answer:
    """Begin, or see what ending it would set free."""
    return answer(
        Page(
            template="pages/admin/try_out.html",
            form_class=TryOutForm,
            read=_shown,
            save=lambda form, edit: begin_try_out(form.try_out_email.data, edit),
            done=lambda _saved: url_for("admin.try_out"),
            said=_("You are trying things out: every mail goes to you."),
        )
    )


@blueprint.post("/try-out/end")
@staff_only(OWNER)
def end_trying_out() -> Answer:
    """Mails go to whom they are for; not before it was told how many wait."""
    typed = SettingsForm().seen_version
    outcome = end_try_out(edit_of(typed))
    if isinstance(outcome, WouldForget):
        shown = _shown()
        page = render_template(
            "pages/admin/try_out.html", form=_form(shown), more=outcome.going[MAILS], **shown.context
        )
        return page, 409
    if isinstance(outcome, OutOfDate):
        flash(
            _("%(who)s in the meantime. Nothing was changed; please look again.", who=stale_words(outcome)),
            "warning",
        )
    else:
        flash(_("The try-out is over: from now on mails go to the people they are for."), "success")
    return redirect(url_for("admin.try_out"), 303)


@blueprint.post("/test-mail")
@staff_only(OWNER)
@limit("10 per hour")
def send_test_mail() -> Response:
    """A mail to oneself, on the way that all mails go."""
    practice = load_practice()
    subject = _("A test mail from %(practice)s", practice=practice.name or "Stillpoint")
    text = _("This mail shows that your booking system can send mails. There is nothing to do.")
    add_account_message(signed_in().email, subject, text, clock.now(), actor())
    flash(
        _("A test mail is on its way to %(address)s. It has arrived? Then mails work.", address=_receiver()),
        "success",
    )
    return redirect(url_for("admin.overview"), 303)


def _receiver() -> str:
    return load_practice().try_out_email or signed_in().email


def _shown() -> Shown:
    row = settings.find_thing("practice", "") or abort(404)
    address = row.try_out_email
    waiting = load_waiting(address, clock.now()) if address else None
    context = {
        "address": address,
        "waiting": waiting,
        "told_name": MAILS,
        "zone": load_practice().first_zone,
        "demonstration": row.demonstration,
    }
    return Shown({"try_out_email": address or signed_in().email}, settings.version_of(row), context)


def _form(shown: Shown) -> TryOutForm:
    return TryOutForm(formdata=None, data={**shown.values, "version": str(shown.version)})
