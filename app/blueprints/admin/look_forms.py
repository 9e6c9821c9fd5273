"""The form for colour and logo."""

from flask import request
from flask_wtf.file import FileField
from wtforms import BooleanField
from wtforms.validators import StopValidation

from app.blueprints.admin.fields import Typed
from app.blueprints.admin.forms import SettingsForm
from app.domain.colours import READABLE, colour_named, figure_of, is_readable, nearest_readable, shown_figure
from app.pictures.logo import LARGEST_UPLOAD, BadPicture, drawn_anew
from app.web.language import _, lazy
from app.web.local_words import decimal_words, in_words

#: The buttons beside "Save": look at a colour without saving it; take the one that was proposed.
_PREVIEW, _USE = "preview", "use"


class Colour(Typed):
    """A colour in which text can be read, or nothing."""

    def understood(self, typed: str) -> str:
        """As #rrggbb. What is too light is refused with its figure and the nearest colour that will do."""
        colour = colour_named(typed)
        if colour is None:
            raise StopValidation(
                _("That is not a colour. It looks like #2c6753: a # and six digits or letters a to f.")
            )
        if not is_readable(colour):
            raise StopValidation(
                _(
                    "Text in %(colour)s is too hard to read: its contrast is %(figure)s to 1, and people need "
                    "%(least)s to 1. The nearest colour that has it is %(near)s.",
                    colour=colour,
                    figure=decimal_words(shown_figure(figure_of(colour))),
                    least=decimal_words(READABLE),
                    near=nearest_readable(colour),
                )
            )
        return colour


class Logo(FileField):  # type: ignore[misc]
    """A picture; ``drawn`` is what will be kept of it."""

    drawn: bytes | None = None

    def pre_validate(self, _form: object) -> None:
        """Draw it anew, or say why it can't be used."""
        sent = self.data
        content = sent.stream.read(LARGEST_UPLOAD + 1) if sent is not None and sent.filename else b""
        if not content:
            return
        try:
            self.drawn = drawn_anew(content)
        except BadPicture as problem:
            raise StopValidation(in_words(str(problem))) from problem


class LookForm(SettingsForm):
    """Colour and logo."""

    accent = Colour(lazy("Colour"))
    logo = Logo(lazy("Logo"))
    remove_logo = BooleanField(lazy("Without a logo"))

    def add_wanted_row(self) -> bool:
        """Whether the colour is only to be looked at; the proposed one is taken where its button was pressed."""
        proposed = request.form.get(_USE, "")
        if proposed:
            self.accent.process_formdata([proposed])
        return _PREVIEW in request.form

    @property
    def shown(self) -> str | None:
        """The colour that was typed, also where it is too light; none where none was."""
        return colour_named(self.accent.data or "")

    @property
    def proposed(self) -> str | None:
        """The nearest colour that will do, where the typed one won't."""
        shown = self.shown
        return nearest_readable(shown) if shown and not is_readable(shown) else None
