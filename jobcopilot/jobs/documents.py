"""Copies of the résumés and letters that went out."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from jobcopilot.errors import BadInput, NotFound, UsageError
from jobcopilot.jobs.journal import Edit, Journal
from jobcopilot.jobs.records import live_names
from jobcopilot.jobs.views import DocumentKind
from jobcopilot.text import clean_line

LARGEST: Final = 20_000_000
"""Largest document kept, in bytes."""
NAME_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Document:
    """A document on its way in."""

    kind: DocumentKind
    name: str
    content: bytes


def read_document(kind: str, content: bytes | os.PathLike[str], name: str = "") -> Document:
    """Return a document from its bytes or its path.

    Raises `UsageError` for an unknown kind, `BadInput` for a file that cannot be read, is empty or too large.
    """
    if kind not in get_args(DocumentKind):
        raise UsageError("There is no such kind of document", repr(kind), "It is resume or letter.")
    if not isinstance(content, bytes):
        path = Path(content)
        name = name or path.name
        try:
            with path.open("rb") as file:
                content = file.read(LARGEST + 1)
        except OSError as refused:
            raise BadInput(
                "The document cannot be read", f"{path}: {refused.strerror}", "Check the path."
            ) from refused
    # What follows the last separator of either platform: a name is shown and offered for saving, never a path.
    shown = clean_line(name.replace("\\", "/").rsplit("/", 1)[-1], NAME_LIMIT) or f"{kind}"
    if not content:
        raise BadInput("The document is empty", shown, "Attach the file that went out.")
    if len(content) > LARGEST:
        raise BadInput(
            "The document is too large",
            f"{shown} has more than {LARGEST // 1_000_000} MB",
            "Attach a smaller file, such as a PDF without pictures.",
        )
    return Document("letter" if kind == "letter" else "resume", shown, content)


def attach(journal: Journal, job_id: int, document: Document) -> None:
    """Keep a document with a job, as a batch of the history; the same one again changes nothing."""
    name = live_names(journal.connection, journal.profile_id, [job_id])[job_id]
    digest = hashlib.sha256(document.content).hexdigest()
    known = journal.connection.execute(
        "SELECT 1 FROM job_document WHERE job_id = ? AND kind = ? AND sha256 = ? AND name = ?",
        (job_id, document.kind, digest, document.name),
    ).fetchone()
    if known:
        return
    added = journal.connection.execute(
        "INSERT INTO job_document (job_id, kind, name, sha256, content, created_at) VALUES (?, ?, ?, ?, ?, ?)",
        (job_id, document.kind, document.name, digest, document.content, journal.now),
    )
    entry = {
        "id": added.lastrowid,
        "kind": document.kind,
        "name": document.name,
        "sha256": digest,
        "created_at": journal.now,
    }
    journal.open("change", f"attached {document.kind} {document.name}: {name}")
    journal.write([Edit(job_id, "changed", {"document": None}, {"document": entry})])
    journal.close()


def content_of(connection: sqlite3.Connection, profile_id: int, document_id: int) -> bytes:
    """Return the content of a document of a profile. Raises `NotFound`."""
    found = connection.execute(
        "SELECT job_document.content FROM job_document JOIN job ON job.id = job_document.job_id"
        " WHERE job_document.id = ? AND job.profile_id = ?",
        (document_id, profile_id),
    ).fetchone()
    if found is None:
        raise NotFound(
            "There is no such document", f"number {document_id}", "jobcopilot jobs show ID lists a job's."
        )
    content: bytes = found[0]
    return content
