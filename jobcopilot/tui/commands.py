"""One declaration a command: its key, footer word, palette name, help line and rebinding id.

Everything that shows or takes a key reads it from here. A command's id is `PLACE.NAME`: the place is the screen,
widget or dialogue that carries it out (`bindings(place)` gives its Textual bindings), the id is what the settings'
`keys` table rebinds. New rooms add their commands to `COMMANDS` and bind them with `BINDINGS = bindings("place")`.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from textual.binding import Binding
from textual.keys import format_key

from jobcopilot.errors import BadInput
from jobcopilot.tui.command import Command
from jobcopilot.tui.feed_commands import FEED_COMMANDS, FEED_PLACES
from jobcopilot.tui.form_commands import FORM_COMMANDS, FORM_PLACES
from jobcopilot.tui.market_commands import MARKET_COMMANDS, MARKET_PLACES
from jobcopilot.tui.pipeline_commands import PIPELINE_COMMANDS, PIPELINE_PLACES
from jobcopilot.tui.practice_commands import PRACTICE_COMMANDS, PRACTICE_PLACES

PLACES: dict[str, str] = {
    "app": "Everywhere",
    "board": "Board",
    "list": "Lists",
    "table": "Job list",
    "kanban": "Kanban",
    "text": "Texts",
    "detail": "Posting",
    "search": "Search line",
    "notes": "Notes",
    "searches": "Saved searches",
    "inbox": "Inbox of reminders",
    "choose": "Choosing",
    "ask": "One line of text",
    "dialogue": "Dialogues",
    **PIPELINE_PLACES,
    **MARKET_PLACES,
    **PRACTICE_PLACES,
    **FEED_PLACES,
    **FORM_PLACES,
}
"""Place to its heading in the help, from far to near."""


# fmt: off
COMMANDS: tuple[Command, ...] = (
    Command("app.board", "1", "Board", "Go to the board",
            "Shows the board, with the list in focus.", "room('board')", 95),
    Command("app.help", "?,f1", "help", "Help for what has focus",
            "Says what every key does here.", "help", 1),
    Command("app.palette", ":,ctrl+p", "commands", "Every command by name",
            "Finds and runs a command by its name.", "command_palette", 2),
    Command("app.jump", ";,f6", "jump", "Jump to anything on the screen",
            "Puts a letter on everything that takes focus and on every visible row; press it to go there.",
            "jump", 60),
    Command("app.settings", "comma", "settings", "Settings",
            "Changes theme, keys, backups and how the board opens.", "settings", 62),
    Command("app.inbox", "I", "inbox", "Inbox of reminders",
            "Shows what you were reminded of, what came late, failed or was missed.", "inbox", 94),
    Command("app.profile", "p", "profile", "Your profile",
            "Says who is searching and what is wanted; every posting is compared with it.", "profile", 63),
    Command("app.theme", "T,f2", "theme", "Change the theme",
            "Chooses another theme and keeps it.", "theme", 96),
    Command("app.back", "escape", "back", "Stop, or go one step back",
            "Stops what is running, closes a message, clears what is selected or searched, then goes back.",
            "back", 61),
    Command("app.quit", "q,ctrl+q", "quit", "Quit",
            "Leaves Jobcopilot; everything is already saved.", "quit", 97),
    Command("app.next_pane", "tab", "next pane", "Go to the next pane",
            "Moves the focus on.", "focus_next", 92),
    Command("app.last_pane", "shift+tab", "last pane", "Go to the pane before",
            "Moves the focus back.", "focus_previous", 93),

    Command("board.status", "s", "status", "Change the status",
            "Sets the status of the selected jobs, or of the one under the cursor.", "status", 10),
    Command("board.score", "S", "score", "Score every job again",
            "Compares every posting with your profile again and shows how far it is; escape stops it.",
            "score", 11),
    Command("board.deep", "E", "read whole", "Have the model read the best postings whole",
            "Reads the selected jobs, or the fifty that match best, and says what fits; escape stops it.", "deep", 46),
    Command("board.view", "v", "view", "Switch between table and kanban",
            "Shows the jobs as a list or as one column a status.", "view", 12),
    Command("board.search", "/", "search", "Search",
            "Finds jobs by words and filters such as status:applied match:>70 pay:>100k posted:<7d.",
            "search", 13),
    Command("board.sort", "z", "sort", "Sort by",
            "Chooses what the list is sorted by.", "sort", 14),
    Command("board.reverse", "Z", "reverse", "Turn the order around",
            "Sorts the other way up.", "reverse", 50),
    Command("board.import", "i", "import", "Import postings",
            "Brings in postings from a file, an address, the clipboard or an export.", "import_postings", 15),
    Command("board.add", "a", "add", "Add a job",
            "Tracks a posting by hand, or from the page of its address.", "add", 16),
    Command("board.edit", "e", "edit", "Edit",
            "Edits the job under the cursor, or what the selected ones share.", "edit", 17),
    Command("board.undo", "u", "undo", "Undo",
            "Takes back the last change, deletion, merge or import, and says what it was.", "undo", 18),
    Command("board.redo", "U", "redo", "Redo",
            "Does again what undo took back last, until something else is changed.", "redo", 39),
    Command("board.delete", "d,delete", "delete", "Delete",
            "Deletes the selected jobs; undo brings them back with everything that hangs on them.",
            "delete", 31),
    Command("board.merge", "m", "merge", "Merge two selected jobs, or this one with its double",
            "Makes one job of two selected ones, or of this one and its double; notes and histories of both stay.",
            "merge", 5),
    Command("board.apart", "M", "apart", "Keep apart from its double",
            "Says that the two are different jobs, so that they are not marked again.", "keep_apart", 6),
    Command("board.notes", "N", "notes", "Write notes",
            "Opens your notes on the job.", "notes", 30),
    Command("board.favourite", "f", "favourite", "Mark as favourite",
            "Marks the selected jobs as favourites, or no longer.", "favourite", 32),
    Command("board.book", "r", "interview", "Book an interview",
            "Books a round of the job under the cursor.", "book", 19),
    Command("board.round", "R", "its round", "Go to its interview",
            "Shows the next interview of the job in the pipeline.", "round", 37),
    Command("board.practise", "P", "practise", "Practise for this job",
            "Sets up a mock interview for the job under the cursor.", "practise", 38),
    Command("board.open", "o", "open", "Open the address",
            "Opens the posting in your web browser.", "open_address", 33),
    Command("board.copy", "y", "copy", "Copy",
            "Copies title, company or address to the terminal's clipboard.", "copy", 34),
    Command("board.export", "x", "export", "Export these jobs",
            "Writes all jobs of this search to a file (CSV, JSON or JSON Lines).", "export", 35),
    Command("board.searches", "b", "searches", "Saved searches",
            "Runs, or deletes, a search kept under a name.", "searches", 36),
    Command("board.keep", "B", "keep", "Keep this search",
            "Keeps the search and its order under a name.", "keep_search", 51),
    Command("board.tab", "right_square_bracket", "tab", "Next part of the posting",
            "Shows posting, notes, rounds or history.", "next_tab", 40),
    Command("board.tab_back", "left_square_bracket", "tab back", "Part before of the posting",
            "Shows posting, notes, rounds or history.", "previous_tab", 52),
    Command("board.read_on", "J", "read on", "Scroll the posting",
            "Scrolls the posting while the list keeps the focus.", "read_on", 53),
    Command("board.read_back", "K", "read back", "Scroll the posting back",
            "Scrolls the posting back while the list keeps the focus.", "read_back", 54),

    Command("list.down", "j,down", "down", "Down",
            "Moves to the next row.", "cursor(1)", 70),
    Command("list.up", "k,up", "up", "Up",
            "Moves to the row before.", "cursor(-1)", 71),
    Command("list.top", "g,home", "top", "To the first row",
            "Moves to the first row (gg works too).", "top", 72),
    Command("list.end", "G,end", "end", "To the last row",
            "Moves to the last row.", "end", 73),
    Command("list.page_down", "pagedown,ctrl+d,ctrl+f", "page", "A page down",
            "Moves a page down.", "page(1)", 74),
    Command("list.page_up", "pageup,ctrl+u,ctrl+b", "page up", "A page up",
            "Moves a page up.", "page(-1)", 75),
    Command("list.select", "space", "select", "Select the row",
            "Selects the row and moves on; what you do next is done to all selected.", "select", 41),
    Command("list.all", "*", "all", "Select all, or none",
            "Selects every row of this search, or none.", "select_all", 55),
    Command("list.open", "enter,l,right", "detail", "Open",
            "Opens the row under the cursor.", "open_row", 3),

    Command("kanban.left", "h,left", "left", "Column to the left",
            "Moves to the column on the left.", "column(-1)", 42),
    Command("kanban.right", "l,right", "right", "Column to the right",
            "Moves to the column on the right.", "column(1)", 43),
    Command("kanban.move_left", "H,shift+left", "move left", "Move the card left",
            "Gives the job the status of the column on the left; undo takes it back.", "move_card(-1)", 7),
    Command("kanban.move_right", "L,shift+right", "move right", "Move the card right",
            "Gives the job the status of the column on the right; undo takes it back.", "move_card(1)", 8),
    Command("kanban.down", "j,down", "down", "Next card",
            "Moves to the next card.", "cursor(1)", 70),
    Command("kanban.up", "k,up", "up", "Card before",
            "Moves to the card before.", "cursor(-1)", 71),
    Command("kanban.top", "g,home", "top", "First card",
            "Moves to the first card of the column.", "top", 72),
    Command("kanban.end", "G,end", "end", "Last card shown",
            "Moves to the last card of the column.", "end", 73),
    Command("kanban.select", "space", "select", "Select the card",
            "Selects the card; what you do next is done to all selected.", "select", 41),
    Command("kanban.open", "enter", "detail", "Open the card",
            "Opens the job.", "open_row", 3),

    Command("text.down", "j,down", "down", "Read on",
            "Scrolls a line down.", "scroll_lines(1)", 70),
    Command("text.up", "k,up", "up", "Read back",
            "Scrolls a line up.", "scroll_lines(-1)", 71),
    Command("text.top", "g,home", "top", "To the beginning",
            "Scrolls to the beginning.", "top", 72),
    Command("text.end", "G,end", "end", "To the end",
            "Scrolls to the end.", "end", 73),
    Command("text.page_down", "pagedown,space,ctrl+d,ctrl+f", "page", "A page on",
            "Scrolls a page down.", "page(1)", 74),
    Command("text.page_up", "pageup,ctrl+u,ctrl+b", "page up", "A page back",
            "Scrolls a page up.", "page(-1)", 75),
    Command("detail.tab", "l,right", "next part", "Next part",
            "Shows posting, notes, rounds or history.", "tab(1)", 4),
    Command("detail.tab_back", "h,left", "back", "Part before, then the list",
            "Shows the part before, or goes back to the list.", "tab(-1)", 5),

    Command("search.done", "enter,down", "to the list", "To the list",
            "Keeps the search and goes to the list.", "done", 3),
    Command("search.clear", "escape", "clear", "Clear, then leave",
            "Clears the search; pressed again, goes back to the list.", "clear", 4),

    Command("notes.keep", "escape,ctrl+s", "keep", "Keep the notes",
            "Keeps what is written and closes; undo takes it back.", "keep", 4),

    Command("searches.run", "enter", "run", "Run the search",
            "Searches again for what was kept.", "run", 3),
    Command("searches.delete", "d,delete", "delete", "Forget the search",
            "Deletes the kept search after asking.", "delete", 5),

    Command("inbox.show", "enter", "show", "Go to what it is about",
            "Shows the interview in the pipeline, or the job on the board.", "show", 3),
    Command("inbox.snooze", "s", "snooze", "Be reminded again later",
            "Tells it again in 10 minutes or in an hour.", "snooze", 5),
    Command("inbox.open", "o", "open", "Open the link",
            "Opens the meeting's or the posting's link in your web browser.", "open_link", 6),

    Command("choose.take", "enter", "choose", "Choose",
            "Chooses the line under the cursor.", "select", 3),

    Command("search.keep", "ctrl+s", "keep", "Keep this search",
            "Keeps the search under a name.", "keep", 5),

    Command("ask.give", "enter,ctrl+s", "go on", "Go on with what is typed",
            "Takes the line as it stands.", "submit", 3),

    Command("dialogue.close", "escape", "close", "Close",
            "Closes the dialogue; nothing is changed.", "close", 4),
    *PIPELINE_COMMANDS,
    *MARKET_COMMANDS,
    *PRACTICE_COMMANDS,
    *FEED_COMMANDS,
    *FORM_COMMANDS,
)
# fmt: on
BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}


def bindings(place: str) -> list[Binding]:
    """Return the bindings of a place, for its `BINDINGS`."""
    return [command.binding() for command in COMMANDS if command.place == place]


def key_list(keys: str) -> list[str]:
    """Return single keys of a comma-joined list, in Textual's long form."""
    if not keys.strip(" ,"):
        return []
    return [binding.key for binding in Binding.make_bindings([Binding(keys, "none")])]


def keys_of(command: Command, keymap: Mapping[str, str]) -> list[str]:
    """Return the keys that a command has now, the person's own choice first."""
    return key_list(keymap.get(command.id) or command.keys)


def shown_key(name: str, keymap: Mapping[str, str]) -> str:
    """Return the key of a command by its id, as people read it."""
    return key_name(keys_of(BY_ID[name], keymap)[0])


_NAMES = {
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "space": "space",
    "enter": "enter",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "delete": "Del",
    "home": "Home",
    "end": "End",
}


def key_name(key: str) -> str:
    """Return a key as people read it: `?`, `esc`, `ctrl+p`, `G`."""
    *modifiers, last = key.split("+")
    return "+".join([*modifiers, _NAMES.get(last) or format_key(last)])


def problems(keymap: Mapping[str, str]) -> list[BadInput]:
    """Return what of the person's keys cannot be followed: unknown commands, and keys given to two in one place."""
    told = []
    for name in keymap:
        if name not in BY_ID:
            close = get_close_matches(name, BY_ID, 1)
            hint = f"Did you mean {close[0]}?" if close else "The help (?) shows the commands' names."
            told.append(BadInput("A key is set for an unknown command", f"settings, keys: {name}", hint))
    taken: dict[tuple[str, str], str] = {}
    for command in COMMANDS:
        for key in keys_of(command, keymap):
            other = taken.setdefault((command.place, key), command.id)
            if other != command.id:
                told.append(
                    BadInput(
                        "One key is set for two commands",
                        f"settings, keys: {key_name(key)} for {other} and {command.id}",
                        "Give one of them another key.",
                    )
                )
    return told
