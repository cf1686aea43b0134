"""The commands of practice; `commands.COMMANDS` holds them with the others.

In the conversation a text field has the focus: only control, function and escape keys act there.
"""

from __future__ import annotations

from jobcopilot.tui.command import Command

PRACTICE_PLACES: dict[str, str] = {
    "practice": "Practice",
    "setup": "Setting up",
    "skillpicks": "Skills",
    "talk": "Interview",
    "answer": "Your answer",
    "transcript": "What was said",
    "report": "Report",
    "marks": "Marks",
}
"""Place to its heading in the help."""

# fmt: off
PRACTICE_COMMANDS: tuple[Command, ...] = (
    Command("app.practice", "4", "Practice", "Go to practice",
            "Sets up a mock interview, or takes up one that you left.", "room('practice')", 95),

    Command("practice.start", "s", "start", "Start the interview",
            "Makes a session of what is set, and lets the interviewer open it.", "start", 4),
    Command("practice.resume", "c", "continue", "Continue the session you left",
            "Takes up the latest session that is not over, where it was.", "resume", 5),
    Command("practice.skills", "slash", "find skill", "Find a skill",
            "Narrows the skills to those with all of the words.", "find_skill", 11),

    Command("setup.next", "l,right", "change", "Next choice",
            "Takes the next of the line's choices.", "turn(1)", 6),
    Command("setup.last", "h,left", "before", "Choice before",
            "Takes the choice before.", "turn(-1)", 91),
    Command("setup.open", "enter,space", "choose", "Choose from all",
            "Lists what the line can be, or asks for it.", "choose", 3),

    Command("skillpicks.tick", "space,enter", "tick", "Tick the skill",
            "Practises the skill, or leaves it out.", "tick", 3),
    Command("skillpicks.suggested", "r", "as suggested", "Tick what is suggested",
            "Ticks what the job asks for and the type suggests, and nothing else.", "suggested", 12),

    Command("talk.hint", "f3", "hint", "Ask for a hint",
            "Lets the interviewer help; each question has more than one hint (practice mode).", "hint", 3),
    Command("talk.repeat", "f4", "repeat", "Have it repeated",
            "Asks the interviewer to say the question again.", "repeat", 7),
    Command("talk.skip", "f5", "skip", "Skip the question",
            "Goes on to the next question; a skipped one gets no mark.", "skip", 4),
    Command("talk.retry", "ctrl+t", "try again", "Try it again",
            "Puts the last question that you answered once more (practice mode).", "retry", 5),
    Command("talk.strong", "ctrl+o", "strong one", "See what a strong answer covers",
            "Shows what a strong answer to the question covers (practice mode).", "strong", 6),
    Command("talk.pause", "f8", "pause", "Pause, or go on",
            "Stops the clock; pressed again, or with your answer, it goes on.", "pause", 8),
    Command("talk.given", "ctrl+g", "was given", "What the interviewer was given",
            "Shows who asks, and everything that it was told of you and the job.", "given", 9),
    Command("talk.end", "f10", "end", "End the interview early",
            "Lets the interviewer close; what you answered is assessed.", "end", 10),

    Command("answer.done", "ctrl+d", "I'm done", "Give your answer",
            "Gives what you wrote to the interviewer.", "done", 1),
    Command("answer.read_back", "pageup", "read back", "Read back",
            "Scrolls what was said a page back while you write.", "read(-1)", 92),
    Command("answer.read_on", "pagedown", "read on", "Read on",
            "Scrolls what was said a page on while you write.", "read(1)", 92),
    Command("transcript.write", "i,w", "write", "Write on",
            "Goes back to your answer.", "write", 2),
    Command("transcript.report", "r,enter", "report", "See the report",
            "Shows what was made of your answers, each mark with your own words.", "report", 2),

    Command("report.weak", "r", "weak again", "Practise the weak ones again",
            "Begins a new session about the skills whose answers were weak, not judged or not given.",
            "weak", 4),
    Command("report.transcript", "t", "all said", "Everything that was said",
            "Shows the whole conversation.", "transcript", 6),
    Command("report.correct", "e", "correct", "Correct what you said",
            "Mends the words of an answer; the original is kept, and it is assessed again.", "correct", 7),
    Command("report.given", "w", "was given", "What the interviewer was given",
            "Shows who asked, and everything that it was told of you and the job.", "given", 8),
    Command("report.export", "x", "export", "Export the session",
            "Writes transcript and report to a file (Markdown or JSON).", "export", 5),
    Command("report.next", "tab,right_square_bracket", "next page", "Next page",
            "Goes to the next answer.", "turn(1)", 9),
    Command("report.last", "shift+tab,left_square_bracket", "page before", "Page before",
            "Goes to the answer before.", "turn(-1)", 91),

    Command("marks.next", "l,right", "next answer", "Next answer",
            "Shows the next answer.", "turn(1)", 3),
    Command("marks.last", "h,left", "before", "Answer before",
            "Shows the answer before.", "turn(-1)", 91),
    Command("marks.open", "enter", "read", "Go to it",
            "Goes to the question under the cursor, or into the answer to read it.", "open_mark", 2),
)
# fmt: on
