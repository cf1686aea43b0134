"""A model behind an OpenAI-compatible server: llama-server, Ollama, LM Studio, vLLM, llama-cpp-python's own.

On this machine by default; another host only after the person agreed to that host, for answers then leave the machine.
No proxy and no redirect: what is asked goes where the address says, and nowhere else.
"""

from __future__ import annotations

import ipaddress
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import urlsplit

from jobcopilot.errors import Cancelled
from jobcopilot.inference.bounds import LoopWatch
from jobcopilot.inference.http_answer import HttpAnswer, Refused, Wire, ask_for_list
from jobcopilot.inference.line import Line
from jobcopilot.inference.port import (
    Cancel,
    ConsentNeeded,
    Ended,
    Finish,
    ModelCrashed,
    ModelReport,
    ModelState,
    ModelUnreachable,
    Phase,
    Piece,
    Prefilled,
    Request,
    Turn,
    Usage,
)
from jobcopilot.inference.server_sent import Thoughts, error_words
from jobcopilot.inference.structured import find_json
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    import httpx

_SIGNS_A_TOKEN: Final = 24
"""More characters a token than any real answer has: a server that ignores the limit is stopped there."""
Form = Literal["json_schema", "json_object", "prompt"]
_FORMS: Final[tuple[Form, ...]] = ("json_schema", "json_object", "prompt")
_REFUSALS: Final = (400, 404, 415, 422, 500, 501)
"""What servers answer to a `response_format` they do not know."""


@dataclass(frozen=True, slots=True)
class HttpChoice:
    """Which server to ask."""

    url: str
    """Base address, e.g. http://127.0.0.1:8080/v1."""
    model: str = ""
    """Empty: the first that the server names."""
    key: str = ""
    consent: str = ""
    """The host (and port) that the person agreed to, where it is not this machine."""
    context: int = 8192
    """Where the server does not say its own."""
    connect_seconds: float = 5.0
    silent_seconds: float = 120.0
    """Longest time without a byte; a cold prompt on a slow machine takes its time."""


def host_of(url: str) -> str:
    """Return the host and port of an address as consent is recorded. Raises `ModelUnreachable`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise ModelUnreachable(
            "That is no address of a model server", url, "Write it like http://127.0.0.1:8080/v1"
        )
    return host if port is None else f"{host}:{port}"


def stays_here(url: str) -> bool:
    """Say whether an address is this machine's own."""
    try:
        host = urlsplit(url).hostname or ""
        if host == "localhost":
            return True
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class HttpModel:
    """A `LanguageModel` behind HTTP."""

    def __init__(self, choice: HttpChoice) -> None:
        self.choice = choice
        self._line = Line()
        self._client: httpx.Client | None = None
        self._wire = Wire()
        self._running: HttpAnswer | None = None
        self._model = choice.model
        self._context = 0
        self._form: Form = "json_schema"
        self._phase: Phase = "asleep"
        self._why = ""
        self._closed = False

    def state(self) -> ModelState:
        """Say what it is doing now."""
        return ModelState(self._phase, "http", self._name or host_of(self.choice.url), self._why)

    def report(self) -> ModelReport:
        """Ask the server what it has. Raises `ModelError`."""
        self._look()
        here = stays_here(self.choice.url)
        host = host_of(self.choice.url)
        return ModelReport(
            name=self._name,
            speaker="http",
            context=self._context,
            template="the server's",
            leaves_machine=not here,
            note=f"Served by {host}" + ("." if here else ": what you say is sent there."),
        )

    def stream(self, request: Request, cancel: Cancel | None = None) -> Iterator[Piece]:
        """Answer piece by piece; see `LanguageModel`."""
        asked = time.perf_counter()
        try:
            with self._line.asking(cancel):
                self._look()
                if request.schema is None:
                    yield from self._answer(request, None, cancel, asked)
                else:
                    yield from self._shaped(request, cancel, asked)
        except Cancelled:
            yield Piece(ended=Ended("cancelled", Usage(seconds=time.perf_counter() - asked)))

    def prefill(
        self, conversation: Sequence[Turn], cancel: Cancel | None = None, *, gentle: bool = False
    ) -> Prefilled:
        """Have a server on this machine read the conversation ahead; another host is not troubled with it."""
        if not stays_here(self.choice.url):
            return Prefilled(0, -1, 0.0)
        del gentle  # a server's cores are its own affair
        usage = Usage()
        try:
            with self._line.reading_ahead(cancel) as off:
                self._look()
                request = Request(tuple(conversation), limit=1, temperature=0.0)
                for piece in self._answer(request, None, off, time.perf_counter()):
                    usage = piece.ended.usage if piece.ended is not None else usage
        except Cancelled:
            return Prefilled(0, -1, 0.0, cancelled=True)
        return Prefilled(usage.prompt_tokens, usage.evaluated_tokens, usage.seconds)

    def count(self, text: str) -> int:
        """Return an estimate on the high side: three bytes a token."""
        return max(1, -(-len(text.encode("utf-8", "replace")) // 3)) if text else 0

    def context(self) -> int:
        """Return how many tokens fit, by what the server says or else the setting."""
        self._look()
        return self._context

    def sleep(self) -> None:
        """Let go of the connection; the server's memory is its own affair."""
        with self._line.asking(None):
            self._let_go()

    def close(self) -> None:
        """End it for good."""
        self._closed = True
        self._phase = "closed"
        if self._running is not None:
            self._running.stop()
        self._let_go()

    # How

    @property
    def _name(self) -> str:
        """The model's name as it is shown; what a server calls it may hold anything."""
        return clean_line(self._model, 120)

    def _shaped(self, request: Request, cancel: Cancel | None, asked: float) -> Iterator[Piece]:
        """Answer in the strongest form that this server takes; what it refuses is not asked of it again."""
        while True:
            form = self._form
            said: list[str] = []
            try:
                for piece in self._answer(request, form, cancel, asked):
                    said.append(piece.text)
                    if piece.ended is not None and piece.ended.whole and find_json("".join(said)) is None:
                        # Taken without a word and not kept: the next form for the next time.
                        self._weaken(form)
                    yield piece
            except _FormRefused as refused:
                if not self._weaken(form):
                    raise ModelUnreachable("The model server refused the request", str(refused)) from None
            else:
                return

    def _weaken(self, form: Form) -> bool:
        place = _FORMS.index(form)
        if place + 1 == len(_FORMS):
            return False
        self._form = _FORMS[place + 1]
        return True

    def _answer(
        self, request: Request, form: Form | None, cancel: Cancel | None, asked: float
    ) -> Iterator[Piece]:
        watch, thoughts = LoopWatch(), Thoughts()
        answer = HttpAnswer(
            self._open(), self._wire, self._address("chat/completions"), self._body(request, form)
        )
        self._running = answer
        self._phase = "reading"
        first, signs, finish = 0.0, 0, "stop"
        usage: dict[str, Any] = {}
        stopped: Finish | None = None
        try:
            for delta in answer.deltas(cancel, self.choice.silent_seconds):
                now = time.perf_counter()
                if delta.text or delta.thought:
                    first = first or now
                    self._phase = "writing"
                usage = delta.usage or usage
                finish = delta.finish or finish
                signs += len(delta.text) + len(delta.thought)
                text = thoughts.feed(delta.text)
                if text:
                    yield Piece(text)
                if watch.feed(delta.text + delta.thought):
                    stopped = "loop"
                elif first and now - first > request.seconds:
                    stopped = "time"
                elif signs > request.limit * _SIGNS_A_TOKEN:
                    stopped = "limit"
                if stopped is not None:
                    break
        except Refused as refused:
            self._told(refused, form)
        except ModelUnreachable as broken:
            self._phase, self._why = "failed", broken.message
            raise
        finally:
            answer.stop()
            self._running = None
            if self._phase in ("reading", "writing"):
                self._phase = "ready"
        if rest := thoughts.rest():
            yield Piece(rest)
        now = time.perf_counter()
        ended: Finish = stopped or ("limit" if finish == "length" else "stop")
        yield Piece(ended=Ended(ended, _usage(usage, (first or now) - asked, now - asked)))

    def _told(self, refused: Refused, form: Form | None) -> None:
        """Raise what a refusal means."""
        if form not in (None, "prompt") and refused.status in _REFUSALS:
            raise _FormRefused(refused.words)
        self._phase, self._why = "failed", refused.words
        hints = {
            401: "Set its key: JOBCOPILOT_MODEL__KEY",
            403: "Set its key: JOBCOPILOT_MODEL__KEY",
            404: f"It may not know the model {self._name!r}: see its own list, and set model.server_model.",
            429: "It is busy: ask again later.",
        }
        raise ModelUnreachable(
            "The model server refused the request",
            f"{host_of(self.choice.url)} answered {refused.status}: {refused.words}",
            hints.get(refused.status, "See the server's own log."),
        )

    def _body(self, request: Request, form: Form | None) -> dict[str, Any]:
        messages = [{"role": turn.role, "content": turn.text} for turn in request.conversation]
        body: dict[str, Any] = {
            "model": self._model,
            "messages": messages,
            "max_tokens": request.limit,
            "temperature": request.temperature,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if request.seed is not None:
            body["seed"] = request.seed
        if request.stop:
            body["stop"] = list(request.stop)
        if request.schema is None or form is None:
            return body
        schema = dict(request.schema)
        if form == "json_schema":
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": schema},
            }
        elif form == "json_object":
            body["response_format"] = {"type": "json_object", "schema": schema}
        if form != "json_schema":
            messages[-1]["content"] += (
                "\n\nAnswer with one JSON document that obeys this JSON schema, and nothing else:\n"
                + json.dumps(schema, ensure_ascii=False)
            )
        return body

    def _look(self) -> None:
        """Ask the server once for its models. Raises `ConsentNeeded`, `ModelUnreachable`."""
        if self._context:
            return
        import httpx

        client = self._open()
        try:
            status, body = ask_for_list(
                client, self._wire, self._address("models"), self.choice.connect_seconds
            )
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as unreachable:
            self._phase, self._why = "failed", "it does not answer"
            raise ModelUnreachable(
                "No model server answers",
                f"{self.choice.url} ({type(unreachable).__name__})",
                "Start it, or correct the address: see README, Language models.",
            ) from None
        entry: dict[str, Any] = {}
        if status == 200:
            entry = _entry(body, self._model)
        elif status in (401, 403):
            self._told(Refused(status, error_words(body[:10_000])), None)
        # A server without a list of models may answer all the same.
        self._model = self._model or str(entry.get("id", "")) or "default"
        told = entry.get("max_model_len") or entry.get("context_length")
        self._context = int(told) if isinstance(told, int) and told > 0 else self.choice.context

    def _open(self) -> httpx.Client:
        """Return the connection. Raises `ConsentNeeded` before anything is sent to another machine."""
        if self._closed:
            raise ModelCrashed("The model was closed", self._name)
        host = host_of(self.choice.url)
        if not stays_here(self.choice.url) and self.choice.consent != host:
            raise ConsentNeeded(
                "That model is on another machine",
                f"{host} would see the posting, your profile and your answers",
                f"Agree first: jobcopilot models use {self.choice.url} --agree {host}",
            )
        if self._client is None:
            import httpx

            headers = {"Authorization": f"Bearer {self.choice.key}"} if self.choice.key else {}
            timeout = httpx.Timeout(self.choice.silent_seconds, connect=self.choice.connect_seconds)
            self._client = httpx.Client(
                headers=headers, timeout=timeout, trust_env=False, follow_redirects=False
            )
        return self._client

    def _address(self, path: str) -> str:
        return f"{self.choice.url.rstrip('/')}/{path}"

    def _let_go(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


class _FormRefused(Exception):
    """The server does not take this form of a structured answer."""


def _usage(told: dict[str, Any], first: float, seconds: float) -> Usage:
    def number(found: object, default: int) -> int:
        return found if isinstance(found, int) and found >= 0 else default

    prompt = number(told.get("prompt_tokens"), 0)
    details = told.get("prompt_tokens_details")
    cached = number(details.get("cached_tokens"), -1) if isinstance(details, dict) else -1
    return Usage(
        prompt,
        prompt - cached if cached >= 0 else -1,
        number(told.get("completion_tokens"), 0),
        first,
        seconds,
    )


def _entry(body: bytes, wanted: str) -> dict[str, Any]:
    """Return what a list of models says of the wanted one, or of the first."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    listed = document.get("data") if isinstance(document, dict) else None
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    named = [one for one in entries if one.get("id") == wanted]
    return (named or entries or [{}])[0]
