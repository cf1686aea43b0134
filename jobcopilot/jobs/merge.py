"""Making one job of two that are the same."""

from __future__ import annotations

from typing import Any, Final

from jobcopilot.errors import UsageError
from jobcopilot.jobs.changes import unique_tags
from jobcopilot.jobs.journal import Edit, Journal
from jobcopilot.jobs.records import (
    PAY_COLUMNS,
    Record,
    changed_only,
    live_names,
    read_records,
)
from jobcopilot.text import TEXT_LIMIT

_FILLED: Final = (
    "place",
    "work_mode",
    "address",
    "source_id",
    "posted_on",
    "closed_on",
    "deadline",
    "rejection_reason",
    "applied_at",
    "rejected_at",
    "description",
    "applied_description",
)
"""What the kept job takes from the other one where it has nothing."""
OUTWEIGHS: Final = (
    "new",
    "interested",
    "applied",
    "interviewed",
    "withdrawn",
    "rejected",
    "offer",
    "accepted",
)
"""Which of two statuses the merged job has: the later one; an end outweighs all but an offer."""


def merge(journal: Journal, keep_id: int, other_id: int) -> None:
    """Merge `other_id` into `keep_id`, as one batch of the history.

    The kept job keeps its own values and gets those it lacks; notes and tags of both, the documents of both, the
    further status, the earlier dates. The other leaves the board; its history is shown with the kept one's.
    """
    if keep_id == other_id:
        raise UsageError("A job cannot be merged with itself", f"number {keep_id}", "Name two jobs.")
    names = live_names(journal.connection, journal.profile_id, [keep_id, other_id])
    records = read_records(journal.connection, journal.profile_id, [keep_id, other_id])
    keep, other = records[keep_id], records[other_id]
    journal.open("merge", f"merged: {names[other_id]} into {names[keep_id]}")
    going: dict[str, Any] = {"duplicate_of": keep_id} | ({"documents": []} if other["documents"] else {})
    before, after = changed_only(other, going)
    # Where it went is told even if it was marked as that one's double before: rooms above move what hangs on it there.
    before["duplicate_of"], after["duplicate_of"] = other["duplicate_of"], keep_id
    edits = [Edit(other_id, "merged", before, after)]
    before, after = changed_only(keep, _merged(keep, other))
    if after:
        edits.append(Edit(keep_id, "changed", before, after))
    edits += _marks_moved(journal, keep_id, other_id)
    # The other goes first: undo then brings it back last, when the kept one has given back what it took.
    journal.write(edits)
    journal.close()


def _merged(keep: Record, other: Record) -> dict[str, Any]:
    """Return the values of the kept job after the merge."""
    after: dict[str, Any] = {
        name: other[name] for name in _FILLED if keep[name] in (None, "") and other[name] not in (None, "")
    }
    if keep["pay_known"] is None and other["pay_known"] is not None:
        after |= {name: other[name] for name in PAY_COLUMNS}
    if "source_id" in after:
        # An id means something only within its source.
        after["source"] = other["source"]
    for name in ("applied_at", "rejected_at"):
        dates = [record[name] for record in (keep, other) if record[name] is not None]
        if dates:
            after[name] = min(dates)
    after["notes"] = _both(keep["notes"], other["notes"])
    # All of both, even where they are more than one may be given: a merge loses nothing.
    after["tags"] = sorted(unique_tags([*keep["tags"], *other["tags"]], None))
    after["favourite"] = max(keep["favourite"], other["favourite"])
    after["reached"] = max(keep["reached"], other["reached"])
    after["status"] = max(keep["status"], other["status"], key=OUTWEIGHS.index)
    if keep["duplicate_of"] == other["id"]:
        after["duplicate_of"] = None
    if other["documents"]:
        after["documents"] = sorted([*keep["documents"], *other["documents"]])
    return after


def _both(notes: str, others: str) -> str:
    """Return both notes; what the other only repeats is not doubled."""
    if not others or others in notes:
        return notes
    if not notes or notes in others:
        return others
    both = f"{notes}\n\n{others}"
    if len(both) > TEXT_LIMIT:
        raise UsageError(
            "The two notes are too long for one job",
            f"together {len(both):,} characters",
            f"Shorten one of them; a job's notes hold {TEXT_LIMIT:,}.",
        )
    return both


def _marks_moved(journal: Journal, keep_id: int, other_id: int) -> list[Edit]:
    """Return the edits that point at the kept job what was marked as perhaps the same as the other."""
    marked = journal.connection.execute(
        "SELECT id FROM job WHERE profile_id = ? AND duplicate_of = ? AND deleted_at IS NULL AND id <> ?",
        (journal.profile_id, other_id, keep_id),
    ).fetchall()
    return [
        Edit(job_id, "changed", {"duplicate_of": other_id}, {"duplicate_of": keep_id}) for (job_id,) in marked
    ]
