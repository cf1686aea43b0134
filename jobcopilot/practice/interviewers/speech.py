"""What a model says, heard while it is being made: its decision first, then sentence by sentence.

A model answers in the form {"do": …, "say": …}. Nothing of it is shown before it was looked at, and nothing that is
half a sentence is shown at all. A question alone comes word by word, once its first words are surely English and no
beginning of what was asked before: somebody waits for it in silence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jobcopilot.inference.port import AnswerUnusable, Ended, Piece
from jobcopilot.practice.answers.lexicon import FUNCTION
from jobcopilot.text import clean_line

_DO: Final = re.compile(r'"do"\s*:\s*"(\w{1,40})"')
_SAY: Final = re.compile(r'"say"\s*:\s*"')
_STRING_END: Final = re.compile(r'(?:[^"\\]|\\.)*?"', re.DOTALL)
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"')\]”’»]*(?=\s|$)|\n+")
_LONGEST_RAW: Final = 20_000
_FEW_WORDS: Final = 4
_GRAMMAR_SHARE: Final = 0.15
"""Of English running text half is words of grammar; below this share it is another language, or none."""


_SURE_WORDS, _SURE_GRAMMAR = 3, 2
"""Of so many words so many are words of grammar where a question is surely English: "What did you", "How was it"."""


class Malformed(AnswerUnusable):
    """Something else than the form that was asked for: worth asking once more."""


def form(allowed: Sequence[str], characters: int) -> dict[str, Any]:
    """Return the JSON schema of an utterance: what it is, of those allowed, and its words."""
    return {
        "type": "object",
        "properties": {
            "do": {"type": "string", "enum": list(allowed)},
            "say": {"type": "string", "minLength": 1, "maxLength": characters},
        },
        "required": ["do", "say"],
        "additionalProperties": False,
    }


def written(do: str, say: str) -> str:
    """Return an utterance in its form."""
    return json.dumps({"do": do, "say": say}, ensure_ascii=False)


def said_in(form_text: str) -> str:
    """Return the words of an utterance in its form."""
    try:
        found = json.loads(form_text)
    except ValueError:
        return ""
    return str(found.get("say", "")) if isinstance(found, Mapping) else ""


class Speech:
    """One utterance on its way. `do` is known once it was asked for; then sentences come until there are no more."""

    def __init__(self, pieces: Iterator[Piece], allowed: Sequence[str], name: str) -> None:
        self._pieces = pieces
        self._allowed = allowed
        self._name = name
        self._raw = ""
        self._from = -1
        """Where the words begin in `raw`; -1 while they do not."""
        self._given: list[str] = []
        self._ended: Ended | None = None
        self.asked = False
        """Whether `question` has come to its end."""

    @property
    def cancelled(self) -> bool:
        """Whether the person stopped it."""
        return self._ended is not None and self._ended.finish == "cancelled"

    @property
    def raw(self) -> str:
        """What the model wrote so far, as it wrote it."""
        return self._raw

    def decision(self) -> str:
        """Read on until it is known what the utterance is. Raises `ModelError`; "" where the person stopped it."""
        while (found := _DO.search(self._raw)) is None:
            if not self._more():
                if self.cancelled:
                    return ""
                raise self.unusable("it did not say what it does" if self._raw.strip() else "it said nothing")
        if found[1] not in self._allowed:
            raise self.unusable(f"it chose {clean_line(found[1], 40)!r}, which was not offered")
        return found[1]

    def sentences(self, most: int) -> Iterator[str]:
        """Read on and yield sentences that can be shown, at most so many. Raises `ModelError`.

        Ends early where the model repeats itself; what is unfinished when the model is cut short is left out.
        """
        place = 0
        while len(self._given) < most:
            text, whole = self._words()
            end = _SENTENCE_END.search(text, place)
            # Punctuation at the very end may still go on: "…", "?!", "1.5".
            if not whole and (end is None or end.end() == len(text)) and self._more():
                continue
            if end is None and not whole:
                return
            end_at = len(text) if end is None else end.end()
            sentence = clean_line(text[place:end_at], 1_000)
            place = end_at
            if sentence and sentence in self._given:
                return
            if sentence:
                self._look_at(sentence)
                self._given.append(sentence)
                yield sentence
            if whole and place >= len(text):
                return

    def question(self, most: int, earlier: Sequence[str] = ()) -> Iterator[str]:
        """Read on and yield words, up to the end of the first question or of so many sentences. Raises `ModelError`.

        What may become one of the earlier lines is held back; an error may come after words that were given.
        """
        before = [clean_line(line, 2_000).casefold() for line in earlier]
        shown = ""
        while True:
            text, whole = self._words()
            end = _question_end(text, most, whole=whole)
            # Half a word is none.
            said = clean_line(text[: text.rfind(" ") + 1 if end is None else end], 2_000)
            if end is not None:
                self._look_at(said)
            sure = bool(shown) or end is not None or _is_surely_english(said)
            if sure and said.startswith(shown) and (
                end is not None or shown or not any(line.startswith(said.casefold()) for line in before)
            ):  # fmt: skip
                if said != shown:
                    # Before it is given: whoever takes it may want to know.
                    self.asked = end is not None
                    yield said[len(shown) :]
                shown = said
            if end is not None:
                self.asked = True
                return
            if not self._more():
                if self.cancelled:
                    return
                raise self.unusable("its question has no end")

    def close(self) -> None:
        """Stop the model: nothing more is wanted."""
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()
        self._ended = self._ended or Ended("stop")

    def _words(self) -> tuple[str, bool]:
        """The words so far, and whether the model has closed them."""
        if self._from < 0:
            begun = _SAY.search(self._raw)
            if begun is None:
                return "", False
            self._from = begun.end()
        end = _STRING_END.match(self._raw, self._from)
        inner = self._raw[self._from : end.end() - 1] if end else self._raw[self._from :]
        return _unescaped(inner), end is not None

    def _more(self) -> bool:
        """Take the next piece; say whether there was one."""
        if self._ended is not None:
            return False
        for piece in self._pieces:
            self._raw += piece.text
            self._ended = piece.ended
            if piece.ended is not None:
                # A model serves one at a time: left open, the next request would wait for this one for ever.
                self.close()
            if len(self._raw) > _LONGEST_RAW:
                raise self.unusable("it did not come to an end")
            if piece.text or piece.ended:
                return True
        self._ended = self._ended or Ended("cancelled")
        return False

    def _look_at(self, sentence: str) -> None:
        if not is_english(sentence):
            raise AnswerUnusable("The model answered in another language, or in none", self._name)

    def unusable(self, what: str) -> AnswerUnusable:
        """Return the error for an utterance that nothing can be made of."""
        if self._ended is not None and self._ended.finish == "loop":
            return AnswerUnusable("The model went in circles", self._name)
        if self._ended is not None and self._ended.finish == "time":
            return AnswerUnusable("The model took too long", self._name)
        if not self._raw.strip():
            return AnswerUnusable("The model said nothing", self._name)
        return Malformed("The model did not keep to the form it was asked for", f"{self._name}: {what}")


def _question_end(text: str, most: int, *, whole: bool) -> int | None:
    """Return where the first question ends, or so many sentences; None while that is not known."""
    place = 0
    for found, end in enumerate(_SENTENCE_END.finditer(text), 1):
        # Punctuation at the very end may still go on.
        if end.end() == len(text) and not whole:
            return None
        if clean_line(text[place : end.end()]).rstrip("\"')”’").endswith("?") or found == most:
            return end.end()
        place = end.end()
    return len(text) if whole else None


def _is_surely_english(beginning: str) -> bool:
    words = re.findall(r"[^\W\d_]+", beginning.casefold())
    return (
        len(words) >= _SURE_WORDS
        and sum(word in FUNCTION for word in words) >= max(_SURE_GRAMMAR, len(words) / 3)
        and is_english(beginning)
    )


def is_english(text: str) -> bool:
    """Return whether text can be English: Latin letters, and with more than a few words some of grammar among them."""
    letters = [sign for sign in text if sign.isalpha()]
    if not letters or sum(sign > "\u024f" for sign in letters) * 5 > len(letters):
        return False
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) <= _FEW_WORDS:
        return True
    return sum(word in FUNCTION for word in words) >= _GRAMMAR_SHARE * len(words)


def _unescaped(inner: str) -> str:
    """Return the text of a JSON string that may break off in the middle of an escape."""
    for cut in range(7):
        try:
            text = str(json.loads(f'"{inner[: len(inner) - cut]}"', strict=False))
        except ValueError:
            continue
        # Half of a surrogate pair is no text, and no database takes it.
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return ""
