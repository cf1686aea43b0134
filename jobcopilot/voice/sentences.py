"""Whether words end like a finished sentence: by the recogniser's punctuation and by words nobody stops at."""

from __future__ import annotations

import re
from typing import Final

from jobcopilot.voice.port import Completeness

# Determiners, prepositions, conjunctions, auxiliaries and fillers: more has to come after them. Words that end
# sentences as often ("in", "on", "that" in "I thought of that") are kept out where they would cost more than they save.
_OPEN_WORD_LIST: Final = (
    "a an the my our your his its their these those every each some any no "
    "and or but because so if when while although since unless until whether than which who whose where "
    "of to with from into for at by as about between through during without under "
    "i we he she they is are was were am be been being have has had do does did will would can could should might must "
    "very really quite just also even not um uh er erm hmm mm like basically actually maybe "
)
_OPEN_WORDS: Final = frozenset(_OPEN_WORD_LIST.split())
_OPEN_PHRASES: Final = ("you know", "i mean", "kind of", "sort of", "such as", "for example", "let me think")
_ENDING: Final = re.compile(r"[.!?][\"'”’)]*$")
_WORD: Final = re.compile(r"[\w'’]+")


class WrittenSentences:
    """A `SentenceJudge` that reads what was transcribed."""

    def judge(self, text: str) -> Completeness:
        """Return `finished` after a full stop that a sentence can end with, `open` where more must come."""
        text = text.rstrip()
        words = _WORD.findall(text.casefold())
        if not words:
            return "unknown"
        last = re.split(r"[.!?]\s+", text.casefold())[-1]
        tail = " ".join(_WORD.findall(last))
        if words[-1] in _OPEN_WORDS or tail.endswith(_OPEN_PHRASES):
            return "open"
        if text.endswith(("…", "...", ",", ";", ":", "-", "–", "—")):
            return "open"
        if _ENDING.search(text):
            return "finished"
        # A recogniser that punctuates would have set a full stop by now.
        return "open" if re.search(r"[.!?,]", text) else "unknown"
