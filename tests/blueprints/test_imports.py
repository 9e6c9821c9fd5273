"""The owner's pages for bringing clients and appointments over, as a browser uses them."""

import io
from datetime import date

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from app.actions.imports_bringing import begin
from app.blueprints.clients.imported_words import author_words, note_words
from app.domain.imports import MOST_BYTES
from app.domain.imports_notes import author_of_file, note_of
from app.extensions import db
from app.models import Appointment, Client
from tests.support.desk import Desk, form_of, text_of, token
from tests.support.imports import APPOINTMENTS_HEAD, CLIENTS_HEAD, OWNER, lines, session
from tests.support.rows import NOW

PAGE = "/staff/settings/import"
FILE = "/staff/settings/import/1"


def send(desk: Desk, raw: bytes, kind: str = "clients", name: str = "export.csv") -> TestResponse:
    """The first form, with a file."""
    owner = desk.member("owner")
    sent = {
        "csrf_token": token(owner.get(PAGE)),
        "kind": kind,
        "source": "",
        "file": FileStorage(io.BytesIO(raw), filename=name),
    }
    boundary, body = encode_multipart(sent)  # in memory: the test's own client leaves large files open
    return owner.post(PAGE, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def press(desk: Desk, action: str, **more: str) -> TestResponse:
    """A button or form of the file's own page."""
    return desk.post("owner", f"{FILE}/{action}", **more)


def columns(desk: Desk, **more: str) -> TestResponse:
    """The form about columns as it is shown, with what somebody changes."""
    owner, action = desk.member("owner"), f"{FILE}/columns"
    return owner.post(action, data=form_of(owner.get(action), action) | more)


def shown(desk: Desk, query: str = "") -> str:
    """The words of the file's page."""
    return text_of(desk.member("owner").get(f"{FILE}{query}"))


def names(desk: Desk) -> list[str]:
    with desk.app.app_context():
        return sorted(db.session.execute(select(Client.name)).scalars())


def test_from_the_file_to_the_clients_and_back(desk: Desk) -> None:
    answer = send(desk, lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,", ",,nobody@example.com,,"))
    assert (answer.status_code, answer.location) == (303, f"{FILE}/columns")
    answer = columns(desk)
    assert (answer.status_code, answer.location) == (303, FILE)
    page = shown(desk)
    assert "new 1" in page
    assert "There is no name. (1)" in page
    assert press(desk, "bring-in").status_code == 303
    assert names(desk) == ["Jo Park"]
    assert "brought in 1" in shown(desk)
    assert press(desk, "undo").status_code == 303
    assert names(desk) == []
    assert "taken back 1" in shown(desk)


def test_the_desk_and_therapists_have_no_such_page(desk: Desk) -> None:
    for role in ("desk", "therapist"):
        assert desk.member(role).get(PAGE).status_code == 403
    assert "Bring in from another system" not in text_of(desk.member("desk").get("/staff/settings/"))
    assert "Bring in from another system" in text_of(desk.member("owner").get("/staff/settings/"))


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "The file is empty."),
        (b"Name,Email\r\n", "no rows under them"),
        (b"PK\x03\x04 and more", "That is a spreadsheet"),
        (b'Name\r\n"Jo', "A quotation mark is opened and never closed."),
    ],
)
def test_a_file_that_can_not_be_read_is_answered_with_a_sentence(
    desk: Desk, raw: bytes, sentence: str
) -> None:
    answer = send(desk, raw)
    assert answer.status_code == 422
    assert sentence in text_of(answer)


def test_without_a_file_the_form_says_so(desk: Desk) -> None:
    answer = desk.post("owner", PAGE, kind="clients", source="")
    assert answer.status_code == 422
    assert "Choose a file." in text_of(answer)


def test_a_file_of_a_few_megabytes_is_taken_and_a_larger_one_refused(desk: Desk) -> None:
    row = "Jo,Park,jo@example.com,," + "x" * 3000
    assert send(desk, lines(CLIENTS_HEAD, *[row] * 1000)).status_code == 303
    assert send(desk, b"x" * (MOST_BYTES + 1_000_000)).status_code == 413


def test_strangers_send_no_large_files(desk: Desk) -> None:
    stranger, form = desk.app.test_client(), "application/x-www-form-urlencoded"
    csrf = token(stranger.get("/staff/login"))
    large = f"csrf_token={csrf}&kind={'x' * 1_000_000}"
    assert stranger.post(PAGE, data=large, content_type=form).status_code == 413


@pytest.mark.parametrize("role", ["desk", "therapist"])
def test_who_may_not_open_the_page_sends_no_large_files_either(desk: Desk, role: str) -> None:
    member, form = desk.member(role), "application/x-www-form-urlencoded"
    csrf = token(member.get("/staff/account"))
    assert member.post(PAGE, data=f"csrf_token={csrf}", content_type=form).status_code == 403
    large = f"csrf_token={csrf}&kind={'x' * 1_000_000}"
    assert member.post(PAGE, data=large, content_type=form).status_code == 413


def test_open_questions_are_asked_on_the_columns_page(desk: Desk) -> None:
    send(desk, lines("Name,Birth date", "Jo Park,03/04/1980"))
    page = desk.member("owner").get(f"{FILE}/columns")
    assert "which number comes first?" in text_of(page)
    answer = columns(desk)
    assert answer.status_code == 422
    assert "Say which number is the day." in text_of(answer)
    assert columns(desk, order_born="day_first").location == FILE


def test_without_a_name_nothing_goes_on(desk: Desk) -> None:
    send(desk, lines("A,B", "Jo Park,jo@example.com"))
    answer = columns(desk)
    assert answer.status_code == 422
    assert "Choose the column with the name." in text_of(answer)
    assert columns(desk, column_name="0", column_email="1").location == FILE
    assert columns(desk, column_name="77").status_code == 422


def test_names_are_matched_on_one_form(desk: Desk) -> None:
    rows = [
        session("March 2, 2026 9:00 am", "March 2, 2026 10:00 am", kind=kind) for kind in ("Deep", "Yoga")
    ]
    send(desk, lines(APPOINTMENTS_HEAD, *rows), "appointments")
    assert columns(desk).location == f"{FILE}/names"
    owner, action = desk.member("owner"), f"{FILE}/names"
    page = owner.get(action)
    assert "Deep (1 row)" in text_of(page)
    fields = form_of(page, action)
    first, second = [name for name in fields if name.startswith("service_")]
    assert owner.post(action, data=fields).status_code == 422
    answer = owner.post(action, data=fields | {first: "psoas-release", second: "-"})
    assert answer.location == FILE
    assert "You chose to leave such rows out. (1)" in shown(desk)
    press(desk, "bring-in")
    with desk.app.app_context():
        assert len(db.session.execute(select(Appointment)).scalars().all()) == 1


def test_problems_are_filtered_and_can_be_had_as_a_file(desk: Desk) -> None:
    send(
        desk, lines(CLIENTS_HEAD, ",,a@example.com,,", "=1+1,Park,not right,,", "Ana,Diaz,ana@example.com,,")
    )
    columns(desk)
    assert "The e-mail address can't be right." in shown(desk, "?problem=bad_email")
    rows = desk.member("owner").get(f"{FILE}?problem=bad_email").text.split("<tbody>")[-1]
    assert "There is no name." not in rows
    answer = press(desk, "problems.csv")
    assert answer.mimetype == "text/csv"
    assert "'=1+1,Park,not right" in answer.text
    assert "attachment" in answer.headers["Content-Disposition"]


def test_a_page_under_way_looks_again_by_itself_and_goes_on(desk: Desk) -> None:
    send(desk, lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    columns(desk)
    with desk.app.app_context():
        begin(1, OWNER, NOW)  # and then nothing has happened
    page = desk.member("owner").get(FILE)
    assert page.headers["Refresh"] == "3"
    assert "0 of 1 rows" in text_of(page)
    press(desk, "go-on")
    assert names(desk) == ["Jo Park"]
    assert "Refresh" not in desk.member("owner").get(FILE).headers


def test_what_is_over_is_not_begun_or_dropped_again(desk: Desk) -> None:
    send(desk, lines(CLIENTS_HEAD, "Jo,Park,jo@example.com,,"))
    assert press(desk, "undo").status_code == 303
    assert "nothing to take back" in text_of(desk.member("owner").get(f"{FILE}/columns"))
    press(desk, "bring-in")
    assert names(desk) == []
    columns(desk)
    assert press(desk, "drop").location == PAGE
    assert desk.member("owner").get(f"{FILE}/columns").status_code == 409
    press(desk, "bring-in")
    assert names(desk) == []


def test_numbers_that_are_no_file_are_not_found(desk: Desk) -> None:
    for number in ("1", "99999999999999999999"):
        assert desk.member("owner").get(f"{PAGE}/{number}").status_code == 404
        assert desk.post("owner", f"{PAGE}/{number}/bring-in").status_code == 404


def test_what_a_file_left_in_notes_is_said_in_the_readers_language(desk: Desk) -> None:
    author, text = author_of_file(3, "owner@example.com"), note_of(date(1980, 4, 3), "Likes it warm")
    said = {}
    for language in ("en", "fr"):
        with desk.app.test_request_context(f"/?lang={language}"):
            desk.app.preprocess_request()
            said[language] = (note_words(text, author), author_words(author))
            assert note_words(text, "dana@example.com") == text
            assert author_words("dana@example.com") == "dana@example.com"
    assert said["en"] == (
        "Date of birth: 3 April 1980\n\nLikes it warm",
        "from file 3, sent in by owner@example.com",
    )
    assert "3 avril 1980\n\nLikes it warm" in said["fr"][0]
