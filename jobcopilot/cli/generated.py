"""`jobcopilot questions generate`: questions for one job, and who they are from."""

from __future__ import annotations

import sys
from typing import Any, Final

from jobcopilot.cli.interrupting import cancelling
from jobcopilot.cli.output import print_json, say
from jobcopilot.cli.questions import question_object
from jobcopilot.errors import UsageError
from jobcopilot.inference.port import LanguageModel
from jobcopilot.practice.generate import Generated, Type, WrittenQuestion, generate_for_job
from jobcopilot.practice.views import Question
from jobcopilot.runtime import Runtime

_TITLES: Final[tuple[tuple[Type, str], ...]] = (("behavioral", "Behavioural"), ("technical", "Technical"))
USES: Final = ("builtin", "llama", "http")


def asked_model(runtime: Runtime, use: str | None) -> LanguageModel | None:
    """Return the model of an option `--model`, by default the one that is set; None where the built-in way is meant.

    Raises `UsageError` for another word, `ModelError` where it cannot be asked.
    """
    chosen = runtime.settings.model.use if use is None else use
    if chosen not in USES:
        raise UsageError("There is no such model", f"--model {chosen}", f"Choose one of {', '.join(USES)}.")
    return None if chosen == "builtin" else runtime.model_for(chosen)


def give(runtime: Runtime, job_id: int, *, seed: int, use: str | None, add_all: bool, as_json: bool) -> None:
    """Ask for the questions and print them."""
    model = asked_model(runtime, use)
    if model is not None:
        sys.stderr.write(f"{model.state().name} writes the questions (Ctrl+C stops it) …\n")
        sys.stderr.flush()
    with cancelling() as cancel:
        made = generate_for_job(runtime.practice_books, job_id, model, seed=seed, cancel=cancel)
    added: tuple[Question, ...] = ()
    if add_all and made.written:
        added = runtime.bank.add_questions(
            [one.as_changes(f"written by {made.by} for {made.job}") for one in made.written],
            origin="model",
            anyway=True,
        )
    if as_json:
        print_json(_object(job_id, made, added))
        return
    _print(made)
    if add_all:
        say(f"\n{len(added)} added to the bank.")


def _object(job_id: int, made: Generated, added: tuple[Question, ...]) -> dict[str, Any]:
    return {
        "job": job_id,
        "by": made.by,
        "fallback": [{"type": kind, "reason": reason} for kind, reason in made.why],
        **{
            kind: [
                *(_written_object(one) for one in made.of(kind)),
                *(question_object(one) for one in getattr(made.bank, kind)),
            ]
            for kind, _ in _TITLES
        },
        "not_covered": made.bank.not_covered,
        "added": [one.id for one in added],
    }


def _written_object(one: WrittenQuestion) -> dict[str, Any]:
    return {
        "id": None,
        "text": one.text,
        "type": one.type,
        "skill": one.skill,
        "difficulty": one.difficulty,
        "points": [{"point": point.point, "signs": point.signs} for point in one.points],
        "origin": "model",
    }


def _print(made: Generated) -> None:
    if not made.why and not made.written:
        say(f"From the bank, for {made.job}. No model was asked.")
    else:
        say(f"For {made.job}.")
    failed = dict(made.why)
    for kind, title in _TITLES:
        if kind in failed:
            said = failed[kind]
            who = f", from the bank instead: {said[:1].lower()}{said[1:]}"
        else:
            who = f", written by {made.by}" if made.written else ""
        say(f"\n{title}{who}")
        asked: list[WrittenQuestion | Question] = [*made.of(kind), *getattr(made.bank, kind)]
        for place, one in enumerate(asked, start=1):
            say(f"{place}. {one.text}  ({one.skill}, {one.difficulty})")
    if made.bank.not_covered:
        say(f"\nAsked for in the posting, with no question in the bank: {', '.join(made.bank.not_covered)}")
