"""Why an answer can't be judged: what is no answer gets a reason and no number."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jobcopilot.practice.answers.lexicon import FUNCTION, GENERIC, HESITATION, listed, stems_of
from jobcopilot.practice.answers.manner import manners
from jobcopilot.practice.answers.phrases import any_of
from jobcopilot.practice.answers.steering import speaks_of_itself
from jobcopilot.practice.answers.verse import lines_of
from jobcopilot.practice.answers.words import Words, folded_words, stem
from jobcopilot.practice.views import Shape

_INVENTED: Final = 0.6
"""Share of unknown words from which on they count as invented."""
FEWEST: Final = 8
"""Different words below which nothing is judged."""
_HIDDEN: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
_JOINERS: Final = re.compile("[\u200c-\u200f]")
_ESCAPE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]|[\U000e0000-\U000e007f]|[\u202a-\u202e\u2066-\u2069]"
)
_REFUSING: Final = any_of(
    r"""
    no comment
    (?:don t|dont|do not) (?:really )?know
    no (?:idea|clue)
    never (?:touched|used|heard of|done)
    not sure what
    (?:don t|dont|do not|won t|wont|will not|would not|wouldn t|rather not|prefer not|refuse|decline|not going|
      not willing|not comfortable|can t|cannot|can not|couldn t|unable)(?: \w+){0,3} (?:answer|say|comment|discuss|
      talk|shar|respond|tell|think of|remember|come up|go into)\w*
    skip(?: (?:this|it|that))?(?= \.? ?$)|skip (?:this|it|that)
    next (?:question|one)
    move on
    pass (?:on )?(?:this|it|that|one)
    none of your business
    nothing (?:to (?:say|add)|comes)
    i pass
    """
)
_BEING: Final = listed("is are was were has have belongs belong")
_BEFORE_A_NAME: Final = listed("the a an my our your his their this of")
_NEVER_AFTER: Final = listed("""
    i we he she they is are was were am be been has had have do does did and but because since so would could should
    will the of a an went got said told asked sat wanted gave saw came
""")
"""Words that don't follow an article, a possessive or "of": where many do, words were strung together."""
_OF_THE: Final = listed("the a an his")
_HAPPENING: Final = listed("""
    i we you he she they my our your his her their me us who because if when so but while then since until before after
    therefore otherwise instead unless would will
""")
"""Persons and ties between sentences: even a definition of three sentences has one of them."""
_META: Final = stems_of("""
    question answer interview interviewer job ask next move prefer sorry please comment private confidential talk tell
    say discuss idea know pass skip rather sure think remember want comfortable today now moment maybe later thank
    thanks sir madam company position apply role relevant reason fair personal business legal lawyer agreement sign
    matter different continue back another honest guess nothing mind blank really anything
""")
_OF_THE_CALL: Final = stems_of("""
    yeah mean like basically hello hi hear recording record microphone mic hang let second wait minute
    connection froze freeze screen sound audio video headset water begin beginning start good great nice
    interesting lovely fair excellent way ways long story put write down red light thing see test testing
    check one two three word words suppose everybody far read repeat loud louder quiet ready kind tough tricky
    hard big broad deep bit lot gosh wow dear sip cough excuse
""")
"""Words of somebody who has not begun yet."""
_NOT_BEGUN: Final = 60
"""Words above which somebody has begun."""
_SAID: Final = 3
_FILLED: Final = 0.25
"""Words of weight below which nothing is said yet, and the share of words that fill."""
_READ_OUT: Final = 0.3
"""Share of a rubric's words that is said where it is read out: a short answer may have no others, but few of them."""
_QUESTIONS, _ASKING = 2, 0.5
"""Questions, and the share of the words in them, that ask back: no labelled answer with two has more than a quarter."""
_SENTENCE: Final = re.compile(r"[^.?!\n]*[.?!\n]?")
_REFRAIN: Final = listed("la na hey oh yeah ooh doo lay baby")
_SUNG, _SUNG_SHARE = 4, 0.1
"""Calls and words said twice in a row that make a song, and their share of the words."""
_IN_A_ROW, _LOOSE_ROW = 9, 6
"""Words of weight in a row, without grammar or a stop, that make no sentence; fewer where grammar lacks."""
_PERSONS: Final = listed("i we me my us our im ive id mine myself you your")
_BORDERS: Final = {"song": 0.45, "essay": 2.0, "framed": 1.5, "strung": 1.3}
"""How much a text is put together in a manner (`manner.manners`) where it is taken for that: above nearly every honest
answer of the parts that were left out of the fit. For an essay, how much it reads as a text counts in."""
_FEW, _FURTHER = 32, 0.9
"""Words below which an order of words says little, and how much plainer it has to be there."""
_NO_SELF: Final = 0.3
"""That border where somebody is asked about themselves and says no word of themselves."""
_SELF: Final = listed("i im ive id me my mine myself")
_LISTED, _LISTED_SHARE, _OF_A_LIST = 8, 0.75, 3
"""Parts between commas or stops, and the share of the words in short ones, that make a list; words of a short part."""
_ESSAY: Final = 30
_TEXT: Final = 1.2
"""How much an answer to a technical question reads as a text where it is taken for one: terse experts name nobody."""
_BREAK: Final = re.compile(r"[,.;:!?/|()\n\"“”–—-]")
_PART: Final = re.compile(r"[,.;:!?/|]|\b(?:and|then|or|the)\b")
_WORD: Final = re.compile(r"[^\W_]+")
_ODD: Final = re.compile(
    r"[bcdfghjklmnpqrstvwxz]{5}|[aeiou]{4}|(.)\1\1|q(?!u)[a-z]|[bcdfghjklmnpqrstvwxz]{3}$(?<!ght)(?<!tch)"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why an answer is not judged: for programs and, as a sentence, for the person."""

    cause: str
    reason: str


def unseen(answer: str, words: Words) -> Doubt | None:
    """Tell whether it is empty, or holds what can't be seen."""
    if not answer.strip():
        return Doubt("empty", "There is no answer.")
    hidden = len(_HIDDEN.findall(answer)) + len(_JOINERS.findall(answer)) // 4
    if _ESCAPE.search(answer) or hidden > max(2, len(answer) // 100):
        return Doubt(
            "hidden", "It holds characters that can't be seen or that steer a terminal: type or say it again."
        )
    return None if words.said else Doubt("empty", "There are no words in it.")


def unreadable(words: Words) -> Doubt | None:
    """Tell why there is nothing to judge in words: repetition, another language, keys hit at random, too few."""
    if words.said >= FEWEST * 2 and len(words) <= words.said * 0.4:
        return Doubt("repetition", "Nearly all of it says the same again.")
    letters = "".join(words.words)
    foreign = sum(not character.isascii() for character in letters)
    if foreign > len(letters) * 0.3:
        return Doubt(
            "language", "It is not in English, and the rules that judge without a model know only English."
        )
    return _no_sentences(words)


def _no_sentences(words: Words) -> Doubt | None:
    """Tell whether there are words, but hardly a sentence to judge."""
    different = set(words.words)
    if len(different) >= FEWEST - 3 and _gibberish(words):
        return Doubt("gibberish", "These are hardly sentences: there is nothing in them to judge.")
    if _sung(words):
        return Doubt("salad", "It is a song or a rhyme: there is nothing in it to judge.")
    if len(words) >= 2 * FEWEST and (_strung(words) or _in_a_row(words)):
        return Doubt("salad", "These are words in a row, not sentences: there is nothing said with them.")
    if len(different) < FEWEST:
        if len(different) >= 4 and words.said > 2 * FEWEST:
            return Doubt("repetition", "It is a few words said over and over.")
        return Doubt(
            "too_short", f"{_counted(words.said)}: too short to judge. Say what you did or would do, and why."
        )
    commonest = Counter(words.stems).most_common(1)[0][1]
    if (len(different) < words.said * 0.2 and words.said < 400) or commonest > max(12, len(words) * 0.3):
        return Doubt("repetition", "It is a few words said over and over.")
    return None


def recited(words: Words) -> Doubt | None:
    """Tell whether it says what an answer would cover instead of answering."""
    if speaks_of_itself(words):
        return Doubt("salad", "It names what an answer would cover, and does not answer.")
    being = sum(word in _BEING for word in words.words)
    if len(words) > 2 * FEWEST and being > len(words) * 0.08 and _HAPPENING.isdisjoint(words.words):
        return Doubt(
            "salad", "It says that things are there: nobody does anything in it, and nothing follows."
        )
    return None


def essay(words: Words, shape: Shape, reads_as_a_text: float) -> Doubt | None:
    """Tell whether nobody speaks in it, nor is spoken to: an answer to a technical question must read as a text too."""
    if len(words) < _ESSAY or not _PERSONS.isdisjoint(words.words):
        return None
    if shape == "design" and reads_as_a_text < _TEXT:
        return None
    return Doubt("off_topic", "It is a text about the matter: nobody in it does or would do anything.")


def put_together(words: Words, shape: Shape, reads_as_a_text: float) -> Doubt | None:
    """Tell whether it is put together as nobody speaks who answers: a list, strung words, a song or an essay.

    `reads_as_a_text` is `wording.reads_as_a_text`: by its manner alone a dry answer would pass for an essay.
    """
    parts = [len(line) for line in lines_of(words.text)]
    short = sum(part for part in parts if part <= _OF_A_LIST)
    if len(parts) >= _LISTED and short >= _LISTED_SHARE * sum(parts):
        return Doubt("salad", "It is a list of words: there is nothing said with them.")
    if len(words) < 2 * FEWEST:
        return None
    found = manners(words)
    if found["song"] > _BORDERS["song"]:
        return Doubt("salad", "It is a song or a rhyme: there is nothing in it to judge.")
    # Of a question about oneself nobody speaks long without a word about themselves, but for an essay.
    border = _NO_SELF if shape != "design" and _SELF.isdisjoint(words.words) else _BORDERS["essay"]
    if len(words) >= _ESSAY and found["essay"] + max(reads_as_a_text, -_TEXT) > border:
        return Doubt("off_topic", "It is a text about the matter: nobody in it does or would do anything.")
    further = 0.0 if len(words) >= _FEW else _FURTHER
    if any(found[name] > _BORDERS[name] + further for name in ("framed", "strung")):
        return Doubt("salad", "These are words put into a row or a pattern: there is nothing said with them.")
    return None


def invented(words: Words, known: Callable[[str], bool]) -> Doubt | None:
    """Tell whether nearly no word of weight is one that is used at work; `known` is asked about stems."""
    plain = {
        one
        for word, one in zip(words.words, words.stems, strict=True)
        if word.isalpha() and len(word) > 3 and word not in FUNCTION and word not in HESITATION
    }
    unknown = sum(not known(one) for one in plain)
    if len(plain) < 6 or unknown < _INVENTED * len(plain):
        return None
    return Doubt("gibberish", "Hardly any of its words are known: there is nothing in them to judge.")


def _counted(number: int) -> str:
    return "One word" if number == 1 else f"{number} words"


def _gibberish(words: Words) -> bool:
    """Tell whether too little of it is English grammar, or too many words look like none."""
    grammar = sum(word in FUNCTION for word in words.words) / len(words)
    plain = [word for word in words.words if word.isalpha() and len(word) > 3 and word not in FUNCTION]
    odd = sum(_looks_odd(word) for word in plain)
    if plain and odd > len(plain) * 0.5:
        return True
    known = sum(word in FUNCTION or word in HESITATION or stem(word) in GENERIC for word in words.words)
    return grammar < 0.08 and known < len(words) * 0.25


@lru_cache(maxsize=20_000)
def _looks_odd(word: str) -> bool:
    return bool(_ODD.search(word)) or not re.search("[aeiouy]", word)


def _strung(words: Words) -> bool:
    """Tell whether most of it is words strung together without grammar between them."""
    grammar = [word in FUNCTION or word in HESITATION for word in words.words]
    parts = [len(_WORD.findall(part)) for part in _PART.split(words.text.casefold())]
    parts = [part for part in parts if part]
    short = sum(part <= 3 for part in parts) > 0.9 * len(parts)
    if len(parts) >= 12 and short and sum(grammar) < len(words) * 0.22:
        return True
    if sum(grammar) < len(words) * 0.12 and _HAPPENING.isdisjoint(words.words):
        return True
    broken = sum(
        following in _NEVER_AFTER and not (word == "of" and following in _OF_THE)
        for word, following in itertools.pairwise(words.words)
        if word in _BEFORE_A_NAME
    )
    if broken > max(4, len(words) * 0.08):
        return True
    runs, run = 0, 0
    for one in (*grammar, True):
        if one:
            runs, run = runs + (run if run >= 7 else 0), 0
        else:
            run += 1
    return sum(grammar) < len(words) * 0.16 and runs > len(words) * 0.5


def _sung(words: Words) -> bool:
    """Tell whether it has a refrain: calls, and words that come again at once."""
    calls = sum(word in _REFRAIN for word in words.words)
    again = sum(
        word not in FUNCTION and word in words.words[index + 1 : index + 3]
        for index, word in enumerate(words.words)
    )
    return calls + again >= max(_SUNG, len(words) * _SUNG_SHARE)


def _in_a_row(words: Words) -> bool:
    """Tell whether words of weight stand in a row as in no sentence."""
    longest = 0
    for part in _BREAK.split(words.text.casefold()):
        run = 0
        for word in _WORD.findall(part):
            run = 0 if word in FUNCTION or word in HESITATION else run + 1
            longest = max(longest, run)
    grammar = sum(word in FUNCTION or word in HESITATION for word in words.words) / len(words)
    return (longest >= _IN_A_ROW and grammar < 0.3) or (longest >= _LOOSE_ROW and grammar < 0.25)


def refused(words: Words) -> Doubt | None:
    """Tell whether it only says that there will be no answer."""
    if len(words) > 70 or not _REFUSING.search(words.flow):
        return None
    rest = {
        one
        for word, one in zip(words.words, words.stems, strict=True)
        if word not in FUNCTION and word not in HESITATION and one not in _META and word != "i"
    }
    if len(rest) >= 6:
        return None
    return Doubt("refusal", "You passed on this one, so there is nothing to judge.")


def not_begun(words: Words) -> Doubt | None:
    """Tell whether hardly more is said than fillers and words about the call."""
    if not FEWEST <= words.said <= _NOT_BEGUN:
        return None
    said = [(word, one) for word, one in zip(words.words, words.stems, strict=True) if word not in FUNCTION]
    filling = sum(word in HESITATION or one in _OF_THE_CALL or one in _META for word, one in said)
    rest = {
        one for word, one in said if word not in HESITATION and one not in _META and one not in _OF_THE_CALL
    }
    if len(rest) >= _SAID or filling < len(words) * _FILLED:
        return None
    return Doubt("too_short", "It has not begun yet: say what you did or would do, and why.")


def asks_back(words: Words) -> Doubt | None:
    """Tell whether most of it is questions: a clarifying one is good, but it is not an answer yet."""
    sentences = [(len(_WORD.findall(one)), one.endswith("?")) for one in _SENTENCE.findall(words.text)]
    asking = [length for length, is_question in sentences if is_question and length]
    if len(asking) < _QUESTIONS or sum(asking) < _ASKING * sum(length for length, _ in sentences):
        return None
    return Doubt("too_short", "It asks back and answers nothing yet: say what you did or would do, and why.")


def copied(
    words: Words, question: str, content: frozenset[str], asked: frozenset[str], rubric: frozenset[str]
) -> Doubt | None:
    """Tell whether it says hardly more than the question, or reads the rubric out.

    `content`, `asked` and `rubric` are stems of what is neither grammar nor hesitation.
    """
    own = content - asked
    few = len(asked & content) >= 3 and len(own) < 4 and len(own) <= len(content) * 0.4
    if few or (len(own - GENERIC) < 4 and _said_after(words, question) > 0.4):
        return Doubt("copied", "It repeats the question and answers nothing.")
    unsaid, read_out = own - rubric, len(own & rubric) >= _READ_OUT * len(rubric)
    if read_out and len(rubric) >= 8 and len(content) >= 6 and len(unsaid) < max(3, len(content) * 0.12):
        return Doubt("salad", "It lists the words of a good answer without saying anything with them.")
    return None


def _said_after(words: Words, question: str) -> float:
    """Return how much of a question, three words at a time, an answer says again; 0 for a very short question."""
    asked = folded_words(question)
    wanted = {tuple(asked[index : index + 3]) for index in range(len(asked) - 2)}
    said = {words.words[index : index + 3] for index in range(len(words) - 2)}
    return len(wanted & said) / len(wanted) if len(wanted) >= 4 else 0.0


def salad(words: Words, content_at: list[int], inside: frozenset[int]) -> Doubt | None:
    """Tell whether it is made of the rubric's words: `content_at` are the indexes of words that are not grammar."""
    if len(content_at) < 5 or len(inside) < 5:
        return None
    from_rubric = sum(index in inside for index in content_at) / len(content_at)
    grammar = sum(word in FUNCTION for word in words.words) / len(words)
    if from_rubric > 0.65 or (from_rubric > 0.45 and grammar < 0.3):
        return Doubt("salad", "It lists the words of a good answer without saying anything with them.")
    return None
