"""The shapes that a practice file's document is written in: texts by language, nothing that is none or empty."""

from app.domain.practice import Texts

Document = dict[str, object]


def texts_written(texts: Texts, language: str) -> str | Document | None:
    """Text alone where it is in the practice's language only, else a table by language."""
    if set(texts) == {language}:
        return texts[language]
    return dict(texts) or None


def kept(document: Document) -> Document:
    """The document less what is none or an empty list."""
    return {key: value for key, value in document.items() if value is not None and value != []}
