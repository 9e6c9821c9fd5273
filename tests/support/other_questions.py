"""A second service that asks before it: the same questions as the first, or one of its own."""

from sqlalchemy import select, update

from app.models import ScreeningSet, ScreeningSetVersion, Service
from app.store.practice import raise_revision
from app.store.transactions import transaction
from tests.support.rows import NOW

OTHER = "back-massage"
#: What everybody can answer to the questions of its own.
RESTED = {"rested": "no"}


def ask_the_same_before(slug: str = OTHER) -> None:
    """It asks the questions of the first."""
    with transaction() as rows:
        asked = rows.execute(select(ScreeningSet.id).where(ScreeningSet.slug == "deep")).scalar_one()
        rows.execute(update(Service).where(Service.slug == slug).values(screening_set_id=asked))
        raise_revision()


def ask_something_else_before(slug: str = OTHER) -> None:
    """It asks one question of its own, which nobody needs to fear."""
    no = {"key": "no", "label": {"en": "No"}, "outcome": "ok"}
    yes = {"key": "yes", "label": {"en": "Yes"}, "outcome": "review"}
    words = {"text": {"en": "About rested?"}, "why": {"en": "Because of rest."}}
    with transaction() as rows:
        by = {"approved_by": "owner@example.com", "approved_at": NOW}
        questions = [{"key": "rested", "answers": [no, yes], **words}]
        version = ScreeningSetVersion(version=1, questions=questions, created_at=NOW, **by)
        asked = ScreeningSet(slug="rest", name="Before a rest", versions=[version])
        rows.add(asked)
        rows.flush()
        rows.execute(update(Service).where(Service.slug == slug).values(screening_set_id=asked.id))
        raise_revision()
