"""The catalogue."""

from flask import Response

from app.blueprints.api.answers import ServicesAnswer
from app.blueprints.api.asked import open_practice
from app.blueprints.api.blueprint import operation
from app.blueprints.api.shapes import answer, service_shape


@operation("GET", "/services", answer=ServicesAnswer, public=True, problems=(409,))
def services() -> Response:
    """All services with durations, prices and who gives them."""
    practice = open_practice()
    return answer({"services": [service_shape(practice, one) for one in practice.services]})
