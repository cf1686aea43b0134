"""How fast postings come in: `python -m tests.benchmarks.intake --jobs 100000 --json`.

The postings are made up beforehand (nearly 4 kB of description, as an importer hands them over) and read from a file
while they come in; measured is everything from the first draft to the committed transaction: telling known from new,
skills, pay, facts, match, history and search index. Then the same postings come in again, and the import is undone.
"""

from __future__ import annotations

import argparse
import json
import pickle
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from jobcopilot.clock import FixedClock
from jobcopilot.jobs.views import JobDraft
from jobcopilot.paths import find_home
from jobcopilot.profiles.views import SkillView
from jobcopilot.reading.pay import stated_pay
from jobcopilot.runtime import Runtime
from tests.benchmarks.postings import LATEST, Posting, postings


def draft_of(posting: Posting, row: int) -> JobDraft:
    """Return a made-up posting as an importer would."""
    pay = None
    if posting.pay is not None:
        low, high, currency = posting.pay
        pay = stated_pay(low, high, currency, "year")
    return JobDraft(
        title=posting.title,
        company=posting.company,
        place=posting.place,
        work_mode=posting.work_mode,  # type: ignore[arg-type]  # one of the three words
        description=posting.description,
        address=posting.address,
        source="import",
        source_id=posting.source_id,
        pay=pay,
        posted_on=posting.posted_on,
        deadline=posting.deadline,
        row=row,
    )


def drafts(jobs: int) -> Iterator[JobDraft]:
    """Yield made-up postings."""
    for row, posting in enumerate(postings(jobs), start=1):
        yield draft_of(posting, row)


def _keep(file: Path, jobs: int) -> int:
    """Write the postings to a file, so that they take no memory; return their characters."""
    characters = 0
    with file.open("wb") as out:
        for draft in drafts(jobs):
            pickle.dump(draft, out, pickle.HIGHEST_PROTOCOL)
            characters += len(draft.description)
    return characters


def _kept(file: Path) -> Iterator[JobDraft]:
    with file.open("rb") as source:
        while True:
            try:
                yield pickle.load(source)
            except EOFError:
                return


def _processor_s() -> tuple[float, float]:
    """Return the processor seconds used by this process and by its ended helpers: they tell more on a busy machine."""
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), helpers.ru_utime + helpers.ru_stime


def import_rows(jobs: int) -> dict[str, float]:
    """Import `jobs` postings into an empty home, again, and undo; rates in postings a second."""
    with tempfile.TemporaryDirectory() as folder:
        clock = FixedClock(datetime(LATEST.year, LATEST.month, LATEST.day, 12, tzinfo=UTC))
        runtime = Runtime(find_home(folder), clock=clock)
        runtime.open()
        runtime.profiles.change("default", {"roles": ["Backend Engineer"], "places": ["Berlin"], "years": 6})
        runtime.profiles.set_skills(
            "default", [SkillView(name) for name in ("Python", "FastAPI", "Go", "SQL")]
        )
        runtime.forget_profile()
        waiting = Path(folder) / "drafts"
        characters = _keep(waiting, jobs)
        runtime.intake  # noqa: B018  # what an import loads is loaded
        began, used = time.perf_counter(), _processor_s()
        first = runtime.intake.take_in(_kept(waiting), label="benchmark")
        imported = time.perf_counter()
        spent = [after - before for after, before in zip(_processor_s(), used, strict=True)]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        second = runtime.intake.take_in(_kept(waiting), label="benchmark")
        again = time.perf_counter()
        runtime.history.undo()
        undone = time.perf_counter()
        runtime.close()
    assert first.added + first.duplicates == jobs
    assert second.added == second.updated == 0
    return {
        "jobs": jobs,
        "characters": round(characters / jobs),
        "import_per_s": round(jobs / (imported - began)),
        "import_s": round(imported - began, 2),
        "import_cpu_us": round(spent[0] / jobs * 1e6),
        "helpers_cpu_us": round(spent[1] / jobs * 1e6),
        "again_per_s": round(jobs / (again - imported)),
        "undo_per_s": round(jobs / (undone - again)),
        "possible_duplicates": first.possible_duplicates,
        "peak_mb": round(peak / 1024),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = import_rows(given.jobs)
    if given.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:>20}  {value}")


if __name__ == "__main__":
    main()
