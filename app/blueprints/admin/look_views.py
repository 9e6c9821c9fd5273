"""Settings: the practice's own colour and logo, seen in light and in dark before they are saved."""

from dataclasses import dataclass
from typing import Any

from flask import abort, url_for

from app.actions.settings import Edit, Outcome
from app.actions.settings_look import save_look
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer
from app.blueprints.admin.look_forms import LookForm
from app.domain.colours import (
    DARK_GROUNDS,
    DARK_INK,
    HOUSE,
    INK,
    PAPER,
    SURFACE,
    Shades,
    contrast,
    dark_shades,
    light_shades,
    shown_figure,
)
from app.pictures.logo import LARGEST_UPLOAD
from app.store import settings
from app.store.practice import load_practice
from app.web.access import OWNER, staff_only
from app.web.body_size import takes_up_to
from app.web.language import _, lazy
from app.web.local_words import decimal_words


@dataclass(frozen=True, slots=True)
class Theme:
    """One half of the preview. ``figure``: the contrast of a link on the page, as people say it."""

    name: object
    paper: str
    surface: str
    ink: str
    shades: Shades

    @property
    def figure(self) -> str:
        """Such as 6.4."""
        return decimal_words(shown_figure(contrast(self.shades.plain, self.paper)))


@blueprint.route("/look", methods=["GET", "POST"])
@takes_up_to(LARGEST_UPLOAD)
@staff_only(OWNER)
def look() -> Answer:
    """Colour and logo, with a preview of both themes."""
    return answer(
        Page(
            template="pages/admin/look.html",
            form_class=LookForm,
            read=_shown,
            save=_save,
            done=lambda _saved: url_for("admin.look"),
            said=_("Saved. Your public pages show it from now on."),
        )
    )


def _shown() -> Shown:
    row = settings.find_thing("practice", "") or abort(404)
    context: dict[str, Any] = {
        "look": load_practice().look,
        "revision": row.revision,
        "themes": themes,
        "house": HOUSE,
    }
    return Shown({"accent": row.accent}, settings.version_of(row), context)


def _save(form: LookForm, edit: Edit) -> Outcome:
    keeps = form.logo.drawn is None and not form.remove_logo.data
    return save_look(form.accent.value, form.logo.drawn, edit, keeps_logo=keeps)


def themes(accent: str | None) -> tuple[Theme, Theme]:
    """The colour in light and in dark."""
    colour = accent or HOUSE
    return (
        Theme(lazy("On a light screen"), PAPER, SURFACE, INK, light_shades(colour)),
        Theme(lazy("On a dark screen"), *DARK_GROUNDS[:2], DARK_INK, dark_shades(colour)),
    )
