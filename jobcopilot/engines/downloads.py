"""Fetching a model's files from the hub or a mirror: told beforehand, resumable, checksums held against the hub's.

What a file is held against is told: a checksum that the app knows, else the one that the hub names as the file's ETag
(its SHA-256, or for small files Git's SHA-1 of them), in any case its size where the hub says one.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from jobcopilot.engines.alone import alone
from jobcopilot.errors import (
    BadInput,
    Cancelled,
    JobcopilotError,
    NetworkError,
    NotFound,
    StorageError,
    UsageError,
)

HUB: Final = "https://huggingface.co"
SPARE_BYTES: Final = 500_000_000
"""What has to stay free on the disk beside the file."""
_BLOCK: Final = 4_000_000
_CHUNK: Final = 262_144


class Cancel(Protocol):
    """An off switch."""

    def is_set(self) -> bool:
        """Say whether it was pressed."""
        ...


@dataclass(frozen=True, slots=True)
class Advice:
    """What a room tells where its model cannot be had: the kind of error, and what the person can do."""

    missing: type[JobcopilotError] = NotFound
    install: str = "pip install huggingface_hub"
    by_hand: str = "bring the file yourself"
    """How a file of this machine is brought in."""


@dataclass(frozen=True, slots=True)
class FetchStep:
    """How far a download is: `doing` is fetching or checking."""

    doing: str
    done: int
    total: int
    against: str = ""
    """What the file is held against, while it is checked."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """What the hub says of a file."""

    url: str
    size_bytes: int
    sha256: str
    """Empty where the hub does not say one."""
    tag: str
    advice: Advice = Advice()

    def against(self, sha256: str = "") -> str:
        """Say what a file that comes is held against, the checksum that the app knows included."""
        host = urlsplit(self.url).netloc
        if sha256:
            return "the SHA-256 that the app knows"
        if self.sha256:
            return f"the SHA-256 that {host} names"
        if _is_git_sha1(self.tag):
            return f"the checksum (Git's SHA-1) that {host} names"
        if self.size_bytes:
            return f"its size alone: {host} names no checksum"
        return f"nothing: {host} names neither checksum nor size"


Tell = Callable[[FetchStep], object]


def look_up(repo: str, file: str, mirror: str = "", advice: Advice = Advice()) -> RemoteFile:
    """Ask the hub, or a mirror that speaks like it, for a file. Raises `NetworkError`, `advice.missing`."""
    hub, broken = _hub(advice)
    endpoint = (mirror or HUB).rstrip("/")
    url = hub.hf_hub_url(repo, file, endpoint=endpoint)
    try:
        found = hub.get_hf_file_metadata(url, token=False, endpoint=endpoint, timeout=20)
    except broken as refused:
        raise _told(refused, f"{repo}/{file}", endpoint, advice) from None
    tag = str(found.etag or "")
    return RemoteFile(url, int(found.size or 0), tag if _is_sha256(tag) else "", tag, advice)


def fetch(
    remote: RemoteFile,
    target: Path,
    *,
    sha256: str = "",
    tell: Tell | None = None,
    cancel: Cancel | None = None,
) -> Path:
    """Fetch a file to `target`; what an earlier try got is kept and gone on from.

    Raises `UsageError` where another one is fetching it, `StorageError` before anything is fetched where the disk has
    no room, `NetworkError` where the connection fails (ask again: it goes on), `BadInput` where the checksum is
    wrong, `Cancelled`.
    """
    with _only_one(target):
        return _fetch(remote, target, sha256, tell, cancel)


@contextmanager
def _only_one(target: Path) -> Iterator[None]:
    """Let the block be the only one that brings a file to `target`: two would write into one unfinished file.

    Raises `UsageError` where another process or window is at it, `StorageError` for a folder that refuses.
    """
    with ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            got = stack.enter_context(alone(target.with_name(f".{target.name}.lock")))
        except OSError as refused:
            raise _no_folder(target, refused) from None
        if not got:
            raise UsageError(
                "This model is just being fetched",
                f"another window or command brings {target.name} to {target.parent}",
                "Wait until it is here, or stop the other one and ask again: it goes on where that stopped.",
            )
        yield


def _no_folder(target: Path, refused: OSError) -> StorageError:
    return StorageError("The model's folder cannot be written", f"{target.parent}: {refused.strerror}")


def _fetch(remote: RemoteFile, target: Path, sha256: str, tell: Tell | None, cancel: Cancel | None) -> Path:
    # A mirror's tag may hold anything, a file's name may not.
    tag = "".join(sign for sign in remote.tag if sign.isascii() and sign.isalnum())
    part = target.with_name(f".{target.name}.{tag[:12] or 'unknown'}.part")
    try:
        have = part.stat().st_size if part.exists() else 0
        if remote.size_bytes and have > remote.size_bytes:
            part.unlink()
            have = 0
    except OSError as refused:
        raise _no_folder(target, refused) from None
    room_for(remote.size_bytes - have, target.parent)
    if not remote.size_bytes or have < remote.size_bytes:
        _get(remote, part, have, tell, cancel)
    against = remote.against(sha256)
    try:
        checked, git = _checksums(
            part, lambda step: tell(replace(step, against=against)) if tell is not None else None, cancel
        )
    except OSError as refused:
        raise StorageError("The model cannot be read again", f"{part}: {refused.strerror}") from None
    named = [("SHA-256", checked, sha256), ("SHA-256", checked, remote.sha256)]
    if _is_git_sha1(remote.tag):
        named.append(("SHA-1", git, remote.tag))
    for kind, found, expected in named:
        if expected and found != expected.lower():
            part.unlink(missing_ok=True)
            raise BadInput(
                "The fetched file is not the one that was asked for",
                f"{target.name}: its {kind} is {found[:12]}…, expected {expected[:12]}…; it was thrown away",
                "Fetch it again, from another mirror if it happens again.",
            )
    try:
        part.replace(target)
    except OSError as refused:
        raise StorageError(
            "The model's file cannot be written",
            f"{target}: {refused.strerror}",
            "See what is there, and whether another program has it open; what came is kept.",
        ) from None
    return target


def copy_in(source: Path, target: Path, *, tell: Tell | None = None, cancel: Cancel | None = None) -> Path:
    """Bring a file of this machine in: linked where the disk can, copied otherwise. Raises as `fetch` does."""
    with _only_one(target):
        return _copy_in(source, target, tell, cancel)


def _copy_in(source: Path, target: Path, tell: Tell | None, cancel: Cancel | None) -> Path:
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        try:
            # Of a link the file itself: the link's own way would lead nowhere from here.
            os.link(source.resolve(), part)
        except OSError:
            size = source.stat().st_size
            room_for(size, target.parent)
            with source.open("rb") as old, part.open("wb") as new:
                while block := old.read(_BLOCK):
                    _stop_if_asked(cancel)
                    new.write(block)
                    if tell is not None:
                        tell(FetchStep("copying", new.tell(), size))
        part.replace(target)
    except OSError as refused:
        part.unlink(missing_ok=True)
        raise StorageError("The model could not be brought in", f"{source}: {refused.strerror}") from None
    except JobcopilotError:
        part.unlink(missing_ok=True)
        raise
    return target


def room_for(size: int, folder: Path) -> None:
    """Raise `StorageError` where a disk has no room for so many bytes and something to spare."""
    free = shutil.disk_usage(folder).free
    if size + SPARE_BYTES > free:
        raise StorageError(
            "There is no room on the disk for the model",
            f"it needs {size / 1e9:.1f} GB and {SPARE_BYTES / 1e9:.1f} GB to spare, {free / 1e9:.1f} GB are free"
            f" in {folder}",
            "Free some space, or keep models elsewhere with --home DIR.",
        )


class _Bar:
    """What the hub's library takes for a progress bar."""

    def __init__(self, tell: Tell | None, cancel: Cancel | None, done: int, total: int) -> None:
        self._tell, self._cancel, self._done, self._total = tell, cancel, done, total

    def update(self, more: float | None = 1) -> None:
        """Count what came; a stop that was asked for is obeyed here."""
        _stop_if_asked(self._cancel)
        self._done += int(more or 0)
        if self._tell is not None:
            self._tell(FetchStep("fetching", self._done, self._total))

    def __enter__(self) -> _Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def _get(remote: RemoteFile, part: Path, have: int, tell: Tell | None, cancel: Cancel | None) -> None:
    hub, broken = _hub(remote.advice)
    try:
        with part.open("ab") as out:
            hub.http_get(
                remote.url,
                out,
                resume_size=have,
                expected_size=remote.size_bytes or None,
                _tqdm_bar=_Bar(tell, cancel, have, remote.size_bytes),
            )
    except broken as refused:
        raise _told(refused, part.name, remote.url, remote.advice) from None
    except OSError as refused:
        if refused.errno is not None:
            raise StorageError(
                "The model could not be written",
                f"{part}: {refused.strerror}",
                "Free some space; then it goes on.",
            ) from None
        # The library says so where fewer or more bytes came than were promised.
        got = part.stat().st_size
        if remote.size_bytes and got > remote.size_bytes:
            part.unlink()
        raise NetworkError(
            "The model did not come whole",
            f"{got:,} of {remote.size_bytes:,} bytes",
            "Ask again: it goes on where it stopped.",
        ) from None


def _hub(advice: Advice) -> tuple[Any, tuple[type[Exception], ...]]:
    """Return the hub's library and what it raises. Raises `advice.missing` with how to install it."""
    # No call but those for the file itself.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    try:
        from huggingface_hub import constants, file_download
        from huggingface_hub.errors import HfHubHTTPError
    except ImportError:
        raise advice.missing(
            "Fetching models needs the hub's library",
            "huggingface_hub is not installed",
            f"{advice.install}, or {advice.by_hand}",
        ) from None
    # By itself it writes every ten megabytes: on a slow line that is long to wait for a stop, and much to lose.
    vars(constants)["DOWNLOAD_CHUNK_SIZE"] = _CHUNK
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    # Which of the two HTTP libraries it uses depends on its version.
    transport: Any = getattr(file_download, "httpx2", None) or getattr(file_download, "httpx", None)
    return file_download, (HfHubHTTPError, transport.HTTPError, transport.StreamError)


def _told(refused: Exception, what: str, where: str, advice: Advice) -> JobcopilotError:
    status = getattr(getattr(refused, "response", None), "status_code", None)
    if status in (401, 403, 404):
        return advice.missing(
            "The hub has no such file, or asks for an account",
            f"{what} at {where} ({status})",
            f"Choose another model, or fetch it yourself and {advice.by_hand}",
        )
    return NetworkError(
        "The model could not be fetched",
        f"{what} from {where} ({status or type(refused).__name__})",
        f"Ask again: it goes on where it stopped. A mirror: --mirror ADDRESS. Or {advice.by_hand}",
    )


def _checksums(file: Path, tell: Tell, cancel: Cancel | None) -> tuple[str, str]:
    """Return a file's SHA-256, and the SHA-1 that Git gives to it: of its kind and size, then its bytes."""
    total, done = file.stat().st_size, 0
    digest, git = hashlib.sha256(), hashlib.sha1(b"blob %d\0" % total, usedforsecurity=False)
    with file.open("rb") as source:
        while block := source.read(_BLOCK):
            _stop_if_asked(cancel)
            digest.update(block)
            git.update(block)
            done += len(block)
            tell(FetchStep("checking", done, total))
    return digest.hexdigest(), git.hexdigest()


def _is_sha256(tag: str) -> bool:
    return len(tag) == 64 and all(sign in "0123456789abcdef" for sign in tag)


def _is_git_sha1(tag: str) -> bool:
    return len(tag) == 40 and all(sign in "0123456789abcdef" for sign in tag)


def _stop_if_asked(cancel: Cancel | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled("Fetching the model was stopped", "What came is kept and gone on from the next time")
