"""The practice's public face in a practice file: its colour, the sites that may frame it, what people ask."""

from app.domain.colours import READABLE, colour_named, figure_of, is_readable, nearest_readable, shown_figure
from app.domain.embedding import MOST_ORIGINS, BadOrigin, origin_of
from app.domain.practice_file_document import FileError
from app.domain.practice_file_fields import each
from app.domain.practice_file_reader import Table
from app.domain.site_questions import LONGEST_ANSWER, LONGEST_QUESTION, MOST_QUESTIONS, FrequentQuestion


def accent_of(table: Table) -> str | None:
    """accent: a colour in which text can be read."""
    typed = table.line("accent", 40)
    colour = colour_named(typed) if typed else None
    if typed and colour is None:
        table.refuse("accent", "must be a colour such as #2c6753")
    elif colour and not is_readable(colour):
        figure, near = shown_figure(figure_of(colour)), nearest_readable(colour)
        table.refuse(
            "accent",
            f"has a contrast of {figure}:1 and needs {READABLE}:1, so that people can read it; {near} has that",
        )
        return None
    return colour


def embed_origins_of(table: Table) -> tuple[str, ...]:
    """embed_origins: sites such as https://www.example.com."""
    found: list[str] = []
    for index, item in enumerate(table.listed("embed_origins")):
        place = f"{table.place('embed_origins')}[{index}]"
        try:
            found.append(origin_of(item if isinstance(item, str) else ""))
        except BadOrigin as problem:
            table.errors.append(FileError(place, str(problem)))
    if len(found) > MOST_ORIGINS:
        table.refuse("embed_origins", f"may name {MOST_ORIGINS} sites at most")
    return tuple(dict.fromkeys(found))


def questions_of(table: Table) -> tuple[FrequentQuestion, ...]:
    """[[practice.questions]]: what people ask, and the answer."""
    found = tuple(each(table, "questions", _asked))
    if len(found) > MOST_QUESTIONS:
        table.refuse("questions", f"may hold {MOST_QUESTIONS} at most")
    return found


def _asked(table: Table) -> FrequentQuestion:
    return FrequentQuestion(
        table.texts("question", LONGEST_QUESTION, required=True),
        table.texts("answer", LONGEST_ANSWER, required=True),
    )
