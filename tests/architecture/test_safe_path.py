"""Python is started without the folder that the person stands in: a json.py there would be run in place of ours."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "jobcopilot"
SAFE, STARTS = "-P", ("-m", "-c")


def unsafe(source: str) -> Iterator[int]:
    """Yield the lines where `-m` or `-c` stands without `-P` right before it, or outside of a list or tuple."""
    tree = ast.parse(source)
    safe: set[ast.expr] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.List, ast.Tuple)):
            for before, option in zip(node.elts, node.elts[1:], strict=False):
                if isinstance(before, ast.Constant) and before.value == SAFE:
                    safe.add(option)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in STARTS and node not in safe:
            yield node.lineno


@pytest.mark.parametrize(
    "source",
    [
        'run([sys.executable, "-m", "jobcopilot"])',
        'COMMAND = (sys.executable, "-c", code)',
        'run(sys.executable, "-P", "-m", "jobcopilot")',
    ],
)
def test_a_start_without_it_is_found(source: str) -> None:
    assert [*unsafe(source)] == [1]


def test_a_start_with_it_is_let_be() -> None:
    assert not [*unsafe('run([sys.executable, "-P", "-m", "jobcopilot"])')]


def test_every_start_of_python_is_safe() -> None:
    found = [
        f"{file.relative_to(PACKAGE)}:{line}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for line in unsafe(file.read_text("utf-8"))
    ]
    assert not found
