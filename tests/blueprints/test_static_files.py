"""Stylesheets and scripts are kept by browsers for a year, and never an old one."""

import re

from flask import Flask

from tests.support.rows import make_practice


def test_a_page_names_its_files_by_what_is_in_them(app: Flask) -> None:
    with app.app_context():
        make_practice()
    client = app.test_client()
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text)
    assert addresses
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{10}$", address), address
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_that_is_asked_for_without_its_version_is_asked_for_again_after_an_hour(app: Flask) -> None:
    with app.test_client().get("/static/js/day.js") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_a_file_that_is_not_there_is_not_kept(app: Flask) -> None:
    answer = app.test_client().get("/static/css/none.css?v=0123456789")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"
