"""The practice room without a model, measured: the next question after an answer, and a session's assessment."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Iterator, Sequence
from typing import Final

from jobcopilot.practice.assessment import assess_answer, assess_session
from jobcopilot.practice.interviewers.builtin import BuiltInInterviewer
from jobcopilot.practice.interviewers.port import Brief, Line, Turn, TurnQuestion
from jobcopilot.practice.shipped import shipped_bank
from jobcopilot.practice.views import Answered, Asked, InterviewType, Point
from tests.benchmarks.measuring import Figure, Stopwatch, figure, milliseconds
from tests.unit.scoring_practice import SHAPES, Totals, asked_of, rows_of
from tests.unit.scoring_practice import measure as scores_on

WORDS: Final = 400
SESSION: Final = 12
ROUNDS: Final = 60


def _answers() -> list[str]:
    """Return answers of about 400 words: those to look at, joined."""
    said = [word for row in rows_of("answers", "tune") for word in row["answer"].split()]
    return [" ".join(said[start : start + WORDS]) for start in range(0, len(said) - WORDS, WORDS // 2)]


def _questions() -> list[TurnQuestion]:
    return [
        TurnQuestion(
            one["text"],
            one["skill"],
            one["type"],
            SHAPES[one["type"]],
            points=tuple(Point(point["point"], tuple(point["signs"])) for point in one["points"]),
            follow_ups=tuple(one["follow_ups"]),
        )
        for one in shipped_bank().questions
    ]


def _next_question() -> Iterator[tuple[float, str]]:
    interviewer, answers, questions = BuiltInInterviewer(), _answers(), _questions()
    brief = Brief(InterviewType(1, "technical", "Technical"), ("Python",), "practice")
    for number in range(ROUNDS):
        current = questions[number * 7 % len(questions)]
        exchange = (
            Line("interviewer", "question", current.text),
            Line("person", "answer", answers[number % len(answers)]),
            Line("interviewer", "follow_up", "How did it end?"),
        )
        said = answers[(number + 1) % len(answers)]
        turn = Turn(brief, "answer", current, questions[number * 7 % len(questions)], exchange, said)
        yield milliseconds(lambda turn=turn: "".join(interviewer.speak(turn).pieces)), current.text


def _session() -> Iterator[tuple[float, str]]:
    answers, questions = _answers(), _questions()
    for number in range(ROUNDS // 6):
        chosen = [questions[(number * SESSION + place) * 5 % len(questions)] for place in range(SESSION)]
        given = [
            Answered(
                Asked(one.text, one.type, one.shape, one.points, (one.skill,)),
                "answered",
                answers[(number + place) % len(answers)],
            )
            for place, one in enumerate(chosen)
        ]
        yield milliseconds(assess_session, given), f"session {number + 1}"


def measure() -> Iterator[Figure]:
    """Yield the figures; the first use, which reads the bank's words, is a line of its own."""
    row = rows_of("answers", "tune")[0]
    yield figure(
        "first answer of a process", 0, [(milliseconds(assess_answer, asked_of(row), row["answer"]), "")]
    )
    yield figure(f"next question after an answer of {WORDS} words", 0, _next_question(), budget=30)
    yield figure(f"assessment of a session of {SESSION} answers of {WORDS} words", 0, _session(), budget=300)
    twenty = " ".join(_answers() * 60).split()[:20_000]
    long = " ".join(f"{word}{number % 9_973}" if number % 3 else word for number, word in enumerate(twenty))
    yield figure("an answer of 20,000 words", 0, [(milliseconds(assess_answer, asked_of(row), long), "")])


def write_scores(part: str, *, as_json: bool) -> None:
    """Print what one part of the labelled answers gives, with the points of its questions and without them."""
    totals: list[Totals] = [scores_on(part, points=points) for points in (True, False)]
    if as_json:
        sys.stdout.write(
            json.dumps({"labelled": [dataclasses.asdict(one) for one in totals]}, indent=2) + "\n"
        )
    else:
        sys.stdout.write("".join(one.line() + "\n" for one in totals))


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where a budget is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--cpu", action="store_true", help="measure processor time, on a busy machine")
    # Never by default: a part that was read is no measure of what the assessor does on a stranger's answers.
    parser.add_argument(
        "--labelled", metavar="PART", help="print the scores on this part of the labelled answers instead"
    )
    chosen = parser.parse_args(arguments)
    if chosen.labelled:
        write_scores(chosen.labelled, as_json=chosen.json)
        return 0
    if chosen.cpu:
        Stopwatch.read = time.thread_time
    figures = list(measure())
    if chosen.json:
        sys.stdout.write(json.dumps({"figures": [one.as_json() for one in figures]}, indent=2) + "\n")
    else:
        for one in figures:
            kept = {None: "", True: "kept", False: "NOT KEPT"}[one.kept]
            sys.stdout.write(f"{one.name:60} median {one.median:8.1f} ms  p95 {one.p95:8.1f} ms  {kept}\n")
    return 0 if all(one.kept is not False for one in figures) else 1


if __name__ == "__main__":
    raise SystemExit(main())
