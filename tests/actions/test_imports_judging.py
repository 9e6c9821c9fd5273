"""What would become of a file's rows, before anything is brought in."""

from app.actions.imports import open_file
from app.actions.imports_judging import judged
from app.domain.imports import FileKind, LineState, OldSystem, Problem
from app.store.practice import load_practice
from tests.support.imports import APPOINTMENTS_HEAD, lines, sent_in, session
from tests.support.rows import NOW, make_practice


def test_more_sessions_to_come_than_a_page_can_wait_for_are_left_for_another_file(context: None) -> None:
    make_practice(therapists=2, rooms=2)
    batch = sent_in(
        lines(
            APPOINTMENTS_HEAD,
            session("November 24, 2026 9:00 am", "November 24, 2026 10:00 am"),
            *(session("November 2, 2026 9:00 am", "November 2, 2026 10:00 am"),) * 2,
            session("November 25, 2026 9:00 am", "November 25, 2026 10:00 am"),
        ),
        FileKind.APPOINTMENTS,
    )
    _, sheet, reading = open_file(batch)
    judgements = judged(
        FileKind.APPOINTMENTS, OldSystem.OTHER, sheet, reading, load_practice(), NOW, most_ahead=1
    )
    assert [(state, problem) for _, state, problem in judgements] == [
        (LineState.NEW, None),
        (LineState.NEW, None),
        (LineState.KNOWN, None),
        (LineState.PROBLEM, Problem.TOO_MANY_AHEAD),
    ]
