"""What a page that edits the practice's own language leaves as it is: the same texts in others."""

from typing import Any

from app.languages import own_name
from app.store.practice import load_practice
from app.store.settings import TEXTS


def left_in_others(row: Any) -> dict[str, Any]:
    """For ``settings_form``: by column what else is written, each with its language's code and name."""
    here = load_practice().language
    written = {name: getattr(row, name, None) for name in (*TEXTS, "name")}
    others = {
        name: [(code, own_name(code), text) for code, text in sorted(texts.items()) if text and code != here]
        for name, texts in written.items()
        if isinstance(texts, dict)
    }
    kept = {name: texts for name, texts in others.items() if texts}
    return {"left_in_others": kept}
