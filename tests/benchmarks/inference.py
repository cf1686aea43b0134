"""What our engine process costs over the bare llama.cpp call, how fast it stops, and what a long session reads again.

    uv run python -m tests.benchmarks.inference --json [--shape qwen3-1.7b] [--rounds 5] [--threads 0]

The model has the shape of a real one and random weights: its times and memory are true. Every installed binding is
measured. Bare and ours take turns, so that a busy machine is busy for both.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from jobcopilot.inference.choosing import installed_speakers
from jobcopilot.inference.local import LocalChoice, LocalModel
from jobcopilot.inference.machine import this_machine
from jobcopilot.inference.port import Cancel, Request, Speaker, Turn, whole_answer
from tests.benchmarks.measuring import Figure, figure
from tests.shaped_models import LANGUAGE, write_gguf

ANSWER_TOKENS = 24
PROMPT_SIGNS = 180
LETTERS = "abcdefghijklmnopqrstuvw xy"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--shape", default="qwen3-1.7b", choices=sorted(LANGUAGE))
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--threads", type=int, default=0)
    options.add_argument("--file", type=Path, help="A shaped model that is there already.")
    options.add_argument("--bare", help=argparse.SUPPRESS)
    given = options.parse_args()
    threads = given.threads or this_machine().cores
    if given.bare:
        serve_bare(given.bare, str(given.file), threads)
        return
    with tempfile.TemporaryDirectory(prefix="shaped-") as folder:
        file = given.file or Path(folder) / f"{given.shape}.gguf"
        if given.file is None:
            write_gguf(given.shape, file)
        found = [
            one for speaker in installed_speakers() for one in measured(speaker, file, given.rounds, threads)
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
            f"{one.name:<58} {one.median:9.2f} median {one.worst:9.2f} worst {one.unit:<3} {budget} {verdict}"
        )


def measured(speaker: Speaker, file: Path, rounds: int, threads: int) -> list[Figure]:
    """Return every figure of one binding."""
    model = LocalModel(LocalChoice(file, "shaped", speaker, context=4096, threads=threads))
    try:
        model.report()
        return [
            *overhead(model, speaker, file, rounds, threads),
            *stopping(model, speaker, rounds),
            again(model, speaker),
        ]
    finally:
        model.close()


def overhead(model: LocalModel, speaker: Speaker, file: Path, rounds: int, threads: int) -> list[Figure]:
    """Ask bare and through the engine in turn, each time a prompt that nobody has seen."""
    this = [sys.executable, "-m", "tests.benchmarks.inference", "--bare", speaker]
    bare = subprocess.Popen(
        [*this, "--file", str(file), "--threads", str(threads)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert bare.stdin is not None
    assert bare.stdout is not None
    bare.stdout.readline()
    first: list[float] = []
    total: list[tuple[float, float]] = []
    for round_ in range(rounds + 1):
        usage = whole_answer(model.stream(request(round_)))[1].usage
        bare.stdin.write(json.dumps({"tokens": usage.prompt_tokens, "seed": round_}) + "\n")
        bare.stdin.flush()
        answer = json.loads(bare.stdout.readline())
        if round_:
            # The first of both warms the caches of the machine.
            first.append((usage.first_seconds - answer["first"]) * 1000)
            total.append(
                (usage.seconds / max(1, usage.answer_tokens), answer["seconds"] / max(1, answer["answer"]))
            )
    bare.kill()
    bare.wait()
    # On a busy machine one pair says little; the middle of them says what is ours.
    share = statistics.median(ours / theirs - 1 for ours, theirs in total) * 100
    firsts, name = [(one, "") for one in first], f"{speaker}: whole answer, over the bare call"
    return [
        figure(f"{speaker}: first token, over the bare call", 0, firsts, budget=30, judged="median"),
        figure(name, 0, [(share, "")], unit="%", budget=3, judged="median"),
    ]


def stopping(model: LocalModel, speaker: Speaker, rounds: int) -> list[Figure]:
    """Stop in the middle of reading 2,000 tokens and in the middle of an answer: the caller, then the computing."""
    found = []
    for doing in ("reading", "answering"):
        free, idle = [], []
        for round_ in range(rounds):
            draw = random.Random(1000 + round_)
            signs = 2_000 if doing == "reading" else 60
            turn = Turn("user", "".join(draw.choice(LETTERS) for _ in range(signs)))
            cancel, stopped = Cancel(), [0.0]

            def stop(cancel: Cancel = cancel, stopped: list[float] = stopped) -> None:
                stopped[0] = time.perf_counter()
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
        if not free:
            continue
        found += [
            figure(
                f"{speaker}: stop while {doing}, the caller is free",
                0,
                [(one, "") for one in free],
                budget=100,
            ),
            figure(
                f"{speaker}: stop while {doing}, nothing is computed",
                0,
                [(one, "") for one in idle],
                budget=100,
            ),
        ]
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


def request(round_: int) -> Request:
    """Return a question that nobody has seen."""
    draw = random.Random(round_)
    text = "".join(draw.choice(LETTERS) for _ in range(PROMPT_SIGNS))
    # The system turn differs from the first word on: nothing of it lies in the cache.
    return Request((Turn("system", text),), limit=ANSWER_TOKENS, temperature=0.8, seed=round_)


def serve_bare(speaker: str, file: str, threads: int) -> None:
    """Answer with the binding alone, as its documentation shows it: what ours is held against."""
    ask = _bare_llama_cpp(file, threads) if speaker == "llama_cpp" else _bare_xllamacpp(file, threads)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        draw = random.Random(f"bare {asked['seed']}")
        tokens = [draw.randrange(256) for _ in range(asked["tokens"])]
        print(json.dumps(ask(tokens, asked["seed"])), flush=True)


def _bare_llama_cpp(file: str, threads: int) -> Any:
    import llama_cpp

    llm = llama_cpp.Llama(
        file, n_ctx=4096, n_threads=threads, n_threads_batch=threads, use_mmap=False, verbose=False
    )

    def ask(tokens: list[int], seed: int) -> dict[str, float]:
        begun, first, made = time.perf_counter(), 0.0, 0
        for token in llm.generate(tokens, temp=0.8):
            first = first or time.perf_counter()
            made += 1
            if made == ANSWER_TOKENS or llama_cpp.llama_token_is_eog(llm._model.vocab, token):
                break
        return {"first": first - begun, "seconds": time.perf_counter() - begun, "answer": made, "seed": seed}

    return ask


def _bare_xllamacpp(file: str, threads: int) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.n_ctx, params.n_parallel, params.verbosity = file, 4096, 1, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib, params.load_mode = 0, xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    server = xllamacpp.Server(params)

    def ask(tokens: list[int], seed: int) -> dict[str, float]:
        begun = time.perf_counter()
        at: list[float] = []
        made: list[int] = []

        def hear(piece: dict[str, Any]) -> None:
            at.append(time.perf_counter())
            if piece.get("usage"):
                made.append(piece["usage"]["completion_tokens"])

        body = {
            "prompt": tokens,
            "n_predict": ANSWER_TOKENS,
            "stream": True,
            "temperature": 0.8,
            "seed": seed,
        }
        server.handle_completions(body, hear)
        return {
            "first": at[0] - begun,
            "seconds": time.perf_counter() - begun,
            "answer": made[0],
            "seed": seed,
        }

    return ask


if __name__ == "__main__":
    main()
