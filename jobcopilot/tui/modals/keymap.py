"""The person's own keys: which commands they meet, and how a change is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.keys import _character_to_key

from jobcopilot.tui.command import Command
from jobcopilot.tui.commands import BY_ID, keys_of

Keymap = dict[str, str]

TEXT_PLACES: Final = frozenset({"search", "notes", "form", "add", "profile", "first", "settings"})
"""Places whose commands act while a text field has the focus; there letters are letters."""
_TEXT_COMMANDS: Final = frozenset({"intake.go", "intake.text"})
_FIXED: Final = {
    "escape": "escape always stops or goes one step back.",
    "tab": "tab always goes to the next field.",
    "shift+tab": "shift+tab always goes to the field before.",
    "ctrl+c": "terminals and people expect it to copy or to stop.",
}
_TOGETHER: Final = (
    frozenset({"app", "board", "list", "table"}),
    frozenset({"app", "board", "kanban"}),
    frozenset({"app", "board", "text", "detail"}),
    frozenset({"app", "board", "search"}),
    frozenset({"dialogue", "choose", "searches"}),
    frozenset({"dialogue", "choose", "intake"}),
    frozenset({"dialogue", "choose", "profiles"}),
    frozenset({"dialogue", "choose", "keymap"}),
    frozenset({"dialogue", "form", "add"}),
    frozenset({"dialogue", "form", "profile"}),
    frozenset({"dialogue", "settings"}),
    frozenset({"dialogue", "choose", "first"}),
)
"""Places whose commands can be reached from one focus: there a key can mean one thing only."""


def refusal(command: Command, key: str) -> str:
    """Return why a key cannot be given to a command, empty where it can."""
    if key in _FIXED:
        return _FIXED[key]
    in_text = command.place in TEXT_PLACES or command.id in _TEXT_COMMANDS
    if in_text and _is_printable(key):
        return "it is typed in text fields there. Take one with ctrl, or a function key."
    return ""


def rivals(command: Command, key: str, keymap: Mapping[str, str]) -> list[Command]:
    """Return the other commands that the key reaches where this one can be reached."""
    return [
        other
        for other in BY_ID.values()
        if other.id != command.id and _meet(command, other) and key in keys_of(other, keymap)
    ]


def with_key(keymap: Mapping[str, str], command: Command, key: str, *, add: bool) -> Keymap:
    """Return the keymap with a new key: in place of the one that is shown, or besides all."""
    keys = keys_of(command, keymap)
    return {**keymap, command.id: ",".join([*keys, key] if add else [key, *keys[1:]])}


def exchanged(keymap: Mapping[str, str], command: Command, other: Command, key: str) -> Keymap:
    """Return the keymap in which a command has the key of another one, and that one its shown key."""
    given = keys_of(command, keymap)[0]
    theirs = [given if one == key else one for one in keys_of(other, keymap)]
    return {**with_key(keymap, command, key, add=False), other.id: ",".join(theirs)}


def without_change(keymap: Mapping[str, str], command: Command) -> Keymap:
    """Return the keymap with the command's shipped keys."""
    return {name: keys for name, keys in keymap.items() if name != command.id}


def _meet(one: Command, other: Command) -> bool:
    if one.place == other.place:
        return True
    return any(one.place in places and other.place in places for places in _TOGETHER)


def _is_printable(key: str) -> bool:
    return len(key) == 1 or key == "space" or any(_character_to_key(mark) == key for mark in _MARKS)


_MARKS: Final = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
