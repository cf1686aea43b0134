"""Scores of an assessor on the labelled answers: only totals, so that what measures is not looked at."""

from __future__ import annotations

import itertools
import json
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jobcopilot.practice.assessment import assess_answer
from jobcopilot.practice.views import AnswerAssessment, Asked, Point, Shape

DATA: Final = Path(__file__).parents[1] / "data" / "practice"
LEVELS: Final = ("weak", "fair", "strong")
SHAPES: Final[dict[str, Shape]] = {
    "technical": "design", "behavioral": "star", "system-design": "design", "product-sense": "design",
    "recruiter-screen": "plain", "hiring-manager": "star",
}  # fmt: skip
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Totals:
    """What one part of the labelled answers gives. A tie counts as half a pair in the right order."""

    part: str
    points: bool
    pairs: int
    right: float
    by_length: float
    """Pairs in the right order if the longer answer is taken for the better one."""
    far: int
    far_right: float
    """Of the pairs of weak and strong."""
    honest: int
    unmarked: int
    adversarial: int
    marked: int
    quotes: int
    misquoted: int

    def interval(self) -> tuple[float, float]:
        """Return Wilson's 95 % interval of the pairs in the right order, in percent."""
        return wilson(self.right, self.pairs)

    def line(self) -> str:
        """Return it in one line."""
        low, high = self.interval()
        return (
            f"{self.part:6}{'' if self.points else ' without points'}: pairs {self.right:g}/{self.pairs} = "
            f"{100 * self.right / self.pairs:.1f} % ({low:.1f} to {high:.1f}), by length alone "
            f"{100 * self.by_length / self.pairs:.1f} %, weak before strong {self.far_right:g}/{self.far}; "
            f"honest without a mark {self.unmarked}/{self.honest}, adversarial marked "
            f"{self.marked}/{self.adversarial}, quotes not there {self.misquoted}/{self.quotes}"
        )


def wilson(right: float, count: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share, in percent."""
    share, z = right / count, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return 100 * max(middle - half, 0.0), 100 * min(middle + half, 1.0)


def rows_of(kind: str, part: str) -> list[Row]:
    """Return the rows of one file."""
    return read(DATA / f"{kind}-{part}.jsonl")


def read(file: Path) -> list[Row]:
    """Return the rows of a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def asked_of(row: Row, *, points: bool = True) -> Asked:
    """Return what the assessor is told of a row's question."""
    rubric = tuple(Point(one["point"], tuple(one["signs"])) for one in row["points"]) if points else ()
    return Asked(row["question"], row["type"], SHAPES[row["type"]], rubric, tuple(row.get("skills", ())))


def misquoted(assessment: AnswerAssessment, answer: str) -> int:
    """Return how many quotes don't stand where they say."""
    spans = [(one.start, one.end, one.quote) for one in assessment.marks]
    spans += [(one.start, one.end, one.quote) for one in assessment.covered]
    return sum(not quote.strip() or answer[start:end] != quote for start, end, quote in spans)


def measure(
    part: str, *, points: bool = True, assess: Callable[[Asked, str], AnswerAssessment] = assess_answer
) -> Totals:
    """Return the totals of one part."""
    by_question: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
    honest, unmarked, quotes, wrong = 0, 0, 0, 0
    for row in rows_of("answers", part):
        made = assess(asked_of(row, points=points), row["answer"])
        honest, unmarked = honest + 1, unmarked + (made.score is None)
        quotes, wrong = quotes + len(made.marks) + len(made.covered), wrong + misquoted(made, row["answer"])
        score = -1.0 if made.score is None else made.score
        by_question[row["question"]][row["level"]] = (score, len(row["answer"].split()))
    pairs = right = by_length = far = far_right = 0.0
    for levels in by_question.values():
        for weaker, better in itertools.combinations(LEVELS, 2):
            one, other = levels[weaker], levels[better]
            won = _won(one[0], other[0])
            pairs, right, by_length = pairs + 1, right + won, by_length + _won(one[1], other[1])
            if (weaker, better) == ("weak", "strong"):
                far, far_right = far + 1, far_right + won
    adversarial = rows_of("adversarial", part)
    marked = 0
    for row in adversarial:
        made = assess(asked_of(row, points=points), row["answer"])
        marked += made.score is not None or bool(made.marks)
        quotes, wrong = quotes + len(made.marks) + len(made.covered), wrong + misquoted(made, row["answer"])
    return Totals(
        part, points, int(pairs), right, by_length, int(far), far_right, honest, unmarked, len(adversarial), marked,
        quotes, wrong,
    )  # fmt: skip


def _won(weaker: float, better: float) -> float:
    return 1.0 if better > weaker else 0.5 if better == weaker else 0.0
