"""The blueprint of the settings pages; its views stand in the modules that views.py names."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/staff/settings")
