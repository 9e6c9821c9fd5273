"""The application object for a server: ``gunicorn wsgi:app``; also what ``flask --app wsgi`` finds."""

import os
import sys

from app.factory import create_app
from app.logs import configure_logs
from config import BadSetting, Settings

try:
    settings = Settings.from_environment(os.environ)
except BadSetting as problem:
    sys.exit(f"Stillpoint can't start. {problem}.")

configure_logs(settings)
app = create_app(settings)
