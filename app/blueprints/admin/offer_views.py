"""Settings pages of techniques and services with their durations."""

from typing import Any

from flask import abort, render_template, url_for

from app.actions import settings_offer as actions
from app.blueprints.admin.beginnings import beginning_of
from app.blueprints.admin.blueprint import blueprint
from app.blueprints.admin.editing import Answer, Page, Shown, answer
from app.blueprints.admin.fields import options
from app.blueprints.admin.forms import spare
from app.blueprints.admin.offer_forms import NewServiceForm, ServiceForm, TechniquesForm, VariantsForm
from app.blueprints.admin.other_languages import left_in_others
from app.blueprints.admin.owners import OF_SERVICE, leave_to_owner
from app.domain.practice import text_in
from app.domain.screening import must_be_screened
from app.store import settings
from app.store.practice import load_practice
from app.web.access import DESK, OWNER, staff_only
from app.web.language import _


@blueprint.route("/techniques", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def techniques() -> Answer:
    """All techniques on one page."""
    return answer(
        Page(
            template="pages/admin/techniques.html",
            form_class=TechniquesForm,
            read=_techniques_shown,
            save=lambda form, edit: actions.save_techniques(form.values(), edit),
            done=lambda _saved: url_for("admin.techniques"),
            spare=lambda form: spare(form.techniques),
        )
    )


@blueprint.get("/services")
@staff_only(OWNER, DESK)
def services() -> str:
    """All services."""
    rows = settings.list_things("service")
    screened = {row.id for row in rows if _is_screened(row)}
    return render_template("pages/admin/services.html", services=rows, screened=screened)


@blueprint.route("/services/new", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def new_service() -> Answer:
    """A service that is to be."""
    return answer(
        Page(
            template="pages/admin/service_new.html",
            form_class=NewServiceForm,
            read=lambda: Shown({}, None),
            save=lambda form, edit: actions.add_service(form.values(), edit),
            done=lambda saved: url_for("admin.variants", slug=saved.slug),
            said=_("Added. Now its durations and prices."),
        )
    )


@blueprint.route("/services/<slug>", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def service(slug: str) -> Answer:
    """What a service is and what it needs."""
    return answer(
        Page(
            template="pages/admin/service.html",
            form_class=ServiceForm,
            read=lambda: _service_shown(slug, _service_values),
            save=lambda form, edit: actions.save_service(slug, form.values(), form.chosen_techniques, edit),
            done=lambda _saved: url_for("admin.service", slug=slug),
            prepare=_offer_parts,
        )
    )


@blueprint.route("/services/<slug>/durations", methods=["GET", "POST"])
@staff_only(OWNER, DESK)
def variants(slug: str) -> Answer:
    """How long a service lasts, for whom, at what price."""
    return answer(
        Page(
            template="pages/admin/variants.html",
            form_class=VariantsForm,
            read=lambda: _service_shown(
                slug, lambda row: {"variants": [_variant_row(each) for each in _living(row)]}
            ),
            save=lambda form, edit: actions.save_variants(slug, form.values(), edit),
            done=lambda _saved: url_for("admin.variants", slug=slug),
            prepare=lambda form, shown: form.show_prices(shown.context["prices"], shown.context["currency"]),
            spare=lambda form: spare(form.variants),
        )
    )


def _techniques_shown() -> Shown:
    rows, language = settings.list_things("technique"), load_practice().language
    named = [
        {"key": str(row.id), "name": text_in(row.name, language), "retired": row.retired_at is not None}
        for row in rows
    ]
    return Shown({"techniques": named}, settings.version_of_all(rows))


def _service_shown(slug: str, values: Any) -> Shown:
    row = settings.find_thing("service", slug) or abort(404)
    practice = load_practice()
    context = {
        "name": text_in(row.name, practice.language),
        "kind": "service",
        "slug": slug,
        "retired": row.retired_at is not None,
        "current_version": row.row_version,
        "needs_screening": _is_screened(row),
        "asked": row.screening_set,
        "beginning": beginning_of("service", row),
        "currency": practice.currency,
        **left_in_others(row),
        "prices": {str(variant.id): variant.price_minor for variant in _living(row)},
    }
    return Shown(values(row), settings.version_of(row), context)


def _is_screened(row: Any) -> bool:
    return row.needs_screening or must_be_screened(row.depth, row.region)


def _service_values(row: Any) -> dict[str, Any]:
    language = load_practice().language
    texts = ("name", "summary", "what_happens", "who_it_suits")
    return {column: text_in(getattr(row, column), language) for column in texts} | {
        "depth": row.depth,
        "region": row.region,
        "techniques": [technique.slug for technique in row.techniques],
        "room_features": ", ".join(row.room_features),
        "guidance_plan": str(row.guidance_plan_id or ""),
        "screening_set": str(row.screening_set_id or ""),
        "consent_text": str(row.consent_text_id or ""),
        "needs_prior_visit": row.needs_prior_visit,
        "coaches_tools": row.coaches_tools,
    }


def _offer_parts(form: ServiceForm, shown: Shown) -> None:
    language = load_practice().language
    if "techniques" in form:
        chosen = form.techniques.data or ()
        known = [
            row for row in settings.list_things("technique") if row.retired_at is None or row.slug in chosen
        ]
        form.techniques.choices = options([(row.slug, text_in(row.name, language)) for row in known])
    for name in ("guidance_plan", "screening_set", "consent_text"):
        if name in form:
            named = [(str(row.id), row.name) for row in settings.list_things(name)]
            form[name].choices = options([("", _("None")), *named])
    if not form.told:
        leave_to_owner(form, shown, OF_SERVICE)


def _living(row: Any) -> list[Any]:
    return [variant for variant in row.variants if variant.retired_at is None]


def _variant_row(variant: Any) -> dict[str, Any]:
    columns = ("minutes", "visit", "buffer_before", "buffer_after")
    return {column: getattr(variant, column) for column in columns} | {"key": str(variant.id)}
