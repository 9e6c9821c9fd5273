"""Who may book deep work: decided under the booking lock, whatever a page has shown before."""

from datetime import datetime, timedelta

import pytest

from app.actions.booking import Order, book
from app.actions.managing import Change, cancel, move
from app.actions.outcomes import Booked, Moved, Refused
from app.actions.screening import answer_questions
from app.domain.appointments import Actor
from app.domain.overriding import Override
from app.domain.slots import Refusal
from app.domain.staff import StaffRole
from app.domain.wishes import Gender, Wishes
from app.models import Appointment, Consent, Review, Screening
from app.store.appointments import get_appointment
from app.store.transactions import transaction
from app.store.wishes import wishes_of
from tests.support.rows import MONDAY, NOW, active_claims, at, make_practice, order, wish
from tests.support.safety import (
    TERMS,
    WELL,
    answered,
    ask_before,
    change_consent_text,
    deep_service,
    describe,
    limit,
)

pytestmark = pytest.mark.usefixtures("context")
#: Three days from NOW there is time for a therapist to look.
NINE = at("09:00", MONDAY)


@pytest.fixture(name="_asked")
def _practice_that_asks(context: None) -> None:
    make_practice(therapists=2, rooms=2)
    ask_before()


def deep(starts_at: datetime = NINE, key: str = "key-1", **more: object) -> Order:
    """An order for deep work with consent given."""
    said: dict[str, object] = {"consent": TERMS, "key": key} | more
    return order(wish(starts_at), **said)  # type: ignore[arg-type]


def booked(answer: object) -> Appointment:
    """The appointment that was made."""
    assert isinstance(answer, Booked), answer
    return get_appointment(answer.appointment_id)


def refused(answer: object) -> Refusal:
    """Why it was not."""
    assert isinstance(answer, Refused), answer
    return answer.refusal


@pytest.mark.usefixtures("_asked")
def test_nobody_books_deep_work_online_without_answers() -> None:
    assert refused(book(deep(), NOW)) is Refusal.NOT_ANSWERED
    assert refused(book(deep(screening_token="invented"), NOW)) is Refusal.NOT_ANSWERED
    assert active_claims() == []


@pytest.mark.usefixtures("_asked")
def test_answers_that_are_well_book_and_belong_to_the_client_from_then_on() -> None:
    said = answered(NOW)
    made = booked(book(deep(screening_token=said.token), NOW))
    with transaction() as rows:
        kept = rows.query(Screening).one()
        assert (made.state, kept.client_id, kept.appointment_id) == ("booked", made.client_id, made.id)
        assert kept.wrapped_key is None


@pytest.mark.usefixtures("_asked")
def test_answers_serve_one_booking_and_only_for_a_day() -> None:
    said = answered(NOW)
    booked(book(deep(screening_token=said.token), NOW))
    again = deep(at("13:00"), key="key-2", screening_token=said.token)
    assert refused(book(again, NOW)) is Refusal.NOT_ANSWERED
    old = answered(NOW - timedelta(hours=25), visitor="yesterday")
    late = deep(at("13:00"), key="key-3", screening_token=old.token)
    assert refused(book(late, NOW)) is Refusal.NOT_ANSWERED


@pytest.mark.usefixtures("_asked")
@pytest.mark.parametrize("said", [{"pregnant": "yes"}, {"pulse": "yes"}, {"thinners": "not_sure"}])
def test_what_means_calling_or_getting_help_books_nothing_by_any_request(said: dict[str, str]) -> None:
    token = answered(NOW, **said).token
    assert refused(book(deep(screening_token=token), NOW)) is Refusal.PLEASE_CALL
    assert active_claims() == []


@pytest.mark.usefixtures("_asked")
def test_what_a_therapist_looks_at_first_is_requested_and_its_time_kept() -> None:
    token = answered(NOW, thinners="aspirin").token
    made = booked(book(deep(screening_token=token), NOW))
    with transaction() as rows:
        review = rows.query(Review).one()
        assert (made.state, review.appointment_id) == ("requested", made.id)
        assert review.deadline_at == min(NOW + timedelta(hours=24), NINE - timedelta(hours=48))
    assert active_claims()


@pytest.mark.usefixtures("_asked")
def test_where_no_time_is_left_for_a_look_the_answer_means_calling() -> None:
    soon = NINE - timedelta(hours=47)
    token = answered(soon, thinners="aspirin").token
    assert refused(book(deep(screening_token=token), soon)) is Refusal.PLEASE_CALL


@pytest.mark.usefixtures("_asked")
def test_consent_is_asked_once_and_again_when_its_text_has_changed() -> None:
    no_consent = deep(consent=None, screening_token=answered(NOW).token)
    assert refused(book(no_consent, NOW)) is Refusal.NEEDS_CONSENT
    booked(book(deep(screening_token=answered(NOW).token), NOW))
    second = deep(at("13:00"), "key-2", consent=None, screening_token=answered(NOW).token)
    booked(book(second, NOW))
    change_consent_text()
    third = deep(at("16:00"), "key-3", consent=None, screening_token=answered(NOW).token)
    assert refused(book(third, NOW)) is Refusal.NEEDS_CONSENT
    with transaction() as rows:
        assert rows.query(Consent).count() == 1


@pytest.mark.usefixtures("_asked")
def test_the_desk_may_set_missing_answers_aside_with_a_reason_but_never_a_cry_for_help() -> None:
    def by_desk(key: str, token: str | None) -> object:
        aside = frozenset({Refusal.NOT_ANSWERED, Refusal.PLEASE_CALL, Refusal.NEEDS_CONSENT})
        why = Override(aside, "Talked it over on the telephone", frozenset({StaffRole.DESK}))
        said = {"by_staff": True, "override": why, "actor": Actor("staff", "desk@example.com")}
        return book(deep(NINE, key, consent=None, screening_token=token, **said), NOW)

    light = booked(book(order(wish(at("13:00"), service="back-massage", minutes=30), key="light"), NOW))
    assert refused(by_desk("key-1", answered(NOW, "a", pulse="yes").token)) is Refusal.PLEASE_CALL
    yesterday = NOW - timedelta(hours=23)  # once the client is known, leaving the answers out changes nothing
    answer_questions(deep_service(), WELL | {"pulse": "yes"}, None, yesterday, client_ids=[light.client_id])
    assert refused(by_desk("key-0", None)) is Refusal.PLEASE_CALL
    with transaction() as rows:
        rows.query(Screening).update({"answered_at": NOW - timedelta(hours=25)})
    called = booked(by_desk("key-2", answered(NOW, "b", pregnant="yes").token))
    assert called.state == "booked"
    cancel(Change(called.id, Actor("staff"), by_staff=True), NOW)
    assert booked(by_desk("key-3", None)).state == "booked"


@pytest.mark.usefixtures("_asked")
def test_wishes_are_kept_sealed_with_the_session() -> None:
    wants = Wishes(gender=Gender.FEMALE, avoid="left knee")
    made = booked(book(deep(screening_token=answered(NOW).token, wishes=wants), NOW))
    assert made.sealed_wishes is not None
    assert b"left knee" not in made.sealed_wishes
    assert wishes_of(made) == wants


@pytest.mark.usefixtures("_asked")
def test_who_wants_a_woman_is_never_silently_moved_to_a_man() -> None:
    describe("therapist-1", gender="female")
    describe("therapist-2", gender="male")
    wants = Wishes(gender=Gender.FEMALE)
    made = booked(book(deep(screening_token=answered(NOW).token, wishes=wants), NOW))
    desk = Change(made.id, Actor("staff", "desk@example.com"), by_staff=True)
    assert refused(move(desk, NINE, NOW, "therapist-2")) is Refusal.NOT_WISHED
    asked = Override(frozenset({Refusal.NOT_WISHED}), "She agreed by telephone", frozenset({StaffRole.DESK}))
    assert isinstance(move(desk, NINE, NOW, "therapist-2", override=asked), Moved)


def test_a_second_person_is_claimed_with_the_session_and_freed_with_it() -> None:
    make_practice(therapists=2, rooms=2)
    describe("therapist-2", may_chaperone=True)
    asked = order(wish(NINE, with_chaperone=True))
    made = booked(book(asked, NOW))
    assert made.chaperone is not None
    assert made.chaperone.slug == "therapist-2"
    assert len(active_claims()) == 3
    with_her = order(wish(NINE, therapist="therapist-2"), name="Mina Cole", key="key-2")
    assert refused(book(with_her, NOW)) is Refusal.TAKEN
    cancel(Change(made.id, Actor("client")), NOW)
    assert active_claims() == []
    booked(book(order(wish(NINE, therapist="therapist-2"), name="Mina Cole", key="key-3"), NOW))


def test_where_nobody_can_be_the_second_person_the_time_is_not_offered() -> None:
    make_practice(therapists=2, rooms=2)
    describe("therapist-1", may_chaperone=True)  # who gives the session is no second person
    assert refused(book(order(wish(NINE, with_chaperone=True)), NOW)) is Refusal.NO_CHAPERONE


def test_who_wants_a_woman_is_offered_nobody_else() -> None:
    make_practice(therapists=2, rooms=2)
    describe("therapist-2", gender="female")
    woman = book(order(wish(NINE, therapist=None, gender=Gender.FEMALE)), NOW)
    assert booked(woman).therapist.slug == "therapist-2"
    named = order(wish(at("13:00"), therapist="therapist-1", gender=Gender.FEMALE), key="key-2")
    assert refused(book(named, NOW)) is Refusal.NOT_OFFERED


def test_days_between_deep_sessions_are_counted_both_ways_and_told_to_nobody() -> None:
    make_practice(therapists=2, rooms=2)
    limit(spacing_days=3)
    booked(book(order(wish(NINE)), NOW))
    for days in (1, 2):
        near = order(wish(NINE + timedelta(days=days), therapist="therapist-2"), key=f"after-{days}")
        assert refused(book(near, NOW)) is Refusal.PLEASE_CALL
    booked(book(order(wish(NINE + timedelta(days=3)), key="three-days"), NOW))
    light = wish(NINE + timedelta(days=1), service="back-massage", minutes=30)
    booked(book(order(light, key="light"), NOW))
    hers = wish(NINE + timedelta(days=1), therapist="therapist-2")
    somebody_else = order(hers, name="Mina Cole", key="mina")
    booked(book(somebody_else, NOW))


def test_a_day_holds_so_many_deep_sessions_and_a_cancelled_one_gives_its_place_back() -> None:
    make_practice(therapists=1, rooms=1)
    limit(deep_a_day=2)
    first = booked(book(order(wish(NINE), name="A Park", key="a"), NOW))
    booked(book(order(wish(at("13:00")), name="B Park", key="b"), NOW))
    third = order(wish(at("17:00")), name="C Park", key="c")
    assert refused(book(third, NOW)) is Refusal.DEEP_DAY_FULL
    light = wish(at("17:00"), service="back-massage", minutes=30)
    booked(book(order(light, name="D Park", key="d"), NOW))
    cancel(Change(first.id, Actor("client")), NOW)
    booked(book(order(wish(at("15:00")), name="C Park", key="c-2"), NOW))


@pytest.mark.usefixtures("_asked")
def test_nobody_books_with_the_answers_of_somebody_else() -> None:
    first = booked(book(deep(screening_token=answered(NOW).token), NOW))
    theirs = answer_questions(deep_service(), WELL, None, NOW, client_ids=[first.client_id])
    other = deep(at("13:00"), "key-2", name="Mina Cole", screening_token=theirs.token)
    assert refused(book(other, NOW)) is Refusal.NOT_ANSWERED
    booked(book(deep(at("13:00"), "key-3", screening_token=theirs.token), NOW))


@pytest.mark.usefixtures("_asked")
def test_what_a_known_client_said_today_counts_for_fresh_answers_from_anywhere() -> None:
    first = booked(book(deep(screening_token=answered(NOW).token), NOW))
    answer_questions(deep_service(), WELL | {"pulse": "yes"}, None, NOW, client_ids=[first.client_id])
    fresh = answered(NOW, "another browser").token
    second = booked(book(deep(at("13:00"), "key-2", screening_token=fresh), NOW))
    assert second.state == "requested"
