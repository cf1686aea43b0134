"""The commands of job feeds: discovered postings and sources; `commands.COMMANDS` holds them with the others."""

from __future__ import annotations

from jobcopilot.tui.command import Command

FEED_PLACES: dict[str, str] = {
    "discovered": "Discovered postings",
    "posting": "Posting of a feed",
    "sources": "Sources",
}
"""Place to its heading in the help."""

# fmt: off
FEED_COMMANDS: tuple[Command, ...] = (
    Command("app.discovered", "D", "discovered", "Discovered postings",
            "Shows what your sources found and you have not tracked, the best match first.", "discovered", 64),
    Command("app.sources", "F", "sources", "Sources: job feeds and company boards",
            "Adds sources, switches them on and off, polls them, and says how they are doing.", "sources", 65),

    Command("discovered.track", "t", "track", "Track",
            "Puts the selected postings, or the one under the cursor, on the board; undo takes it back.",
            "track", 4),
    Command("discovered.hide", "d,delete", "hide", "Hide, or show again",
            "Takes postings off this list for good; on hidden ones it puts them back.", "hide", 5),
    Command("discovered.undo", "u", "undo", "Undo",
            "Takes back what was tracked or hidden here last, else the last change anywhere, and says what it was.",
            "undo", 6),
    Command("discovered.search", "slash", "search", "Search",
            "Keeps what has all of the words in title, company or place.", "search", 7),
    Command("discovered.everything", "A", "all", "Show everything, or only what waits",
            "Also shows what is closed, hidden or tracked.", "everything", 8),
    Command("discovered.poll", "r", "poll", "Poll what is due",
            "Asks every source that is switched on and due; escape stops it, whole pages stay.", "poll", 9),
    Command("discovered.open", "o", "open", "Open the address",
            "Opens the posting in your web browser.", "open_address", 33),
    Command("discovered.copy", "y", "copy", "Copy",
            "Copies title, company or address to the terminal's clipboard.", "copy", 34),
    Command("discovered.job", "B", "job", "Go to the job",
            "Shows the job that the posting was tracked as on the board.", "job", 10),
    Command("discovered.read_on", "J", "read on", "Scroll the posting",
            "Scrolls the posting while the list keeps the focus.", "read_on", 53),
    Command("discovered.read_back", "K", "read back", "Scroll the posting back",
            "Scrolls the posting back while the list keeps the focus.", "read_back", 54),
    Command("posting.back", "h,left", "back", "Back to the list",
            "Goes back to the list.", "leave", 3),

    Command("sources.switch", "space", "on/off", "Switch on or off",
            "Switches the source on or off; the terms of its feed are shown before its first time.", "switch", 2),
    Command("sources.poll", "p,enter", "poll", "Poll it now",
            "Asks the source under the cursor now; escape stops it, whole pages stay.", "poll", 3),
    Command("sources.poll_due", "P", "poll due", "Poll what is due",
            "Asks every source that is switched on and due.", "poll_due", 5),
    Command("sources.add", "a", "add", "Add by address",
            "Adds a company's board by its address, or by the address of one of its postings.", "add", 6),
    Command("sources.search", "slash", "search", "Search sources",
            "Keeps what has all of the words in its name, feed or note.", "search", 7),
    Command("sources.open", "o", "open", "Open the address",
            "Opens the source's page in your web browser.", "open_address", 8),
    Command("sources.copy", "y", "copy", "Copy the address",
            "Copies the source's address to the terminal's clipboard.", "copy", 30),
    Command("sources.found", "D", "found", "What was found",
            "Leaves for the discovered postings; polls go on.", "found", 9),
    Command("sources.leave", "q", "leave", "Leave; polls go on",
            "Closes the sources; what is being polled is polled to its end.", "leave", 10),
)
# fmt: on
