"""What the built-in interviewer says: several wordings for each occasion, so that none has to be said twice."""

from __future__ import annotations

from typing import Final

from jobcopilot.practice.answers.lacks import LackKind
from jobcopilot.practice.views import Shape

FOLLOW_UPS: Final[dict[LackKind, tuple[str, ...]]] = {
    "off_question": (
        "I am not sure that this answers my question. How does it bear on it?",
        "Let me bring you back to what I asked. What would you say to that?",
        "We have moved away from the question. Would you try it once more?",
    ),
    "too_short": (
        "Could you tell me a little more about that?",
        "Go on: what exactly happened, or what exactly would you do?",
        "Could you take me through that step by step?",
        "I would like to hear more. What comes to mind first?",
    ),
    "own_part": (
        "What was your own part in that?",
        "Which of these things did you do yourself?",
        "You speak of several people. What did you take on?",
        "If you had not been there, what would not have happened?",
    ),
    "result": (
        "How did it end?",
        "What came of it?",
        "What was different afterwards, and for whom?",
        "And what was the result?",
    ),
    "check": (
        "How would you know that it worked?",
        "What would you measure or test to be sure?",
        "How would you notice if you were wrong?",
        "What would tell you that it is still right in half a year?",
    ),
    "point": (
        "What else would you look at?",
        "Is there another side to it that you would consider?",
        "What might somebody with another opinion bring up?",
        "What have you left out so far that could matter?",
    ),
    "number": (
        "Can you put a number on that?",
        "How much, how many or how long was it, roughly?",
        "What orders of magnitude are we talking about?",
        "By how much did it change?",
    ),
    "reason": (
        "Why that way and not another?",
        "What made you decide so?",
        "What would have spoken against it?",
        "What is the reason behind that?",
    ),
    "particulars": (
        "Can you give me one particular example?",
        "When did you last do that? Tell me about that one time.",
        "What did that look like in one real case?",
        "Could you name one case in which you did exactly that?",
    ),
}
UNREADABLE: Final[dict[str, tuple[str, ...]]] = {
    "steering": (
        "I can only go by what you tell me about the question itself. What is your answer to it?",
        "Let us stay with the question: what would you answer?",
    ),
    "language": (
        "Without a model I only follow English. Could you answer in English?",
        "I could not follow that; in English I can.",
    ),
    "": (
        "I could not make sense of that. Could you say it in a sentence or two?",
        "I did not follow. What is the gist of your answer?",
    ),
}
"""By the cause for which an answer can't be judged; "" for any other."""
THANKS: Final = (
    "Thank you.",
    "Good, thank you.",
    "I see. Thank you.",
    "All right.",
    "Thanks, that gives me a picture.",
)
MOVING_ON: Final = ("Let us go on.", "Then on to the next one.", "Let us take another one.")
NOT_KNOWN: Final = ("That is fine.", "No problem.", "That can happen.")
TRY_ANYWAY: Final = (
    "Take a moment; a first thought is enough.",
    "Nobody knows everything. How would you begin?",
)
WANTED: Final[dict[Shape, str]] = {
    "star": (
        "I would like to hear of one time that really happened: what the situation was, what you did yourself, and "
        "how it ended."
    ),
    "design": (
        "There is more than one right answer. Say what you assume, what you would do, what you give up for it, and how "
        "you would check it."
    ),
    "plain": "A short and honest answer is enough: what it is, why, and what it has to do with this job.",
}
OUTLINE: Final[dict[Shape, tuple[str, ...]]] = {
    "star": (
        "what the situation was, in two sentences",
        "what was yours to do in it",
        "what you did, step by step, and why",
        "how it ended, with a figure, and what you took from it",
    ),
    "design": (
        "what you would ask or assume first",
        "what you would do, in which order",
        "what else could be done, and why you would not",
        "how you would check that it works",
    ),
    "plain": (
        "the answer itself, in one sentence",
        "one fact or figure behind it",
        "what it has to do with this job",
    ),
}
ASSUME: Final = "Assume what seems reasonable to you, and say that you do: it is part of the answer."
NO_MORE_HINTS: Final = "I have no further hint. Start with what you are sure of."
CLOSING: Final = "That was my last question. Thank you for your answers; the report shows what was in them."
CLOSING_EARLY: Final = "Then we stop here. Thank you; what you answered so far is in the report."
GREETING: Final = "Hello, and thank you for taking the time."
