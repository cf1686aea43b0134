"""Says in the app's words what the rooms below say in the command line's: the same rooms serve both faces."""

from __future__ import annotations

import re
from typing import Final

from jobcopilot.errors import JobcopilotError

_RULES: Final = (
    (r",? or import with --map (\w+)=…", r", or choose another column for \1"),
    (r"Import with --map (\w+)=…", r"Choose the column for \1"),
    (r"Import it without --map", "Import it as it is"),
    (r"with jobcopilot jobs add -", "here (ctrl+t)"),
    (r"Give it with --\w+, or begin", "Add the job by hand (a), or begin"),
    (r"Give it with --(\w+)", "Paste its text here (ctrl+t), or add the job by hand (a)"),
    (r"It tells who you are: jobcopilot profile import", "It tells who you are: the profile (p) reads it"),
    (r"is read by jobcopilot profile import( FILE)?", "is read in the profile (p, then ctrl+r)"),
    (r", then end with ctrl\+d", ""),
    (r"Add one with: jobcopilot profile add NAME", "a adds one"),
)


def in_app_words(text: str) -> str:
    """Return a reason or hint with the keys that do in the app what it says of the command line."""
    for pattern, words in _RULES:
        text = re.sub(pattern, words, text)
    return text


def as_told_here(error: JobcopilotError) -> JobcopilotError:
    """Return the error with message and hint in the app's words."""
    return type(error)(error.title, in_app_words(error.message), in_app_words(error.hint))
