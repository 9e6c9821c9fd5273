"""What can't be is refused in a sentence beside its field and at the top of the page, on both databases; nothing typed is lost."""

import re

import pytest
from werkzeug.test import TestResponse

from tests.support.databases import BACKENDS
from tests.support.desk import Desk
from tests.support.filled_form import Changes, fields_of, send

pytestmark = pytest.mark.parametrize("backend", BACKENDS)

HOURS, ADDRESSES = "/staff/settings/locations/main/hours", "/staff/settings/locations/main/addresses"
THERAPIST, TIME_OFF = (
    "/staff/settings/therapists/therapist-1",
    "/staff/settings/therapists/therapist-1/time-off",
)
SERVICE, VARIANTS = (
    "/staff/settings/services/psoas-release",
    "/staff/settings/services/psoas-release/durations",
)
PRACTICE, POLICY, GUIDANCE = (
    "/staff/settings/practice",
    "/staff/settings/policy",
    "/staff/settings/guidance/deep",
)
#: Page, what is typed, what is said about it.
REFUSED: list[tuple[str, Changes, str]] = [
    (HOURS, {"hours-0-closes": "7 am"}, "That ends before it begins. Did you mean am and pm the other way round?"),
    (HOURS, {"hours-0-opens": "9:03"}, "Times go in steps of five minutes, such as 9:05."),
    (HOURS, {"hours-0-opens": "lunch"}, "That is not a time of day. Type it like 9:00, 5:30 pm or 17:30."),
    (HOURS, {"hours-0-opens": "25:00"}, "That is not a time of day. Type it like 9:00, 5:30 pm or 17:30."),
    (HOURS, {"hours-0-opens": "9" * 5000}, "That is not a time of day. Type it like 9:00, 5:30 pm or 17:30."),
    (HOURS, {"hours-0-closes": ""}, "Type when it ends, such as 5:30 pm."),
    (HOURS, {"hours-0-days": None}, "Tick at least one day."),
    (HOURS, {"hours-0-days": ["0", "99"]}, "Choose from the list only."),
    (HOURS, {"hours-1-days": ["3"], "hours-1-opens": "10", "hours-1-closes": "11"},
     "These hours overlap other hours on the same day. Join them, or end one earlier."),
    (HOURS, {"hours-0-valid_from": "2027-05-01", "hours-0-valid_until": "2027-04-01"}, "The last day lies before the first."),
    (HOURS, {"hours-0-valid_from": "9999-12-31"}, "That date is out of reach: it must lie between 2000 and 2100."),
    (HOURS, {"hours-0-valid_from": "2027-02-30"}, "That is not a date. Type it as year-month-day, such as 2027-03-14."),
    (POLICY, {"notice_minutes": "9" * 5000}, "Type a whole number from 0 to 40,320."),
    (POLICY, {"notice_minutes": "-5"}, "Type a whole number from 0 to 40,320."),
    (POLICY, {"horizon_days": "9999"}, "That must be from 1 to 730."),
    (POLICY, {"slot_step_minutes": "7"}, "That must be a multiple of 5."),
    (POLICY, {"hold_minutes": "²"}, "Type a whole number from 1 to 60."),
    (PRACTICE, {"name": "x" * 100_000}, "That is too long: at most 120 characters, please."),
    (PRACTICE, {"name": ""}, "The practice needs a name."),
    (PRACTICE, {"email": "nobody"}, "That is not an e-mail address. It looks like name@example.com."),
    (POLICY, {"reminder_days": "3, soon"}, "Type up to five numbers of days from 1 to 30, such as 3, 1."),
    (PRACTICE, {"currency": "EURO"}, "Choose one of the list."),
    ("/staff/settings/locations/main", {"zone": "America/Atlantis"},
     "We know no time zone by that name. Type the nearest big city on the same clock, such as Toronto."),
    ("/staff/settings/locations/main", {"zone": "../../etc/passwd"},
     "We know no time zone by that name. Type the nearest big city on the same clock, such as Toronto."),
    ("/staff/settings/locations/main", {"phone": "call me"},
     "That is not a telephone number. Use digits, spaces and + ( ) - only."),
    ("/staff/settings/locations/main", {"country": "Atlantis"}, "We know no country by that name. Type it as the list has it, such as Canada."),
    (VARIANTS, {"variants-0-minutes": "62"}, "That must be a multiple of 5."),
    (VARIANTS, {"variants-0-minutes": "1" * 5000}, "Type a whole number from 5 to 720."),
    (VARIANTS, {"variants-0-price": "a lot"}, "That is not a price. Type it like 95.00."),
    (VARIANTS, {"variants-0-price": "9" * 5000}, "That is not a price. Type it like 95.00."),
    (VARIANTS, {"variants-0-minutes": "75", "variants-0-visit": "first"}, "That duration stands here twice for the same visits."),
    (ADDRESSES, {"addresses-1-announced": "y"}, "Say what is known of the move, such as: early in the year."),
    (ADDRESSES, {"addresses-1-lines": "2 New Street"}, "Another address holds from the same day. Give one of them another date."),
    ("/staff/settings/locations/main/closures", {"closures-0-starts_on": "2027-01-02", "closures-0-ends_on": "2027-01-01"},
     "The last day lies before the first."),
    (THERAPIST, {"name": ""}, "The therapist needs a name."),
    (THERAPIST, {"qualifications-0-valid_until": "soon"}, "That is not a date. Type it as year-month-day, such as 2027-03-14."),
    (TIME_OFF, {}, "Type the first day, such as 2026-12-24."),
    (TIME_OFF, {"starts_on": "2027-03-14", "starts": "2:30 am"},
     "2:30 am does not exist on 14 March 2027: the clocks go forward. Choose another time."),
    (TIME_OFF, {"starts_on": "2026-12-24", "starts": "3 pm", "ends": "2 pm"}, "That ends before it begins."),
    (TIME_OFF, {"starts_on": "2026-12-24", "ends_on": "2026-12-23"}, "The last day lies before the first."),
    (TIME_OFF, {"starts_on": "2026-12-24", "ends_on": "2099-12-23"},
     "Time off is a year at most. For longer, take the therapist out of use."),
    (TIME_OFF, {"starts_on": "2026-12-24", "location": "999"}, "Choose one of the list."),
    (SERVICE, {"depth": "bottomless"}, "Choose one of the list."),
    (SERVICE, {"techniques": ["alchemy"]}, "Choose from the list only."),
    (SERVICE, {"guidance_plan": "999"}, "Choose one of the list."),
    (GUIDANCE, {"steps-0-amount": "99", "steps-0-unit": "days"}, "That must be a multiple of 5 minutes, and 90 days at most."),
    (GUIDANCE, {"steps-0-text_en": ""}, "Write what the client should know or do."),
    ("/staff/settings/techniques", {"techniques-1-name": "PSOAS release"}, "That technique stands here twice."),
    ("/staff/settings/therapists/new", {"name": "therapist 1"}, "There is one of that name already."),
]  # fmt: skip


def _errors(page: TestResponse) -> list[str]:
    """The sentences at the top of the page."""
    summary = page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    return [sentence.replace("&#39;", "'") for sentence in re.findall(r"<li>(?:<a[^>]*>)?([^<]+)", summary)]


def _lost(page: TestResponse, changes: Changes) -> list[str]:
    """The fields that no longer hold what was typed; choices that were never offered can't stand there."""
    typed = fields_of(page)
    forged = {"99", "999", "EURO", "bottomless", "alchemy"}
    return [
        name
        for name, value in changes.items()
        if not forged & set([value] if isinstance(value, str) else value or []) and typed.get(name) != value
        if isinstance(value, str)
    ]


def _leads_nowhere(page: TestResponse) -> list[str]:
    """Links of the summary whose field is not on the page."""
    summary = page.text.partition('id="error-summary"')[2].partition("</div>")[0]
    return [anchor for anchor in re.findall(r'href="#([^"]+)"', summary) if f'id="{anchor}"' not in page.text]


def test_what_cannot_be_is_refused_in_a_sentence(desk: Desk) -> None:
    wrong = []
    for path, changes, sentence in REFUSED:
        page = send(desk.member("owner"), path, changes)
        found = (page.status_code, _errors(page), _lost(page, changes), _leads_nowhere(page))
        if found != (422, [sentence], [], []):
            wrong.append((path, str(changes)[:80], found))
    assert wrong == []


def test_hostile_forms_are_answered_without_a_fault(desk: Desk) -> None:
    """On both databases: nothing of this reaches them as it is."""
    hostile = [
        (
            HOURS,
            {"hours-²-opens": "9", f"hours-{'9' * 5000}-opens": "9", "hours-0-remove": ["y"], "hours": "x"},
        ),
        (PRACTICE, {"version": "9" * 5000}),
        (PRACTICE, {"version": "²"}),
        (THERAPIST, {"qualifications-0-key": "9" * 30}),
        (THERAPIST, {"about": "\u202e" * 100 + "<script>alert(1)</script>"}),
        (VARIANTS, {"variants-0-key": "999999999"}),
        (GUIDANCE, {"steps-0-key": "x" * 50_000}),
        (TIME_OFF, {"starts_on": "2026-12-24", "confirmed": "9" * 60_000}),
        (TIME_OFF, {"starts_on": "2026-12-25", "label": "é" * 80}),
    ]
    for path, changes in hostile:
        answer = send(desk.member("owner"), path, changes)  # type: ignore[arg-type]
        assert answer.status_code in (303, 409, 422), (path, answer.status_code)
        assert desk.member("owner").get(path).status_code == 200
    assert "<script>alert(1)" not in desk.member("owner").get(THERAPIST).text
