"""The style guide: every component as it is drawn now, with the words that call it."""

from flask import Blueprint, render_template

from app.blueprints.styleguide import samples
from app.blueprints.styleguide.sample_form import sample_form
from app.web.access import staff_only

blueprint = Blueprint("styleguide", __name__, url_prefix="/staff/styleguide")


@blueprint.get("")
@staff_only()
def index() -> str:
    """What there is, before somebody draws it again."""
    return render_template(
        "pages/styleguide/index.html",
        section="styleguide",
        sample=sample_form(),
        colours=samples.COLOURS,
        icons=samples.ICONS,
        drawings=samples.DRAWINGS,
        states=samples.STATES,
        message_states=samples.MESSAGES,
        month=samples.month(),
        monday=samples.MONDAY,
        times=samples.times(),
        messages=samples.messages(),
        bars=samples.bars(),
    )
