"""Stillpoint for gunicorn, as it is, with its SQL statements counted."""

from app.extensions import db
from benchmarks.counting import count_statements
from wsgi import app

with app.app_context():
    count_statements(app, db.engine)
