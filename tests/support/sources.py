"""The project's own files, for tests about the code base."""

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.support.run import ROOT

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files() -> list[Path]:
    """Every file that is or will be in the repository: what git tracks, and what it would not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return sorted(path for path in paths if path.is_file())


def modules(*folders: str) -> list[Path]:
    """The Python files under these folders of the project."""
    return [
        path
        for path in files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in {*folders, *(f"{each}.py" for each in folders)}
    ]


def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a Python file, nested ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def named(path: Path, line: int = 0) -> str:
    """A place as people write it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))
