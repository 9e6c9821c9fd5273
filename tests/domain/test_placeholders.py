"""Placeholders in guidance texts, and words that no text may have."""

from app.domain.placeholders import PLACEHOLDERS, filled, mistakes_in


def test_known_placeholders_are_fine() -> None:
    assert mistakes_in(" ".join(f"{{{name}}}" for name in PLACEHOLDERS)) == []


def test_an_unknown_placeholder_is_named_with_the_nearest_that_there_is() -> None:
    assert mistakes_in("Ask {terapist}.") == ["There is no {terapist}. Did you mean {therapist}?"]
    (wrong,) = mistakes_in("{zzz}")
    assert wrong.startswith("There is no {zzz}. There are {first_name}, ")


def test_a_brace_alone_is_a_mistake() -> None:
    assert len(mistakes_in("{ therapist")) == 1
    assert len(mistakes_in("therapist}")) == 1


def test_promises_and_toxins_are_refused_as_whole_words_only() -> None:
    assert mistakes_in("It flushes toxins and will CURE you.") == [
        "We can't promise or speak of toxins: please say it without.",
        "We can't promise or speak of a cure: please say it without.",
    ]
    assert mistakes_in("A secure, manicured place.") == []


def test_what_is_filled_in_is_text_whatever_signs_it_has() -> None:
    name = "**Jo** [x](http://example.com) <b>"
    assert filled("Dear {first_name}", {"first_name": name}) == (
        r"Dear \*\*Jo\*\* \[x\](http://example.com) \<b\>"
    )
    assert filled("{phone} {unknown}", {}) == " {unknown}"
    assert filled("{first_name}", {"first_name": "{therapist}", "therapist": "Dana"}) == "{therapist}"
