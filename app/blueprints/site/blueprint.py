"""The blueprint of the public pages; its views stand in the modules that views.py names."""

from flask import Blueprint

blueprint = Blueprint("site", __name__)
