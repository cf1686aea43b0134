"""How fast a spoken interview is on this machine: models of real shapes, random weights, speech that is a script.

    uv run python -m tests.benchmarks.voice --json [--rounds 3] [--whisper base.en] [--shape qwen3-1.7b]
    uv run python -m tests.benchmarks.voice --soak SECONDS [--load 2]

Times and memory of such models are true, their words are not: a pass runs with 4.5 tokens for each second of its
window, its text is the script's. espeak-ng speaks the answers; they are heard by the pipeline of the listening process
in real time (of long answers the last 20 s), the interviewer reads along in its own engine process meanwhile.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobcopilot.inference.choosing import installed_speakers
from jobcopilot.inference.local import LocalChoice, LocalModel
from jobcopilot.inference.machine import this_machine
from jobcopilot.inference.port import Turn
from jobcopilot.voice.engine.whisper import Whisper
from jobcopilot.voice.models import threads_for
from tests.benchmarks.measuring import Figure, figure
from tests.benchmarks.voice_pipeline import (
    Interviewer,
    Run,
    encoder_windows,
    first_token,
    run_answer,
    vad_share,
)
from tests.fakes.answers import spoken_answer
from tests.shaped_models import LANGUAGE, WHISPER, write_gguf, write_whisper

HISTORY_TOKENS, ANSWER_TOKENS = 700, 250
ANSWER_SECONDS = 75.0
"""250 tokens at the 3.3 a second that people speak."""
LENGTHS = (10.0, 60.0, 300.0)
LETTERS = "abcdefghijklmnopqrstuvwxyz "


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--json", action="store_true")
    options.add_argument("--rounds", type=int, default=3, help="answers of each length")
    options.add_argument("--whisper", default="base.en", choices=sorted(WHISPER))
    options.add_argument("--shape", default="qwen3-1.7b", choices=sorted(LANGUAGE))
    options.add_argument(
        "--threads", type=int, default=0, help="of Whisper; 0: as many as the app takes here"
    )
    options.add_argument(
        "--only", choices=["vad", "encoder", "final", "interview", "screen"], help="one part alone"
    )
    options.add_argument(
        "--soak", type=float, metavar="SECONDS", help="one long session on the virtual microphone"
    )
    options.add_argument("--load", type=int, default=2, help="programs that keep a core busy during the soak")
    given = options.parse_args()
    if given.soak:
        from tests.benchmarks.voice_soak import soak

        print(json.dumps(soak(given.soak, load=given.load)))
        return
    threads = given.threads or threads_for(this_machine().cores)
    figures, notes = measured(given.whisper, given.shape, given.rounds, threads, given.only)
    notes |= {"whisper_threads": threads}
    if given.json:
        found = {"whisper": given.whisper, "shape": given.shape, "cores": this_machine().cores, **notes}
        print(json.dumps({**found, "figures": [one.as_json() for one in figures]}))
        return
    for one in figures:
        verdict = {True: "kept", False: "NOT KEPT", None: ""}[one.kept]
        budget = "" if one.budget is None else f"budget {one.budget:g} ({one.judged})"
        print(f"{one.name:<66} {one.median:8.3f} median {one.p95:8.3f} p95 {one.unit:<3} {budget} {verdict}")
    print(json.dumps(notes))


def measured(
    whisper_shape: str, shape: str, rounds: int, threads: int, only: str | None = None
) -> tuple[list[Figure], dict[str, Any]]:
    """Return every figure, and what is told beside them."""
    found: list[Figure] = []
    notes: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="shaped-") as folder:
        if only in (None, "screen"):
            # First, and in processes of their own: no model is loaded here yet.
            from tests.benchmarks.voice_screen import screen

            found += screen(whisper_shape, shape, Path(folder) / "screen", notes)
            if only:
                return found, notes
        write_whisper(whisper_shape, Path(folder) / "whisper")
        whisper = Whisper(Path(folder) / "whisper", threads=threads)
        if only in (None, "vad"):
            share, rest = vad_share()
            found.append(figure("voice detector, of a core", 1, [(share * 100, "")], unit="%", budget=1.0))
            notes["hearing_without_passes_percent_of_a_core"] = round(rest * 100, 2)
        if only in (None, "encoder"):
            notes["encoder_seconds_by_window"] = {
                f"{length:g} s": round(took, 4)
                for length, took in encoder_windows(whisper, (5, 10, 15, 20, 30)).items()
            }
        if only in (None, "final"):
            found += final_text(whisper, rounds, notes)
        if only in (None, "interview"):
            gguf = Path(folder) / "interviewer.gguf"
            write_gguf(shape, gguf)
            found += interview(whisper, gguf, rounds, notes)
    return found, notes


def final_text(whisper: Whisper, rounds: int, notes: dict[str, Any]) -> list[Figure]:
    """Speak answers of 10, 60 and 300 s: how long after the last voiced sample their text is final."""
    found, medians = [], {}
    covered: list[float] = []
    for length in LENGTHS:
        # The shorter ones more often: they are cheap, and a p95 wants many.
        runs = [
            run_answer(whisper, length, 100 * round(length) + number)
            for number in range(rounds * (3 if length < 30 else 1))
        ]
        covered += [one for run in runs for one in run.covered]
        medians[length] = statistics.median(run.final for run in runs)
        notes[f"{length:g} s"] = told(runs)
        found.append(
            figure(
                f"last voiced sample to final text, {length:g} s",
                len(runs),
                [(run.final, f"answer {number}") for number, run in enumerate(runs)],
                unit="s",
                budget=1.6,
            )
        )
    ratio = medians[LENGTHS[-1]] / medians[LENGTHS[0]]
    found.append(figure("the same, 300 s over 10 s", 1, [(ratio, "")], unit="x", budget=1.2, judged="median"))
    found.append(cover("spoken word to the pass that covers it", covered))
    return found


def interview(whisper: Whisper, gguf: Path, rounds: int, notes: dict[str, Any]) -> list[Figure]:
    """Let the interviewer read along while an answer is spoken: its first token afterwards, with and without that."""
    speakers = installed_speakers()
    speaker = "xllamacpp" if "xllamacpp" in speakers else speakers[0]
    model = LocalModel(LocalChoice(gguf, "shaped", speaker, context=4096))
    runs: list[Run] = []
    cached: list[float] = []
    cold: list[float] = []
    try:
        model.report()
        for number in range(rounds):
            history, whole = conversation(model, number)
            model.prefill((*history, Turn("user", "")))
            # Of the answer that will be spoken.
            words = len(spoken_answer(ANSWER_SECONDS, 5000 + number).words)
            run = run_answer(
                whisper,
                ANSWER_SECONDS,
                5000 + number,
                interviewer=lambda: Interviewer(model, history, whole, words),  # noqa: B023  # called at once
            )
            runs.append(run)
            # The same call where nobody read along: what a chat has in its cache is the history.
            other, whole = conversation(model, 1000 + number)
            model.prefill((*other, Turn("user", "")))
            cached.append(first_token(model, (*other, Turn("user", whole))))
            fresh, whole = conversation(model, 2000 + number)
            cold.append(first_token(model, (*fresh, Turn("user", whole))))
    finally:
        model.close()
    notes["interview"] = told(runs) | {"speaker": speaker, "history_tokens": HISTORY_TOKENS}
    firsts = [run.first_token for run in runs if run.first_token is not None]
    share = statistics.median(firsts) / statistics.median(cached)
    answered = [run.answered for run in runs if run.answered is not None]
    rows = [(one, "") for one in firsts]
    return [
        figure("end of turn to first token, read along", len(rows), rows, unit="s", budget=0.8),
        figure("the same without, history in the cache", len(cached), [(one, "") for one in cached], unit="s"),
        figure("the same without, nothing in the cache", len(cold), [(one, "") for one in cold], unit="s"),
        figure("read along over history in the cache", 1, [(share, "")], unit="x", budget=1 / 6),
        figure(
            "last voiced sample to first token, the wait included (no screen)",
            len(answered), [(one, "") for one in answered], unit="s", budget=3.0, judged="median",
        ),
        cover("spoken word to its pass while the interviewer reads along", [c for run in runs for c in run.covered]),
    ]  # fmt: skip


def conversation(model: LocalModel, seed: int) -> tuple[tuple[Turn, ...], str]:
    """Return a history and an answer that nobody has seen, of so many tokens as asked for."""
    draw = random.Random(seed)

    def text(tokens: int) -> str:
        made = "".join(draw.choice(LETTERS) for _ in range(tokens))
        return made[: round(tokens * tokens / max(1, model.count(made)))]

    history = (
        Turn("system", text(HISTORY_TOKENS - 100)),
        Turn("user", text(40)),
        Turn("assistant", text(60)),
    )
    return history, text(ANSWER_TOKENS)


def cover(name: str, seconds: Sequence[float]) -> Figure:
    """Return how late words are covered."""
    return figure(name, len(seconds), [(one, "") for one in seconds], unit="s", budget=2.0)


def told(runs: Sequence[Run]) -> dict[str, Any]:
    """Return what is worth knowing of some runs beside their figures."""
    passes = [one for run in runs for one in run.passes]
    return {
        "passes": len(passes),
        "passes_dropped": sum(run.dropped for run in runs),
        "window_seconds_median": round(statistics.median(window for window, _ in passes), 2),
        "window_seconds_longest": round(max(window for window, _ in passes), 2),
        "pass_seconds_median": round(statistics.median(took for _, took in passes), 3),
        "pass_seconds_longest": round(max(took for _, took in passes), 3),
        "waits": [round(run.wait, 2) for run in runs],
        "turn_ended_after": [round(run.ended, 2) for run in runs],
        "every_word_there": all(run.whole for run in runs),
    }


if __name__ == "__main__":
    main()
