"""Practice files: what they may say, what is refused and how, and that what is written can be read again."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.practice_file_changes import changes
from app.domain.practice_file_document import BadPracticeFile, FileError, laid_over, placed, read_toml
from app.domain.practice_file_parsing import parse_practice_file
from app.domain.practice_file_toml import toml_text
from app.domain.practice_file_writing import document_of

SMALLEST = '[practice]\nslug = "a-practice"\n'
PLACE = '[[location]]\nslug = "main"\nname = "Main"\n'
FULL = (
    SMALLEST
    + 'currency = "USD"\n'
    + PLACE
    + """zone = "America/New_York"
rooms = [{slug = "one", name = "Room 1", features = ["warm"]}]
[[location.address]]
lines = "1 Example Street"
[[technique]]
slug = "deep"
name = {en = "Deep", fr = "Profond"}
[[guidance_plan]]
slug = "plan"
name = "Plan"
[[guidance_plan.step]]
key = "day"
before = "1 day"
label = "The day before"
text = "Drink as usual."
[[service]]
slug = "psoas"
name = "Psoas"
techniques = ["deep"]
room_features = ["warm"]
guidance_plan = "plan"
[[service.duration]]
minutes = 60
price = "95.00"
[[therapist]]
slug = "ana"
name = "Ana Example"
qualifications = [{technique = "deep", until = 2027-03-01}]
availability = [{days = "Mon-Fri", starts = "09:00", ends = "24:00"}]
time_off = [
  {from = 2026-12-24, until = 2026-12-26, label = "Holiday"},
  {from = 2027-01-05T12:00:00-05:00, until = 2027-01-05T14:00:00-05:00},
]
[[guide]]
slug = "breath"
title = "Breathing"
steps = [{text = "Breathe.", seconds = 60, up_to_seconds = 120, per_side = true}]
stop_rules = ["Dizzy? Pause."]
"""
)


def errors_of(text: str | bytes) -> list[str]:
    """Everything that is wrong with a file, as people read it."""
    raw = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(BadPracticeFile) as refused:
        parse_practice_file(read_toml(raw))
    return [str(error) for error in refused.value.errors]


def test_a_full_file_becomes_values() -> None:
    file = parse_practice_file(read_toml(FULL.encode()))
    assert file.services[0].durations[0].price_minor == 9500
    assert file.services[0].durations[0].buffer_after == 15
    assert [rule.window.weekday for rule in file.therapists[0].availability] == [0, 1, 2, 3, 4]
    assert file.therapists[0].availability[0].window.closes == time(0)
    assert file.therapists[0].qualifications[0].until == date(2027, 3, 1)


def test_days_off_are_whole_days_of_the_place() -> None:
    off = parse_practice_file(read_toml(FULL.encode())).therapists[0].time_off
    assert off[0].starts_at == datetime(2026, 12, 24, 5, tzinfo=UTC)
    assert off[0].ends_at == datetime(2026, 12, 27, 5, tzinfo=UTC)
    assert off[1].starts_at == datetime(2027, 1, 5, 17, tzinfo=UTC)


def test_what_is_written_reads_as_the_same_values() -> None:
    file = parse_practice_file(read_toml(FULL.encode()))
    text = toml_text(document_of(file))
    assert parse_practice_file(read_toml(text.encode())) == file
    assert toml_text(document_of(parse_practice_file(read_toml(text.encode())))) == text


@given(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"), include_characters="\n\t"),
        max_size=300,
    )
)
def test_any_text_survives_writing_and_reading(text: str) -> None:
    written = toml_text({"practice": {"about": text}})
    read = read_toml(written.encode())["practice"]
    assert isinstance(read, dict)
    assert read["about"] == text


@pytest.mark.parametrize(
    ("said", "opens", "closes"),
    [
        ('opens = "9AM", closes = "12PM"', time(9), time(12)),
        ('opens = "6AM", closes = "8PM"', time(6), time(20)),
        ('opens = "12AM", closes = "12:30 p.m."', time(0), time(12, 30)),
        ('opens = "9:15", closes = "24:00"', time(9, 15), time(0)),
        ('opens = "12PM", closes = "12AM"', time(12), time(0)),
    ],
)
def test_noon_is_12pm_and_midnight_is_12am(said: str, opens: time, closes: time) -> None:
    file = parse_practice_file(
        read_toml(f'{SMALLEST}{PLACE}opening_hours = [{{days = "Sat", {said}}}]'.encode())
    )
    window = file.locations[0].opening_hours[0]
    assert (window.weekday, window.opens, window.closes) == (5, opens, closes)


def test_every_error_is_told_at_once_with_its_place() -> None:
    errors = errors_of(
        SMALLEST
        + 'currency = "XXX"\nfavourite_colour = "moss"\n'
        + PLACE
        + 'zone = "Mars/Olympus"\nopening_hours = [{days = "Mon", opens = "10:00", closes = "09:00"}]\n'
        + '[[service]]\nslug = "a"\nname = "A"\n'
        + '[[service]]\nslug = "b"\nname = "B"\ntechniques = ["unknown"]\n'
        + '[[service.duration]]\nminutes = 61\nprice = "95.00"\n'
    )
    assert errors == [
        "practice.currency: must be the three letters of a currency, such as USD",
        "practice.favourite_colour: is not a key that a practice file knows here",
        "location[0].zone: must be an IANA time zone such as America/Halifax",
        "location[0].opening_hours[0].closes: must be later than opens (a window ends on its own day; 24:00 is midnight)",
        "service[1].duration[0].minutes: must be a multiple of 5, not 61",
        "service[1].duration[0].price: needs practice.currency",
        "service[1].techniques: “unknown” is not in the file",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "practice: is missing"),
        (b"practice = 3", "practice: must be a table"),
        (b"[practice]\nslug = 3", "practice.slug: must be text in quotation marks, not 3"),
        (b"[practice]\nname = 'x'", "practice.slug: is missing"),
        (b"[practice\n", "line 1, column 10: this is not TOML"),
        (b"a = 'b", "this is not TOML"),
        (b"\xff\xfe\x00", "the file is not UTF-8 text (at byte 1)"),
        (b"x = " + b"9" * 5000, "the file holds a number or date that can't be read"),
        (b"x = " + b"[" * 4000, "nested too deeply"),
        (b"[" + b"a." * 900 + b"a]\nb = 1", "nested too deeply"),
        (b"x = 2027-02-30", "this is not TOML"),
        (b"#" * 600_000, "the file is too large"),
        (
            SMALLEST.encode() + b'name = "a\\u0000b"',
            "practice.name: contains characters that can't be stored",
        ),
        (SMALLEST.encode() + b'name = "\\ud800"', "this is not TOML"),
        (
            SMALLEST.encode() + b'name = "' + b"x" * 100_000 + b'"',
            "practice.name: is too long: at most 120 characters",
        ),
        (SMALLEST.encode() + b'"a\\u0000b" = 1', "practice.'a\\x00b': is not a key"),
        (SMALLEST.encode() + b"policy.notice_minutes = 0x" + b"F" * 6000, "not a number that large"),
        (SMALLEST.encode() + b"policy.horizon_days = 3652500", "must be between 1 and 730"),
        (SMALLEST.encode() + b"policy.horizon_days = nan", "must be a whole number, not nan"),
        (SMALLEST.encode() + b"policy.slot_step_minutes = 7", "must be a multiple of 5, not 7"),
        (SMALLEST.encode() + b"policy.may_overrun_closing = 1", "must be true or false, not 1"),
        (SMALLEST.encode() + b"policy.reminder_days = [3, 'x']", "reminder_days[1]: must be a whole number"),
        (SMALLEST.encode() + b'email = "nobody"', "practice.email: must be an e-mail address"),
        (SMALLEST.encode() + b"reasons = 'x'", "practice.reasons: must be a list"),
        (
            SMALLEST.encode() + b'channels = [{kind = "web", url = "javascript:alert(1)"}]',
            "must be a web address",
        ),
        (b"location = [3]\n" + SMALLEST.encode(), "location[0]: must be a table, not 3"),
    ],
)
def test_whatever_is_wrong_is_said_in_a_sentence(text: bytes, said: str) -> None:
    assert said in "\n".join(errors_of(text))


def test_a_lone_surrogate_is_refused_wherever_it_comes_from() -> None:
    with pytest.raises(BadPracticeFile, match=r"practice.name: contains characters"):
        parse_practice_file({"practice": {"slug": "a", "name": "\ud800"}})
    with pytest.raises(BadPracticeFile) as refused:
        parse_practice_file({"practice": {"slug": "a", "\ud800": 1}})
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        (
            "opening_hours",
            '[{days = "Mon", opens = "25:00", closes = "26:00"}]',
            'opens: must be a time such as "09:00"',
        ),
        ("opening_hours", '[{days = "Funday", opens = "09:00", closes = "10:00"}]', "days: must be weekdays"),
        ("opening_hours", '[{days = "Mon", opens = "09:00"}]', "closes: is missing"),
        (
            "opening_hours",
            '[{days = "Mon-Wed", opens = "09:00", closes = "12:00"}, {days = "Tue", opens = "11:00", closes = "13:00"}]',
            "opening_hours: Tue 09:00 and Tue 11:00 overlap",
        ),
        (
            "opening_hours",
            '[{days = "Mon", opens = "09:07", closes = "10:00"}]',
            "opens: must be on a step of five minutes such as",
        ),
        (
            "opening_hours",
            '[{days = "Mon", opens = 09:00:00, closes = 10:00:30}]',
            "closes: must be on a step of five minutes such as",
        ),
        ("closures", "[{from = 2026-12-26, until = 2026-12-24}]", "until: lies before from"),
        ("closures", "[{from = 12026-12-26}]", "this is not TOML"),
        ("closures", "[{from = 1026-12-26}]", "must be a date such as 2027-02-01"),
        ("closures", "[{label = 'x'}]", "from: is missing"),
        ("rooms", '[{slug = "a", name = "A"}, {slug = "a", name = "B"}]', "rooms: “a” is there twice"),
        (
            "address",
            '[{lines = "1 Example Street"}, {lines = "2 Example Street"}]',
            "two addresses that hold from the same day",
        ),
        ("address", "[{from = 2027-01-01}]", "lines: is missing: only an announced address"),
        ("phone", '"call me"', "phone: must be a telephone number"),
        ("country", '"Canada"', "country: must be two capital letters such as CA"),
    ],
)
def test_what_a_location_may_not_say(key: str, value: str, said: str) -> None:
    assert said in "\n".join(errors_of(f"{SMALLEST}{PLACE}{key} = {value}\n"))


@pytest.mark.parametrize("zone", ["EST", "Etc/GMT+5", "MST7MDT"])
def test_a_clock_that_is_no_places_is_refused(zone: str) -> None:
    assert "must name a place's clock" in "\n".join(errors_of(f'{SMALLEST}{PLACE}zone = "{zone}"\n'))


def test_windows_of_different_seasons_do_not_overlap() -> None:
    hours = (
        'opening_hours = [{days = "Mon", opens = "09:00", closes = "12:00", until = 2027-03-31},'
        ' {days = "Mon", opens = "08:00", closes = "13:00", from = 2027-04-01}]'
    )
    file = parse_practice_file(read_toml(f"{SMALLEST}{PLACE}{hours}".encode()))
    assert len(file.locations[0].opening_hours) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'techniques = ["deep"]',
            'techniques = ["other"]',
            "service[0].techniques: “other” is not in the file",
        ),
        (
            'guidance_plan = "plan"',
            'guidance_plan = "none"',
            "service[0].guidance_plan: “none” is not in the file",
        ),
        (
            'room_features = ["warm"]',
            'room_features = ["pool"]',
            "service[0].room_features: no room has pool",
        ),
        ('{technique = "deep", until', '{technique = "other", until', "therapist[0].qualifications: “other”"),
        (
            '{days = "Mon-Fri", starts',
            '{location = "moon", days = "Mon", starts',
            "therapist[0].availability: “moon”",
        ),
        ('price = "95.00"', "price = 95.0", "service[0].duration[0].price: must be text"),
        (
            'techniques = ["deep"]',
            'depth = "deep"\nregion = "hip-flexors"',
            "service[0].needs_screening: must be true for deep work on the region “hip-flexors”",
        ),
        (
            'starts = "09:00"',
            'starts = "09:07"',
            "therapist[0].availability[0].starts: must be on a step of five minutes",
        ),
        (
            "until = 2027-01-05T14:00:00-05:00",
            "until = 2027-01-05T14:01:00-05:00",
            "therapist[0].time_off[1].until: must be on a step of five minutes",
        ),
        ('price = "95.00"', 'price = "95.001"', "has more decimals than USD has"),
        ('price = "95.00"', 'price = "-5"', 'must be a price such as "95.00"'),
        ("minutes = 60", "minutes = 725", "service[0].duration[0].minutes: must be between 5 and 720"),
        (
            "minutes = 60",
            "minutes = 60\nbuffer_after = 7",
            "service[0].duration[0].buffer_after: must be a multiple of 5",
        ),
        ("minutes = 60", 'minutes = 60\nvisit = "third"', "visit: must be one of any, first, returning"),
        ('before = "1 day"', 'before = "soon"', 'before: must be a time such as "3 days"'),
        ('before = "1 day"', 'before = "1 day"\nafter = "1 day"', "exactly one of the two"),
        ('before = "1 day"', 'before = "99999 weeks"', "must be at most 90 days"),
        (
            "from = 2026-12-24, until = 2026-12-26",
            "from = 2026-12-26, until = 2026-12-24",
            "until: must be later than from",
        ),
        ("from = 2026-12-24", "from = 2026-12-24T10:00:00", "must have an offset"),
        ("seconds = 60, up_to", "up_to", "up_to_seconds: must be more than seconds"),
    ],
)
def test_what_the_parts_may_not_say(old: str, new: str, said: str) -> None:
    assert old in FULL
    assert said in "\n".join(errors_of(FULL.replace(old, new, 1)))


def test_the_upper_part_wins_and_the_lower_fills_in_by_slug() -> None:
    upper = placed({"service": [{"slug": "a", "name": "Fact"}], "reasons": ["x"]})
    lower = placed(
        {"service": [{"slug": "b"}, {"slug": "a", "name": "Example", "depth": "deep"}], "reasons": ["y"]}
    )
    assert laid_over(upper, lower) == {
        "service": [{"slug": "a", "name": "Fact", "depth": "deep"}, {"slug": "b"}],
        "reasons": ["x"],
    }


def test_changes_are_told_in_words() -> None:
    before = {
        "location": [{"slug": "main", "phone": "1", "zone": "A"}],
        "service": [{"slug": "a"}, {"slug": "b"}],
    }
    after = {
        "location": [{"slug": "main", "phone": "2", "hours": [{"days": "Mon"}]}],
        "service": [{"slug": "b"}, {"slug": "a"}],
    }
    assert changes(before, after) == (
        "location[main].phone: “1” becomes “2”",
        "location[main].hours: added",
        "location[main].zone: removed",
        "service: in a new order",
    )
    assert changes(after, after) == ()


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["slug", "name", "from", "lines", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)
KEYS = [
    "slug",
    "name",
    "zone",
    "policy",
    "opening_hours",
    "address",
    "rooms",
    "closures",
    "duration",
    "step",
    "qualifications",
]


@given(
    st.dictionaries(
        st.sampled_from(
            ["practice", "location", "service", "therapist", "guidance_plan", "technique", "guide", "x"]
        ),
        junk
        | st.dictionaries(st.sampled_from(KEYS), junk)
        | st.lists(st.dictionaries(st.sampled_from(KEYS), junk), max_size=3),
    )
)
def test_nothing_that_a_file_can_hold_is_more_than_refused(document: dict[str, object]) -> None:
    assert [error for error in _refusals(document) if not str(error)] == []


def _refusals(document: dict[str, object]) -> tuple[FileError, ...]:
    try:
        parse_practice_file(document)
    except BadPracticeFile as refused:
        return refused.errors
    return ()
