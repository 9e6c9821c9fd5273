"""Templates that one process of the run has compiled, the others need not compile again: they are hundreds."""

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from tests.support import run


def share() -> None:
    """From here on every application of this process takes what the run has compiled already; a changed template is compiled anew."""
    folder = run.folder() / "templates"
    folder.mkdir(exist_ok=True)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache(str(folder))}
