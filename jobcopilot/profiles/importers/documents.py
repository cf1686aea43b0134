"""The text of a résumé file: PDF, Word, HTML, Markdown or plain."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

from jobcopilot.errors import BadInput
from jobcopilot.text import clean_line, clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PAGES: Final = 40
_UNPACKED_LIMIT: Final = 60_000_000
# What readers of foreign formats trip over in damaged files.
_DAMAGE: Final = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError, NotImplementedError,
    OverflowError, ZeroDivisionError, EOFError, OSError, struct.error, zlib.error, zipfile.BadZipFile, MemoryError,
)  # fmt: skip


def pdf_text(raw: bytes, name: str) -> str:
    """Return the text of a PDF. Raises `BadInput` for one that is locked, damaged or holds pictures only."""
    import logging

    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError, WrongPasswordError

    # What it says of every odd object belongs neither on the screen nor in the log.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    shown = clean_line(name)
    locked = BadInput(
        "The PDF is locked with a password", shown, "Save it without a password and import that."
    )
    try:
        reader = PdfReader(io.BytesIO(raw))
        # One that only forbids printing or copying opens with the empty password.
        if reader.is_encrypted and not reader.decrypt(""):
            raise locked
        pages = reader.pages[:_MOST_PAGES]
        text = "\n\n".join(page.extract_text() or "" for page in pages)
    except (FileNotDecryptedError, WrongPasswordError, DependencyError) as refused:
        raise locked from refused
    except (PyPdfError, *_DAMAGE) as broken:
        raise BadInput(
            "The PDF is damaged", f"{shown}: {clean_line(str(broken), 120)}", "Export it again."
        ) from broken
    text = clean_text(text)
    if len(text) < 20:
        raise BadInput(
            "The PDF holds no text",
            f"{shown} is a scan or a picture",
            "Export it from the program it was written in.",
        )
    return text


def docx_text(raw: bytes, name: str) -> str:
    """Return the text of a Word document, tables included. Raises `BadInput` for one that cannot be read."""
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError  # type: ignore[import-untyped]

    shown = clean_line(name)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _UNPACKED_LIMIT:
                raise BadInput("The document unpacks to far too much", shown, "Save it without pictures.")
            if not any(part.filename.startswith("word/") for part in packed.infolist()):
                raise BadInput("This is no Word document", shown, "Save it as DOCX, PDF or text.")
        lines = list(_lines_of(Document(io.BytesIO(raw))))
    except (OpcError, LxmlError, SyntaxError, *_DAMAGE) as broken:
        raise BadInput(
            "The document is damaged", f"{shown}: {clean_line(str(broken), 120)}", "Save it again."
        ) from broken
    text = clean_text("\n".join(lines))
    if len(text) < 20:
        raise BadInput("The document holds no text", shown, "Save it as PDF or text and import that.")
    return text


def _lines_of(document: object) -> Iterator[str]:
    """Yield paragraphs and table rows in the order of the page."""
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for block in document.iter_inner_content():  # type: ignore[attr-defined]
        if isinstance(block, Paragraph):
            style = getattr(block.style, "name", "") or ""
            yield (
                f"\n{block.text}"
                if style.startswith(("Heading", "Title", "Überschrift", "Titre"))
                else block.text
            )
        elif isinstance(block, Table):
            for row in block.rows:
                cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
                yield "\n".join(cell for cell in cells if cell)
