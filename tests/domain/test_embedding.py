"""Which addresses are sites that may frame the booking pages."""

import pytest

from app.domain.embedding import BadOrigin, origin_of


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.example.com", "https://www.example.com"),
        (" HTTPS://WWW.Example.com/ ", "https://www.example.com"),
        ("example.com", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("https://xn--mller-kva.example", "https://xn--mller-kva.example"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://www.example.com",
        "ftp://www.example.com",
        "javascript://example.com",
        "https://*.example.com",
        "*",
        "'none'",
        "https://www.example.com/booking",
        "https://www.example.com?x",
        "https://www.example.com#x",
        "https://ann:word@www.example.com",
        "https://www.example.com:0",
        "https://www.example.com:99999",
        "https://www.example.com:a",
        "https://example",
        "https://-example.com",
        "https://192.0.2.1",
        "https://a.example; script-src *",
        "https://a.example,https://b.example",
        "https://müller.example",
        "https://[::1",
        "x" * 300,
    ],
)
def test_what_is_no_site_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(BadOrigin, match=r"\.$"):
        origin_of(typed)
