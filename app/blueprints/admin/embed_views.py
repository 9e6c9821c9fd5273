"""Settings: the button and the frame for the practice's own site, and which sites may frame."""

from flask import abort, current_app, url_for
from wtforms import widgets
from wtforms.validators import StopValidation

from app.actions.settings_embedding import save_embed_origins
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer
from app.blueprints.admin.fields import Typed
from app.blueprints.admin.forms import SettingsForm
from app.domain.embedding import MOST_ORIGINS, BadOrigin, origin_of
from app.store import settings
from app.web.access import OWNER, staff_only
from app.web.language import _, lazy
from app.web.local_words import in_words

_LONGEST = 4000


class Origins(Typed):
    """Sites, one a line."""

    widget = widgets.TextArea()

    def written(self, value: list[str]) -> str:
        """One a line."""
        return "\n".join(value)

    def understand(self) -> None:
        """Line by line, and not shortened as what stands in one line is."""
        self.value = self.understood((self.data or "")[:_LONGEST])

    def understood(self, typed: str) -> list[str]:
        """Each as browsers write it, once, in the order typed."""
        lines = [line.strip() for line in typed.splitlines() if line.strip()]
        if len(lines) > MOST_ORIGINS:
            raise StopValidation(_("That are more than %(most)s sites.", most=MOST_ORIGINS))
        return list(dict.fromkeys(_origin(line) for line in lines))


class EmbedForm(SettingsForm):
    """Which sites may frame."""

    origins = Origins(lazy("Sites that may show the frame"))


@blueprint.route("/embed", methods=["GET", "POST"])
@staff_only(OWNER)
def embed() -> Answer:
    """The code to copy, and the sites that may use it for a frame."""
    return answer(
        Page(
            template="pages/admin/embed.html",
            form_class=EmbedForm,
            read=_shown,
            save=lambda form, edit: save_embed_origins(form.origins.value or [], edit),
            done=lambda _saved: url_for("admin.embed"),
        )
    )


def _shown() -> Shown:
    row = settings.find_thing("practice", "") or abort(404)
    house = current_app.config["SETTINGS"].public_url.rstrip("/")
    return Shown({"origins": row.embed_origins}, settings.version_of(row), {"house": house})


def _origin(line: str) -> str:
    try:
        return origin_of(line)
    except BadOrigin as problem:
        raise StopValidation(f"{line[:60]}: {in_words(str(problem))}") from problem
