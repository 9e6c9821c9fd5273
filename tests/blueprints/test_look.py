"""The practice's look: what the owner sets, what is refused and why, and that nothing hostile gets through a logo."""

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.pictures.logo import HEIGHT, LARGEST_UPLOAD, WIDTH
from app.store.practice import find_logo, load_practice
from app.store.transactions import transaction
from tests.support.desk import Desk
from tests.support.faces import bomb, give_a_face, picture
from tests.support.filled_form import fields_of

LOOK = "/staff/settings/look"


def sent(desk: Desk, logo: bytes | None = None, role: str = "owner", **changes: Any) -> TestResponse:
    """The page's own form, with a file."""
    member = desk.member(role)
    fields: dict[str, Any] = fields_of(member.get(LOOK)).to_dict()
    fields.pop("logo", None)
    fields |= {name: value for name, value in changes.items() if value is not None}
    if logo is not None:
        fields["logo"] = FileStorage(io.BytesIO(logo), "logo.png")
    boundary, body = encode_multipart(fields)
    return member.post(LOOK, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def accent_of(desk: Desk) -> str | None:
    with desk.app.app_context():
        return load_practice().look.accent


def logo_of(app: Flask) -> bytes | None:
    with app.app_context():
        found = find_logo()
        return found[0] if found else None


def test_the_owner_sets_a_colour_and_visitors_get_it_for_a_year(desk: Desk) -> None:
    assert sent(desk, accent="#7A1F4B").status_code == 303
    assert accent_of(desk) == "#7a1f4b"
    visitor = desk.app.test_client()
    home = visitor.get("/").text
    with desk.app.app_context():
        revision = load_practice().revision
    found = re.search(rf'href="(/look\.css\?v={revision}&amp;of=\w+)"', home)
    assert found
    sheet = visitor.get(unescape(found[1]))
    assert "--paper: #fbf8f3" in sheet.text  # the stylesheet of all pages is in it: one file fewer
    assert "--moss:#7a1f4b" in sheet.text
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    for other in ("/look.css?v=1", f"/look.css?v={revision}", f"/look.css?v={revision}&of=another"):
        assert visitor.get(other).headers["Cache-Control"] == "public, no-cache"


def test_a_practice_without_a_look_asks_for_nothing_more(desk: Desk) -> None:
    home = desk.app.test_client().get("/").text
    assert "look.css" not in home
    assert "/logo" not in home


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("pink", "That is not a colour. It looks like #2c6753"),
        (
            "#e08bb0",
            "its contrast is 2.1 to 1, and people need 4.5 to 1. The nearest colour that has it is #be3370.",
        ),
        ("#ffffff", "The nearest colour that has it is #6b6b6b."),
        ("red;background:url(//x)", "That is not a colour."),
    ],
)
def test_a_colour_that_will_not_do_is_refused_beside_its_field(desk: Desk, typed: str, said: str) -> None:
    answer = sent(desk, accent=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert accent_of(desk) is None


def test_the_proposed_colour_is_taken_by_a_click(desk: Desk) -> None:
    assert 'name="use" value="#be3370"' in sent(desk, accent="#e08bb0").text
    assert sent(desk, accent="#e08bb0", use="#be3370").status_code == 303
    assert accent_of(desk) == "#be3370"


def test_a_colour_can_be_looked_at_without_being_saved(desk: Desk) -> None:
    answer = sent(desk, accent="#7a1f4b", preview="1")
    assert answer.status_code == 200
    assert 'fill="#7a1f4b"' in answer.text
    assert accent_of(desk) is None


def test_only_the_owner_may(desk: Desk) -> None:
    assert desk.member("desk").get(LOOK).status_code == 403
    assert desk.post("desk", LOOK, accent="#7a1f4b").status_code == 403


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_logo_becomes_a_small_picture_of_our_own(desk: Desk, kind: str) -> None:
    assert sent(desk, logo=picture(kind, (1600, 800))).status_code == 303
    answer = desk.app.test_client().get("/logo")
    assert answer.content_type == "image/png"
    with Image.open(io.BytesIO(answer.data)) as drawn:
        assert drawn.format == "PNG"
        assert drawn.width <= WIDTH
        assert drawn.height <= HEIGHT
    home = desk.app.test_client().get("/").text
    assert 'width="96" height="48" alt=""' in home


def test_a_logo_stays_when_only_the_colour_changes_and_goes_when_asked(desk: Desk) -> None:
    sent(desk, logo=picture())
    kept = logo_of(desk.app)
    assert sent(desk, accent="#7a1f4b").status_code == 303
    assert kept is not None
    assert logo_of(desk.app) == kept
    assert sent(desk, remove_logo="y").status_code == 303
    assert logo_of(desk.app) is None
    assert desk.app.test_client().get("/logo").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "That is not a picture"),
        (b"GIF89a" + bytes(200), "That is not a picture"),
        (b"<?php system($_GET['c']); ?>", "That is not a picture"),
        (picture()[:60], "That picture is broken"),
        (b"\xff\xd8\xff\xe0" + bytes(300), "That picture is broken|That is not a picture"),
        (picture(size=(4, 400)), "That picture is too small"),
        (bomb(), "That picture is too large"),
        (bytes(LARGEST_UPLOAD + 10), "That file is too large"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_in_a_sentence(desk: Desk, content: bytes, said: str) -> None:
    answer = sent(desk, logo=content)
    assert answer.status_code == 422
    assert any(part in answer.text for part in said.split("|"))
    assert logo_of(desk.app) is None


def test_a_file_that_is_far_too_large_is_not_even_read(desk: Desk) -> None:
    assert sent(desk, logo=bytes(3_000_000)).status_code == 413


def test_the_log_tells_who_changed_the_look_without_the_picture(desk: Desk) -> None:
    sent(desk, logo=picture(), accent="#7a1f4b")
    page = desk.member("owner").get("/staff/audit").text
    assert "Colour or logo changed" in page


def test_the_pictures_of_the_practice_are_drawn(desk: Desk) -> None:
    with desk.app.app_context(), transaction():
        give_a_face()
    visitor = desk.app.test_client()
    for path, size in (("/card.png", (1200, 630)), ("/icon-192.png", (192, 192))):
        with Image.open(io.BytesIO(visitor.get(path).data)) as drawn:
            assert drawn.size == size
    assert "#7a1f4b" in visitor.get("/icon.svg").text
    manifest = visitor.get("/site.webmanifest").get_json(force=True)
    assert manifest["name"] == "Example Bodywork"
    assert visitor.get("/icon-7.png").status_code == 404


def test_the_mark_of_pages_without_a_practice_is_the_same(desk: Desk) -> None:
    own = desk.app.test_client().get("/icon.svg").text
    with desk.app.test_client().get("/static/images/favicon.svg") as ours:
        assert ours.get_data(as_text=True).strip() == own.strip()
