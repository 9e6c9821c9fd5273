"""How long a function and a file may be."""

from statistics import median

from tests.support.sources import functions, modules, named

LONGEST_FUNCTION = 50
LONGEST_FILE = 400
LONGEST_VIEW = 25
MEDIAN_FUNCTION = 8


def _lines(function: object) -> int:
    return int(getattr(function, "end_lineno", 0)) - int(getattr(function, "lineno", 0)) + 1


def test_no_function_is_longer_than_fifty_lines() -> None:
    long = [
        f"{named(path, function.lineno)} {function.name}: {_lines(function)} lines"
        for path in modules("app", "config", "wsgi", "development", "benchmarks")
        for function in functions(path)
        if _lines(function) > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    counted = (
        (path, len(path.read_text("utf-8").splitlines()))
        for path in modules("app", "config", "development", "tests")
    )
    assert [f"{named(path)}: {count} lines" for path, count in counted if count > LONGEST_FILE] == []


def test_no_view_is_longer_than_twenty_five_lines() -> None:
    long = [
        f"{named(path, function.lineno)} {function.name}: {_lines(function)} lines"
        for path in modules("app")
        if "blueprints" in path.parts and path.stem.endswith("views")
        for function in functions(path)
        if function.decorator_list and _lines(function) > LONGEST_VIEW
    ]
    assert long == []


def test_most_functions_are_short() -> None:
    lengths = [_lines(function) for path in modules("app") for function in functions(path)]
    assert median(lengths) <= MEDIAN_FUNCTION
