"""A session held on the command line: typed at a prompt, or answered from a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from jobcopilot.cli.output import say
from jobcopilot.errors import BadInput, UsageError
from jobcopilot.practice.session import Session
from jobcopilot.practice.session_events import Began, Ended, Event, Marked, Piece, Summed
from jobcopilot.text import decode

LARGEST_SCRIPT = 20_000_000
COMMANDS = "/hint /skip /retry /strong (what a strong answer covers) /pause /end /quit (take it up later)"


def read_script(file: str) -> list[str]:
    """Return the answers of a file: a JSON list of strings, or text in which a line `---` parts them.

    Text without such a line is parted by blank lines. Raises `BadInput`.
    """
    try:
        raw = (
            sys.stdin.buffer.read(LARGEST_SCRIPT) if file == "-" else Path(file).read_bytes()[:LARGEST_SCRIPT]
        )
    except OSError as refused:
        raise BadInput(
            "The answers cannot be read", f"{file}: {refused.strerror}", "Check the path."
        ) from refused
    text = decode(raw)
    if text.lstrip().startswith("["):
        try:
            answers = json.loads(text)
        except (ValueError, RecursionError) as broken:
            raise BadInput("The answers are not valid JSON", f"{file}: {broken}") from broken
        if not all(isinstance(answer, str) for answer in answers):
            raise BadInput("An answer is not a string", file, 'Write them as ["…", "…"].')
        return list(answers)
    text = text.replace("\r\n", "\n")
    lines = text.split("\n")
    if any(line.strip() == "---" for line in lines):
        return [
            part.strip()
            for part in "\n".join("\0" if one.strip() == "---" else one for one in lines).split("\0")
        ]
    return [part.strip() for part in text.split("\n\n") if part.strip()]


class Talk:
    """One session and whoever types; `quiet` shows nothing (a script's --json)."""

    def __init__(self, session: Session, answers: list[str] | None, *, quiet: bool) -> None:
        self._session = session
        self._answers = None if answers is None else iter(answers)
        self._quiet = quiet

    def hold(self) -> bool:
        """Hold the session until it is over or the person leaves; return whether it is over."""
        session = self._session
        if session.status == "pending":
            session.begin()
        elif not session.owed:
            self._show_last()
        if self._answers is None and not self._quiet:
            say(f"Answer in one line, or write a command: {COMMANDS}")
        while True:
            while session.owed:
                self._hear(session.reply())
            if session.status != "in_progress":
                return True
            words = self._next()
            if words is None or words == "/quit":
                return False
            self._act(words)

    def _next(self) -> str | None:
        """The next answer, None where there are no more: a script that ends early ends the session."""
        if self._answers is not None:
            return next(self._answers, "/end")
        if not self._quiet:
            sys.stdout.write("\n> ")
            sys.stdout.flush()
        line = sys.stdin.readline()
        return line.strip() if line else None

    def _act(self, words: str) -> None:
        session = self._session
        try:
            match words:
                case "":
                    return
                case "/hint":
                    session.hint()
                case "/skip":
                    session.skip()
                case "/retry":
                    session.retry()
                case "/strong":
                    session.model_answer()
                case "/pause":
                    session.pause()
                    self._say("Paused; the timer starts again with your next words.")
                case "/end":
                    session.end()
                case _ if self._answers is None and words.startswith("/") and " " not in words:
                    self._say(f"There is no command {words}. There are: {COMMANDS}")
                case _:
                    session.answer(words)
        except UsageError as refused:
            self._say(str(refused))

    def _hear(self, events: Iterator[Event]) -> None:
        for event in events:
            if self._quiet:
                continue
            match event:
                case Began(message=message):
                    fallback = f" ({message.fallback})" if message.fallback else ""
                    sys.stdout.write(f"\n{message.by}{fallback}: ")
                case Piece(text=text):
                    sys.stdout.write(text)
                    sys.stdout.flush()
                case Ended():
                    say(at_once=True)
                case Marked(asked=asked) if asked.assessment is not None:
                    score = asked.assessment.score
                    shown = "not enough to judge" if score is None else f"{score} of 100"
                    say(f"  [{asked.order}. {shown}] {asked.assessment.reason}".rstrip())
                    for mark in asked.assessment.marks:
                        say(f"    {mark.name} {mark.score}: “{' '.join(mark.quote.split())}”")
                case Summed(assessment=made):
                    shown = "not enough to judge" if made.score is None else f"{made.score} of 100"
                    say(f"\nOver the session: {shown}. {made.reason}".rstrip())
                case _:
                    pass

    def _show_last(self) -> None:
        """Say again what the interviewer said last, for one who comes back."""
        said = [
            one
            for one in self._session.view().messages
            if one.role == "interviewer" and one.state != "interrupted"
        ]
        if said:
            self._say(f"\n{said[-1].by}: {said[-1].final}")

    def _say(self, words: str) -> None:
        if not self._quiet:
            say(words, at_once=True)
