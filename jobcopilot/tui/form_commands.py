"""The commands of forms, import, profiles, settings and first steps; `commands.COMMANDS` holds them with the others."""

from __future__ import annotations

from jobcopilot.tui.command import Command

FORM_PLACES: dict[str, str] = {
    "panel": "Here",
    "form": "Forms",
    "add": "Adding a job",
    "profile": "Profile",
    "profiles": "Profiles",
    "intake": "Import",
    "settings": "Settings",
    "keymap": "Changing keys",
    "first": "First steps",
    "contacts": "Contacts",
    "offers": "Offers",
}
"""Place to its heading in the help."""

# fmt: off
FORM_COMMANDS: tuple[Command, ...] = (
    Command("panel.help", "?,f1", "help", "Help for what has focus",
            "Says what every key does here.", "help", 9),
    Command("form.save", "ctrl+s", "save", "Save the form",
            "Keeps what the form says.", "save", 1),
    Command("add.fetch", "ctrl+g", "get the page", "Read the posting's page",
            "Fetches the page of the address and fills in the empty fields.", "fetch", 3),
    Command("profile.resume", "ctrl+r", "résumé", "Read a résumé",
            "Shows what a résumé says before it is taken over.", "resume", 2),
    Command("profile.others", "ctrl+o", "profiles", "Other profiles",
            "Lists the profiles on this machine.", "others", 5),
    Command("profiles.edit", "e", "edit", "Edit the profile",
            "Opens the profile's form.", "edit", 3),
    Command("profiles.add", "a", "add", "Add a profile",
            "Makes a new profile.", "add", 4),
    Command("profiles.delete", "d,delete", "delete", "Delete the profile",
            "Deletes the profile with all of its jobs, after a backup.", "delete", 6),

    Command("intake.go", "ctrl+s", "go on", "Go on",
            "Shows what would be imported, then imports it.", "go", 1),
    Command("intake.back", "escape", "back", "Stop, or go one step back",
            "Stops what is running and keeps nothing of it; else goes back.", "close", 2),
    Command("intake.text", "ctrl+t", "paste text", "Paste a text",
            "Opens a field for the text of a posting.", "text", 3),
    Command("intake.undo", "u", "undo all", "Take the import back",
            "Takes back everything that this import did.", "undo", 1),
    Command("intake.refused", "r", "refused rows", "Show refused rows",
            "Shows every row that cannot be taken in, and why.", "refused", 5),
    Command("intake.more", "i", "import more", "Import more",
            "Brings in another file.", "more", 6),

    Command("settings.keys", "ctrl+k", "change keys", "Change keys",
            "Lists every command with its keys.", "keys", 2),
    Command("keymap.add", "plus", "another key", "Give the command another key",
            "Waits for a further key of the command under the cursor.", "add", 2),
    Command("keymap.reset", "backspace,delete", "default", "Back to the shipped keys",
            "Gives the command under the cursor its shipped keys again.", "reset", 3),
    Command("keymap.find", "slash", "find", "Find a command",
            "Goes to the line that narrows the list.", "find", 5),

    Command("contacts.add", "a", "add", "Add a contact",
            "Opens an empty form.", "add", 3),
    Command("contacts.edit", "e", "edit", "Edit the contact",
            "Opens the form of the person under the cursor.", "edit", 4),
    Command("contacts.delete", "d,delete", "delete", "Delete the contact",
            "Deletes the person under the cursor; undo brings them back.", "delete", 8),
    Command("contacts.search", "slash", "search", "Search contacts",
            "Keeps who has all of the words.", "search", 5),
    Command("contacts.copy", "y", "copy", "Copy the e-mail address",
            "Copies e-mail or telephone to the terminal's clipboard.", "copy", 6),
    Command("contacts.open", "o", "LinkedIn", "Open the LinkedIn profile",
            "Opens the profile in your web browser.", "open_profile", 7),
    Command("offers.left", "h,left", "left", "The offer to the left",
            "Chooses the offer to the left.", "turn(-1)", 5),
    Command("offers.right", "l,right", "right", "The offer to the right",
            "Chooses the offer to the right.", "turn(1)", 6),
    Command("offers.add", "a", "add", "Write an offer down",
            "Opens an empty form for the job that was under the cursor.", "add", 3),
    Command("offers.edit", "e,enter", "edit", "Edit the offer",
            "Opens the form of the chosen offer.", "edit", 4),
    Command("offers.delete", "d,delete", "delete", "Delete the offer",
            "Deletes the chosen offer; undo brings it back.", "delete", 8),

    Command("first.next", "ctrl+s", "next", "Next step",
            "Keeps what was said and goes on.", "next", 1),
    Command("first.skip", "escape", "skip", "Skip this step",
            "Goes on and leaves this step's questions open.", "close", 2),
    Command("first.back", "ctrl+b", "step before", "Step before",
            "Goes back to the step before; what was typed is still there.", "step_back", 3),
)
# fmt: on
