"""A session held on the command line: typed at a prompt, or answered from a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jobcopilot.cli.output import complain, say
from jobcopilot.cli.practice_prompt import Prompt, edits_lines, is_command
from jobcopilot.errors import BadInput, StorageError, UsageError
from jobcopilot.practice.export import verdict
from jobcopilot.practice.session import LONGEST_ANSWER, Session
from jobcopilot.practice.session_claim import HeldElsewhere, beating
from jobcopilot.practice.session_events import Began, Ended, Event, Marked, Piece, Summed
from jobcopilot.text import clean_text, decode

LARGEST_SCRIPT = 20_000_000
_FORMS = 'Write a JSON list, ["…", "…"], or words with a line --- between two answers.'
COMMANDS = (
    "/repeat /hint /skip /retry /strong (what a strong answer covers) /pause /end /quit (take it up later)"
)


def read_script(file: str) -> list[str]:
    """Return the answers of a file: a JSON list of strings, or text in which a line `---` parts them.

    Text without such a line is parted by blank lines. Raises `BadInput`, also where there is no answer in it: a
    script that ends ends its session.
    """
    answers = _answers(decode(read_bytes(file)), file)
    if not any(answer.strip() for answer in answers):
        raise BadInput("There is no answer in the file", file, _FORMS)
    for place, answer in enumerate(answers, start=1):
        if len(answer) > LONGEST_ANSWER:
            raise BadInput(
                "An answer is too long",
                f"{file}, answer {place}: {len(answer):,} characters",
                f"It takes up to {LONGEST_ANSWER:,}; make two of it.",
            )
    return answers


def read_bytes(file: str) -> bytes:
    """Return what is in a file of answers, "-" for what is piped in. Raises `BadInput`."""
    try:
        if file == "-":
            raw = sys.stdin.buffer.read(LARGEST_SCRIPT + 1)
        else:
            with Path(file).open("rb") as script:
                raw = script.read(LARGEST_SCRIPT + 1)
    except OSError as refused:
        raise BadInput(
            "The answers cannot be read", f"{file}: {refused.strerror}", "Check the path."
        ) from refused
    if len(raw) > LARGEST_SCRIPT:
        raise BadInput("The file is too large", file, f"It takes up to {LARGEST_SCRIPT // 1_000_000} MB.")
    return raw


def read_pairs(file: str) -> list[Any]:
    """Return the questions and answers of a file of JSON, "-" for what is piped in. Raises `BadInput`."""
    form = 'Write them as [{"question": "…", "answer": "…"}].'
    raw = read_bytes(file)
    try:
        found = json.loads(decode(raw))
    except (ValueError, RecursionError) as broken:
        raise BadInput("The answers are not valid JSON", f"{file}: {broken}", form) from broken
    if not isinstance(found, list):
        raise BadInput("The answers are not a list", file, form)
    if not found:
        raise BadInput("There is no answer in the file", file, form)
    return found


def _answers(text: str, file: str) -> list[str]:
    if text.lstrip().startswith(("[", "{")):
        try:
            answers = json.loads(text)
        except (ValueError, RecursionError) as broken:
            raise BadInput("The answers are not valid JSON", f"{file}: {broken}", _FORMS) from broken
        if not isinstance(answers, list):
            raise BadInput("The answers are not a list", file, _FORMS)
        for place, answer in enumerate(answers, start=1):
            if not isinstance(answer, str):
                raise BadInput("An answer is not a string", f"{file}, answer {place}", _FORMS)
        return answers
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
        self._prompt = Prompt(self._keep_draft) if answers is None and not quiet and edits_lines() else None
        self._typed = session.view().draft
        """What was typed and not sent."""
        self._keeps_not = False

    def hold(self) -> bool:
        """Hold the session until it is over or the person leaves; return whether it is over.

        Raises `HeldElsewhere` where it was taken up in another process meanwhile.
        """
        with beating(self._session.tick):
            try:
                return self._held()
            finally:
                self._session.give_back()

    def _held(self) -> bool:
        session = self._session
        if session.status == "pending":
            session.begin()
        elif not session.owed:
            self._show_last()
        if self._prompt is not None:
            say(
                f"Answer and press enter (\\ at the end of a line: go on in the next), or a command: {COMMANDS}"
            )
        elif self._answers is None and not self._quiet:
            say(f"Answer in one line, or write a command: {COMMANDS}")
        if self._typed and self._prompt is None:
            # No line to put it into: it is shown, because the next answer takes its place.
            complain(f"You had typed and not given: {self._typed}")
        while True:
            while session.owed:
                self._hear(session.reply())
            if session.status != "in_progress":
                self._tell_left()
                return True
            words = self._next()
            if words is None or words == "/quit":
                return False
            self._act(words)

    def _next(self) -> str | None:
        """The next answer, None where there are no more: a script that ends early ends the session."""
        if self._answers is not None:
            words = next(self._answers, None)
            if words is not None:
                self._say(f"\nyou: {clean_text(words)}")
            return "/end" if words is None else words
        if self._prompt is not None:
            typed, self._typed = self._typed, ""
            return self._prompt.read(typed)
        if not self._quiet:
            sys.stdout.write("\n> ")
            sys.stdout.flush()
        line = sys.stdin.readline()
        return line.strip() if line else None

    def _tell_left(self) -> None:
        left = sum(1 for words in self._answers or () if words.strip())
        if left:
            complain(f"The session was over before the script: {left} of its answers were not needed.")

    def _keep_draft(self, typed: str) -> None:
        """Keep what is typed; where the disk refuses, it is said once and typing goes on."""
        try:
            if self._session.status == "in_progress":
                self._session.keep_draft(typed)
        except HeldElsewhere:
            complain(f"\nNot given: {typed}")
            raise
        except StorageError as refused:
            if not self._keeps_not:
                complain(f"\nWhat you type is not kept until you give it: {refused}")
            self._keeps_not = True

    def _act(self, words: str) -> None:
        session = self._session
        try:
            match words:
                case "":
                    return
                case "/repeat":
                    session.repeat()
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
                case _ if self._answers is None and is_command(words):
                    self._say(f"There is no command {words}. There are: {COMMANDS}")
                case _:
                    session.answer(words)
        except HeldElsewhere as lost:
            if not is_command(words):
                complain(f"Not given: {words}")
            raise lost
        except UsageError as refused:
            if self._quiet:
                complain(str(refused))
            self._say(str(refused))
            if self._prompt is not None and not is_command(words):
                # It stands in the next line, to be mended.
                self._typed = words

    def _hear(self, events: Iterator[Event]) -> None:
        for event in events:
            if not self._quiet:
                tell(event)

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


def tell(event: Event) -> None:
    """Print what the interviewer and the assessor say, as it comes."""
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
            made = asked.assessment
            say(f"  {asked.order}. {verdict(made.score, made.reason)}")
            for mark in asked.assessment.marks:
                say(f"    {mark.name} {mark.score}: “{' '.join(mark.quote.split())}”")
        case Summed(assessment=made):
            say(f"\nOver the session: {verdict(made.score, made.reason)}")
        case _:
            pass
