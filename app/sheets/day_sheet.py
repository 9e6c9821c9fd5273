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
from app.domain.day_sheets import LETTER_COUNTRIES, PRESSURES, DaySheet, SheetSession
from app.languages import STAFF, Speech, speech_in
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


def day_sheets_pdf(sheets: Sequence[DaySheet], country: str | None, language: str) -> bytes:
    """The file, in that language; the same sheets make the same bytes. It fits the paper of the country."""
    prepare_fonts()
    speech = speech_in(language, STAFF)
    size = LETTER if country in LETTER_COUNTRIES else A4
    out, title = BytesIO(), _title(sheets, speech)
    document = SimpleDocTemplate(
        out,
        pagesize=size,
        leftMargin=_MARGIN - _INSET,
        rightMargin=_MARGIN - _INSET,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN + _FOOT,
        title=title,
        author=_folded(sheets[0].practice) if sheets else "",
        lang=speech.language.replace("_", "-"),
        invariant=1,
    )
    document.build(
        list(_story(sheets, size[0] - 2 * _MARGIN, speech)),
        canvasmaker=partial(_Canvas, foot=_foot(sheets, speech)),
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


def _title(sheets: Sequence[DaySheet], speech: Speech) -> str:
    if not sheets:
        return speech.gettext("Day sheet")
    return speech.gettext("Day sheet, %(day)s", day=full_day_words(sheets[0].day, speech.language))


def _foot(sheets: Sequence[DaySheet], speech: Speech) -> str:
    if not sheets:
        return ""
    first = sheets[0]
    told = speech.gettext(
        "%(practice)s, printed %(printed_at)s. The screen knows better. Destroy it when the day is done.",
        practice=first.practice,
        printed_at=short_when_words(first.printed_at, first.zone, speech.language),
    )
    return printable(_folded(told))


def _story(sheets: Sequence[DaySheet], width: float, speech: Speech) -> Iterator[Any]:
    for number, sheet in enumerate(sheets):
        if number:
            yield PageBreak()
        yield Paragraph(_line(sheet.therapist), _NAME)
        day = full_day_words(sheet.day, speech.language)
        yield Paragraph(_line(f"{day} · {sheet.place} · {_hours(sheet, speech)}"), _LEAD)
        if sheet.sessions:
            yield _table(sheet, width, speech)
        else:
            yield Paragraph(_shown(speech.gettext("Nothing is booked.")), _CELL)
        yield Spacer(0, 8 * mm)
        yield _rules(width)
    if not sheets:
        yield Paragraph(_shown(speech.gettext("Nobody works on this day.")), _CELL)


def _hours(sheet: DaySheet, speech: Speech) -> str:
    local = [
        (one.starts_at.astimezone(sheet.zone), one.ends_at.astimezone(sheet.zone)) for one in sheet.working
    ]
    spans = [
        speech.gettext(
            "%(starts_at)s to %(ends_at)s",
            starts_at=wall_clock_words(begin.time(), speech.language),
            ends_at=wall_clock_words(end.time(), speech.language),
        )
        for begin, end in local
    ]
    return ", ".join(spans) or speech.gettext("no working hours")


def _table(sheet: DaySheet, width: float, speech: Speech) -> Table:
    said = speech.gettext
    names = (said("Time"), said("Client"), said("Session"), said("Notes"))
    head = [Paragraph(f"<b>{_shown(name)}</b>", _CELL) for name in names]
    rows = [head, *(_row(one, sheet, speech) for one in sheet.sessions)]
    widths = (_TIME, _WHO, _WHAT, width - _TIME - _WHO - _WHAT)
    return Table(rows, colWidths=widths, repeatRows=1, style=_LOOKS, hAlign="LEFT")


def _row(one: SheetSession, sheet: DaySheet, speech: Speech) -> list[Paragraph]:
    begins, ends = (
        clock_words(instant, sheet.zone, speech.language) for instant in (one.starts_at, one.ends_at)
    )
    who = [f"<b>{_line(one.client)}</b>"]
    who += [f"<b>{_shown(speech.gettext('First visit'))}</b>"] if one.first_visit else []
    who += [_line(one.phone)] if one.phone else []
    lasting = speech.gettext("%(service)s, %(minutes)s min", service=one.service, minutes=one.minutes)
    what = [_line(lasting), _line(one.room or speech.gettext("no room")), one.reference]
    until = speech.gettext("to %(ends_at)s", ends_at=ends)
    said = [
        f"<b>{_shown(begins)}</b><br/>{_shown(until)}",
        "<br/>".join(who),
        "<br/>".join(what),
        _notes(one, speech),
    ]
    return [Paragraph(text, _CELL) for text in said]


def _notes(one: SheetSession, speech: Speech) -> str:
    """What must be known, and what was opened for this sheet."""
    flags = [f"<b>{_line(speech.say(flag))}</b>" for flag in one.flags]
    wishes = [_named(speech.gettext("Wishes:"), one.wishes)] if one.wishes else []
    return "<br/>".join(part for part in (*flags, *wishes, _wishes(one.preferences, speech)) if part)


def _wishes(preferences: Preferences | None, speech: Speech) -> str:
    """What was opened for this sheet; empty where nothing was, and then there is room for a pen."""
    if preferences is None:
        return ""
    said = [
        (speech.gettext("Heed:"), preferences.heed),
        (speech.gettext("Leave out:"), preferences.avoid),
        (speech.gettext("Pressure:"), speech.say(PRESSURES.get(preferences.pressure, ""))),
    ]
    return "<br/>".join(_named(name, text) for name, text in said if text)


def _named(name: str, text: str) -> str:
    return f"<b>{_shown(name)}</b> {_shown(text)}"


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
