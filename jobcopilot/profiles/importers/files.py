"""A file that tells who somebody is, by its content, into a draft of a profile."""

from __future__ import annotations

import zipfile
import zlib
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Final

from jobcopilot.clock import Clock, SystemClock
from jobcopilot.errors import BadInput
from jobcopilot.profiles.views import ProfileDraft
from jobcopilot.text import clean_line, clean_text, decode

SIZE_LIMIT: Final = 20_000_000
"""Most bytes of a résumé, or of one file of an export."""
EXPECTED: Final = "Expected PDF, DOCX, text, Markdown, JSON Resume, or a LinkedIn export (folder or zip)."
_LINKEDIN: Final = ("profile.csv", "positions.csv", "skills.csv", "email addresses.csv", "certifications.csv")
_ZIP_FAULTS: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
)  # fmt: skip


def read_resume(path: Path, *, clock: Clock | None = None) -> ProfileDraft:
    """Read a résumé: PDF, DOCX, text, Markdown, HTML, JSON Resume, or LinkedIn's export as a folder or zip.

    `clock` says what "present" means. Raises `BadInput` telling what is wrong with the file and what to do.
    """
    today = (clock or SystemClock()).now().date()
    shown = clean_line(str(path))
    try:
        if path.is_dir():
            return _from_linkedin(_files_of_folder(path), shown, today)
        if not path.exists():
            raise BadInput("There is no such file", shown, EXPECTED)
        if not path.is_file():
            raise BadInput("This is neither a file nor a folder", shown, EXPECTED)
        if path.stat().st_size > SIZE_LIMIT and path.suffix.lower() != ".zip":
            raise BadInput(
                "The file is too large for a résumé",
                f"{shown}: more than {SIZE_LIMIT // 1_000_000} MB",
                EXPECTED,
            )
        with path.open("rb") as file:
            raw = file.read(SIZE_LIMIT + 1)
    except OSError as refused:
        raise BadInput(
            "The file cannot be opened",
            f"{shown}: {refused.strerror or refused}",
            "Check its name and rights.",
        ) from refused
    except ValueError as impossible:
        # A NUL in a path is no OSError.
        raise BadInput("This is no path of a file", shown, EXPECTED) from impossible
    return _read(path, raw, today)


def _read(path: Path, raw: bytes, today: date) -> ProfileDraft:
    """Tell what a file is by its first bytes, and by its name only where they leave a choice."""
    shown = clean_line(path.name)
    suffix = path.suffix.lower()
    if not raw.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise BadInput("The file is empty", shown, EXPECTED)
    if b"%PDF-" in raw[:1024]:
        from jobcopilot.profiles.importers.documents import pdf_text

        return _from_text(pdf_text(raw, path.name), today)
    if raw.startswith(b"PK"):
        return _from_zip(path, raw, today)
    _refuse_foreign(raw, suffix, shown)
    text = decode(raw)
    start = text.lstrip("\ufeff \t\r\n")
    if suffix == ".json" or start.startswith("{"):
        from jobcopilot.profiles.importers.structured import draft_from_json_resume

        return draft_from_json_resume(raw, path.name, today)
    if suffix == ".csv":
        return _from_linkedin({path.name.casefold(): raw}, shown, today)
    from jobcopilot.reading.markdown import looks_like_html, readable

    plain = readable(text) if looks_like_html(text[:20_000]) else clean_text(text)
    if not _is_text(text, plain):
        raise BadInput("The file holds no text", shown, EXPECTED)
    return _from_text(plain, today)


def _from_text(text: str, today: date) -> ProfileDraft:
    from jobcopilot.profiles.importers.resume_text import draft_from_resume_text

    return draft_from_resume_text(text, today)


def _from_zip(path: Path, raw: bytes, today: date) -> ProfileDraft:
    """Read a Word document or LinkedIn's export, which are both zip files."""
    shown = clean_line(path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
            names = {info.filename for info in infos}
            if not any(name.startswith("word/") for name in names):
                return _from_linkedin(_files_of_zip(archive, shown), shown, today)
    except _ZIP_FAULTS as broken:
        raise BadInput(
            "The file is damaged", f"{shown}: {clean_line(str(broken), 120)}", "Save or download it again."
        ) from broken
    from jobcopilot.profiles.importers.documents import docx_text

    return _from_text(docx_text(raw, path.name), today)


def _files_of_zip(archive: zipfile.ZipFile, shown: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for info in archive.infolist():
        name = PurePosixPath(info.filename.replace("\\", "/")).name.casefold()
        if name not in _LINKEDIN or name in found:
            continue
        if info.flag_bits & 0x1:
            raise BadInput(
                "The zip file is locked with a password", shown, "Unpack it and import the folder."
            )
        with archive.open(info) as member:
            content = member.read(SIZE_LIMIT + 1)
        if len(content) > SIZE_LIMIT:
            raise BadInput("The zip file unpacks to far too much", f"{shown}, {clean_line(name)}", EXPECTED)
        found[name] = content
    return found


def _files_of_folder(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(folder.iterdir()):
        name = path.name.casefold()
        if name in _LINKEDIN and path.is_file():
            with path.open("rb") as file:
                found[name] = file.read(SIZE_LIMIT)
    return found


def _from_linkedin(files: dict[str, bytes], shown: str, today: date) -> ProfileDraft:
    known = {name: raw for name, raw in files.items() if name in _LINKEDIN}
    if not known:
        raise BadInput(
            "Nothing in it tells who you are",
            f"{shown}: no Profile.csv, Positions.csv or Skills.csv",
            EXPECTED,
        )
    from jobcopilot.profiles.importers.structured import draft_from_linkedin

    draft = draft_from_linkedin(known, today)
    if draft == ProfileDraft():
        raise BadInput("The export is empty", shown, "Ask LinkedIn for the larger data archive.")
    return draft


def _refuse_foreign(raw: bytes, suffix: str, shown: str) -> None:
    """Say what to do with files that are no résumé in a known form."""
    if raw.startswith(b"\xd0\xcf\x11\xe0") or suffix == ".doc":
        raise BadInput("An old Word document is not read", shown, "Save it as DOCX or PDF and import that.")
    if raw.startswith(b"{\\rtf"):
        raise BadInput("RTF is not read", shown, "Save it as DOCX or PDF and import that.")
    if raw.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")):
        raise BadInput(
            "A picture of a résumé is not read", shown, "Export it as PDF from the program it was written in."
        )


def _is_text(raw: str, text: str) -> bool:
    """Tell whether it is mostly letters, not the bytes of some unknown format."""
    sample = text[:5000]
    if sum(char < " " and char not in "\t\n\r\f\x1b\x00" for char in raw[:5000]) > 20:
        return False
    letters = sum(char.isalpha() or char.isspace() for char in sample)
    return len(sample) >= 20 and letters > 0.6 * len(sample) and sample.count("\ufffd") < 0.05 * len(sample)
