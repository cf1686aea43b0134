"""Asking for the passphrase of the file that keeps passwords, where there is no keyring and somebody can answer."""

from __future__ import annotations

import sys

import typer

from jobcopilot.runtime import Runtime


def let_ask(runtime: Runtime) -> None:
    """Let the vault of a runtime ask on the terminal; where nobody sits at it, a locked vault stays locked."""
    if sys.stdin.isatty() and sys.stderr.isatty():
        runtime.ask_passphrase = _ask


def _ask(question: str) -> str | None:
    given: str = typer.prompt(question, hide_input=True, err=True)
    return given
