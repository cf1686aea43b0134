"""The log that error messages point to: rotated, and without the person's texts."""

from __future__ import annotations

import logging
import re
import traceback
from logging.handlers import RotatingFileHandler
from types import TracebackType

from jobcopilot.paths import Home

LOG_BYTES = 1_000_000
LOG_FILES = 3

# Without it, a record from before the log is open would be printed to the person's terminal.
logging.getLogger("jobcopilot").addHandler(logging.NullHandler())

_PRIVATE = re.compile(
    r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.-]+"  # addresses of pages and people
    r"|'(?:[^'\\]|\\.){3,}'|\"(?:[^\"\\]|\\.){3,}\"|«[^»]*»|“[^”]*”"  # values that an exception quotes
)
_LONGEST_MESSAGE = 300


def without_private(message: str) -> str:
    """Return a message without addresses and quoted values, which may be the person's own."""
    return _PRIVATE.sub("…", message)[:_LONGEST_MESSAGE]


class _PrivateFormatter(logging.Formatter):
    """Writes where and what kind of error it was; never what the person had typed or read."""

    def formatException(  # noqa: N802  # the name is logging's
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        """Return type, masked message and the places in the code, of the whole chain."""
        lines: list[str] = []
        fault = ei[1]
        while fault is not None:
            lines.append(
                f"{type(fault).__module__}.{type(fault).__qualname__}: {without_private(str(fault))}"
            )
            frames = traceback.extract_tb(fault.__traceback__)
            lines.extend(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)
            fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
            if fault is not None:
                lines.append("caused by")
        return "\n".join(lines)


def start_logging(home: Home, level: int = logging.INFO) -> None:
    """Send the project's log records to the home's log file; a folder that cannot be written means no log."""
    logger = logging.getLogger("jobcopilot")
    if any(isinstance(handler, RotatingFileHandler) for handler in logger.handlers):
        return
    try:
        home.logs.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            home.log_file, maxBytes=LOG_BYTES, backupCount=LOG_FILES - 1, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(_PrivateFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(level)
    logger.propagate = False


def log_path() -> str | None:
    """Return where the log is written to, for messages that point there; None where nothing could be written."""
    for handler in logging.getLogger("jobcopilot").handlers:
        if isinstance(handler, RotatingFileHandler):
            return handler.baseFilename
    return None


def stop_logging() -> None:
    """Close the log file, so that a throw-away home can be removed."""
    logger = logging.getLogger("jobcopilot")
    for handler in list(logger.handlers):
        if isinstance(handler, RotatingFileHandler):
            logger.removeHandler(handler)
            handler.close()
