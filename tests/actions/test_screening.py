"""What must be screened is not booked online by a real practice, whatever stands in its row or file."""

from pathlib import Path

import pytest
from sqlalchemy import update

from app.actions.booking import book
from app.actions.clinic import Rejected, judge, load
from app.actions.outcomes import Refused
from app.domain.slots import Refusal
from app.models import Service
from app.store.practice import NoPractice, load_practice
from app.store.transactions import transaction
from tests.support.rows import NOW, at, make_practice, order, wish
from tests.support.run import ROOT

pytestmark = pytest.mark.usefixtures("context")


def test_deep_work_on_the_belly_needs_screening_though_its_row_denies_it() -> None:
    make_practice(demonstration=False)
    with transaction() as rows:
        rows.execute(update(Service).values(depth="deep", region="hip-flexors", needs_screening=False))
    answer = book(order(wish(at("10:00"))), NOW)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.NEEDS_SCREENING


def test_a_file_that_denies_it_is_refused_by_key_and_changes_nothing(tmp_path: Path) -> None:
    stored = (ROOT / "clinics" / "punchiit.toml").read_text("utf-8")
    path = tmp_path / "punchiit.toml"
    denied = stored.replace("needs_screening = true", "needs_screening = false", 1)
    (tmp_path / "library").symlink_to(ROOT / "clinics" / "library")
    path.write_text(denied, "utf-8")
    told = ["service[0].needs_screening: must be true for deep work on the region “hips-and-belly”"]
    assert [str(error) for error in judge(path).errors] == told
    answer = load(path, NOW)
    assert isinstance(answer, Rejected)
    assert [str(error) for error in answer.errors] == told
    with pytest.raises(NoPractice):
        load_practice()
