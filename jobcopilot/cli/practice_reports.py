"""A session's report: printed as JSON, or written as a file of the person's."""

from __future__ import annotations

from pathlib import Path

from jobcopilot.cli.output import print_json
from jobcopilot.errors import UsageError
from jobcopilot.practice.views import SessionView
from jobcopilot.runtime import Runtime


def markdown_report(runtime: Runtime, view: SessionView) -> str:
    """Return a session as Markdown, with what a model said of it and how it was spoken."""
    from jobcopilot.practice.export import session_markdown

    number = view.row.id
    spoken, feedback = runtime.deliveries.of(number), runtime.session_feedback.of(number)
    return session_markdown(view, runtime.clock.zone(), spoken, feedback)


def write_report(runtime: Runtime, view: SessionView, to: Path) -> None:
    """Write a session as Markdown or JSON, by the file's name. Raises `UsageError`, `StorageError`."""
    from jobcopilot.practice.export import session_json
    from jobcopilot.settings import write_atomically

    if to.suffix.casefold() == ".json":
        number = view.row.id
        text = session_json(view, runtime.deliveries.of(number), runtime.session_feedback.of(number))
    elif to.suffix.casefold() in (".md", ".markdown", ".txt"):
        text = markdown_report(runtime, view)
    else:
        raise UsageError("A report is Markdown or JSON", str(to), "Give a name that ends in .md or .json.")
    write_atomically(to, text.encode())


def print_session(view: SessionView, runtime: Runtime) -> None:
    """Print a session as JSON, with what a model said of it and how it was spoken."""
    from jobcopilot.practice.export import session_object

    number = view.row.id
    print_json(session_object(view, runtime.deliveries.of(number), runtime.session_feedback.of(number)))
