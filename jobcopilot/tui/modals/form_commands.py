"""The commands of forms, import, profiles, settings and first steps, in the notation of `tui.commands`."""

from __future__ import annotations

from textual.binding import Binding

from jobcopilot.tui import commands

FORM_PLACES: dict[str, str] = {
    "form": "Forms",
    "intake": "Import",
    "profiles": "Profiles",
    "settings": "Settings",
    "keymap": "Changing keys",
    "first": "First steps",
}
"""Place to its heading in the help."""

_TABLE = """
form.save | ctrl+s | save | Save the form | Keeps what the form says. | save | 1
form.fetch | ctrl+g | get the page | Read the posting's page | Fetches the page and fills the empty fields. | fetch | 3
form.resume | ctrl+r | read a résumé | Read a résumé | Shows what a résumé says, to take it over. | resume | 3
form.others | ctrl+o | profiles | Other profiles | Lists the profiles on this machine. | others | 5
intake.go | ctrl+s | go on | Go on | Shows what would be imported, then imports it. | go | 1
intake.text | ctrl+t | paste text | Paste a text | Opens a field for the text of a posting. | text | 3
intake.refused | r | refused rows | Refused rows | Shows every row that cannot be taken in, and why. | refused | 5
intake.undo | u | undo all | Take the import back | Takes back everything that this import did. | undo | 1
intake.more | i | import more | Import more | Brings in another file. | more | 5
profiles.add | a | add | Add a profile | Makes a new profile. | add | 4
profiles.edit | e | edit | Edit the profile | Opens the profile's form. | edit | 3
profiles.delete | d,delete | delete | Delete the profile | Deletes it with all of its jobs, after a backup. | delete | 6
settings.keys | ctrl+k | change keys | Change keys | Lists every command with its keys. | keys | 2
keymap.add | + | another key | Add a key | Waits for a further key of the command. | add | 2
keymap.reset | backspace,delete | default | Back to the default | Gives the command its shipped keys again. | reset | 3
first.next | ctrl+s | next | Next step | Keeps what was said and goes on. | next | 1
first.skip | escape | skip | Skip this step | Goes on and leaves this step's questions open. | close | 2
first.back | ctrl+b | step before | Step before | Goes back to the step before. | step_back | 3
intake.back | escape | back | Stop, or go back | Stops what runs, keeping nothing of it; else goes back. | close | 2
keymap.find | / | find | Find a command | Goes to the line that narrows the list. | find | 5
"""


def _read() -> tuple[commands.Command, ...]:
    read = []
    for line in _TABLE.strip().splitlines():
        name, keys, label, title, sentence, action, rank = (part.strip() for part in line.split("|"))
        read.append(commands.Command(name, keys, label, title, sentence, action, int(rank)))
    return tuple(read)


FORM_COMMANDS: tuple[commands.Command, ...] = _read()

# The line of keys, the help and the rebinding read these.
commands.BY_ID.update({command.id: command for command in FORM_COMMANDS})
commands.PLACES.update(FORM_PLACES)


def bindings_of(*names: str) -> list[Binding]:
    """Return the bindings of commands by id."""
    return [commands.BY_ID[name].binding() for name in names]
