"""The owner's pages for bringing clients and appointments over: which file, how it is read, what would become of it, and taking it back."""

from dataclasses import replace

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.actions import imports as actions
from app.actions.imports import LeftOpen, NotNow
from app.actions.imports_bringing import begin, carry_on
from app.actions.imports_undoing import undo
from app.blueprints.imports.forms import (
    BeginForm,
    FileForm,
    columns_chosen,
    columns_form,
    matches_chosen,
    names_form,
    orders_chosen,
)
from app.blueprints.imports.problems_file import problems_written
from app.blueprints.imports.standing import Opened, facts_of, in_preview, standing
from app.blueprints.imports.words import (
    FIELDS,
    KINDS,
    LINES,
    SOURCES,
    STATES,
    problem_words,
    source_words,
    unreadable_words,
)
from app.domain.imports import MOST_BYTES, BatchState, CannotRead, Field, FileKind, LineState, Reading
from app.store.imports import list_batches
from app.store.practice import load_practice
from app.web.access import OWNER, actor, staff_only
from app.web.body_size import takes_up_to
from app.web.language import _
from app.web.spoken_form import SpokenForm

blueprint = Blueprint("imports", __name__, url_prefix="/staff/settings/import")
_ROUND = 2.0  # seconds that a click brings in itself; the worker does the rest
_LOOK_AGAIN = 3  # seconds
Page = str | Response | tuple[str, int]


@blueprint.get("")
@staff_only(OWNER)
def index() -> str:
    """A form for a file, and what was brought over before."""
    return _index_page(FileForm(kind=FileKind.CLIENTS.value))


@blueprint.post("")
@staff_only(OWNER)
@takes_up_to(MOST_BYTES)
def send_in() -> Page:
    """Read a file and keep it, sealed."""
    form = FileForm()
    if not form.validate():
        return _index_page(form), 422
    sent = form.file.data
    try:
        kept = actions.keep_file(
            sent.read(), sent.filename, FileKind(form.kind.data), form.chosen_source, actor(), clock.now()
        )
    except CannotRead as trouble:
        form.file.errors = [unreadable_words(trouble)]
        return _index_page(form), 422
    return redirect(url_for("imports.columns", batch_id=kept), 303)


@blueprint.route("/<int:batch_id>/columns", methods=["GET", "POST"])
@staff_only(OWNER)
def columns(batch_id: int) -> Page:
    """Which column is what."""
    seen = in_preview(batch_id)
    form = columns_form(seen.kind, seen.sheet, seen.reading, load_practice())
    if request.method == "GET" or not form.validate():
        page = _columns_page(seen, form, actions.left_open(seen.sheet, seen.kind, seen.reading))
        return page if request.method == "GET" else (page, 422)
    reading = replace(
        seen.reading,
        columns=columns_chosen(form, seen.kind),
        orders=orders_chosen(form, seen.kind),
        location=form["location"].data if "location" in form else seen.reading.location,
    )
    still = _read(batch_id, reading)
    if still.about_columns:
        return _columns_page(seen, form, still, told=True), 422
    return _next(batch_id, still)


@blueprint.route("/<int:batch_id>/names", methods=["GET", "POST"])
@staff_only(OWNER)
def names(batch_id: int) -> Page:
    """What the file's services and therapists are called here."""
    seen = in_preview(batch_id)
    if seen.kind is FileKind.CLIENTS:
        abort(404)
    unknown = actions.unlike_ours(seen.sheet, seen.reading)
    form = names_form(unknown, seen.reading, load_practice())
    if request.method == "GET" or not form.validate():
        page = render_template("pages/imports/names.html", form=form, seen=seen, names=unknown, fields=FIELDS)
        return page if request.method == "GET" else (page, 422)
    matches = {**seen.reading.matches, **matches_chosen(form, unknown)}
    return _next(batch_id, _read(batch_id, replace(seen.reading, matches=matches)))


@blueprint.get("/<int:batch_id>")
@staff_only(OWNER)
def show(batch_id: int) -> Page:
    """What would become of the file, becomes of it just now, or has become of it."""
    facts = facts_of(batch_id)
    stands = standing(facts, request.args.get("problem"))
    if facts.state is BatchState.PREVIEW and not stands.total:
        return redirect(url_for("imports.columns", batch_id=batch_id))
    page = render_template(
        "pages/imports/show.html",
        file=facts,
        form=BeginForm(),
        stands=stands,
        new=LineState.NEW,
        problem_words=problem_words,
        lines=LINES,
        kinds=KINDS,
        states=STATES,
        source=source_words(facts.source),
        zone=load_practice().first_zone,
    )
    answer = make_response(page)
    if stands.is_under_way:
        answer.headers["Refresh"] = str(_LOOK_AGAIN)
    return answer


@blueprint.post("/<int:batch_id>/bring-in")
@staff_only(OWNER)
def bring_in(batch_id: int) -> Response:
    """Bring the new rows in; small files at once."""
    number = facts_of(batch_id).id
    tells = bool(BeginForm().tells_clients.data)
    try:
        begin(number, actor(), clock.now(), tells_clients=tells)
    except NotNow:
        flash(_("That can't be brought in any more, or not yet: look at how it stands."), "info")
        return _back(number)
    carry_on(number, clock.now, _ROUND)
    return _back(number)


@blueprint.post("/<int:batch_id>/go-on")
@staff_only(OWNER)
def go_on(batch_id: int) -> Response:
    """For who does not want to wait for the worker."""
    number = facts_of(batch_id).id
    carry_on(number, clock.now, _ROUND)
    return _back(number)


@blueprint.post("/<int:batch_id>/undo")
@staff_only(OWNER)
def take_back(batch_id: int) -> Response:
    """Take back what was made of it."""
    number = facts_of(batch_id).id
    try:
        undo(number, actor(), clock.now())
    except NotNow:
        flash(_("Nothing was brought in, so there is nothing to take back."), "info")
        return _back(number)
    carry_on(number, clock.now, _ROUND)
    return _back(number)


@blueprint.post("/<int:batch_id>/drop")
@staff_only(OWNER)
def drop(batch_id: int) -> Response:
    """Let go of the rows that are kept."""
    facts = facts_of(batch_id)
    try:
        actions.drop(facts.id, actor(), clock.now())
    except NotNow:
        flash(_("It is under way just now. Wait until it is done."), "info")
        return _back(facts.id)
    flash(_("The rows of “%(name)s” are gone.", name=facts.file_name), "success")
    return redirect(url_for("imports.index"), 303)


@blueprint.post("/<int:batch_id>/problems.csv")
@staff_only(OWNER)
def problems(batch_id: int) -> Response:
    """The rows with problems as a file, to be corrected and sent in again."""
    number = facts_of(batch_id).id
    header, rows = actions.open_problems(number, actor(), clock.now())
    answer = Response("".join(problems_written(header, rows)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="rows-to-correct-{number}.csv"'
    return answer


def _read(batch_id: int, reading: Reading) -> LeftOpen:
    try:
        return actions.say_how_to_read(batch_id, reading, clock.now())
    except NotNow:
        abort(409)


def _next(batch_id: int, still: LeftOpen) -> Response:
    """To whatever is still open, else to the preview."""
    if still.about_columns:
        return redirect(url_for("imports.columns", batch_id=batch_id), 303)
    endpoint = "imports.names" if still.anything else "imports.show"
    return redirect(url_for(endpoint, batch_id=batch_id), 303)


def _back(batch_id: int) -> Response:
    return redirect(url_for("imports.show", batch_id=batch_id), 303)


def _index_page(form: FileForm) -> str:
    return render_template(
        "pages/imports/index.html",
        form=form,
        batches=list_batches(),
        kinds=KINDS,
        states=STATES,
        source_words=source_words,
        zone=load_practice().first_zone,
        days=load_practice().policy.keep_imports_days,
    )


def _columns_page(seen: Opened, form: SpokenForm, still: LeftOpen, *, told: bool = False) -> str:
    """``told``: somebody has sent the form, and is told what is missing."""
    if told:
        for one in still.missing:
            form[f"column_{one.value}"].errors = [_missing_words(one)]
        for one in still.orders:
            form[f"order_{one.value}"].errors = [_("Say which number is the day.")]
    return render_template(
        "pages/imports/columns.html",
        form=form,
        seen=seen,
        orders=still.orders,
        source=SOURCES.get(seen.facts.source),
    )


def _missing_words(one: Field) -> str:
    return (
        _("Choose the column with the name.") if one is Field.NAME else _("Choose the column with the day.")
    )
