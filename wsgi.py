"""The application object for a server: ``gunicorn wsgi:app``; also what ``flask --app wsgi`` finds."""

import os
import sys

from app.factory import create_app
from config import BadSetting, Settings

try:
    app = create_app(Settings.from_environment(os.environ))
except BadSetting as problem:
    sys.exit(f"Stillpoint can't start. {problem}.")
