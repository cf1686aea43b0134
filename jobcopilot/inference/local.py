"""A model on this machine: its engine process is started when first asked, watched, and started again when it dies."""

from __future__ import annotations

import contextlib
import itertools
import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from jobcopilot.engines.frames import Frame
from jobcopilot.errors import Cancelled
from jobcopilot.inference.bounds import LoopWatch
from jobcopilot.inference.gguf_file import GgufFile, read_gguf
from jobcopilot.inference.line import Line
from jobcopilot.inference.machine import refuse_if_too_big, this_machine
from jobcopilot.inference.port import (
    Cancel,
    Ended,
    Finish,
    ModelCrashed,
    ModelMissing,
    ModelRefused,
    ModelReport,
    ModelState,
    Phase,
    Piece,
    Prefilled,
    Request,
    Speaker,
    Turn,
    Usage,
)
from jobcopilot.inference.process import COMMAND, EngineProcess
from jobcopilot.inference.refusals import refusal, told
from jobcopilot.inference.templates import TEMPLATES, Template, template_for

log = logging.getLogger(__name__)

SILENT_SECONDS = 180.0
"""An engine that says nothing for so long in the middle of a request hangs."""
LOADING_SECONDS = 900.0
_WAKE: Frame = {"wake": True}
_READS_ALL = "This kind of model reads the whole conversation again at every turn."


@dataclass(frozen=True, slots=True)
class LocalChoice:
    """Which model to run, and how."""

    path: Path
    name: str
    speaker: Speaker
    context: int = 8192
    threads: int = 0
    """0: as many as this machine has cores."""
    template: str = ""
    """Empty: by what the file says of itself."""
    idle_seconds: float = 600.0


class LocalModel:
    """A `LanguageModel` in an engine process of its own."""

    def __init__(self, choice: LocalChoice, command: Sequence[str] = COMMAND) -> None:
        self.choice = choice
        self._command = command
        self._file: GgufFile | None = None
        self._template: Template | None = None
        self._context = choice.context
        self._threads = choice.threads
        self._engine: EngineProcess | None = None
        self._line = Line()
        self._numbers = itertools.count(1)
        self._loading: int | None = None
        self._load_seconds = 0.0
        self._phase: Phase = "asleep"
        self._why = ""
        self._deaths = 0
        self._step: float | None = None
        self._idle: threading.Timer | None = None
        self._closed = False

    # What it is

    def state(self) -> ModelState:
        """Say what it is doing now."""
        engine = self._engine
        phase = self._phase
        if phase == "ready" and (engine is None or not engine.alive):
            phase = "asleep"
        choice = self.choice
        return ModelState(phase, choice.speaker, choice.name, self._why, self._deaths, self._stops_within)

    def report(self) -> ModelReport:
        """Load it if need be and say what it is."""
        with self._line.asking(None), self._used():
            engine = self._awake(None)
            file, template = self._described()
            import psutil

            memory = 0
            with contextlib.suppress(psutil.Error):
                memory = int(psutil.Process(engine.pid).memory_info().rss)
            return ModelReport(
                name=self.choice.name,
                speaker=self.choice.speaker,
                architecture=file.architecture,
                context=self._context,
                template=template.name,
                size_bytes=file.size_bytes,
                memory_bytes=memory,
                load_seconds=self._load_seconds,
                threads=self._threads,
                cancel_seconds=self._stops_within,
                note=_READS_ALL if file.recurrent else "",
            )

    @property
    def engine_pid(self) -> int | None:
        """The engine's process id while there is one."""
        engine = self._engine
        return engine.pid if engine is not None and engine.alive else None

    @property
    def _stops_within(self) -> float | None:
        """The longest that a stop has taken, or the longest slice that one would have had to wait for."""
        stopped = self._engine.longest_cancel if self._engine is not None else None
        return max((one for one in (stopped, self._step) if one is not None), default=None)

    # What it does

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[Piece]:
        """Answer piece by piece; see `LanguageModel`."""
        asked = time.perf_counter()
        try:
            with self._line.asking(cancel), self._used():
                yield from self._answer(request, cancel, asked)
        except Cancelled:
            yield Piece(ended=Ended("cancelled", Usage(seconds=time.perf_counter() - asked)))

    def prefill(
        self, conversation: Sequence[Turn], cancel: Cancel | None = None, *, gentle: bool = False
    ) -> Prefilled:
        """Read a conversation into the cache; see `LanguageModel`."""
        try:
            with self._line.reading_ahead(cancel) as off, self._used():
                engine = self._awake(off)
                segments = self._described()[1].write(tuple(conversation), open_end=True)
                frame = {"do": "read", "segments": segments, "gentle": gentle}
                for answer in self._ask(engine, frame, off):
                    if done := answer.get("ended"):
                        self._step = done["step"]
                        return Prefilled(
                            done["tokens"], done["evaluated"], done["seconds"], done["cancelled"]
                        )
        except Cancelled:
            pass
        return Prefilled(0, 0, 0.0, cancelled=True)

    def count(self, text: str) -> int:
        """Return the tokens of a text."""
        with self._line.asking(None), self._used():
            for answer in self._ask(self._awake(None), {"do": "count", "text": text}, None):
                if done := answer.get("ended"):
                    return int(done["tokens"])
        raise ModelCrashed("The model's engine did not answer", self.choice.name)

    def context(self) -> int:
        """Return how many tokens fit."""
        self._described()
        return self._context

    def sleep(self) -> None:
        """End the engine process; the next request starts it again."""
        with self._line.asking(None):
            self._end_engine()

    def close(self) -> None:
        """End it for good; a request that runs fails at once."""
        self._closed = True
        self._phase = "closed"
        if self._idle is not None:
            self._idle.cancel()
        self._end_engine(patience=0.5)

    # How

    def _answer(self, request: Request, cancel: Cancel | None, asked: float) -> Iterator[Piece]:
        engine = self._awake(cancel)
        template = self._described()[1]
        frame: Frame = {
            "do": "write",
            "segments": template.write(request.conversation),
            "limit": request.limit,
            "temperature": request.temperature,
            "seed": request.seed,
            "schema": dict(request.schema) if request.schema is not None else None,
            "stop": [*template.stops, *request.stop],
        }
        first = 0.0
        said = 0
        watch = LoopWatch()
        stopped: Finish | None = None
        self._phase = "reading"
        inner = cancel or Cancel()
        for answer in self._ask(engine, frame, inner):
            now = time.perf_counter()
            if text := answer.get("text"):
                self._phase = "writing"
                first = first or now
                said += 1
                yield Piece(text)
                if watch.feed(text):
                    stopped = "loop"
                elif now - first > request.seconds:
                    stopped = "time"
                if stopped is not None:
                    engine.cancel(answer["id"])
                    usage = Usage(0, -1, said, first - asked, now - asked)
                    yield Piece(ended=Ended(stopped, usage))
                    return
            elif "reading" in answer:
                yield Piece(reading=float(answer["reading"]))
            elif done := answer.get("ended"):
                self._step = done["step"]
                usage = Usage(
                    done["tokens"], done["evaluated"], done["answer"], (first or now) - asked, now - asked
                )
                yield Piece(ended=Ended(done["finish"], usage))

    def _ask(self, engine: EngineProcess, frame: Frame, cancel: Cancel | None) -> Iterator[Frame]:
        """Send one request and yield what comes back for it; a set `cancel` raises `Cancelled` at once."""
        number = next(self._numbers)
        forget = cancel.listen(lambda: engine.inbox.put(_WAKE)) if cancel is not None else None
        over = False
        try:
            if cancel is not None and cancel.is_set():
                over = True
                raise Cancelled("The request was stopped")
            engine.send({**frame, "id": number})
            while not over:
                answer = self._next(engine, SILENT_SECONDS)
                # Asked before what is in the queue: a fast engine is hundreds of pieces ahead.
                if cancel is not None and cancel.is_set():
                    raise Cancelled("The request was stopped")
                if answer.get("id") != number:
                    continue
                if "error" in answer:
                    over = True
                    raise refusal(self.choice.name, answer)
                over = "ended" in answer
                yield answer
        finally:
            if forget is not None:
                forget()
            if not over:
                # The caller goes on at once; the engine stops by itself and its last frames are dropped.
                engine.cancel(number)
            if self._phase in ("reading", "writing"):
                self._phase = "ready"

    def _next(self, engine: EngineProcess, patience: float) -> Frame:
        try:
            answer = engine.inbox.get(timeout=patience)
        except queue.Empty:
            engine.kill()
            self._lost("the model's engine hung", f"nothing came for {patience:.0f} seconds")
        if answer.get("dead"):
            self._lost("The model's engine died", engine.last_words())
        return answer

    def _lost(self, title: str, words: str) -> None:
        """Forget an engine that is gone and say so. Raises `ModelCrashed`."""
        self._engine = None
        self._loading = None
        self._phase, self._why = "failed", words
        self._refuse_if_closed()
        self._deaths += 1
        log.warning("engine of %s lost: %s", self.choice.speaker, words)
        raise ModelCrashed(
            title, f"{self.choice.name}: {words}", "It is started again for the next request; ask once more."
        )

    def _awake(self, cancel: Cancel | None) -> EngineProcess:
        """Return the engine with the model loaded. Raises `ModelError` or, while it loads, `Cancelled`."""
        self._refuse_if_closed()
        if self._engine is not None and not self._engine.alive:
            # It died while nobody asked: no request is lost, so there is nothing to tell but the count.
            self._deaths += 1
            self._engine, self._loading = None, None
        if self._engine is None:
            self._look_for_binding()
            file = self._described()[0]
            refuse_if_too_big(file, self._context, this_machine().free_bytes)
            self._engine = EngineProcess(self._command)
            self._refuse_if_closed()
            self._loading = next(self._numbers)
            self._phase, self._why = "loading", ""
            self._engine.send(
                {
                    "do": "load",
                    "id": self._loading,
                    "speaker": self.choice.speaker,
                    "path": str(self.choice.path),
                    "context": self._context,
                    "threads": self._threads,
                    "folder": self._engine.folder,
                }
            )
        if self._loading is not None:
            self._wait_until_loaded(self._engine, cancel)
        return self._engine

    def _refuse_if_closed(self) -> None:
        if self._closed:
            # Whoever closed it may not have seen an engine that had just begun.
            self._end_engine(patience=0.5)
            raise ModelCrashed("The model was closed", self.choice.name)

    def _look_for_binding(self) -> None:
        module = self.choice.speaker
        if self._command is COMMAND and find_spec(module) is None:
            raise ModelMissing(
                "Nothing installed can run a local model",
                f"{module} is missing",
                "pip install 'jobcopilot[engine]' brings llama.cpp as a wheel.",
            )

    def _wait_until_loaded(self, engine: EngineProcess, cancel: Cancel | None) -> None:
        forget = cancel.listen(lambda: engine.inbox.put(_WAKE)) if cancel is not None else None
        try:
            while True:
                answer = self._next(engine, LOADING_SECONDS)
                if answer is _WAKE and cancel is not None and cancel.is_set():
                    # Loading goes on: whoever asks next finds it further.
                    raise Cancelled("The request was stopped")
                if answer.get("id") != self._loading:
                    continue
                break
        finally:
            if forget is not None:
                forget()
        self._loading = None
        if "error" in answer:
            # Ended first: what it printed is then read to the end.
            self._end_engine(patience=10.0)
            words = told(f"{answer['error']} {engine.printed()}")
            self._phase, self._why = "failed", words
            raise ModelRefused(
                "llama.cpp refused the model",
                f"{self.choice.path.name}: {words}",
                "Choose another (jobcopilot models list), or update the engine.",
            )
        self._load_seconds = float(answer["ended"]["seconds"])
        self._phase = "ready"

    def _described(self) -> tuple[GgufFile, Template]:
        """Return what the file says of itself, read once. Raises `ModelError`."""
        if self._file is None or self._template is None:
            file = read_gguf(self.choice.path)
            if file.context:
                self._context = min(self.choice.context, file.context)
            self._threads = self.choice.threads or this_machine().cores
            chosen = self.choice.template
            self._template = TEMPLATES[chosen] if chosen in TEMPLATES else template_for(file.chat_template)
            self._file = replace(file, values={})
        return self._file, self._template

    @contextmanager
    def _used(self) -> Iterator[None]:
        """Keep it awake meanwhile, and for its time afterwards."""
        if self._idle is not None:
            self._idle.cancel()
        try:
            yield
        finally:
            if not self._closed and self._engine is not None:
                self._idle = threading.Timer(self.choice.idle_seconds, self._fall_asleep)
                self._idle.daemon = True
                self._idle.start()

    def _fall_asleep(self) -> None:
        with self._line.if_free() as free:
            if free:
                self._end_engine()

    def _end_engine(self, patience: float = 1.0) -> None:
        engine, self._engine = self._engine, None
        self._loading = None
        if not self._closed:
            self._phase = "asleep"
        if engine is not None:
            engine.end(patience)
