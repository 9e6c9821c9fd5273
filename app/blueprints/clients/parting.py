"""Two who were merged are told apart: what was booked meanwhile is looked at first, and what then is said about it."""

from collections.abc import Sequence

from flask import render_template, request, url_for
from wtforms import HiddenField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput

from app.actions.merging import Decided, Meanwhile, Parted
from app.blueprints.clients.asked import Seen
from app.domain.wallclock import zone_named
from app.store.merging import Made
from app.web.language import _, ngettext
from app.web.local_words import list_words, text_words, when_words
from app.web.spoken_form import SpokenForm
from app.web.typed import number_typed


class PartForm(SpokenForm):
    """Which of the sessions booked meanwhile go along; ``seen`` are all that the page showed."""

    theirs = SelectMultipleField(option_widget=CheckboxInput(), validate_choice=False)
    others = SelectMultipleField(option_widget=CheckboxInput(), validate_choice=False)
    seen = HiddenField()

    @property
    def said(self) -> Decided | None:
        """What was decided; none where nothing was asked yet."""
        if not self.seen.raw_data:
            return None
        ticked = (*(self.theirs.data or ()), *(self.others.data or ()))
        return Decided(_numbers(self.seen.data.split(",")), _numbers(ticked))

    def offer(self, found: Meanwhile) -> None:
        """Those of who goes are ticked; of what was shown before, what was ticked then."""
        before = self.said
        for field, sessions in ((self.theirs, found.theirs), (self.others, found.others)):
            field.choices = [SelectChoice(str(one.id), _when(one)) for one in sessions]
            field.data = [
                str(one.id)
                for one in sessions
                if (one.id in before.given if before and one.id in before.seen else field is self.theirs)
            ]
        self.seen.data = ",".join(str(one.id) for one in found.sessions)


def part_page(seen: Seen, found: Meanwhile, form: PartForm) -> str:
    """What was made meanwhile, and what happens to it."""
    was_asked = form.said is not None
    form.offer(found)
    return render_template(
        "pages/clients/merge_undo.html",
        section="clients",
        who=seen.who,
        found=found,
        form=form,
        notes={str(one.id): _about(one) for one in found.sessions},
        problems=[_("Something was booked meanwhile. Look again.")] if was_asked else [],
        to=request.path,
        back=url_for("clients.show", client_id=seen.id),
    )


def parted_words(done: Parted) -> str:
    """What came of it: what went along, and what stays where."""
    said = [_("%(name)s is a person of their own again, with what was theirs.", name=done.name)]
    if done.given:
        said.append(
            ngettext(
                "%(num)d session booked meanwhile went along.",
                "%(num)d sessions booked meanwhile went along.",
                done.given,
            )
        )
    left = [
        ngettext("%(num)d session", "%(num)d sessions", done.sessions_left) if done.sessions_left else "",
        ngettext("%(num)d note", "%(num)d notes", done.notes_left) if done.notes_left else "",
    ]
    if any(left):
        what = list_words([one for one in left if one])
        said.append(_("Made meanwhile, and still with %(name)s: %(what)s.", name=done.kept_name, what=what))
    return " ".join(said)


def _numbers(typed: Sequence[str]) -> frozenset[int]:
    return frozenset(number for number in map(number_typed, typed) if number is not None)


def _when(one: Made) -> str:
    return when_words(one.starts_at, zone_named(one.zone))


def _about(one: Made) -> str:
    typed = " · ".join(word for word in (one.typed.name, one.typed.email) if word)
    return _(
        "%(service)s with %(therapist)s. Booked as %(typed)s (%(reference)s)",
        service=text_words(one.service),
        therapist=one.therapist,
        typed=typed,
        reference=one.reference,
    )
