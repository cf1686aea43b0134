"""How rightly and how fast titles are read: `python -m tests.benchmarks.roles [--json] [--wrong] [--file PATH]`.

Scores are those of the labelled samples; with the reference file there, also how often the reading agrees with that
file's own level and management mark, and where not. `--file` names `ats-2026.jsonl` elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from jobcopilot.reading.roles import read_role

SAMPLES: Final = Path(__file__).parents[1] / "data" / "market"
NAMES: Final = ("titles.jsonl", "titles-fresh.jsonl")
PARTS: Final = ("family", "seniority", "management")
_REFERENCE: Final = "ats-2026.jsonl"
_BESIDE_THE_CHECKOUT: Final = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Score:
    """How many titles of a sample are read rightly, in all three parts and in each, and the wrong ones."""

    titles: int
    whole: int
    family: int
    seniority: int
    management: int
    wrong: tuple[str, ...]


def rows_of(sample: str) -> list[dict[str, Any]]:
    """Return the rows of a labelled sample."""
    return [json.loads(line) for line in (SAMPLES / sample).read_text(encoding="utf-8").splitlines()]


def score(sample: str) -> Score:
    """Compare the reading of each title of a labelled sample with its label."""
    parts: Counter[str] = Counter()
    wrong: list[str] = []
    rows = rows_of(sample)
    for row in rows:
        read = asdict(read_role(row["title"]))
        differing = {part: (row[part], read[part]) for part in PARTS if row[part] != read[part]}
        parts.update(part for part in PARTS if part not in differing)
        if differing:
            wrong.append(
                f"{row['title']!r}: " + ", ".join(f"{p} {a} read {b}" for p, (a, b) in differing.items())
            )
    whole = len(rows) - len(wrong)
    return Score(len(rows), whole, parts["family"], parts["seniority"], parts["management"], tuple(wrong))


# --- agreement with the file's own reading ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many rows agree, and the disagreements by kind, each with its count and examples."""

    rows: int
    agreed: int
    kinds: dict[str, int]
    examples: dict[str, str]


_SCALE: Final = {
    None: "unspecified", "intern": "junior", "junior": "junior", "mid": "mid", "senior": "senior", "staff": "staff+",
    "principal": "staff+", "lead": "staff+", "head": "staff+", "director": "staff+", "vp": "staff+",
    "c-level": "staff+",
}  # fmt: skip
"""The file's five levels for ours: it has none for interns, and one for all from staff upwards."""


def agreement_of_seniority(rows: Sequence[dict[str, Any]]) -> Agreement:
    """Compare the level read with the file's, on the file's scale."""
    pairs = []
    for row in rows:
        level = read_role(row["title"]).seniority
        ours = _SCALE[level]
        said = ours if ours in ("unspecified", "mid", "senior") else f"{ours} ({level})"
        pairs.append((row["seniority"], ours, said, row["title"]))
    return _agreement(pairs)


def agreement_of_management(rows: Sequence[dict[str, Any]]) -> Agreement:
    """Compare whether the title says that people are led with the file's mark."""
    pairs = []
    for row in rows:
        role = read_role(row["title"])
        said = (
            f"{role.management}, {role.family}" if "manager" in row["title"].lower() else str(role.management)
        )
        pairs.append((str(row["is_management"]), str(role.management), said, row["title"]))
    return _agreement(pairs)


def _agreement(pairs: Iterable[tuple[str, str, str, str]]) -> Agreement:
    kinds: Counter[str] = Counter()
    titles: dict[str, Counter[str]] = {}
    rows = 0
    for theirs, ours, said, title in pairs:
        rows += 1
        if theirs != ours:
            kind = f"file {theirs}, read {said}"
            kinds[kind] += 1
            titles.setdefault(kind, Counter())[title] += 1
    examples = {
        kind: "; ".join(repr(title[:60]) for title, _ in titles[kind].most_common(3)) for kind in kinds
    }
    return Agreement(rows, rows - kinds.total(), dict(kinds.most_common()), examples)


# --- speed ------------------------------------------------------------------------------------------------


def speed(titles: Sequence[str]) -> float:
    """Return different titles read a second of CPU time, the vocabulary loaded."""
    different = list(dict.fromkeys(titles))
    read_role("Software Engineer")
    began = time.process_time()
    for title in different:
        read_role(title)
    return len(different) / (time.process_time() - began)


def _made(titles: Sequence[str]) -> list[str]:
    """Return each title with endings that boards add, so that there are enough different ones to time."""
    ends = (
        "",
        " (m/w/d)",
        " - Berlin",
        ", Payments Platform",
        " | Remote",
        " II",
        " (H/F)",
        " – Growth Team",
    )
    return [f"{title}{end}" for end in ends for title in titles]


def main() -> None:
    """Print scores, agreement and speed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--file", type=Path)
    options.add_argument("--wrong", action="store_true", help="list what is read wrongly")
    asked = options.parse_args()
    folder = Path(os.environ.get("JOBCOPILOT_REFERENCE_DATA", _BESIDE_THE_CHECKOUT))
    file = asked.file or folder / "postings" / _REFERENCE
    scores = {name: score(name) for name in NAMES if (SAMPLES / name).exists()}
    titles = [row["title"] for name in scores for row in rows_of(name)]
    agreements = {}
    if file.exists():
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        agreements = {
            "seniority": agreement_of_seniority(rows),
            "is_management": agreement_of_management(rows),
        }
        titles += [row["title"] for row in rows]
    rate = speed(_made(titles))
    if asked.json:
        told = {
            "scores": {name: asdict(found) for name, found in scores.items()},
            "agreement": {name: asdict(found) for name, found in agreements.items()},
            "different titles a second": round(rate),
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    _print(scores, agreements, wrong=asked.wrong)
    print(f"different titles a second of CPU time: {rate:,.0f}")


def _print(scores: dict[str, Score], agreements: dict[str, Agreement], *, wrong: bool) -> None:
    for name, found in scores.items():
        shares = ", ".join(
            f"{part} {getattr(found, part)} ({getattr(found, part) / found.titles:.1%})" for part in PARTS
        )
        print(
            f"{name}: all three {found.whole} of {found.titles} ({found.whole / found.titles:.1%}); {shares}"
        )
        if wrong:
            print("\n".join(f"  {line}" for line in found.wrong))
    for name, agreement in agreements.items():
        share = agreement.agreed / agreement.rows
        print(f"agreement with the file's {name}: {agreement.agreed} of {agreement.rows} rows ({share:.1%})")
        for kind, count in agreement.kinds.items():
            print(f"  {count:5} {kind}: {agreement.examples[kind]}")


if __name__ == "__main__":
    main()
