"""`jobcopilot jobs score --deep`: a language model reads the best postings whole, beside the rule-based score."""

from __future__ import annotations

import sys
from typing import Any

from jobcopilot.cli.interrupting import cancelling
from jobcopilot.cli.output import print_json, say
from jobcopilot.jobs.deep_score import DeepPosting, DeepScore
from jobcopilot.jobs.query import Query
from jobcopilot.runtime import Runtime

_WORDS = {"fits": "+", "lacks": "-", "ask": "?"}


def deep_object(made: DeepScore | None) -> dict[str, Any] | None:
    """Return a deeper score as JSON has it; what has no number is null, never 0."""
    if made is None:
        return None
    return {
        "score": made.percent,
        "by": made.by,
        "claims": [{"kind": one.kind, "text": one.text, "quote": one.quote} for one in made.claims],
        "dropped": made.dropped,
        "stale": made.stale,
        "seconds": round(made.seconds, 1),
        "at": made.at,
    }


def score_deeply(
    runtime: Runtime, query: Query, *, limit: int, use: str | None, again: bool, as_json: bool
) -> None:
    """Have the postings read that match best and were not read yet; what is done stays, whenever it is stopped."""
    from jobcopilot.runtime.deep_reading import DeepReader, duration

    model = runtime.chosen_model(use)
    scores = runtime.deep_scores
    ids = runtime.pages.ids(query, "-match")
    with cancelling() as cancel:
        reader = DeepReader(model, runtime.profile, cancel)
        waiting = scores.waiting(ids, reader.by, again=again, limit=limit)
        postings = scores.postings(waiting)
        each = scores.seconds_each(reader.by)
        if each is None and postings:
            _tell(f"Measuring how fast {model.state().name} is …")
            each = reader.seconds_each(postings)
        estimate = (each or 0.0) * len(postings)
        if postings:
            _tell(
                f"{len(postings)} postings, about {duration(estimate)} with {model.state().name}."
                " Ctrl+C stops it and keeps what is done."
            )

        def progress(done: int, total: int, posting: DeepPosting) -> None:
            _tell(f"  {done + 1} of {total}: {posting.title}, {posting.company}")

        run = scores.run(waiting, reader.read, reader.by, progress, cancel)
    made = scores.of_many(run.scored)
    rows = {row.id: row for row in runtime.pages.rows(list(run.scored))}
    if as_json:
        print_json(
            {
                "by": reader.by,
                "estimate_seconds": round(estimate, 1),
                "seconds": round(run.seconds, 1),
                "scored": len(run.scored),
                "left": run.left,
                "stopped": run.stopped,
                "failed": [{"id": job_id, "reason": reason} for job_id, reason in run.failed],
                "jobs": [
                    {
                        "id": job_id,
                        "title": rows[job_id].title,
                        "company": rows[job_id].company,
                        "match": rows[job_id].match,
                        "deep": deep_object(made.get(job_id)),
                    }
                    for job_id in run.scored
                    if job_id in rows
                ],
            }
        )
        return
    for job_id in run.scored:
        if job_id in rows and job_id in made:
            row = rows[job_id]
            match = "—" if row.match is None else f"{row.match} %"
            say(f"{job_id}  {row.title}, {row.company}: by rules {match}, {in_short(made[job_id])}")
            print_claims(made[job_id])
    for job_id, reason in run.failed:
        say(f"{job_id}  not read: {reason}")
    say(_ending(len(run.scored), run.left, len(postings)))


def in_short(made: DeepScore) -> str:
    """Return a deeper score in a few words."""
    number = "no number" if made.percent is None else f"{made.percent} %"
    asides = [made.by]
    if made.dropped:
        asides.append(f"{made.dropped} claims dropped: not in the posting")
    if made.stale:
        asides.append("posting or profile changed since")
    return f"read whole {number} ({'; '.join(asides)})"


def print_claims(made: DeepScore) -> None:
    """Print what was said of a posting, with its own words."""
    for one in made.claims:
        say(f"    {_WORDS[one.kind]} {one.text} “{one.quote}”")


def _ending(scored: int, left: int, asked: int) -> str:
    if not asked:
        return "Nothing to read: all of these were read as they are now. Read them again with --again."
    more = f" {left} are left: the same command goes on." if left else ""
    return f"{scored} of {asked} read.{more}"


def _tell(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()
