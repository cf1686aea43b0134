"""What of a round's notes may be said in a letter: what was talked about, promised and announced.

Notes are private. Only what a few plain phrases introduce is taken, word for word, and nothing of a sentence that
speaks of money, doubts, other companies or of people behind their backs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jobcopilot.text import clean_line

LONGEST: Final = 90
"""Characters of a phrase; what is longer is no phrase."""
MOST_TOPICS: Final = 3


@dataclass(frozen=True, slots=True)
class Said:
    """Phrases that fit into a sentence of a letter; empty where the notes do not say."""

    topics: tuple[str, ...] = ()
    """"your migration to Airflow", "testing data pipelines"."""
    promised: str = ""
    """What the person will send: "the link to my talk"."""
    answer_due: str = ""
    """When an answer was announced: "by Friday", "within a week"."""


_PRIVATE: Final = re.compile(
    r"\b(?:salar\w*|pay|paid|compensation|money|bonus\w*|equity|offer\w*|visa|sponsor\w*|competitor\w*|other compan\w+"
    r"|compet\w+|rude\w*|arrogan\w*|bor(?:ed|ing)|bad|badly|awful|terrible|weird|odd|strange|late|toxic|annoy\w*|hate\w*"
    r"|worr\w+|nervous\w*|weak\w*|fail\w*|struggl\w*|stupid|dumb|mess\w*|chaos|chaotic|red flags?|doubt\w*|unsure"
    r"|not sure|didn['’]?t|don['’]?t|doesn['’]?t|couldn['’]?t|can['’]?t|won['’]?t|wasn['’]?t|forgot\w*|blank\w*"
    r"|wrong\w*|lie[ds]?|lying|secret\w*|confidential\w*|nda|layoffs?|fired|quit\w*|burn(?:ed|t)? ?out|age|pregnan\w*"
    r"|sick\w*|health|illness|family|kids?|child\w*|divorc\w*|religio\w*|gossip\w*|ugly"
    r"|reject\w*|hesitat\w*|stumbl\w*|no good|poor\w*|unhappy|conflict\w*|sucks?|hell|damn|shit\w*|fuck\w*)\b",
    re.IGNORECASE,
)
_SOMEBODY: Final = re.compile(r"\b(?:he|she|him|her|his|hers|they|them)\b", re.IGNORECASE)
"""Of whom a phrase speaks cannot be told without the sentence around it."""
_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+|[\n;•]+")
_LIST_MARK: Final = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\[[ x]\])\s*", re.IGNORECASE)
_TOPIC: Final = re.compile(
    r"\b(?:(?:we\s+)?(?:talked|spoke|chatted)(?:\s+(?:a lot|mostly|mainly|long|at length))?\s+about|(?:we\s+)?discussed"
    r"|(?:we\s+)?went\s+(?:over|through)|topics?\s*:|conversation\s+about|interested\s+in\s+hearing\s+about)\s*(?P<what>.+)$",
    re.IGNORECASE,
)
_PROMISE: Final = re.compile(
    r"\b(?:i(?:['’]ll|\s+will|\s+promised\s+to|\s+said\s+i\s+would|\s+should|\s+am\s+to)|promised\s+to|to\s*do\s*:|have\s+to)"
    r"\s+send\s+(?:them|her|him)?\s*(?P<what>.+)$",
    re.IGNORECASE,
)
_ANSWER: Final = re.compile(
    r"\b(?:hear\s+(?:back\s+)?(?:from\s+(?:them|him|her|us|you)\s+)?|(?:decision|decide|answer|feedback|news|reply|get\s+back"
    r"\s+to\s+me)\s+)(?P<when>(?:by|within|in|on|until|before|after)\s+[^,.;!?\n(]+|(?:next|this)\s+\w+)",
    re.IGNORECASE,
)


def said_in(notes: str) -> Said:
    """Return what of notes may be said to the person who was there."""
    topics: list[str] = []
    promised = answer = ""
    for sentence in _SENTENCES.split(notes):
        line = clean_line(_LIST_MARK.sub("", sentence), 400).rstrip(" .!…")
        if _PRIVATE.search(line) is not None:
            continue
        due, promise, topic = _ANSWER.search(line), _PROMISE.search(line), _TOPIC.search(line)
        if due is not None:
            answer = answer or _phrase(due["when"])
        elif promise is not None:
            promised = promised or _phrase(promise["what"])
        elif topic is not None and (phrase := _phrase(topic["what"])):
            topics.append(phrase)
    return Said(tuple(dict.fromkeys(topics))[:MOST_TOPICS], promised, answer)


def _phrase(words: str) -> str:
    """Return a phrase as one says it to the reader, empty where it is none or speaks of somebody."""
    phrase = re.sub(r"\btheir\b", "your", words, flags=re.IGNORECASE).strip(" .,:-–—")
    return "" if len(phrase) > LONGEST or _SOMEBODY.search(phrase) else phrase
