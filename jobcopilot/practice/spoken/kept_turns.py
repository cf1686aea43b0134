"""How a draft was heard, kept beside its recordings: whoever comes back to it finishes an answer that is heard whole.

The draft's words are in the database; here is where they sound. What cannot be read costs the sound, never a word.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from jobcopilot.errors import JobcopilotError
from jobcopilot.practice.spoken.growing import Heard
from jobcopilot.settings import write_atomically
from jobcopilot.voice.port import Span, Word

log = logging.getLogger(__name__)

FILE: Final = "draft.json"


def keep_turns(folder: Path, asked_id: int | None, text: str, turns: Sequence[Heard]) -> None:
    """Keep in which turns `text`, the beginning of a draft, was heard; without a turn, forget those before."""
    file = folder / FILE
    stored = {
        "asked": asked_id,
        "text": text,
        "turns": [
            {
                "stream": one.stream,
                "started": one.started,
                "ended": one.ended,
                "words": [[word.text, word.start, word.end, word.probability] for word in one.words],
                "voiced": [[span.start, span.end] for span in one.voiced],
                "missing": [[span.start, span.end] for span in one.missing],
            }
            for one in turns
        ],
    }
    try:
        if turns:
            write_atomically(file, json.dumps(stored).encode())
        else:
            file.unlink(missing_ok=True)
    except (OSError, JobcopilotError) as refused:
        log.warning("how the draft was heard cannot be kept: %s", refused)


def turns_of(folder: Path, asked_id: int | None, draft: str) -> tuple[Heard, ...]:
    """Return how a draft to a question was heard; nothing where its words are other ones by now."""
    try:
        stored = json.loads((folder / FILE).read_text("utf-8"))
        if stored["asked"] != asked_id or not is_in(stored["text"], draft):
            return ()
        turns = tuple(_turn(one) for one in stored["turns"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as broken:
        log.warning("how the draft was heard cannot be read: %s", broken)
        return ()
    # Recordings may have gone meanwhile, as it is set.
    return turns if all(any((folder / one.stream).glob("*")) for one in turns) else ()


def _turn(stored: Mapping[str, Any]) -> Heard:
    return Heard(
        Path(stored["stream"]).name,
        float(stored["started"]),
        float(stored["ended"]),
        tuple(Word(str(text), *map(float, figures)) for text, *figures in stored["words"]),
        tuple(Span(*map(float, span)) for span in stored["voiced"]),
        tuple(Span(*map(float, span)) for span in stored.get("missing", ())),
    )


def is_in(spoken: str, text: str) -> bool:
    """Return whether what was spoken is in a text still, whatever was typed around it."""
    return bool(spoken) and " ".join(spoken.split()) in " ".join(text.split())
