"""django-appointment's own addresses, an answer of nothing, and the admin that its templates point to."""

from django.contrib import admin  # type: ignore[import-not-found]
from django.http import HttpRequest, JsonResponse  # type: ignore[import-not-found]
from django.urls import include, path  # type: ignore[import-not-found]


def nothing(_request: HttpRequest) -> JsonResponse:
    """The least that a route can do."""
    return JsonResponse({"status": "ok"})


urlpatterns = [
    path("nothing", nothing),
    path("admin/", admin.site.urls),
    path("appointment/", include("appointment.urls")),
]
