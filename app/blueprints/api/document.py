"""The OpenAPI document, and how the API is tied to the application."""

import json
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Flask, Response
from flask_smorest import Api

from app.blueprints.api import appointment_views, availability_views, service_views
from app.blueprints.api.answers import ProblemAnswer
from app.blueprints.api.blueprint import blueprint

_PROBLEM = "application/problem+json"
_VIEWS = (service_views, availability_views, appointment_views)  # importing them declares their operations


class _Document(Api):  # type: ignore[misc]
    """flask-smorest without its own error pages, and with problem documents as errors."""

    def _register_error_handlers(self) -> None:
        """None: errors are answered in app/web/errors.py like all others."""

    def _register_responses(self) -> None:
        described = {status.name: status.phrase for status in HTTPStatus} | {"DEFAULT_ERROR": "A problem"}
        for name, description in described.items():
            response = {
                "description": description,
                "content": {_PROBLEM: {"schema": ProblemAnswer}},
            }
            self.spec.components.response(name, response, lazy=True)

    def _openapi_json(self) -> Response:
        """The document, made once."""
        return Response(self.text, content_type="application/json", headers=_FOR_ALL)

    @property
    def text(self) -> str:
        """The document as it is sent."""
        if not hasattr(self, "_text"):
            self._text = json.dumps(self.spec.to_dict(), ensure_ascii=False)
        return self._text


_FOR_ALL = {"Access-Control-Allow-Origin": "*"}


def register_api(app: Flask) -> Blueprint:
    """Put the API under /api/v1 and its document beside it; what was registered."""
    app.config["OPENAPI_URL_PREFIX"] = blueprint.url_prefix
    api = _Document(spec_kwargs=_about(app.config["SETTINGS"].public_url))
    api.init_app(app)
    api.spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    api.register_blueprint(blueprint)
    registered: Blueprint = blueprint
    return registered


def _about(public_url: str) -> dict[str, Any]:
    return {
        "title": "Stillpoint",
        "version": "1",
        "openapi_version": "3.1.0",
        "info": {"description": "The booking system of one bodywork practice, for other programs."},
        "servers": [{"url": public_url}],
    }
