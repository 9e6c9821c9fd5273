"""The five practices as files, and loading files into a database."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.actions.booking import book
from app.actions.clinic import CannotLoad, CannotRead, Loaded, Rejected, exported, judge, load, read_documents
from app.actions.outcomes import Booked
from app.domain.practice_file_parsing import parse_practice_file
from app.extensions import db
from app.models import GuidancePlanVersion, Practice, SelfCareGuide, ServiceVariant
from app.store.practice import load_practice
from app.store.transactions import transaction
from tests.support.rows import at, make_practice, order, wish
from tests.support.run import ROOT

NOW = datetime(2026, 11, 21, 15, 0, tzinfo=UTC)
CLINICS = ROOT / "clinics"
FOUR = ("a-better-body-massage", "jacqueline-kane", "kneaded-tranquility", "punchiit")
SMALL = """
[practice]
slug = "small"
name = "Small"
currency = "USD"
[[location]]
slug = "main"
name = "Main"
phone = "412-555-0100"
rooms = [{slug = "one", name = "Room 1"}, {slug = "two", name = "Room 2"}]
[[guidance_plan]]
slug = "plan"
name = "Plan"
step = [{key = "day", before = "1 day", label = "The day before", text = "Rest."}]
[[service]]
slug = "massage"
name = "Massage"
guidance_plan = "plan"
duration = [{minutes = 60, price = "95.00"}, {minutes = 90, price = "135.00"}]
[example.practice]
tagline = "Example"
"""


def path_of(clinic: str) -> Path:
    return CLINICS / f"{clinic}.toml"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL, "utf-8")
    return path


def loaded(path: Path, *, examples: bool = False, force: bool = False) -> Loaded:
    answer = load(path, NOW, with_examples=examples, force=force)
    assert isinstance(answer, Loaded), answer
    return answer


MISSING = {
    "a-better-body-massage": [
        "location.address",
        "location.zone",
        "location.phone",
        "location.opening_hours",
        "practice.currency",
        "service[psoas-release].duration",
        "therapist",
    ],
    "jacqueline-kane": [
        "practice.name",
        "location.address",
        "location.zone",
        "location.phone",
        "location.opening_hours",
        "practice.currency",
        "service[psoas-session].duration",
        "therapist[jacqueline-kane].availability",
    ],
    "kneaded-tranquility": [
        "location[noble-avenue].opening_hours",
        "practice.currency",
        "service[psoas-release].duration",
        "service[myofascial-release].duration",
        "service[deep-tissue].duration",
        "service[neuromuscular].duration",
        "therapist",
    ],
    "punchiit": [
        "practice.currency",
        "service[psoas-release].duration",
        "service[ball-release].duration",
        "service[breathing].duration",
        "service[movement].duration",
        "therapist",
    ],
}


@pytest.mark.parametrize("clinic", FOUR)
def test_without_examples_exactly_what_the_owner_must_tell_is_missing(clinic: str) -> None:
    judgement = judge(path_of(clinic))
    assert judgement.errors == ()
    assert [lack.key for lack in judgement.missing] == MISSING[clinic]


@pytest.mark.parametrize("clinic", FOUR)
def test_with_examples_nothing_is_missing(clinic: str) -> None:
    judgement = judge(path_of(clinic))
    assert judgement.has_examples
    assert judgement.missing_with_examples == ()


@pytest.mark.parametrize("clinic", FOUR)
def test_what_works_on_the_belly_needs_screening_and_lighter_services_stand_beside_it(clinic: str) -> None:
    services = parse_practice_file(read_documents(path_of(clinic)).with_examples).services
    assert all(service.needs_screening for service in services if service.region == "hips-and-belly")
    assert {service.depth for service in services} == {"light", "deep"}
    assert 3 <= len(services) <= 7
    assert any(remark.key.endswith(".screening_set") for remark in judge(path_of(clinic)).remarks)


@pytest.mark.parametrize("clinic", FOUR)
def test_a_first_visit_to_deep_work_lasts_fifteen_minutes_longer(clinic: str) -> None:
    services = parse_practice_file(read_documents(path_of(clinic)).with_examples).services
    deep = next(service for service in services if service.needs_screening)
    shortest = {
        visit: min(one.minutes for one in deep.durations if one.visit == visit)
        for visit in ("first", "returning")
    }
    assert shortest["first"] == shortest["returning"] + 15


@pytest.mark.parametrize("path", sorted(CLINICS.rglob("*.toml")), ids=lambda path: str(path.stem))
def test_no_text_promises_what_nobody_can_promise(path: Path) -> None:
    text = path.read_text("utf-8").casefold()
    forbidden = ("toxin", "detox", "cure", "heals", "guarantee", "stop your medicine", "stop taking")
    assert [word for word in forbidden if word in text] == []


@pytest.mark.parametrize("clinic", FOUR)
def test_example_people_are_plainly_examples(clinic: str) -> None:
    documents = read_documents(path_of(clinic))
    facts, examples = parse_practice_file(documents.facts), parse_practice_file(documents.with_examples)
    assert all(
        therapist.email and therapist.email.endswith(".example.com") for therapist in examples.therapists
    )
    told = {location.slug: location.phone for location in facts.locations}
    assert all(
        told.get(location.slug) or "-555-01" in (location.phone or "") for location in examples.locations
    )


def test_punchiit_opens_at_six_and_closes_at_noon_on_saturday() -> None:
    location = parse_practice_file(read_documents(path_of("punchiit")).facts).locations[0]
    hours = {window.weekday: (window.opens, window.closes) for window in location.opening_hours}
    assert hours == dict.fromkeys(range(5), (time(6), time(20))) | dict.fromkeys((5, 6), (time(9), time(12)))


def test_punchiits_move_is_announced_without_date_or_address() -> None:
    location = parse_practice_file(read_documents(path_of("punchiit")).facts).locations[0]
    present, announced = location.address
    assert (present.valid_from, present.announced) == (None, False)
    assert present.lines == "247 Herring Cove Rd., Lower Level\nHalifax, NS B3P 1L6"
    assert (announced.valid_from, announced.lines, announced.announced) == (None, None, True)
    assert "early 2026" in announced.note["en"]


def test_few_hold_the_deep_technique_at_a_better_body_and_all_of_them_at_kneaded() -> None:
    better = parse_practice_file(read_documents(path_of("a-better-body-massage")).with_examples)
    deep = [
        one for one in better.therapists if any(held.technique == "deep-psoas" for held in one.qualifications)
    ]
    assert (len(deep), len(better.therapists)) == (2, 5)
    kneaded = parse_practice_file(read_documents(path_of("kneaded-tranquility")).with_examples)
    assert all(len(therapist.qualifications) == 3 for therapist in kneaded.therapists)
    assert len(kneaded.techniques) == 3


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("clinic", FOUR)
@pytest.mark.parametrize("examples", [False, True])
def test_twice_is_once_and_what_is_exported_changes_nothing(
    clinic: str, examples: bool, tmp_path: Path
) -> None:
    assert loaded(path_of(clinic), examples=examples).changes
    revision = load_practice().revision
    assert loaded(path_of(clinic), examples=examples).changes == ()
    written = tmp_path / "exported.toml"
    written.write_text(exported(), "utf-8")
    assert loaded(written).changes == ()
    assert load_practice().revision == revision
    assert load_practice().demonstration is examples


@pytest.mark.usefixtures("context")
def test_facts_alone_are_no_demonstration_and_examples_make_one(small: Path) -> None:
    assert loaded(small).demonstration is False
    assert "practice.demonstration: true" in loaded(small, examples=True).changes
    assert loaded(small).demonstration is True


@pytest.mark.usefixtures("context")
def test_a_real_practice_with_appointments_never_becomes_a_demonstration(tmp_path: Path) -> None:
    make_practice(demonstration=False)
    with transaction() as rows:
        rows.execute(select(Practice)).scalar_one().slug = "small"
    assert isinstance(book(order(wish(at("10:00"), service="back-massage", minutes=30)), NOW), Booked)
    path = tmp_path / "small.toml"
    path.write_text(SMALL, "utf-8")
    with pytest.raises(CannotLoad, match="real appointments"):
        load(path, NOW, with_examples=True)


@pytest.mark.usefixtures("context")
def test_a_file_about_another_practice_is_refused(small: Path) -> None:
    loaded(small)
    with pytest.raises(CannotLoad, match="holds the practice small"):
        load(path_of("punchiit"), NOW)


@pytest.mark.usefixtures("context")
def test_what_the_file_does_not_name_is_left_alone(small: Path) -> None:
    loaded(small)
    small.write_text(
        '[practice]\nslug = "small"\n[[location]]\nslug = "main"\nname = "Main"\nphone = "412-555-0199"\n',
        "utf-8",
    )
    assert loaded(small).changes == ("location[main].phone: “412-555-0100” becomes “412-555-0199”",)
    practice = load_practice()
    assert practice.name == "Small"
    assert [room.slug for room in practice.locations[0].rooms] == ["one", "two"]
    assert len(practice.services[0].variants) == 2


@pytest.mark.usefixtures("context")
def test_a_list_is_one_value_and_a_duration_that_left_it_is_retired(small: Path) -> None:
    loaded(small)
    only_sixty = SMALL.replace(', {minutes = 90, price = "135.00"}', "")
    small.write_text(only_sixty, "utf-8")
    loaded(small)
    assert [variant.minutes for variant in load_practice().services[0].variants] == [60]
    small.write_text(SMALL, "utf-8")
    loaded(small)
    assert [variant.minutes for variant in load_practice().services[0].variants] == [60, 90]
    assert db.session.scalar(select(func.count(ServiceVariant.id))) == 2


@pytest.mark.usefixtures("context")
def test_what_is_retired_stays_so_until_the_file_says_otherwise(small: Path) -> None:
    loaded(small)
    small.write_text(SMALL.replace('name = "Massage"', 'name = "Massage"\nretired = true'), "utf-8")
    assert loaded(small).changes == ("service[massage].retired: true",)
    assert load_practice().services == ()
    assert "retired = true" in exported()
    small.write_text(SMALL, "utf-8")
    assert loaded(small).changes == ()
    small.write_text(SMALL.replace('name = "Massage"', 'name = "Massage"\nretired = false'), "utf-8")
    assert loaded(small).changes == ("service[massage].retired: removed",)
    assert [service.slug for service in load_practice().services] == ["massage"]


@pytest.mark.usefixtures("context")
def test_a_plan_gets_a_new_version_only_when_its_steps_change(small: Path) -> None:
    loaded(small)
    small.write_text(SMALL.replace('name = "Plan"', 'name = "The plan"'), "utf-8")
    loaded(small)
    small.write_text(SMALL.replace("Rest.", "Rest well."), "utf-8")
    loaded(small)
    versions = (
        db.session.execute(select(GuidancePlanVersion).order_by(GuidancePlanVersion.version)).scalars().all()
    )
    assert [(one.version, one.steps[0]["text"]["en"]) for one in versions] == [
        (1, "Rest."),
        (2, "Rest well."),
    ]


@pytest.mark.usefixtures("context")
def test_changes_made_on_the_pages_are_not_overwritten_unless_forced(small: Path) -> None:
    loaded(small)
    with transaction() as rows:
        row = rows.execute(select(Practice)).scalar_one()
        row.name, row.settings_source = "Renamed on the page", "pages"
    with pytest.raises(
        CannotLoad, match=r"(?s)practice.name: “Renamed on the page” becomes “Small”.*--force"
    ):
        load(small, NOW)
    assert load_practice().name == "Renamed on the page"
    loaded(small, force=True)
    assert db.session.execute(select(Practice.name, Practice.settings_source)).one() == ("Small", "file")


@pytest.mark.usefixtures("context")
def test_a_file_with_errors_changes_nothing(small: Path) -> None:
    loaded(small)
    small.write_text(
        SMALL.replace('name = "Small"', 'name = "Other"').replace("minutes = 60", "minutes = 61"), "utf-8"
    )
    answer = load(small, NOW)
    assert isinstance(answer, Rejected)
    assert [str(error) for error in answer.errors] == [
        "service[0].duration[0].minutes: must be a multiple of 5, not 61"
    ]
    assert load_practice().name == "Small"


@pytest.mark.usefixtures("context")
def test_errors_in_the_examples_are_told_with_their_place(small: Path) -> None:
    small.write_text(
        f"{SMALL}colour = 3\n[[example.service]]\nslug = 'massage'\ndepth = 'bottomless'\n", "utf-8"
    )
    places = [error.key for error in judge(small).errors]
    assert places == ["example.practice.colour", "example.service[0].depth"]
    assert isinstance(load(small, NOW), Rejected)


@pytest.mark.parametrize(
    ("include", "said"),
    [
        ("include = ['../secrets.toml']\n", "include[0]"),
        ("include = ['/etc/passwd']\n", "include[0]"),
        ("include = [3]\n", "include[0]: 3 is not a file beside this one"),
        ("include = 'x.toml'\n", "include: must be a list"),
    ],
)
def test_only_files_beside_it_can_be_included(small: Path, include: str, said: str) -> None:
    small.write_text(include + SMALL, "utf-8")
    assert said in str(judge(small).errors[0])


def test_errors_of_an_included_file_name_it(small: Path) -> None:
    (small.parent / "guides.toml").write_text("[[guide]]\nslug = 'x'\n", "utf-8")
    small.write_text("include = ['guides.toml']\n" + SMALL, "utf-8")
    assert [str(error) for error in judge(small).errors] == ["guides.toml: guide[0].title: is missing"]


def test_a_file_that_is_not_there_is_said_so(small: Path) -> None:
    with pytest.raises(CannotRead, match=r"There is no file .*nowhere.toml"):
        judge(small.parent / "nowhere.toml")
    small.write_text("include = ['nowhere.toml']\n" + SMALL, "utf-8")
    with pytest.raises(CannotRead, match=r"nowhere.toml, which small.toml includes"):
        judge(small)


@pytest.mark.usefixtures("context")
def test_the_library_comes_along_and_no_guide_is_approved_by_itself() -> None:
    loaded(path_of("a-better-body-massage"), examples=True)
    guides = db.session.execute(select(SelfCareGuide).order_by(SelfCareGuide.slug)).scalars().all()
    assert [guide.slug for guide in guides] == [
        "back-rotation",
        "hip-front-massage",
        "knee-hold-press",
        "tool-release",
    ]
    assert all(guide.approved_at is None and guide.stop_rules for guide in guides)
    timed = {
        guide.slug: [step.get("seconds") for step in guide.steps if "seconds" in step] for guide in guides
    }
    assert timed == {
        "back-rotation": [],
        "hip-front-massage": [],
        "knee-hold-press": [30],
        "tool-release": [],
    }


def test_the_file_that_the_guide_shows_is_right(tmp_path: Path) -> None:
    guide = (CLINICS / "README.md").read_text("utf-8")
    path = tmp_path / "shown.toml"
    path.write_text(guide.split("```toml\n")[1].split("```")[0], "utf-8")
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "guidance.toml").write_text("", "utf-8")
    judgement = judge(path)
    assert [str(error) for error in judgement.errors] == []
    assert judgement.missing == ()


@pytest.mark.usefixtures("context")
def test_room_features_as_staff_type_them_survive_an_export(small: Path, tmp_path: Path) -> None:
    small.write_text(
        SMALL.replace('name = "Room 1"', 'name = "Room 1", features = ["café-nah", "2.0 m"]'), "utf-8"
    )
    loaded(small)
    written = tmp_path / "exported.toml"
    written.write_text(exported(), "utf-8")
    assert loaded(written).changes == ()
