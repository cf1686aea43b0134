"""How rightly and how fast place fields are read: `python -m tests.benchmarks.localities [--json] [--file PATH]`.

Scores are those of the two labelled samples; with the reference file there, also how often the reading agrees with
that file's own region and remote mark, and where not. `--file` names `ats-2026.jsonl` elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jobcopilot.reading.gazetteer import cities, fold
from jobcopilot.reading.localities import Localities, Locality, read_localities, region_of_world
from jobcopilot.reading.locality_names import city_name

SAMPLES: Final = Path(__file__).parents[1] / "data" / "market"
PARTS: Final = ("countries", "regions", "cities", "remote", "scope")
_REFERENCE: Final = "ats-2026.jsonl"
_BESIDE_THE_CHECKOUT: Final = Path(__file__).parents[3] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Score:
    """How many texts of a sample are read rightly, as a whole and in each part, and the wrong ones."""

    texts: int
    whole: int
    parts: dict[str, int]
    wrong: tuple[str, ...]


def score(sample: str) -> Score:
    """Compare the reading of each text of a labelled sample with its label."""
    parts: Counter[str] = Counter()
    wrong: list[str] = []
    rows = [json.loads(line) for line in (SAMPLES / sample).read_text(encoding="utf-8").splitlines()]
    for row in rows:
        told = _told(row)
        read = _read(read_localities(row["text"]))
        right = [part for part in PARTS if told[part] == read[part]]
        parts.update(right)
        if len(right) < len(PARTS):
            differing = {part: (told[part], read[part]) for part in PARTS if part not in right}
            wrong.append(f"{row['text']!r}: {differing}")
    return Score(len(rows), len(rows) - len(wrong), {part: parts[part] for part in PARTS}, tuple(wrong))


def _told(row: dict[str, Any]) -> dict[str, object]:
    places = tuple(Locality(**place) for place in row["places"])
    return _read(Localities(places, row["remote"], tuple(row["remote_scope"])))


def _read(found: Localities) -> dict[str, object]:
    return {
        "countries": tuple(place.country for place in found.places),
        "regions": tuple(_same_name(place.region) for place in found.places),
        "cities": tuple(_same_city(place.city) for place in found.places),
        "remote": found.remote,
        "scope": found.scope,
    }


def _same_name(name: str | None) -> str | None:
    return fold(name) if name else None


def _same_city(name: str | None) -> str | None:
    """Return one form for all usual forms of a city: accents and "Bangalore" are no errors."""
    if name is None:
        return None
    known = cities(fold(name))
    return fold(city_name(known[0].name)) if known else fold(name)


# --- agreement with the file's own reading ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many rows agree, how many say nothing to compare, and the disagreements by kind with an example each."""

    rows: int
    agreed: int
    among: int
    """Rows whose mark is one of several parts of the world that the text names."""
    kinds: dict[str, int]
    examples: dict[str, str]


def reference_rows(file: Path) -> list[dict[str, Any]]:
    """Return the postings of the reference file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def agreement_of_regions(rows: Sequence[dict[str, Any]]) -> Agreement:
    """Compare the parts of the world of all places and scopes with the file's "us", "eu" and "other"."""
    pairs = []
    for row in rows:
        found = read_localities(row["location_raw"] or "")
        named: tuple[Locality | str, ...] = (*found.places, *found.scope)
        worlds = {_file_region(region_of_world(where)) for where in named}
        ours = "+".join(sorted(worlds)) or "nothing"
        pairs.append((row["region"], ours, row["location_raw"]))
    return _agreement(pairs)


def agreement_of_remote(rows: Sequence[dict[str, Any]]) -> Agreement:
    """Compare the way of working that the text tells with the file's mark, which also knows the employer's own."""
    pairs = []
    for row in rows:
        found = read_localities(row["location_raw"] or "")
        pairs.append((str(row["is_remote"]), str(found.remote == "remote"), row["location_raw"]))
    return _agreement(pairs)


def _file_region(region: str | None) -> str:
    return {"us": "us", "europe": "eu"}.get(region or "", "other")


def _agreement(pairs: Iterable[tuple[str, str, str]]) -> Agreement:
    kinds: Counter[str] = Counter()
    texts: dict[str, Counter[str]] = {}
    rows = agreed = among = 0
    for theirs, ours, text in pairs:
        rows += 1
        if theirs == ours:
            agreed += 1
            continue
        among += theirs in ours.split("+")
        kind = f"file {theirs}, read {ours}"
        kinds[kind] += 1
        texts.setdefault(kind, Counter())[text] += 1
    examples = {kind: "; ".join(repr(text[:60]) for text, _ in texts[kind].most_common(3)) for kind in kinds}
    return Agreement(rows, agreed, among, dict(kinds.most_common()), examples)


# --- speed ------------------------------------------------------------------------------------------------


def speed(texts: Sequence[str]) -> dict[str, float]:
    """Return texts a second of CPU time: different texts never read before, and the same again."""
    read_localities("Berlin, Germany; Remote - US")
    read_localities.cache_clear()
    different = list(dict.fromkeys(texts))[:16_000]
    began = time.process_time()
    for text in different:
        read_localities(text)
    first = time.process_time() - began
    began = time.process_time()
    for _ in range(5):
        for text in different:
            read_localities(text)
    again = (time.process_time() - began) / 5
    return {
        "texts": len(different),
        "different a second": len(different) / first,
        "again": len(different) / again,
    }


def _combined(texts: Sequence[str]) -> list[str]:
    """Return 16,000 different texts as a feed of many boards has them: each town of the table, as boards write it."""
    from jobcopilot.reading.gazetteer import most_populous
    from jobcopilot.reading.locality_names import city_locality, name_of

    made = list(texts)
    for at, (city, _) in enumerate(most_populous(30)):
        place = city_locality(city)
        parts = [city.name, place.region or "", name_of(city.country)]
        town = ", ".join(part for part in parts if part)
        made.append((town, f"{town} (Hybrid)", f"Remote - {town}", f"{city.name}; {town}")[at % 4])
    return made[:16_000]


def main() -> None:
    """Print scores, agreement and speed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", action="store_true")
    options.add_argument("--file", type=Path)
    options.add_argument("--wrong", action="store_true", help="list what is read wrongly")
    asked = options.parse_args()
    folder = Path(os.environ.get("JOBCOPILOT_REFERENCE_DATA", _BESIDE_THE_CHECKOUT))
    file = asked.file or folder / "postings" / _REFERENCE
    samples = {
        name: score(name) for name in ("places.jsonl", "places-fresh.jsonl") if (SAMPLES / name).exists()
    }
    labelled = [
        json.loads(line)["text"]
        for name in samples
        for line in (SAMPLES / name).read_text("utf-8").splitlines()
    ]
    read_localities.cache_clear()
    speeds = {"labelled texts and towns of the table": speed(_combined(labelled))}
    agreements = {}
    if file.exists():
        rows = reference_rows(file)
        agreements = {"region": agreement_of_regions(rows), "is_remote": agreement_of_remote(rows)}
    if asked.json:
        print(json.dumps(_as_json(samples, agreements, speeds), ensure_ascii=False, indent=2))
        return
    _print(samples, agreements, speeds, wrong=asked.wrong)


def _as_json(
    samples: dict[str, Score], agreements: dict[str, Agreement], speeds: dict[str, dict[str, float]]
) -> dict[str, object]:
    return {
        "scores": {
            name: {"texts": found.texts, "whole": found.whole, **found.parts, "wrong": found.wrong}
            for name, found in samples.items()
        },
        "agreement": {
            name: {
                "rows": found.rows,
                "agreed": found.agreed,
                "kinds": found.kinds,
                "examples": found.examples,
            }
            for name, found in agreements.items()
        },
        "speed": speeds,
    }


def _print(
    samples: dict[str, Score],
    agreements: dict[str, Agreement],
    speeds: dict[str, dict[str, float]],
    *,
    wrong: bool,
) -> None:
    for name, found in samples.items():
        parts = ", ".join(f"{part} {right}" for part, right in found.parts.items())
        print(f"{name}: {found.whole} of {found.texts} right ({found.whole / found.texts:.1%}); {parts}")
        if wrong:
            print("\n".join(f"  {line}" for line in found.wrong))
    for name, agreement in agreements.items():
        share = agreement.agreed / agreement.rows
        print(
            f"agreement with the file's {name}: {agreement.agreed} of {agreement.rows} rows ({share:.1%}),"
            f" among several {agreement.among} more"
        )
        for kind, count in agreement.kinds.items():
            print(f"  {count:5} {kind}: {agreement.examples[kind]}")
    for name, found_speed in speeds.items():
        figures = ", ".join(f"{figure} {value:,.0f}" for figure, value in found_speed.items())
        print(f"speed, {name}: {figures}")


if __name__ == "__main__":
    main()
