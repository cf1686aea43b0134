"""Signs of a song or a poem: lines that are alike in length and rhyme, calls, and what songs are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from jobcopilot.practice.answers.lexicon import FUNCTION, listed, stems_of
from jobcopilot.practice.answers.words import Words

_LINE: Final = re.compile(r"[,.;:!?/|–—]+")
_WORD: Final = re.compile(r"[^\W_]+")
_SHORTEST, _LONGEST = 3, 11
"""Words of a line that is sung."""
_VERSE, _NEARLY_ALL = 4, 0.9
"""Lines of a verse, at least, and the share of them that are of that length."""
_NEAR: Final = 3
"""Lines further on at which a rhyme is still heard."""
_CALLS: Final = listed(
    "la na hey oh ho yeah ooh doo da di woah whoa lay baby babe darling honey lord hallelujah mama"
)
_IMAGES: Final = stems_of("""
    moon star stars sun sunshine sky skies rain snow wind winter summer autumn spring river sea ocean shore sand
    mountain mountains valley hill road highway train wheel wheels boots coat guitar heart hearts soul tears tear
    cry cried eyes lips hand kiss love lover lonely dream dreams dreamed night midnight dark darkness shadow
    shadows light lights fire flame burn burns burning gold golden silver dance dancing dancer sing sings singing
    song songs bird birds blackbird wings fly flying heaven hell angel devil preacher sailor sail ship harbour
    lighthouse candle flower flowers rose roses thorn garden tree trees leaves window door drum drums bell bells
    thunder lightning storm dawn morning dusk twilight whisper whispered forever goodbye farewell tomorrow sorrow
    blue paradise freedom home town street wine beer whiskey diamond ring king queen crown castle ghost grave bone
    bones blood stone rolling blow blowing carousel cradle lullaby tide wave waves silent silence sleep wake cold
    sweet child mother father brother sister
""")
_VOWELS: Final = re.compile(r"[aeiouy]+[^aeiouy]*e?s?$")
_ALIKE: Final = (
    (re.compile(r"igh(?=t|$)"), "i"),
    (re.compile(r"(?:ay|ey|ai|ei)(?=[^aeiouy]|$)"), "ay"),
    (re.compile(r"(?:ough|ow|oe|oa)$"), "o"),
    (re.compile(r"(?:ew|ue|oo|ou)$"), "oo"),
    (re.compile(r"(?:ee|ea|ie|y)$"), "ee"),
    (re.compile(r"(?:ie|ye?|igh)$"), "i"),
)


def lines_of(text: str) -> list[list[str]]:
    """Return the words of what stands between two marks of punctuation, in small letters.

    Line breaks count only where nearly all lines are as long as those of a song: elsewhere white space says nothing.
    """
    plain = text.casefold().replace("'", "").replace("’", "")
    broken = [len(_WORD.findall(line)) for line in plain.splitlines() if line.strip()]
    sung = sum(_SHORTEST <= length <= _LONGEST for length in broken)
    if len(broken) >= _VERSE and sung >= _NEARLY_ALL * len(broken):
        plain = ",".join(plain.splitlines())
    return [line for line in map(_WORD.findall, _LINE.split(plain)) if line]


def rhymes(lines: Sequence[Sequence[str]]) -> float:
    """Return the share of lines that end alike with one of the next ones, in another word, as far as spelling tells."""
    ends = [(line[-1], _sound(line[-1])) for line in lines]
    heard = set[int]()
    for index, (word, sound) in enumerate(ends):
        for further in range(index + 1, min(index + 1 + _NEAR, len(ends))):
            if sound and sound == ends[further][1] and word != ends[further][0]:
                heard |= {index, further}
    return len(heard) / max(len(ends), 4)


def sung_lines(lines: Sequence[Sequence[str]]) -> float:
    """Return the share of the words that stand in lines as long as those of songs."""
    total = sum(len(line) for line in lines)
    return sum(len(line) for line in lines if _SHORTEST <= len(line) <= _LONGEST) / max(total, 1)


def images(words: Words) -> float:
    """Return the share of the words of weight that name what songs are about."""
    weight = [one for word, one in zip(words.words, words.stems, strict=True) if word not in FUNCTION]
    return sum(one in _IMAGES for one in weight) / max(len(weight), 10)


def calls(words: Words) -> float:
    """Return the share of words that are called out."""
    return sum(word in _CALLS for word in words.words) / max(len(words), 10)


def _sound(word: str) -> str:
    if len(word) < 2 or word.isdigit():
        return ""
    for pattern, sound in _ALIKE:
        word = pattern.sub(sound, word)
    found = _VOWELS.search(word)
    return found[0].rstrip("e") if found and len(found[0]) > 1 else ""
