"""The floor for gunicorn."""

import os

from benchmarks.floor_app import create_app

app = create_app(os.environ["FLOOR_DATABASE"])
