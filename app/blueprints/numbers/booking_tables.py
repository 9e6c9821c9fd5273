"""How clients came to book: by which links, and how booking was for them."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from app.blueprints.numbers.tables import Cell, Column, Kind, Table
from app.domain.booking_felt import Felt
from app.domain.numbers import Stretch, share
from app.domain.sources import API, DESK, IMPORTED, WEB
from app.store.booking_numbers import FeltCount, SourceCount
from app.web.language import _, lazy

_OWN = {
    None: lazy("Not noted"),
    WEB: lazy("The booking site itself"),
    DESK: lazy("The desk"),
    API: lazy("Other programs"),
    IMPORTED: lazy("Brought along from another system"),
}


def source_words(source: str | None) -> str:
    """How somebody came to book: one of ours in words, and the word of a link as it is."""
    return str(_OWN.get(source) or source)


def sources(counts: Sequence[SourceCount]) -> Table:
    """Where bookings came from; links by the word that they carry."""
    everything = sum(one.bookings for one in counts)
    rows = [(source_words(one.source), one.bookings, share(one.bookings, everything)) for one in counts]
    columns = (
        Column(_("Source"), Kind.TEXT),
        Column(_("Bookings"), Kind.COUNT),
        Column(_("Share of bookings"), Kind.PERCENT),
    )
    return Table("sources", _("Where bookings came from"), columns, tuple(rows))


def felt(stretches: Sequence[Stretch], counts: Sequence[FeltCount]) -> Table:
    """How booking was, stretch by stretch: the mean of 1, a struggle, to 5, easy."""
    answers: dict[int, Counter[int]] = defaultdict(Counter)
    for one in counts:
        answers[one.stretch][one.felt] += one.answers
    rows = [_felt_row(stretch, answers[number]) for number, stretch in enumerate(stretches)]
    total = _felt_row(_("All"), sum(answers.values(), Counter[int]()))
    columns = (
        Column(_("Days"), Kind.STRETCH),
        Column(_("Answers"), Kind.COUNT),
        Column(_("Mean, 1 to 5"), Kind.MEAN),
        Column(_("A struggle"), Kind.COUNT),
        Column(_("Easy"), Kind.COUNT),
    )
    return Table("felt", _("How booking was"), columns, tuple(rows), total)


def _felt_row(stretch: Cell, answers: Counter[int]) -> tuple[Cell, ...]:
    count = answers.total()
    mean = sum(felt * times for felt, times in answers.items()) / count if count else None
    return stretch, count, mean, answers[Felt.STRUGGLE], answers[Felt.EASY]
