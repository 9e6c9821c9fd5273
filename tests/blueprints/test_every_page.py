"""Every page there is, as text: valid HTML, in the language that was asked for."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from tests.support.access_table import Example, make_example
from tests.support.every_page import every_page, missing_pages
from tests.support.french import english_in
from tests.support.rows import NOW
from tests.support.valid import html_faults


@pytest.fixture
def example(app: Flask, tmp_path: Path) -> Iterator[Example]:
    """A practice in which everything exists that an address can name."""
    with time_machine.travel(NOW, tick=False):
        yield make_example(app, tmp_path)


def test_every_address_has_its_page(app: Flask) -> None:
    assert missing_pages(app) == set()


def test_every_page_is_valid(example: Example) -> None:
    wrong = [
        f"{place.address} {fault}"
        for place, answer in every_page(example)
        for fault in html_faults(answer.text)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_page_for_clients_speaks_french_if_asked(example: Example) -> None:
    wrong = []
    for place, _ in every_page(example):
        if place.is_for_clients:
            page = example.open(place.in_language("fr"), place.column)
            is_french = re.search(r'<html[^>]* lang="fr', page.text)
            faults = html_faults(page.text) + english_in(page) if is_french else ["is not in French"]
            wrong += [f"{place.address} {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)
