"""`jobcopilot skills …`: which skills a text names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jobcopilot.cli.output import AsJson, print_json, print_table
from jobcopilot.errors import BadInput

commands = typer.Typer(help="Skills in a text.", no_args_is_help=True, rich_markup_mode=None)

LARGEST_TEXT = 60_000_000


@commands.callback()
def noun() -> None:
    """Skills in a text."""


@commands.command("extract")
def extract(
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="A text file; - or nothing: stdin.")] = "-",
    as_json: AsJson = False,
) -> None:
    """Find skills in a text, each with where it stands (character offsets)."""
    from jobcopilot.reading.skills import extract_skills
    from jobcopilot.text import decode

    if file == "-":
        raw = sys.stdin.buffer.read(LARGEST_TEXT)
    else:
        try:
            with Path(file).open("rb") as opened:
                raw = opened.read(LARGEST_TEXT)
        except OSError as refused:
            raise BadInput(
                "The text cannot be read", f"{file}: {refused.strerror}", "Check the path."
            ) from refused
    text = decode(raw)
    mentions = extract_skills(text)
    if as_json:
        print_json(
            {"skills": [{"name": m.name, "spans": [list(span) for span in m.spans]} for m in mentions]}
        )
        return
    print_table(
        ("SKILL", "TIMES", "FIRST AS"),
        [(m.name, len(m.spans), text[m.spans[0][0] : m.spans[0][1]]) for m in mentions],
    )
