"""Whether anything of ours is left in English on a page that is in French."""

import re

from werkzeug.test import TestResponse

from tests.support.desk import text_of
from tests.support.other_questions import RESTED
from tests.support.safety import WELL

#: Words that only an English sentence of ours has.
_ENGLISH = re.compile(
    r"\b(the|your|you|we|with|until|is|and|for|call|what|this|free|before|from|at|nothing|choose|book|back|how|not|error)\b",
    re.IGNORECASE,
)
#: What the example practice writes itself, in one language, and what is the same in both: each as it stands there.
_THEIRS = re.compile(
    r"I'm not sure|Example Bodywork|Psoas release|Therapist \d|Main Street|hello@example\.com|English|Nell New|Back massage"
    r"|Three days before|Tell us if anything has changed\.|Three hours before|Eat lightly, please\.|Phone us on|This evening"
    r"|Take a slow walk\.|The next day|Soreness is common\.|A week later|How was the week\?|If something feels wrong"
    rf"|Does it hurt\? It should not\.|(?:About|Because of) (?:{'|'.join([*WELL, *RESTED])})[?.]"
)
_ATTRIBUTE = re.compile(r'(?:aria-label|title|alt|placeholder|data-words)="([^"]*)"')


def english_in(page: TestResponse) -> list[str]:
    """English words among what the page shows and reads out, each with its neighbours."""
    said = [text_of(page), *_ATTRIBUTE.findall(page.text)]
    ours = [_THEIRS.sub("", text) for text in said]
    return [
        text[max(0, found.start() - 30) : found.end() + 30]
        for text in ours
        for found in _ENGLISH.finditer(text)
    ]
