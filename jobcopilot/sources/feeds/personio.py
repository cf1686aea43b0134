"""Personio's public boards (https://developer.personio.de/docs/retrieving-open-job-positions): one XML file each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote
from xml.etree import ElementTree as ET

from jobcopilot.jobs.importers.boards import company_on_board
from jobcopilot.jobs.importers.cells import host_of, section_of, tags_of
from jobcopilot.jobs.importers.words import read_work_mode
from jobcopilot.jobs.views import JobDraft, Rejected
from jobcopilot.sources import answers
from jobcopilot.sources.feed import Answer, Found, Kind, Manners, Page, Request, Terms
from jobcopilot.text import clean_line, clean_text, decode

_HOST: Final = re.compile(r"([a-z0-9][a-z0-9-]{0,62})\.jobs\.personio\.(de|com)")
_ROOT, _ROW = "workzag-jobs", "position"
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Only before the first element can a document declare entities; a description may quote a declaration.
_DECLARES: Final = re.compile(r"(?>[^<]++|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)


class Personio:
    """A company's board on Personio; the token of one at personio.com begins with "com/"."""

    name: Final = "personio"
    title: Final = "Personio"
    kind: Final[Kind] = "company board"
    complete: Final = True
    terms: Final = Terms(
        "Public boards of single companies, open to programs without a key where the company leaves it on.",
        address="https://developer.personio.de/docs/retrieving-open-job-positions",
    )
    manners: Final = Manners(hours_between_polls=6, crawl_delay_s=1)

    def board_of(self, address: str) -> str | None:
        """Return the company's token in an address of the board, of a posting or of the file."""
        own = _HOST.fullmatch(host_of(address))
        return f"{'com/' if own[2] == 'com' else ''}{own[1]}" if own else None

    def board_address(self, board: str) -> str:
        """Return the board's page."""
        worldwide = board.startswith("com/")
        company = quote(board.removeprefix("com/"), safe="")
        return f"https://{company}.jobs.personio.{'com' if worldwide else 'de'}/"

    def first(self, board: str) -> Request:
        """Return the one request: English where the company wrote it, descriptions come along."""
        return Request(f"{self.board_address(board)}xml?language=en", accept="application/xml, text/xml")

    def read(self, board: str, asked: Request, answer: Answer) -> Page:
        """Read the whole board; a position that stands there more than once becomes one with all its places."""
        rejected: list[Rejected] = []
        found: dict[str, Found] = {}
        for number, row in enumerate(self._rows(answer), start=1):
            posting = self._posting(board, number, row)
            if isinstance(posting, Rejected):
                rejected.append(posting)
            elif posting.key in found:
                found[posting.key] = _joined(found[posting.key], posting)
            else:
                found[posting.key] = posting
        return Page(tuple(found.values()), tuple(rejected))

    def with_detail(self, found: Found, answer: Answer) -> Found:
        """Return the posting as it is: the file says everything."""
        return found

    def _rows(self, answer: Answer) -> list[ET.Element]:
        """Return the positions. Raises `ChangedShape`, also for a file that declares entities."""
        text = _FORBIDDEN.sub("", decode(answer.content)).strip("\ufeff \t\r\n")
        if not text:
            raise answers.changed(self.title, "the answer is empty")
        if _DECLARES.match(text):
            raise answers.changed(self.title, "a document with declarations came, which is not read")
        try:
            # As text, so that what was looked at above is what is parsed, whatever encoding the file claims.
            root = ET.fromstring(text)  # noqa: S314 - without declarations nothing can grow or be fetched
        except ET.ParseError as broken:
            raise answers.changed(
                self.title, f"the answer is not whole XML: {clean_line(str(broken), 100)}"
            ) from broken
        if root.tag != _ROOT:
            raise answers.changed(self.title, f'expected "{_ROOT}", found "{clean_line(str(root.tag), 60)}"')
        rows = root.findall(_ROW)
        if len(root) and not rows:
            raise answers.changed(self.title, f'the answer has no "{_ROW}"')
        return rows

    def _posting(self, board: str, number: int, row: ET.Element) -> Found | Rejected:
        key = answers.key_of(_said(row, "id"))
        places = answers.distinct(
            [
                answers.line(_said(row, "office")),
                *(answers.line(_whole(one)) for one in row.iterfind("additionalOffices/office")),
            ]
        )
        return answers.found(
            self.name,
            board,
            number,
            key,
            JobDraft(
                title=answers.line(_said(row, "name")),
                company=answers.line(_said(row, "subcompany")) or company_on_board(self.board_address(board)),
                work_mode=read_work_mode("; ".join(places)),
                description=clean_text("\n\n".join(_sections(row))),
                address=f"{self.board_address(board)}job/{quote(key, safe='')}",
            ),
            places,
            published_at=answers.moment(_said(row, "createdAt")),
            tags=answers.distinct(
                [
                    answers.line(_said(row, "department")),
                    answers.line(_said(row, "recruitingCategory")),
                    *tags_of(_said(row, "keywords")),
                ]
            ),
        )


def _said(row: ET.Element, name: str) -> str:
    """Return the text of the first child of that name."""
    child = row.find(name)
    return "" if child is None else _whole(child)


def _whole(element: ET.Element) -> str:
    """Return all text of an element; HTML that is no character data has become elements of its own."""
    return "".join(element.itertext()).strip()


def _sections(row: ET.Element) -> Iterator[str]:
    for part in row.iterfind("jobDescriptions/jobDescription"):
        if section := section_of(_said(part, "value"), answers.line(_said(part, "name"))):
            yield section


def _joined(first: Found, again: Found) -> Found:
    places = answers.distinct([*first.places, *again.places])
    return replace(first, places=places, draft=replace(first.draft, place=clean_line("; ".join(places), 500)))


FEED: Final = Personio()
