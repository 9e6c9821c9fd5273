"""What people ask a practice, and its answers, for its public site."""

from collections.abc import Mapping
from dataclasses import dataclass

_Texts = Mapping[str, str]
#: What one page of questions holds, and how long its texts may be.
MOST_QUESTIONS, LONGEST_QUESTION, LONGEST_ANSWER = 40, 160, 2000


@dataclass(frozen=True, slots=True)
class FrequentQuestion:
    """What people ask, and the answer (Markdown), both by language."""

    question: _Texts
    answer: _Texts
