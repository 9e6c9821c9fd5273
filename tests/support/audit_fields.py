"""The names of the fields that the program writes into the audit log, read out of its code."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.support.run import ROOT

_WRITES = "add_audit_line"
#: What a line may say beside its field.
_OF_A_CHANGE = {"from", "to"}


def fields_written() -> set[str]:
    """By every module of the program: keys of what is handed to the log, wherever in that module it was put together."""
    found: set[str] = set()
    modules = [_Module(ast.parse(path.read_text("utf-8"))) for path in _modules()]
    writers = {_WRITES} | {name for one in modules for name in one.hand_on}
    for one in modules:
        found |= one.fields(writers)
    return found - _OF_A_CHANGE


def _modules() -> list[Path]:
    return [*(ROOT / "app/actions").rglob("*.py"), *(ROOT / "app/blueprints").rglob("*.py")]


@dataclass
class _Module:
    tree: ast.Module

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {one.name: one for one in ast.walk(self.tree) if isinstance(one, ast.FunctionDef)}

    @cached_property
    def hand_on(self) -> set[str]:
        """Functions that are given a line's detail, and hand it on."""
        return {
            name for name, one in self.functions.items() if "detail" in [arg.arg for arg in one.args.args]
        }

    def fields(self, writers: set[str]) -> set[str]:
        return {
            key
            for function in self.functions.values()
            for call in _calls(function)
            if _called(call) in writers
            for argument in [*call.args, *(one.value for one in call.keywords)]
            for key in self._keys(argument, function)
        }

    def _keys(self, made: ast.expr | None, function: ast.FunctionDef) -> Iterator[str]:
        """The keys of what this expression makes."""
        match made:
            case ast.Dict():
                for key, value in zip(made.keys, made.values, strict=True):
                    yield from _word(key) or self._keys(value if key is None else None, function)
            case ast.DictComp():
                yield from self._words(made.generators[0].iter, function)
            case ast.Name():
                for node in ast.walk(function):
                    yield from self._given(node, made.id, function)
            case ast.BinOp(left=one, right=other) | ast.IfExp(body=one, orelse=other):
                yield from self._keys(one, function)
                yield from self._keys(other, function)
            case ast.Call() if _called(made) in self.functions:
                yield from self._answered(self.functions[_called(made)])

    def _answered(self, function: ast.FunctionDef) -> Iterator[str]:
        for node in ast.walk(function):
            if isinstance(node, ast.Return):
                yield from self._keys(node.value, function)

    def _given(self, node: ast.AST, name: str, function: ast.FunctionDef) -> Iterator[str]:
        """What an assignment to that name gives it."""
        match node:
            case ast.Assign(targets=[ast.Name(id=named)]) | ast.AnnAssign(target=ast.Name(id=named)):
                yield from self._keys(node.value, function) if named == name else ()
            case ast.Assign(targets=[ast.Tuple(elts=several)], value=ast.Tuple(elts=values)):
                for target, value in zip(several, values, strict=True):
                    if isinstance(target, ast.Name) and target.id == name:
                        yield from self._keys(value, function)
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=named), slice=key)]):
                yield from _word(key) if named == name else ()

    def _words(self, iterated: ast.expr, function: ast.FunctionDef) -> Iterator[str]:
        """Of what a comprehension goes through: its words, or the keys of what it names."""
        for node in ast.walk(iterated):
            yield from _word(node)
            if isinstance(node, ast.Name):
                yield from self._keys(node, function)
                for one in ast.walk(function):
                    match one:
                        case ast.Assign(targets=[ast.Name(id=named)], value=value) if named == node.id:
                            yield from self._words(value, function)


def _calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [one for one in ast.walk(function) if isinstance(one, ast.Call)]


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _word(node: ast.AST | None) -> list[str]:
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []
