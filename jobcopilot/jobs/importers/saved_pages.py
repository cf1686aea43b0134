"""Pages that a browser saved: plain HTML with what was loaded, or one MHTML file."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.errors import MessageError
from typing import Final

from jobcopilot.errors import BadInput
from jobcopilot.jobs.importers.encodings import Opener
from jobcopilot.jobs.views import JobDraft

PAGE_LIMIT: Final = 30_000_000
"""Most bytes of a saved page; MHTML holds its pictures too."""


def drafts_from_saved(name: str, open_bytes: Opener) -> list[JobDraft]:
    """Return the postings of a saved page. Raises `BadInput` where it has none that can be told."""
    from jobcopilot.jobs.importers.pages import drafts_from_page

    with open_bytes() as file:
        raw = file.read(PAGE_LIMIT + 1)
    if len(raw) > PAGE_LIMIT:
        raise BadInput(
            "The page is too large",
            f"{name}: more than {PAGE_LIMIT // 1_000_000} MB",
            "Paste its text instead.",
        )
    if raw[:4096].lstrip().startswith((b"From:", b"MIME-Version:")) or name.lower().endswith(
        (".mht", ".mhtml")
    ):
        address, raw = _html_of_archive(raw)
        return drafts_from_page(raw, address)
    return drafts_from_page(raw, "")


def _html_of_archive(raw: bytes) -> tuple[str, bytes]:
    """Return the address and the HTML of an MHTML file (RFC 2557); one without HTML gives the whole back."""
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        address = str(message.get("Snapshot-Content-Location") or "")
        for part in message.walk():
            if part.get_content_type() == "text/html":
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes):
                    return address or str(part.get("Content-Location") or ""), payload
    except (MessageError, ValueError, LookupError, RecursionError):
        return "", raw
    return "", raw
