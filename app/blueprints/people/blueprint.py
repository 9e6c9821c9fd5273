"""The blueprint of the people's pages; its views stand in the modules that views.py names."""

from flask import Blueprint

blueprint = Blueprint("people", __name__, url_prefix="/staff")
