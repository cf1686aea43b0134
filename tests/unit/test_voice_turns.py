"""When an answer is over: scripted answers on the stream's own clock."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles

import pytest

from jobcopilot.voice.port import BLOCK_SECONDS
from jobcopilot.voice.sentences import WrittenSentences
from jobcopilot.voice.turns import LONGEST_WAIT, SHORTEST_WAIT, PauseMemory, TurnDetector, TurnStep

SENTENCES = (
    "we migrated a database with postgres last year.",
    "my task was to help the customer.",
    "the result was that costs went down.",
    "i led five engineers on the search service.",
    "the situation was hard because the launch was late.",
    "i learned kubernetes during the project.",
)
PASS_SECONDS = 0.7
"""Between the asking of a pass and its words, as base.en takes on two cores."""


@dataclass(frozen=True)
class Spoken:
    """A word with its times."""

    text: str
    start: float
    end: float


def script(rng: random.Random, *, between: tuple[float, float] = (0.3, 1.0)) -> list[Spoken]:
    """An answer with thinking pauses at random boundaries in mid-sentence."""
    said: list[Spoken] = []
    at = 0.5
    for sentence in rng.sample(SENTENCES, rng.randint(1, 4)):
        words = sentence.split()
        torn = set(rng.sample(range(1, len(words)), rng.randint(0, 2)))
        for place, word in enumerate(words):
            if place in torn:
                at += rng.uniform(0.3, 2.5)
            said.append(Spoken(word, at, at + 0.12 + 0.03 * len(word)))
            at = said[-1].end
        at += rng.uniform(*between)
    return said


def ends(detector: TurnDetector, said: list[Spoken], rng: random.Random) -> list[float]:
    """Play an answer and return when the detector said that it was over."""
    found: list[float] = []
    at = 0.0
    due: list[tuple[float, str]] = []
    next_pass = 1.0
    forgets = rng.random() < 0.1
    while at < said[-1].end + 6.0 and not (found and found[-1] > said[-1].end):
        at += BLOCK_SECONDS
        begin = at - BLOCK_SECONDS
        step = detector.heard(at, voiced=any(word.start < at and word.end > begin for word in said))
        if at >= next_pass or (step is not None and step.change == "paused"):
            words = [word.text for word in said if word.end <= at]
            if forgets and len(words) == len(said):
                words[-1] = words[-1].rstrip(".")
            due.append((at + PASS_SECONDS, " ".join(words)))
            next_pass = at + 1.5
        while due and due[0][0] <= at:
            text = due.pop(0)[1]
            if detector.speaking:
                detector.said(text)
        if step is not None and step.change == "ended":
            found.append(at)
    return found


def play(count: int, **how: tuple[float, float]) -> tuple[float, list[float]]:
    """Return the share of answers cut off, and how late the others' ends were found."""
    rng = random.Random(20261121)
    pauses = PauseMemory()
    cut, late = 0, []
    for _ in range(count):
        said = script(rng, **how)
        found = ends(TurnDetector(WrittenSentences(), pauses), said, rng)
        assert found, "an answer never ended"
        if found[0] < said[-1].end:
            cut += 1
        else:
            late.append(found[0] - said[-1].end)
    return cut / count, late


def fixed_silence(count: int, seconds: float) -> tuple[float, list[float]]:
    """The same answers, ended by one silence: what this is measured against."""
    rng = random.Random(20261121)
    cut, late = 0, []
    for _ in range(count):
        said = script(rng)
        ends(TurnDetector(WrittenSentences()), said, rng)  # draws what the other one draws
        if any(later.start - earlier.end >= seconds for earlier, later in pairwise(said)):
            cut += 1
        else:
            late.append(seconds)
    return cut / count, late


def test_thinking_pauses_do_not_end_an_answer() -> None:
    cut, late = play(200)
    fixed, wait = fixed_silence(200, 1.8)
    print(
        f"cut off {cut:.1%}, end found after {median(late):.2f} s (median), {quantiles(late, n=20)[-1]:.2f} s (p95); "
        f"a fixed silence of 1.8 s: {fixed:.1%}, {median(wait):.2f} s"
    )
    free, later = play(200, between=(0.3, 2.5))
    print(f"pauses of up to 2.5 s between sentences too: {free:.1%}, {median(later):.2f} s")
    assert fixed > 0.2, "the same turns are hard for a fixed silence"
    assert cut <= 0.02
    assert median(late) <= 1.8
    assert quantiles(late, n=20)[-1] <= 3.5


def test_longer_pauses_between_sentences_are_learned() -> None:
    """What one person does again and again stops ending their answers."""
    rng = random.Random(3)
    pauses = PauseMemory()
    cuts = []
    for _ in range(60):
        said = script(rng, between=(1.4, 2.2))
        detector = TurnDetector(WrittenSentences(), pauses)
        cuts.append(any(end < said[-1].end for end in ends(detector, said, rng)))
    assert sum(cuts[40:]) <= 2 < sum(cuts[:10])
    assert pauses.wait("finished") > 2.0


def voice(detector: TurnDetector, start: float, seconds: float) -> list[TurnStep]:
    steps = [
        detector.heard(start + (n + 1) * BLOCK_SECONDS, voiced=True)
        for n in range(int(seconds / BLOCK_SECONDS))
    ]
    return [step for step in steps if step is not None]


def silence(detector: TurnDetector, start: float, seconds: float) -> list[TurnStep]:
    steps = [
        detector.heard(start + (n + 1) * BLOCK_SECONDS, voiced=False)
        for n in range(int(seconds / BLOCK_SECONDS))
    ]
    return [step for step in steps if step is not None]


def test_a_cough_is_no_answer() -> None:
    detector = TurnDetector(WrittenSentences())
    assert voice(detector, 0.0, 0.2) == []
    assert silence(detector, 0.2, 10.0) == []
    assert voice(detector, 10.2, 0.2) == []


def test_a_turn_tells_its_changes_in_order() -> None:
    detector = TurnDetector(WrittenSentences())
    changes = [*voice(detector, 0, 1.6), *silence(detector, 1.6, 0.8), *voice(detector, 2.4, 0.8)]
    detector.said("It went well.")
    changes += silence(detector, 3.2, 3.2)
    assert [step.change for step in changes] == ["started", "paused", "resumed", "paused", "ended"]
    assert changes[-1].silence == pytest.approx(SHORTEST_WAIT, abs=0.04)
    assert detector.pauses.open == [pytest.approx(0.8, abs=0.04)]


def test_the_key_ends_it_at_once_and_alone_without_hands_free() -> None:
    detector = TurnDetector(WrittenSentences(), hands_free=False)
    voice(detector, 0, 2)
    assert [step.change for step in silence(detector, 2, 60)] == ["paused"]
    step = detector.done(62.0)
    assert step is not None
    assert (step.change, step.reason) == ("ended", "key")
    assert detector.done(63.0) is None


def test_no_wait_exceeds_the_ceiling_nor_learns_from_a_walk_to_the_door() -> None:
    pauses = PauseMemory()
    for _ in range(50):
        pauses.learn(3.9, "finished")
        pauses.learn(60.0, "open")
    assert pauses.wait("finished") == LONGEST_WAIT
    assert pauses.open == []
    assert len(pauses.finished) <= 40


@pytest.mark.parametrize(
    ("text", "judged"),
    [
        ("I led the team.", "finished"),
        ("Did it work?", "finished"),
        ("I led the team and", "open"),
        ("I led the team and.", "open"),
        ("It was, um.", "open"),
        ("It was hard, you know.", "open"),
        ("So I thought...", "open"),
        ("I built it. Then we", "open"),
        ("I built it. Then the database", "open"),
        ("i built the database", "unknown"),
        ("", "unknown"),
    ],
)
def test_sentences_that_nobody_stops_at(text: str, judged: str) -> None:
    assert WrittenSentences().judge(text) == judged


def test_what_nobody_recorded_is_neither_a_pause_nor_an_end() -> None:
    detector = TurnDetector(WrittenSentences())
    voice(detector, 0, 2)
    detector.said("It went well.")
    detector.skip(3.0)
    changes = silence(detector, 5.0, 0.8)
    changes += voice(detector, 5.8, 1.0)
    assert [step.change for step in changes] == ["paused", "resumed"]
    assert detector.pauses.finished == [pytest.approx(0.8, abs=0.04)]
