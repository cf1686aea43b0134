"""The bindings of llama.cpp alone, as their documentation shows them: what our engine process is held against.

python -m tests.benchmarks.inference_bare SPEAKER FILE THREADS       answers the requests on stdin
python -m tests.benchmarks.inference_bare slices FILE THREADS        prints what slices of a prompt cost in xllamacpp
"""

from __future__ import annotations

import ctypes
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any, Final

SLICES: Final = (1, 2, 4, 8, 12, 16, 32, 64, 128, 512)


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has taken, all its threads together, also those that have ended."""
    clock = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise OSError(f"process {pid} has no clock")
    return time.clock_gettime(clock.value)


def settled(pid: int, patience: float = 10.0) -> float:
    """Return the processor time of a process once it does nothing any more."""
    before, until = processor_seconds(pid), time.perf_counter() + patience
    while time.perf_counter() < until:
        time.sleep(0.03)
        now = processor_seconds(pid)
        if now - before < 0.003:
            return now
        before = now
    return before


def serve(speaker: str, file: str, threads: int) -> None:
    """Answer a line of JSON with one: how long it took until the first token and in all, how many there were."""
    ask = _llama_cpp(file, threads) if speaker == "llama_cpp" else _xllamacpp(file, threads)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        draw = random.Random(f"bare {asked['seed']}")
        begun = time.perf_counter()
        first, answer = ask(
            [draw.randrange(256) for _ in range(asked["tokens"])], asked["limit"], asked["seed"]
        )
        told = {"first": first - begun, "seconds": time.perf_counter() - begun, "answer": answer}
        print(json.dumps(told), flush=True)


Ask = Callable[[list[int], int, int], tuple[float, int]]
"""Takes tokens, a limit and a seed; returns when the first token came, and how many came."""


def _llama_cpp(file: str, threads: int) -> Ask:
    import llama_cpp

    llm = llama_cpp.Llama(
        file, n_ctx=4096, n_threads=threads, n_threads_batch=threads, use_mmap=False, verbose=False
    )

    def ask(tokens: list[int], limit: int, seed: int) -> tuple[float, int]:
        llm.set_seed(seed)
        first, made = 0.0, 0
        for token in llm.generate(tokens, temp=0.8):
            first = first or time.perf_counter()
            made += 1
            if made == limit or llama_cpp.llama_token_is_eog(llm._model.vocab, token):
                break
        return first, made

    return ask


def _xllamacpp(file: str, threads: int) -> Ask:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.n_ctx, params.n_parallel, params.verbosity = file, 4096, 1, 0
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.cache_ram_mib, params.load_mode = 0, xllamacpp.llama_load_mode.LLAMA_LOAD_MODE_NONE
    # Nothing of it may be reached from outside, here either.
    params.hostnames = [os.path.join(tempfile.mkdtemp(), "bare.sock")]  # noqa: PTH118
    server = xllamacpp.Server(params)

    def ask(tokens: list[int], limit: int, seed: int) -> tuple[float, int]:
        at: list[float] = []
        made: list[int] = []

        def hear(piece: dict[str, Any]) -> None:
            at.append(time.perf_counter())
            if piece.get("usage"):
                made.append(piece["usage"]["completion_tokens"])

        body = {"prompt": tokens, "n_predict": limit, "stream": True, "temperature": 0.8, "seed": seed}
        server.handle_completions(body, hear)
        return at[0], made[0]

    return ask


def slices(file: str, threads: int, rounds: int = 5) -> None:
    """Print what slices of each size take, the sizes in turn so that a busy machine is busy for all of them."""
    from jobcopilot.inference.engine import xllamacpp_backend as engine
    from jobcopilot.inference.engine.backend import Loading, Off

    # What is asked for at once is computed at once, whatever the engine itself would choose.
    vars(engine)["WIDE"] = engine.LARGEST_STEP
    backend = engine.XllamacppBackend(Loading(file, 4096, threads, tempfile.mkdtemp()))

    def read(tokens: list[int]) -> None:
        backend.read(tokens, Off(), lambda _done, _all: None, gentle=False)

    draw = random.Random(1)
    taken: dict[int, list[tuple[float, float]]] = {size: [] for size in SLICES}
    for round_ in range(rounds + 1):
        for size in SLICES:
            # What was read before lies in the cache: the slice alone is read.
            tokens = [draw.randrange(256) for _ in range(8)]
            read(tokens)
            tokens += [draw.randrange(256) for _ in range(size)]
            begun, worked = time.perf_counter(), time.process_time()
            read(tokens)
            if round_:
                taken[size].append((time.perf_counter() - begun, time.process_time() - worked))
    found = []
    for size, times in taken.items():
        wall, work = (statistics.median(one[place] for one in times) for place in (0, 1))
        found.append({"tokens": size, "wall_ms": wall * 1000, "processor_ms": work * 1000 / threads,
                      "tokens_a_second": size * threads / work})  # fmt: skip
    print(json.dumps(found), flush=True)
    os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "slices":
        slices(sys.argv[2], int(sys.argv[3]))
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
