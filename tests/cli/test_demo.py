"""`flask demo fill`, as `make run` calls it."""

import pytest
from flask import Flask

from tests.support.run import ROOT


def test_without_a_practice_it_says_what_comes_first(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["demo", "fill"])
    assert said.exit_code == 1
    assert "clinic load" in said.stderr


@pytest.mark.parametrize("backend", ["sqlite"])
def test_it_fills_once_and_refuses_the_second_time(app: Flask) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["clinic", "load", str(ROOT / "clinics" / "jacqueline-kane.toml"), "--with-examples"])
    first = runner.invoke(args=["demo", "fill"])
    assert first.exit_code == 0
    assert "example clients" in first.stdout
    second = runner.invoke(args=["demo", "fill"])
    assert second.exit_code == 1
    assert "only once" in second.stderr
