"""How a person's words to an interviewer are meant: as an answer, or as "please repeat", "skip", "I don't know"."""

from __future__ import annotations

import re
from typing import Final, Literal

from jobcopilot.practice.answers.lexicon import FUNCTION, HESITATION, listed
from jobcopilot.practice.answers.phrases import any_of
from jobcopilot.practice.answers.words import words_of

Meant = Literal["answer", "skip", "unknown", "repeat", "clarify", "ask_hint"]
_LONGEST: Final = 30
"""Words above which it is an answer, whatever else it says."""
_SAYING: Final[tuple[tuple[Meant, re.Pattern[str]], ...]] = (
    (
        "repeat",
        any_of(r"""
        (?:please )?(?:repeat|say) (?:that|it|the question|this)?(?: again| once more| please)?
        pardon(?: me)?
        come again
        say again
        once more
        what was (?:the|that|your) question(?: again)?
        (?:didn t|did not|didnt|couldn t|could not) (?:catch|hear|get) (?:that|you|it|the question)
        what did you (?:say|ask)
        sorry what
        (?:again|repeat) please
        i missed (?:that|it|the question)
        """),
    ),
    (
        "ask_hint",
        any_of(r"""
        (?:a|any|another|some) (?:hint|hints|tip|tips|clue|pointer)
        hint please
        hint
        help me
        (?:bit of|little|some) help
        """),
    ),
    (
        "clarify",
        any_of(r"""
        clarif(?:y|ication)
        rephrase
        (?:explain|understand|understood|get) (?:the|your|that|this) question
        (?:what|how) (?:exactly )?(?:do|did|does) (?:you|that|it|this) mean
        what (?:exactly )?(?:are you asking|are you looking for|do you want)
        what is meant
        do you mean
        in what (?:sense|way|context)
        more (?:specific|precise|concrete)
        (?:not sure|unsure|don t know) what (?:you|the question|that) (?:mean|means|want|ask|are)\w*
        (?:don t|do not|dont) understand
        an example of what
        (?:should|can|may) i assume
        """),
    ),
    (
        "unknown",
        any_of(r"""
        (?:don t|dont|do not) (?:really |actually )?(?:know|remember)
        no (?:idea|clue)
        dunno
        not sure
        (?:can t|cannot|couldn t|can not) (?:think of|answer|say|remember|come up with)
        (?:never|haven t|have not|not) (?:really )?(?:done|had|used|heard of|seen|worked with|been in)
        (?:don t|do not|dont) have (?:an|any|a good) (?:example|answer|idea|experience)
        nothing comes to mind
        drawing a blank
        beats me
        """),
    ),
    (
        "skip",
        any_of(r"""
        skip(?: it| this| that| please)?
        (?:next|another|different) (?:question|one)
        next please
        i(?: ll| will| d like to)? pass
        pass
        (?:let s |let us |can we |could we |i want to |i d like to )?move on
        (?:rather|prefer) not (?:to )?(?:answer|say|talk)
        no comment
        (?:don t|do not|dont) (?:want|wish) to (?:answer|say|talk)
        """),
    ),
)
_MORE: Final[dict[Meant, int]] = {"repeat": 1, "ask_hint": 2, "clarify": 3, "unknown": 1, "skip": 1}
"""Words of weight that may stand beside a request."""
_ASKING_BACK: Final = any_of(r"""
    how (?:many|much|big|large|often|old|long)
    (?:do|does|is|are|should|can|could|may|would) (?:we|you|i|there|it|the|they|this)
    what (?:kind|sort|type|is|are)
    (?:which|who)
""")
_POLITE: Final = listed("""
    please sorry thank thanks question questions one moment excuse repeat again say said hear catch hint tip give get
    me honestly really know idea clue skip pass next move example think moment mind comes tell explain rephrase clarify
    mean exactly understand quite sure afraid good great fine answer experience anything nothing remember bit little
    help maybe guess topic now today that this it been never done used ask asking ready thing
""")


def meant(said: str) -> Meant:
    """Return how words are meant: short ones by what they ask for, all that say more besides as an answer."""
    words = words_of(said)
    if not words.words:
        return "repeat"
    if len(words) > _LONGEST:
        return "answer"
    for kind, pattern in _SAYING:
        rest = pattern.sub(" ", words.flow)
        if rest != words.flow and _left(rest) <= _MORE[kind]:
            return kind
    only_question = said.rstrip().endswith("?") and not re.search(r"[.!]\s", said)
    if only_question and _ASKING_BACK.match(words.flow.strip()):
        return "clarify"
    return "answer"


def _left(rest: str) -> int:
    """Return how many words of weight are left beside a request."""
    return sum(
        word not in FUNCTION and word not in HESITATION and word not in _POLITE and word != "."
        for word in rest.split()
    )
