"""The commands of the market; `commands.COMMANDS` holds them with the others."""

from __future__ import annotations

from jobcopilot.tui.command import Command

MARKET_PLACES: dict[str, str] = {
    "market": "Market",
    "figure": "Chart",
    "figures": "Figures",
    "origins": "Where figures come from",
    "figuretable": "Chart as a table",
    "behind": "Postings behind a figure",
    "pick": "Picking",
}
"""Place to its heading in the help."""

# fmt: off
MARKET_COMMANDS: tuple[Command, ...] = (
    Command("app.market", "3", "Market", "Go to the market",
            "Shows what your role pays, what is asked for, and what one more skill would open.",
            "room('market')", 95),

    Command("market.role", "R,slash", "role", "Choose the role",
            "Finds a role by its name, and counts only its postings.", "pick_role", 10),
    Command("market.place", "P", "place", "Choose the place",
            "Finds a country, region, city or remote scope, and counts only its postings.", "pick_place", 11),
    Command("market.window", "w", "window", "Choose how far back",
            "Counts the postings of the last 4, 12 or 26 weeks.", "pick_window", 12),
    Command("market.table", "t", "table", "Show the chart as a table",
            "Shows every figure of the chart in front, with the number behind each.", "table", 14),
    Command("market.export", "x", "export", "Export the chart",
            "Writes the chart in front to a file, as figures (CSV) or as a picture (SVG).", "export", 15),
    Command("market.feeds", "f", "feeds", "Where the figures come from",
            "Shows sources, dates, credits and whose exchange rates were used.", "feeds", 16),
    Command("market.rebuild", "r", "rebuild", "Count everything anew",
            "Builds the statistics again from every posting that is kept; esc stops it.", "rebuild", 17),
    Command("market.next", "tab,right_square_bracket", "next", "Next chart",
            "Goes to the next chart.", "turn(1)", 13),
    Command("market.last", "shift+tab,left_square_bracket", "before", "Chart before",
            "Goes to the chart before.", "turn(-1)", 50),

    Command("figure.next", "l,right", "next", "Next chart",
            "Goes to the next chart.", "turn(1)", 90),
    Command("figure.behind", "enter", "postings", "The postings behind it",
            "Lists the postings that the chart counts.", "behind", 18),
    Command("figure.last", "h,left", "back", "Chart before",
            "Goes to the chart before.", "turn(-1)", 91),
    Command("figures.next", "l,right", "next", "Next chart",
            "Goes to the next chart.", "turn(1)", 90),
    Command("figures.behind", "enter", "postings", "The postings behind it",
            "Lists the postings that the row counts.", "behind", 18),
    Command("figures.last", "h,left", "back", "Chart before",
            "Goes to the chart before.", "turn(-1)", 91),

    Command("behind.open", "o", "open", "Open the posting's address",
            "Opens the posting in your web browser.", "open_address", 2),
    Command("behind.copy", "y", "copy", "Copy the posting's address",
            "Copies the posting's address to the clipboard.", "copy", 4),
    Command("behind.close", "q", "close", "Close",
            "Goes back to the charts.", "close", 3),

    Command("origins.close", "f,q", "close", "Close",
            "Goes back to the charts.", "close", 3),
    Command("figuretable.close", "t,q", "as a chart", "As a chart again",
            "Goes back to the chart.", "close", 3),
    Command("figuretable.export", "x", "export", "Export the chart",
            "Writes the chart to a file, as figures (CSV) or as a picture (SVG).", "export", 2),

    Command("pick.down", "down,ctrl+n", "down", "Next line",
            "Moves to the next line while you type.", "move(1)", 4),
    Command("pick.up", "up,ctrl+p", "up", "Line before",
            "Moves to the line before while you type.", "move(-1)", 5),
    Command("pick.take", "enter", "choose", "Choose",
            "Chooses the line under the cursor.", "take", 3),
)
# fmt: on
