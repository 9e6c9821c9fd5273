"""What is deleted from an SQLite file is overwritten, whichever connection deletes it."""

import pytest

from app.extensions import db


@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_connection_writes_zeros_over_what_it_deletes(context: None) -> None:
    with db.engine.connect() as one, db.engine.connect() as other:
        found = [each.exec_driver_sql("pragma secure_delete").scalar_one() for each in (one, other)]
    assert found == [1, 1]
