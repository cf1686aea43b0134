"""The labelled answers are whole: form, counts, length not telling the level, and no question in two parts."""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

DATA = Path(__file__).parents[1] / "data" / "practice"
PARTS = sorted(path.stem.removeprefix("answers-") for path in DATA.glob("answers-*.jsonl"))
QUESTIONS = {
    "tune": 20,
    "held": 20,
    "fresh": 10,
    "wide": 26,
    "last": 14,
    "sealed": 40,
    "varied": 40,
    "sealed2": 40,
    "sealed3": 24,
}
TERSE = {"wide": 8, "last": 5, "sealed": 8, "sealed3": 5}
ADVERSARIAL = {
    "tune": 32, "held": 32, "fresh": 20, "wide": 50, "last": 28, "sealed": 32, "varied": 61, "sealed2": 36,
    "sealed3": 90,
}  # fmt: skip
TYPES = {
    "technical", "behavioral", "system-design", "product-sense", "recruiter-screen", "hiring-manager",
}  # fmt: skip
KINDS = {
    "empty", "whitespace", "one_word", "gibberish", "copied", "off_topic", "steering", "refusal", "repetition",
    "word_salad", "invisible",
}  # fmt: skip
FURTHER_KINDS = {
    "sealed": {"essay", "language", "lyrics", "buzzwords", "other_answer"},
    "varied": {"essay", "language", "lyrics", "buzzwords", "other_answer", "recited", "emptyish"},
    "sealed2": {"essay", "language", "lyrics", "buzzwords", "other_answer"},
    "sealed3": {
        "essay", "language", "lyrics", "buzzwords", "other_answer", "recited", "emptyish", "strung", "other_text",
        "about_question",
    },
}  # fmt: skip
NOT_THERE = {"sealed2": {"empty", "whitespace", "invisible", "refusal", "repetition"}}
ASKED_ELSEWHERE = {"varied", "sealed2"}
"""Parts of other hands with other answers, where questions of the shipped bank come twice; SCORES.md says how many."""
WITHOUT_POINTS = {"sealed2", "sealed3"}
"""Parts with questions that no bank has, as interviewers ask them."""
LEVELS = ("weak", "fair", "strong")
ANSWER_KEYS = {"id", "type", "question", "points", "skills", "level", "answer", "longer"}
ADVERSARIAL_KEYS = {"id", "type", "question", "points", "answer", "kind"}
# The hyphen, the stroke and the marks within figures (86,400 and p99.5) stand in signs of the shipped bank, which rows
# of its questions copy as they are.
SIGN = re.compile(r"[^\W_]+(?:(?:[ '/-]|[.,](?=\d))[^\W_]+)*")

Row = dict[str, Any]


def rows_of(kind: str, part: str) -> list[Row]:
    """Return the rows of one file."""
    text = (DATA / f"{kind}-{part}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line]


def by_question(part: str) -> dict[str, dict[str, Row]]:
    """Return the rows of one part by question, then by level."""
    found: dict[str, dict[str, Row]] = defaultdict(dict)
    for row in rows_of("answers", part):
        assert row["level"] not in found[row["question"]], f"{row['id']} is there twice"
        found[row["question"]][row["level"]] = row
    return found


def words(answer: str) -> int:
    """Return how many words an answer has, split at white space."""
    return len(answer.split())


def pairs(part: str) -> list[tuple[Row, Row]]:
    """Return every (weaker, better) pair within a question: three a question."""
    return [
        (rows[weaker], rows[better])
        for rows in by_question(part).values()
        for weaker, better in itertools.combinations(LEVELS, 2)
    ]


def check_question(row: Row, part: str) -> None:
    """Assert that type and points have the form of the shipped question bank."""
    assert row["type"] in TYPES
    assert row["question"].strip() == row["question"] != ""
    assert 3 <= len(row["points"]) <= 6 or (part in WITHOUT_POINTS and not row["points"]), row["id"]
    for point in row["points"]:
        assert set(point) == {"point", "signs"}
        assert 4 <= len(point["signs"]) <= 10, (row["id"], point)
        assert len(set(point["signs"])) == len(point["signs"]), (row["id"], point)
        assert all(SIGN.fullmatch(sign) and sign == sign.casefold() for sign in point["signs"]), (
            row["id"],
            point,
        )


def test_every_part_is_there() -> None:
    assert set(PARTS) == set(QUESTIONS)


@pytest.mark.parametrize("part", PARTS)
def test_each_question_has_three_levels(part: str) -> None:
    questions = by_question(part)
    assert len(questions) >= QUESTIONS[part]
    assert {row["type"] for rows in questions.values() for row in rows.values()} == TYPES
    for question, rows in questions.items():
        assert set(rows) == set(LEVELS), question
        first = rows["weak"]
        assert all(row["points"] == first["points"] and row["type"] == first["type"] for row in rows.values())


@pytest.mark.parametrize("part", PARTS)
def test_each_answer_has_its_form(part: str) -> None:
    rows = rows_of("answers", part)
    assert len({row["id"] for row in rows}) == len({row["answer"] for row in rows}) == len(rows)
    for row in rows:
        assert set(row) == ANSWER_KEYS
        check_question(row, part)
        assert row["skills"]
        assert all(isinstance(skill, str) and skill for skill in row["skills"])
        assert row["answer"].strip() == row["answer"]
        assert row["answer"].replace("\n", "").isprintable(), row["id"]
        assert words(row["answer"]) >= 12, f"{row['id']} is no honest answer at that length"


@pytest.mark.parametrize("part", PARTS)
def test_longer_says_what_the_lengths_say(part: str) -> None:
    for rows in by_question(part).values():
        for place, level in enumerate(LEVELS):
            lengths = [words(rows[better]["answer"]) for better in LEVELS[place + 1 :]]
            assert rows[level]["longer"] is any(words(rows[level]["answer"]) > length for length in lengths)


@pytest.mark.parametrize("part", PARTS)
def test_in_a_third_of_the_pairs_the_weaker_answer_is_the_longer_one(part: str) -> None:
    found = pairs(part)
    by_words = sum(words(weaker["answer"]) > words(better["answer"]) for weaker, better in found)
    by_characters = sum(len(weaker["answer"]) > len(better["answer"]) for weaker, better in found)
    assert min(by_words, by_characters) * 3 >= len(found)


@pytest.mark.parametrize("part", sorted(TERSE))
def test_terse_experts_are_among_the_strong(part: str) -> None:
    terse = [
        row for row in rows_of("answers", part) if row["level"] == "strong" and words(row["answer"]) <= 50
    ]
    assert len(terse) >= TERSE[part]


@pytest.mark.parametrize("part", PARTS)
def test_adversarial_rows_have_their_form(part: str) -> None:
    rows = rows_of("adversarial", part)
    assert len(rows) >= ADVERSARIAL[part]
    assert len({row["id"] for row in rows}) == len(rows)
    assert {row["kind"] for row in rows} == (KINDS | FURTHER_KINDS.get(part, set())) - NOT_THERE.get(
        part, set()
    )
    for row in rows:
        assert set(row) == ADVERSARIAL_KEYS
        check_question(row, part)
        assert (row["answer"].strip() == "") == (row["kind"] in {"empty", "whitespace"}), row["id"]
    # The same nonsense may fit two questions, but not the same question twice.
    assert max(Counter((row["question"], row["answer"]) for row in rows).values()) == 1


def test_parts_share_no_question_and_no_answer() -> None:
    asked = {
        part: sorted({row["question"] for row in rows_of("answers", part) + rows_of("adversarial", part)})
        for part in PARTS
    }
    for one, other in itertools.combinations(sorted(set(PARTS) - ASKED_ELSEWHERE), 2):
        for question, another in itertools.product(asked[one], asked[other]):
            assert fuzz.token_set_ratio(question, another, processor=default_process) < 75, (
                question,
                another,
            )
    answers = Counter(row["answer"] for part in PARTS for row in rows_of("answers", part))
    assert answers.most_common(1)[0][1] == 1
