"""The application, saying in each answer which of its processes gave it."""

import os

from flask import Response

from wsgi import app


@app.after_request
def _say_who(response: Response) -> Response:
    response.headers["X-Answered-By"] = str(os.getpid())
    return response
