"""Day sheets as a PDF: a page per therapist, black on white, with room for a pen."""

from collections.abc import Iterator, Sequence
from functools import partial
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from app.domain.clients import Preferences
from app.domain.day_sheets import LETTER_COUNTRIES, DaySheet, SheetSession
from app.sheets.fonts import BOLD, PLAIN, prepare_fonts, printable
from app.wording import clock_words, full_day_words, short_when_words, wall_clock_words

_MARGIN, _FOOT = 14 * mm, 8 * mm
_INSET = 6  # what the library leaves free within the margins
_TIME, _WHO, _WHAT = 24 * mm, 48 * mm, 46 * mm
_NAME = ParagraphStyle("name", fontName=BOLD, fontSize=18, leading=22)
_LEAD = ParagraphStyle("lead", fontName=PLAIN, fontSize=11, leading=15, spaceAfter=5 * mm)
_CELL = ParagraphStyle("cell", fontName=PLAIN, fontSize=10.5, leading=13.5)
_RULES = 4  # lines for notes at the end of a day
_LOOKS = TableStyle(
    [
        ("LINEABOVE", (0, 1), (-1, -1), 0.6, colors.black),
        ("LINEBELOW", (0, -1), (-1, -1), 0.6, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("TOPPADDING", (0, 1), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 1), (-1, -1), 14),
        ("BOTTOMPADDING", (0, 0), (-1, 0), 3),
    ]
)


def day_sheets_pdf(sheets: Sequence[DaySheet], country: str | None) -> bytes:
    """The file; the same sheets make the same bytes. It fits the paper of the country."""
    prepare_fonts()
    size = LETTER if country in LETTER_COUNTRIES else A4
    out, title = BytesIO(), _title(sheets)
    document = SimpleDocTemplate(
        out,
        pagesize=size,
        leftMargin=_MARGIN - _INSET,
        rightMargin=_MARGIN - _INSET,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + _FOOT,
        title=title,
        author=_folded(sheets[0].practice) if sheets else "",
        lang="en",
        invariant=1,
    )
    document.build(
        list(_story(sheets, size[0] - 2 * _MARGIN)), canvasmaker=partial(_Canvas, foot=_foot(sheets))
    )
    return out.getvalue()


class _Canvas(Canvas):  # type: ignore[misc]
    """Every page says at its foot when it was printed, and its number."""

    def __init__(self, *args: Any, foot: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self._foot = foot

    def showPage(self) -> None:  # noqa: N802 - the library's name
        self.setFont(PLAIN, 8.5)
        self.drawString(_MARGIN, _MARGIN, self._foot)
        self.drawRightString(self._pagesize[0] - _MARGIN, _MARGIN, str(self.getPageNumber()))
        super().showPage()


def _title(sheets: Sequence[DaySheet]) -> str:
    return f"Day sheet, {full_day_words(sheets[0].day)}" if sheets else "Day sheet"


def _foot(sheets: Sequence[DaySheet]) -> str:
    if not sheets:
        return ""
    first = sheets[0]
    told = f"{first.practice}, printed {short_when_words(first.printed_at, first.zone)}."
    return printable(f"{_folded(told)} The screen knows better. Destroy it when the day is done.")


def _story(sheets: Sequence[DaySheet], width: float) -> Iterator[Any]:
    for number, sheet in enumerate(sheets):
        if number:
            yield PageBreak()
        yield Paragraph(_line(sheet.therapist), _NAME)
        yield Paragraph(_line(f"{full_day_words(sheet.day)} · {sheet.place} · {_hours(sheet)}"), _LEAD)
        if sheet.sessions:
            yield _table(sheet, width)
        else:
            yield Paragraph("Nothing is booked.", _CELL)
        yield Spacer(0, 8 * mm)
        yield _rules(width)
    if not sheets:
        yield Paragraph("Nobody works on this day.", _CELL)


def _hours(sheet: DaySheet) -> str:
    local = [
        (one.starts_at.astimezone(sheet.zone), one.ends_at.astimezone(sheet.zone)) for one in sheet.working
    ]
    spans = [f"{wall_clock_words(begin.time())} to {wall_clock_words(end.time())}" for begin, end in local]
    return ", ".join(spans) or "no working hours"


def _table(sheet: DaySheet, width: float) -> Table:
    head = [Paragraph(f"<b>{name}</b>", _CELL) for name in ("Time", "Client", "Session", "Notes")]
    rows = [head, *(_row(one, sheet) for one in sheet.sessions)]
    widths = (_TIME, _WHO, _WHAT, width - _TIME - _WHO - _WHAT)
    return Table(rows, colWidths=widths, repeatRows=1, style=_LOOKS, hAlign="LEFT")


def _row(one: SheetSession, sheet: DaySheet) -> list[Paragraph]:
    begins, ends = (clock_words(instant, sheet.zone) for instant in (one.starts_at, one.ends_at))
    who = [f"<b>{_line(one.client)}</b>"]
    who += ["<b>First visit</b>"] if one.first_visit else []
    who += [_line(one.phone)] if one.phone else []
    what = [f"{_line(one.service)}, {one.minutes} min", _line(one.room or "no room"), one.reference]
    said = [f"<b>{begins}</b><br/>to {ends}", "<br/>".join(who), "<br/>".join(what), _notes(one)]
    return [Paragraph(text, _CELL) for text in said]


def _notes(one: SheetSession) -> str:
    """What must be known, and what was opened for this sheet."""
    flags = [f"<b>{_line(flag)}</b>" for flag in one.flags]
    wishes = [f"<b>Wishes:</b> {_shown(one.wishes)}"] if one.wishes else []
    return "<br/>".join(part for part in (*flags, *wishes, _wishes(one.preferences)) if part)


def _wishes(preferences: Preferences | None) -> str:
    """What was opened for this sheet; empty where nothing was, and then there is room for a pen."""
    if preferences is None:
        return ""
    said = [
        ("Heed", preferences.heed),
        ("Leave out", preferences.avoid),
        ("Pressure", preferences.pressure.value),
    ]
    return "<br/>".join(f"<b>{name}:</b> {_shown(text)}" for name, text in said if text)


def _rules(width: float) -> Table:
    """Lines to write on."""
    style = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.grey)])
    return Table([[""]] * _RULES, colWidths=[width], rowHeights=[9 * mm] * _RULES, style=style)


def _line(name: str) -> str:
    """A name, which stands on one line whatever is kept of it."""
    return _shown(_folded(name))


def _folded(name: str) -> str:
    return " ".join(name.split())


def _shown(text: str) -> str:
    """For the library's own markup: nothing that people typed is taken for it."""
    return escape(printable(text), quote=False).replace("\n", "<br/>")
