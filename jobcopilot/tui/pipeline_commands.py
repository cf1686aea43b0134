"""The commands of the pipeline; `commands.COMMANDS` holds them with the others."""

from __future__ import annotations

from jobcopilot.tui.command import Command

PIPELINE_PLACES: dict[str, str] = {
    "pipeline": "Pipeline",
    "agenda": "Agenda",
    "checklist": "Preparation",
    "round": "Interview",
    "month": "Month",
    "calendars": "Calendars",
}
"""Place to its heading in the help."""

# fmt: off
PIPELINE_COMMANDS: tuple[Command, ...] = (
    Command("app.pipeline", "2", "Pipeline", "Go to the pipeline",
            "Shows interviews, preparation and follow-ups.", "room('pipeline')", 95),

    Command("pipeline.book", "b", "book", "Book an interview",
            "Books a round of the job that is shown, or of one that you choose.", "book", 10),
    Command("pipeline.move", "m", "move", "Move the interview",
            "Gives the interview another time; ticks stay, reminders are set anew.", "move_round", 11),
    Command("pipeline.complete", "c", "complete", "Say how the interview went",
            "Marks it as completed, moves its job's status and plans what follows.", "complete", 12),
    Command("pipeline.cancel", "X", "cancel", "Cancel the interview",
            "Says that it does not take place; its reminders are cancelled.", "cancel", 13),
    Command("pipeline.practise", "p", "practise", "Practise for it",
            "Sets up a mock interview for the interview, or for the job, under the cursor.", "practise", 15),
    Command("pipeline.add", "a", "add task", "Add a task",
            "Adds a task of your own to the preparation of the interview.", "add_task", 16),
    Command("pipeline.follow_up", "f", "follow up", "Plan a follow-up",
            "Plans something to send or ask: references, portfolio, a question.", "follow_up", 30),
    Command("pipeline.edit", "e", "edit", "Edit",
            "Edits the interview, or the task in focus.", "edit", 17),
    Command("pipeline.put_off", "s", "put off", "Put off",
            "Gives a follow-up or a task a later time.", "put_off", 18),
    Command("pipeline.undo", "u", "undo", "Undo",
            "Takes back the last change, on the board or here, and says what it was.", "undo", 19),
    Command("pipeline.delete", "d,delete", "delete", "Delete, or drop",
            "Deletes the interview or task, drops the follow-up; undo brings them back.", "delete", 31),
    Command("pipeline.open", "o", "open", "Open the meeting's link",
            "Opens the link of the interview in your web browser.", "open_link", 32),
    Command("pipeline.copy", "y", "copy", "Copy",
            "Copies link, place or time to the terminal's clipboard.", "copy", 34),
    Command("pipeline.job", "B", "job", "Go to the job",
            "Shows the job of what is under the cursor on the board.", "job", 20),
    Command("pipeline.search", "slash", "search", "Search",
            "Keeps what has all of the words: company, stage, person.", "search", 21),
    Command("pipeline.week", "w", "week", "Week, or agenda",
            "Shows one week with all of its days, or the agenda again.", "week", 22),
    Command("pipeline.month", "M", "month", "Month, or agenda",
            "Shows a month with what is on each day, or the agenda again.", "month", 23),
    Command("pipeline.offers", "O", "offers", "Offers side by side",
            "Compares the offers that you got.", "offers", 35),
    Command("pipeline.contacts", "P", "people", "Contacts",
            "Shows the people you met or will meet.", "contacts", 36),
    Command("pipeline.calendars", "C", "calendars", "Calendars",
            "Connects calendars, shows how they stand and what was changed elsewhere.", "calendars", 60),
    Command("pipeline.later", "greater_than_sign", "later", "Next week",
            "Shows the week after, in the week's view.", "turn(1)", 50),
    Command("pipeline.earlier", "less_than_sign", "earlier", "Week before",
            "Shows the week before, in the week's view.", "turn(-1)", 51),

    Command("agenda.done", "space", "done", "Done",
            "Ticks a task, or says that a follow-up was sent.", "toggle_done", 14),

    Command("checklist.tick", "space", "tick", "Tick the task",
            "Ticks the task, or takes the tick off.", "toggle_done", 4),
    Command("checklist.down", "J", "move down", "Move the task down",
            "Puts the task after the next one.", "carry(1)", 5),
    Command("checklist.up", "K", "move up", "Move the task up",
            "Puts the task before the one before.", "carry(-1)", 6),

    Command("round.back", "h,left", "back", "Back to the agenda",
            "Goes back to the agenda.", "leave", 5),

    Command("calendars.settle", "t", "settle", "Settle the difference",
            "Decides whose side is right: what stands here, or what the calendar says.", "settle", 2),
    Command("calendars.sync", "r", "retry now", "Sync now",
            "Sends what waits, tries again what failed, and looks for changes made elsewhere.", "sync", 3),
    Command("calendars.connect", "a", "connect", "Connect a calendar",
            "Connects a calendar on a CalDAV server, or a file that others subscribe to.", "connect", 4),
    Command("calendars.disconnect", "d,delete", "disconnect", "Disconnect the calendar",
            "Forgets the calendar and its password; what it holds stays there.", "disconnect", 5),

    Command("month.left", "h,left", "day before", "Day before",
            "Moves to the day before.", "move(-1)", 42),
    Command("month.right", "l,right", "next day", "Next day",
            "Moves to the next day.", "move(1)", 43),
    Command("month.up", "k,up", "week before", "Week before",
            "Moves a week back.", "move(-7)", 44),
    Command("month.down", "j,down", "next week", "Next week",
            "Moves a week on.", "move(7)", 45),
    Command("month.later", "greater_than_sign,pagedown", "next month", "Next month",
            "Shows the month after.", "turn(1)", 5),
    Command("month.earlier", "less_than_sign,pageup", "month before", "Month before",
            "Shows the month before.", "turn(-1)", 6),
    Command("month.choose", "enter", "week", "Show the week",
            "Shows the week of the day.", "choose", 3),
)
# fmt: on
