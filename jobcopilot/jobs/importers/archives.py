"""Folders and zip files: what is in them, read without unpacking anything to the disk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from jobcopilot.errors import BadInput
from jobcopilot.text import clean_line

if TYPE_CHECKING:
    from typing_extensions import Buffer

MEMBER_LIMIT: Final = 300_000_000
"""Most bytes that one file of an archive may unpack to."""
TOTAL_LIMIT: Final = 1_000_000_000
"""Most bytes that the files of an archive may unpack to together."""
_MOST_FILES: Final = 2000
_RATIO: Final = 300
"""An archive that shrinks more than this holds nothing that people wrote."""
READ: Final = frozenset({".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".html", ".htm", ".mhtml", ".mht"})
ZIP_FAULTS: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a folder or archive."""

    name: str
    """Its name without folders, cleaned for showing."""
    path: str
    open_bytes: Callable[[], IO[bytes]]
    size: int


def members_of_folder(folder: Path) -> list[Member]:
    """Return the readable files of a folder and of the folders in it, in order of name."""
    found: list[Member] = []
    for path in sorted(_walk(folder, 2)):
        if len(found) >= _MOST_FILES:
            break
        if path.suffix.lower() in READ and not path.name.startswith("."):
            found.append(_member(folder, path))
    return found


def _member(folder: Path, path: Path) -> Member:
    def open_bytes() -> IO[bytes]:
        return path.open("rb")

    return Member(
        clean_line(path.name, 200), path.relative_to(folder).as_posix(), open_bytes, path.stat().st_size
    )


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    for path in folder.iterdir():
        # "Name_files" is what a browser saves beside a page.
        if path.is_dir() and depth and not path.name.endswith(("_files", "_Files")) and not path.is_symlink():
            yield from _walk(path, depth - 1)
        elif path.is_file():
            yield path


def members_of_zip(file: Path) -> list[Member]:
    """Return the readable files of an archive. Raises `BadInput` for one that is damaged, locked or a bomb.

    Names are only shown and compared, never used as paths, so that `../` in one leads nowhere.
    """
    shown = clean_line(file.name)
    try:
        with zipfile.ZipFile(file) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except ZIP_FAULTS as broken:
        raise BadInput(
            "The zip file is damaged", f"{shown}: {clean_line(str(broken), 200)}", "Download it again."
        ) from broken
    _refuse_documents({info.filename for info in infos}, shown)
    chosen = [info for info in infos if _is_readable(info.filename)]
    if any(info.flag_bits & 0x1 for info in chosen):
        raise BadInput("The zip file is locked with a password", shown, "Unpack it and import the folder.")
    total = sum(info.file_size for info in chosen)
    for info in chosen:
        if info.file_size > MEMBER_LIMIT or info.file_size > max(info.compress_size, 1) * _RATIO + 1_000_000:
            raise _too_large(shown, clean_line(info.filename, 200))
    if total > TOTAL_LIMIT or len(infos) > 100_000:
        raise _too_large(shown, "all files together")
    return [_zip_member(file, info) for info in sorted(chosen, key=lambda info: info.filename)[:_MOST_FILES]]


def _is_readable(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    hidden = any(
        (part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in path.parts
    )
    return path.suffix.lower() in READ and not hidden


def _zip_member(file: Path, info: zipfile.ZipInfo) -> Member:
    def open_bytes() -> IO[bytes]:
        archive = zipfile.ZipFile(file)
        return io.BufferedReader(_Limited(archive, archive.open(info)))

    name = PurePosixPath(info.filename.replace("\\", "/")).name
    return Member(clean_line(name, 200), clean_line(info.filename, 300), open_bytes, info.file_size)


class _Limited(io.RawIOBase):
    """A file of an archive that ends with an error where it unpacks to more than it should."""

    def __init__(self, archive: zipfile.ZipFile, member: IO[bytes]) -> None:
        super().__init__()
        self._archive, self._member, self._left = archive, member, MEMBER_LIMIT

    def readable(self) -> bool:
        """Tell the reader above that this can be read."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """Fill the buffer with what comes next."""
        room = memoryview(buffer)
        try:
            block = self._member.read(len(room))
        except ZIP_FAULTS as broken:
            raise BadInput(
                "The zip file is damaged", clean_line(str(broken), 200), "Download it again."
            ) from broken
        self._left -= len(block)
        if self._left < 0:
            raise _too_large("the zip file", "one file")
        room[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Close the file and the archive with it."""
        if not self.closed:
            self._member.close()
            self._archive.close()
        super().close()


def _refuse_documents(names: set[str], shown: str) -> None:
    """Say what to do with office documents, which are zip files inside."""
    if any(name.startswith("xl/") for name in names):
        raise BadInput("An Excel workbook is not read", shown, "Save the sheet as CSV and import that.")
    if "content.xml" in names and "mimetype" in names:
        raise BadInput("A LibreOffice document is not read", shown, "Save the sheet as CSV and import that.")
    if any(name.startswith("word/") for name in names):
        raise BadInput(
            "A Word document holds no table of postings",
            shown,
            "A résumé is read by jobcopilot profile import FILE.",
        )


def _too_large(shown: str, what: str) -> BadInput:
    return BadInput(
        "The zip file unpacks to far too much", f"{shown}, {what}", "Unpack what you need and import that."
    )
