"""Trying the practice out: every mail goes to one address, until somebody ends it who knows what then goes to clients."""

from app.actions.settings import Edit, Outcome, Stop, WouldForget, change
from app.store import settings
from app.store.try_out import load_waiting

__all__ = ["MAILS", "begin_try_out", "end_try_out"]
#: The name under which a form says of how many mails it has told.
MAILS = "try_out_mails"


def begin_try_out(address: str, edit: Edit) -> Outcome:
    """From now on every mail goes there, and nowhere else."""
    return change(
        "practice",
        "",
        "try-out begun",
        edit,
        lambda row, language: settings.write_columns(row, {"try_out_email": address}, language),
    )


def end_try_out(edit: Edit) -> Outcome:
    """From now on mails go to whom they are for. WouldForget where more of them wait than the person was told."""

    def write(row: object, language: str) -> None:
        address = getattr(row, "try_out_email", None)
        waiting = load_waiting(address, edit.now).mails if address else 0
        if waiting > edit.forgets.get(MAILS, -1):
            raise Stop(WouldForget({MAILS: waiting}))
        settings.write_columns(row, {"try_out_email": None}, language)

    return change("practice", "", "try-out ended", edit, write)
