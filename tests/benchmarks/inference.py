"""What our engine process costs over the bare llama.cpp call, how fast it stops, and what a long session reads again.

    uv run python -m tests.benchmarks.inference --json [--shape qwen3-1.7b] [--rounds 12] [--threads 0]
        [--only overhead|slices|stopping|again] [--speaker llama_cpp|xllamacpp]

The model has the shape of a real one and random weights: its times and memory are true. Every installed binding is
measured. Bare and ours take turns, so that a busy machine is busy for both, and the median of the pairs is what counts.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from jobcopilot.inference.choosing import installed_speakers
from jobcopilot.inference.local import LocalChoice, LocalModel
from jobcopilot.inference.machine import this_machine
from jobcopilot.inference.port import Cancel, Request, Speaker, Turn, whole_answer
from tests.benchmarks.inference_bare import processor_seconds, settled
from tests.benchmarks.measuring import Figure, figure
from tests.shaped_models import LANGUAGE, write_gguf

ANSWER_TOKENS = 16
PROMPT_SIGNS = 96
LETTERS = "abcdefghijklmnopqrstuvw xy"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--shape", default="qwen3-1.7b", choices=sorted(LANGUAGE))
    options.add_argument("--rounds", type=int, default=12)
    options.add_argument("--threads", type=int, default=0)
    options.add_argument("--file", type=Path, help="A shaped model that is there already.")
    options.add_argument("--only", choices=("overhead", "slices", "stopping", "again"))
    options.add_argument("--speaker", choices=("llama_cpp", "xllamacpp"), help="Measure this binding alone.")
    given = options.parse_args()
    threads = given.threads or this_machine().cores
    with tempfile.TemporaryDirectory(prefix="shaped-") as folder:
        file = given.file or Path(folder) / f"{given.shape}.gguf"
        if given.file is None:
            write_gguf(given.shape, file)
        found = [
            one
            for speaker in ([given.speaker] if given.speaker else installed_speakers())
            for one in measured(speaker, file, given.rounds, threads, given.only)
        ]
    if given.json:
        print(
            json.dumps(
                {"shape": given.shape, "threads": threads, "figures": [one.as_json() for one in found]}
            )
        )
        return
    for one in found:
        verdict = {True: "kept", False: "NOT KEPT", None: ""}[one.kept]
        budget = "" if one.budget is None else f"budget {one.budget:g}"
        print(
            f"{one.name:<72} {one.median:9.2f} median {one.worst:9.2f} worst {one.unit:<3} {budget} {verdict}"
        )


def measured(speaker: Speaker, file: Path, rounds: int, threads: int, only: str | None) -> list[Figure]:
    """Return every figure of one binding, or those of one kind."""
    found: list[Figure] = []
    if only in (None, "overhead"):
        found += overhead(speaker, file, rounds)
    if only in (None, "slices") and speaker == "xllamacpp":
        found += sliced(file)
    if only in ("overhead", "slices"):
        return found
    model = LocalModel(LocalChoice(file, "shaped", speaker, context=4096, threads=threads))
    try:
        model.report()
        if only != "again":
            found += stopping(model, speaker, rounds, threads)
        if only != "stopping":
            found.append(again(model, speaker))
    finally:
        model.close()
    return found


def overhead(speaker: Speaker, file: Path, rounds: int) -> list[Figure]:
    """Ask bare and through the engine in turn, each time a prompt that nobody has seen.

    Judged by processor time with one thread, for a busy machine makes the wall's clock useless and two threads wait for
    each other; what the engine waits for without computing shows on the wall with a model of next to no size.
    """
    with tempfile.TemporaryDirectory(prefix="shaped-") as folder:
        tiny = Path(folder) / "tiny.gguf"
        write_gguf("tiny", tiny)
        waits = pairs(speaker, tiny, 3 * rounds, limit=1)
    first = pairs(speaker, file, rounds, limit=1)
    whole = pairs(speaker, file, rounds, limit=ANSWER_TOKENS)
    over = f"{speaker}: %s, over the bare call"
    return [
        _differences(over % "first token, processor", [(one.work, bare.work) for one, bare in first], 30),
        _differences(
            over % "first token of a tiny model, wall", [(one.first, bare.first) for one, bare in waits], 30
        ),
        _differences(over % "first token, wall", [(one.first, bare.first) for one, bare in first], None),
        _share(over % "whole answer, processor", [(one.each, bare.each) for one, bare in whole], 3),
        _share(over % "whole answer, wall", [(one.wall_each, bare.wall_each) for one, bare in whole], None),
    ]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one answer cost, in seconds."""

    work: float
    """Of processor time."""
    first: float
    """On the wall until the first token."""
    wall: float
    tokens: int
    """Read and said."""

    @property
    def each(self) -> float:
        """Of one token, for an answer may end early."""
        return self.work / self.tokens

    @property
    def wall_each(self) -> float:
        """The same on the wall."""
        return self.wall / self.tokens


def pairs(speaker: Speaker, file: Path, rounds: int, limit: int) -> list[tuple[Cost, Cost]]:
    """Return what ours and bare cost, one pair right after the other, whoever is first changing."""
    model = LocalModel(LocalChoice(file, "shaped", speaker, context=4096, threads=1))
    bare = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.inference_bare", speaker, str(file), "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        model.report()
        assert bare.stdout is not None
        bare.stdout.readline()
        tokens = whole_answer(model.stream(request(-1, 1)))[1].usage.prompt_tokens
        found = []
        for round_ in range(rounds + 1):
            if round_ % 2:
                ours = _ours(model, round_, limit)
                found.append((ours, _bare(bare, round_, limit, tokens)))
            else:
                other = _bare(bare, round_, limit, tokens)
                found.append((_ours(model, round_, limit), other))
        # The first of both warms the caches of the machine.
        return found[1:]
    finally:
        model.close()
        bare.kill()
        bare.wait()


def _ours(model: LocalModel, round_: int, limit: int) -> Cost:
    assert model.engine_pid is not None
    before, here = settled(model.engine_pid), time.process_time()
    usage = whole_answer(model.stream(request(round_, limit)))[1].usage
    here = time.process_time() - here
    work = settled(model.engine_pid) - before + here
    return Cost(work, usage.first_seconds, usage.seconds, usage.prompt_tokens + usage.answer_tokens)


def _bare(bare: subprocess.Popen[str], round_: int, limit: int, tokens: int) -> Cost:
    assert bare.stdin is not None
    assert bare.stdout is not None
    before = settled(bare.pid)
    bare.stdin.write(json.dumps({"tokens": tokens, "limit": limit, "seed": round_}) + "\n")
    bare.stdin.flush()
    told = json.loads(bare.stdout.readline())
    return Cost(settled(bare.pid) - before, told["first"], told["seconds"], tokens + told["answer"])


def _differences(name: str, found: list[tuple[float, float]], budget: float | None) -> Figure:
    return figure(name, 0, [((one - bare) * 1000, "") for one, bare in found], budget=budget, judged="median")


def _share(name: str, found: list[tuple[float, float]], budget: float | None) -> Figure:
    shares = [((one / bare - 1) * 100, "") for one, bare in found]
    return figure(name, 0, shares, unit="%", budget=budget, judged="median")


def sliced(file: Path) -> list[Figure]:
    """Return how fast xllamacpp reads a prompt in slices of each size, and how long a stop waits for one."""
    words = [sys.executable, "-m", "tests.benchmarks.inference_bare", "slices", str(file), "1"]
    found = json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    name = "xllamacpp: prompt in slices of %d (%.0f ms each, one thread)"
    return [
        figure(name % (one["tokens"], one["processor_ms"]), 0, [(one["tokens_a_second"], "")], unit="t/s")
        for one in found
    ]


def stopping(model: LocalModel, speaker: Speaker, rounds: int, threads: int) -> list[Figure]:
    """Stop in the middle of reading 2,000 tokens and in the middle of an answer: the caller, then the computing.

    How long it goes on computing is told on the wall, and as processor time of one of its threads: what it would take
    on a machine that does nothing else.
    """
    found = []
    for doing in ("reading", "answering"):
        free: list[float] = []
        idle: list[float] = []
        work: list[float] = []
        for round_ in range(rounds):
            draw = random.Random(1000 + round_)
            signs = 2_000 if doing == "reading" else 60
            turn = Turn("user", "".join(draw.choice(LETTERS) for _ in range(signs)))
            cancel, stopped, pid = Cancel(), [0.0, 0.0], model.engine_pid
            assert pid is not None

            def stop(cancel: Cancel = cancel, stopped: list[float] = stopped, pid: int = pid) -> None:
                stopped[:] = time.perf_counter(), processor_seconds(pid)
                cancel.set()

            soon = threading.Timer(draw.uniform(0.3, 1.2), stop)
            for piece in model.stream(Request((turn,), limit=500, temperature=0.0), cancel):
                begun = piece.reading is not None if doing == "reading" else bool(piece.text)
                if begun and soon.ident is None:
                    soon.start()
            soon.cancel()
            if not stopped[0]:
                # A model of next to no size is done before.
                continue
            free.append((time.perf_counter() - stopped[0]) * 1000)
            # A count waits until the engine has stopped.
            model.count("")
            idle.append((time.perf_counter() - stopped[0]) * 1000)
            work.append((settled(pid) - stopped[1]) * 1000 / threads)
        if not free:
            continue
        for what, taken in (
            ("the caller is free", free),
            ("nothing is computed", idle),
            ("nothing is computed, processor time", work),
        ):
            name = f"{speaker}: stop while {doing}, {what}"
            found.append(figure(name, 0, [(one, "") for one in taken], budget=100))
    return found


def again(model: LocalModel, speaker: Speaker) -> Figure:
    """Return the share of the context that is read again on the eighth turn."""
    conversation = [Turn("system", "You are an interviewer. " * 4), Turn("user", "Begin.")]
    opening = model.count("<|im_end|>\n<|im_start|>user\n<|im_end|>\n<|im_start|>assistant\n")
    marks = opening - sum(len(mark) - 1 for mark in ("<|im_end|>", "<|im_start|>") * 2)
    new, share = 0, 0.0
    for turn in range(8):
        text, ended = whole_answer(model.stream(Request(tuple(conversation), limit=16, seed=turn)))
        usage = ended.usage
        share = (usage.evaluated_tokens - new) / usage.prompt_tokens * 100
        said = Turn("user", f"I did that in year {turn} and it went well. ")
        conversation += [Turn("assistant", text), said]
        new = model.count(said.text) + marks
    name = f"{speaker}: read again on turn 8, of the context"
    return figure(name, 0, [(share, "")], unit="%", budget=5, judged="median")


def request(round_: int, limit: int) -> Request:
    """Return a question that nobody has seen."""
    draw = random.Random(round_)
    text = "".join(draw.choice(LETTERS) for _ in range(PROMPT_SIGNS))
    # The system turn differs from the first word on: nothing of it lies in the cache.
    return Request((Turn("system", text),), limit=limit, temperature=0.8, seed=round_ + 1)


if __name__ == "__main__":
    main()
