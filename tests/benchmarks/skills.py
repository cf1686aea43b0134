"""How well and how fast the skills of job descriptions are read: `python -m tests.benchmarks.skills --json`.

A document's answer is the set of canonical names in it. Scores are micro-averaged over (document, name) pairs, with
a 95 % bootstrap interval over documents. Errors are shown for the half that is tuned on, never for the held half.
`second tune` is the tuned half as a second reader labelled it, `readers` how far the two readers agree there, and
`fresh` texts of the second reader's that nobody tuned on; without that file these three are left out.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jobcopilot.reading.skills import canonical, extract_skills, kind_of

DATA = Path(__file__).parents[1] / "data" / "skills"
LABELLED = DATA / "labelled.jsonl"
RADAR = DATA / "tech-salary-radar.jsonl"
SECOND = DATA / "second-reading.jsonl"
FURTHER = DATA / "further.jsonl"
RESAMPLES = 2000
SEED = 20261120


class Judged(NamedTuple):
    """One document: how many labels it has and which names were right, too many, or missing."""

    name: str
    labels: int
    right: frozenset[str]
    extra: frozenset[str]
    missing: frozenset[str]


def judge(name: str, text: str, labels: Sequence[str], counted: frozenset[str] | None = None) -> Judged:
    """Compare what is read with the labels; with `counted`, only those names count."""
    gold = frozenset(map(canonical, labels))
    read = frozenset(mention.name for mention in extract_skills(text))
    if counted is not None:
        read &= counted
    return Judged(name, len(labels), read & gold, read - gold, gold - read)


def labelled(split: str | None = None) -> list[Judged]:
    """Judge the labelled descriptions of one half, or of both."""
    return [
        judge(row["id"], row["text"], _names(row)) for row in _rows(LABELLED) if split in {None, row["split"]}
    ]


def second(split: str) -> list[Judged]:
    """Judge what a second reader labelled; a row without a text labels the description of the same id."""
    texts = {row["id"]: row["text"] for row in _rows(LABELLED)}
    return [
        judge(row["id"], row.get("text") or texts[row["id"]], _names(row))
        for row in _rows(SECOND)
        if row["split"] == split
    ]


def further(split: str) -> list[Judged]:
    """Judge the further descriptions: those tuned on (`further`) or those read only after tuning (`sealed`)."""
    return [judge(row["id"], row["text"], _names(row)) for row in _rows(FURTHER) if row["split"] == split]


def readers() -> list[Judged]:
    """Judge the second reader's labels of the tuned half by the first reader's, as if a matcher's."""
    first = {row["id"]: frozenset(map(canonical, _names(row))) for row in _rows(LABELLED)}
    judged: list[Judged] = []
    for row in _rows(SECOND):
        if row["split"] == "tune" and row["id"] in first:
            gold, read = first[row["id"]], frozenset(map(canonical, _names(row)))
            judged.append(Judged(row["id"], len(gold), read & gold, read - gold, gold - read))
    return judged


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _names(row: dict[str, Any]) -> list[str]:
    return [skill["name"] for skill in row["skills"]]


def radar() -> list[Judged]:
    """Judge the descriptions that another project labelled, counting the names that its labels use."""
    rows = _rows(RADAR)
    counted = frozenset(canonical(name) for row in rows for name in row["expected"])
    return [judge(str(row["id"]), row["text"], row["expected"], counted) for row in rows]


def scores(judged: Sequence[Judged]) -> dict[str, float]:
    """Return micro precision, recall and F1 over (document, name) pairs."""
    right = sum(len(one.right) for one in judged)
    extra = sum(len(one.extra) for one in judged)
    missing = sum(len(one.missing) for one in judged)
    precision = right / (right + extra) if right + extra else 1.0
    recall = right / (right + missing) if right + missing else 1.0
    f1 = 2 * right / (2 * right + extra + missing) if right + extra + missing else 1.0
    return {"precision": precision, "recall": recall, "f1": f1}


def interval(judged: Sequence[Judged]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of F1, documents drawn with replacement, seeded."""
    draw = random.Random(SEED)
    drawn = sorted(scores(draw.choices(judged, k=len(judged)))["f1"] for _ in range(RESAMPLES))
    return drawn[int(RESAMPLES * 0.025)], drawn[int(RESAMPLES * 0.975) - 1]


def report(judged: Sequence[Judged]) -> dict[str, Any]:
    """Return the scores of some documents, how many there are, and the interval."""
    low, high = interval(judged)
    rounded = {name: round(value, 4) for name, value in scores(judged).items()}
    return {
        "documents": len(judged),
        "labels": sum(one.labels for one in judged),
        **rounded,
        "f1_95": [round(low, 4), round(high, 4)],
    }


def errors_by_kind(judged: Sequence[Judged]) -> dict[str, dict[str, int]]:
    """Count what was read too much and too little, by kind of skill; unknown names are of kind "unknown"."""
    extra = Counter(kind_of(name) or "unknown" for one in judged for name in one.extra)
    missing = Counter(kind_of(name) or "unknown" for one in judged for name in one.missing)
    return {kind: {"extra": extra[kind], "missing": missing[kind]} for kind in sorted(extra | missing)}


def microseconds(read: Callable[[str], object], size: int = 4000, rounds: int = 20) -> float:
    """Return the median time to read one description, cut or repeated to `size` characters."""
    rows = _rows(LABELLED)
    texts = [(row["text"] * (size // max(1, len(row["text"])) + 1))[:size] for row in rows]
    times: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        for text in texts:
            read(text)
        times.append((time.perf_counter() - started) / len(texts))
    return round(sorted(times)[rounds // 2] * 1e6, 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the scores; with `--errors`, also every error in the half that is tuned on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--only",
        choices=("tune", "held", "radar", "further", "sealed", "second tune", "readers", "fresh"),
        help="measure one set only",
    )
    parser.add_argument("--errors", action="store_true", help="list the errors of the tune half")
    chosen = parser.parse_args(arguments)
    sets: dict[str, Callable[[], list[Judged]]] = {
        "tune": lambda: labelled("tune"),
        "held": lambda: labelled("held"),
        "both": labelled,
        "radar": radar,
        "further": lambda: further("further"),
        "sealed": lambda: further("sealed"),
    }
    if SECOND.exists():
        sets |= {"second tune": lambda: second("tune"), "readers": readers, "fresh": lambda: second("fresh")}
    wanted = [chosen.only] if chosen.only else list(sets)
    if chosen.only and chosen.only not in sets:
        parser.error(f"{SECOND} is not there")
    result: dict[str, Any] = {name: report(sets[name]()) for name in wanted}
    if "tune" in wanted:
        result["tune"]["errors_by_kind"] = errors_by_kind(labelled("tune"))
    if not chosen.only:
        result["microseconds_4kB"] = microseconds(extract_skills)
    out = sys.stdout
    if chosen.json:
        out.write(json.dumps(result, indent=2) + "\n")
    else:
        for name, value in result.items():
            out.write(f"{name}: {value}\n")
    if chosen.errors:
        for one in labelled("tune"):
            out.write(f"{one.name}\n  extra   {sorted(one.extra)}\n  missing {sorted(one.missing)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
