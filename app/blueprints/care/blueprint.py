"""The blueprint of intake form and guides; its views stand in the modules that views.py names."""

from flask import Blueprint
from werkzeug.wrappers import Response

#: What these views answer: a page, a page with a status, or the way to another page.
Answer = str | Response | tuple[str, int]

blueprint = Blueprint("care", __name__)
