"""What people type, made safe to keep."""

import pytest

from app.domain.text import BadText, clean_block, clean_line, folded


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Moss ", "Ada Moss"),
        ("Ada\r\nBcc: x@example.com", "Ada Bcc: x@example.com"),
        ("A\x00d\x07a", "Ada"),
        ("\u202eAda\u2066", "Ada"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("💆\u200d♀️", "💆\u200d♀️"),
        ("محمد", "محمد"),
        ("\ufeff", ""),
        ("\u200b \u00ad", ""),
    ],
)
def test_a_line_is_kept_readable_and_harmless(typed: str, kept: str) -> None:
    assert clean_line(typed, 100) == kept


def test_a_block_keeps_its_lines() -> None:
    assert clean_block(" one\r\ntwo\rthree \x0b", 100) == "one\ntwo\nthree"


@pytest.mark.parametrize("typed", ["x" * 101, "x" * 100_000, " " * 100_000])
def test_what_is_too_long_is_said_so(typed: str) -> None:
    with pytest.raises(BadText, match="too long"):
        clean_line(typed, 100)


def test_a_lone_surrogate_can_not_be_stored() -> None:
    with pytest.raises(BadText, match="can't be stored"):
        clean_line("Ada \ud800", 100)


def test_names_are_compared_without_case_and_spacing() -> None:
    assert folded(" ADA  Moß") == folded("ada moss")
