"""The house's limits on size: when one pinches, the room wants splitting."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "jobcopilot"
FILES = sorted(PACKAGE.rglob("*.py"))
FILE_LINES, CLASS_METHODS, APP_LINES, SCREEN_LINES = 400, 25, 200, 250
FORBIDDEN_NAMES = {"utils", "helpers", "manager", "common", "misc"}


def _relative(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def _lines(node: ast.ClassDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("file", FILES, ids=_relative)
def test_file_and_its_classes_are_small(file: Path) -> None:
    source = file.read_text("utf-8")
    assert len(source.splitlines()) <= FILE_LINES, f"{_relative(file)} wants splitting"
    assert file.stem not in FORBIDDEN_NAMES, "a module is named for what it does"
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef):
            continue
        methods = [
            item
            for item in node.body
            if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef)) and not item.name.startswith("_")
        ]
        assert len(methods) <= CLASS_METHODS, f"{node.name} does more than one thing"
        bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
        bases |= {
            base.value.id
            for base in node.bases
            if isinstance(base, ast.Subscript) and isinstance(base.value, ast.Name)
        }
        if bases & {"App", "TypingAhead"}:
            assert _lines(node) <= APP_LINES, "the app class is wiring only"
        if bases & {"Screen", "ModalScreen"}:
            assert _lines(node) <= SCREEN_LINES, f"{node.name} wants a widget of its own"
