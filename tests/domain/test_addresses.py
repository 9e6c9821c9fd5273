"""Which address holds on which date."""

from dataclasses import replace
from datetime import date

from app.domain.addresses import address_on
from app.domain.practice import AddressPeriod, Location
from tests.domain.builders import location

OLD = AddressPeriod(None, "247 Old Road\nHalifax")
MOVE = date(2027, 2, 1)


def moving(*periods: AddressPeriod) -> Location:
    """A location with these periods."""
    return replace(location(), address_periods=periods)


def test_an_announced_move_without_a_date_leaves_the_address_and_adds_its_note() -> None:
    place = moving(
        OLD, AddressPeriod(None, None, announced=True, note={"en": "We are moving early in the year."})
    )
    address = address_on(place, date(2027, 6, 1))
    assert (address.lines, address.to_be_confirmed) == (OLD.lines, False)
    assert address.note == {"en": "We are moving early in the year."}


def test_from_the_day_of_the_move_the_new_address_holds() -> None:
    place = moving(OLD, AddressPeriod(MOVE, "1 New Street\nHalifax"))
    assert address_on(place, date(2027, 1, 31)).lines == OLD.lines
    assert address_on(place, MOVE).lines == "1 New Street\nHalifax"


def test_after_a_dated_move_without_an_address_the_old_one_is_never_printed() -> None:
    place = moving(OLD, AddressPeriod(MOVE, None, announced=True))
    assert address_on(place, date(2027, 1, 31)).lines == OLD.lines
    assert address_on(place, MOVE).lines is None
    assert address_on(place, MOVE).to_be_confirmed


def test_without_any_address_it_will_be_confirmed() -> None:
    assert address_on(moving(), MOVE).to_be_confirmed
